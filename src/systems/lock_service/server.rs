//! A server: Zab over the lock table, and, while it leads, the lessor that times leases and speaks to clients. Whatever
//! changes the table is an operation of the log, the end of a lease too: the machine reads no clock, and only the leader's
//! clock proposes.

use std::collections::VecDeque;

use super::{Config, Ctx, LockService, Message, Output, Timer, config};
use crate::machines::key_value::Word;
use crate::machines::lock_table::{Entry, LockTable, Op, Outcome, RequestId};
use crate::protocols::lock_queue::message::Order;
use crate::protocols::lock_queue::{self, Lessor, LockQueue, Renewal};
use crate::protocols::zab::{self, Zab, Zxid};
use crate::sim::{Event, NodeId, Time};

pub type Replica = zab::server::Server<LockTable>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    config: Config,
    pub zab: Replica,
    pub lessor: Lessor,
    /// It is established, by its own belief.
    pub leads: bool,
    /// What it has proposed and not seen committed, in order.
    proposed: VecDeque<Proposed>,
    /// The flaw: the table with all that was proposed, from which clients are answered.
    early: LockTable,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Proposed {
    op: Op,
    /// What the client wrote on its order.
    sent: Option<Time>,
}

/// What a step of the replica made of it.
enum Turn {
    Leads { epoch: u32, upto: Zxid },
    Follows,
}

impl Server {
    pub fn boot(config: Config, stable: &zab::Stable<LockTable>, ctx: &mut Ctx<'_>) -> Server {
        let mut replica = None;
        ctx.embed::<Zab<LockTable>>(|ctx| replica = Some(Replica::boot(config.zab, stable, ctx)), |_, _| {});
        let Some(zab) = replica else { unreachable!("a child that is embedded steps") };
        let lessor = Lessor::new(config.locks);
        Server { config, zab, lessor, leads: false, proposed: VecDeque::new(), early: LockTable::default() }
    }

    pub fn step(&mut self, event: Event<LockService>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { from, body: Message::Lock(lock_queue::Message::Order(order)) } => {
                self.on_order(from, order, ctx);
            }
            Event::Timer(Timer::Lock(timer)) => self.on_time_over(&timer, ctx),
            Event::Input(input) => {
                ctx.note("{0} is a server: `{1}` is for a client", [ctx.me().into(), input.to_string().into()]);
            }
            event => match super::zab_event(event) {
                Some(event) => self.run(ctx, |zab, ctx| zab.step(event, ctx)),
                None => ctx.expect(false, "a server was given what is for others"),
            },
        }
    }

    /// Lets the replica step; what it commits is announced where it stands, by the leader.
    fn run(&mut self, ctx: &mut Ctx<'_>, step: impl FnOnce(&mut Replica, &mut zab::server::Ctx<'_, LockTable>)) {
        let Server { config, zab, lessor, leads, proposed, .. } = self;
        let (mut turn, mut asked) = (None, Vec::new());
        ctx.embed::<Zab<LockTable>>(
            |ctx| step(zab, ctx),
            |output, ctx| match output {
                zab::Output::Established { epoch, last, .. } => turn = Some(Turn::Leads { epoch, upto: last }),
                zab::Output::Leaves => turn = Some(Turn::Follows),
                zab::Output::Serves { zxid, digest } => ctx.output(Output::Performed { zxid, digest }),
                zab::Output::Delivers { zxid, digest, answer, .. } => {
                    ctx.output(Output::Performed { zxid, digest });
                    if *leads && !config.answers_early {
                        let from = proposed.pop_front();
                        if let Some(Op::Acquire { request, .. }) = from.as_ref().map(|from| &from.op) {
                            asked.push(request.client);
                        }
                        let sent = from.and_then(|from| from.sent);
                        announce(lessor, answer.0, Some(zxid), sent, false, ctx);
                    }
                }
                _ => {}
            },
        );
        for client in asked {
            self.embed(ctx, None, |_, table, ctx| Lessor::look_for_circle(table, client, ctx));
        }
        match turn {
            Some(Turn::Leads { epoch, upto }) => self.take_over(epoch, upto, ctx),
            Some(Turn::Follows) if self.leads => self.step_down(ctx),
            Some(Turn::Follows) | None => {}
        }
    }

    fn embed(
        &mut self,
        ctx: &mut Ctx<'_>,
        at: Option<Zxid>,
        step: impl FnOnce(&mut Lessor, &LockTable, &mut lock_queue::Ctx<'_>),
    ) {
        let (lessor, table) = (&mut self.lessor, &self.zab.machine);
        ctx.embed::<LockQueue>(|ctx| step(lessor, table, ctx), |output, ctx| ctx.output(Output::Lock { at, output }));
    }

    /// It is established. Nobody wrote down how long leases had left: each begins anew with its full term.
    fn take_over(&mut self, epoch: u32, upto: Zxid, ctx: &mut Ctx<'_>) {
        self.leads = true;
        self.proposed.clear();
        self.early = self.zab.machine.clone();
        self.lessor = Lessor::new(self.config.locks);
        ctx.output(Output::Leads { epoch, upto });
        ctx.mark(config::LEASES_ANEW);
        self.embed(ctx, None, |lessor, table, ctx| lessor.begin(table, ctx));
    }

    fn step_down(&mut self, ctx: &mut Ctx<'_>) {
        self.leads = false;
        self.proposed.clear();
        self.embed(ctx, None, |lessor, table, ctx| lessor.end(table, ctx));
        self.lessor = Lessor::new(self.config.locks);
    }

    fn on_order(&mut self, from: NodeId, order: Order, ctx: &mut Ctx<'_>) {
        if !self.leads {
            let leader = self.zab.known_leader();
            ctx.note("{0} does not lead, and sends {1} on", [ctx.me().into(), from.into()]);
            ctx.send(from, Message::Elsewhere { leader });
            return;
        }
        let Some(op) = order.op() else {
            if let Order::Renew { request, resource, token, sent } = order {
                self.on_renew(request, &resource, token, sent, ctx);
            }
            return;
        };
        let again = matches!(order, Order::Acquire { again: true, .. });
        let sent = match order {
            Order::Accept { sent, .. } => Some(sent),
            _ => None,
        };
        self.perform(op, sent, again, ctx);
    }

    fn on_renew(&mut self, request: RequestId, resource: &Word, token: u64, sent: Time, ctx: &mut Ctx<'_>) {
        let is_ending = |op: &Op| matches!(op, Op::Expire { token: ending, .. } if *ending == token);
        if self.proposed.iter().any(|proposed| is_ending(&proposed.op)) {
            ctx.note("{0} has proposed to end the lease of token {1}", [ctx.me().into(), token.into()]);
            return;
        }
        let mut renewal = None;
        self.embed(ctx, None, |lessor, table, ctx| {
            renewal = Some(lessor.on_renew(request, resource, token, table, ctx));
        });
        match renewal {
            Some(Renewal::Accept(op)) => self.perform(op, Some(sent), false, ctx),
            Some(Renewal::Tell(news)) => {
                let outcomes = vec![Outcome::Tell { request, resource: resource.clone(), news }];
                announce(&mut self.lessor, outcomes, None, Some(sent), false, ctx);
            }
            None => {}
        }
    }

    fn on_time_over(&mut self, timer: &lock_queue::Timer, ctx: &mut Ctx<'_>) {
        if !self.leads {
            return;
        }
        let mut ops = Vec::new();
        self.embed(ctx, None, |lessor, table, ctx| ops = lessor.on_timer(timer, table, ctx));
        for op in ops {
            self.perform(op, None, false, ctx);
        }
    }

    /// What changes the table is proposed, and answered once it is committed; what changes nothing is answered at once.
    fn perform(&mut self, op: Op, sent: Option<Time>, quiet: bool, ctx: &mut Ctx<'_>) {
        if self.proposed.iter().any(|proposed| proposed.op == op) {
            ctx.note("{0} has proposed this already: `{1}`", [ctx.me().into(), op.to_string().into()]);
            return;
        }
        let rules = self.config.locks.rules;
        if self.config.answers_early {
            let (outcomes, changed) = self.early.apply(&op, rules);
            announce(&mut self.lessor, outcomes, None, sent, quiet, ctx);
            if changed {
                self.run(ctx, |zab, ctx| zab.submit(Entry { op, rules }, ctx));
            }
            return;
        }
        let (outcomes, changed) = self.zab.machine.clone().apply(&op, rules);
        if !changed {
            announce(&mut self.lessor, outcomes, None, sent, quiet, ctx);
            return;
        }
        self.proposed.push_back(Proposed { op: op.clone(), sent });
        self.run(ctx, |zab, ctx| zab.submit(Entry { op, rules }, ctx));
    }
}

fn announce(
    lessor: &mut Lessor,
    outcomes: Vec<Outcome>,
    at: Option<Zxid>,
    sent: Option<Time>,
    quiet: bool,
    ctx: &mut Ctx<'_>,
) {
    ctx.embed::<LockQueue>(
        |ctx| lessor.announce(outcomes, sent, quiet, ctx),
        |output, ctx| ctx.output(Output::Lock { at, output }),
    );
}
