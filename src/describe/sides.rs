//! Who can reach whom.

use super::NodeId;
use crate::sim::{Protocol, World};
use crate::sorting::sort;

/// What decides who is near whom. Servers hold a group together over whole links; a client is where its home is, and joins
/// nobody.
pub struct Nearness<'a> {
    nodes: u16,
    is_server: &'a dyn Fn(NodeId) -> bool,
    home: &'a dyn Fn(NodeId) -> Option<NodeId>,
    is_whole: Box<dyn Fn(NodeId, NodeId) -> bool + 'a>,
}

impl<'a> Nearness<'a> {
    pub fn of<P: Protocol>(
        world: &'a World<P>,
        is_server: &'a dyn Fn(NodeId) -> bool,
        home: &'a dyn Fn(NodeId) -> Option<NodeId>,
    ) -> Nearness<'a> {
        let is_whole = Box::new(|a, b| world.network().is_whole(a, b));
        Nearness { nodes: world.roster().len() as u16, is_server, home, is_whole }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Servers are 0, 1 and 2, clients 3 and 4; client 4 reaches nobody.
    fn sides(cut: &'static [(u16, u16)]) -> Vec<Vec<u16>> {
        let is_whole = move |a: NodeId, b: NodeId| !cut.contains(&(a.0.min(b.0), a.0.max(b.0)));
        let home =
            move |client: NodeId| [1, 0, 2].map(NodeId).into_iter().find(|id| client.0 == 3 && is_whole(*id, client));
        let nearness = Nearness { nodes: 5, is_server: &|id| id.0 < 3, home: &home, is_whole: Box::new(is_whole) };
        nearness.sides().iter().map(|side| side.iter().map(|id| id.0).collect()).collect()
    }

    #[test]
    fn who_reaches_whom_makes_sides() {
        assert!(sides(&[]).is_empty(), "all servers are together");
        assert!(sides(&[(0, 2)]).is_empty(), "one joins the others");
        assert_eq!(sides(&[(0, 2), (1, 2)]), [vec![0, 1, 3], vec![2]], "a client is where its home is");
        assert_eq!(sides(&[(0, 1), (0, 2), (1, 3)]), [vec![0, 3], vec![1, 2]], "or else at another that it reaches");
        assert_eq!(sides(&[(0, 1), (0, 2), (1, 2)]), [vec![0], vec![1, 3], vec![2]]);
    }
}
