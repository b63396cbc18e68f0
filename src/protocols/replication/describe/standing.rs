//! The whole: which side of a split can go on, and who waits for whom.

use super::{is_primary, server};
use crate::describe::{Territory, WaitsFor};
use crate::protocols::replication::Replication;
use crate::protocols::replication::invariants::servers;
use crate::protocols::replication::node::{Duty, Node};
use crate::sim::{NodeId, World};
use crate::sorting::sort;

/// Groups of nodes that can reach one another; none unless servers are split.
pub fn territories(world: &World<Replication>) -> Vec<Territory> {
    let mut groups: Vec<Vec<NodeId>> = Vec::new();
    for id in world.roster().ids() {
        let (near, far) = groups.into_iter().partition(|group| group.iter().any(|other| is_whole(world, id, *other)));
        groups = far;
        let near: Vec<Vec<NodeId>> = near;
        let mut joined: Vec<NodeId> = near.into_iter().flatten().chain([id]).collect();
        sort(&mut joined);
        groups.push(joined);
    }
    sort(&mut groups);
    let is_server = |id: &NodeId| id.0 < world.config().servers();
    if groups.iter().filter(|group| group.iter().any(is_server)).count() < 2 {
        return Vec::new();
    }
    groups.into_iter().filter(|group| group.iter().any(is_server)).map(|group| territory(world, group)).collect()
}

/// Servers hold a group together; clients belong to it but do not join two.
fn is_whole(world: &World<Replication>, a: NodeId, b: NodeId) -> bool {
    let servers = world.config().servers();
    let first_home = |client: NodeId| (0..servers).map(NodeId).find(|id| is_open(world, client, *id));
    match (a.0 < servers, b.0 < servers) {
        (true, true) => is_open(world, a, b),
        (false, true) => first_home(a) == Some(b),
        (true, false) => first_home(b) == Some(a),
        (false, false) => false,
    }
}

fn is_open(world: &World<Replication>, a: NodeId, b: NodeId) -> bool {
    world.network().is_whole(a, b)
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
