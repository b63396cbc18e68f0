//! A node: a server, in one duty or the other, or a client. What is common to both duties stands here.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::backup::Backup;
use super::client::Client;
use super::config::{self, Config};
use super::disk::{self, Journal, Promotion, Record, Snapshot, Stable};
use super::ghost::Output;
use super::log::Position;
use super::message::Message;
use super::primary::Primary;
use super::request::Request;
use super::{Input, Replication, Role, Timer};
use crate::machines::key_value::KeyValue;
use crate::sim::{Context, Event, NodeId};

pub type Ctx<'a> = Context<'a, Replication>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    Server(Box<Server>),
    Client(Box<Client>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    Primary(Primary),
    Backup(Backup),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    pub me: NodeId,
    pub config: Config,
    /// The highest promotion heard of. Nothing is said under it before the disk has it.
    pub promotion: Promotion,
    /// The number of its record, until that is durable.
    pub adopting: Option<u64>,
    pub journal: Journal,
    /// The last entry known to be on as many disks as the mode asks for.
    pub committed: u64,
    /// The last entry that the machine has performed: committed, and on this disk.
    pub applied: u64,
    pub machine: KeyValue,
    /// The newest snapshot that the disk holds; the log goes on behind it or through it.
    pub snapshot: Arc<Snapshot>,
    pub saving: Option<Saving>,
    /// Servers to which a connection is open, as far as this end knows.
    pub linked: BTreeSet<NodeId>,
    /// Reads that wait until the machine has what their client has seen.
    pub parked: Vec<Request>,
    pub duty: Duty,
}

/// A snapshot on its way to the disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Saving {
    pub record: u64,
    pub snapshot: Arc<Snapshot>,
    /// It came from the primary, and this server will start over from it.
    pub installs: bool,
}

impl Node {
    pub fn boot(role: Role, config: Config, stable: &Stable, ctx: &mut Ctx<'_>) -> Node {
        match role {
            Role::Server => Node::Server(Box::new(Server::boot(config, stable, ctx))),
            Role::Client => Node::Client(Box::new(Client::boot(config, ctx.me()))),
        }
    }

    pub fn step(&mut self, event: Event<Replication>, ctx: &mut Ctx<'_>) {
        match self {
            Node::Server(server) => server.step(event, ctx),
            Node::Client(client) => client.step(event, ctx),
        }
    }
}

impl Server {
    /// A blank disk is told by the configuration that the first server is the first primary; any other disk knows.
    fn boot(config: Config, stable: &Stable, ctx: &mut Ctx<'_>) -> Server {
        let first = stable.promotion.number == 0;
        let promotion = if first { Promotion { number: 1, primary: Some(NodeId(0)) } } else { stable.promotion };
        let snapshot = Arc::clone(&stable.snapshot);
        let mut server = Server {
            me: ctx.me(),
            config,
            promotion,
            adopting: None,
            journal: Journal::recover(stable, config.flaws.ack_before_sync, ctx),
            committed: snapshot.index(),
            applied: snapshot.index(),
            machine: snapshot.state.clone(),
            snapshot,
            saving: None,
            linked: BTreeSet::new(),
            parked: Vec::new(),
            duty: Duty::Backup(Backup::default()),
        };
        if first {
            server.adopt(promotion, ctx);
            server.await_primary(ctx);
        } else if promotion.primary == Some(server.me) {
            server.lead(ctx);
        } else {
            server.await_primary(ctx);
        }
        server
    }

    fn step(&mut self, event: Event<Replication>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { from, body } => self.on_message(from, body, ctx),
            Event::Timer(Timer::Heartbeat) => self.on_heartbeat(ctx),
            Event::Timer(Timer::Silence) => self.on_silence(ctx),
            Event::Timer(Timer::Redial(peer)) => self.on_redial(peer, ctx),
            Event::Timer(Timer::Request | Timer::Retry) => {}
            Event::Input(Input::Promote) => self.on_promote(ctx),
            Event::Input(Input::Demote) => self.on_demote(ctx),
            Event::Input(input) => {
                ctx.note("{0} is a server: `{1}` is for a client", [self.me.into(), input.to_string().into()]);
            }
            Event::Durable { file: disk::LOG, upto } => self.on_log_durable(upto, ctx),
            Event::Durable { file: disk::PROMOTION, upto } => self.on_promotion_durable(upto, ctx),
            Event::Durable { upto, .. } => self.on_snapshot_durable(upto, ctx),
            Event::Connected { peer, .. } => self.on_connected(peer, ctx),
            Event::Lost { peer, why, .. } => self.on_lost(peer, why.words(), ctx),
        }
    }

    fn on_message(&mut self, from: NodeId, body: Message, ctx: &mut Ctx<'_>) {
        match body {
            Message::Lead { promotion } => self.on_lead(from, promotion, ctx),
            Message::Append { promotion, previous, entries, committed } => {
                self.on_append(from, promotion, previous, entries, committed, ctx);
            }
            Message::Beat { promotion, committed } => self.on_beat(from, promotion, committed, ctx),
            Message::Chunk { promotion, part } => self.on_chunk(from, promotion, part, ctx),
            Message::Join { promotion, runs, floor } => self.on_join(from, promotion, &runs, floor, ctx),
            Message::Held { promotion, upto } => self.on_held(from, promotion, upto, ctx),
            Message::Alive { promotion } => self.on_alive(from, promotion, ctx),
            Message::Got { promotion, upto } => self.on_got(from, promotion, upto, ctx),
            Message::Superseded { by, primary } => self.on_superseded(from, by, primary, ctx),
            Message::Request { number, op, seen } => {
                self.on_request(Request { client: from, number, op, seen }, ctx);
            }
            Message::Reply { .. } => ctx.expect(false, "a server was given a reply"),
        }
    }

    pub fn is_server(&self, peer: NodeId) -> bool {
        peer.0 < self.config.servers()
    }

    pub fn others(&self) -> impl Iterator<Item = NodeId> + use<> {
        let me = self.me;
        (0..self.config.servers()).map(NodeId).filter(move |peer| *peer != me)
    }

    /// Takes a promotion over and writes it down; what follows from it waits for the disk.
    pub fn adopt(&mut self, promotion: Promotion, ctx: &mut Ctx<'_>) {
        self.promotion = promotion;
        self.adopting = Some(ctx.write(Record::Promotion(promotion)));
        ctx.sync(disk::PROMOTION);
    }

    fn on_promotion_durable(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        if self.adopting.is_none_or(|record| record > upto) {
            return;
        }
        self.adopting = None;
        if self.promotion.primary == Some(self.me) {
            self.lead_once_settled(ctx);
        } else {
            self.join(ctx);
        }
    }

    /// A promoted server leads when its disk has both the promotion and the whole log that it begins with.
    fn lead_once_settled(&mut self, ctx: &mut Ctx<'_>) {
        let is_next = self.promotion.primary == Some(self.me) && matches!(self.duty, Duty::Backup(_));
        if is_next && self.adopting.is_none() && self.journal.durable() == self.journal.log().last().index {
            self.lead(ctx);
        }
    }

    fn on_log_durable(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        self.journal.on_durable(upto);
        self.on_progress(ctx);
        self.lead_once_settled(ctx);
    }

    /// More of the log counts as held by this disk.
    pub fn on_progress(&mut self, ctx: &mut Ctx<'_>) {
        match self.duty {
            Duty::Primary(_) => {
                self.commit(ctx);
                self.feed_all(ctx);
            }
            Duty::Backup(_) => {
                self.confirm(ctx);
                self.apply(ctx);
            }
        }
    }

    fn on_superseded(&mut self, from: NodeId, by: u64, primary: Option<NodeId>, ctx: &mut Ctx<'_>) {
        if by <= self.promotion.number {
            ctx.note("{0} speaks of promotion {1}, which is old news", [from.into(), by.into()]);
            return;
        }
        self.follow(Promotion { number: by, primary }, ctx);
    }

    fn on_connected(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        if !self.is_server(peer) {
            return;
        }
        self.linked.insert(peer);
        if let Duty::Primary(_) = self.duty {
            self.greet(peer, ctx);
        }
    }

    fn on_lost(&mut self, peer: NodeId, why: &'static str, ctx: &mut Ctx<'_>) {
        if !self.is_server(peer) {
            self.parked.retain(|request| request.client != peer);
            return;
        }
        self.linked.remove(&peer);
        match self.duty {
            Duty::Primary(_) => self.on_backup_lost(peer, why, ctx),
            Duty::Backup(_) if self.promotion.primary == Some(peer) => self.on_primary_lost(peer, why, ctx),
            Duty::Backup(_) => {}
        }
    }

    pub fn applied_position(&self) -> Position {
        self.journal.log().at(self.applied).unwrap_or_default()
    }

    /// Performs what is committed and on this disk.
    pub fn apply(&mut self, ctx: &mut Ctx<'_>) {
        let upto = self.committed.min(self.journal.durable());
        if upto <= self.applied {
            return;
        }
        if self.config.flaws.apply_out_of_order && matches!(self.duty, Duty::Backup(_)) {
            self.apply_in_two_lanes(upto);
            self.stand(ctx);
        } else {
            while self.applied < upto {
                self.applied += 1;
                let Some(entry) = self.journal.log().get(self.applied) else {
                    ctx.expect(false, "a committed entry is missing from the log");
                    return;
                };
                let answer = self.machine.apply(&entry.op);
                self.stand(ctx);
                self.answer_writer(answer, ctx);
            }
        }
        for request in std::mem::take(&mut self.parked) {
            self.on_request(request, ctx);
        }
        self.compact(ctx);
    }

    /// The flaw: entries of even number are performed first.
    fn apply_in_two_lanes(&mut self, upto: u64) {
        for lane in [0, 1] {
            for (index, entry) in self.journal.log().iter_from(self.applied + 1) {
                if index <= upto && index % 2 == lane {
                    self.machine.apply(&entry.op);
                }
            }
        }
        self.applied = upto;
    }

    pub fn stand(&self, ctx: &mut Ctx<'_>) {
        ctx.output(Output::Stands { position: self.applied_position(), digest: self.machine.digest() });
    }

    /// Once twice as much stands in the log as is to be kept, a snapshot takes the older half's place. Not while a backup
    /// waits to hear where its log parts from the primary's: it could not go back behind a snapshot.
    fn compact(&mut self, ctx: &mut Ctx<'_>) {
        let keep = self.config.keep_entries;
        let is_unsure = matches!(&self.duty, Duty::Backup(backup) if !backup.is_matched);
        if is_unsure || self.saving.is_some() || self.applied < self.journal.log().base() + 2 * keep {
            return;
        }
        let runs = self.journal.log().runs_upto(self.applied);
        let snapshot = Arc::new(Snapshot { runs, state: self.machine.clone() });
        let record = ctx.write(Record::Snapshot(Arc::clone(&snapshot)));
        ctx.sync(disk::SNAPSHOT);
        self.saving = Some(Saving { record, snapshot, installs: false });
    }

    fn on_snapshot_durable(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        let Some(saved) = self.saving.take_if(|saving| saving.record <= upto) else { return };
        self.snapshot = saved.snapshot;
        if saved.installs {
            self.install(ctx);
            return;
        }
        let forgotten = self.snapshot.index().saturating_sub(self.config.keep_entries);
        ctx.note(
            "{0} has a snapshot at {1} and lets go of the log up to {2}",
            [self.me.into(), self.snapshot.position().to_string().into(), forgotten.into()],
        );
        self.journal.forget_upto(forgotten, ctx);
    }

    fn on_demote(&mut self, ctx: &mut Ctx<'_>) {
        let Duty::Primary(_) = self.duty else {
            ctx.note("{0} is no primary: there is nothing to take from it", [self.me.into()]);
            return;
        };
        ctx.mark(config::DEMOTED);
        self.step_down("its primary was demoted", ctx);
        self.adopt(Promotion { number: self.promotion.number, primary: None }, ctx);
    }
}
