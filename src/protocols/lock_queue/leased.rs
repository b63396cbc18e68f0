//! A system that leases locks, as far as its promises and its views go: the lock queue itself, and whatever else keeps the
//! same table for the same clients.

use super::client::Client;
use super::{Config, Ghost, Timer};
use crate::machines::lock_table::LockTable;
use crate::sim::{Armed, Kind, NodeId, Protocol, Time, World};

pub trait Leased: Protocol {
    fn locks(config: &Self::Config) -> &Config;
    fn ghost(ghost: &Self::Ghost) -> &Ghost;
    fn client(node: &Self::Node) -> Option<&Client>;
    fn timer(timer: Timer) -> Self::Timer;
    /// The server that decides who holds what, and whose clock ends leases; none while nobody does.
    fn keeper(world: &World<Self>) -> Option<NodeId>;
    /// Its table; while nobody decides, the newest that was agreed, if there is one.
    fn table(world: &World<Self>) -> Option<&LockTable>;
}

/// A client that is up, with what its own clock shows.
pub type Seen<'a> = (NodeId, &'a Client, Time);

pub fn clients<S: Leased>(world: &World<S>) -> impl Iterator<Item = Seen<'_>> {
    world.roster().of_kind(Kind::Client).filter_map(|id| {
        let client = S::client(world.node(id)?)?;
        Some((id, client, world.slot(id).clock.monotonic(world.now())))
    })
}

/// The clients that believe, each by its own clock, that they hold something, with token and what it is.
pub fn believers<S: Leased>(world: &World<S>) -> Vec<(NodeId, &str, u64)> {
    clients(world)
        .flat_map(|(id, client, now)| client.beliefs(now).map(move |(resource, token)| (id, resource, token)))
        .collect()
}

/// A node's timer, if it is set: how long a ticket or a lease has left.
pub fn armed<S: Leased>(world: &World<S>, id: NodeId, timer: Timer) -> Option<&Armed> {
    let wanted = S::timer(timer);
    world.slot(id).timers().find(|(timer, _)| **timer == wanted).map(|(_, armed)| armed)
}
