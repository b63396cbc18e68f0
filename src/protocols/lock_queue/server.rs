//! The lock server: it performs orders on its table, puts them on disk, and only then says what they came to.

use std::sync::Arc;

use super::disk::Record;
use super::lessor::{Lessor, Renewal};
use super::message::{Message, Order};
use super::outbox::Outbox;
use super::{Config, Ctx, LockQueue, Timer, config};
use crate::machines::lock_table::{Fate, LockTable, Op, Outcome, RequestId};
use crate::sim::{Event, NodeId, Span, Time};

/// How long until a lost broker is sought again.
const REDIAL: Span = Span::millis(500);
/// How often it is seen whether the broker is there.
const BEAT: Span = Span::seconds(1);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    pub config: Config,
    pub table: Arc<LockTable>,
    pub lessor: Lessor,
    /// A connection to the broker is open, as far as this end knows.
    pub consumes: bool,
    outbox: Outbox<Speech>,
}

/// What is said once the disk has what it follows from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Speech {
    /// `quiet`: it follows from a client's asking again to be sure, which is nothing new.
    Outcomes {
        outcomes: Vec<Outcome>,
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
            lessor: Lessor::new(config),
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
        self.lessor.begin(&self.table, ctx);
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
            Event::Input(input) => {
                ctx.note("{0} is the lock server: `{1}` is for a client", [ctx.me().into(), input.to_string().into()]);
            }
            Event::Timer(timer) => self.on_time_over(&timer, ctx),
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
            Order::Renew { request, ref resource, token, sent } => {
                match self.lessor.on_renew(request, resource, token, &self.table, ctx) {
                    Renewal::Accept(op) => self.perform(op, Some(sent), false, ctx),
                    Renewal::Tell(news) => {
                        let outcomes = vec![Outcome::Tell { request, resource: resource.clone(), news }];
                        self.outbox.put(Speech::Outcomes { outcomes, sent: Some(sent), quiet: false });
                    }
                }
            }
            Order::Acquire { request, ref resource, .. } if redelivered && self.mistakes(request) => {
                let op = Op::Seize { request, resource: resource.clone() };
                self.perform(op, None, false, ctx);
            }
            order => {
                let Some(op) = order.op() else { return };
                let (asks, again) = match order {
                    Order::Acquire { again, .. } => (true, again),
                    _ => (false, false),
                };
                let sent = match order {
                    Order::Accept { sent, .. } => Some(sent),
                    _ => None,
                };
                self.perform(op, sent, again, ctx);
                if asks && !again {
                    Lessor::look_for_circle(&self.table, order.request().client, ctx);
                }
            }
        }
        self.outbox.put(Speech::Taken { upto: number });
        self.speak(ctx);
    }

    /// Whether a redelivered request is taken for the lock itself.
    fn mistakes(&self, request: RequestId) -> bool {
        self.config.flaws.redelivery_is_the_lock && self.table.fate(request) == Some(Fate::Waits)
    }

    fn on_time_over(&mut self, timer: &Timer, ctx: &mut Ctx<'_>) {
        for op in self.lessor.on_timer(timer, &self.table, ctx) {
            self.perform(op, None, false, ctx);
            self.speak(ctx);
        }
    }

    /// Performs an operation; what it came to is said once the disk has it.
    fn perform(&mut self, op: Op, sent: Option<Time>, quiet: bool, ctx: &mut Ctx<'_>) {
        let rules = self.config.rules;
        let (outcomes, changed) = Arc::make_mut(&mut self.table).apply(&op, rules);
        if changed {
            self.outbox.wrote(ctx.write(Record::Did(op, rules)));
            ctx.sync(0);
        }
        self.outbox.put(Speech::Outcomes { outcomes, sent, quiet });
    }

    fn on_durable(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        self.outbox.on_durable(upto);
        self.speak(ctx);
    }

    fn speak(&mut self, ctx: &mut Ctx<'_>) {
        while let Some(speech) = self.outbox.next() {
            match speech {
                Speech::Taken { upto } if self.consumes => ctx.send(self.config.broker(), Message::Taken { upto }),
                Speech::Taken { .. } => {}
                Speech::Outcomes { outcomes, sent, quiet } => self.lessor.announce(outcomes, sent, quiet, ctx),
            }
        }
    }
}
