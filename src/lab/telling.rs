//! What happened, in words: entries of the trace, and operations.

use serde::{Deserialize, Serialize};

use super::frame::{OperationFrame, Outcome, Position};
use super::plain::plain;
use super::trace::{Code, Short};
use crate::describe::Describe;
use crate::sim::observer::fill;
use crate::sim::{Completion, Entry, NodeId, Roster, What};

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
pub fn asked<P: Describe>(operation: &P::Operation) -> String {
    P::process(operation).map_or_else(|| operation.to_string(), |process| format!("{process} {operation}"))
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
pub fn trace_line<P: Describe>(entry: &Entry<'_, P>, at: Position, roster: &Roster<P::Role>) -> TraceLine {
    let Short { code, kind, detail, .. } = Short::of(entry);
    let (bytes, routine) = match &entry.what {
        What::Sent { body, .. } => (P::size(body), P::routine(body)),
        What::Delivered { body, .. } | What::Dropped { body, .. } => (0, P::routine(body)),
        _ => (0, false),
    };
    let Entry { number, cause, node, .. } = *entry;
    let words = entry_words(entry, roster);
    TraceLine { number, cause, at, node, code, kind, detail, bytes, routine, words }
}

/// An entry's content in words.
fn entry_words<P: Describe>(entry: &Entry<'_, P>, roster: &Roster<P::Role>) -> String {
    let name = |id: NodeId| roster.name(id);
    let plain = |value: &dyn std::fmt::Debug| {
        plain(&format!("{value:?}"), &|id| roster.ids().nth(usize::from(id)).map(|id| roster.name(id)))
    };
    let file = |file: u8| P::FILES.get(usize::from(file)).copied().unwrap_or("file");
    match &entry.what {
        What::Booted => String::new(),
        What::Sent { flight, to, body } => format!("to {} #{} {}", name(*to), flight.number, plain(body)),
        What::Unsent { to, body } => format!("to {}: no connection: {}", name(*to), plain(body)),
        What::Delivered { flight, from, body } => {
            format!("from {} #{} {}", name(*from), flight.number, plain(body))
        }
        What::Dropped { flight, to, body, why } => {
            format!("from {} to {} #{} {}: {why}", name(flight.from), name(*to), flight.number, plain(body))
        }
        What::Fired { timer } => P::timer_name(timer),
        What::Wrote { file: number, record } => format!("{}: {}", file(*number), plain(record)),
        What::Synced { file: number } => file(*number).to_owned(),
        What::Durable { file: number, upto } => format!("{} up to {upto}", file(*number)),
        What::Connected { peer, channel } => format!("{} on {channel}", name(*peer)),
        What::Lost { peer, channel, why } => format!("{} on {channel}: {}", name(*peer), why.words()),
        What::Offered { input } => input.to_string(),
        What::Invoked { operation, body } => format!("#{} {}", operation.number, asked::<P>(body)),
        What::Completed { operation, completion } => {
            let words = match completion {
                Completion::Done(answer) => format!("done: {answer}"),
                Completion::Refused(why) => format!("refused: {why}"),
                Completion::Unknown(why) => format!("unknown: {why}"),
            };
            format!("#{} {words}", operation.number)
        }
        What::Output { output } => plain(output),
        What::Marked { milestone } => (*milestone).to_owned(),
        What::Noted { template, args } => fill(template, args, roster),
        What::Crashed { how } => how.to_string(),
        What::Paused => String::new(),
        What::Resumed => String::new(),
        What::Faulted { fault } => plain(fault),
        What::Broken { why } => (*why).to_owned(),
    }
}
