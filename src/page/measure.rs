//! Two cursors on the timeline.

use crate::describe::{Span, Time};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursors {
    pub from: Time,
    pub to: Time,
}

impl Cursors {
    /// Earlier first.
    pub fn ordered(self) -> (Time, Time) {
        (self.from.min(self.to), self.from.max(self.to))
    }

    pub fn length(self) -> Span {
        let (from, to) = self.ordered();
        to.since(from)
    }
}
