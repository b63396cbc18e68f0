//! The trace in short: 24 bytes an entry, each naming its cause. Kept since the last checkpoint and computed again for
//! whatever lies before; "why?" is walked along the causes.

use serde::{Deserialize, Serialize};

use super::entry::{Plain, PlainEntry};
use crate::parts::ChunkedLog;
use crate::sim::{Completion, NodeId, Time};

/// What kind of thing an entry tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Code {
    Boot,
    Send,
    Unsent,
    Deliver,
    Drop,
    Fire,
    Write,
    Sync,
    Durable,
    Connect,
    Lose,
    Offer,
    Invoke,
    Complete,
    Output,
    Mark,
    Note,
    Crash,
    Pause,
    Resume,
    Fault,
    Broken,
}

impl Code {
    /// The entry is about a message, whose kind it names.
    pub fn is_message(self) -> bool {
        matches!(self, Code::Send | Code::Unsent | Code::Deliver | Code::Drop)
    }

    pub fn word(self) -> &'static str {
        match self {
            Code::Boot => "boot",
            Code::Send => "send",
            Code::Unsent => "unsent",
            Code::Deliver => "deliver",
            Code::Drop => "drop",
            Code::Fire => "fire",
            Code::Write => "write",
            Code::Sync => "sync",
            Code::Durable => "durable",
            Code::Connect => "connect",
            Code::Lose => "lose",
            Code::Offer => "offer",
            Code::Invoke => "invoke",
            Code::Complete => "complete",
            Code::Output => "output",
            Code::Mark => "mark",
            Code::Note => "note",
            Code::Crash => "crash",
            Code::Pause => "pause",
            Code::Resume => "resume",
            Code::Fault => "fault",
            Code::Broken => "broken",
        }
    }
}

/// One entry. Its number is its place in the trace, the first being 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    pub time: Time,
    /// A flight, an operation's number, a peer or a file, by the code.
    pub detail: u64,
    /// 0 for a person, or the beginning.
    pub cause: u32,
    pub node: NodeId,
    pub code: Code,
    /// A message's kind, where there is one, or how an operation ended: 0 done, 1 refused, 2 unknown.
    pub kind: u8,
}

const _: () = assert!(size_of::<Short>() == 24);

/// The entries since the last checkpoint, under the numbers they have in the whole run.
pub type Segment = ChunkedLog<Short>;

impl Short {
    pub fn of(entry: &PlainEntry) -> Short {
        let (detail, kind) = match &entry.what {
            Plain::Sent { flight, body, .. }
            | Plain::Delivered { flight, body, .. }
            | Plain::Dropped { flight, body, .. } => (flight.packed(), body.kind()),
            Plain::Unsent { to, body } => (u64::from(to.0), body.kind()),
            Plain::Wrote { file, .. } | Plain::Synced { file } | Plain::Durable { file, .. } => (u64::from(*file), 0),
            Plain::Connected { peer, .. } | Plain::Lost { peer, .. } => (u64::from(peer.0), 0),
            Plain::Invoked { operation, .. } => (operation.number, 0),
            Plain::Completed { operation, completion, .. } => {
                let ended = match completion {
                    Completion::Done(_) => 0,
                    Completion::Refused(_) => 1,
                    Completion::Unknown(_) => 2,
                };
                (operation.number, ended)
            }
            _ => (0, 0),
        };
        Short { time: entry.time, detail, cause: entry.cause, node: entry.node, code: code(&entry.what), kind }
    }
}

/// The kind of an entry.
pub fn code(what: &Plain) -> Code {
    match what {
        Plain::Booted => Code::Boot,
        Plain::Sent { .. } => Code::Send,
        Plain::Unsent { .. } => Code::Unsent,
        Plain::Delivered { .. } => Code::Deliver,
        Plain::Dropped { .. } => Code::Drop,
        Plain::Fired { .. } => Code::Fire,
        Plain::Wrote { .. } => Code::Write,
        Plain::Synced { .. } => Code::Sync,
        Plain::Durable { .. } => Code::Durable,
        Plain::Connected { .. } => Code::Connect,
        Plain::Lost { .. } => Code::Lose,
        Plain::Offered { .. } => Code::Offer,
        Plain::Invoked { .. } => Code::Invoke,
        Plain::Completed { .. } => Code::Complete,
        Plain::Output { .. } => Code::Output,
        Plain::Marked { .. } => Code::Mark,
        Plain::Noted { .. } => Code::Note,
        Plain::Crashed { .. } => Code::Crash,
        Plain::Paused => Code::Pause,
        Plain::Resumed => Code::Resume,
        Plain::Faulted { .. } => Code::Fault,
        Plain::Broken { .. } => Code::Broken,
    }
}
