//! What servers and clients say to one another, all of it over connections: in order, and lost only with them.

use std::sync::Arc;

use super::log::{Entry, Position, Run};
use crate::machines::key_value::{Answer, Op};
use crate::sim::NodeId;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Primary to a server it has just reached: follow me under this promotion.
    Lead { promotion: u64 },
    /// Backup to primary: here is my whole history, in runs; go on from where we agree. Below `floor` it cannot go
    /// back, because a snapshot of its own has swallowed the entries.
    Join { promotion: u64, runs: Vec<Run>, floor: u64 },
    /// Primary to backup: the entries that follow `previous`, and how far all is committed. The first after a `Join`
    /// also says where the logs part: what the backup has after `previous` is void.
    Append { promotion: u64, previous: Position, entries: Vec<Entry>, committed: u64 },
    /// Backup to primary: my disk holds all up to here.
    Held { promotion: u64, upto: u64 },
    /// Primary to backup: I am there.
    Beat { promotion: u64, committed: u64 },
    /// Backup to primary: so am I.
    Alive { promotion: u64 },
    /// To whoever acts under a lower promotion: another server has been made primary.
    Superseded { by: u64, primary: Option<NodeId> },
    /// Primary to backup: a part of a snapshot. The next is sent once this one is confirmed.
    Chunk { promotion: u64, part: Part },
    /// Backup to primary: I have the snapshot up to this byte.
    Got { promotion: u64, upto: u32 },
    /// Client to server. `seen` is the newest position whose effect the client knows; the beginning if it keeps none.
    Request { number: u64, op: Op, seen: Position },
    /// Server to client.
    Reply { number: u64, reply: Reply },
}

/// Some bytes of a snapshot. Each part says what the whole is, so that none can be taken for a part of another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub runs: Vec<Run>,
    pub offset: u32,
    pub bytes: Arc<[u8]>,
    /// Of the whole: its length and its checksum.
    pub length: u32,
    pub checksum: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// Performed; the server's machine then stood at this position.
    Done { answer: Answer, at: Position },
    /// Ask that one.
    Redirect { primary: Option<NodeId> },
    /// It was not performed and will not be.
    Refused(&'static str),
    /// It stands in a log, and nobody knows yet whether it will stay there.
    Unsure(&'static str),
    /// This server will never have what the client has seen.
    Forgotten,
}

pub const MESSAGES: &[&str] =
    &["LEAD", "JOIN", "APPEND", "HELD", "BEAT", "ALIVE", "SUPERSEDED", "CHUNK", "GOT", "REQUEST", "REPLY"];

impl Message {
    pub fn kind(&self) -> u8 {
        match self {
            Message::Lead { .. } => 0,
            Message::Join { .. } => 1,
            Message::Append { .. } => 2,
            Message::Held { .. } => 3,
            Message::Beat { .. } => 4,
            Message::Alive { .. } => 5,
            Message::Superseded { .. } => 6,
            Message::Chunk { .. } => 7,
            Message::Got { .. } => 8,
            Message::Request { .. } => 9,
            Message::Reply { .. } => 10,
        }
    }

    /// Bytes on the wire.
    pub fn size(&self) -> u32 {
        let body = match self {
            Message::Join { runs, .. } => 16 * runs.len(),
            Message::Append { entries, .. } => entries.iter().map(|entry| 16 + entry.op.to_string().len()).sum(),
            Message::Chunk { part, .. } => 16 * part.runs.len() + part.bytes.len(),
            Message::Request { op, .. } => op.to_string().len(),
            _ => 0,
        };
        48 + body as u32
    }

    /// The promotion under which a server says this; none for what clients and servers say to one another.
    pub fn promotion(&self) -> Option<u64> {
        match self {
            Message::Lead { promotion }
            | Message::Join { promotion, .. }
            | Message::Append { promotion, .. }
            | Message::Held { promotion, .. }
            | Message::Beat { promotion, .. }
            | Message::Alive { promotion }
            | Message::Superseded { by: promotion, .. }
            | Message::Chunk { promotion, .. }
            | Message::Got { promotion, .. } => Some(*promotion),
            Message::Request { .. } | Message::Reply { .. } => None,
        }
    }
}
