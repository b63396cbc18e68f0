//! The claims: what is promised, and nothing more. Each says when it has nothing to judge.

use super::Replication;
use super::config::Mode;
use super::log::Position;
use super::node::{Duty, Node};
use crate::sim::{Claim, Expectation, NodeId, Verdict, World};

pub const CLAIMS: &[Claim<Replication>] = &[
    Claim {
        name: "acknowledged_writes_survive",
        says: "An acknowledged write is on as many disks as the mode promises, and on the primary's: for ever in \
               synchronous mode, otherwise until a server without it is promoted",
        expectation: Expectation::Always,
        check: acknowledged_writes_survive,
    },
    Claim {
        name: "prefixes_agree",
        says: "Two servers that have performed the log up to the same position are in the same state",
        expectation: Expectation::Always,
        check: prefixes_agree,
    },
    Claim {
        name: "reads_are_monotonic",
        says: "In a session a client never sees time go back: what it sees next includes what it has seen",
        expectation: Expectation::Always,
        check: reads_are_monotonic,
    },
    Claim {
        name: "one_primary_per_promotion",
        says: "No two servers ever act as primary under one promotion number",
        expectation: Expectation::Always,
        check: one_primary_per_promotion,
    },
    Claim {
        name: "a_write_is_acknowledged",
        says: "Some write was acknowledged",
        expectation: Expectation::Sometimes,
        check: a_write_is_acknowledged,
    },
    Claim {
        name: "backups_catch_up",
        says: "Once faults have healed, every server has performed what the newest primary has",
        expectation: Expectation::Eventually,
        check: backups_catch_up,
    },
];

fn violated(says: String, nodes: Vec<NodeId>) -> Verdict {
    Verdict::Violated { says, nodes }
}

pub fn servers(world: &World<Replication>) -> impl Iterator<Item = NodeId> + use<> {
    (0..world.config().servers()).map(NodeId)
}

/// Whether a server would still have the write after a crash now.
pub fn is_held(world: &World<Replication>, server: NodeId, position: Position) -> bool {
    world.slot(server).disk.stable().holds(position)
}

/// It is enough to look at the newest acknowledged write of each reign: a log that has it has all before it.
fn acknowledged_writes_survive(world: &World<Replication>) -> Verdict {
    let (ghost, config) = (world.ghost(), world.config());
    let copies = usize::from(config.needed()) + 1;
    let mut verdict = Verdict::Vacuous;
    for reign in &ghost.reigns {
        let is_unconditional = config.mode == Mode::Synchronous;
        let Some(position) = (if is_unconditional { reign.acknowledged } else { reign.promised }) else { continue };
        verdict = Verdict::Holds;
        let missing: Vec<NodeId> = servers(world).filter(|server| !is_held(world, *server, position)).collect();
        let held = usize::from(config.servers()) - missing.len();
        if held < copies {
            let disks = if copies == 1 { "disk" } else { "disks" };
            let says = format!("write {position} was acknowledged as on {copies} {disks} and is on {held}");
            return violated(says, missing);
        }
        if let Some(newest) = ghost.newest().filter(|newest| missing.contains(&newest.primary)) {
            let name = world.roster().name(newest.primary);
            return violated(format!("write {position} was acknowledged and the primary {name} lacks it"), missing);
        }
    }
    verdict
}

fn prefixes_agree(world: &World<Replication>) -> Verdict {
    match world.ghost().two_states {
        Some((position, node)) => {
            let name = world.roster().name(node);
            violated(format!("{name} has performed the log up to {position} and is in another state"), vec![node])
        }
        None if !world.ghost().was_compared => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

fn reads_are_monotonic(world: &World<Replication>) -> Verdict {
    match world.ghost().went_back {
        Some((client, seen, then)) => {
            let name = world.roster().name(client);
            violated(format!("{name} had seen {seen} and was then answered from {then}"), vec![client])
        }
        None if !world.ghost().was_followed => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

fn one_primary_per_promotion(world: &World<Replication>) -> Verdict {
    match world.ghost().two_primaries {
        Some((promotion, one, other)) => {
            let (a, b) = (world.roster().name(one), world.roster().name(other));
            violated(format!("{a} and {b} both led under promotion {promotion}"), vec![one, other])
        }
        None if world.ghost().reigns.is_empty() => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

fn a_write_is_acknowledged(world: &World<Replication>) -> Verdict {
    if world.ghost().acknowledged.is_empty() { Verdict::Vacuous } else { Verdict::Holds }
}

fn backups_catch_up(world: &World<Replication>) -> Verdict {
    let Some(newest) = world.ghost().newest() else { return Verdict::Vacuous };
    let server = |id: NodeId| match world.node(id) {
        Some(Node::Server(server)) => Some(server),
        _ => None,
    };
    let all_run = servers(world).all(|id| world.slot(id).is_up());
    let Some(primary) = server(newest.primary).filter(|primary| all_run && matches!(primary.duty, Duty::Primary(_)))
    else {
        return Verdict::Vacuous;
    };
    let behind: Vec<NodeId> = servers(world)
        .filter(|id| server(*id).is_none_or(|server| server.applied_position() != primary.applied_position()))
        .collect();
    if behind.is_empty() {
        return Verdict::Holds;
    }
    violated(format!("not all servers have performed the log up to {}", primary.applied_position()), behind)
}
