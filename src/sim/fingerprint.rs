//! What makes two worlds the same to a search: everything but time, draws, ordinals and trace.

use std::hash::{Hash, Hasher};

use super::id::NodeId;
use super::network::{Direction, End, Half, Load};
use super::physics::Delivery;
use super::protocol::Protocol;
use super::random::mix;
use super::slot::Slot;
use super::world::World;

/// A hasher whose values are the same on every platform.
#[derive(Clone, Copy)]
pub struct Stable(u64);

impl Default for Stable {
    fn default() -> Self {
        Stable(0x6669_6e67_6572_7072)
    }
}

impl Stable {
    fn word(&mut self, word: u64) {
        self.0 = mix(self.0 ^ word).rotate_left(5);
    }
}

impl Hasher for Stable {
    fn finish(&self) -> u64 {
        mix(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.word(u64::from(n));
    }

    fn write_u16(&mut self, n: u16) {
        self.word(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.word(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.word(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.word(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.word(n as i64 as u64);
    }
}

/// The stable hash of anything.
pub fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = Stable::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A piece's share in the fingerprint of its world, which is the sum of all shares: a world that grew out of another one
/// is compared where it changed.
pub(super) fn share(place: Place, hash: u64) -> u64 {
    mix(hash ^ hash_of(&place))
}

/// What a piece is, and whose.
#[derive(Hash)]
pub(super) enum Place {
    Slot(NodeId),
    Direction(NodeId, NodeId),
    Ghost,
    Rest,
}

impl<P: Protocol> World<P> {
    /// Equal for worlds that a search need not tell apart.
    pub fn fingerprint(&self) -> u64 {
        let ids = || self.roster.ids();
        let slots = ids().map(|id| self.slot(id).share(id));
        let pairs = ids().flat_map(|a| ids().filter(move |b| a < *b).map(move |b| (a, b)));
        let links = pairs.map(|(a, b)| Self::link_share(a, b, &self.outgoing(a), &self.outgoing(b), &self.physics));
        let ghost = Self::ghost_share(self.ghost());
        slots.chain(links).fold(ghost.wrapping_add(self.rest_share()), u64::wrapping_add)
    }

    pub(super) fn rest_share(&self) -> u64 {
        let mut hasher = Stable::default();
        hash_all(&self.armed, &mut hasher);
        self.held.hash(&mut hasher);
        share(Place::Rest, hasher.finish())
    }
}

impl<P: Protocol> Slot<P> {
    /// Equal for nodes in the same state, however they came to it.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Stable::default();
        (self.health, &self.node, self.disk.stable()).hash(&mut hasher);
        for file in 0..P::FILES.len() as u8 {
            self.disk.progress(file).hash(&mut hasher);
            hash_all(self.disk.pending(file), &mut hasher);
        }
        hash_all(self.timers.keys(), &mut hasher);
        hash_all(self.inbox.iter().map(|arrival| &arrival.event), &mut hasher);
        hash_all(&self.unfinished.effects, &mut hasher);
        (self.clock.ppm, self.clock.offset, self.slow_disk, &self.open).hash(&mut hasher);
        hasher.finish()
    }

    /// Equal only where counts are equal too, on which the numbers of what comes next depend.
    pub fn identity(&self) -> u64 {
        hash_of(&(self.fingerprint(), self.operations, &self.written, self.disk.durable()))
    }
}

impl<P: Protocol> Direction<P> {
    /// Equal for directions in the same state, however often their connections were begun. The way back counts as well.
    pub(super) fn fingerprint(&self, back: &Direction<P>, delivery: Delivery) -> u64 {
        self.hash(delivery, |channel, half| {
            let newest = half.newest.max(back.channels.get(channel).map_or(0, |half| half.newest));
            (newest, newest - half.newest)
        })
    }

    /// Equal only where incarnations are equal too.
    pub(super) fn identity(&self, delivery: Delivery) -> u64 {
        self.hash(delivery, |_, half| (0, half.newest))
    }

    /// Incarnations are told by their distance from the one given for their half.
    fn hash(&self, delivery: Delivery, base: impl Fn(usize, &Half<P>) -> (u32, u32)) -> u64 {
        let mut hasher = Stable::default();
        self.faults.hash(&mut hasher);
        let mut bag: Vec<u64> = Vec::new();
        let touched = |half: &Half<P>| half.newest > 0 || !half.queue.is_empty();
        for (channel, half) in self.channels.iter().enumerate().filter(|(_, half)| touched(half)) {
            let (base, newest) = base(channel, half);
            let (state, incarnation) = match half.end {
                End::Closed => (0_u8, base),
                End::Opening(incarnation) => (1, incarnation),
                End::Open(incarnation) => (2, incarnation),
            };
            (channel as u8, state, base.abs_diff(incarnation), newest, half.unacked).hash(&mut hasher);
            bag.extend(half.queue.iter().map(|packet| packet.load.hash(base.abs_diff(packet.incarnation))));
            if delivery != Delivery::Fifo {
                bag.sort_unstable();
            }
            bag.hash(&mut hasher);
            bag.clear();
        }
        bag.extend(self.datagrams.values().map(|packet| packet.load.hash(0)));
        bag.sort_unstable();
        bag.hash(&mut hasher);
        hasher.finish()
    }
}

impl<P: Protocol> Load<P> {
    pub(super) fn hash(&self, incarnation: u32) -> u64 {
        match self {
            Load::Syn => hash_of(&(1_u8, incarnation)),
            Load::SynAck => hash_of(&(2_u8, incarnation)),
            Load::Fin => hash_of(&(3_u8, incarnation)),
            Load::Reset => hash_of(&(4_u8, incarnation)),
            Load::Data(body) => hash_of(&(5_u8, incarnation, body)),
        }
    }
}

/// A list, told apart from what follows it.
fn hash_all<T: Hash>(items: impl IntoIterator<Item = T>, hasher: &mut Stable) {
    let mut count = 0;
    for item in items {
        item.hash(hasher);
        count += 1;
    }
    hasher.write_u64(count);
}
