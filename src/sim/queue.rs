//! What waits for its time, in an order given by content: never by a counter of the whole run, so that one thing more
//! does not reorder the others.

use std::collections::BTreeMap;

use super::action::Due;
use super::id::NodeId;
use super::protocol::Protocol;
use super::time::Time;

/// Time, then what kind of thing it is, then receiver, sender and ordinal there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u128);

#[derive(Clone, Copy, Debug)]
pub enum Rank {
    Persist = 0,
    Arrive = 1,
    Fire = 2,
    Expire = 3,
}

impl Key {
    pub fn new(time: Time, rank: Rank, receiver: NodeId, sender: NodeId, ordinal: u32) -> Key {
        let order =
            (rank as u128) << 60 | u128::from(receiver.0) << 46 | u128::from(sender.0) << 32 | u128::from(ordinal);
        Key(u128::from(time.0) << 64 | order)
    }

    pub fn time(self) -> Time {
        Time((self.0 >> 64) as u64)
    }
}

#[derive(Clone, Debug)]
pub struct Queue<P: Protocol> {
    waiting: BTreeMap<Key, Due<P>>,
    /// Nothing is ever queued: whoever performs everything by hand needs no order.
    is_off: bool,
}

impl<P: Protocol> Default for Queue<P> {
    fn default() -> Self {
        Queue { waiting: BTreeMap::new(), is_off: false }
    }
}

impl<P: Protocol> Queue<P> {
    pub fn insert(&mut self, key: Key, due: Due<P>) {
        if !self.is_off {
            self.waiting.insert(key, due);
        }
    }

    pub fn switch_off(&mut self) {
        self.waiting.clear();
        self.is_off = true;
    }

    /// Takes out what may have been popped already, and is then before everything that waits.
    pub fn remove(&mut self, key: Key) {
        if self.waiting.first_key_value().is_some_and(|(first, _)| *first <= key) {
            self.waiting.remove(&key);
        }
    }

    pub fn first(&self) -> Option<Time> {
        self.waiting.first_key_value().map(|(key, _)| key.time())
    }

    pub fn pop(&mut self) -> Option<(Time, Due<P>)> {
        self.waiting.pop_first().map(|(key, due)| (key.time(), due))
    }
}
