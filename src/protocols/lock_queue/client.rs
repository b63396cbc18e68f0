//! The client: it asks, waits, believes by its own clock, writes while it believes, and gives back.

use std::sync::Arc;

use litemap::LiteMap;

use super::acquisition::Acquisition;
pub use super::acquisition::Stage;
use super::disk::Record;
use super::input::Patience;
use super::message::{Message, Order, WriteId};
use super::{Answer, Config, Ctx, Input, LockQueue, Operation, Timer, config};
use crate::machines::key_value::Word;
use crate::machines::lock_table::{News, RequestId};
use crate::sim::{Completion, Event, NodeId, OperationId, Span, Time};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    me: NodeId,
    config: Config,
    /// Where its orders go: the broker, or a server that it takes for the leader.
    pub desk: NodeId,
    pub life: u32,
    /// Its life is on disk: from then on its requests are like no others.
    is_ready: bool,
    /// What was asked of it before.
    early: Vec<Input>,
    last_request: u32,
    last_write: u32,
    acquisitions: LiteMap<Word, Acquisition>,
    pub writes: LiteMap<u32, Write>,
}

/// A write under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Write {
    operation: OperationId,
    pub resource: Word,
    /// The lock is given back after it.
    is_last: bool,
}

impl Client {
    pub fn boot(config: Config, desk: NodeId, lives: u32, ctx: &mut Ctx<'_>) -> Client {
        let life = lives + 1;
        ctx.write(Record::Life(life));
        ctx.sync(0);
        Client {
            me: ctx.me(),
            config,
            desk,
            life,
            is_ready: false,
            early: Vec::new(),
            last_request: 0,
            last_write: 0,
            acquisitions: LiteMap::new(),
            writes: LiteMap::new(),
        }
    }

    pub fn acquisitions(&self) -> impl Iterator<Item = (&Word, &Acquisition)> {
        self.acquisitions.iter()
    }

    /// The locks in which it believes at this instant of its clock, with their tokens.
    pub fn beliefs(&self, now: Time) -> impl Iterator<Item = (&str, u64)> {
        self.acquisitions
            .iter()
            .filter_map(move |(resource, acquisition)| Some((&**resource, acquisition.believes(now)?)))
    }

    pub fn step(&mut self, event: Event<LockQueue>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Input(input) if !self.is_ready => self.early.push(input),
            Event::Input(input) => self.on_input(input, ctx),
            Event::Message { body: Message::News { request, resource, news, sent, .. }, .. } => {
                self.on_news(request, &resource, news, sent, ctx);
            }
            Event::Message { body: Message::Written { id, token }, .. } if id.life == self.life => {
                self.end_write(id.number, Completion::Done(Answer::Written(token)), ctx);
            }
            Event::Message { body: Message::Refused { id, .. }, .. } if id.life == self.life => {
                self.end_write(id.number, Completion::Refused("the resource has seen a higher token"), ctx);
            }
            Event::Message { body: Message::Written { .. } | Message::Refused { .. }, .. } => {
                ctx.note("{0} is answered a write of an earlier life", [self.me.into()]);
            }
            Event::Message { .. } => ctx.expect(false, "a client was given what is for others"),
            Event::Durable { .. } => self.on_ready(ctx),
            Event::Timer(timer) => self.on_timer(timer, ctx),
            Event::Connected { .. } | Event::Lost { .. } => {}
        }
    }

    fn on_ready(&mut self, ctx: &mut Ctx<'_>) {
        self.is_ready = true;
        for input in std::mem::take(&mut self.early) {
            self.on_input(input, ctx);
        }
    }

    fn on_input(&mut self, input: Input, ctx: &mut Ctx<'_>) {
        match input {
            Input::Lock { resource, wait, lease } => {
                let wait = match wait {
                    None => Some(self.config.wait),
                    Some(Patience::For(span)) => Some(span),
                    Some(Patience::Forever) => None,
                };
                self.on_lock(resource, wait, lease.unwrap_or(self.config.lease), None, ctx);
            }
            Input::Use { resource, work } => {
                self.on_lock(resource, Some(self.config.wait), self.config.lease, Some(work), ctx);
            }
            Input::Unlock { resource } => self.on_unlock(&resource, ctx),
            Input::Cancel { resource } => self.on_cancel(&resource, ctx),
            Input::Write { resource, value } => self.on_write(resource, value, false, ctx),
        }
    }

    fn on_timer(&mut self, timer: Timer, ctx: &mut Ctx<'_>) {
        match timer {
            Timer::Retry(resource) => self.order(&resource, ctx),
            Timer::Renew(resource) => self.on_renew(resource, ctx),
            Timer::Belief(resource) => self.on_belief_over(resource, ctx),
            Timer::Patience(resource) => self.on_patience_over(&resource, ctx),
            Timer::Work(resource) => self.on_write(resource, Word::from("done"), true, ctx),
            Timer::Write(number) => self.end_write(number, Completion::Unknown("the resource did not answer"), ctx),
            _ => {}
        }
    }

    fn on_lock(&mut self, resource: Word, wait: Option<Span>, lease: Span, work: Option<Span>, ctx: &mut Ctx<'_>) {
        if self.config.resource(&resource).is_none() {
            ctx.note("There is no {0} here", [(&*resource).into()]);
            return;
        }
        if self.acquisitions.contains_key(&resource) {
            ctx.note("{0} is busy with the {1} already", [self.me.into(), (&*resource).into()]);
            return;
        }
        let request = self.next_request();
        let operation = ctx.invoke(Operation::Lock(resource.clone()));
        self.acquisitions
            .insert(resource.clone(), Acquisition { request, wait, lease, work, stage: Stage::Asking { operation } });
        if let Some(wait) = wait {
            // The server's wait begins when it has the request; this one is for a server that does not answer.
            ctx.set_timer(Timer::Patience(resource.clone()), wait + self.config.retry.times(2));
        }
        self.order(&resource, ctx);
    }

    fn next_request(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId { client: self.me.0, life: self.life, number: self.last_request }
    }

    /// Sends what the present stage asks of the server, and again until the stage is over.
    fn order(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        let Some(acquisition) = self.acquisitions.get(resource) else { return };
        ctx.send(self.desk, Message::Order(acquisition.order(resource, ctx.monotonic())));
        ctx.set_timer(Timer::Retry(resource.clone()), self.config.retry);
    }

    /// Asks again for whatever it has asked and not been answered, and renews what it holds.
    pub fn ask_again(&mut self, ctx: &mut Ctx<'_>) {
        let is_settled =
            |acquisition: &Acquisition| matches!(acquisition.stage, Stage::Holding { is_confirmed: true, .. });
        let all: Vec<(Word, bool)> = self
            .acquisitions
            .iter()
            .map(|(resource, acquisition)| (resource.clone(), is_settled(acquisition)))
            .collect();
        for (resource, is_settled) in all {
            if !is_settled {
                self.order(&resource, ctx);
            } else if self.config.renews {
                self.on_renew(resource, ctx);
            }
        }
    }

    fn on_news(&mut self, request: RequestId, resource: &Word, news: News, sent: Option<Time>, ctx: &mut Ctx<'_>) {
        let Some(acquisition) =
            self.acquisitions.get_mut(resource).filter(|acquisition| acquisition.request == request)
        else {
            if let News::Granted { token, .. } = news {
                ctx.note("{0} no longer wants the {1} and gives it back", [self.me.into(), (&**resource).into()]);
                let order = Order::Release { request, resource: resource.clone(), token };
                ctx.send(self.desk, Message::Order(order));
            }
            return;
        };
        match (news, &acquisition.stage) {
            (News::Queued { place }, Stage::Asking { operation } | Stage::Waiting { operation, .. }) => {
                if matches!(acquisition.stage, Stage::Asking { .. }) {
                    let what = Arc::clone(resource).into();
                    ctx.note("{0} waits for the {1}, at place {2} in line", [self.me.into(), what, place.into()]);
                }
                acquisition.stage = Stage::Waiting { operation: *operation, place };
                ctx.set_timer(Timer::Retry(resource.clone()), self.config.retry);
            }
            (News::Free, Stage::Asking { operation } | Stage::Waiting { operation, .. }) => {
                acquisition.stage = Stage::Asking { operation: *operation };
                self.order(resource, ctx);
            }
            (News::Granted { token, .. }, Stage::Asking { operation } | Stage::Waiting { operation, .. }) => {
                let operation = *operation;
                self.on_granted(operation, resource, token, ctx);
            }
            (News::Renewed { token }, Stage::Holding { .. }) => self.on_renewed(resource, token, sent, ctx),
            (News::Lost { .. }, Stage::Holding { .. }) => {
                ctx.note("{0} is told that it has lost the {1}", [self.me.into(), (&**resource).into()]);
                self.give_up(resource, ctx);
            }
            (News::Released { .. }, Stage::Releasing { operation, .. }) => {
                ctx.complete(*operation, Completion::Done(Answer::Released));
                self.finish(resource, ctx);
            }
            (News::NotHolder { .. } | News::Lost { .. }, Stage::Releasing { operation, .. }) => {
                ctx.complete(*operation, Completion::Refused("it was the holder no longer"));
                self.finish(resource, ctx);
            }
            (News::TimedOut | News::Cancelled | News::Lost { .. }, Stage::Cancelling) => self.finish(resource, ctx),
            (News::TimedOut, Stage::Asking { operation } | Stage::Waiting { operation, .. }) => {
                ctx.complete(*operation, Completion::Refused("timed out"));
                self.finish(resource, ctx);
            }
            (News::Lost { .. }, Stage::Asking { operation } | Stage::Waiting { operation, .. }) => {
                let operation = *operation;
                self.on_passed_over(operation, resource, ctx);
            }
            _ => {}
        }
    }

    /// The offer never came and went on to the next: this request is over, and its place in line with it. The client still
    /// wants the lock, and asks anew.
    fn on_passed_over(&mut self, operation: OperationId, resource: &Word, ctx: &mut Ctx<'_>) {
        ctx.note("The offer of the {0} went past {1}, which asks anew", [(&**resource).into(), self.me.into()]);
        let request = self.next_request();
        let Some(acquisition) = self.acquisitions.get_mut(resource) else { return };
        acquisition.request = request;
        acquisition.stage = Stage::Asking { operation };
        self.order(resource, ctx);
    }

    /// The offer is here: it believes from now on, and says so.
    fn on_granted(&mut self, operation: OperationId, resource: &Word, token: u64, ctx: &mut Ctx<'_>) {
        let Some(acquisition) = self.acquisitions.get_mut(resource) else { return };
        let lease = acquisition.lease;
        let belief = Span(lease.0.saturating_sub(self.config.margin.0));
        acquisition.stage = Stage::Holding { token, until: ctx.monotonic() + belief, is_confirmed: false };
        let work = acquisition.work;
        let what = Arc::clone(resource).into();
        ctx.note("{0} has the {1} with token {2}", [self.me.into(), what, token.into()]);
        ctx.cancel_timer(Timer::Patience(resource.clone()));
        ctx.set_timer(Timer::Belief(resource.clone()), belief);
        if self.config.renews {
            ctx.set_timer(Timer::Renew(resource.clone()), Span(lease.0 / 3));
        }
        self.order(resource, ctx);
        ctx.complete(operation, Completion::Done(Answer::Granted(token)));
        if let Some(work) = work {
            ctx.set_timer(Timer::Work(resource.clone()), work);
        }
    }

    fn on_renew(&mut self, resource: Word, ctx: &mut Ctx<'_>) {
        let Some(Acquisition { request, lease, stage: Stage::Holding { token, .. }, .. }) =
            self.acquisitions.get(&resource)
        else {
            return;
        };
        let order =
            Order::Renew { request: *request, resource: resource.clone(), token: *token, sent: ctx.monotonic() };
        ctx.send(self.desk, Message::Order(order));
        let third = Span(lease.0 / 3);
        ctx.set_timer(Timer::Renew(resource), third);
    }

    /// The lease was lengthened when the server had the renewal, which was later than it was sent.
    fn on_renewed(&mut self, resource: &Word, token: u64, sent: Option<Time>, ctx: &mut Ctx<'_>) {
        let margin = self.config.margin;
        let Some(acquisition) = self.acquisitions.get_mut(resource) else { return };
        let belief = Span(acquisition.lease.0.saturating_sub(margin.0));
        let Stage::Holding { token: held, until, is_confirmed } = &mut acquisition.stage else { return };
        if *held != token {
            return;
        }
        *is_confirmed = true;
        ctx.cancel_timer(Timer::Retry(resource.clone()));
        *until = sent.map_or(*until, |sent| (*until).max(sent + belief));
        ctx.set_timer(Timer::Belief(resource.clone()), until.since(ctx.monotonic()));
    }

    fn on_belief_over(&mut self, resource: Word, ctx: &mut Ctx<'_>) {
        let Some(Acquisition { stage: Stage::Holding { until, .. }, .. }) = self.acquisitions.get(&resource) else {
            return;
        };
        let left = until.since(ctx.monotonic());
        if left > Span::ZERO {
            ctx.set_timer(Timer::Belief(resource), left);
            return;
        }
        ctx.note("By its own clock {0} holds the {1} no longer", [self.me.into(), (&*resource).into()]);
        self.give_up(&resource, ctx);
    }

    fn give_up(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        ctx.mark(config::GAVE_UP);
        self.finish(resource, ctx);
    }

    fn on_unlock(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        let held = match self.acquisitions.get(resource) {
            Some(Acquisition { stage: Stage::Holding { token, .. }, .. }) => *token,
            _ => {
                ctx.note("{0} does not hold the {1}", [self.me.into(), (&**resource).into()]);
                return;
            }
        };
        let operation = ctx.invoke(Operation::Unlock(resource.clone()));
        self.enter(resource, Stage::Releasing { operation, token: held }, ctx);
    }

    fn on_cancel(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        let Some(operation) = self.acquisitions.get(resource).and_then(Acquisition::asks) else {
            ctx.note("{0} does not wait for the {1}", [self.me.into(), (&**resource).into()]);
            return;
        };
        ctx.complete(operation, Completion::Refused("cancelled"));
        self.enter(resource, Stage::Cancelling, ctx);
    }

    fn on_patience_over(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        let Some(operation) = self.acquisitions.get(resource).and_then(Acquisition::asks) else { return };
        ctx.complete(operation, Completion::Refused("no answer in time, and taken back"));
        self.enter(resource, Stage::Cancelling, ctx);
    }

    /// Begins the last stage of an acquisition.
    fn enter(&mut self, resource: &Word, stage: Stage, ctx: &mut Ctx<'_>) {
        self.cancel_timers(resource, ctx);
        if let Some(acquisition) = self.acquisitions.get_mut(resource) {
            acquisition.stage = stage;
        }
        self.order(resource, ctx);
    }

    fn cancel_timers(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        for timer in [Timer::Retry, Timer::Renew, Timer::Belief, Timer::Patience, Timer::Work] {
            ctx.cancel_timer(timer(resource.clone()));
        }
    }

    /// The acquisition is over: the server may forget all requests up to the first that is not.
    fn finish(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        self.cancel_timers(resource, ctx);
        self.acquisitions.remove(resource);
        let open = self.acquisitions.values().map(|acquisition| acquisition.request.number).min();
        let number = open.map_or(self.last_request, |first| first - 1);
        let upto = RequestId { client: self.me.0, life: self.life, number };
        ctx.send(self.desk, Message::Order(Order::Confirm { upto }));
    }

    fn on_write(&mut self, resource: Word, value: Word, is_last: bool, ctx: &mut Ctx<'_>) {
        let Some(at) = self.config.resource(&resource) else {
            ctx.note("There is no {0} here", [(&*resource).into()]);
            return;
        };
        let token = self.acquisitions.get(&resource).and_then(|acquisition| acquisition.believes(ctx.monotonic()));
        let operation = ctx.invoke(Operation::Write(resource.clone(), value.clone()));
        let Some(token) = token else {
            ctx.complete(operation, Completion::Refused("it holds no lock"));
            return;
        };
        self.last_write += 1;
        let number = self.last_write;
        self.writes.insert(number, Write { operation, resource, is_last });
        ctx.send(at, Message::Write { id: WriteId { life: self.life, number }, token, value });
        ctx.set_timer(Timer::Write(number), self.config.write_timeout);
    }

    fn end_write(&mut self, number: u32, completion: Completion<Answer>, ctx: &mut Ctx<'_>) {
        let Some(Write { operation, resource, is_last }) = self.writes.remove(&number) else { return };
        ctx.cancel_timer(Timer::Write(number));
        ctx.complete(operation, completion);
        let is_held = self
            .acquisitions
            .get(&resource)
            .is_some_and(|acquisition| matches!(acquisition.stage, Stage::Holding { .. }));
        if is_last && is_held {
            self.on_unlock(&resource, ctx);
        }
    }
}
