//! The knife while its key is held. Let go without a stroke, the key meant the selected link.

use std::cell::Cell;

#[derive(Debug, Default)]
pub struct Knife {
    held: Cell<bool>,
    used: Cell<bool>,
}

impl Knife {
    /// The key repeats while it is held; only its first press counts.
    pub fn take(&self) {
        if !self.held.replace(true) {
            self.used.set(false);
        }
    }

    pub fn is_held(&self) -> bool {
        self.held.get()
    }

    /// A stroke was made.
    pub fn used(&self) {
        self.used.set(true);
    }

    /// True if the key was pressed and let go, and nothing was cut in between.
    pub fn drop(&self) -> bool {
        self.held.replace(false) && !self.used.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_a_stroke_is_a_key() {
        let knife = Knife::default();
        assert!(!knife.drop(), "it was never taken");
        knife.take();
        knife.take();
        assert!(knife.drop());
        knife.take();
        knife.used();
        knife.take();
        assert!(!knife.drop());
    }
}
