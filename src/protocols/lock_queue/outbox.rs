//! What waits for the disk: each thing is let go once the record it depends on is durable, in order.

use std::collections::VecDeque;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outbox<T> {
    /// Records written and durable, counted in this life.
    written: u64,
    durable: u64,
    waiting: VecDeque<(u64, T)>,
}

impl<T> Default for Outbox<T> {
    fn default() -> Self {
        Outbox { written: 0, durable: 0, waiting: VecDeque::new() }
    }
}

impl<T> Outbox<T> {
    /// A record was written; what is put in from now on depends on it.
    pub fn wrote(&mut self, record: u64) {
        self.written = record;
    }

    pub fn put(&mut self, thing: T) {
        self.waiting.push_back((self.written, thing));
    }

    pub fn on_durable(&mut self, upto: u64) {
        self.durable = self.durable.max(upto);
    }

    /// The next thing whose record is durable.
    pub fn next(&mut self) -> Option<T> {
        let durable = self.durable;
        self.waiting.pop_front_if(|(record, _)| *record <= durable).map(|(_, thing)| thing)
    }
}
