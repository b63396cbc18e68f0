//! The trace in short: 24 bytes an entry, each naming its cause. Kept since the last checkpoint and computed again for
//! whatever lies before; "why?" is walked along the causes.

use serde::{Deserialize, Serialize};

use crate::parts::ChunkedLog;
use crate::sim::{Completion, Entry, NodeId, Protocol, Time, What};

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
    pub fn of<P: Protocol>(entry: &Entry<'_, P>) -> Short {
        let (detail, kind) = match &entry.what {
            What::Sent { flight, body, .. }
            | What::Delivered { flight, body, .. }
            | What::Dropped { flight, body, .. } => (flight.packed(), P::kind(body)),
            What::Unsent { to, body } => (u64::from(to.0), P::kind(body)),
            What::Wrote { file, .. } | What::Synced { file } | What::Durable { file, .. } => (u64::from(*file), 0),
            What::Connected { peer, .. } | What::Lost { peer, .. } => (u64::from(peer.0), 0),
            What::Invoked { operation, .. } => (operation.number, 0),
            What::Completed { operation, completion } => {
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
pub fn code<P: Protocol>(what: &What<'_, P>) -> Code {
    match what {
        What::Booted => Code::Boot,
        What::Sent { .. } => Code::Send,
        What::Unsent { .. } => Code::Unsent,
        What::Delivered { .. } => Code::Deliver,
        What::Dropped { .. } => Code::Drop,
        What::Fired { .. } => Code::Fire,
        What::Wrote { .. } => Code::Write,
        What::Synced { .. } => Code::Sync,
        What::Durable { .. } => Code::Durable,
        What::Connected { .. } => Code::Connect,
        What::Lost { .. } => Code::Lose,
        What::Offered { .. } => Code::Offer,
        What::Invoked { .. } => Code::Invoke,
        What::Completed { .. } => Code::Complete,
        What::Output { .. } => Code::Output,
        What::Marked { .. } => Code::Mark,
        What::Noted { .. } => Code::Note,
        What::Crashed { .. } => Code::Crash,
        What::Paused => Code::Pause,
        What::Resumed => Code::Resume,
        What::Faulted { .. } => Code::Fault,
        What::Broken { .. } => Code::Broken,
    }
}
