//! What makes two worlds the same to a search: everything but time, draws, ordinals and trace.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::id::NodeId;
use super::network::{End, Half, Load};
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

/// The fingerprint of a world, part by part, so that a world that grew out of another one is compared where it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Each node, then each direction by sender and receiver, then the ghost, then the rest.
    hashes: Vec<u64>,
    sum: u64,
}

impl Parts {
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// The part of one node.
    pub fn of(&self, node: NodeId) -> u64 {
        self.hashes[usize::from(node.0)]
    }

    fn set(&mut self, place: usize, hash: u64) {
        let share = |hash: u64| mix(hash ^ mix(place as u64));
        self.sum = self.sum.wrapping_sub(share(self.hashes[place])).wrapping_add(share(hash));
        self.hashes[place] = hash;
    }
}

impl<P: Protocol> World<P> {
    pub fn fingerprint(&self) -> u64 {
        self.parts(None).sum
    }

    /// The parts of this world, given an earlier one that it was cloned from and that one's parts.
    pub fn parts(&self, before: Option<(&World<P>, &Parts)>) -> Parts {
        let count = self.slots.len();
        let empty = || Parts { hashes: vec![0; count + count * count + 2], sum: 0 };
        let mut parts = before.map_or_else(empty, |(_, parts)| parts.clone());
        let earlier = before.map(|(world, _)| world);
        for (place, slot) in self.slots.iter().enumerate() {
            if !earlier.is_some_and(|world| Arc::ptr_eq(slot, &world.slots[place])) {
                parts.set(place, Self::slot_hash(slot));
            }
        }
        for from in self.roster.ids() {
            for to in self.roster.ids() {
                // Each direction's hash looks at the way back as well.
                let same = |world: &World<P>| {
                    self.network.shares(&world.network, from, to) && self.network.shares(&world.network, to, from)
                };
                if !earlier.is_some_and(same) {
                    let mut hasher = Stable::default();
                    self.hash_direction(from, to, &mut hasher);
                    parts.set(count + usize::from(from.0) * count + usize::from(to.0), hasher.finish());
                }
            }
        }
        let place = count + count * count;
        if !earlier.is_some_and(|world| self.shares_ghost(world)) {
            parts.set(place, hash_of(self.ghost()));
        }
        let mut hasher = Stable::default();
        hash_all(&self.armed, &mut hasher);
        self.held.hash(&mut hasher);
        parts.set(place + 1, hasher.finish());
        parts
    }

    fn slot_hash(slot: &Slot<P>) -> u64 {
        let mut hasher = Stable::default();
        (slot.health, &slot.node, slot.disk.stable()).hash(&mut hasher);
        for file in 0..P::FILES.len() as u8 {
            slot.disk.progress(file).hash(&mut hasher);
            hash_all(slot.disk.pending(file), &mut hasher);
        }
        hash_all(slot.timers.keys(), &mut hasher);
        hash_all(slot.inbox.iter().map(|arrival| &arrival.event), &mut hasher);
        hash_all(&slot.unfinished.effects, &mut hasher);
        (slot.clock.ppm, slot.clock.offset, slot.slow_disk, &slot.open).hash(&mut hasher);
        hasher.finish()
    }

    fn hash_direction(&self, from: NodeId, to: NodeId, hasher: &mut Stable) {
        let direction = self.network.direction(from, to);
        direction.faults.hash(hasher);
        let mut bag: Vec<u64> = Vec::new();
        let touched = |half: &Half<P>| half.newest > 0 || !half.queue.is_empty();
        for (channel, half) in direction.channels.iter().enumerate().filter(|(_, half)| touched(half)) {
            // Incarnations count how often a connection began: only their distance from the newest tells states apart.
            let back = self.network.direction(to, from).channels.get(channel).map_or(0, |half| half.newest);
            let newest = half.newest.max(back);
            let (state, incarnation) = match half.end {
                End::Closed => (0_u8, newest),
                End::Opening(incarnation) => (1, incarnation),
                End::Open(incarnation) => (2, incarnation),
            };
            (channel as u8, state, newest - incarnation, newest - half.newest, half.unacked).hash(hasher);
            bag.extend(half.queue.iter().map(|packet| hash_load(newest.abs_diff(packet.incarnation), &packet.load)));
            if self.physics.delivery != Delivery::Fifo {
                bag.sort_unstable();
            }
            bag.hash(hasher);
            bag.clear();
        }
        bag.extend(direction.datagrams.values().map(|packet| hash_load(0, &packet.load)));
        bag.sort_unstable();
        bag.hash(hasher);
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

fn hash_load<P: Protocol>(age: u32, load: &Load<P>) -> u64 {
    match load {
        Load::Syn => hash_of(&(1_u8, age)),
        Load::SynAck => hash_of(&(2_u8, age)),
        Load::Fin => hash_of(&(3_u8, age)),
        Load::Reset => hash_of(&(4_u8, age)),
        Load::Data(body) => hash_of(&(5_u8, age, body)),
    }
}
