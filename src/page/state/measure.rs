//! Two cursors on the timeline.

use crate::describe::{Span, Time};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursors {
    pub from: Time,
    pub to: Time,
}

impl Cursors {
    /// A press takes the cursor that is near; away from both it begins anew.
    pub fn taken(self, at: Time, near: impl Fn(Time) -> bool) -> Cursors {
        if near(self.to) {
            Cursors { to: at, ..self }
        } else if near(self.from) {
            Cursors { from: self.to, to: at }
        } else {
            Cursors { from: at, to: at }
        }
    }

    /// A cursor at the playhead goes with it.
    pub fn following(self, before: Time, now: Time) -> Cursors {
        if self.to == before { Cursors { to: now, ..self } } else { self }
    }

    /// Earlier first.
    pub fn ordered(self) -> (Time, Time) {
        (self.from.min(self.to), self.from.max(self.to))
    }

    pub fn length(self) -> Span {
        let (from, to) = self.ordered();
        to.since(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_takes_the_cursor_that_is_near() {
        let cursors = Cursors { from: Time(100), to: Time(200) };
        let near = |at: u64| move |other: Time| other.0.abs_diff(at) < 10;
        assert_eq!(cursors.taken(Time(205), near(205)), Cursors { from: Time(100), to: Time(205) });
        assert_eq!(cursors.taken(Time(95), near(95)), Cursors { from: Time(200), to: Time(95) });
        assert_eq!(cursors.taken(Time(150), near(150)), Cursors { from: Time(150), to: Time(150) });
    }

    #[test]
    fn a_cursor_at_the_playhead_goes_with_it() {
        let cursors = Cursors { from: Time(100), to: Time(100) };
        assert_eq!(cursors.following(Time(100), Time(140)).length(), Span(40));
        assert_eq!(cursors.following(Time(90), Time(140)), cursors);
    }
}
