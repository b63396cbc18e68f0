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

    /// The changes that give a bar this shape and leave all others theirs; none if it has it, or no entry of the schedule
    /// made it.
    pub fn changes(self, bar: &FaultBar, all: &[FaultBar]) -> Vec<Change> {
        let mut changes = Vec::new();
        if bar.entry == u32::MAX {
            return changes;
        }
        if self.from != bar.from {
            changes.push(Change::Move { entry: bar.entry, to: self.from });
        }
        if let Some(to) = self.to.filter(|to| bar.to != Some(*to)) {
            changes.extend(self.ending(to, bar, all));
        }
        changes
    }

    fn ending(self, to: Time, bar: &FaultBar, all: &[FaultBar]) -> Vec<Change> {
        let entry = end(bar);
        if let Some(entry) = entry.filter(|entry| does_nothing_else(*entry, bar, all)) {
            return vec![Change::Move { entry, to }];
        }
        let mut changes = Vec::new();
        // What ended it would do so again; the others are ended by remedies of their own.
        if let Some(was) = bar.to.filter(|was| self.from < *was && *was < to) {
            let Some(entry) = entry.filter(|entry| all.iter().all(|other| other.entry != *entry)) else {
                return changes;
            };
            changes.push(Change::Remove { entry });
            let others = all.iter().filter(|other| end(other) == Some(entry) && other.entry != bar.entry);
            changes.extend(others.map(|other| Change::Insert { at: was, line: other.remedy.clone() }));
        }
        changes.push(Change::Insert { at: to, line: bar.remedy.clone() });
        let is_said = |change: &Change| !matches!(change, Change::Insert { line, .. } if line.is_empty());
        if changes.iter().all(is_said) { changes } else { Vec::new() }
    }
}

/// Takes a fault out of the schedule, and what ended it if that did nothing else.
pub fn removal(bar: &FaultBar, all: &[FaultBar]) -> Vec<Change> {
    let end = end(bar).filter(|entry| does_nothing_else(*entry, bar, all));
    [bar.entry].into_iter().chain(end).map(|entry| Change::Remove { entry }).collect()
}

/// The entry that ended a fault, where that is not what began it.
fn end(bar: &FaultBar) -> Option<u32> {
    bar.ended_by.as_ref().map(|(_, entry)| *entry).filter(|entry| *entry != u32::MAX && *entry != bar.entry)
}

/// An entry that ends a fault neither ends nor begins another.
fn does_nothing_else(entry: u32, bar: &FaultBar, all: &[FaultBar]) -> bool {
    all.iter().all(|other| other.entry == bar.entry || end(other) != Some(entry) && other.entry != entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(to: Option<u64>) -> FaultBar {
        FaultBar {
            words: "crash n1".into(),
            line: "crash n1".into(),
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
        assert_eq!(shape.changes(&bar, &[]), moves);
        assert_eq!(Shape::of(&bar).carried(Grip::Whole, -99_000, Time(90_000)).to, Some(Time(10_000)), "not before 0");
        assert_eq!(Shape::of(&bar).changes(&bar, &[]), []);
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
        assert_eq!(shape.changes(&bar, &[]), [Change::Insert { at: Time(50_000), line: "restart n1".into() }]);
    }

    #[test]
    fn what_ended_others_as_well_ends_them_when_it_did() {
        let (one, other) = (bar(Some(20_000)), FaultBar { entry: 4, remedy: "mend n1 n2".into(), ..bar(Some(20_000)) });
        let all = [one.clone(), other.clone()];
        let carried = |by: i64| Shape::of(&one).carried(Grip::End, by, Time(90_000)).changes(&one, &all);
        let own = |at: u64| Change::Insert { at: Time(at), line: "restart n1".into() };
        assert_eq!(carried(-5_000), [own(15_000)], "before it, what ended both stays");
        let others = Change::Insert { at: Time(20_000), line: "mend n1 n2".into() };
        assert_eq!(carried(5_000), [Change::Remove { entry: 5 }, others, own(25_000)]);
        let beyond = Shape::of(&one).carried(Grip::Whole, 30_000, Time(90_000)).changes(&one, &all);
        assert_eq!(beyond, [Change::Move { entry: 3, to: Time(40_000) }, own(50_000)], "there it is long over");
    }

    #[test]
    fn what_takes_a_faults_place_is_not_moved_with_its_end() {
        let (one, next) = (bar(Some(20_000)), FaultBar { entry: 5, from: Time(20_000), ..bar(None) });
        let all = [one.clone(), next];
        let carried = |by: i64| Shape::of(&one).carried(Grip::End, by, Time(90_000)).changes(&one, &all);
        assert_eq!(carried(-5_000), [Change::Insert { at: Time(15_000), line: "restart n1".into() }]);
        assert_eq!(carried(5_000), []);
        assert_eq!(removal(&one, &all), [Change::Remove { entry: 3 }]);
    }

    #[test]
    fn what_ended_others_as_well_stays_when_one_is_removed() {
        let (one, other) = (bar(Some(20_000)), FaultBar { entry: 4, ..bar(Some(20_000)) });
        assert_eq!(removal(&one, std::slice::from_ref(&one)).len(), 2);
        assert_eq!(removal(&one, &[one.clone(), other]), [Change::Remove { entry: 3 }]);
    }
}
