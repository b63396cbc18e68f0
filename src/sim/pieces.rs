//! A world taken apart, and put together again: each node's slot, what each node has sent, and the ghost. The worlds of a
//! search are many and made of few different pieces. Nothing new is made here: all pieces come from [`World::apply`].

use std::sync::Arc;

use super::fingerprint::{Place, hash_of, share};
use super::id::NodeId;
use super::network::{End, Load, Row};
use super::physics::Physics;
use super::protocol::Protocol;
use super::slot::Slot;
use super::world::World;

/// What one node has sent and what it knows of its connections: the directions of links that leave it.
#[derive(Clone, Debug)]
pub struct Outgoing<P: Protocol>(Row<P>);

/// A packet that may be performed next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Its place in its direction, as in [`super::FlightId`].
    pub number: u32,
    /// What it carries, and on which connection.
    pub content: u64,
    /// The connection without which its receiver looks back at the sender's end: its channel and incarnation.
    pub needs: Option<(u8, u32)>,
}

impl<P: Protocol> Outgoing<P> {
    pub fn is(&self, other: &Outgoing<P>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether both have the very same direction to a node.
    pub fn shares(&self, other: &Outgoing<P>, to: NodeId) -> bool {
        Arc::ptr_eq(&self.0[usize::from(to.0)], &other.0[usize::from(to.0)])
    }

    /// Equal only for directions that differ in nothing but times and draws.
    pub fn identity(&self, to: NodeId, physics: &Physics) -> u64 {
        self.0[usize::from(to.0)].identity(physics.delivery)
    }

    pub fn end(&self, to: NodeId, channel: u8) -> End {
        self.0[usize::from(to.0)].end(channel)
    }

    pub fn ready(&self, to: NodeId, physics: &Physics) -> Vec<Ready> {
        let packets = self.0[usize::from(to.0)].deliverable(physics.delivery);
        let ready = packets.map(|(channel, packet)| {
            let looks_back = matches!(packet.load, Load::Data(_) | Load::SynAck);
            Ready {
                number: packet.number,
                content: hash_of(&(channel, packet.load.hash(packet.incarnation))),
                needs: channel.filter(|_| looks_back).map(|channel| (channel, packet.incarnation)),
            }
        });
        ready.collect()
    }
}

impl<P: Protocol> Slot<P> {
    /// Its share in the fingerprint of a world where it is this node's.
    pub fn share(&self, id: NodeId) -> u64 {
        share(Place::Slot(id), self.fingerprint())
    }
}

impl<P: Protocol> World<P> {
    pub fn slot_piece(&self, id: NodeId) -> &Arc<Slot<P>> {
        &self.slots[usize::from(id.0)]
    }

    pub fn outgoing(&self, id: NodeId) -> Outgoing<P> {
        Outgoing(Arc::clone(&self.network.rows[usize::from(id.0)]))
    }

    /// How many connections nodes have sought so far: whoever seeks one looks at the other end.
    pub fn connections_sought(&self) -> u32 {
        self.sought
    }

    pub fn ghost_piece(&self) -> &Arc<P::Ghost> {
        &self.ghost
    }

    pub fn put_slot(&mut self, id: NodeId, slot: &Arc<Slot<P>>) {
        self.slots[usize::from(id.0)] = Arc::clone(slot);
    }

    pub fn put_outgoing(&mut self, id: NodeId, outgoing: &Outgoing<P>) {
        self.network.rows[usize::from(id.0)] = Arc::clone(&outgoing.0);
    }

    pub fn put_ghost(&mut self, ghost: &Arc<P::Ghost>) {
        self.ghost = Arc::clone(ghost);
    }

    /// What the two directions of a link add to the fingerprint of their world.
    pub fn link_share(a: NodeId, b: NodeId, from_a: &Outgoing<P>, from_b: &Outgoing<P>, physics: &Physics) -> u64 {
        let (out, back) = (&from_a.0[usize::from(b.0)], &from_b.0[usize::from(a.0)]);
        let there = share(Place::Direction(a, b), out.fingerprint(back, physics.delivery));
        there.wrapping_add(share(Place::Direction(b, a), back.fingerprint(out, physics.delivery)))
    }

    /// What a ghost adds to the fingerprint of its world.
    pub fn ghost_share(ghost: &P::Ghost) -> u64 {
        share(Place::Ghost, hash_of(ghost))
    }
}
