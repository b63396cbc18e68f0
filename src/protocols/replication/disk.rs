//! What a server's disk holds, and the log as the server keeps it: in memory at once, on disk a sync later.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Replication;
use super::log::{Entry, Log, Position, Run};
use crate::machines::key_value::KeyValue;
use crate::sim::{Context, NodeId};

pub const LOG: u8 = 0;
pub const PROMOTION: u8 = 1;
pub const SNAPSHOT: u8 = 2;
pub const FILES: &[&str] = &["log", "promotion", "snapshot"];

/// The highest promotion that a server has heard of, and whom it made primary; nobody after a demotion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Promotion {
    pub number: u64,
    pub primary: Option<NodeId>,
}

/// The machine after all entries up to a position.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot {
    pub runs: Vec<Run>,
    pub state: KeyValue,
}

impl Snapshot {
    pub fn position(&self) -> Position {
        self.runs.last().map_or(Position::default(), |run| Position { promotion: run.promotion, index: run.upto })
    }

    pub fn index(&self) -> u64 {
        self.position().index
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Record {
    /// The next entry of the log.
    Entry(Entry),
    /// The entries after this number are void.
    Cut {
        after: u64,
    },
    /// A snapshot covers the entries up to this number.
    Forget {
        upto: u64,
    },
    /// The log begins anew behind a snapshot that came from elsewhere.
    Anew {
        runs: Vec<Run>,
    },
    Promotion(Promotion),
    Snapshot(Arc<Snapshot>),
}

impl Record {
    pub fn file(&self) -> u8 {
        match self {
            Record::Entry(_) | Record::Cut { .. } | Record::Forget { .. } | Record::Anew { .. } => LOG,
            Record::Promotion(_) => PROMOTION,
            Record::Snapshot(_) => SNAPSHOT,
        }
    }
}

/// What would be found after a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    pub promotion: Promotion,
    pub log: Log,
    pub snapshot: Arc<Snapshot>,
}

impl Stable {
    pub fn replay(&mut self, record: &Record) {
        match record {
            Record::Entry(entry) => {
                self.log.push(entry.clone());
            }
            Record::Cut { after } => self.log.truncate_after(*after),
            Record::Forget { upto } => self.log.forget_upto(*upto),
            Record::Anew { runs } => self.log = Log::after(runs.clone()),
            Record::Promotion(promotion) => self.promotion = *promotion,
            Record::Snapshot(snapshot) => self.snapshot = Arc::clone(snapshot),
        }
    }

    /// Whether a write is here, as an entry or within a snapshot.
    pub fn holds(&self, position: Position) -> bool {
        self.log.holds(position) || super::log::holds(&self.snapshot.runs, position)
    }

    /// Log and snapshot are files of their own, so a crash can fall between them. The log is of use if it goes through
    /// the snapshot's position; otherwise it begins anew behind the snapshot.
    pub fn log_fits(&self) -> bool {
        let snapshot = self.snapshot.position();
        self.log.base() <= snapshot.index && self.log.holds(snapshot)
    }
}

/// The log in memory, with how much of it the disk holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Journal {
    log: Log,
    durable: u64,
    /// Records written and not yet durable: each one's number, and where the log ended after it.
    pending: VecDeque<(u64, u64)>,
    /// The flaw: what is written counts as held.
    hasty: bool,
}

impl Journal {
    pub fn recover(stable: &Stable, hasty: bool, ctx: &mut Context<'_, Replication>) -> Journal {
        let log = stable.log.clone();
        let mut journal = Journal { durable: log.last().index, log, pending: VecDeque::new(), hasty };
        if !stable.log_fits() {
            journal.begin_anew(stable.snapshot.runs.clone(), ctx);
        }
        journal
    }

    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The last entry that counts as held by this disk.
    pub fn durable(&self) -> u64 {
        if self.hasty { self.log.last().index } else { self.durable }
    }

    pub fn append(&mut self, entry: Entry, ctx: &mut Context<'_, Replication>) -> u64 {
        let record = ctx.write(Record::Entry(entry.clone()));
        let index = self.log.push(entry);
        self.pending.push_back((record, index));
        index
    }

    pub fn cut_after(&mut self, index: u64, ctx: &mut Context<'_, Replication>) {
        ctx.write(Record::Cut { after: index });
        self.log.truncate_after(index);
        self.lower(index);
    }

    pub fn forget_upto(&mut self, index: u64, ctx: &mut Context<'_, Replication>) {
        ctx.write(Record::Forget { upto: index });
        ctx.sync(LOG);
        self.log.forget_upto(index);
    }

    /// Only after the snapshot that covers it is durable.
    pub fn begin_anew(&mut self, runs: Vec<Run>, ctx: &mut Context<'_, Replication>) {
        self.log = Log::after(runs.clone());
        ctx.write(Record::Anew { runs });
        ctx.sync(LOG);
        self.pending.clear();
        self.durable = self.log.last().index;
    }

    /// What is on its way to the disk no longer counts beyond a cut.
    fn lower(&mut self, index: u64) {
        self.durable = self.durable.min(index);
        for (_, end) in &mut self.pending {
            *end = index.min(*end);
        }
    }

    pub fn on_durable(&mut self, upto: u64) {
        while let Some((_, end)) = self.pending.pop_front_if(|(record, _)| *record <= upto) {
            self.durable = end;
        }
    }
}
