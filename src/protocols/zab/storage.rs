//! What a server's disk holds, and its history as the server keeps it: in memory at once, on disk a sync later.
//!
//! The two epochs are files of their own, as in ZooKeeper: a crash can fall between any two of the four.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Zab;
use super::log::{Log, Place, Snapshot, Txn};
use super::machine::{KeyValue, Machine};
use super::zxid::Zxid;
use crate::sim::Context;

pub const LOG: u8 = 0;
pub const ACCEPTED: u8 = 1;
pub const CURRENT: u8 = 2;
pub const SNAPSHOT: u8 = 3;
pub const FILES: &[&str] = &["log", "acceptedEpoch", "currentEpoch", "snapshot"];

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Record<M: Machine = KeyValue> {
    Txn(Txn<M>),
    /// The transactions after this number are void.
    Truncate {
        after: u64,
    },
    /// A snapshot covers the transactions up to this number.
    Purge {
        upto: u64,
    },
    /// The log begins anew behind a snapshot that came from the leader.
    Anew {
        base: Place,
    },
    AcceptedEpoch(u32),
    CurrentEpoch(u32),
    Snapshot(Arc<Snapshot<M>>),
}

impl<M: Machine> Record<M> {
    pub fn file(&self) -> u8 {
        match self {
            Record::Txn(_) | Record::Truncate { .. } | Record::Purge { .. } | Record::Anew { .. } => LOG,
            Record::AcceptedEpoch(_) => ACCEPTED,
            Record::CurrentEpoch(_) => CURRENT,
            Record::Snapshot(_) => SNAPSHOT,
        }
    }
}

/// What would be found after a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable<M: Machine = KeyValue> {
    pub log: Log<M>,
    pub accepted: u32,
    pub current: u32,
    pub snapshot: Arc<Snapshot<M>>,
}

impl<M: Machine> Stable<M> {
    pub fn replay(&mut self, record: &Record<M>) {
        match record {
            Record::Txn(txn) => {
                self.log.push(txn.clone());
            }
            Record::Truncate { after } => self.log.truncate_after(*after),
            Record::Purge { upto } => self.log.forget_upto(*upto),
            Record::Anew { base } => self.log = Log::after(*base),
            Record::AcceptedEpoch(epoch) => self.accepted = *epoch,
            Record::CurrentEpoch(epoch) => self.current = *epoch,
            Record::Snapshot(snapshot) => self.snapshot = Arc::clone(snapshot),
        }
    }

    /// Log and snapshot are files of their own. The log is of use if it goes through the snapshot's place; otherwise the
    /// snapshot came from a leader, the crash fell before the log began anew, and the log is void.
    pub fn log_fits(&self) -> bool {
        let place = self.snapshot.place;
        self.log.base().index <= place.index && self.log.zxid_at(place.index) == Some(place.zxid)
    }

    pub fn last(&self) -> Place {
        if self.log_fits() { self.log.last() } else { self.snapshot.place }
    }

    /// Whether a committed transaction is here, as itself or within the snapshot.
    pub fn holds(&self, zxid: Zxid) -> bool {
        zxid <= self.snapshot.place.zxid || (self.log_fits() && self.log.holds(zxid))
    }
}

/// The files in memory, with how much of them the disk holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Journal<M: Machine = KeyValue> {
    log: Log<M>,
    snapshot: Arc<Snapshot<M>>,
    /// Places of snapshots that a purge retains, oldest first; the newest is `snapshot`.
    retained: VecDeque<u64>,
    accepted: u32,
    current: u32,
    /// The last transaction that the disk holds.
    durable: u64,
    /// Records of the log written and not yet durable: each one's number, and where the log ended after it.
    pending: VecDeque<(u64, u64)>,
    /// Records written and records durable, by file.
    written: [u64; 4],
    synced: [u64; 4],
}

type Ctx<'a, M> = Context<'a, Zab<M>>;

impl<M: Machine> Journal<M> {
    pub fn recover(stable: &Stable<M>, keeps_accepted: bool, ctx: &mut Ctx<'_, M>) -> Journal<M> {
        let log = stable.log.clone();
        let last = stable.last();
        let mut journal = Journal {
            durable: last.index,
            log,
            snapshot: Arc::clone(&stable.snapshot),
            retained: VecDeque::from([stable.snapshot.place.index]),
            accepted: if keeps_accepted { stable.accepted } else { last.zxid.epoch },
            current: stable.current,
            pending: VecDeque::new(),
            written: [0; 4],
            synced: [0; 4],
        };
        if !stable.log_fits() {
            journal.begin_anew(ctx);
        }
        journal
    }

    pub fn log(&self) -> &Log<M> {
        &self.log
    }

    pub fn snapshot(&self) -> &Arc<Snapshot<M>> {
        &self.snapshot
    }

    pub fn accepted(&self) -> u32 {
        self.accepted
    }

    pub fn current(&self) -> u32 {
        self.current
    }

    /// The last transaction that the disk holds, by number.
    pub fn durable(&self) -> u64 {
        self.durable
    }

    /// All that was written to a file is on disk.
    pub fn is_synced(&self, file: u8) -> bool {
        self.written[usize::from(file)] == self.synced[usize::from(file)]
    }

    pub fn is_clean(&self) -> bool {
        self.written == self.synced
    }

    fn write(&mut self, record: Record<M>, ctx: &mut Ctx<'_, M>) -> u64 {
        let file = usize::from(record.file());
        self.written[file] = ctx.write(record);
        self.written[file]
    }

    pub fn append(&mut self, txn: Txn<M>, ctx: &mut Ctx<'_, M>) -> u64 {
        let record = self.write(Record::Txn(txn.clone()), ctx);
        let index = self.log.push(txn);
        self.pending.push_back((record, index));
        index
    }

    pub fn truncate_after(&mut self, index: u64, ctx: &mut Ctx<'_, M>) {
        self.write(Record::Truncate { after: index }, ctx);
        ctx.sync(LOG);
        self.log.truncate_after(index);
        self.durable = self.durable.min(index);
        for (_, end) in &mut self.pending {
            *end = index.min(*end);
        }
    }

    pub fn accept(&mut self, epoch: u32, persists: bool, ctx: &mut Ctx<'_, M>) {
        self.accepted = epoch;
        if persists {
            self.write(Record::AcceptedEpoch(epoch), ctx);
            ctx.sync(ACCEPTED);
        }
    }

    pub fn enter(&mut self, epoch: u32, ctx: &mut Ctx<'_, M>) {
        self.current = epoch;
        self.write(Record::CurrentEpoch(epoch), ctx);
        ctx.sync(CURRENT);
    }

    /// Writes a snapshot; it counts once it is durable, see [`Journal::keep`].
    pub fn save(&mut self, snapshot: Arc<Snapshot<M>>, ctx: &mut Ctx<'_, M>) {
        self.write(Record::Snapshot(snapshot), ctx);
        ctx.sync(SNAPSHOT);
    }

    /// A snapshot is on disk. With purging, the log before the oldest of the retained ones goes.
    pub fn keep(&mut self, snapshot: Arc<Snapshot<M>>, retain: Option<u64>, ctx: &mut Ctx<'_, M>) {
        self.retained.push_back(snapshot.place.index);
        self.snapshot = snapshot;
        let Some(retain) = retain else { return };
        while self.retained.len() as u64 > retain {
            self.retained.pop_front();
        }
        let oldest = self.retained.front().copied().unwrap_or(0);
        if oldest > self.log.base().index {
            self.write(Record::Purge { upto: oldest }, ctx);
            ctx.sync(LOG);
            self.log.forget_upto(oldest);
        }
    }

    /// A snapshot from the leader is on disk: what the log had is void.
    pub fn install(&mut self, snapshot: Arc<Snapshot<M>>, ctx: &mut Ctx<'_, M>) {
        self.retained = VecDeque::from([snapshot.place.index]);
        self.snapshot = snapshot;
        self.begin_anew(ctx);
    }

    fn begin_anew(&mut self, ctx: &mut Ctx<'_, M>) {
        let base = self.snapshot.place;
        self.log = Log::after(base);
        self.write(Record::Anew { base }, ctx);
        ctx.sync(LOG);
        self.pending.clear();
        self.durable = base.index;
    }

    pub fn on_durable(&mut self, file: u8, upto: u64) {
        self.synced[usize::from(file)] = upto;
        if file != LOG {
            return;
        }
        while let Some((_, end)) = self.pending.pop_front_if(|(record, _)| *record <= upto) {
            self.durable = end;
        }
    }
}
