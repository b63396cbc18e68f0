//! The claims: those of the lock queue, and that all copies of the table agree.

use super::{LockService, Node};
use crate::protocols::lock_queue::promises::{self, Promise, Seen};
use crate::sim::{Claim, Expectation, Kind, NodeId, Verdict, World};

/// A claim that what the ghost remembers decides.
const fn promised(promise: &Promise, check: fn(&World<LockService>) -> Verdict) -> Claim<LockService> {
    Claim { name: promise.name, says: promise.says, expectation: Expectation::Always, check }
}

fn judge(promise: &Promise, world: &World<LockService>) -> Verdict {
    let servers: Vec<NodeId> = world.roster().of_kind(Kind::Server).collect();
    promise.judge(&world.ghost().locks, &servers)
}

pub const CLAIMS: &[Claim<LockService>] = &[
    Claim {
        name: promises::TOKENS_ACCEPTED.0,
        says: promises::TOKENS_ACCEPTED.1,
        expectation: Expectation::Always,
        check: |world| promises::accepted_tokens_never_decrease(&world.ghost().locks),
    },
    promised(&promises::ONE_GRANT, |world| judge(&promises::ONE_GRANT, world)),
    promised(&promises::TOKENS_GROW, |world| judge(&promises::TOKENS_GROW, world)),
    promised(&promises::STALE_RELEASES, |world| judge(&promises::STALE_RELEASES, world)),
    promised(&promises::FIRST_COME, |world| judge(&promises::FIRST_COME, world)),
    promised(&promises::SERVED_ONCE, |world| judge(&promises::SERVED_ONCE, world)),
    promised(&promises::OVER_IS_OVER, |world| judge(&promises::OVER_IS_OVER, world)),
    promised(&promises::LEASES_LAST, |world| judge(&promises::LEASES_LAST, world)),
    Claim {
        name: "copies_agree",
        says: "Servers that have performed the same operations have the same table",
        expectation: Expectation::Always,
        check: copies_agree,
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

fn copies_agree(world: &World<LockService>) -> Verdict {
    match &world.ghost().diverged {
        Some(says) => Verdict::Violated { says: says.clone(), nodes: world.roster().of_kind(Kind::Server).collect() },
        None if world.ghost().has_performed() => Verdict::Holds,
        None => Verdict::Vacuous,
    }
}

/// The clients that are up, each with what its own clock shows.
pub fn clients(world: &World<LockService>) -> Vec<Seen<'_>> {
    let seen = |id: NodeId| match world.node(id) {
        Some(Node::Client(client)) => Some((id, &client.inner, world.slot(id).clock.monotonic(world.now()))),
        _ => None,
    };
    world.roster().of_kind(Kind::Client).filter_map(seen).collect()
}

fn every_waiter_is_served(world: &World<LockService>) -> Verdict {
    if !world.roster().ids().all(|id| world.slot(id).is_up()) {
        return Verdict::Vacuous;
    }
    match promises::unserved(&clients(world)) {
        Some((id, resource)) => {
            let says = format!("{} waits for the {resource}, and nobody holds it", world.roster().name(id));
            Verdict::Violated { says, nodes: vec![id] }
        }
        None if world.ghost().locks.offers == 0 => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

/// The server that leads: established, and of the newest epoch of those that are.
pub fn leader(world: &World<LockService>) -> Option<(NodeId, u32)> {
    let leading = world.roster().of_kind(Kind::Server).filter_map(|id| match world.node(id) {
        Some(Node::Server(server)) if server.leads => Some((server.zab.journal.current(), id)),
        _ => None,
    });
    leading.max().map(|(epoch, id)| (id, epoch))
}
