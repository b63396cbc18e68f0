//! The lock server: it performs orders on its table, puts them on disk, and only then says what they came to.

use std::sync::Arc;

use super::disk::Record;
use super::ghost::Found;
use super::message::{Message, Order};
use super::outbox::Outbox;
use super::terms::{Term, Terms};
use super::{Config, Ctx, LockQueue, Output, Timer, config};
use crate::machines::key_value::Word;
use crate::machines::lock_table::{End, Fate, Lock, LockTable, News, Op, Outcome, RequestId};
use crate::sim::{Event, NodeId, Span, Time};

/// How long until a lost broker is sought again.
const REDIAL: Span = Span::millis(500);
/// How often it is seen whether the broker is there.
const BEAT: Span = Span::seconds(1);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    pub config: Config,
    pub table: Arc<LockTable>,
    pub terms: Terms,
    /// A connection to the broker is open, as far as this end knows.
    pub consumes: bool,
    outbox: Outbox<Speech>,
}

/// What is said once the disk has what it follows from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Speech {
    /// `quiet`: it follows from a client's asking again to be sure, which is nothing new.
    Outcome {
        outcome: Outcome,
        sent: Option<Time>,
        quiet: bool,
    },
    Taken {
        upto: u64,
    },
}

impl Server {
    /// Leases and waits are not on disk: they begin anew with their full term.
    pub fn boot(config: Config, stable: &Arc<LockTable>, ctx: &mut Ctx<'_>) -> Server {
        let mut server = Server {
            config,
            table: Arc::clone(stable),
            terms: Terms::default(),
            consumes: false,
            outbox: Outbox::default(),
        };
        if **stable != LockTable::default() {
            server.recover(ctx);
        }
        ctx.connect(config.broker(), 0);
        server
    }

    fn recover(&mut self, ctx: &mut Ctx<'_>) {
        ctx.mark(config::RECOVERED);
        if self.config.flaws.volatile_tokens {
            self.outbox.wrote(ctx.write(Record::TokensForgotten));
            ctx.sync(0);
            Arc::make_mut(&mut self.table).forget_tokens();
        }
        let table = Arc::clone(&self.table);
        let found = |(resource, lock): (&Word, &Lock)| Found {
            resource: resource.clone(),
            grant: lock.grant.map(|grant| (grant.request, grant.token)),
            line: lock.line.iter().map(|ticket| ticket.request).collect(),
        };
        ctx.output(Output::Recovered { locks: table.locks().map(found).collect() });
        for (resource, lock) in table.locks() {
            match lock.grant {
                Some(grant) if grant.is_held => {
                    let span = Span(grant.lease);
                    self.terms.lease(resource, grant.request, grant.token, span, &self.config, ctx);
                }
                Some(grant) => {
                    self.terms.offer(resource, grant.request, grant.token, &self.config, ctx);
                    let news = News::Granted { token: grant.token, lease: grant.lease };
                    self.tell(grant.request, resource, news, None, true, ctx);
                }
                None => {}
            }
            for ticket in &lock.line {
                self.await_turn(ticket.request, ticket.wait, ctx);
            }
        }
    }

    pub fn step(&mut self, event: Event<LockQueue>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { body: Message::Deliver { number, redelivered, order }, .. } => {
                self.on_deliver(number, redelivered, order, ctx);
            }
            Event::Message { .. } => ctx.expect(false, "the server was given what is for others"),
            Event::Connected { peer, .. } => self.on_connected(peer, ctx),
            Event::Lost { peer, .. } => self.on_lost(peer, ctx),
            Event::Durable { upto, .. } => self.on_durable(upto, ctx),
            Event::Timer(Timer::Beat) => self.on_beat(ctx),
            Event::Timer(Timer::Redial) => ctx.connect(self.config.broker(), 0),
            Event::Timer(Timer::Wait(request)) => self.on_wait_over(request, ctx),
            Event::Timer(Timer::Offer(resource)) => self.on_offer_over(resource, ctx),
            Event::Timer(Timer::Lease(resource)) => self.on_lease_over(&resource, ctx),
            Event::Timer(Timer::Wall) => self.on_wall(ctx),
            Event::Input(input) => {
                ctx.note("{0} is the lock server: `{1}` is for a client", [ctx.me().into(), input.to_string().into()]);
            }
            Event::Timer(_) => {}
        }
    }

    fn on_connected(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        self.consumes = true;
        ctx.cancel_timer(Timer::Redial);
        ctx.send(peer, Message::Consume);
        ctx.set_timer(Timer::Beat, BEAT);
    }

    fn on_beat(&mut self, ctx: &mut Ctx<'_>) {
        if self.consumes {
            ctx.send(self.config.broker(), Message::Alive);
            ctx.set_timer(Timer::Beat, BEAT);
        }
    }

    fn on_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        self.consumes = false;
        ctx.note("{0} has lost {1} and seeks it again", [ctx.me().into(), peer.into()]);
        ctx.set_timer(Timer::Redial, REDIAL);
    }

    fn on_deliver(&mut self, number: u64, redelivered: bool, order: Order, ctx: &mut Ctx<'_>) {
        match order {
            Order::Renew { request, resource, token, sent } => self.on_renew(request, &resource, token, sent, ctx),
            Order::Acquire { request, ref resource, .. } if redelivered && self.mistakes(request) => {
                let op = Op::Seize { request, resource: resource.clone() };
                self.perform(op, None, ctx);
            }
            Order::Acquire { request, resource, wait, lease, again } => {
                let client = request.client;
                self.perform_quietly(Op::Acquire { request, resource, wait, lease }, None, again, ctx);
                if !again {
                    self.look_for_circle(client, ctx);
                }
            }
            Order::Accept { request, resource, token, sent } => {
                self.perform(Op::Accept { request, resource, token }, Some(sent), ctx);
            }
            Order::Release { request, resource, token } => {
                self.perform(Op::Release { request, resource, token }, None, ctx);
            }
            Order::Cancel { request, resource } => self.perform(Op::Cancel { request, resource }, None, ctx),
            Order::Confirm { upto } => self.perform(Op::Confirm { upto }, None, ctx),
        }
        self.outbox.put(Speech::Taken { upto: number });
        self.speak(ctx);
    }

    /// Whether a redelivered request is taken for the lock itself.
    fn mistakes(&self, request: RequestId) -> bool {
        self.config.flaws.redelivery_is_the_lock && self.table.fate(request) == Some(Fate::Waits)
    }

    /// A renewal changes no table: that a lease lasts longer is on nobody's disk.
    fn on_renew(&mut self, request: RequestId, resource: &Word, token: u64, sent: Time, ctx: &mut Ctx<'_>) {
        let current = self.table.grant(resource).filter(|grant| (grant.request, grant.token) == (request, token));
        let news = match current {
            Some(grant) if grant.is_held => {
                // Before the acceptance is on disk there is no lease yet; it begins in full then.
                if self.terms.leases.contains_key(resource) {
                    self.terms.lease(resource, request, token, Span(grant.lease), &self.config, ctx);
                }
                News::Renewed { token }
            }
            Some(_) => {
                let resource = resource.clone();
                return self.perform(Op::Accept { request, resource, token }, Some(sent), ctx);
            }
            None => News::Lost { token },
        };
        let outcome = Outcome::Tell { request, resource: resource.clone(), news };
        self.outbox.put(Speech::Outcome { outcome, sent: Some(sent), quiet: false });
    }

    fn on_wait_over(&mut self, request: RequestId, ctx: &mut Ctx<'_>) {
        let waits = |(_, lock): &(&Word, &Lock)| lock.line.iter().any(|ticket| ticket.request == request);
        let Some(resource) = self.table.locks().find(waits).map(|(resource, _)| resource.clone()) else { return };
        self.perform(Op::TimeOut { request, resource }, None, ctx);
        self.speak(ctx);
    }

    fn on_offer_over(&mut self, resource: Word, ctx: &mut Ctx<'_>) {
        let Some(Term { request, token, .. }) = self.terms.offers.get(&resource).copied() else { return };
        self.perform(Op::Pass { request, resource, token }, None, ctx);
        self.speak(ctx);
    }

    fn on_lease_over(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        let Some(term) = self.terms.leases.get(resource).copied() else { return };
        self.expire(resource, term, ctx);
    }

    fn on_wall(&mut self, ctx: &mut Ctx<'_>) {
        for (resource, term) in self.terms.over_by_wall(ctx) {
            self.expire(&resource, term, ctx);
        }
    }

    fn expire(&mut self, resource: &Word, Term { request, token, since, span, .. }: Term, ctx: &mut Ctx<'_>) {
        let lasted = ctx.monotonic().since(since);
        if self.table.grant(resource).is_some_and(|grant| (grant.request, grant.token) == (request, token)) {
            ctx.output(Output::LeaseOver { token, lasted, term: span });
        }
        self.perform(Op::Expire { request, resource: resource.clone(), token }, None, ctx);
        self.speak(ctx);
    }

    /// Performs an operation; what it came to is said once the disk has it.
    fn perform(&mut self, op: Op, sent: Option<Time>, ctx: &mut Ctx<'_>) {
        self.perform_quietly(op, sent, false, ctx);
    }

    fn perform_quietly(&mut self, op: Op, sent: Option<Time>, quiet: bool, ctx: &mut Ctx<'_>) {
        let rules = self.config.rules;
        let (outcomes, changed) = Arc::make_mut(&mut self.table).apply(&op, rules);
        if changed {
            self.outbox.wrote(ctx.write(Record::Did(op, rules)));
            ctx.sync(0);
        }
        for outcome in outcomes {
            self.outbox.put(Speech::Outcome { outcome, sent, quiet });
        }
    }

    fn on_durable(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        self.outbox.on_durable(upto);
        self.speak(ctx);
    }

    fn speak(&mut self, ctx: &mut Ctx<'_>) {
        let mut again = false;
        while let Some(speech) = self.outbox.next() {
            match speech {
                Speech::Taken { upto } => {
                    again = false;
                    if self.consumes {
                        ctx.send(self.config.broker(), Message::Taken { upto });
                    }
                }
                Speech::Outcome { outcome: Outcome::Tell { request, resource, news }, sent, .. } => {
                    self.tell(request, &resource, news, sent, again, ctx);
                }
                Speech::Outcome { outcome: Outcome::Repeated { .. }, quiet, .. } => {
                    again = true;
                    if !quiet {
                        ctx.mark(config::REPEATED);
                    }
                }
                Speech::Outcome { outcome, .. } => {
                    again = false;
                    self.enact(outcome, ctx);
                }
            }
        }
    }

    fn tell(
        &self,
        request: RequestId,
        resource: &Word,
        news: News,
        sent: Option<Time>,
        again: bool,
        ctx: &mut Ctx<'_>,
    ) {
        match news {
            News::NotHolder { .. } => ctx.mark(config::STALE_RELEASE),
            News::TimedOut if !again => {
                ctx.mark(config::TIMED_OUT);
                ctx.output(Output::ToldOver { request });
            }
            News::Cancelled if !again => {
                ctx.mark(config::CANCELLED);
                ctx.output(Output::ToldOver { request });
            }
            _ => {}
        }
        let resource = resource.clone();
        ctx.send(NodeId(request.client), Message::News { request, resource, news, sent, again });
    }

    /// What follows from a change of the table: terms begin and end.
    fn enact(&mut self, outcome: Outcome, ctx: &mut Ctx<'_>) {
        match outcome {
            Outcome::Enqueued { request, resource, wait } => {
                ctx.mark(config::QUEUED);
                ctx.output(Output::Enqueued { request, resource });
                self.await_turn(request, wait, ctx);
            }
            Outcome::Left { request } => {
                ctx.cancel_timer(Timer::Wait(request));
                ctx.output(Output::Left { request });
            }
            Outcome::Offered { request, resource, token } => {
                ctx.cancel_timer(Timer::Wait(request));
                ctx.mark(config::OFFERED);
                self.terms.offer(&resource, request, token, &self.config, ctx);
                let in_order = !self.config.rules.wakes_all;
                ctx.output(Output::Offered { request, resource, token, in_order });
            }
            Outcome::Held { request, resource, token, lease } => {
                ctx.mark(config::HELD);
                self.terms.lease(&resource, request, token, Span(lease), &self.config, ctx);
                ctx.output(Output::Held { resource, token });
            }
            Outcome::Ended { resource, token, how, said, .. } => {
                self.terms.end(&resource, ctx);
                ctx.mark(match how {
                    End::Released => config::RELEASED,
                    End::Cancelled => config::CANCELLED,
                    End::Expired => config::EXPIRED,
                    End::Passed => config::PASSED,
                });
                ctx.output(Output::Ended { resource, token, how, said });
            }
            Outcome::Forgotten { .. } => ctx.mark(config::FORGOTTEN),
            Outcome::Repeated { .. } | Outcome::Tell { .. } => {}
        }
    }

    fn await_turn(&self, request: RequestId, wait: Option<u64>, ctx: &mut Ctx<'_>) {
        if let Some(wait) = wait {
            ctx.set_timer(Timer::Wait(request), Span(wait));
        }
    }

    fn look_for_circle(&self, client: u16, ctx: &mut Ctx<'_>) {
        let Some(circle) = self.table.circle(client) else { return };
        ctx.mark(config::DEADLOCK);
        let names: Vec<String> =
            circle.iter().map(|(client, what)| format!("c{} for the {what}", client + 1)).collect();
        ctx.note("A circle: {0} wait for one another", [names.join(", ").into()]);
    }
}
