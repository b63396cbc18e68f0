//! How the protocol shows itself.

mod nodes;
pub mod ownership;
pub mod parties;
pub mod tags;

use super::node::Node;
use super::{Answer, LockQueue, Message, Operation};
use crate::describe::scenario::scenario;
use crate::describe::{
    Describe, Epoch, Figure, Guarantee, LegendLine, Model, NodeView, OwnVerb, Premises, Property, Said, Tag, Tenure,
    Trap, WaitsFor,
};
use crate::judges::value::Value;
use crate::sim::{NodeId, World};

/// A lease may end without its holder's knowledge, so what clients may rely on is the order of tokens.
pub fn guarantee() -> Guarantee {
    Guarantee { model: Model::FencedLock, property: Property::Linearizable, premises: Premises::default() }
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
        ("four_steps", scenario!("scenarios/four_steps.txt")),
        ("contention", scenario!("scenarios/contention.txt")),
        ("waiter_times_out", scenario!("scenarios/waiter_times_out.txt")),
        ("holder_crashes", scenario!("scenarios/holder_crashes.txt")),
        ("paused_holder", scenario!("scenarios/paused_holder.txt")),
        ("paused_holder_no_fencing", scenario!("scenarios/paused_holder_no_fencing.txt")),
        ("two_believe", scenario!("scenarios/two_believe.txt")),
        ("late_release", scenario!("scenarios/late_release.txt")),
        ("late_release_unchecked", scenario!("scenarios/late_release_unchecked.txt")),
        ("lost_grant", scenario!("scenarios/lost_grant.txt")),
        ("dead_head_blocks_all", scenario!("scenarios/dead_head_blocks_all.txt")),
        ("duplicated_request", scenario!("scenarios/duplicated_request.txt")),
        ("request_queued_twice", scenario!("scenarios/request_queued_twice.txt")),
        ("timed_out_is_granted", scenario!("scenarios/timed_out_is_granted.txt")),
        ("server_restarts", scenario!("scenarios/server_restarts.txt")),
        ("volatile_tokens", scenario!("scenarios/volatile_tokens.txt")),
        ("cut_from_the_server", scenario!("scenarios/cut_from_the_server.txt")),
        ("broker_crashes", scenario!("scenarios/broker_crashes.txt")),
        ("broker_redelivers", scenario!("scenarios/broker_redelivers.txt")),
        ("redelivery_is_the_lock", scenario!("scenarios/redelivery_is_the_lock.txt")),
        ("clock_stepped", scenario!("scenarios/clock_stepped.txt")),
        ("wall_clock_stepped", scenario!("scenarios/wall_clock_stepped.txt")),
        ("ten_drain", scenario!("scenarios/ten_drain.txt")),
        ("all_are_woken", scenario!("scenarios/all_are_woken.txt")),
        ("deadlock", scenario!("scenarios/deadlock.txt")),
        ("crashes_and_pauses", scenario!("scenarios/crashes_and_pauses.txt")),
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

    fn guarantee(_world: &World<Self>) -> Option<Guarantee> {
        Some(guarantee())
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
