//! The server's terms: how long each lock has been offered or leased, by its clock. None of this is on disk.

use litemap::LiteMap;

use super::{Config, Ctx, Timer};
use crate::machines::key_value::Word;
use crate::machines::lock_table::RequestId;
use crate::sim::{Span, Time};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    pub request: RequestId,
    pub token: u64,
    /// Since when, and for how long, on the monotonic clock.
    pub since: Time,
    pub span: Span,
    /// When it ends on the wall clock.
    wall_end: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Terms {
    pub leases: LiteMap<Word, Term>,
    pub offers: LiteMap<Word, Term>,
}

/// How often the wall clock is looked at, where leases end by it.
const WALL: Span = Span::millis(100);

fn term(request: RequestId, token: u64, span: Span, ctx: &Ctx<'_>) -> Term {
    Term { request, token, since: ctx.monotonic(), span, wall_end: ctx.wall().saturating_add(span.0 as i64) }
}

impl Terms {
    /// The offer waits to be acknowledged from now on.
    pub fn offer(&mut self, resource: &Word, request: RequestId, token: u64, config: &Config, ctx: &mut Ctx<'_>) {
        self.end(resource, ctx);
        self.offers.insert(resource.clone(), term(request, token, config.grant_timeout, ctx));
        if !config.flaws.grant_unacknowledged {
            ctx.set_timer(Timer::Offer(resource.clone()), config.grant_timeout);
        }
    }

    /// The lease begins, or begins anew.
    pub fn lease(
        &mut self,
        resource: &Word,
        request: RequestId,
        token: u64,
        span: Span,
        config: &Config,
        ctx: &mut Ctx<'_>,
    ) {
        self.end(resource, ctx);
        self.leases.insert(resource.clone(), term(request, token, span, ctx));
        if config.flaws.wall_clock_leases {
            ctx.set_timer(Timer::Wall, WALL);
        } else {
            ctx.set_timer(Timer::Lease(resource.clone()), span);
        }
    }

    pub fn end(&mut self, resource: &Word, ctx: &mut Ctx<'_>) {
        if self.offers.remove(resource).is_some() {
            ctx.cancel_timer(Timer::Offer(resource.clone()));
        }
        if self.leases.remove(resource).is_some() {
            ctx.cancel_timer(Timer::Lease(resource.clone()));
        }
    }

    /// Leases that are over by the wall clock; it is looked at again as long as there are others.
    pub fn over_by_wall(&self, ctx: &mut Ctx<'_>) -> Vec<(Word, Term)> {
        if !self.leases.is_empty() {
            ctx.set_timer(Timer::Wall, WALL);
        }
        let wall = ctx.wall();
        self.leases.iter().filter(|(_, term)| term.wall_end <= wall).map(|(word, term)| (word.clone(), *term)).collect()
    }
}
