//! The client: one operation at a time, sent to the server that it believes can answer.
//!
//! A write that was sent and not answered is *unknown*: it may have happened, or may yet. Only one that was never sent,
//! or that a server refused before it was in any log, is *refused*.

use std::collections::{BTreeSet, VecDeque};

use super::config::{Config, Reads};
use super::ghost::Output;
use super::log::Position;
use super::message::{Message, Reply};
use super::node::Ctx;
use super::{Input, Replication, Timer};
use crate::machines::key_value::Op;
use crate::sim::{Completion, Event, NodeId, OperationId, Span};

/// Operations that wait for their turn; more are turned away.
const QUEUE: usize = 16;
/// How long to wait before another server is tried.
const RETRY: Span = Span::millis(100);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    me: NodeId,
    config: Config,
    /// Where it reads, if any server may be read.
    pub home: NodeId,
    /// Whom it takes for the primary.
    pub primary: NodeId,
    /// The newest position whose effect it knows; kept only in sessions.
    pub seen: Position,
    pub current: Option<Current>,
    pub queue: VecDeque<Op>,
    linked: BTreeSet<NodeId>,
}

/// The operation under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Current {
    pub operation: OperationId,
    pub op: Op,
    pub target: NodeId,
    pub is_sent: bool,
    /// Servers tried so far.
    hops: u16,
}

impl Client {
    pub fn boot(config: Config, me: NodeId) -> Client {
        let ordinal = me.0 - config.servers();
        let home = if config.reads == Reads::Anywhere { NodeId(ordinal % config.servers()) } else { NodeId(0) };
        Client {
            me,
            config,
            home,
            primary: NodeId(0),
            seen: Position::default(),
            current: None,
            queue: VecDeque::new(),
            linked: BTreeSet::new(),
        }
    }

    pub fn step(&mut self, event: Event<Replication>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Input(Input::Ask(op)) => self.on_ask(op, ctx),
            Event::Input(Input::Use(server)) => self.on_use(server, ctx),
            Event::Input(input) => {
                ctx.note("{0} is a client: `{1}` is for a server", [self.me.into(), input.to_string().into()]);
            }
            Event::Message { from, body: Message::Reply { number, reply } } => self.on_reply(from, number, reply, ctx),
            Event::Message { .. } => ctx.expect(false, "a client was given what is for servers"),
            Event::Connected { peer, .. } => self.on_connected(peer, ctx),
            Event::Lost { peer, .. } => self.on_lost(peer, ctx),
            Event::Timer(Timer::Request) => self.on_request_timeout(ctx),
            Event::Timer(Timer::Retry) => self.attempt(ctx),
            Event::Timer(_) | Event::Durable { .. } => {}
        }
    }

    fn on_ask(&mut self, op: Op, ctx: &mut Ctx<'_>) {
        if self.queue.len() >= QUEUE {
            ctx.note("{0} has too much to do and does not take `{1}`", [self.me.into(), op.to_string().into()]);
            return;
        }
        self.queue.push_back(op);
        self.start(ctx);
    }

    fn on_use(&mut self, server: NodeId, ctx: &mut Ctx<'_>) {
        if server.0 >= self.config.servers() {
            ctx.note("{0} knows no such server", [self.me.into()]);
            return;
        }
        self.home = server;
        self.primary = server;
    }

    fn start(&mut self, ctx: &mut Ctx<'_>) {
        if self.current.is_some() {
            return;
        }
        let Some(op) = self.queue.pop_front() else { return };
        let operation = ctx.invoke(op.clone());
        let reads_home = op.is_read() && self.config.reads == Reads::Anywhere;
        let target = if reads_home { self.home } else { self.primary };
        self.current = Some(Current { operation, op, target, is_sent: false, hops: 0 });
        ctx.set_timer(Timer::Request, self.config.request_timeout);
        self.attempt(ctx);
    }

    fn attempt(&mut self, ctx: &mut Ctx<'_>) {
        let seen = self.seen;
        let Some(current) = self.current.as_mut().filter(|current| !current.is_sent) else { return };
        if self.linked.contains(&current.target) {
            current.is_sent = true;
            let (number, op) = (current.operation.number, current.op.clone());
            ctx.send(current.target, Message::Request { number, op, seen });
        } else {
            ctx.connect(current.target, 0);
        }
    }

    fn on_connected(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        self.linked.insert(peer);
        if self.current.as_ref().is_some_and(|current| current.target == peer) {
            self.attempt(ctx);
        }
    }

    fn on_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        self.linked.remove(&peer);
        let Some(current) = self.current.as_ref().filter(|current| current.target == peer) else { return };
        if current.is_sent && !current.op.is_read() {
            self.primary = self.after(peer);
            self.finish(Completion::Unknown("the connection was lost before the answer"), ctx);
        } else {
            ctx.note("{0} cannot reach {1} and tries another server", [self.me.into(), peer.into()]);
            self.turn_to(self.after(peer), ctx);
        }
    }

    fn after(&self, server: NodeId) -> NodeId {
        NodeId((server.0 + 1) % self.config.servers())
    }

    /// Tries another server, in a moment and not for ever.
    fn turn_to(&mut self, target: NodeId, ctx: &mut Ctx<'_>) {
        let limit = 2 * self.config.servers();
        let Some(current) = &mut self.current else { return };
        current.hops += 1;
        if current.hops > limit {
            self.finish(Completion::Refused("no server would answer"), ctx);
            return;
        }
        current.target = target;
        current.is_sent = false;
        if !current.op.is_read() || self.config.reads == Reads::Primary {
            self.primary = target;
        }
        ctx.set_timer(Timer::Retry, RETRY);
    }

    fn on_reply(&mut self, from: NodeId, number: u64, reply: Reply, ctx: &mut Ctx<'_>) {
        let Some(current) = self.current.as_ref().filter(|current| current.operation.number == number) else {
            ctx.note("{0} answers {1} too late: it no longer waits", [from.into(), self.me.into()]);
            return;
        };
        match reply {
            Reply::Done { answer, at } => {
                if self.config.sessions {
                    self.seen = at;
                    ctx.output(Output::Saw { position: at });
                }
                self.finish(Completion::Done(answer), ctx);
            }
            Reply::Redirect { primary: Some(primary) } if current.hops == 0 => {
                if let Some(current) = &mut self.current {
                    (current.target, current.is_sent, current.hops) = (primary, false, 1);
                }
                self.primary = primary;
                self.attempt(ctx);
            }
            Reply::Redirect { primary } => {
                let next = primary.filter(|primary| *primary != from).unwrap_or(self.after(from));
                self.turn_to(next, ctx);
            }
            Reply::Refused(why) => self.finish(Completion::Refused(why), ctx),
            Reply::Unsure(why) => {
                self.primary = self.after(from);
                self.finish(Completion::Unknown(why), ctx);
            }
            Reply::Forgotten => {
                self.seen = Position::default();
                ctx.output(Output::SessionEnded);
                self.finish(Completion::Refused("what this session has seen was lost"), ctx);
            }
        }
    }

    fn on_request_timeout(&mut self, ctx: &mut Ctx<'_>) {
        let Some(current) = &self.current else { return };
        let (target, is_sent) = (current.target, current.is_sent);
        ctx.close(target, 0);
        self.linked.remove(&target);
        self.primary = self.after(target);
        if is_sent {
            self.finish(Completion::Unknown("no answer in time"), ctx);
        } else {
            self.finish(Completion::Refused("no server could be reached in time"), ctx);
        }
    }

    fn finish(&mut self, completion: Completion<crate::machines::key_value::Answer>, ctx: &mut Ctx<'_>) {
        let Some(current) = self.current.take() else { return };
        ctx.cancel_timer(Timer::Request);
        ctx.cancel_timer(Timer::Retry);
        ctx.complete(current.operation, completion);
        self.start(ctx);
    }
}
