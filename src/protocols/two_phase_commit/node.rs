//! A node: a server, which may take part and may coordinate, or a client. What both duties share stands here.

use std::collections::{BTreeSet, VecDeque};

use litemap::LiteMap;

use super::client::Client;
use super::config::{Config, DEDICATED};
use super::coordinator::Coordinated;
use super::disk::{Outcomes, Stable};
use super::message::{Message, Tx};
use super::participant::Active;
use super::{Input, Role, Timer, TwoPhaseCommit};
use crate::machines::bank::{Account, Bank};
use crate::parts::StrictLocks;
use crate::sim::{Context, Event, NodeId, Span};

pub type Ctx<'a> = Context<'a, TwoPhaseCommit>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    Server(Box<Server>),
    Client(Box<Client>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    pub me: NodeId,
    pub config: Config,
    pub bank: Bank,
    pub locks: StrictLocks<Account, Tx>,
    /// What it takes part in and has not ended.
    pub active: LiteMap<Tx, Active>,
    pub outcomes: Outcomes,
    /// It was told to vote no the next time.
    pub refuses_next: bool,
    /// What it coordinates, and what it lately did.
    pub coordinated: LiteMap<Tx, Coordinated>,
    pub linked: BTreeSet<NodeId>,
    /// Records on their way to the disk, by their number, with what follows once they are there.
    pub forcing: Vec<(u64, Forced)>,
    /// What it says to itself, within one step.
    local: VecDeque<Message>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forced {
    Prepared(Tx),
    Committed(Tx),
    Decided(Tx),
}

impl Node {
    pub fn boot(role: Role, config: Config, stable: &Stable, ctx: &mut Ctx<'_>) -> Node {
        match role {
            Role::Server => Node::Server(Box::new(Server::boot(config, stable, ctx))),
            Role::Client => Node::Client(Box::new(Client::new(config, ctx.me()))),
        }
    }

    pub fn step(&mut self, event: Event<TwoPhaseCommit>, ctx: &mut Ctx<'_>) {
        match self {
            Node::Server(server) => server.step(event, ctx),
            Node::Client(client) => client.step(event, ctx),
        }
    }
}

impl Server {
    fn boot(config: Config, stable: &Stable, ctx: &mut Ctx<'_>) -> Server {
        let mut server = Server {
            me: ctx.me(),
            config,
            bank: stable.bank.clone(),
            locks: StrictLocks::default(),
            active: LiteMap::new(),
            outcomes: stable.outcomes.clone(),
            refuses_next: false,
            coordinated: LiteMap::new(),
            linked: BTreeSet::new(),
            forcing: Vec::new(),
            local: VecDeque::new(),
        };
        if server.me != DEDICATED {
            ctx.connect(DEDICATED, 0);
        }
        server.recover_decisions(stable, ctx);
        server.recover_promises(stable, ctx);
        server.talk_to_itself(ctx);
        server
    }

    fn step(&mut self, event: Event<TwoPhaseCommit>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { from, body } => self.on_message(from, body, ctx),
            Event::Timer(Timer::Votes(tx)) => self.on_votes_timeout(tx, ctx),
            Event::Timer(Timer::Resend(tx)) => self.on_resend(tx, ctx),
            Event::Timer(Timer::Work(tx)) => self.on_work_timeout(tx, ctx),
            Event::Timer(Timer::Doubt(tx)) => self.on_doubt(tx, ctx),
            Event::Timer(Timer::Answer) => {}
            Event::Input(Input::VoteNo) => self.on_vote_no(ctx),
            Event::Input(Input::GiveUp) => self.on_give_up(ctx),
            Event::Input(input) => {
                ctx.note("{0} is a server: `{1}` is for a client", [self.me.into(), input.to_string().into()]);
            }
            Event::Durable { upto, .. } => self.on_durable(upto, ctx),
            Event::Connected { peer, .. } => self.on_connected(peer, ctx),
            Event::Lost { peer, .. } => self.on_lost(peer, ctx),
        }
        self.talk_to_itself(ctx);
    }

    fn on_message(&mut self, from: NodeId, body: Message, ctx: &mut Ctx<'_>) {
        match body {
            Message::Begin { tx, number, order } => self.on_begin(from, tx, number, &order, ctx),
            Message::Work { tx, steps } => self.on_work(from, tx, &steps, ctx),
            Message::Done { tx, readings } => self.on_done(from, tx, readings, ctx),
            Message::Prepare { tx, writers } => self.on_prepare(from, tx, writers, ctx),
            Message::Vote { tx, vote } => self.on_vote(from, tx, vote, ctx),
            Message::Decision { tx, commit } => self.on_decision(from, tx, commit, ctx),
            Message::Ack { tx } => self.on_ack(from, tx, ctx),
            Message::Inquiry { tx, coordinator } => self.on_inquiry(from, tx, coordinator, ctx),
            Message::Unknown { tx } => self.on_unknown(from, tx, ctx),
            Message::Outcome { .. } => ctx.expect(false, "a server was told an outcome meant for a client"),
        }
    }

    fn on_durable(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        while let Some(&(_, forced)) = self.forcing.first().filter(|(record, _)| *record <= upto) {
            self.forcing.remove(0);
            match forced {
                Forced::Prepared(tx) => self.on_promise_durable(tx, ctx),
                Forced::Committed(tx) => self.on_commit_durable(tx, ctx),
                Forced::Decided(tx) => self.on_decision_durable(tx, ctx),
            }
        }
    }

    fn on_connected(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        self.linked.insert(peer);
        self.catch_up_participant(peer, ctx);
        self.ask(peer, ctx);
    }

    fn on_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        self.linked.remove(&peer);
        self.on_participant_lost(peer, ctx);
        self.on_coordinator_lost(peer, ctx);
    }

    /// One sentence about this server and a transaction.
    pub fn note(&self, template: &'static str, tx: Tx, ctx: &mut Ctx<'_>) {
        ctx.note(template, [self.me.into(), tx.to_string().into()]);
    }

    /// Says something to another server, or to itself. False if there is no connection; then one is sought.
    pub fn tell(&mut self, to: NodeId, body: Message, ctx: &mut Ctx<'_>) -> bool {
        if to == self.me {
            self.local.push_back(body);
        } else if self.linked.contains(&to) {
            ctx.send(to, body);
        } else {
            ctx.connect(to, 0);
            return false;
        }
        true
    }

    fn talk_to_itself(&mut self, ctx: &mut Ctx<'_>) {
        while let Some(body) = self.local.pop_front() {
            self.on_message(self.me, body, ctx);
        }
    }
}

/// Twice as long with each try, up to 32 times.
pub fn back_off(span: Span, tries: u8) -> Span {
    span.times(1 << tries.min(5))
}
