//! What makes two worlds the same to a search: everything but time, draws, ordinals and trace.

use std::hash::{Hash, Hasher};

use super::network::Load;
use super::physics::Delivery;
use super::protocol::Protocol;
use super::random::mix;
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

impl<P: Protocol> World<P> {
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Stable::default();
        for slot in &self.slots {
            (slot.health, &slot.node, slot.disk.stable()).hash(&mut hasher);
            for file in 0..P::FILES.len() as u8 {
                hasher.write_u8(file);
                slot.disk.pending(file).for_each(|record| record.hash(&mut hasher));
            }
            slot.disk.syncing().for_each(|sync| sync.hash(&mut hasher));
            hasher.write_usize(slot.timers.len());
            slot.timers.keys().for_each(|timer| timer.hash(&mut hasher));
            slot.inbox.iter().for_each(|arrival| arrival.event.hash(&mut hasher));
            slot.unfinished.iter().for_each(|effect| effect.hash(&mut hasher));
            (slot.clock.ppm, slot.clock.offset, slot.slow_disk, &slot.open).hash(&mut hasher);
        }
        self.hash_network(&mut hasher);
        (self.held, self.armed.len(), self.ghost()).hash(&mut hasher);
        self.armed.iter().for_each(|armed| armed.hash(&mut hasher));
        hasher.finish()
    }

    fn hash_network(&self, hasher: &mut Stable) {
        let ordered = self.physics.delivery == Delivery::Fifo;
        let mut bag: Vec<u64> = Vec::new();
        for from in self.roster().ids() {
            for to in self.roster().ids() {
                let direction = self.network.direction(from, to);
                direction.faults.hash(hasher);
                for (channel, half) in direction.channels.iter().enumerate() {
                    (channel as u8, half.end).hash(hasher);
                    bag.clear();
                    bag.extend(half.queue.iter().map(|packet| hash_load(packet.incarnation, &packet.load)));
                    if !ordered {
                        bag.sort_unstable();
                    }
                    bag.hash(hasher);
                }
                bag.clear();
                bag.extend(direction.datagrams.values().map(|packet| hash_load(0, &packet.load)));
                bag.sort_unstable();
                bag.hash(hasher);
            }
        }
    }
}

fn hash_load<P: Protocol>(incarnation: u32, load: &Load<P>) -> u64 {
    match load {
        Load::Syn => hash_of(&(1_u8, incarnation)),
        Load::SynAck => hash_of(&(2_u8, incarnation)),
        Load::Fin => hash_of(&(3_u8, incarnation)),
        Load::Reset => hash_of(&(4_u8, incarnation)),
        Load::Data(body) => hash_of(&(5_u8, incarnation, body)),
    }
}
