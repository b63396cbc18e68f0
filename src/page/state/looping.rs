//! A range of the run that plays again and again.

use crate::describe::Time;

/// It has its first end from the first press, and loops from the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoopSpan {
    pub from: Time,
    pub to: Option<Time>,
}

impl LoopSpan {
    /// What a press at an instant makes of it: begin, loop, end.
    pub fn pressed(span: Option<LoopSpan>, now: Time) -> Option<LoopSpan> {
        match span {
            None => Some(LoopSpan { from: now, to: None }),
            Some(LoopSpan { from, to: None }) if now != from => {
                Some(LoopSpan { from: from.min(now), to: Some(from.max(now)) })
            }
            Some(_) => None,
        }
    }

    /// Where to go on, if an instant is at its end or beyond.
    pub fn again(self, now: Time) -> Option<Time> {
        self.to.filter(|to| now >= *to).map(|_| self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_presses_begin_loop_and_end_it() {
        let begun = LoopSpan::pressed(None, Time(5));
        let looping = LoopSpan::pressed(begun, Time(2));
        assert_eq!(looping, Some(LoopSpan { from: Time(2), to: Some(Time(5)) }));
        assert_eq!(looping.unwrap().again(Time(5)), Some(Time(2)));
        assert_eq!(looping.unwrap().again(Time(4)), None);
        assert_eq!(LoopSpan::pressed(looping, Time(9)), None);
        assert_eq!(LoopSpan::pressed(begun, Time(5)), None, "a range has a length");
    }
}
