//! The whole: which side of a split has a quorum, and who waits for whom.

use super::{is_up, up};
use crate::describe::{Party, Territory, WaitsFor};
use crate::protocols::zab::invariants::server;
use crate::protocols::zab::leader::Step;
use crate::protocols::zab::learner::Stage;
use crate::protocols::zab::server::{Node, Phase};
use crate::protocols::zab::{Config, Zab};
use crate::sim::{Kind, NodeId, Protocol, World};
use crate::sorting::sort;

/// Groups of nodes that can reach one another; none unless servers are split.
pub fn territories(world: &World<Zab>) -> Vec<Territory> {
    let groups = groups(world);
    if groups.len() < 2 {
        return Vec::new();
    }
    groups.into_iter().map(|group| territory(world, group)).collect()
}

/// By who can reach whom.
fn groups(world: &World<Zab>) -> Vec<Vec<NodeId>> {
    let mut groups: Vec<Vec<NodeId>> = Vec::new();
    for id in world.roster().ids() {
        let (near, far): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|other| is_near(world, id, *other)));
        groups = far;
        let mut joined: Vec<NodeId> = near.into_iter().flatten().chain([id]).collect();
        sort(&mut joined);
        groups.push(joined);
    }
    groups.retain(|group| group.iter().any(|id| world.config().is_server(*id)));
    sort(&mut groups);
    groups
}

/// Servers are near each other over a whole link; a client is where its server is, if it can reach that.
fn is_near(world: &World<Zab>, a: NodeId, b: NodeId) -> bool {
    let config = world.config();
    match (config.is_server(a), config.is_server(b)) {
        (true, true) => world.network().is_whole(a, b),
        (false, true) => home(world, a) == Some(b),
        (true, false) => home(world, b) == Some(a),
        (false, false) => false,
    }
}

/// Whether a leader reaches a quorum that follows it: only then can it commit anything.
pub fn commands_a_quorum<P: Protocol>(
    world: &World<P>,
    config: &Config,
    leader: NodeId,
    follows: impl Fn(NodeId, NodeId) -> bool,
) -> bool {
    let obeys = |id: &NodeId| *id == leader || follows(*id, leader) && world.network().is_whole(*id, leader);
    config.has_quorum(config.voter_ids().filter(|id| world.slot(*id).is_up() && obeys(id)).count())
}

/// With whom a client stands: its server, and where that is cut off any that it can reach.
pub fn stands_with<P: Protocol>(world: &World<P>, client: NodeId, server: NodeId) -> Option<NodeId> {
    let servers = world.roster().of_kind(Kind::Server);
    [server].into_iter().chain(servers).find(|server| world.network().is_whole(client, *server))
}

fn home(world: &World<Zab>, client: NodeId) -> Option<NodeId> {
    match world.node(client) {
        Some(Node::Client(of)) => stands_with(world, client, of.home),
        _ => None,
    }
}

fn territory(world: &World<Zab>, members: Vec<NodeId>) -> Territory {
    let config = world.config();
    let voters = members.iter().filter(|id| config.is_voter(**id) && is_up(world, **id)).count();
    let able = config.has_quorum(voters);
    let says = if able { "quorum" } else { "no quorum" }.to_owned();
    Territory { members, share: Some((voters as u32, config.voters.into())), says, able }
}

pub fn waits(world: &World<Zab>) -> Vec<WaitsFor> {
    let mut waits = Vec::new();
    for id in world.roster().ids() {
        if let Some(Node::Client(client)) = world.node(id) {
            let asked = client.requests.front();
            waits.extend(asked.map(|asked| WaitsFor::new(id, format!("an answer to {}", asked.call), [client.home])));
        }
    }
    let groups = groups(world);
    waits.extend(up(world).filter_map(|id| {
        let wait = server_waits(world, id)?;
        let is_for_itself = wait.from == [Party::node(id)];
        let group = groups.iter().find(|group| group.contains(&id)).filter(|_| !is_for_itself);
        Some(WaitsFor { blocked: group.and_then(|group| no_quorum(world, group)), ..wait })
    }));
    waits
}

/// Why servers that reach no others can decide nothing, however long they wait.
fn no_quorum(world: &World<Zab>, group: &[NodeId]) -> Option<String> {
    let config = world.config();
    let voters: Vec<&str> = group
        .iter()
        .filter(|id| config.is_voter(**id) && is_up(world, **id))
        .map(|id| world.roster().name(*id))
        .collect();
    if voters.is_empty() || config.has_quorum(voters.len()) {
        return None;
    }
    let are = if voters.len() == 1 { "is" } else { "are" };
    let (names, count) = (voters.join(" "), voters.len());
    Some(format!("{names} {are} {count} of {} servers, and {} have to agree.", config.voters, config.quorum()))
}

fn server_waits(world: &World<Zab>, id: NodeId) -> Option<WaitsFor> {
    let config = world.config();
    let others =
        |has: &dyn Fn(NodeId) -> bool| config.voter_ids().filter(|other| !has(*other)).collect::<Vec<NodeId>>();
    let server = server(world, id)?;
    match &server.phase {
        // Its timer says how long.
        Phase::Looking(looking) if looking.is_finalizing => None,
        Phase::Looking(looking) => {
            let what = format!("votes of {} servers", config.quorum());
            // Whoever votes for another may change its mind.
            let agrees =
                |other| looking.received.get(&other).is_some_and(|ballot| Some(ballot.vote) == looking.proposal);
            Some(of_a_quorum(config, id, what, others(&agrees)))
        }
        Phase::Learning(learner) if !server.is_serving() => {
            let what = match learner.stage {
                Stage::Connecting | Stage::Registering | Stage::Promising => "word of an epoch",
                Stage::Syncing if learner.incoming.is_some() => "the rest of the snapshot",
                Stage::Promised | Stage::Syncing => "what it lacks of the history",
                Stage::Saving => return Some(WaitsFor::new(id, "its own disk", [id])),
                Stage::Entered | Stage::Serving => "a quorum to have the history",
            };
            Some(WaitsFor::new(id, what, [learner.leader]))
        }
        Phase::Learning(_) => None,
        Phase::Leading(leader) => {
            let (what, from) = match leader.step {
                Step::Discovery | Step::Promising => {
                    ("followers to register".to_owned(), others(&|other| leader.accepted.contains_key(&other)))
                }
                Step::Electing => {
                    (format!("promises for e{}", leader.epoch), others(&|other| leader.promised.contains(&other)))
                }
                Step::Synchronization => {
                    ("a quorum to have its history".to_owned(), others(&|other| leader.entered.contains(&other)))
                }
                Step::Broadcast => {
                    let oldest = leader.outstanding.front()?;
                    (format!("a quorum for {}", oldest.zxid), others(&|other| oldest.acks.contains(&other)))
                }
            };
            Some(of_a_quorum(config, id, what, from))
        }
    }
}

/// It waits for as many of these as a quorum lacks.
fn of_a_quorum(config: &Config, id: NodeId, what: String, missing: Vec<NodeId>) -> WaitsFor {
    let have = u32::from(config.voters).saturating_sub(missing.len() as u32);
    let needs = config.quorum().saturating_sub(have).max(1);
    WaitsFor::new(id, what, missing).needing(needs)
}
