//! The client: one transaction at a time. What it was not told the outcome of may have happened, or may yet.

use std::collections::{BTreeSet, VecDeque};

use super::config::Config;
use super::message::{Message, Reading, Tx};
use super::node::Ctx;
use super::{Input, Timer, TwoPhaseCommit};
use crate::machines::bank::{Account, Order};
use crate::sim::{Completion, Event, NodeId, OperationId};
use crate::sorting::sort;

/// Transactions that wait for their turn; more are turned away.
const QUEUE: usize = 16;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    me: NodeId,
    config: Config,
    pub current: Option<Current>,
    queue: VecDeque<(Order, NodeId)>,
    linked: BTreeSet<NodeId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Current {
    pub operation: OperationId,
    pub tx: Tx,
    pub order: Order,
    pub via: NodeId,
    pub is_sent: bool,
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    Committed,
    Read(Vec<(Account, i64)>),
}

impl Client {
    pub fn new(config: Config, me: NodeId) -> Client {
        Client { me, config, current: None, queue: VecDeque::new(), linked: BTreeSet::new() }
    }

    pub fn step(&mut self, event: Event<TwoPhaseCommit>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Input(Input::Ask { order, via }) => self.on_ask(order, via, ctx),
            Event::Input(input) => {
                ctx.note("{0} is a client: `{1}` is for a server", [self.me.into(), input.to_string().into()]);
            }
            Event::Message { body: Message::Outcome { number, outcome }, .. } => self.on_outcome(number, outcome, ctx),
            Event::Message { .. } => ctx.expect(false, "a client was given what is for servers"),
            Event::Connected { peer, .. } => {
                self.linked.insert(peer);
                self.attempt(ctx);
            }
            Event::Lost { peer, .. } => self.on_lost(peer, ctx),
            Event::Timer(Timer::Answer) => self.on_answer_timeout(ctx),
            Event::Timer(_) | Event::Durable { .. } => {}
        }
    }

    fn on_ask(&mut self, order: Order, via: NodeId, ctx: &mut Ctx<'_>) {
        if !self.config.is_server(via) {
            ctx.note("{0} knows no such server to coordinate `{1}`", [self.me.into(), order.to_string().into()]);
        } else if self.queue.len() >= QUEUE {
            ctx.note("{0} has too much to do and does not take `{1}`", [self.me.into(), order.to_string().into()]);
        } else {
            self.queue.push_back((order, via));
            self.start(ctx);
        }
    }

    fn start(&mut self, ctx: &mut Ctx<'_>) {
        if self.current.is_some() {
            return;
        }
        let Some((order, via)) = self.queue.pop_front() else { return };
        let operation = ctx.invoke(order.clone());
        // Each client has every so many-th number, so that no two transactions share one.
        let ordinal = self.me.0 - self.config.first_client();
        let number = (operation.number - 1) * u64::from(self.config.clients) + u64::from(ordinal) + 1;
        let tx = Tx(number as u32);
        self.current = Some(Current { operation, tx, order, via, is_sent: false });
        ctx.set_timer(Timer::Answer, self.config.request_timeout);
        if self.linked.contains(&via) {
            self.attempt(ctx);
        } else {
            ctx.connect(via, 0);
        }
    }

    fn attempt(&mut self, ctx: &mut Ctx<'_>) {
        let Some(current) = self.current.as_mut().filter(|current| !current.is_sent) else { return };
        if self.linked.contains(&current.via) {
            current.is_sent = true;
            let (tx, number, order) = (current.tx, current.operation.number, current.order.clone());
            ctx.send(current.via, Message::Begin { tx, number, order });
        }
    }

    fn on_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        self.linked.remove(&peer);
        match self.current.as_ref().filter(|current| current.via == peer).map(|current| current.is_sent) {
            Some(true) => self.finish(Completion::Unknown("the coordinator was lost before it told the outcome"), ctx),
            Some(false) => self.finish(Completion::Refused("the coordinator cannot be reached"), ctx),
            None => {}
        }
    }

    fn on_outcome(&mut self, number: u64, outcome: Result<Vec<Reading>, &'static str>, ctx: &mut Ctx<'_>) {
        let Some(_) = self.current.as_ref().filter(|current| current.operation.number == number) else {
            ctx.note("{0} is told an outcome that it no longer waits for", [self.me.into()]);
            return;
        };
        let completion = match outcome {
            Ok(readings) if readings.is_empty() => Completion::Done(Answer::Committed),
            Ok(mut readings) => {
                sort(&mut readings);
                Completion::Done(Answer::Read(
                    readings.iter().map(|(account, balance, _)| (*account, *balance)).collect(),
                ))
            }
            Err(why) => Completion::Refused(why),
        };
        self.finish(completion, ctx);
    }

    fn on_answer_timeout(&mut self, ctx: &mut Ctx<'_>) {
        let Some(current) = &self.current else { return };
        let (via, is_sent) = (current.via, current.is_sent);
        // What was not sent must not be sent later.
        ctx.close(via, 0);
        self.linked.remove(&via);
        let completion = if is_sent {
            Completion::Unknown("no outcome in time")
        } else {
            Completion::Refused("the coordinator could not be reached in time")
        };
        self.finish(completion, ctx);
    }

    fn finish(&mut self, completion: Completion<Answer>, ctx: &mut Ctx<'_>) {
        let Some(current) = self.current.take() else { return };
        ctx.cancel_timer(Timer::Answer);
        let (me, tx) = (self.me.into(), current.tx.to_string().into());
        match completion {
            Completion::Done(_) => ctx.note("{0} is told that {1} is committed", [me, tx]),
            Completion::Refused(why) => ctx.note("{0} is told that {1} did not happen: {2}", [me, tx, why.into()]),
            Completion::Unknown(why) => ctx.note("{0} does not know how {1} ended: {2}", [me, tx, why.into()]),
        }
        ctx.complete(current.operation, completion);
        self.start(ctx);
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Answer::Read(balances) = self else { return f.write_str("committed") };
        for (place, (account, balance)) in balances.iter().enumerate() {
            let gap = if place == 0 { "" } else { " " };
            write!(f, "{gap}{account}={balance}")?;
        }
        Ok(())
    }
}
