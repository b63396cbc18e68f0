//! The name of a transaction: the epoch of the leader that proposed it, and its number in that epoch.

use std::fmt;

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zxid {
    pub epoch: u32,
    pub counter: u32,
}

impl Zxid {
    /// Of no transaction: a history without any.
    pub const NONE: Zxid = Zxid { epoch: 0, counter: 0 };

    pub const fn new(epoch: u32, counter: u32) -> Zxid {
        Zxid { epoch, counter }
    }

    /// The name of an epoch's NEWLEADER, before its first transaction.
    pub fn opens_epoch(self) -> bool {
        self.counter == 0
    }
}

/// As everywhere else.
impl fmt::Debug for Zxid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Zxid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.counter)
    }
}
