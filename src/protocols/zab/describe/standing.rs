//! The whole: which side of a split has a quorum, and who waits for whom.

use super::up;
use crate::describe::sides::{Nearness, first_reached};
use crate::describe::{Party, Territory, WaitsFor};
use crate::protocols::zab::invariants::server;
use crate::protocols::zab::leader::Step;
use crate::protocols::zab::learner::Stage;
use crate::protocols::zab::machine::Machine;
use crate::protocols::zab::server::{Node, Phase, Server};
use crate::protocols::zab::{Config, Zab};
use crate::sim::{Kind, NodeId, Protocol, World};

/// The sides of a split; none unless servers are split. `home` says with whom a client stands.
pub fn territories<P: Protocol>(world: &World<P>, config: &Config, home: &Home<'_>) -> Vec<Territory> {
    let sides = Nearness::of(world, &|id| config.is_server(id), home).sides();
    sides.into_iter().map(|side| territory(world, config, side)).collect()
}

type Home<'a> = dyn Fn(NodeId) -> Option<NodeId> + 'a;

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
    first_reached(world, client, [server].into_iter().chain(world.roster().of_kind(Kind::Server)))
}

pub fn home(world: &World<Zab>, client: NodeId) -> Option<NodeId> {
    match world.node(client) {
        Some(Node::Client(of)) => stands_with(world, client, of.home),
        _ => None,
    }
}

fn territory<P: Protocol>(world: &World<P>, config: &Config, members: Vec<NodeId>) -> Territory {
    let voters = voters_up(world, config, &members).count();
    let able = config.has_quorum(voters);
    let says = if able { "quorum" } else { "no quorum" }.to_owned();
    Territory { members, share: Some((voters as u32, config.voters.into())), says, able }
}

fn voters_up<P: Protocol>(world: &World<P>, config: &Config, members: &[NodeId]) -> impl Iterator<Item = NodeId> {
    members.iter().copied().filter(|id| config.is_voter(*id) && world.slot(*id).is_up())
}

pub fn waits(world: &World<Zab>) -> Vec<WaitsFor> {
    let mut waits = Vec::new();
    for id in world.roster().ids() {
        if let Some(Node::Client(client)) = world.node(id) {
            let asked = client.requests.front();
            waits.extend(asked.map(|asked| WaitsFor::new(id, format!("an answer to {}", asked.call), [client.home])));
        }
    }
    let servers = up(world).filter_map(|id| server(world, id));
    waits.extend(servers_wait(world, world.config(), &|client| home(world, client), servers));
    waits
}

/// What these servers wait for, and which of them in vain.
pub fn servers_wait<'a, P: Protocol, M: Machine>(
    world: &World<P>,
    config: &Config,
    home: &Home<'_>,
    servers: impl Iterator<Item = &'a Server<M>>,
) -> Vec<WaitsFor> {
    let groups = Nearness::of(world, &|id| config.is_server(id), home).groups();
    let waits = servers.filter_map(|server| {
        let wait = server_waits(config, server)?;
        let is_for_itself = wait.from == [Party::node(server.me)];
        let group = groups.iter().find(|group| group.contains(&server.me)).filter(|_| !is_for_itself);
        Some(WaitsFor { blocked: group.and_then(|group| no_quorum(world, config, group)), ..wait })
    });
    waits.collect()
}

/// Why servers that reach no others can decide nothing, however long they wait.
fn no_quorum<P: Protocol>(world: &World<P>, config: &Config, group: &[NodeId]) -> Option<String> {
    let voters: Vec<&str> = voters_up(world, config, group).map(|id| world.roster().name(id)).collect();
    if voters.is_empty() || config.has_quorum(voters.len()) {
        return None;
    }
    let are = if voters.len() == 1 { "is" } else { "are" };
    let (names, count) = (voters.join(" "), voters.len());
    Some(format!("{names} {are} {count} of {} servers, and {} have to agree.", config.voters, config.quorum()))
}

fn server_waits<M: Machine>(config: &Config, server: &Server<M>) -> Option<WaitsFor> {
    let others =
        |has: &dyn Fn(NodeId) -> bool| config.voter_ids().filter(|other| !has(*other)).collect::<Vec<NodeId>>();
    let id = server.me;
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
