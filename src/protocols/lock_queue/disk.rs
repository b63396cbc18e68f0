//! What the disks hold: the broker its queue, the server its table, a resource its highest token, a client which of its
//! lives it is in.

use std::collections::VecDeque;
use std::sync::Arc;

use super::message::Order;
use crate::machines::key_value::Word;
use crate::machines::lock_table::{LockTable, Op, Rules};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Record {
    /// Broker: one more message in the queue.
    Stored(Order),
    /// Broker: the messages up to this number were taken.
    Removed { upto: u64 },
    /// Server: an operation of the table.
    Did(Op, Rules),
    /// Server: the token counter is at zero, as if it had never been on disk.
    TokensForgotten,
    /// Resource: a write.
    Took { token: u64, value: Word },
    /// Client.
    Life(u32),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    pub queue: Queue,
    pub table: Arc<LockTable>,
    pub highest: u64,
    pub value: Option<Word>,
    pub life: u32,
}

/// Messages in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Queue {
    /// The number of the first.
    pub first: u64,
    pub orders: VecDeque<Order>,
}

impl Queue {
    pub fn push(&mut self, order: Order) {
        self.orders.push_back(order);
    }

    pub fn remove_upto(&mut self, upto: u64) {
        while self.first <= upto && self.orders.pop_front().is_some() {
            self.first += 1;
        }
    }

    /// The number after the last.
    pub fn next(&self) -> u64 {
        self.first + self.orders.len() as u64
    }

    pub fn get(&self, number: u64) -> Option<&Order> {
        self.orders.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }
}

impl Stable {
    pub fn replay(&mut self, record: &Record) {
        match record {
            Record::Stored(order) => self.queue.push(order.clone()),
            Record::Removed { upto } => self.queue.remove_upto(*upto),
            Record::Did(op, rules) => {
                Arc::make_mut(&mut self.table).apply(op, *rules);
            }
            Record::TokensForgotten => Arc::make_mut(&mut self.table).forget_tokens(),
            Record::Took { token, value } => {
                self.highest = self.highest.max(*token);
                self.value = Some(value.clone());
            }
            Record::Life(life) => self.life = *life,
        }
    }
}
