//! A leader and what it knows of its learners; its ticks.

use std::collections::{BTreeSet, VecDeque};

use litemap::LiteMap;

use super::Timer;
use super::config;
use super::election::State;
use super::ghost::Output;
use super::machine::{KeyValue, Machine};
use super::message::{Message, QUORUM, Request};
use super::server::{Ctx, Phase, Server};
use super::storage;
use super::zxid::Zxid;
use crate::sim::{NodeId, Span, Time};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Awaits a quorum that says which epochs it has promised to follow.
    Discovery,
    /// Writes the new epoch down before anyone hears of it.
    Promising,
    /// Awaits a quorum that promises to follow the new epoch.
    Electing,
    /// Gives the learners its history; awaits a quorum that has it.
    Synchronization,
    Broadcast,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leader<M: Machine = KeyValue> {
    pub step: Step,
    /// Zero until it is decided.
    pub epoch: u32,
    pub counter: u32,
    /// Epochs accepted, by voter (connectingFollowers).
    pub accepted: LiteMap<NodeId, u32>,
    /// Who promised to follow the new epoch (electingFollowers).
    pub promised: BTreeSet<NodeId>,
    /// Who has the history and entered the epoch.
    pub entered: BTreeSet<NodeId>,
    pub learners: LiteMap<NodeId, Handler>,
    /// In the order of their zxids; the first is committed first.
    pub outstanding: VecDeque<Proposal>,
    /// Requests beyond the limit of what may be outstanding.
    pub backlog: VecDeque<Request<M>>,
    pub tick: u64,
    pub half_tick: bool,
}

/// A learner as its leader knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Handler {
    pub is_observer: bool,
    pub has_registered: bool,
    /// Where its history ends, once it has promised.
    pub last: Option<Zxid>,
    /// Proposals and commits go to it.
    pub is_forwarding: bool,
    pub has_entered: bool,
    pub was_told_up_to_date: bool,
    /// The tick until which it counts as present.
    pub deadline: u64,
    pub heard: Time,
    /// The oldest proposal that it has not acknowledged, and since when.
    pub unacked: Option<(Zxid, Time)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Proposal {
    pub index: u64,
    pub zxid: Zxid,
    pub acks: BTreeSet<NodeId>,
    /// Learners and their clients to be told when this is committed.
    pub syncs: Vec<(NodeId, NodeId, u64)>,
}

impl<M: Machine> Leader<M> {
    pub fn is_established(&self) -> bool {
        self.step == Step::Broadcast
    }

    pub fn forwarding(&self, observers: bool) -> Vec<NodeId> {
        let learners = self.learners.iter();
        learners.filter(|(_, it)| it.is_forwarding && it.is_observer == observers).map(|(peer, _)| *peer).collect()
    }
}

impl<M: Machine> Server<M> {
    pub fn leader(&mut self) -> Option<&mut Leader<M>> {
        match &mut self.phase {
            Phase::Leading(leader) => Some(leader),
            _ => None,
        }
    }

    /// Elected. It knows no epoch yet, and nobody follows.
    pub fn lead(&mut self, ctx: &mut Ctx<'_, M>) {
        let accepted = LiteMap::from_iter([(self.me, self.journal.accepted())]);
        self.phase = Phase::Leading(Leader {
            step: Step::Discovery,
            epoch: 0,
            counter: 0,
            accepted,
            promised: BTreeSet::new(),
            entered: BTreeSet::new(),
            learners: LiteMap::new(),
            outstanding: VecDeque::new(),
            backlog: VecDeque::new(),
            tick: 0,
            half_tick: false,
        });
        ctx.note("{0} is elected and waits for followers to register", [self.me.into()]);
        ctx.set_timer(Timer::Init, self.config.init_time());
        self.choose_epoch(ctx);
    }

    pub fn on_learner_connected(&mut self, peer: NodeId, ctx: &mut Ctx<'_, M>) {
        let now = ctx.monotonic();
        let limit = self.config.init_limit + self.config.sync_limit;
        let is_observer = !self.config.is_voter(peer);
        let Some(leader) = self.leader() else { return };
        let handler = Handler {
            is_observer,
            has_registered: false,
            last: None,
            is_forwarding: false,
            has_entered: false,
            was_told_up_to_date: false,
            deadline: leader.tick + limit,
            heard: now,
            unacked: None,
        };
        leader.learners.insert(peer, handler);
    }

    pub fn on_learner_lost(&mut self, peer: NodeId, why: &'static str, ctx: &mut Ctx<'_, M>) {
        let me = self.me;
        if self.part_with(peer, ctx) {
            ctx.note("{0} lost its connection to {1}: {2}", [me.into(), peer.into(), why.into()]);
        }
    }

    /// Whether it served clients with this leader.
    fn part_with(&mut self, peer: NodeId, ctx: &mut Ctx<'_, M>) -> bool {
        let Some(leader) = self.leader() else { return false };
        // When it comes back, what it has beyond the commits may be cut off: it will say again what is on its disk.
        for proposal in &mut leader.outstanding {
            proposal.acks.remove(&peer);
        }
        let served = leader.learners.remove(&peer).is_some_and(|handler| handler.was_told_up_to_date);
        if served {
            ctx.mark(config::LEARNER_LOST);
        }
        served
    }

    pub fn on_learner_says(&mut self, from: NodeId, body: Message<M>, ctx: &mut Ctx<'_, M>) {
        let (now, limit) = (ctx.monotonic(), self.config.sync_limit);
        if let Some(leader) = self.leader()
            && let Some(handler) = leader.learners.get_mut(&from)
        {
            handler.heard = now;
            if handler.has_entered {
                handler.deadline = leader.tick + limit;
            }
        }
        match body {
            Message::FollowerInfo { accepted } | Message::ObserverInfo { accepted } => {
                self.on_learner_info(from, accepted, ctx);
            }
            Message::AckEpoch { current, last } => self.on_ack_epoch(from, current, last, ctx),
            Message::Ack { zxid } if zxid.opens_epoch() => self.on_entered(from, zxid.epoch, ctx),
            Message::Ack { zxid } => self.on_ack(from, zxid, ctx),
            Message::Request(request) => self.on_request(request, ctx),
            Message::Sync { client, xid } => self.on_sync(from, client, xid, ctx),
            Message::Ping => {}
            _ => {
                // Both took each other for the leader; the other will find out as well.
                ctx.note("{0} was told by {1} what only a leader says", [self.me.into(), from.into()]);
                self.drop_learner(from, ctx);
            }
        }
    }

    pub fn drop_learner(&mut self, peer: NodeId, ctx: &mut Ctx<'_, M>) {
        ctx.close(peer, QUORUM);
        if self.part_with(peer, ctx) {
            ctx.note("{0} closes its connection to {1}", [self.me.into(), peer.into()]);
        }
    }

    pub fn on_leader_durable(&mut self, file: u8, ctx: &mut Ctx<'_, M>) {
        let Some(step) = self.leader().map(|leader| leader.step) else { return };
        if file == storage::ACCEPTED && step == Step::Promising && self.journal.is_synced(file) {
            self.announce_epoch(ctx);
        }
        if file == storage::CURRENT && step == Step::Synchronization && self.journal.is_synced(file) {
            self.count_entered(self.me, ctx);
        }
        if file == storage::LOG {
            self.on_own_log_durable(ctx);
        }
    }

    /// A quorum has the history: from now on this leader serves.
    pub fn establish(&mut self, ctx: &mut Ctx<'_, M>) {
        let (me, config) = (self.me, self.config);
        let last = self.journal.log().last();
        self.committed = self.committed.max(self.applied.zxid);
        let log = self.journal.log().clone();
        let (applied, digest) = (self.applied.zxid, self.machine.digest());
        let Some(leader) = self.leader() else { return };
        leader.step = Step::Broadcast;
        let epoch = leader.epoch;
        let ready: Vec<NodeId> = leader.learners.iter().filter(|(_, it)| it.has_entered).map(|(id, _)| *id).collect();
        for (_, handler) in leader.learners.iter_mut() {
            handler.deadline = leader.tick + config.init_limit + config.sync_limit;
        }
        ctx.cancel_timer(Timer::Init);
        ctx.set_timer(Timer::Tick, Span(config.tick_time.0 / 2));
        self.vote.epoch = epoch;
        self.led = Some(epoch);
        ctx.output(Output::Established { epoch, last: last.zxid, log });
        ctx.output(Output::Serves { zxid: applied, digest });
        ctx.mark(config::ESTABLISHED);
        ctx.note(
            "{0} is established in epoch {1}: a quorum has its history up to {2}",
            [me.into(), u64::from(epoch).into(), last.zxid.to_string().into()],
        );
        for peer in ready {
            self.tell_up_to_date(peer, ctx);
        }
    }

    pub fn tell_up_to_date(&mut self, peer: NodeId, ctx: &mut Ctx<'_, M>) {
        let (tick, limit) = (self.leader().map_or(0, |leader| leader.tick), self.config.sync_limit);
        let Some(handler) = self.leader().and_then(|leader| leader.learners.get_mut(&peer)) else { return };
        if !handler.was_told_up_to_date {
            handler.was_told_up_to_date = true;
            handler.deadline = tick + limit;
            ctx.send(peer, Message::UpToDate);
        }
    }

    /// Every half tick: pings; every second one counts, and asks whether a quorum is still in touch (`Leader.lead`).
    pub fn on_tick(&mut self, ctx: &mut Ctx<'_, M>) {
        let (me, config, now) = (self.me, self.config, ctx.monotonic());
        let Some(leader) = self.leader() else { return };
        leader.half_tick = !leader.half_tick;
        if !leader.half_tick {
            leader.tick += 1;
        }
        let tick = leader.tick;
        let present = leader.learners.values().filter(|it| !it.is_observer && tick <= it.deadline).count();
        if !leader.half_tick && !config.has_quorum(present + 1) {
            ctx.note(
                "{0} has heard from too few followers for {1} ticks and steps down",
                [me.into(), config.sync_limit.into()],
            );
            self.look("a quorum is no longer in touch", ctx);
            return;
        }
        let (mut silent, mut pinged) = (Vec::new(), Vec::new());
        for (peer, handler) in &leader.learners {
            let limit = if handler.has_entered { config.sync_time() } else { config.init_time() };
            let stuck = handler.unacked.is_some_and(|(_, since)| now.since(since) > config.sync_time());
            if now.since(handler.heard) > limit || stuck {
                silent.push(*peer);
            } else if handler.was_told_up_to_date {
                pinged.push(*peer);
            }
        }
        ctx.set_timer(Timer::Tick, Span(config.tick_time.0 / 2));
        ctx.broadcast(pinged, Message::Ping);
        for peer in silent {
            ctx.note("{0} gives {1} up: it has not answered within syncLimit", [me.into(), peer.into()]);
            self.drop_learner(peer, ctx);
        }
    }

    pub fn state(&self) -> State {
        self.phase.state()
    }
}
