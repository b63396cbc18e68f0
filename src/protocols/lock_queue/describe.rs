//! How the protocol shows itself.

mod nodes;
mod tags;

use super::invariants::believers;
use super::node::Node;
use super::{LockQueue, Message};
use crate::describe::{Describe, Epoch, LegendLine, NodeView, OwnVerb, Tag, WaitsFor};
use crate::sim::{Kind, NodeId, World};

impl Describe for LockQueue {
    const SCENARIOS: &'static [(&'static str, &'static str)] =
        &[("four_steps", include_str!("scenarios/four_steps.txt"))];

    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("lease", "How long a lock is held without renewal; it begins when the client acknowledges the offer"),
        ("fencing token", "A number that grows with each grant; the resource refuses a write whose token is too low"),
        ("offer", "A grant that the client has not acknowledged yet; after a while it goes on to the next"),
        ("belief", "What a client takes for true by its own clock, whatever the server knows by now"),
        ("broker", "A queue on disk: what it delivered it keeps until the consumer says that it has taken it"),
        ("redelivery", "What was not taken when the consumer's connection went is delivered again"),
        ("stale", "From a holder whose token is no longer the highest"),
        ("duplicate suppression", "The server remembers requests until their client confirms the last answer"),
        ("deadlock", "Clients that wait for one another in a circle"),
    ];

    fn node(world: &World<Self>, id: NodeId) -> NodeView {
        nodes::view(world, id)
    }

    fn tag(_world: &World<Self>, _from: NodeId, body: &Message) -> Tag {
        tags::tag(body)
    }

    fn legend() -> Vec<LegendLine> {
        tags::legend()
    }

    /// The lock server leads as long as it takes orders.
    fn leader(world: &World<Self>) -> Option<(NodeId, Option<Epoch>)> {
        let id = world.config().server();
        match world.node(id) {
            Some(Node::Server(server)) if server.consumes => Some((id, None)),
            _ => None,
        }
    }

    fn waits(world: &World<Self>) -> Vec<WaitsFor> {
        waits(world)
    }

    fn verbs(world: &World<Self>, id: NodeId) -> Vec<OwnVerb> {
        if world.roster().get(id).kind != Kind::Client {
            return Vec::new();
        }
        let holds = believers(world).iter().any(|(who, _, _)| *who == id);
        let without = (!holds).then(|| "it holds no lock".to_owned());
        let verb = |word, input: &str, refused| OwnVerb { word, input: input.to_owned(), refused };
        vec![
            verb("Lock", "lock printer", None),
            verb("Write", "write printer hello", without.clone()),
            verb("Unlock", "unlock printer", without),
        ]
    }
}

/// Who waits for whom: a client for the holder of a lock, by the server's table.
fn waits(world: &World<LockQueue>) -> Vec<WaitsFor> {
    let Some(Node::Server(server)) = world.node(world.config().server()) else { return Vec::new() };
    let mut waits = Vec::new();
    for (resource, lock) in server.table.locks() {
        let Some(grant) = lock.grant else { continue };
        for ticket in &lock.line {
            let what = format!("the {resource}, token {}", grant.token);
            waits.push(WaitsFor { who: NodeId(ticket.request.client), what, from: vec![NodeId(grant.request.client)] });
        }
    }
    waits
}
