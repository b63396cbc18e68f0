//! A server: what it holds, and to which part of the protocol each event goes.

use std::collections::{BTreeSet, VecDeque};

use litemap::LiteMap;
use std::sync::Arc;

use super::client::Client;
use super::config::{self, Config};
use super::election::{Looking, Notification, State, Vote};
use super::ghost::Output;
use super::leader::Leader;
use super::learner::{Learner, Stage};
use super::log::{Place, Snapshot, Txn};
use super::machine::{KeyValue, Machine};
use super::message::{CLIENT, ELECTION, Message, QUORUM};
use super::service::Pending;
use super::storage::{self, Journal, Stable};
use super::zxid::Zxid;
use super::{Role, Timer, Zab};
use crate::parts::ChunkedLog;
use crate::sim::{Context, Event, NodeId};

pub type Ctx<'a, M = KeyValue> = Context<'a, Zab<M>>;

#[expect(clippy::large_enum_variant, reason = "most nodes are servers")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node<M: Machine = KeyValue> {
    Server(Server<M>),
    Client(Client<M>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Phase<M: Machine = KeyValue> {
    Looking(Looking),
    /// Follows a leader; an observer observes it.
    Learning(Learner<M>),
    Leading(Leader<M>),
}

impl<M: Machine> Phase<M> {
    pub fn state(&self) -> State {
        match self {
            Phase::Looking(_) => State::Looking,
            Phase::Learning(learner) if learner.is_observer => State::Observing,
            Phase::Learning(_) => State::Following,
            Phase::Leading(_) => State::Leading,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server<M: Machine = KeyValue> {
    pub me: NodeId,
    pub config: Config,
    pub journal: Journal<M>,
    pub machine: M,
    /// The place up to which the machine has performed the history.
    pub applied: Place,
    /// The newest zxid that this server knows to be committed.
    pub committed: Zxid,
    /// Committed transactions kept in memory for learners that are a little behind.
    pub committed_log: ChunkedLog<Txn<M>>,
    /// The round of elections (logicalclock).
    pub round: u64,
    /// The vote with which this server last decided, and in which round.
    pub vote: Vote,
    pub vote_round: u64,
    /// The newest epoch that this server led and has not been superseded in.
    pub led: Option<u32>,
    pub phase: Phase<M>,
    /// Voters and observers to which an election connection is open, and what waits for one.
    pub linked: BTreeSet<NodeId>,
    pub unsent: LiteMap<NodeId, Notification>,
    /// Requests of connected clients, in their order.
    pub sessions: LiteMap<NodeId, VecDeque<Pending<M>>>,
    /// A snapshot on its way to the disk.
    pub saving: Option<Saving<M>>,
    /// The next snapshot is taken at this transaction.
    pub snapshot_at: u64,
}

/// A snapshot on its way to the disk. One that came from a leader voids what the log has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Saving<M: Machine = KeyValue> {
    snapshot: Arc<Snapshot<M>>,
    installs: bool,
}

impl<M: Machine> Node<M> {
    pub fn boot(role: Role, config: Config, stable: &Stable<M>, ctx: &mut Ctx<'_, M>) -> Node<M> {
        match role {
            Role::Client => Node::Client(Client::boot(config, ctx.me())),
            Role::Voter | Role::Observer => Node::Server(Server::boot(config, stable, ctx)),
        }
    }

    pub fn step(&mut self, event: Event<Zab<M>>, ctx: &mut Ctx<'_, M>) {
        match self {
            Node::Server(server) => server.step(event, ctx),
            Node::Client(client) => client.step(event, ctx),
        }
    }
}

impl<M: Machine> Server<M> {
    pub fn boot(config: Config, stable: &Stable<M>, ctx: &mut Ctx<'_, M>) -> Server<M> {
        let me = ctx.me();
        let journal = Journal::recover(stable, !config.flaws.accepted_epoch_not_persisted, ctx);
        let vote = Vote { leader: me, zxid: Zxid::NONE, epoch: 0 };
        let mut server = Server {
            me,
            config,
            journal,
            machine: M::default(),
            applied: Place::default(),
            committed: Zxid::NONE,
            committed_log: ChunkedLog::default(),
            round: 0,
            vote,
            vote_round: 0,
            led: None,
            phase: Phase::Looking(Looking::default()),
            linked: BTreeSet::new(),
            unsent: LiteMap::new(),
            sessions: LiteMap::new(),
            saving: None,
            snapshot_at: 0,
        };
        server.load();
        server.choose_snapshot(ctx);
        server.start_looking(ctx);
        server
    }

    pub fn step(&mut self, event: Event<Zab<M>>, ctx: &mut Ctx<'_, M>) {
        match event {
            Event::Message { from, body } => self.on_message(from, body, ctx),
            Event::Timer(timer) => self.on_timer(timer, ctx),
            Event::Input(input) => {
                ctx.note("{0} is a server: `{1}` is for a client", [self.me.into(), input.to_string().into()]);
            }
            Event::Durable { file, upto } => self.on_durable(file, upto, ctx),
            Event::Connected { peer, channel: ELECTION } => self.on_election_connected(peer, ctx),
            Event::Connected { peer, channel: QUORUM } => self.on_quorum_connected(peer, ctx),
            Event::Connected { peer, .. } => self.on_client_connected(peer, ctx),
            Event::Lost { peer, channel: ELECTION, .. } => {
                self.linked.remove(&peer);
            }
            Event::Lost { peer, channel: QUORUM, why } => self.on_quorum_lost(peer, why.words(), ctx),
            Event::Lost { peer, .. } => {
                self.sessions.remove(&peer);
            }
        }
    }

    fn on_message(&mut self, from: NodeId, body: Message<M>, ctx: &mut Ctx<'_, M>) {
        match body {
            Message::Notification(note) => self.on_notification(from, note, ctx),
            Message::Ask { xid, call, seen } => self.on_ask(from, xid, call, seen, ctx),
            Message::Reply { .. } => ctx.expect(false, "a server was given what is for clients"),
            body => match &self.phase {
                Phase::Leading(leader) if leader.learners.contains_key(&from) => self.on_learner_says(from, body, ctx),
                Phase::Learning(learner) if learner.leader == from => self.on_leader_says(from, body, ctx),
                _ => {
                    ctx.note("{0} hears from {1}, whom it neither leads nor follows", [self.me.into(), from.into()]);
                    ctx.close(from, QUORUM);
                }
            },
        }
    }

    fn on_timer(&mut self, timer: Timer, ctx: &mut Ctx<'_, M>) {
        match timer {
            Timer::Notify => self.on_notify(ctx),
            Timer::Finalize => self.on_finalize(ctx),
            Timer::Elect(leader) => self.on_oracle(leader, ctx),
            Timer::Read => self.look("the leader has been silent for too long", ctx),
            Timer::Reconnect => self.on_reconnect(ctx),
            Timer::Tick => self.on_tick(ctx),
            Timer::Init => self.look("a quorum has not come together in time", ctx),
            Timer::Request | Timer::Retry => {}
        }
    }

    fn on_durable(&mut self, file: u8, upto: u64, ctx: &mut Ctx<'_, M>) {
        self.journal.on_durable(file, upto);
        if file == storage::SNAPSHOT && self.journal.is_synced(file) {
            self.on_snapshot_durable(ctx);
        }
        match &self.phase {
            Phase::Looking(_) => self.start_looking(ctx),
            Phase::Learning(_) => self.on_learner_durable(file, ctx),
            Phase::Leading(_) => self.on_leader_durable(file, ctx),
        }
    }

    fn on_quorum_connected(&mut self, peer: NodeId, ctx: &mut Ctx<'_, M>) {
        match &self.phase {
            Phase::Learning(learner) if learner.leader == peer => self.register(ctx),
            Phase::Leading(_) => self.on_learner_connected(peer, ctx),
            _ => ctx.close(peer, QUORUM),
        }
    }

    fn on_quorum_lost(&mut self, peer: NodeId, why: &'static str, ctx: &mut Ctx<'_, M>) {
        match &self.phase {
            Phase::Learning(learner) if learner.leader == peer => self.on_leader_lost(why, ctx),
            Phase::Leading(_) => self.on_learner_lost(peer, why, ctx),
            _ => {}
        }
    }

    pub fn is_voter(&self) -> bool {
        self.config.is_voter(self.me)
    }

    /// Where this server's history ends, by what it tells others.
    pub fn last_zxid(&self) -> Zxid {
        if self.config.flaws.keep_database { self.applied.zxid } else { self.journal.log().last().zxid }
    }

    /// Serves clients: it leads a quorum, or has caught up with a leader that does.
    pub fn is_serving(&self) -> bool {
        match &self.phase {
            Phase::Looking(_) => false,
            Phase::Learning(learner) => learner.stage == Stage::Serving,
            Phase::Leading(leader) => leader.is_established(),
        }
    }

    pub fn follows(&self, leader: NodeId) -> bool {
        matches!(&self.phase, Phase::Learning(learner) if learner.leader == leader)
    }

    /// Leaves its role, whatever it is, and looks for a leader.
    pub fn look(&mut self, why: &'static str, ctx: &mut Ctx<'_, M>) {
        let phase = std::mem::replace(&mut self.phase, Phase::Looking(Looking::default()));
        ctx.note("{0} looks for a leader: {1}", [self.me.into(), why.into()]);
        match phase {
            Phase::Looking(_) => {}
            Phase::Learning(learner) => {
                ctx.close(learner.leader, QUORUM);
                ctx.cancel_timer(Timer::Read);
                ctx.cancel_timer(Timer::Reconnect);
                if learner.incoming.is_some() {
                    ctx.mark(config::SNAP_DISCARDED);
                }
            }
            Phase::Leading(leader) => {
                ctx.cancel_timer(Timer::Tick);
                ctx.cancel_timer(Timer::Init);
                for peer in leader.learners.keys() {
                    ctx.close(*peer, QUORUM);
                }
                if leader.is_established() {
                    ctx.output(Output::StepsDown { epoch: leader.epoch });
                }
            }
        }
        for (client, _) in std::mem::take(&mut self.sessions) {
            ctx.close(client, CLIENT);
        }
        ctx.output(Output::Leaves);
        ctx.mark(config::LEFT);
        self.start_looking(ctx);
    }

    /// The election begins once the disk has all that was written: a vote may speak only of what would survive.
    fn start_looking(&mut self, ctx: &mut Ctx<'_, M>) {
        let waits = matches!(&self.phase, Phase::Looking(looking) if !looking.is_started);
        if waits && self.journal.is_clean() {
            if !self.config.flaws.keep_database {
                self.load();
            }
            self.begin_election(ctx);
        }
    }

    /// Makes the database anew from snapshot and log, all of the log: what of it is committed is for the leader to say.
    pub fn load(&mut self) {
        let snapshot = self.journal.snapshot();
        self.machine = snapshot.state.clone();
        self.applied = snapshot.place;
        self.committed = snapshot.place.zxid;
        self.committed_log = ChunkedLog::starting_at(snapshot.place.index + 1);
        for index in snapshot.place.index + 1..=self.journal.log().last().index {
            self.perform(index);
        }
    }

    /// Performs one transaction of the log. The answer is for whoever asked.
    pub fn perform(&mut self, index: u64) -> Option<M::Answer> {
        let txn = self.journal.log().get(index)?.clone();
        let answer = self.machine.apply(&txn.op);
        self.applied = Place { index, zxid: txn.zxid };
        self.remember(index, txn);
        Some(answer)
    }

    /// Keeps a committed transaction for learners.
    pub fn remember(&mut self, index: u64, txn: Txn<M>) {
        if self.committed_log.next_index() != index {
            self.committed_log = ChunkedLog::starting_at(index);
        }
        self.committed_log.push(txn);
        self.committed_log.forget_upto(index.saturating_sub(self.config.commit_log));
    }

    /// Snapshots at different servers at different times: the count is drawn from its upper half.
    pub fn choose_snapshot(&mut self, ctx: &mut Ctx<'_, M>) {
        let half = self.config.snap_count / 2;
        self.snapshot_at = self.applied.index + half + ctx.random("snapshot", half) + 1;
    }

    pub fn save_when_due(&mut self, ctx: &mut Ctx<'_, M>) {
        if self.saving.is_some() || self.applied.index < self.snapshot_at {
            return;
        }
        self.save(false, ctx);
    }

    pub fn save(&mut self, installs: bool, ctx: &mut Ctx<'_, M>) {
        let snapshot = Arc::new(Snapshot { place: self.applied, state: self.machine.clone() });
        self.journal.save(Arc::clone(&snapshot), ctx);
        self.saving = Some(Saving { snapshot, installs });
        self.choose_snapshot(ctx);
    }

    fn on_snapshot_durable(&mut self, ctx: &mut Ctx<'_, M>) {
        let Some(saving) = self.saving.take() else { return };
        ctx.mark(config::SNAPSHOT_TAKEN);
        if saving.installs {
            self.journal.install(saving.snapshot, ctx);
        } else {
            self.journal.keep(saving.snapshot, self.config.retain, ctx);
        }
    }
}
