//! Synchronization: the leader gives each learner what it lacks, takes away what it should not have, or sends the whole
//! state; the learner has all of it on disk before it says so.

use std::sync::Arc;

use super::Timer;
use super::config;
use super::ghost::Output;
use super::leader::Step;
use super::learner::{Save, Stage};
use super::log::{Log, Place, TXN_BYTES, Txn};
use super::machine::{KeyValue, Machine};
use super::message::Message;
use super::server::{Ctx, Server};
use super::storage;
use super::zxid::Zxid;
use crate::parts::ChunkedLog;
use crate::sim::NodeId;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Diff,
    Trunc,
    Snap,
}

/// What a leader does for a learner; the transactions after the zxid follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Plan {
    Diff { after: Zxid },
    Trunc { to: Zxid },
    Snap,
}

/// What the leader has: transactions kept in memory, those on disk, and where its machine stands.
pub struct History<'a, M: Machine = KeyValue> {
    pub committed: &'a ChunkedLog<Txn<M>>,
    pub disk: &'a Log<M>,
    pub processed: Zxid,
    /// Bytes of log that may be read instead of sending a snapshot; zero is no limit.
    pub limit: u64,
}

/// How to synchronize a learner whose history ends at `peer` (`LearnerHandler.syncFollower`).
pub fn sync_decision<M: Machine>(history: &History<'_, M>, peer: Zxid) -> Plan {
    let committed = history.committed;
    let newest = committed.last().map_or(history.processed, |txn| txn.zxid);
    let oldest = committed.get(committed.first_index()).map_or(newest, |txn| txn.zxid);
    if peer == history.processed {
        return Plan::Diff { after: peer };
    }
    if peer > newest && !peer.opens_epoch() {
        return Plan::Trunc { to: newest };
    }
    if peer >= oldest && peer <= newest {
        return walk(committed.iter().map(|(_, txn)| txn.zxid), peer);
    }
    let disk = history.disk;
    let first = disk.get(disk.base().index + 1).map(|txn| txn.zxid);
    let is_there = first.is_some_and(|first| first <= peer) && disk.last().zxid >= oldest;
    let missing = disk.floor(peer).map_or(0, |place| disk.last().index - place.index) * TXN_BYTES;
    if peer < oldest && is_there && (history.limit == 0 || missing <= history.limit) {
        return walk(disk.iter_from(disk.base().index + 1).map(|(_, txn)| txn.zxid), peer);
    }
    Plan::Snap
}

/// Looks for the learner's last transaction among the leader's. A TRUNC must not cross an epoch.
fn walk(zxids: impl Iterator<Item = Zxid>, peer: Zxid) -> Plan {
    let mut before = Zxid::NONE;
    for zxid in zxids {
        if zxid == peer {
            return Plan::Diff { after: peer };
        }
        if zxid > peer {
            return if peer.opens_epoch() {
                Plan::Diff { after: peer }
            } else if zxid.epoch != peer.epoch {
                Plan::Snap
            } else {
                Plan::Trunc { to: before }
            };
        }
        before = zxid;
    }
    Plan::Snap
}

/// A snapshot on its way from the leader.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Incoming {
    place: Place,
    total: u32,
    checksum: u64,
    bytes: Vec<u8>,
}

impl Incoming {
    pub fn percent(&self) -> u8 {
        (self.bytes.len() as u64 * 100 / u64::from(self.total.max(1))).min(100) as u8
    }

    fn is_whole(&self) -> bool {
        self.bytes.len() as u64 == u64::from(self.total)
    }
}

/// The state out of the bytes of a snapshot, unless they are damaged or end early.
pub fn open_snapshot<M: Machine>(bytes: &[u8], checksum: u64) -> Option<M> {
    let machine = M::decode(bytes);
    (machine.digest() == checksum).then_some(machine)
}

impl<M: Machine> Server<M> {
    /// Leader: brings a learner up to date. From here on every proposal goes to it as well, before NEWLEADER already.
    pub fn synchronize(&mut self, peer: NodeId, ctx: &mut Ctx<'_, M>) {
        let only_synced = self.config.flaws.propose_to_synced_only;
        let Some(leader) = self.leader() else { return };
        let epoch = leader.epoch;
        let Some(handler) = leader.learners.get_mut(&peer) else { return };
        let Some(last) = handler.last.take() else { return };
        handler.is_forwarding = !only_synced;
        let is_observer = handler.is_observer;
        let limit = self.journal.snapshot().state.encode().len() as u64 * self.config.snapshot_factor / 100;
        let history =
            History { committed: &self.committed_log, disk: self.journal.log(), processed: self.applied.zxid, limit };
        let after = match sync_decision(&history, last) {
            Plan::Diff { after } => {
                ctx.mark(config::DIFF_SENT);
                let template = if after == self.applied.zxid {
                    "{0} and {1} have the same history, up to {2}"
                } else {
                    "{0} gives {1} the transactions after {2}"
                };
                self.say_plan(template, peer, after, ctx);
                ctx.send(peer, Message::Diff { last: self.applied.zxid });
                after
            }
            Plan::Trunc { to } => {
                ctx.mark(config::TRUNC_SENT);
                self.say_plan("{0} tells {1} to go back to {2}: what comes after was never committed", peer, to, ctx);
                ctx.send(peer, Message::Trunc { to });
                to
            }
            Plan::Snap => {
                ctx.mark(config::SNAP_SENT);
                self.say_plan("{0} sends {1} the whole state: its log does not lead on from {2}", peer, last, ctx);
                self.send_snapshot(peer, ctx);
                self.applied.zxid
            }
        };
        self.send_history(peer, after, is_observer, ctx);
        ctx.send(peer, Message::NewLeader { epoch });
    }

    fn say_plan(&self, template: &'static str, peer: NodeId, zxid: Zxid, ctx: &mut Ctx<'_, M>) {
        ctx.note(template, [self.me.into(), peer.into(), zxid.to_string().into()]);
    }

    fn send_snapshot(&self, peer: NodeId, ctx: &mut Ctx<'_, M>) {
        let bytes = self.machine.encode();
        let checksum = self.machine.digest();
        ctx.send(peer, Message::Snap { place: self.applied, bytes: bytes.len() as u32, checksum });
        let size = self.config.snapshot_chunk.max(1);
        for (number, part) in bytes.chunks(size as usize).enumerate() {
            ctx.send(peer, Message::Chunk { offset: number as u32 * size, bytes: Arc::from(part) });
        }
    }

    /// What is committed after a place, and to voters what is proposed.
    fn send_history(&mut self, peer: NodeId, after: Zxid, is_observer: bool, ctx: &mut Ctx<'_, M>) {
        let now = ctx.monotonic();
        let log = self.journal.log();
        let first = self.committed_log.first_index();
        let from_disk = log.iter_from(log.base().index + 1).take_while(|(index, _)| *index < first);
        let all = from_disk.map(|(_, txn)| txn).chain(self.committed_log.iter().map(|(_, txn)| txn));
        for txn in all.filter(|txn| txn.zxid > after) {
            if is_observer {
                ctx.send(peer, Message::Inform(txn.clone()));
            } else {
                ctx.send(peer, Message::Proposal(txn.clone()));
                ctx.send(peer, Message::Commit { zxid: txn.zxid });
            }
        }
        if is_observer || self.config.flaws.propose_to_synced_only {
            return;
        }
        let proposed: Vec<Txn<M>> = match &self.phase {
            super::server::Phase::Leading(leader) => {
                leader.outstanding.iter().filter_map(|it| log.get(it.index)).cloned().collect()
            }
            _ => Vec::new(),
        };
        let oldest = proposed.first().map(|txn| (txn.zxid, now));
        if let Some(handler) = self.leader().and_then(|leader| leader.learners.get_mut(&peer)) {
            handler.unacked = oldest;
        }
        for txn in proposed {
            ctx.send(peer, Message::Proposal(txn));
        }
    }

    /// Leader: a learner has the history on disk and has entered the epoch.
    pub fn on_entered(&mut self, from: NodeId, epoch: u32, ctx: &mut Ctx<'_, M>) {
        let only_synced = self.config.flaws.propose_to_synced_only;
        let Some(leader) = self.leader().filter(|leader| leader.epoch == epoch) else { return };
        let Some(handler) = leader.learners.get_mut(&from).filter(|handler| !handler.has_entered) else { return };
        handler.has_entered = true;
        handler.is_forwarding |= only_synced;
        let is_observer = handler.is_observer;
        if leader.is_established() {
            self.tell_up_to_date(from, ctx);
        } else if !is_observer {
            self.count_entered(from, ctx);
        }
    }

    pub fn count_entered(&mut self, from: NodeId, ctx: &mut Ctx<'_, M>) {
        let config = self.config;
        let Some(leader) = self.leader().filter(|leader| leader.step == Step::Synchronization) else { return };
        leader.entered.insert(from);
        // Its own disk is in the quorum, as in any other.
        if leader.entered.contains(&ctx.me()) && config.has_quorum(leader.entered.len()) {
            self.establish(ctx);
        }
    }

    fn syncing(&mut self, method: Method) -> bool {
        let Some(learner) = self.learner().filter(|learner| learner.stage == Stage::Promised) else { return false };
        learner.stage = Stage::Syncing;
        learner.method = method;
        true
    }

    pub fn on_diff(&mut self) {
        let asked_whole = self.learner().is_some_and(|learner| learner.asks_whole);
        if !asked_whole {
            self.syncing(Method::Diff);
        } else if self.syncing(Method::Snap) {
            // The leader takes it for one that has nothing and has nothing itself: that is its whole state.
            self.machine = M::default();
            self.applied = Place::default();
            self.committed_log = ChunkedLog::starting_at(1);
        }
    }

    pub fn on_trunc(&mut self, to: Zxid, ctx: &mut Ctx<'_, M>) {
        if !self.syncing(Method::Trunc) {
            return;
        }
        let place = self.journal.log().floor(to).filter(|place| place.zxid == to);
        let Some(place) = place.filter(|place| place.index >= self.journal.snapshot().place.index) else {
            // ZooKeeper ends its process here and waits for an operator; this one asks for the whole state.
            ctx.note(
                "{0} cannot go back to {1}, for its own snapshot is ahead of it: it asks for the whole state",
                [self.me.into(), to.to_string().into()],
            );
            self.ask_whole(ctx);
            return;
        };
        self.journal.truncate_after(place.index, ctx);
        self.load();
    }

    pub fn on_snap(&mut self, place: Place, total: u32, checksum: u64, ctx: &mut Ctx<'_, M>) {
        if !self.syncing(Method::Snap) {
            return;
        }
        if let Some(learner) = self.learner() {
            learner.incoming = Some(Incoming { place, total, checksum, bytes: Vec::new() });
        }
        self.open_incoming(ctx);
    }

    pub fn on_chunk(&mut self, offset: u32, bytes: &[u8], ctx: &mut Ctx<'_, M>) {
        let Some(incoming) = self.learner().and_then(|learner| learner.incoming.as_mut()) else { return };
        if incoming.bytes.len() as u64 == u64::from(offset) {
            incoming.bytes.extend_from_slice(bytes);
        }
        self.open_incoming(ctx);
    }

    fn open_incoming(&mut self, ctx: &mut Ctx<'_, M>) {
        let Some(learner) = self.learner() else { return };
        let Some(incoming) = learner.incoming.take_if(|incoming| incoming.is_whole()) else { return };
        let Some(machine) = open_snapshot(&incoming.bytes, incoming.checksum) else {
            ctx.mark(config::SNAP_DISCARDED);
            self.look("the snapshot does not match its checksum", ctx);
            return;
        };
        self.machine = machine;
        self.applied = incoming.place;
        self.committed_log = ChunkedLog::starting_at(incoming.place.index + 1);
    }

    /// Learner: it has been given everything. First a snapshot, then the log, then the epoch; only then the answer.
    pub fn on_new_leader(&mut self, ctx: &mut Ctx<'_, M>) {
        let flaws = self.config.flaws;
        let Some(learner) = self.learner().filter(|learner| learner.stage == Stage::Syncing) else { return };
        if learner.incoming.is_some() {
            ctx.expect(false, "NEWLEADER came before the end of a snapshot");
            return;
        }
        learner.stage = Stage::Saving;
        let method = learner.method;
        ctx.cancel_timer(Timer::Read);
        let is_diff = method == Method::Diff;
        if is_diff && (flaws.epoch_before_log || flaws.ack_before_flush) {
            self.start_save(Save::Epoch, ctx);
        } else {
            self.take_committed(ctx);
            if is_diff {
                self.start_save(Save::Log, ctx);
            } else {
                self.save(method == Method::Snap, ctx);
                self.start_save(Save::Snapshot, ctx);
            }
        }
        self.go_on_saving(ctx);
    }

    /// Performs what was given as committed. Behind a snapshot it goes into the snapshot to be written, else to the log.
    fn take_committed(&mut self, ctx: &mut Ctx<'_, M>) {
        loop {
            let Some(learner) = self.learner() else { return };
            let (method, committed) = (learner.method, learner.committed);
            let Some(txn) = learner.packets.pop_front_if(|txn| txn.zxid <= committed) else { return };
            if method == Method::Snap {
                self.machine.apply(&txn.op);
                self.applied = Place { index: self.applied.index + 1, zxid: txn.zxid };
                self.remember(self.applied.index, txn);
            } else {
                let index = self.journal.append(txn, ctx);
                self.perform(index);
            }
        }
    }

    fn start_save(&mut self, save: Save, ctx: &mut Ctx<'_, M>) {
        let epoch = self.learner().map_or(0, |learner| learner.epoch);
        match save {
            Save::Snapshot => {}
            Save::Log => ctx.sync(storage::LOG),
            Save::Epoch => self.journal.enter(epoch, ctx),
            Save::LateLog => {
                self.take_committed(ctx);
                ctx.sync(storage::LOG);
            }
        }
        if let Some(learner) = self.learner() {
            learner.save = save;
        }
    }

    pub fn go_on_saving(&mut self, ctx: &mut Ctx<'_, M>) {
        let late = self.config.flaws.epoch_before_log;
        loop {
            let Some(learner) = self.learner().filter(|learner| learner.stage == Stage::Saving) else { return };
            let is_diff = learner.method == Method::Diff;
            let (save, leader, epoch) = (learner.save, learner.leader, learner.epoch);
            match save {
                Save::Snapshot if self.saving.is_none() => self.start_save(Save::Log, ctx),
                Save::Log if self.journal.is_synced(storage::LOG) => self.start_save(Save::Epoch, ctx),
                Save::Epoch if self.journal.is_synced(storage::CURRENT) && is_diff && late => {
                    self.start_save(Save::LateLog, ctx);
                }
                Save::Epoch if self.journal.is_synced(storage::CURRENT) => break self.enter(leader, epoch, ctx),
                Save::LateLog if self.journal.is_synced(storage::LOG) => break self.enter(leader, epoch, ctx),
                _ => return,
            }
        }
    }

    fn enter(&mut self, leader: NodeId, epoch: u32, ctx: &mut Ctx<'_, M>) {
        if let Some(learner) = self.learner() {
            learner.stage = Stage::Entered;
        }
        ctx.set_timer(Timer::Read, self.config.sync_time());
        ctx.output(Output::Enters { epoch });
        ctx.send(leader, Message::Ack { zxid: Zxid::new(epoch, 0) });
    }

    /// Learner: a quorum has the leader's history. What was proposed meanwhile goes to the log now.
    pub fn on_up_to_date(&mut self, ctx: &mut Ctx<'_, M>) {
        let last = self.journal.log().last().index;
        let Some(learner) = self.learner().filter(|learner| learner.stage == Stage::Entered) else { return };
        learner.stage = Stage::Serving;
        learner.acked = last;
        let (leader, epoch, committed) = (learner.leader, learner.epoch, learner.committed);
        learner.committed = Zxid::NONE;
        let packets = std::mem::take(&mut learner.packets);
        ctx.send(leader, Message::Ack { zxid: Zxid::new(epoch, 0) });
        for txn in packets {
            let is_committed = txn.zxid <= committed;
            let index = self.journal.append(txn, ctx);
            ctx.sync(storage::LOG);
            if is_committed {
                self.perform(index);
            } else if let Some(learner) = self.learner() {
                learner.unapplied.push_back(index);
            }
        }
        self.vote.epoch = epoch;
        self.committed = self.committed.max(self.applied.zxid);
        ctx.output(Output::Serves { zxid: self.applied.zxid, digest: self.machine.digest() });
        if self.led.take_if(|led| *led < epoch).is_some() {
            ctx.mark(config::SUPERSEDED);
        }
        ctx.mark(config::SYNCED);
        ctx.note(
            "{0} is up to date with {1} at {2} and serves clients",
            [self.me.into(), leader.into(), self.applied.zxid.to_string().into()],
        );
    }
}
