//! The claims: those of Zab's formal specification, each quantified over all, and what servers and clients may rely on.

use super::Zab;
use super::ghost::place;
use super::leader::Step;
use super::server::{Node, Phase, Server};
use super::zxid::Zxid;
use crate::sim::{Claim, Expectation, NodeId, Verdict, World};
use crate::sorting::sort;

const fn always(name: &'static str, says: &'static str, check: fn(&World<Zab>) -> Verdict) -> Claim<Zab> {
    Claim { name, says, expectation: Expectation::Always, check }
}

/// A claim that the ghost judges as things happen.
macro_rules! remembered {
    ($name:literal, $says:literal) => {
        always($name, $says, |world| {
            const PLACE: usize = place($name);
            remembered(world, $name, PLACE)
        })
    };
}

pub const CLAIMS: &[Claim<Zab>] = &[
    always("leadership", "No two servers synchronize or broadcast in one epoch as leaders", leadership),
    remembered!("one_established_leader_per_epoch", "In an epoch at most one leader is ever established"),
    remembered!("leaders_have_all_committed", "An established leader has all that was committed in earlier epochs"),
    always("committed_on_a_quorum", "What is committed is on the disks of a quorum, for ever", committed_on_a_quorum),
    remembered!("prefix_consistency", "Servers that have delivered up to the same zxid are in the same state"),
    remembered!("integrity", "What is delivered was proposed, and is what was proposed"),
    remembered!("agreement", "Of what two servers have delivered, one has all that the other has"),
    remembered!("total_order", "All servers deliver in the one order of the zxids"),
    remembered!(
        "local_primary_order",
        "Of any two proposals of one leader, whoever delivers the later has delivered the earlier"
    ),
    remembered!(
        "global_primary_order",
        "What an earlier leader proposed is delivered before what a later one proposed"
    ),
    remembered!(
        "primary_integrity",
        "A leader has delivered what earlier leaders proposed, if anybody ever delivers it, before it proposes"
    ),
    always("epochs_are_kept", "A promised epoch and an entered epoch stay on disk and never go back", epochs_are_kept),
    always("acks_are_durable", "Whoever acknowledges a proposal has it on disk", acks_are_durable),
    always("zxids_contiguous", "In a log the zxids of an epoch follow one another without a hole", zxids_contiguous),
    remembered!(
        "elects_the_most_recent",
        "Who elects by votes elects one whose history is at least as recent as its own"
    ),
    remembered!("writes_linearizable", "A write has a larger zxid than any that was acknowledged before it began"),
    remembered!("sessions_monotonic", "In its session a client never sees time go back, whichever server it uses"),
    Claim {
        name: "a_leader_is_established",
        says: "Some leader was established",
        expectation: Expectation::Sometimes,
        check: |world| if world.ghost().reigns.is_empty() { Verdict::Vacuous } else { Verdict::Holds },
    },
    Claim {
        name: "a_write_is_acknowledged",
        says: "Some write was acknowledged",
        expectation: Expectation::Sometimes,
        check: |world| if world.ghost().acknowledged.is_empty() { Verdict::Vacuous } else { Verdict::Holds },
    },
    Claim {
        name: "a_quorum_follows",
        says: "Once faults have healed, a leader is established and a quorum follows it",
        expectation: Expectation::Eventually,
        check: a_quorum_follows,
    },
    Claim {
        name: "everyone_catches_up",
        says: "Once faults have healed, every server has delivered what the leader has, unless it has promised to \
               follow a newer epoch than the leader's",
        expectation: Expectation::Eventually,
        check: everyone_catches_up,
    },
];

fn remembered(world: &World<Zab>, name: &str, place: usize) -> Verdict {
    let ghost = world.ghost();
    if !ghost.has_judged(place) {
        return Verdict::Vacuous;
    }
    match ghost.violated.get(name) {
        Some((says, nodes)) => {
            let names: Vec<&str> = nodes.iter().map(|id| world.roster().name(*id)).collect();
            violated(format!("{}: {says}", names.join(", ")), nodes.clone())
        }
        None => Verdict::Holds,
    }
}

fn violated(says: String, nodes: Vec<NodeId>) -> Verdict {
    Verdict::Violated { says, nodes }
}

pub fn servers(world: &World<Zab>) -> impl Iterator<Item = NodeId> + use<> {
    (0..world.config().servers()).map(NodeId)
}

pub fn server(world: &World<Zab>, id: NodeId) -> Option<&Server> {
    match world.node(id) {
        Some(Node::Server(server)) => Some(server),
        _ => None,
    }
}

/// Whether a server would still have a committed transaction after a crash now.
pub fn is_held(world: &World<Zab>, server: NodeId, zxid: Zxid) -> bool {
    world.slot(server).disk.stable().holds(zxid)
}

fn leadership(world: &World<Zab>) -> Verdict {
    let mut leaders: Vec<(u32, NodeId)> = servers(world)
        .filter_map(|id| match &server(world, id)?.phase {
            Phase::Leading(leader) if leader.step >= Step::Synchronization => Some((leader.epoch, id)),
            _ => None,
        })
        .collect();
    sort(&mut leaders);
    match leaders.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => violated(format!("two servers lead in epoch {}", pair[0].0), vec![pair[0].1, pair[1].1]),
        None if leaders.is_empty() => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

/// How many of the newest epochs are looked at.
const EPOCHS: usize = 6;

/// It is enough to look at the last transaction of each epoch: a log that has it has those before it, which
/// `zxids_contiguous` says.
fn committed_on_a_quorum(world: &World<Zab>) -> Verdict {
    let mut verdict = Verdict::Vacuous;
    for (_, zxid) in world.ghost().last_of_epoch.iter().rev().take(EPOCHS) {
        verdict = Verdict::Holds;
        let missing: Vec<NodeId> = world.config().voter_ids().filter(|id| !is_held(world, *id, *zxid)).collect();
        let held = usize::from(world.config().voters) - missing.len();
        if !world.config().has_quorum(held) {
            let says = format!("{zxid} is committed and on {held} of {} disks", world.config().voters);
            let told = servers(world).filter(|id| server(world, *id).is_some_and(|server| server.committed >= *zxid));
            let told: Vec<NodeId> = told.collect();
            return violated(says, if told.is_empty() { missing } else { told });
        }
    }
    verdict
}

fn epochs_are_kept(world: &World<Zab>) -> Verdict {
    let ghost = world.ghost();
    for id in servers(world) {
        let stable = world.slot(id).disk.stable();
        let promised = ghost.promised.get(&id).copied().unwrap_or(0);
        let entered = ghost.entered.get(&id).copied().unwrap_or(0);
        let name = world.roster().name(id);
        if stable.accepted < promised {
            return violated(
                format!("{name} has promised epoch {promised}, its disk says {}", stable.accepted),
                vec![id],
            );
        }
        if stable.current < entered {
            return violated(format!("{name} has entered epoch {entered}, its disk says {}", stable.current), vec![id]);
        }
        if stable.current > stable.accepted {
            return violated(format!("{name} has entered an epoch that it never promised to follow"), vec![id]);
        }
    }
    if ghost.promised.is_empty() { Verdict::Vacuous } else { Verdict::Holds }
}

fn acks_are_durable(world: &World<Zab>) -> Verdict {
    let acks = &world.ghost().acks;
    match acks.iter().find(|(id, zxid)| !is_held(world, *id, *zxid)) {
        Some((id, zxid)) => {
            violated(format!("{} has acknowledged {zxid} and would lose it", world.roster().name(*id)), vec![*id])
        }
        None if acks.is_empty() => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

/// Only the end can have changed since the state before.
fn zxids_contiguous(world: &World<Zab>) -> Verdict {
    let mut verdict = Verdict::Vacuous;
    for id in servers(world) {
        let Some(log) = server(world, id).map(|server| server.journal.log()) else { continue };
        let last = log.last();
        let Some(before) = last.index.checked_sub(1).and_then(|index| log.zxid_at(index)) else { continue };
        verdict = Verdict::Holds;
        let expected = if before.epoch == last.zxid.epoch { before.counter + 1 } else { 1 };
        if last.zxid < before || last.zxid.counter != expected {
            let says = format!("in the log of {} {} follows {before}", world.roster().name(id), last.zxid);
            return violated(says, vec![id]);
        }
    }
    verdict
}

/// The leader of the highest epoch, if it still leads.
pub fn established(world: &World<Zab>) -> Option<(NodeId, u32)> {
    let newest = world.ghost().newest()?;
    match &server(world, newest.leader)?.phase {
        Phase::Leading(leader) if leader.is_established() && leader.epoch == newest.epoch => {
            Some((newest.leader, newest.epoch))
        }
        _ => None,
    }
}

fn is_following(world: &World<Zab>, id: NodeId, leader: NodeId) -> bool {
    server(world, id).is_some_and(|server| match &server.phase {
        Phase::Learning(learner) => learner.leader == leader && server.is_serving(),
        _ => id == leader,
    })
}

/// An oracle may name different servers to different ones for ever.
fn a_quorum_follows(world: &World<Zab>) -> Verdict {
    if world.config().oracle {
        return Verdict::Vacuous;
    }
    let Some((leader, _)) = established(world) else {
        return violated("nobody leads".to_owned(), Vec::new());
    };
    let following = world.config().voter_ids().filter(|id| is_following(world, *id, leader)).count();
    if world.config().has_quorum(following) {
        Verdict::Holds
    } else {
        violated(format!("{following} servers follow {}", world.roster().name(leader)), vec![leader])
    }
}

fn everyone_catches_up(world: &World<Zab>) -> Verdict {
    if world.config().oracle {
        return Verdict::Vacuous;
    }
    let Some((leader, epoch)) = established(world) else {
        return violated("nobody leads".to_owned(), Vec::new());
    };
    let committed = server(world, leader).map_or(Zxid::NONE, |server| server.applied.zxid);
    for id in servers(world) {
        let Some(server) = server(world, id) else { continue };
        if server.journal.accepted() > epoch {
            continue;
        }
        if !is_following(world, id, leader) || server.applied.zxid != committed {
            let says =
                format!("{} is at {} and the leader at {committed}", world.roster().name(id), server.applied.zxid);
            return violated(says, vec![id]);
        }
    }
    Verdict::Holds
}
