//! The claims: what is promised, and nothing more. Each says when it has nothing to judge.

use super::client::Stage;
use super::ghost::Ghost;
use super::node::Node;
use super::{LockQueue, Timer};
use crate::sim::{Claim, Expectation, Kind, NodeId, Span, Verdict, World};

pub const CLAIMS: &[Claim<LockQueue>] = &[
    Claim {
        name: "accepted_tokens_never_decrease",
        says: "A resource never takes a write whose token is below one that it took before",
        expectation: Expectation::Always,
        check: accepted_tokens_never_decrease,
    },
    Claim {
        name: "one_grant_at_a_time",
        says: "In the server's own order a lock is offered to or held by one client at a time",
        expectation: Expectation::Always,
        check: |world| judge(world, world.ghost().offers, |ghost| ghost.two_grants.as_ref()),
    },
    Claim {
        name: "tokens_only_grow",
        says: "Each grant of a lock has a higher token than the one before, across restarts too",
        expectation: Expectation::Always,
        check: |world| judge(world, world.ghost().offers, |ghost| ghost.token_fell.as_ref()),
    },
    Claim {
        name: "stale_releases_change_nothing",
        says: "A lock is freed by a release only if the release has the holder's token",
        expectation: Expectation::Always,
        check: |world| judge(world, world.ghost().releases, |ghost| ghost.stale_release.as_ref()),
    },
    Claim {
        name: "first_come_first_served",
        says: "Waiters are served in the order in which they came, less those who left; not promised if all are woken",
        expectation: Expectation::Always,
        check: |world| judge(world, world.ghost().turns, |ghost| ghost.out_of_turn.as_ref()),
    },
    Claim {
        name: "a_request_is_served_once",
        says: "A request that comes twice is queued once and given one token",
        expectation: Expectation::Always,
        check: |world| judge(world, world.ghost().offers, |ghost| ghost.served_twice.as_ref()),
    },
    Claim {
        name: "timed_out_is_never_granted",
        says: "A request that was told it timed out or was cancelled is never granted afterwards",
        expectation: Expectation::Always,
        check: |world| judge(world, world.ghost().overs, |ghost| ghost.granted_after_over.as_ref()),
    },
    Claim {
        name: "leases_last_their_term",
        says: "By the server's steady clock no lease is ended before its term is over",
        expectation: Expectation::Always,
        check: |world| judge(world, world.ghost().leases_over, |ghost| ghost.lease_cut_short.as_ref()),
    },
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
        check: two_may_believe,
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

fn judge(world: &World<LockQueue>, premises: u64, wrong: fn(&Ghost) -> Option<&String>) -> Verdict {
    match wrong(world.ghost()) {
        Some(says) => violated(says.clone(), vec![world.config().server()]),
        None if premises == 0 => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

fn accepted_tokens_never_decrease(world: &World<LockQueue>) -> Verdict {
    match &world.ghost().stale_write {
        Some((says, stale, newest)) => violated(says.clone(), vec![*stale, *newest]),
        None if world.ghost().accepted == 0 => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

/// What the wait for an acknowledgement may exceed its time by: rounding of clocks.
const ROUNDING: Span = Span::millis(1);

fn offers_are_passed_on(world: &World<LockQueue>) -> Verdict {
    let id = world.config().server();
    let (Some(Node::Server(server)), true) = (world.node(id), world.slot(id).is_up()) else { return Verdict::Vacuous };
    let now = world.slot(id).clock.monotonic(world.now());
    let mut verdict = Verdict::Vacuous;
    for (resource, term) in &server.terms.offers {
        let is_standing = server.table.grant(resource).is_some_and(|grant| grant.token == term.token && !grant.is_held);
        if !is_standing || world.is_held() {
            continue;
        }
        if now.since(term.since) > term.span + ROUNDING {
            let says = format!("the {resource} has been offered as token {} for longer than {}", term.token, term.span);
            return violated(says, vec![id, NodeId(term.request.client)]);
        }
        verdict = Verdict::Holds;
    }
    verdict
}

/// The clients that believe, each by its own clock, that they hold something, with token and what it is.
pub fn believers(world: &World<LockQueue>) -> Vec<(NodeId, &str, u64)> {
    let mut believers = Vec::new();
    for id in world.roster().of_kind(Kind::Client) {
        let Some(Node::Client(client)) = world.node(id) else { continue };
        let now = world.slot(id).clock.monotonic(world.now());
        believers.extend(client.beliefs(now).map(|(resource, token)| (id, resource, token)));
    }
    believers
}

fn two_may_believe(world: &World<LockQueue>) -> Verdict {
    let believers = believers(world);
    let two = believers
        .iter()
        .enumerate()
        .any(|(place, (_, what, _))| believers[place + 1..].iter().any(|(_, other, _)| what == other));
    if two { Verdict::Holds } else { Verdict::Vacuous }
}

fn every_waiter_is_served(world: &World<LockQueue>) -> Verdict {
    let config = world.config();
    if !world.roster().ids().all(|id| world.slot(id).is_up()) {
        return Verdict::Vacuous;
    }
    let believers = believers(world);
    for id in world.roster().of_kind(Kind::Client) {
        let Some(Node::Client(client)) = world.node(id) else { continue };
        for (resource, claim) in client.claims() {
            let waits = matches!(claim.stage, Stage::Asking { .. } | Stage::Waiting { .. });
            if waits && !believers.iter().any(|(_, what, _)| *what == &**resource) {
                let name = world.roster().name(id);
                return violated(
                    format!("{name} waits for the {resource}, and nobody holds it"),
                    vec![id, config.server()],
                );
            }
        }
    }
    if world.ghost().offers == 0 { Verdict::Vacuous } else { Verdict::Holds }
}

/// Whether a timer of the server is set: how long a ticket or a lease has left.
pub fn armed<'a>(world: &'a World<LockQueue>, id: NodeId, wanted: &Timer) -> Option<&'a crate::sim::Armed> {
    world.slot(id).timers().find(|(timer, _)| *timer == wanted).map(|(_, armed)| armed)
}
