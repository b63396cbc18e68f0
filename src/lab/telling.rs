//! What happened, in words: entries of the trace, and operations.

use serde::{Deserialize, Serialize};

use super::entry::{Names, Plain, PlainEntry};
use super::frame::{OperationFrame, Outcome, Position};
use super::plain::plain;
use super::trace::{Code, Short};
use crate::sim::observer::fill;
use crate::sim::{Completion, NodeId};

/// An entry of the trace in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceLine {
    pub number: u32,
    pub cause: u32,
    pub at: Position,
    pub node: NodeId,
    pub code: Code,
    /// A message's kind, or how an operation ended.
    pub kind: u8,
    /// As in [`Short::detail`].
    pub detail: u64,
    /// The size of a message that was sent.
    pub bytes: u32,
    pub routine: bool,
    pub words: String,
}

impl TraceLine {
    /// How an operation ended, of the entry that says so.
    pub fn outcome(&self) -> Outcome {
        match self.kind {
            0 => Outcome::Done,
            1 => Outcome::Refused,
            _ => Outcome::Unknown,
        }
    }
}

/// Who asks, where its client has several processes, and what: `t1 lock a`.
pub fn asked(process: Option<&str>, words: &str) -> String {
    process.map_or_else(|| words.to_owned(), |process| format!("{process} {words}"))
}

/// `c1 put x 1 -> ok`, and for what did not succeed the outcome before the reason.
pub fn operation_line(client: &str, frame: &OperationFrame) -> String {
    let answer = frame.answer.as_deref().unwrap_or("");
    match frame.outcome {
        Outcome::Pending => format!("{client} {} pending", frame.words),
        Outcome::Done => format!("{client} {} -> {answer}", frame.words),
        Outcome::Refused => format!("{client} {} refused: {answer}", frame.words),
        Outcome::Unknown => format!("{client} {} unknown: {answer}", frame.words),
    }
}

/// An entry in words, and what else a list of entries shows of it.
pub fn trace_line(entry: &PlainEntry, at: Position, names: &Names) -> TraceLine {
    let Short { code, kind, detail, .. } = Short::of(entry);
    let (bytes, routine) = match &entry.what {
        Plain::Sent { body, .. } => (body.size(), body.routine()),
        Plain::Delivered { body, .. } | Plain::Dropped { body, .. } => (0, body.routine()),
        _ => (0, false),
    };
    let PlainEntry { number, cause, node, .. } = *entry;
    let words = entry_words(entry, names);
    TraceLine { number, cause, at, node, code, kind, detail, bytes, routine, words }
}

/// An entry's content in words.
fn entry_words(entry: &PlainEntry, names: &Names) -> String {
    let roster = &names.roster;
    let name = |id: NodeId| roster.name(id);
    let plain = |value: &dyn std::fmt::Debug| {
        plain(&format!("{value:?}"), &|id| roster.ids().nth(usize::from(id)).map(|id| roster.name(id)))
    };
    let file = |file: u8| names.files.get(usize::from(file)).copied().unwrap_or("file");
    match &entry.what {
        Plain::Booted => String::new(),
        Plain::Sent { flight, to, body } => format!("to {} #{} {}", name(*to), flight.number, plain(body)),
        Plain::Unsent { to, body } => format!("to {}: no connection: {}", name(*to), plain(body)),
        Plain::Delivered { flight, from, body } => {
            format!("from {} #{} {}", name(*from), flight.number, plain(body))
        }
        Plain::Dropped { flight, to, body, why } => {
            format!("from {} to {} #{} {}: {why}", name(flight.from), name(*to), flight.number, plain(body))
        }
        Plain::Fired { name, .. } => name(),
        Plain::Wrote { file: number, record } => format!("{}: {}", file(*number), plain(record)),
        Plain::Synced { file: number } => file(*number).to_owned(),
        Plain::Durable { file: number, upto } => format!("{} up to {upto}", file(*number)),
        Plain::Connected { peer, channel } => format!("{} on {channel}", name(*peer)),
        Plain::Lost { peer, channel, why } => format!("{} on {channel}: {}", name(*peer), why.words()),
        Plain::Offered { input } => input.to_string(),
        Plain::Invoked { operation, process, words, .. } => {
            format!("#{} {}", operation.number, asked(process.as_deref(), words))
        }
        Plain::Completed { operation, completion, .. } => {
            let words = match completion {
                Completion::Done(answer) => format!("done: {answer}"),
                Completion::Refused(why) => format!("refused: {why}"),
                Completion::Unknown(why) => format!("unknown: {why}"),
            };
            format!("#{} {words}", operation.number)
        }
        Plain::Output { output } => plain(output),
        Plain::Marked { milestone } => (*milestone).to_owned(),
        Plain::Noted { template, args } => fill(template, args, roster),
        Plain::Crashed { how } => how.to_string(),
        Plain::Paused => String::new(),
        Plain::Resumed => String::new(),
        Plain::Faulted { fault } => plain(fault),
        Plain::Broken { why } => (*why).to_owned(),
    }
}
