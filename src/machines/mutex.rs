//! A lock that knows who holds it. It is not re-entrant.

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutex<P> {
    owner: Option<P>,
}

impl<P: PartialEq> Mutex<P> {
    pub fn held_by(owner: P) -> Mutex<P> {
        Mutex { owner: Some(owner) }
    }

    /// Takes the lock if it is free, and says whether it was.
    pub fn acquire(&mut self, process: P) -> bool {
        let free = self.owner.is_none();
        if free {
            self.owner = Some(process);
        }
        free
    }

    /// Frees the lock if this process holds it, and says whether it did.
    pub fn release(&mut self, process: &P) -> bool {
        let held = self.owner.as_ref() == Some(process);
        if held {
            self.owner = None;
        }
        held
    }

    pub fn owner(&self) -> Option<&P> {
        self.owner.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::Mutex;

    #[test]
    fn one_holder_and_only_it_releases() {
        let mut mutex = Mutex::default();
        assert!(!mutex.release(&1));
        assert!(mutex.acquire(1));
        assert!(!mutex.acquire(1) && !mutex.acquire(2) && !mutex.release(&2));
        assert_eq!(mutex.owner(), Some(&1));
        assert!(mutex.release(&1) && mutex.acquire(2));
    }
}
