//! Who is in doubt, what it holds, who waits for that, and whose return would resolve it.

use super::super::TwoPhaseCommit;
use super::super::disk::Outcome;
use super::super::message::Tx;
use super::super::node::{Node, Server};
use super::super::participant::{Active, Stage};
use super::nodes::stage_words;
use crate::describe::sides::{Nearness, first_reached};
use crate::describe::{Party, Territory, WaitsFor};
use crate::sim::{Kind, NodeId, World};
use crate::sorting::sort;

type TheWorld = World<TwoPhaseCommit>;

pub fn servers(world: &TheWorld) -> impl Iterator<Item = &Server> {
    world.roster().ids().filter_map(|id| match world.node(id) {
        Some(Node::Server(server)) => Some(&**server),
        _ => None,
    })
}

fn in_doubt(server: &Server) -> impl Iterator<Item = (Tx, &Active)> {
    server.active.iter().filter(|(_, active)| active.stage == Stage::Prepared).map(|(tx, active)| (*tx, active))
}

/// Whether this participant, could it be asked, would end the doubt.
fn could_tell(world: &TheWorld, id: NodeId, tx: Tx) -> bool {
    match world.node(id) {
        Some(Node::Server(server)) => !server.active.get(&tx).is_some_and(|active| active.stage == Stage::Prepared),
        _ => {
            let stable = world.slot(id).disk.stable();
            !stable.prepared.contains_key(&tx) || stable.outcomes.get(tx) == Some(Outcome::Committed)
        }
    }
}

fn is_cut_off(world: &TheWorld, from: NodeId, to: NodeId) -> bool {
    !world.network().is_whole(from, to)
}

/// Why someone who could tell does not; nothing if all is on its way.
fn hindrance(world: &TheWorld, from: NodeId, to: NodeId) -> Option<&'static str> {
    if !world.slot(to).is_up() {
        Some("is down")
    } else if is_cut_off(world, from, to) {
        Some("is cut off")
    } else {
        None
    }
}

/// Why whoever could tell does not: a clause for each.
fn reason(world: &TheWorld, me: NodeId, id: NodeId, tx: Tx, coordinator: NodeId) -> Option<String> {
    let hindrance = hindrance(world, me, id)?;
    let name = world.roster().name(id);
    let decided = match world.node(id) {
        Some(Node::Server(server)) => server.coordinated.get(&tx).is_some_and(|it| !it.is_undecided()),
        _ => world.slot(id).disk.stable().decided.contains_key(&tx),
    };
    let knows = if id != coordinator {
        ", which knows the outcome,"
    } else if decided {
        ", which decided,"
    } else {
        ", which decides,"
    };
    Some(format!("{name}{knows} {hindrance}"))
}

pub fn waits(world: &TheWorld) -> Vec<WaitsFor> {
    let mut waits: Vec<WaitsFor> = Vec::new();
    let mut doubts: Vec<Doubt> = Vec::new();
    for server in servers(world) {
        for (tx, active) in in_doubt(server) {
            let from = who_could_tell(world, server, tx, active);
            let is_blocked = from.iter().all(|id| hindrance(world, server.me, *id).is_some());
            let same = |doubt: &&mut Doubt| doubt.tx == tx && doubt.from == from && doubt.is_blocked == is_blocked;
            match doubts.iter_mut().find(same) {
                Some(doubt) => doubt.members.push(server.me),
                None => {
                    let members = vec![server.me];
                    doubts.push(Doubt { tx, members, from, coordinator: active.coordinator, is_blocked });
                }
            }
        }
        for (account, lock) in server.locks.iter() {
            for (waiter, _) in &lock.waiters {
                let from: Vec<Party> = lock.holders.iter().map(|(tx, _)| at(world, server, *tx)).collect();
                let needs = from.len() as u32;
                let who = Party::new(waiter.to_string(), format!("wants {account}"), client_of(world, *waiter));
                waits.push(WaitsFor { who, what: account.to_string(), from, needs, blocked: None });
            }
        }
    }
    waits.extend(doubts.iter().flat_map(|doubt| doubt.waits(world)));
    waits
}

/// A transaction as it stands at one participant: `T7 at n1`, in doubt.
fn at(world: &TheWorld, server: &Server, tx: Tx) -> Party {
    let stage = server.active.get(&tx).map_or("", |active| stage_words(active.stage));
    Party::new(format!("{tx} at {}", world.roster().name(server.me)), stage, Some(server.me))
}

/// The coordinator, and where it may ask others those of them that are not in doubt themselves.
fn who_could_tell(world: &TheWorld, server: &Server, tx: Tx, active: &Active) -> Vec<NodeId> {
    let peers = active.writers.iter().copied();
    let peers = peers.filter(|peer| world.config().cooperative && *peer != active.coordinator && *peer != server.me);
    std::iter::once(active.coordinator).chain(peers.filter(|peer| could_tell(world, *peer, tx))).collect()
}

/// Participants that are in doubt about one transaction for the same reasons.
struct Doubt {
    tx: Tx,
    members: Vec<NodeId>,
    from: Vec<NodeId>,
    coordinator: NodeId,
    /// Nobody who could tell is there; otherwise the answer is on its way, or will be asked for again.
    is_blocked: bool,
}

impl Doubt {
    fn waits(&self, world: &TheWorld) -> Vec<WaitsFor> {
        let Some(&first) = self.members.first() else { return Vec::new() };
        let why = || {
            let reasons = self.from.iter().filter_map(|id| reason(world, first, *id, self.tx, self.coordinator));
            format!(
                "{} voted yes on {} and may not decide alone. {}.",
                names(world, &self.members).replace(' ', " and "),
                self.tx,
                reasons.collect::<Vec<_>>().join(". ")
            )
        };
        let blocked = self.is_blocked.then(why);
        let from = self.from.iter().map(|id| {
            let words = hindrance(world, first, *id).unwrap_or_default();
            Party::new("", words.trim_start_matches("is "), Some(*id))
        });
        let from: Vec<Party> = from.collect();
        let servers = self.members.iter().filter_map(|id| match world.node(*id) {
            Some(Node::Server(server)) => Some(&**server),
            _ => None,
        });
        let wait = |server: &Server| WaitsFor {
            who: at(world, server, self.tx),
            what: format!("the outcome of {}", self.tx),
            from: from.clone(),
            needs: 1,
            blocked: blocked.clone(),
        };
        servers.map(wait).collect()
    }
}

/// `n1 n2`
pub fn names(world: &TheWorld, ids: &[NodeId]) -> String {
    ids.iter().map(|id| world.roster().name(*id)).collect::<Vec<_>>().join(" ")
}

fn client_of(world: &TheWorld, tx: Tx) -> Option<NodeId> {
    world.roster().ids().find(|id| {
        matches!(world.node(*id), Some(Node::Client(client)) if client.current.as_ref().is_some_and(|it| it.tx == tx))
    })
}

/// The sides of a split, each with those that are in doubt and find nobody who could tell them; without a split they alone.
pub fn territories(world: &TheWorld) -> Vec<Territory> {
    let stuck = waits(world).into_iter().filter(|wait| wait.blocked.is_some());
    let mut stuck: Vec<NodeId> = stuck.filter_map(|wait| wait.who.node).collect();
    sort(&mut stuck);
    stuck.dedup();
    let is_server = |id| world.roster().get(id).kind != Kind::Client;
    let home = |client| first_reached(world, client, world.roster().ids().filter(|id| is_server(*id)));
    let mut sides = Nearness::of(world, &is_server, &home).sides();
    if sides.is_empty() && !stuck.is_empty() {
        sides.push(stuck.clone());
    }
    let territory = |members: Vec<NodeId>| {
        let here: Vec<NodeId> = stuck.iter().copied().filter(|id| members.contains(id)).collect();
        let able = here.is_empty();
        let says = if able { "nobody in doubt".to_owned() } else { format!("{}: in doubt", names(world, &here)) };
        Territory { members, share: None, says, able }
    };
    sides.into_iter().map(territory).collect()
}
