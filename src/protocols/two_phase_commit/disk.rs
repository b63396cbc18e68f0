//! The log, and what a crash leaves of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::message::Tx;
use crate::machines::bank::{Bank, Change};
use crate::sim::NodeId;

/// How many ended transactions a server remembers.
const REMEMBERED: usize = 64;

/// A participant's promise: it will commit if it is told so, whatever happens to it meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Promise {
    pub coordinator: NodeId,
    /// Whom it may ask how it ended. Not those that only read: they remember nothing of it.
    pub writers: Arc<[NodeId]>,
    pub changes: Arc<[Change]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Record {
    /// Participant, forced before its yes.
    Prepared { tx: Tx, promise: Promise },
    /// Participant, forced before its acknowledgement.
    Committed { tx: Tx },
    /// Participant, never forced: without it, it asks and is told the same.
    Aborted { tx: Tx },
    /// Coordinator, forced before anybody is told: the commit, and whom it concerns.
    Decided { tx: Tx, participants: Arc<[NodeId]> },
    /// Coordinator, never forced: without it, it says the same once more.
    Forgotten { tx: Tx },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Committed,
    Aborted,
    /// It only read here.
    ReadOnly,
}

/// How transactions ended; the oldest are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outcomes {
    known: BTreeMap<Tx, Outcome>,
    /// What is older than this may have been dropped.
    floor: Option<Tx>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    pub bank: Bank,
    pub prepared: BTreeMap<Tx, Promise>,
    pub outcomes: Outcomes,
    /// Commits that some participant may not know of.
    pub decided: BTreeMap<Tx, Arc<[NodeId]>>,
    /// What plain writes have added to the sum here.
    pub written: i64,
}

pub const LOG: u8 = 0;

impl Outcomes {
    pub fn get(&self, tx: Tx) -> Option<Outcome> {
        self.known.get(&tx).copied()
    }

    /// Whether it can be told that this one never ended here.
    pub fn would_know(&self, tx: Tx) -> bool {
        self.floor.is_none_or(|floor| tx > floor)
    }

    pub fn insert(&mut self, tx: Tx, outcome: Outcome) {
        self.known.insert(tx, outcome);
        if self.known.len() > REMEMBERED
            && let Some((oldest, _)) = self.known.pop_first()
        {
            self.floor = self.floor.max(Some(oldest));
        }
    }

    /// The newest few, oldest first.
    pub fn latest(&self, count: usize) -> impl Iterator<Item = (Tx, Outcome)> + '_ {
        let skipped = self.known.len().saturating_sub(count);
        self.known.iter().skip(skipped).map(|(tx, outcome)| (*tx, *outcome))
    }

    pub fn last(&self) -> Option<(Tx, Outcome)> {
        self.known.last_key_value().map(|(tx, outcome)| (*tx, *outcome))
    }
}

impl Stable {
    pub fn replay(&mut self, record: &Record) {
        match record {
            Record::Prepared { tx, promise } => {
                self.prepared.insert(*tx, promise.clone());
            }
            Record::Committed { tx } => {
                if let Some(promise) = self.prepared.remove(tx) {
                    for change in promise.changes.iter() {
                        self.bank.apply(change);
                        self.written += if change.moves { 0 } else { change.by };
                    }
                }
                self.outcomes.insert(*tx, Outcome::Committed);
            }
            Record::Aborted { tx } => {
                self.prepared.remove(tx);
                self.outcomes.insert(*tx, Outcome::Aborted);
            }
            Record::Decided { tx, participants } => {
                self.decided.insert(*tx, Arc::clone(participants));
            }
            Record::Forgotten { tx } => {
                self.decided.remove(tx);
            }
        }
    }
}
