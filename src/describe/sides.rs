//! Who can reach whom.

use super::NodeId;
use crate::sim::{Protocol, World};
use crate::sorting::sort;

/// What decides who is near whom. Servers hold a group together over whole links; a client is where its home is, and joins
/// nobody.
pub struct Nearness<'a> {
    pub nodes: u16,
    pub is_server: &'a dyn Fn(NodeId) -> bool,
    pub home: &'a dyn Fn(NodeId) -> Option<NodeId>,
    pub is_whole: &'a dyn Fn(NodeId, NodeId) -> bool,
}

impl Nearness<'_> {
    /// Groups of nodes that can reach one another, each with a server.
    pub fn groups(&self) -> Vec<Vec<NodeId>> {
        let mut groups: Vec<Vec<NodeId>> = Vec::new();
        for id in (0..self.nodes).map(NodeId) {
            let mut joined = vec![id];
            groups.retain(|group| {
                let is_near = group.iter().any(|other| self.is_near(id, *other));
                if is_near {
                    joined.extend(group);
                }
                !is_near
            });
            sort(&mut joined);
            groups.push(joined);
        }
        groups.retain(|group| group.iter().any(|id| (self.is_server)(*id)));
        sort(&mut groups);
        groups
    }

    /// The sides of a split; none while all servers are together.
    pub fn sides(&self) -> Vec<Vec<NodeId>> {
        let groups = self.groups();
        if groups.len() < 2 { Vec::new() } else { groups }
    }

    fn is_near(&self, a: NodeId, b: NodeId) -> bool {
        match ((self.is_server)(a), (self.is_server)(b)) {
            (true, true) => (self.is_whole)(a, b),
            (false, true) => (self.home)(a) == Some(b),
            (true, false) => (self.home)(b) == Some(a),
            (false, false) => false,
        }
    }
}

/// The first of these servers that a client can reach.
pub fn first_reached<P: Protocol>(
    world: &World<P>,
    client: NodeId,
    mut servers: impl Iterator<Item = NodeId>,
) -> Option<NodeId> {
    servers.find(|server| world.network().is_whole(client, *server))
}
