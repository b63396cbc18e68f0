//! What a judge says: plain data, to be printed or drawn.

use serde::{Deserialize, Serialize};

use super::history::EventNumber;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ruling {
    Holds,
    Violated,
    /// The judge was told to stop before it knew.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub ruling: Ruling,
    /// Configurations tried: what was done so far, in which state.
    pub explored: u64,
    /// For each part that holds and can be judged apart, an order that explains all answers. Operations are named by their
    /// index in the history.
    pub orders: Vec<Vec<u32>>,
    pub illegal: Option<Illegal>,
}

/// Why no order explains a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// The operation that cannot be placed: no order of what came before lets it return as it did.
    pub operation: u32,
    /// An illegal prefix, in events: up to and with this operation's return.
    pub prefix: EventNumber,
    /// Whether it is known to be the shortest. For queues, transactions, stores and unknown outcomes that may take too long to
    /// tell; then the prefix has the events after which no order was found.
    pub is_shortest: bool,
    /// The longest orders that explain everything but this operation, the longest first; and for each operation that was
    /// still open then, the longest that has it.
    pub partial: Vec<Vec<u32>>,
}
