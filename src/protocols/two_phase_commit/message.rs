//! What servers and clients say to one another, all of it over connections: in order, and lost only with them.

use std::fmt;
use std::sync::Arc;

use crate::machines::bank::{Account, Order, Step};
use crate::sim::NodeId;

/// A transaction: clients number theirs so that no two are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tx(pub u32);

/// What was read: the account, its balance, and how often it had been changed.
pub type Reading = (Account, i64, u32);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Client to coordinator.
    Begin {
        tx: Tx,
        number: u64,
        order: Order,
    },
    /// Coordinator to participant: lock these accounts and work out the changes.
    Work {
        tx: Tx,
        steps: Arc<[(Account, Step)]>,
    },
    /// Participant to coordinator: locked and worked out.
    Done {
        tx: Tx,
        readings: Vec<Reading>,
    },
    /// Coordinator to participant: promise to commit if I say so. These have something to promise, and can be asked.
    Prepare {
        tx: Tx,
        writers: Arc<[NodeId]>,
    },
    Vote {
        tx: Tx,
        vote: Ballot,
    },
    /// Coordinator to participant, or the answer of whoever knows the outcome.
    Decision {
        tx: Tx,
        commit: bool,
    },
    /// Participant to coordinator: the commit is on my disk.
    Ack {
        tx: Tx,
    },
    /// Of a participant in doubt: how did it end?
    Inquiry {
        tx: Tx,
        coordinator: NodeId,
    },
    /// To one in doubt: I do not know it either.
    Unknown {
        tx: Tx,
    },
    /// Coordinator to client.
    Outcome {
        number: u64,
        outcome: Result<Vec<Reading>, &'static str>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ballot {
    Yes,
    No(&'static str),
    /// Nothing changes here: the outcome does not matter to me.
    ReadOnly,
}

pub const MESSAGES: &[&str] =
    &["BEGIN", "WORK", "DONE", "PREPARE", "VOTE", "DECISION", "ACK", "INQUIRY", "UNKNOWN", "OUTCOME"];

impl Message {
    pub fn kind(&self) -> u8 {
        match self {
            Message::Begin { .. } => 0,
            Message::Work { .. } => 1,
            Message::Done { .. } => 2,
            Message::Prepare { .. } => 3,
            Message::Vote { .. } => 4,
            Message::Decision { .. } => 5,
            Message::Ack { .. } => 6,
            Message::Inquiry { .. } => 7,
            Message::Unknown { .. } => 8,
            Message::Outcome { .. } => 9,
        }
    }

    /// Bytes on the wire.
    pub fn size(&self) -> u32 {
        let body = match self {
            Message::Work { steps, .. } => 12 * steps.len(),
            Message::Done { readings, .. } | Message::Outcome { outcome: Ok(readings), .. } => 16 * readings.len(),
            Message::Prepare { writers, .. } => 2 * writers.len(),
            Message::Begin { order, .. } => order.to_string().len(),
            _ => 0,
        };
        48 + body as u32
    }
}

impl fmt::Display for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{}", self.0)
    }
}
