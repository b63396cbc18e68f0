//! Who can reach whom.

use super::NodeId;
use crate::sim::{Protocol, World};
use crate::sorting::sort;

/// Groups of nodes that can reach one another, each with a server. Servers hold a group together over whole links; a client
/// is where its `home` is, and joins nobody.
pub fn groups<P: Protocol>(
    world: &World<P>,
    is_server: &dyn Fn(NodeId) -> bool,
    home: &dyn Fn(NodeId) -> Option<NodeId>,
) -> Vec<Vec<NodeId>> {
    let is_near = |a, b| match (is_server(a), is_server(b)) {
        (true, true) => world.network().is_whole(a, b),
        (false, true) => home(a) == Some(b),
        (true, false) => home(b) == Some(a),
        (false, false) => false,
    };
    let mut groups: Vec<Vec<NodeId>> = Vec::new();
    for id in world.roster().ids() {
        let (near, far): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|other| is_near(id, *other)));
        groups = far;
        let mut joined: Vec<NodeId> = near.into_iter().flatten().chain([id]).collect();
        sort(&mut joined);
        groups.push(joined);
    }
    groups.retain(|group| group.iter().any(|id| is_server(*id)));
    sort(&mut groups);
    groups
}

/// The sides of a split; none while all servers are together.
pub fn sides<P: Protocol>(
    world: &World<P>,
    is_server: &dyn Fn(NodeId) -> bool,
    home: &dyn Fn(NodeId) -> Option<NodeId>,
) -> Vec<Vec<NodeId>> {
    let groups = groups(world, is_server, home);
    if groups.len() < 2 { Vec::new() } else { groups }
}

/// The first of these servers that a client can reach.
pub fn first_reached<P: Protocol>(
    world: &World<P>,
    client: NodeId,
    mut servers: impl Iterator<Item = NodeId>,
) -> Option<NodeId> {
    servers.find(|server| world.network().is_whole(client, *server))
}
