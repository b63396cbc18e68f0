//! The claims: what is promised, and nothing more. Each says when it has nothing to judge.

use super::node::Node;
use super::promises::{self, Promise, Seen};
use super::{LockQueue, Timer};
use crate::sim::{Claim, Expectation, Kind, NodeId, Span, Verdict, World};

/// A claim that what the ghost remembers decides.
const fn promised(promise: &Promise, check: fn(&World<LockQueue>) -> Verdict) -> Claim<LockQueue> {
    Claim { name: promise.name, says: promise.says, expectation: Expectation::Always, check }
}

fn judge(promise: &Promise, world: &World<LockQueue>) -> Verdict {
    promise.judge(world.ghost(), &[world.config().server()])
}

pub const CLAIMS: &[Claim<LockQueue>] = &[
    Claim {
        name: promises::TOKENS_ACCEPTED.0,
        says: promises::TOKENS_ACCEPTED.1,
        expectation: Expectation::Always,
        check: |world| promises::accepted_tokens_never_decrease(world.ghost()),
    },
    promised(&promises::ONE_GRANT, |world| judge(&promises::ONE_GRANT, world)),
    promised(&promises::TOKENS_GROW, |world| judge(&promises::TOKENS_GROW, world)),
    promised(&promises::STALE_RELEASES, |world| judge(&promises::STALE_RELEASES, world)),
    promised(&promises::FIRST_COME, |world| judge(&promises::FIRST_COME, world)),
    promised(&promises::SERVED_ONCE, |world| judge(&promises::SERVED_ONCE, world)),
    promised(&promises::OVER_IS_OVER, |world| judge(&promises::OVER_IS_OVER, world)),
    promised(&promises::LEASES_LAST, |world| judge(&promises::LEASES_LAST, world)),
    Claim {
        name: "offers_are_passed_on",
        says: "An offer that is not acknowledged goes on to the next when its time is over",
        expectation: Expectation::Always,
        check: offers_are_passed_on,
    },
    Claim {
        name: "two_may_believe",
        says: "Two clients at once believe that they hold the same lock: normal, and no harm where tokens are checked",
        expectation: Expectation::Sometimes,
        check: |world| promises::two_may_believe(&clients(world)),
    },
    Claim {
        name: "every_waiter_is_served",
        says: "Once faults have healed, nobody waits for a lock that nobody holds",
        expectation: Expectation::Eventually,
        check: every_waiter_is_served,
    },
];

fn violated(says: String, nodes: Vec<NodeId>) -> Verdict {
    Verdict::Violated { says, nodes }
}

/// What the wait for an acknowledgement may exceed its time by: rounding of clocks.
const ROUNDING: Span = Span::millis(1);

fn offers_are_passed_on(world: &World<LockQueue>) -> Verdict {
    let id = world.config().server();
    let (Some(Node::Server(server)), true) = (world.node(id), world.slot(id).is_up()) else { return Verdict::Vacuous };
    let now = world.slot(id).clock.monotonic(world.now());
    let mut verdict = Verdict::Vacuous;
    for (resource, term) in &server.lessor.terms.offers {
        let is_standing = server.table.grant(resource).is_some_and(|grant| grant.token == term.token && !grant.is_held);
        if !is_standing || world.is_held() {
            continue;
        }
        // A server that was paused while it offered sets its alarm when it goes on.
        let will_ring = armed(world, id, &Timer::Offer(resource.clone())).is_some();
        if now.since(term.since) > term.span + ROUNDING && !will_ring {
            let says = format!("the {resource} has been offered as token {} for longer than {}", term.token, term.span);
            return violated(says, vec![id, NodeId(term.request.client)]);
        }
        verdict = Verdict::Holds;
    }
    verdict
}

/// The clients that are up, each with what its own clock shows.
fn clients(world: &World<LockQueue>) -> Vec<Seen<'_>> {
    let seen = |id: NodeId| match world.node(id) {
        Some(Node::Client(client)) => Some((id, &**client, world.slot(id).clock.monotonic(world.now()))),
        _ => None,
    };
    world.roster().of_kind(Kind::Client).filter_map(seen).collect()
}

/// The clients that believe, each by its own clock, that they hold something, with token and what it is.
pub fn believers(world: &World<LockQueue>) -> Vec<(NodeId, &str, u64)> {
    promises::believers(&clients(world))
}

fn every_waiter_is_served(world: &World<LockQueue>) -> Verdict {
    if !world.roster().ids().all(|id| world.slot(id).is_up()) {
        return Verdict::Vacuous;
    }
    match promises::unserved(&clients(world)) {
        Some((id, resource)) => {
            let says = format!("{} waits for the {resource}, and nobody holds it", world.roster().name(id));
            violated(says, vec![id, world.config().server()])
        }
        None if world.ghost().offers == 0 => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

/// Whether a timer of the server is set: how long a ticket or a lease has left.
pub fn armed<'a>(world: &'a World<LockQueue>, id: NodeId, wanted: &Timer) -> Option<&'a crate::sim::Armed> {
    world.slot(id).timers().find(|(timer, _)| *timer == wanted).map(|(_, armed)| armed)
}
