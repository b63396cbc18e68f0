//! The claims: those of the lock queue, and that all copies of the table agree.

use super::{LockService, Node};
use crate::protocols::lock_queue::promises;
use crate::sim::{Claim, Expectation, Kind, NodeId, Verdict, World};

pub const CLAIMS: &[Claim<LockService>] = &promises::claims(Claim {
    name: "copies_agree",
    says: "Servers that have performed the same operations have the same table",
    expectation: Expectation::Always,
    check: copies_agree,
});

fn copies_agree(world: &World<LockService>) -> Verdict {
    match &world.ghost().diverged {
        Some(says) => Verdict::Violated { says: says.clone(), nodes: world.roster().of_kind(Kind::Server).collect() },
        None if world.ghost().has_performed() => Verdict::Holds,
        None => Verdict::Vacuous,
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
