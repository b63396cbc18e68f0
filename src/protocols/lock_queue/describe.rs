//! How the protocol shows itself.

mod nodes;
pub mod ownership;
pub mod parties;
pub mod tags;

use super::node::Node;
use super::{Answer, LockQueue, Message, Operation};
use crate::describe::{
    Describe, Epoch, Figure, LegendLine, Model, NodeView, OwnVerb, Premises, Promise, Property, Said, Tag, Tenure,
    Trap, WaitsFor,
};
use crate::judges::value::Value;
use crate::sim::{NodeId, World};

/// A lease may end without its holder's knowledge, so what clients may rely on is the order of tokens.
pub fn promise() -> Promise {
    Promise { model: Model::FencedLock, property: Property::Linearizable, premises: Premises::default() }
}

pub fn said(operation: &Operation, answer: Option<&Answer>) -> Option<Said> {
    let (function, resource) = match operation {
        Operation::Lock(resource) => ("acquire", resource),
        Operation::Write(resource, _) => ("write", resource),
        Operation::Unlock(_) => return None,
    };
    let value = match answer {
        Some(Answer::Granted(token) | Answer::Written(token)) => {
            Value::list([Value::text(resource), Value::Int(token.cast_signed())])
        }
        _ => Value::Nil,
    };
    Some(Said { function, value })
}

impl Describe for LockQueue {
    const SCENARIOS: &'static [(&'static str, &'static str)] = &[
        ("four_steps", include_str!("scenarios/four_steps.txt")),
        ("contention", include_str!("scenarios/contention.txt")),
        ("waiter_times_out", include_str!("scenarios/waiter_times_out.txt")),
        ("holder_crashes", include_str!("scenarios/holder_crashes.txt")),
        ("paused_holder", include_str!("scenarios/paused_holder.txt")),
        ("paused_holder_no_fencing", include_str!("scenarios/paused_holder_no_fencing.txt")),
        ("two_believe", include_str!("scenarios/two_believe.txt")),
        ("late_release", include_str!("scenarios/late_release.txt")),
        ("late_release_unchecked", include_str!("scenarios/late_release_unchecked.txt")),
        ("lost_grant", include_str!("scenarios/lost_grant.txt")),
        ("dead_head_blocks_all", include_str!("scenarios/dead_head_blocks_all.txt")),
        ("duplicated_request", include_str!("scenarios/duplicated_request.txt")),
        ("request_queued_twice", include_str!("scenarios/request_queued_twice.txt")),
        ("timed_out_is_granted", include_str!("scenarios/timed_out_is_granted.txt")),
        ("server_restarts", include_str!("scenarios/server_restarts.txt")),
        ("volatile_tokens", include_str!("scenarios/volatile_tokens.txt")),
        ("cut_from_the_server", include_str!("scenarios/cut_from_the_server.txt")),
        ("broker_crashes", include_str!("scenarios/broker_crashes.txt")),
        ("broker_redelivers", include_str!("scenarios/broker_redelivers.txt")),
        ("redelivery_is_the_lock", include_str!("scenarios/redelivery_is_the_lock.txt")),
        ("clock_stepped", include_str!("scenarios/clock_stepped.txt")),
        ("wall_clock_stepped", include_str!("scenarios/wall_clock_stepped.txt")),
        ("ten_drain", include_str!("scenarios/ten_drain.txt")),
        ("all_are_woken", include_str!("scenarios/all_are_woken.txt")),
        ("deadlock", include_str!("scenarios/deadlock.txt")),
        ("crashes_and_pauses", include_str!("scenarios/crashes_and_pauses.txt")),
    ];

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
        parties::waits(world)
    }

    fn tenures(world: &World<Self>) -> Vec<Tenure> {
        ownership::tenures(world)
    }

    fn figures(world: &World<Self>) -> Vec<Figure> {
        ownership::figures(world)
    }

    fn promise(_world: &World<Self>) -> Option<Promise> {
        Some(promise())
    }

    fn said(operation: &Operation, answer: Option<&Answer>) -> Option<Said> {
        said(operation, answer)
    }

    fn traps(world: &World<Self>, id: NodeId) -> &'static [Trap] {
        parties::traps(world, id)
    }

    fn verbs(world: &World<Self>, id: NodeId) -> Vec<OwnVerb> {
        parties::verbs(world, id)
    }
}
