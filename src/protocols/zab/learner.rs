//! A learner, follower or observer: how it finds its leader, and what it does with what the leader says.

use std::collections::VecDeque;

use super::Timer;
use super::log::Txn;
use super::machine::{KeyValue, Machine};
use super::message::{Message, QUORUM};
use super::server::{Ctx, Phase, Server};
use super::storage;
use super::synchronization::{Incoming, Method};
use super::zxid::Zxid;
use crate::sim::{NodeId, Span};

/// How often a learner tries to reach a leader that does not listen yet, and the pause between.
const ATTEMPTS: u8 = 5;
const RECONNECT: Span = Span::millis(100);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Connecting,
    /// Has told which epoch it has accepted.
    Registering,
    /// Writes the new epoch down.
    Promising,
    Promised,
    /// Is given what it lacks.
    Syncing,
    /// Writes what it was given: first a snapshot, then the log, then the epoch.
    Saving,
    /// Has all; the leader awaits a quorum of such.
    Entered,
    Serving,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Learner<M: Machine = KeyValue> {
    pub leader: NodeId,
    pub is_observer: bool,
    pub stage: Stage,
    pub epoch: u32,
    attempts: u8,
    /// Its own snapshot is ahead of what the leader wants it to go back to: it asks for the whole state instead.
    pub asks_whole: bool,
    pub method: Method,
    pub incoming: Option<Incoming>,
    /// Proposed during synchronization and not in the log yet.
    pub packets: VecDeque<Txn<M>>,
    /// The newest commit heard of during synchronization.
    pub committed: Zxid,
    /// In the log and not committed yet, by number.
    pub unapplied: VecDeque<u64>,
    /// All up to here was acknowledged.
    pub acked: u64,
    pub save: Save,
}

/// How far the writing is that precedes the acknowledgement of NEWLEADER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Save {
    Snapshot,
    Log,
    Epoch,
    /// The flaw: the log after the epoch.
    LateLog,
}

impl<M: Machine> Server<M> {
    pub fn learner(&mut self) -> Option<&mut Learner<M>> {
        match &mut self.phase {
            Phase::Learning(learner) => Some(learner),
            _ => None,
        }
    }

    pub fn follow(&mut self, leader: NodeId, ctx: &mut Ctx<'_, M>) {
        let is_observer = !self.is_voter();
        self.phase = Phase::Learning(Learner {
            leader,
            is_observer,
            stage: Stage::Connecting,
            epoch: 0,
            attempts: 0,
            asks_whole: false,
            method: Method::Diff,
            incoming: None,
            packets: VecDeque::new(),
            committed: Zxid::NONE,
            unapplied: VecDeque::new(),
            acked: 0,
            save: Save::Snapshot,
        });
        ctx.note("{0} goes to follow {1}", [self.me.into(), leader.into()]);
        ctx.set_timer(Timer::Read, self.config.init_time());
        ctx.connect(leader, QUORUM);
    }

    /// Connected to the leader: says who it is.
    pub fn register(&mut self, ctx: &mut Ctx<'_, M>) {
        let accepted = self.journal.accepted();
        let Some(learner) = self.learner().filter(|learner| learner.stage == Stage::Connecting) else { return };
        learner.stage = Stage::Registering;
        let (leader, is_observer) = (learner.leader, learner.is_observer);
        let info = if is_observer { Message::ObserverInfo { accepted } } else { Message::FollowerInfo { accepted } };
        ctx.send(leader, info);
    }

    pub fn on_leader_lost(&mut self, why: &'static str, ctx: &mut Ctx<'_, M>) {
        let Some(learner) = self.learner() else { return };
        let is_early = matches!(learner.stage, Stage::Connecting | Stage::Registering);
        if is_early && learner.attempts < ATTEMPTS {
            learner.attempts += 1;
            learner.stage = Stage::Connecting;
            ctx.set_timer(Timer::Reconnect, RECONNECT);
        } else {
            self.look(why, ctx);
        }
    }

    pub fn on_reconnect(&mut self, ctx: &mut Ctx<'_, M>) {
        if let Some(learner) = self.learner().filter(|learner| learner.stage == Stage::Connecting) {
            ctx.connect(learner.leader, QUORUM);
        }
    }

    /// Asks the same leader again, for all that it has.
    pub fn ask_whole(&mut self, ctx: &mut Ctx<'_, M>) {
        let Some(learner) = self.learner() else { return };
        ctx.close(learner.leader, QUORUM);
        learner.asks_whole = true;
        learner.stage = Stage::Connecting;
        learner.packets.clear();
        ctx.set_timer(Timer::Reconnect, RECONNECT);
    }

    pub fn on_leader_says(&mut self, from: NodeId, body: Message<M>, ctx: &mut Ctx<'_, M>) {
        let Some(stage) = self.learner().map(|learner| learner.stage) else { return };
        if stage == Stage::Connecting {
            return;
        }
        let limit = match stage {
            Stage::Saving => None,
            Stage::Entered | Stage::Serving => Some(self.config.sync_time()),
            _ => Some(self.config.init_time()),
        };
        if let Some(limit) = limit {
            ctx.set_timer(Timer::Read, limit);
        }
        match body {
            Message::LeaderInfo { epoch } => self.on_leader_info(epoch, ctx),
            Message::Diff { .. } => self.on_diff(),
            Message::Trunc { to } => self.on_trunc(to, ctx),
            Message::Snap { place, bytes, checksum } => self.on_snap(place, bytes, checksum, ctx),
            Message::Chunk { offset, bytes } => self.on_chunk(offset, &bytes, ctx),
            Message::NewLeader { .. } => self.on_new_leader(ctx),
            Message::UpToDate => self.on_up_to_date(ctx),
            Message::Proposal(txn) => self.on_proposal(txn, ctx),
            Message::Commit { zxid } => self.on_commit(zxid, ctx),
            Message::Inform(txn) => self.on_inform(txn, ctx),
            Message::Ping => ctx.send(from, Message::Ping),
            Message::Sync { client, xid } => self.on_synced(client, xid, ctx),
            _ => {
                ctx.note("{0} was told by {1} what only a learner says", [self.me.into(), from.into()]);
                self.look("its leader follows as well", ctx);
            }
        }
    }

    pub fn on_learner_durable(&mut self, file: u8, ctx: &mut Ctx<'_, M>) {
        let is_synced = self.journal.is_synced(file);
        let Some(learner) = self.learner() else { return };
        match learner.stage {
            Stage::Promising if file == storage::ACCEPTED && is_synced => self.acknowledge_epoch(true, ctx),
            Stage::Saving => self.go_on_saving(ctx),
            Stage::Serving if file == storage::LOG => self.acknowledge(ctx),
            _ => {}
        }
    }
}
