//! How the protocol shows itself.

mod nodes;
mod ownership;
pub mod tags;

use super::invariants::believers;
use super::node::Node;
use super::{LockQueue, Message};
use crate::describe::{Describe, Epoch, Figure, LegendLine, NodeView, OwnVerb, Party, Tag, Tenure, Trap, WaitsFor};
use crate::machines::key_value::Word;
use crate::sim::{Kind, NodeId, World};

const CLIENT_TRAPS: &[Trap] = &[
    Trap { word: "Pause before it writes", command: "pause", before: "WRITE" },
    Trap { word: "Die before it accepts", command: "crash", before: "ACCEPT" },
];
const SERVER_TRAPS: &[Trap] = &[Trap { word: "Die before it grants", command: "crash", before: "GRANT" }];

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
        waits(world)
    }

    fn tenures(world: &World<Self>) -> Vec<Tenure> {
        ownership::tenures(world)
    }

    fn figures(world: &World<Self>) -> Vec<Figure> {
        ownership::figures(world)
    }

    fn traps(world: &World<Self>, id: NodeId) -> &'static [Trap] {
        match world.roster().get(id).kind {
            Kind::Client => CLIENT_TRAPS,
            Kind::Server => SERVER_TRAPS,
            _ => &[],
        }
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
        let holder = NodeId(grant.request.client);
        let holds = format!("{} the {resource}", if grant.is_held { "holds" } else { "is offered" });
        for ticket in &lock.line {
            let who = NodeId(ticket.request.client);
            waits.push(WaitsFor {
                who: Party::new("", format!("wants the {resource}"), Some(who)),
                what: format!("the {resource}, token {}", grant.token),
                from: vec![Party::new("", holds.clone(), Some(holder))],
                blocked: server.table.circle(who.0).map(|circle| circle_words(world, &circle)),
            });
        }
    }
    waits
}

/// `c1 and c2 wait for one another: c1 for the printer, c2 for the door. Only a lease or a wait that ends frees them.`
fn circle_words(world: &World<LockQueue>, circle: &[(u16, Word)]) -> String {
    let name = |client: &u16| world.roster().name(NodeId(*client)).to_owned();
    // Each who waits begins the circle with itself; the sentence is the same for all.
    let first = circle.iter().enumerate().min_by_key(|(_, (client, _))| *client).map_or(0, |(place, _)| place);
    let round: Vec<&(u16, Word)> = circle.iter().cycle().skip(first).take(circle.len()).collect();
    let names: Vec<String> = round.iter().map(|(client, _)| name(client)).collect();
    let each: Vec<String> = round.iter().map(|(client, what)| format!("{} for the {what}", name(client))).collect();
    format!(
        "{} wait for one another: {}. Only a lease or a wait that ends frees them.",
        names.join(" and "),
        each.join(", ")
    )
}
