//! The client: it speaks to one server at a time, keeps several requests under way in their order, and turns to the next
//! server when its own is gone. A write that was sent and not answered is *unknown*: it may have happened, or may yet.

use std::collections::VecDeque;

use super::config::Config;
use super::ghost::Output;
use super::machine::{KeyValue, Machine};
use super::message::{CLIENT, Message, Reply};
use super::server::Ctx;
use super::zxid::Zxid;
use super::{Call, Input, Timer, Zab};
use crate::sim::{Completion, Event, NodeId, OperationId, Span};

/// Requests that wait; more are turned away.
const QUEUE: u64 = 64;
/// How long to wait before the next server is tried.
const RETRY: Span = Span::millis(100);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client<M: Machine = KeyValue> {
    me: NodeId,
    config: Config,
    /// Its server.
    pub home: NodeId,
    pub is_connected: bool,
    /// The newest zxid that this session knows.
    pub seen: Zxid,
    pub requests: VecDeque<Asked<M>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked<M: Machine = KeyValue> {
    pub operation: OperationId,
    pub call: Call<M>,
    pub is_sent: bool,
}

impl<M: Machine> Client<M> {
    pub fn boot(config: Config, me: NodeId) -> Client<M> {
        let ordinal = me.0 - config.servers();
        let home = NodeId(ordinal % config.servers());
        Client { me, config, home, is_connected: false, seen: Zxid::NONE, requests: VecDeque::new() }
    }

    pub fn step(&mut self, event: Event<Zab<M>>, ctx: &mut Ctx<'_, M>) {
        match event {
            Event::Input(Input::Ask(call)) => self.on_call(call, ctx),
            Event::Input(Input::Use(server)) => self.on_use(server, ctx),
            Event::Message { from, body: Message::Reply { xid, reply } } if from == self.home => {
                self.on_reply(xid, reply, ctx);
            }
            Event::Message { .. } => {}
            Event::Connected { peer, .. } if peer == self.home => {
                self.is_connected = true;
                self.send_all(ctx);
            }
            Event::Connected { peer, channel } => ctx.close(peer, channel),
            Event::Lost { peer, .. } if peer == self.home => self.on_lost(ctx),
            Event::Timer(Timer::Request) => self.on_patience_ended(ctx),
            Event::Timer(Timer::Retry) => self.send_all(ctx),
            Event::Lost { .. } | Event::Timer(_) | Event::Durable { .. } => {}
        }
    }

    fn on_call(&mut self, call: Call<M>, ctx: &mut Ctx<'_, M>) {
        if self.requests.len() as u64 >= QUEUE {
            ctx.note("{0} has too much to do and does not take `{1}`", [self.me.into(), call.to_string().into()]);
            return;
        }
        let operation = ctx.invoke(call.clone());
        if self.requests.is_empty() {
            ctx.set_timer(Timer::Request, self.config.patience());
        }
        self.requests.push_back(Asked { operation, call, is_sent: false });
        self.send_all(ctx);
    }

    fn on_use(&mut self, server: NodeId, ctx: &mut Ctx<'_, M>) {
        if !self.config.is_server(server) {
            ctx.note("{0} knows no such server", [self.me.into()]);
            return;
        }
        if server == self.home {
            return;
        }
        ctx.close(self.home, CLIENT);
        self.abandon("its client left for another server", ctx);
        self.home = server;
        self.is_connected = false;
        self.send_all(ctx);
    }

    /// Sends what is not sent, as far as the pipeline allows.
    fn send_all(&mut self, ctx: &mut Ctx<'_, M>) {
        if self.requests.iter().all(|asked| asked.is_sent) {
            return;
        }
        if !self.is_connected {
            ctx.connect(self.home, CLIENT);
            return;
        }
        for asked in self.requests.iter_mut().take(self.config.pipeline as usize) {
            if !asked.is_sent {
                asked.is_sent = true;
                let (xid, call) = (asked.operation.number, asked.call.clone());
                ctx.send(self.home, Message::Ask { xid, call, seen: self.seen });
            }
        }
    }

    fn on_reply(&mut self, xid: u64, reply: Reply<M>, ctx: &mut Ctx<'_, M>) {
        let Some(index) = self.requests.iter().position(|asked| asked.operation.number == xid && asked.is_sent) else {
            return;
        };
        match reply {
            Reply::Done { answer, at } => {
                let Some(asked) = self.requests.remove(index) else { return };
                let is_write = matches!(&asked.call, Call::Do(op) if !M::is_read(op));
                ctx.output(Output::Saw { zxid: at, wrote: is_write.then_some(asked.operation) });
                self.seen = self.seen.max(at);
                ctx.complete(asked.operation, Completion::Done(answer));
                if self.requests.is_empty() {
                    ctx.cancel_timer(Timer::Request);
                } else {
                    ctx.set_timer(Timer::Request, self.config.patience());
                }
                self.send_all(ctx);
            }
            Reply::NotServing | Reply::Behind => {
                // What was asked later must not be answered before this, as it might be if the server recovered now.
                if let Some(asked) = self.requests.get_mut(index) {
                    asked.is_sent = false;
                }
                ctx.close(self.home, CLIENT);
                self.abandon("its server does not serve", ctx);
                self.turn_to_next(ctx);
            }
        }
    }

    fn on_lost(&mut self, ctx: &mut Ctx<'_, M>) {
        self.abandon("the connection was lost before the answer", ctx);
        self.turn_to_next(ctx);
    }

    fn turn_to_next(&mut self, ctx: &mut Ctx<'_, M>) {
        self.is_connected = false;
        self.home = NodeId((self.home.0 + 1) % self.config.servers());
        if !self.requests.is_empty() {
            ctx.set_timer(Timer::Retry, RETRY);
        }
    }

    /// Nobody will answer what was sent. Writes may have happened; the rest is asked again elsewhere, save what such a write
    /// stands behind: asked again, a read would come after it.
    fn abandon(&mut self, why: &'static str, ctx: &mut Ctx<'_, M>) {
        let is_lost = |asked: &Asked<M>| asked.is_sent && matches!(&asked.call, Call::Do(op) if !M::is_read(op));
        let lost = self.requests.iter().rposition(is_lost);
        for (place, mut asked) in std::mem::take(&mut self.requests).into_iter().enumerate() {
            if lost.is_some_and(|lost| place <= lost) {
                ctx.complete(asked.operation, Completion::Unknown(why));
            } else {
                asked.is_sent = false;
                self.requests.push_back(asked);
            }
        }
        if self.requests.is_empty() {
            ctx.cancel_timer(Timer::Request);
        }
    }

    fn on_patience_ended(&mut self, ctx: &mut Ctx<'_, M>) {
        ctx.close(self.home, CLIENT);
        self.abandon("no answer in time", ctx);
        for asked in std::mem::take(&mut self.requests) {
            ctx.complete(asked.operation, Completion::Refused("no server would answer in time"));
        }
        ctx.cancel_timer(Timer::Retry);
        self.turn_to_next(ctx);
    }
}
