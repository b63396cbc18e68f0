//! A fault's bar taken by its middle or an end: what it becomes, and which changes of the schedule that means.

use crate::describe::Time;
use crate::lab::wire::{Change, FaultBar};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    Whole,
    Start,
    End,
}

/// A bar in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub from: Time,
    /// None while it lasts.
    pub to: Option<Time>,
}

/// No bar is shorter, or begins before the first instant.
const SHORTEST: u64 = 1_000;

impl Shape {
    pub fn of(bar: &FaultBar) -> Shape {
        Shape { from: bar.from, to: bar.to }
    }

    /// Taken at `grip` and carried so far, in microseconds; a bar that lasts gets an end where it is taken by its end,
    /// which is drawn at `end`.
    #[must_use]
    pub fn carried(self, grip: Grip, by: i64, end: Time) -> Shape {
        let moved = |time: Time| Time(time.0.saturating_add_signed(by));
        match grip {
            Grip::Whole => {
                let by = by.max(-(self.from.0 as i64));
                let moved = |time: Time| Time(time.0.saturating_add_signed(by));
                Shape { from: moved(self.from), to: self.to.map(moved) }
            }
            Grip::Start => {
                let latest = self.to.unwrap_or(end).0.saturating_sub(SHORTEST);
                Shape { from: Time(moved(self.from).0.min(latest)), ..self }
            }
            Grip::End => {
                let to = moved(self.to.unwrap_or(end));
                Shape { to: Some(Time(to.0.max(self.from.0 + SHORTEST))), ..self }
            }
        }
    }

    /// The changes that give a bar this shape; none if it has it, or no entry of the schedule made it.
    pub fn changes(self, bar: &FaultBar) -> Vec<Change> {
        let mut changes = Vec::new();
        if bar.entry == u32::MAX {
            return changes;
        }
        if self.from != bar.from {
            changes.push(Change::Move { entry: bar.entry, to: self.from });
        }
        match (self.to, bar.to, &bar.ended_by) {
            (Some(to), Some(was), Some((_, entry))) if to != was && *entry != u32::MAX => {
                changes.push(Change::Move { entry: *entry, to });
            }
            (Some(at), None, _) if !bar.remedy.is_empty() => {
                changes.push(Change::Insert { at, line: bar.remedy.clone() });
            }
            _ => {}
        }
        changes
    }
}

/// Takes a fault out of the schedule, and what ended it if that ended nothing else.
pub fn removal(bar: &FaultBar, all: &[FaultBar]) -> Vec<Change> {
    let mut changes = vec![Change::Remove { entry: bar.entry }];
    if let Some((_, end)) = bar.ended_by.as_ref().filter(|(_, end)| *end != u32::MAX) {
        let ends = |other: &&FaultBar| other.ended_by.as_ref().is_some_and(|(_, entry)| entry == end);
        if all.iter().filter(ends).count() == 1 && *end != bar.entry {
            changes.push(Change::Remove { entry: *end });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(to: Option<u64>) -> FaultBar {
        FaultBar {
            words: "crash n1".into(),
            entry: 3,
            from: Time(10_000),
            to: to.map(Time),
            ended_by: to.map(|_| ("restart n1".into(), 5)),
            remedy: "restart n1".into(),
        }
    }

    #[test]
    fn a_bar_moves_with_its_end() {
        let bar = bar(Some(20_000));
        let shape = Shape::of(&bar).carried(Grip::Whole, 5_000, Time(90_000));
        assert_eq!(shape, Shape { from: Time(15_000), to: Some(Time(25_000)) });
        let moves = [Change::Move { entry: 3, to: Time(15_000) }, Change::Move { entry: 5, to: Time(25_000) }];
        assert_eq!(shape.changes(&bar), moves);
        assert_eq!(Shape::of(&bar).carried(Grip::Whole, -99_000, Time(90_000)).to, Some(Time(10_000)), "not before 0");
        assert_eq!(Shape::of(&bar).changes(&bar), []);
    }

    #[test]
    fn ends_do_not_pass_each_other() {
        let shape = Shape::of(&bar(Some(20_000)));
        assert_eq!(shape.carried(Grip::Start, 50_000, Time(90_000)).from, Time(19_000));
        assert_eq!(shape.carried(Grip::End, -50_000, Time(90_000)).to, Some(Time(11_000)));
    }

    #[test]
    fn a_bar_that_lasts_gets_an_end_by_its_remedy() {
        let bar = bar(None);
        let shape = Shape::of(&bar).carried(Grip::End, -40_000, Time(90_000));
        assert_eq!(shape.changes(&bar), [Change::Insert { at: Time(50_000), line: "restart n1".into() }]);
    }

    #[test]
    fn what_ended_others_as_well_stays_when_one_is_removed() {
        let (one, other) = (bar(Some(20_000)), FaultBar { entry: 4, ..bar(Some(20_000)) });
        assert_eq!(removal(&one, std::slice::from_ref(&one)).len(), 2);
        assert_eq!(removal(&one, &[one.clone(), other]), [Change::Remove { entry: 3 }]);
    }
}
