//! The whole: which side of a split can go on, and who waits for whom.

use super::{is_primary, server};
use crate::describe::sides::{Nearness, first_reached};
use crate::describe::{Territory, WaitsFor};
use crate::protocols::replication::Replication;
use crate::protocols::replication::invariants::servers;
use crate::protocols::replication::node::{Duty, Node};
use crate::sim::{NodeId, World};

/// The sides of a split; none unless servers are split.
pub fn territories(world: &World<Replication>) -> Vec<Territory> {
    let servers = world.config().servers();
    let home = |client| first_reached(world, client, (0..servers).map(NodeId));
    let sides = Nearness::of(world, &|id| id.0 < servers, &home).sides();
    sides.into_iter().map(|side| territory(world, side)).collect()
}

fn territory(world: &World<Replication>, members: Vec<NodeId>) -> Territory {
    let all = world.config().servers();
    let here: Vec<NodeId> = members.iter().copied().filter(|id| id.0 < all).collect();
    let up = here.iter().filter(|id| world.slot(**id).is_up()).count();
    let primaries: Vec<&str> = here
        .iter()
        .filter(|id| server(world, **id).is_some_and(is_primary) && world.slot(**id).is_up())
        .map(|id| world.roster().name(*id))
        .collect();
    let enough = up > usize::from(world.config().needed());
    let says = match (primaries.as_slice(), enough) {
        ([], _) => "no primary".to_owned(),
        (names, true) => format!("primary {}, writes go on", names.join(" and ")),
        (names, false) => format!("primary {}, writes refused", names.join(" and ")),
    };
    let able = enough && !primaries.is_empty();
    Territory { share: Some((here.len() as u32, all.into())), says, members, able }
}

pub fn waits(world: &World<Replication>) -> Vec<WaitsFor> {
    let mut waits = Vec::new();
    for id in world.roster().ids() {
        if let Some(Node::Client(client)) = world.node(id) {
            let asked = client.current.as_ref();
            waits.extend(asked.map(|asked| WaitsFor::new(id, format!("an answer to {}", asked.op), [asked.target])));
        }
    }
    waits.extend(servers(world).filter_map(|id| server_waits(world, id)));
    waits
}

fn server_waits(world: &World<Replication>, id: NodeId) -> Option<WaitsFor> {
    let server = server(world, id)?;
    match &server.duty {
        Duty::Primary(primary) => {
            let index = server.committed + 1;
            if index > server.journal.durable() {
                return None;
            }
            let behind = primary.followers.iter().filter(|(_, follower)| follower.held < index);
            let from: Vec<NodeId> = behind.map(|(peer, _)| *peer).collect();
            let held = primary.followers.len() - from.len();
            let missing = usize::from(server.config.needed()).saturating_sub(held);
            let disks = if missing == 1 { "disk" } else { "disks" };
            Some(
                WaitsFor::new(id, format!("{missing} more {disks} with write {index}"), from)
                    .needing(missing.max(1) as u32),
            )
        }
        Duty::Backup(backup) if backup.suspects => {
            Some(WaitsFor::new(id, "its primary, or a promotion", server.promotion.primary))
        }
        Duty::Backup(_) => None,
    }
}
