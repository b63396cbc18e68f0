//! The lessor: it times offers, leases and waits for whoever keeps the lock table, and tells clients what their requests
//! came to. It changes no table: that a time is over is an operation like any other, which its keeper performs, on its own
//! disk or by a log that several share.

use std::sync::Arc;

use super::ghost::Found;
use super::message::{Message, Order};
use super::terms::{Term, Terms};
use super::{Config, Ctx, Output, Timer, config};
use crate::machines::key_value::Word;
use crate::machines::lock_table::{End, Lock, LockTable, News, Op, Outcome, RequestId};
use crate::sim::{NodeId, Span, Time};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lessor {
    pub config: Config,
    pub terms: Terms,
}

/// What to do for a renewal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Renewal {
    /// It changes no table: that a lease lasts longer is on nobody's disk.
    Tell(News),
    /// The offer is acknowledged by it.
    Accept(Op),
}

impl Order {
    /// What the order asks of the table; a renewal asks nothing of it.
    pub fn op(&self) -> Option<Op> {
        Some(match self.clone() {
            Order::Acquire { request, resource, wait, lease, .. } => Op::Acquire { request, resource, wait, lease },
            Order::Accept { request, resource, token, .. } => Op::Accept { request, resource, token },
            Order::Release { request, resource, token } => Op::Release { request, resource, token },
            Order::Cancel { request, resource } => Op::Cancel { request, resource },
            Order::Confirm { upto } => Op::Confirm { upto },
            Order::Renew { .. } => return None,
        })
    }
}

impl Lessor {
    pub fn new(config: Config) -> Lessor {
        Lessor { config, terms: Terms::default() }
    }

    /// Takes over a table: no lease, offer or wait is on any disk, and each begins anew with its full term.
    pub fn begin(&mut self, table: &LockTable, ctx: &mut Ctx<'_>) {
        let found = |(resource, lock): (&Word, &Lock)| Found {
            resource: resource.clone(),
            grant: lock.grant.map(|grant| (grant.request, grant.token)),
            line: lock.line.iter().map(|ticket| ticket.request).collect(),
        };
        ctx.output(Output::Recovered { locks: table.locks().map(found).collect() });
        if table.locks().any(|(_, lock)| lock.grant.is_some() || !lock.line.is_empty()) {
            ctx.note("{0} knows the table and not the times: leases and waits begin anew", [ctx.me().into()]);
        }
        for (resource, lock) in table.locks() {
            match lock.grant {
                Some(grant) if grant.is_held => {
                    let span = Span(grant.lease);
                    self.terms.lease(resource, grant.request, grant.token, span, &self.config, ctx);
                }
                Some(grant) => {
                    self.terms.offer(resource, grant.request, grant.token, &self.config, ctx);
                    let news = News::Granted { token: grant.token, lease: grant.lease };
                    tell(grant.request, resource, news, None, true, ctx);
                }
                None => {}
            }
            for ticket in &lock.line {
                await_turn(ticket.request, ticket.wait, ctx);
            }
        }
    }

    /// Somebody else keeps the table from now on.
    pub fn end(&mut self, table: &LockTable, ctx: &mut Ctx<'_>) {
        for (resource, lock) in table.locks() {
            self.terms.end(resource, ctx);
            for ticket in &lock.line {
                ctx.cancel_timer(Timer::Wait(ticket.request));
            }
        }
    }

    /// What the end of a time asks of the table.
    pub fn on_timer(&self, timer: &Timer, table: &LockTable, ctx: &mut Ctx<'_>) -> Vec<Op> {
        match timer {
            Timer::Wait(request) => {
                let waits = |(_, lock): &(&Word, &Lock)| lock.line.iter().any(|ticket| ticket.request == *request);
                let found = table.locks().find(waits);
                found
                    .map(|(resource, _)| Op::TimeOut { request: *request, resource: resource.clone() })
                    .into_iter()
                    .collect()
            }
            Timer::Offer(resource) => {
                let over =
                    |term: &Term| Op::Pass { request: term.request, resource: resource.clone(), token: term.token };
                self.terms.offers.get(resource).map(over).into_iter().collect()
            }
            Timer::Lease(resource) => {
                let over = self.terms.leases.get(resource);
                over.map(|term| self.expire(resource, *term, table, ctx)).into_iter().collect()
            }
            Timer::Wall => {
                let over = self.terms.over_by_wall(ctx);
                over.into_iter().map(|(resource, term)| self.expire(&resource, term, table, ctx)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn expire(&self, resource: &Word, term: Term, table: &LockTable, ctx: &mut Ctx<'_>) -> Op {
        let Term { request, token, since, span, .. } = term;
        let lasted = ctx.monotonic().since(since);
        if table.grant(resource).is_some_and(|grant| (grant.request, grant.token) == (request, token)) {
            ctx.output(Output::LeaseOver { token, lasted, term: span });
        }
        Op::Expire { request, resource: resource.clone(), token }
    }

    pub fn on_renew(
        &mut self,
        request: RequestId,
        resource: &Word,
        token: u64,
        table: &LockTable,
        ctx: &mut Ctx<'_>,
    ) -> Renewal {
        let current = table.grant(resource).filter(|grant| (grant.request, grant.token) == (request, token));
        match current {
            Some(grant) if grant.is_held => {
                // Before the acceptance is on disk there is no lease yet; it begins in full then.
                if self.terms.leases.contains_key(resource) {
                    self.terms.lease(resource, request, token, Span(grant.lease), &self.config, ctx);
                }
                Renewal::Tell(News::Renewed { token })
            }
            Some(_) => Renewal::Accept(Op::Accept { request, resource: resource.clone(), token }),
            None => Renewal::Tell(News::Lost { token }),
        }
    }

    /// What an operation came to: times begin and end, and clients are told. `sent` is what the client wrote on what is
    /// answered; `quiet` that it only asked again to be sure, which is nothing new.
    pub fn announce(&mut self, outcomes: Vec<Outcome>, sent: Option<Time>, quiet: bool, ctx: &mut Ctx<'_>) {
        let mut again = false;
        for outcome in outcomes {
            match outcome {
                Outcome::Tell { request, resource, news } => tell(request, &resource, news, sent, again, ctx),
                Outcome::Repeated { request } => {
                    again = true;
                    if !quiet {
                        ctx.mark(config::REPEATED);
                    }
                    // Where all are woken, all ask again.
                    if !quiet && !self.config.rules.wakes_all {
                        let client = NodeId(request.client);
                        ctx.note("{0} knows what {1} asks, and does nothing twice", [ctx.me().into(), client.into()]);
                    }
                }
                outcome => {
                    again = false;
                    self.enact(outcome, ctx);
                }
            }
        }
    }

    fn enact(&mut self, outcome: Outcome, ctx: &mut Ctx<'_>) {
        match outcome {
            Outcome::Enqueued { request, resource, wait } => {
                ctx.mark(config::QUEUED);
                ctx.output(Output::Enqueued { request, resource });
                await_turn(request, wait, ctx);
            }
            Outcome::Left { request } => {
                ctx.cancel_timer(Timer::Wait(request));
                ctx.output(Output::Left { request });
            }
            Outcome::Offered { request, resource, token } => {
                ctx.cancel_timer(Timer::Wait(request));
                ctx.mark(config::OFFERED);
                let client = NodeId(request.client);
                ctx.note(
                    "{0} offers the {1} to {2} with token {3}",
                    [ctx.me().into(), Arc::clone(&resource).into(), client.into(), token.into()],
                );
                self.terms.offer(&resource, request, token, &self.config, ctx);
                let in_order = !self.config.rules.wakes_all;
                ctx.output(Output::Offered { request, resource, token, in_order });
            }
            Outcome::Held { request, resource, token, lease } => {
                ctx.mark(config::HELD);
                self.terms.lease(&resource, request, token, Span(lease), &self.config, ctx);
                ctx.output(Output::Held { resource, token });
            }
            Outcome::Ended { request, resource, token, how, said } => {
                self.terms.end(&resource, ctx);
                let template = match how {
                    End::Released => "{0} has given the {1} back",
                    End::Cancelled => "{0} no longer wants the {1}, which is free again",
                    End::Expired => "The lease of {0} for the {1} is over, and with it token {2}",
                    End::Passed => "{0} has not taken the offer of the {1} in time: it passes on",
                };
                let client = NodeId(request.client);
                ctx.note(template, [client.into(), Arc::clone(&resource).into(), token.into()]);
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

    pub fn look_for_circle(table: &LockTable, client: u16, ctx: &mut Ctx<'_>) {
        let Some(circle) = table.circle(client) else { return };
        ctx.mark(config::DEADLOCK);
        let names: Vec<String> =
            circle.iter().map(|(client, what)| format!("c{} for the {what}", client + 1)).collect();
        ctx.note("A circle: {0} wait for one another", [names.join(", ").into()]);
    }
}

fn tell(request: RequestId, resource: &Word, news: News, sent: Option<Time>, again: bool, ctx: &mut Ctx<'_>) {
    let about = || [NodeId(request.client).into(), Arc::clone(resource).into()];
    match news {
        News::NotHolder { .. } => {
            ctx.mark(config::STALE_RELEASE);
            ctx.note("{0} gives the {1} back and is not its holder: nothing changes", about());
        }
        News::TimedOut if !again => {
            ctx.mark(config::TIMED_OUT);
            ctx.note("{0} has waited for the {1} as long as it would, and leaves the line", about());
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

fn await_turn(request: RequestId, wait: Option<u64>, ctx: &mut Ctx<'_>) {
    if let Some(wait) = wait {
        ctx.set_timer(Timer::Wait(request), Span(wait));
    }
}
