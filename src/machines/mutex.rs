//! A lock that knows who holds it, and how often its holder has taken it.

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutex<P> {
    owner: Option<P>,
    depth: u32,
}

impl<P: PartialEq> Mutex<P> {
    pub fn held_by(owner: P) -> Mutex<P> {
        Mutex { owner: Some(owner), depth: 1 }
    }

    /// Takes the lock if it is free, and says whether it was.
    pub fn acquire(&mut self, process: P) -> bool {
        let free = self.owner.is_none();
        if free {
            *self = Mutex::held_by(process);
        }
        free
    }

    /// Takes the lock once more if this process holds it, and says whether it did.
    pub fn acquire_again(&mut self, process: &P) -> bool {
        let held = self.owner.as_ref() == Some(process);
        self.depth += u32::from(held);
        held
    }

    /// Gives the lock back if this process holds it, and says whether it did; it is free once that was done as often as it
    /// was taken.
    pub fn release(&mut self, process: &P) -> bool {
        let held = self.owner.as_ref() == Some(process);
        if held {
            self.depth -= 1;
            if self.depth == 0 {
                self.owner = None;
            }
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

    #[test]
    fn what_is_taken_again_is_released_as_often() {
        let mut mutex = Mutex::default();
        assert!(!mutex.acquire_again(&1) && mutex.acquire(1));
        assert!(mutex.acquire_again(&1) && !mutex.acquire_again(&2));
        assert!(mutex.release(&1) && !mutex.acquire(2));
        assert!(mutex.release(&1) && !mutex.release(&1) && mutex.acquire(2));
    }
}
