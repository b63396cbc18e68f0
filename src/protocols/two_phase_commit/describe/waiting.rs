//! Who is in doubt, what it holds, who waits for that, and whose return would resolve it.

use super::super::TwoPhaseCommit;
use super::super::disk::Outcome;
use super::super::message::Tx;
use super::super::node::{Node, Server};
use super::super::participant::{Active, Stage};
use crate::describe::{Territory, WaitsFor};
use crate::sim::{NodeId, World};

type TheWorld = World<TwoPhaseCommit>;

fn servers(world: &TheWorld) -> impl Iterator<Item = &Server> {
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
    world.network().faults(from, to).cut || world.network().faults(to, from).cut
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

pub fn waits(world: &TheWorld) -> Vec<WaitsFor> {
    let mut waits = Vec::new();
    for server in servers(world) {
        for (tx, active) in in_doubt(server) {
            let peers = active
                .participants
                .iter()
                .copied()
                .filter(|peer| world.config().cooperative && *peer != active.coordinator);
            let knowing = peers.filter(|peer| *peer != server.me && could_tell(world, *peer, tx));
            let from: Vec<NodeId> = std::iter::once(active.coordinator).chain(knowing).collect();
            if from.iter().any(|id| hindrance(world, server.me, *id).is_none()) {
                continue;
            }
            let held = server.locks.held_by(tx);
            let blocked: Vec<String> = server.locks.blocked_by(tx).iter().map(Tx::to_string).collect();
            let reasons: Vec<String> = from
                .iter()
                .filter_map(|id| Some(format!("{} {}", world.roster().name(*id), hindrance(world, server.me, *id)?)))
                .collect();
            let behind =
                if blocked.is_empty() { String::new() } else { format!(", and {} waits for them", blocked.join(", ")) };
            let locks = if held == 1 { "lock" } else { "locks" };
            let what = format!(
                "the outcome of {tx}: it voted yes and may not decide alone; {}. It holds {held} {locks}{behind}",
                reasons.join(", ")
            );
            waits.push(WaitsFor { who: server.me, what, from });
        }
        for (account, lock) in server.locks.iter() {
            for (waiter, _) in &lock.waiters {
                let Some(client) = client_of(world, *waiter) else { continue };
                let holders: Vec<String> = lock.holders.iter().map(|(tx, _)| tx.to_string()).collect();
                let what = format!("{account}, which {waiter} wants and {} holds", holders.join(", "));
                waits.push(WaitsFor { who: client, what, from: vec![server.me] });
            }
        }
    }
    waits
}

fn client_of(world: &TheWorld, tx: Tx) -> Option<NodeId> {
    world.roster().ids().find(|id| {
        matches!(world.node(*id), Some(Node::Client(client)) if client.current.as_ref().is_some_and(|it| it.tx == tx))
    })
}

/// Those in doubt together; it is blocked if nobody who could tell is there.
pub fn territories(world: &TheWorld) -> Vec<Territory> {
    let stuck: Vec<NodeId> =
        waits(world).into_iter().map(|wait| wait.who).filter(|id| world.config().is_server(*id)).collect();
    let mut members: Vec<NodeId> = stuck;
    members.dedup();
    if members.is_empty() {
        return Vec::new();
    }
    vec![Territory { members, words: "in doubt".to_owned(), able: false }]
}
