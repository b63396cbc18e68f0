//! The claims: what is promised, and nothing more. Each says when it has nothing to judge.

use super::leased::armed;
use super::node::Node;
use super::promises;
use super::{LockQueue, Timer};
use crate::sim::{Claim, Expectation, NodeId, Span, Verdict, World};

pub const CLAIMS: &[Claim<LockQueue>] = &promises::claims(Claim {
    name: "offers_are_passed_on",
    says: "An offer that is not acknowledged goes on to the next when its time is over",
    expectation: Expectation::Always,
    check: offers_are_passed_on,
});

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
        let will_ring = armed(world, id, Timer::Offer(resource.clone())).is_some();
        if now.since(term.since) > term.span + ROUNDING && !will_ring {
            let says = format!("the {resource} has been offered as token {} for longer than {}", term.token, term.span);
            let nodes = vec![id, NodeId(term.request.client)];
            return Verdict::Violated { says, nodes };
        }
        verdict = Verdict::Holds;
    }
    verdict
}
