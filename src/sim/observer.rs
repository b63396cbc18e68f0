//! How a run leaves the world: what happened, entry by entry, each naming its cause.

use std::fmt;
use std::sync::Arc;

use super::action::{Crash, Fault};
use super::context::{Completion, OperationId};
use super::event::Loss;
use super::id::{NodeId, Roster};
use super::network::FlightId;
use super::protocol::Protocol;
use super::time::Time;

/// One entry of the trace. Numbers count the entries of a run from 1; a cause of 0 is a person or the beginning.
pub struct Entry<'a, P: Protocol> {
    pub number: u32,
    pub cause: u32,
    pub time: Time,
    pub node: NodeId,
    pub what: What<'a, P>,
}

/// What happened.
pub enum What<'a, P: Protocol> {
    Booted,
    Sent {
        flight: FlightId,
        to: NodeId,
        body: &'a Arc<P::Message>,
    },
    /// Sent into nowhere: no connection is open.
    Unsent {
        to: NodeId,
        body: &'a Arc<P::Message>,
    },
    Delivered {
        flight: FlightId,
        from: NodeId,
        body: &'a Arc<P::Message>,
    },
    Dropped {
        flight: FlightId,
        to: NodeId,
        body: &'a Arc<P::Message>,
        why: &'static str,
    },
    Fired {
        timer: &'a P::Timer,
    },
    Wrote {
        file: u8,
        record: &'a P::Record,
    },
    Synced {
        file: u8,
    },
    Durable {
        file: u8,
        upto: u64,
    },
    Connected {
        peer: NodeId,
        channel: u8,
    },
    Lost {
        peer: NodeId,
        channel: u8,
        why: Loss,
    },
    Offered {
        input: &'a P::Input,
    },
    Invoked {
        operation: OperationId,
        body: &'a P::Operation,
    },
    Completed {
        operation: OperationId,
        completion: &'a Completion<P::Answer>,
    },
    Output {
        output: &'a P::Output,
    },
    Marked {
        milestone: &'static str,
    },
    Noted {
        template: &'static str,
        args: &'a [Arg],
    },
    Crashed {
        how: Crash,
    },
    Paused,
    Resumed,
    Faulted {
        fault: &'a Fault,
    },
    Broken {
        why: &'static str,
    },
}

/// Somebody who looks. Where nobody does, `()` stands here and the compiler removes the calls.
pub trait Observer<P: Protocol> {
    /// Notes are worth making.
    const READS_NOTES: bool;
    fn see(&mut self, entry: Entry<'_, P>);
}

impl<P: Protocol> Observer<P> for () {
    const READS_NOTES: bool = false;
    fn see(&mut self, _entry: Entry<'_, P>) {}
}

/// An argument of a note.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Arg {
    Node(NodeId),
    Number(i64),
    Text(Arc<str>),
}

impl From<NodeId> for Arg {
    fn from(node: NodeId) -> Arg {
        Arg::Node(node)
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Arg {
        Arg::Number(number as i64)
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Arg {
        Arg::Number(i64::from(number))
    }
}

impl From<&str> for Arg {
    #[inline(never)]
    fn from(text: &str) -> Arg {
        Arg::Text(text.into())
    }
}

impl From<Arc<str>> for Arg {
    fn from(text: Arc<str>) -> Arg {
        Arg::Text(text)
    }
}

impl From<String> for Arg {
    #[inline(never)]
    fn from(text: String) -> Arg {
        Arg::Text(text.into())
    }
}

/// Fills a note's template.
pub fn fill<R>(template: &str, args: &[Arg], roster: &Roster<R>) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else { break };
        match rest[open + 1..open + close].parse::<usize>().ok().and_then(|i| args.get(i)) {
            Some(Arg::Node(id)) => text.push_str(roster.name(*id)),
            Some(Arg::Number(number)) => text.push_str(&number.to_string()),
            Some(Arg::Text(words)) => text.push_str(words),
            None => text.push('?'),
        }
        rest = &rest[open + close + 1..];
    }
    text.push_str(rest);
    text
}

impl fmt::Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Crash::Process => "crash",
            Crash::Power => "power loss",
            Crash::Torn => "power loss with a torn tail",
        })
    }
}
