//! The log: positions, and where two logs part.

use std::fmt;

use crate::machines::key_value::Op;
use crate::parts::ChunkedLog;

/// A place in the log: the promotion under which the entry was made, and its number.
///
/// No two entries share a position: a promotion number belongs to one server, and that server lets an entry leave only
/// once its own disk holds it. So logs that have a position in common are equal up to there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub promotion: u64,
    pub index: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.promotion, self.index)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    pub promotion: u64,
    pub op: Op,
}

/// Neighbouring entries made under one promotion; `upto` is the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Run {
    pub promotion: u64,
    pub upto: u64,
}

/// Whether these runs contain a position.
pub fn holds(runs: &[Run], position: Position) -> bool {
    promotion_at(runs, position.index) == Some(position.promotion)
}

fn promotion_at(runs: &[Run], index: u64) -> Option<u64> {
    if index == 0 {
        return Some(0);
    }
    runs.iter().find(|run| run.upto >= index).map(|run| run.promotion)
}

/// The last number up to which two logs are the same.
pub fn agreement(ours: &[Run], theirs: &[Run]) -> u64 {
    theirs
        .iter()
        .rev()
        .find_map(|their| {
            let our = ours.iter().find(|our| our.promotion == their.promotion)?;
            Some(our.upto.min(their.upto))
        })
        .unwrap_or(0)
}

/// Entries with their history: the runs tell under which promotion each was made, even of those long forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    entries: ChunkedLog<Entry>,
    runs: Vec<Run>,
}

impl Log {
    /// A log that begins after a snapshot.
    pub fn after(runs: Vec<Run>) -> Log {
        let base = runs.last().map_or(0, |run| run.upto);
        Log { entries: ChunkedLog::starting_at(base + 1), runs }
    }

    pub fn last(&self) -> Position {
        self.runs.last().map_or(Position::default(), |run| Position { promotion: run.promotion, index: run.upto })
    }

    /// The number of the last entry that is no longer there.
    pub fn base(&self) -> u64 {
        self.entries.first_index() - 1
    }

    /// How many entries are there.
    pub fn len(&self) -> u64 {
        self.entries.len()
    }

    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    pub fn runs_upto(&self, index: u64) -> Vec<Run> {
        let mut runs = self.runs.clone();
        cut_runs(&mut runs, index);
        runs
    }

    /// The position of an entry that is, or was, in this log.
    pub fn at(&self, index: u64) -> Option<Position> {
        promotion_at(&self.runs, index).map(|promotion| Position { promotion, index })
    }

    pub fn holds(&self, position: Position) -> bool {
        holds(&self.runs, position)
    }

    pub fn get(&self, index: u64) -> Option<&Entry> {
        self.entries.get(index)
    }

    pub fn iter_from(&self, index: u64) -> impl Iterator<Item = (u64, &Entry)> {
        self.entries.iter_from(index)
    }

    pub fn push(&mut self, entry: Entry) -> u64 {
        let promotion = entry.promotion;
        let index = self.entries.push(entry);
        match self.runs.last_mut() {
            Some(run) if run.promotion == promotion => run.upto = index,
            _ => self.runs.push(Run { promotion, upto: index }),
        }
        index
    }

    pub fn truncate_after(&mut self, index: u64) {
        let index = index.max(self.base());
        self.entries.truncate_after(index);
        cut_runs(&mut self.runs, index);
    }

    /// Lets go of entries that a snapshot covers.
    pub fn forget_upto(&mut self, index: u64) {
        self.entries.forget_upto(index);
    }
}

fn cut_runs(runs: &mut Vec<Run>, index: u64) {
    let kept = runs.iter().position(|run| run.upto >= index).map_or(runs.len(), |found| found + 1);
    runs.truncate(kept);
    if index == 0 {
        runs.clear();
    }
    if let Some(last) = runs.last_mut() {
        last.upto = last.upto.min(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(pairs: &[(u64, u64)]) -> Vec<Run> {
        pairs.iter().map(|&(promotion, upto)| Run { promotion, upto }).collect()
    }

    fn log(pairs: &[(u64, u64)]) -> Log {
        let mut log = Log::default();
        for run in runs(pairs) {
            while log.last().index < run.upto {
                log.push(Entry { promotion: run.promotion, op: Op::Get { key: "x".into() } });
            }
        }
        log
    }

    #[test]
    fn logs_agree_up_to_the_last_position_that_they_share() {
        for (ours, theirs, expected) in [
            (&[][..], &[][..], 0),
            (&[(1, 5)], &[], 0),
            (&[(1, 5)], &[(1, 3)], 3),
            (&[(1, 5)], &[(1, 9)], 5),
            (&[(1, 5), (2, 8)], &[(1, 7)], 5),
            (&[(1, 5), (2, 8)], &[(1, 5), (2, 6)], 6),
            (&[(1, 5), (2, 8), (4, 9)], &[(1, 5), (2, 7), (3, 12)], 7),
            (&[(2, 8)], &[(1, 5)], 0),
        ] {
            assert_eq!(agreement(&runs(ours), &runs(theirs)), expected, "{ours:?} {theirs:?}");
            assert_eq!(agreement(&runs(theirs), &runs(ours)), expected, "{theirs:?} {ours:?}");
        }
    }

    #[test]
    fn runs_follow_the_entries() {
        let mut log = log(&[(1, 3), (4, 5)]);
        assert_eq!(log.last(), Position { promotion: 4, index: 5 });
        assert_eq!(log.at(3), Some(Position { promotion: 1, index: 3 }));
        assert_eq!((log.at(0), log.at(6)), (Some(Position::default()), None));
        log.truncate_after(3);
        assert_eq!(log.runs(), runs(&[(1, 3)]));
        log.forget_upto(2);
        assert_eq!((log.base(), log.len(), log.holds(Position { promotion: 1, index: 1 })), (2, 1, true));
        log.truncate_after(0);
        assert_eq!((log.len(), log.last().index), (0, 2), "what a snapshot covers is not cut");
    }

    #[test]
    fn a_log_after_a_snapshot_goes_on_behind_it() {
        let mut log = Log::after(runs(&[(1, 3), (2, 6)]));
        assert_eq!((log.base(), log.last(), log.len()), (6, Position { promotion: 2, index: 6 }, 0));
        assert_eq!(log.push(Entry { promotion: 2, op: Op::Get { key: "x".into() } }), 7);
        assert_eq!(log.runs(), runs(&[(1, 3), (2, 7)]));
    }
}
