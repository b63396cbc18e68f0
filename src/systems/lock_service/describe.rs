//! How the system shows itself.

mod nodes;

use super::invariants::leader;
use super::{Answer, LockService, Message, Node, Operation};
use crate::describe::scenario::scenario;
use crate::describe::{
    Describe, Epoch, Figure, Fill, Guarantee, LegendLine, NodeView, OwnVerb, Said, Shape, Tag, Tenure, Territory, Trap,
    WaitsFor,
};
use crate::protocols::lock_queue::describe::{self as locks, ownership, parties, tags as lock_tags};
use crate::protocols::zab::describe::{epoch, standing, tags as zab_tags};
use crate::sim::{NodeId, World};

impl Describe for LockService {
    const SCENARIOS: &'static [(&'static str, &'static str)] = &[
        ("leader_crashes", scenario!("scenarios/leader_crashes.txt")),
        ("grant_survives_its_leader", scenario!("scenarios/grant_survives_its_leader.txt")),
        ("leader_cut_off", scenario!("scenarios/leader_cut_off.txt")),
        ("granted_in_a_minority", scenario!("scenarios/granted_in_a_minority.txt")),
        ("paused_across_failover", scenario!("scenarios/paused_across_failover.txt")),
        ("paused_across_failover_no_fencing", scenario!("scenarios/paused_across_failover_no_fencing.txt")),
        ("two_believe", scenario!("scenarios/two_believe.txt")),
        ("waiter_times_out", scenario!("scenarios/waiter_times_out.txt")),
        ("holder_dies_with_the_leader", scenario!("scenarios/holder_dies_with_the_leader.txt")),
        ("no_quorum_no_lock", scenario!("scenarios/no_quorum_no_lock.txt")),
        ("all_servers_restart", scenario!("scenarios/all_servers_restart.txt")),
        ("established_too_late", scenario!("scenarios/established_too_late.txt")),
        ("table_by_snapshot", scenario!("scenarios/table_by_snapshot.txt")),
    ];

    const NAMES: &'static [(&'static str, &'static str)] = &[
        (
            "lease",
            "How long a lock is held without renewal; only the leader's clock knows, and a new leader begins anew",
        ),
        ("fencing token", "A number that grows with each grant; the resource refuses a write whose token is too low"),
        ("offer", "A grant that the client has not acknowledged yet; after a while it goes on to the next"),
        ("belief", "What a client takes for true by its own clock, whatever the servers know by now"),
        ("established", "A quorum has the leader's history on disk: it may serve"),
        ("quorum", "More than half of the servers"),
        ("zxid", "The name of an operation: the epoch in which it was proposed and its number there, 4:3"),
        ("duplicate suppression", "The table remembers requests until their client confirms the last answer"),
    ];

    fn node(world: &World<Self>, id: NodeId) -> NodeView {
        nodes::view(world, id)
    }

    fn tag(world: &World<Self>, _from: NodeId, body: &Message) -> Tag {
        match body {
            Message::Zab(body) => zab_tags::tag(body, world.config().zab.first),
            Message::Lock(body) => lock_tags::tag(body),
            Message::Elsewhere { leader } => {
                let whom = leader.map_or("nobody leads", |leader| world.roster().name(leader));
                Tag {
                    label: format!("ELSEWHERE {whom}"),
                    shape: Shape::Decision,
                    fill: Fill::Reply { positive: false },
                    epoch: None,
                    rows: Vec::new(),
                }
            }
        }
    }

    fn legend() -> Vec<LegendLine> {
        let line = |shape, fill, words: &str| LegendLine { shape, fill, words: words.to_owned() };
        let (yes, no) = (Fill::Reply { positive: true }, Fill::Reply { positive: false });
        vec![
            line(Shape::Election, Fill::Request, "vote, or word of an epoch"),
            line(Shape::Election, yes, "answer of one who has a leader"),
            line(Shape::Proposal, Fill::Request, "an order, a proposal, or a write"),
            line(Shape::Proposal, yes, "acknowledged: on disk"),
            line(Shape::Decision, Fill::Agreed, "a commit, a grant, or a write that was taken"),
            line(Shape::Decision, yes, "an answer"),
            line(Shape::Decision, no, "a refusal"),
            line(Shape::Bulk, Fill::Request, "the whole table"),
            line(Shape::Routine, Fill::Request, "pings and renewals"),
        ]
    }

    fn leader(world: &World<Self>) -> Option<(NodeId, Option<Epoch>)> {
        let follows = |id, leader| world.node(id).and_then(Node::zab).is_some_and(|zab| zab.follows(leader));
        let (id, number) = leader(world)?;
        standing::commands_a_quorum(world, &world.config().zab, id, follows).then(|| (id, Some(epoch(number))))
    }

    fn territories(world: &World<Self>) -> Vec<Territory> {
        standing::territories(world, &world.config().zab, &|client| home(world, client))
    }

    fn waits(world: &World<Self>) -> Vec<WaitsFor> {
        let servers = world.roster().ids().filter_map(|id| world.node(id)?.zab());
        let mut waits = parties::waits(world);
        waits.extend(standing::servers_wait(world, &world.config().zab, &|client| home(world, client), servers));
        waits
    }

    fn tenures(world: &World<Self>) -> Vec<Tenure> {
        ownership::tenures(world)
    }

    fn figures(world: &World<Self>) -> Vec<Figure> {
        ownership::figures(world)
    }

    fn guarantee(_world: &World<Self>) -> Option<Guarantee> {
        Some(locks::guarantee())
    }

    fn said(operation: &Operation, answer: Option<&Answer>) -> Option<Said> {
        let Operation::Lock(operation) = operation else { return None };
        let answer = match answer {
            Some(Answer::Lock(answer)) => Some(answer),
            _ => None,
        };
        locks::said(operation, answer)
    }

    fn traps(world: &World<Self>, id: NodeId) -> &'static [Trap] {
        parties::traps(world, id)
    }

    fn verbs(world: &World<Self>, id: NodeId) -> Vec<OwnVerb> {
        parties::verbs(world, id)
    }
}

/// With whom a client stands.
fn home(world: &World<LockService>, client: NodeId) -> Option<NodeId> {
    match world.node(client) {
        Some(Node::Client(of)) => standing::stands_with(world, client, of.inner.desk),
        _ => None,
    }
}
