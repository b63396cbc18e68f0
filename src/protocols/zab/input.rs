//! What people say to clients.

use std::fmt;

use super::Call;
use super::machine::{KeyValue, Machine};
use crate::machines::key_value::{Op, Word};
use crate::sim::NodeId;
use crate::sim::random::below;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input<M: Machine = KeyValue> {
    Ask(Call<M>),
    /// Speak to this server from now on.
    Use(NodeId),
}

impl Input {
    /// Reads an input as a script says it.
    ///
    /// # Errors
    /// A sentence that says what is understood.
    pub fn parse(text: &str) -> Result<Input, String> {
        match text.trim() {
            "sync" => Ok(Input::Ask(Call::Sync)),
            other => match other.strip_prefix("use ") {
                Some(name) => server(name.trim()).map(Input::Use),
                None => Op::parse(other)
                    .map(|op| Input::Ask(Call::Do(op)))
                    .map_err(|why| format!("{why}; also `sync`, and `use n2` to turn to another server")),
            },
        }
    }
}

/// Servers come first in the roster, so that a name tells the place.
fn server(name: &str) -> Result<NodeId, String> {
    name.strip_prefix('n')
        .and_then(|number| number.parse::<u16>().ok())
        .and_then(|number| number.checked_sub(1))
        .map(NodeId)
        .ok_or_else(|| format!("`{name}` is no server: say `use n2`"))
}

impl<M: Machine> fmt::Display for Input<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Ask(call) => call.fmt(f),
            Input::Use(server) => write!(f, "use n{}", server.0 + 1),
        }
    }
}

pub const WORKLOADS: &[(&str, &str)] = &[
    ("writes", "puts a new value under one of three keys"),
    ("reads", "gets one of three keys, at the client's own server"),
    ("mixed", "half writes, half reads"),
    ("appends", "adds a letter to one of three keys"),
    ("synced", "gets one of three keys, after a sync every other time"),
];

const KEYS: [&str; 3] = ["x", "y", "z"];

/// Values are unique within a run, so that a history tells which write a read saw.
pub fn workload(kind: &str, client: NodeId, ordinal: u64, bits: u64) -> Option<Input> {
    let key = Word::from(KEYS[below(bits, 3) as usize]);
    let letter = char::from(b'a' + (client.0 % 26) as u8);
    let value = Word::from(format!("{letter}{ordinal}"));
    let call = match kind {
        "writes" => Call::Do(Op::Put { key, value }),
        "reads" => Call::Do(Op::Get { key }),
        "mixed" if bits & 1 == 0 => Call::Do(Op::Get { key }),
        "mixed" => Call::Do(Op::Put { key, value }),
        "appends" => Call::Do(Op::Append { key, value: Word::from(letter.to_string()) }),
        "synced" if ordinal.is_multiple_of(2) => Call::Sync,
        "synced" => Call::Do(Op::Get { key }),
        _ => return None,
    };
    Some(Input::Ask(call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_print_as_they_are_read() {
        for line in ["sync", "use n3", "put x 1", "get x", "cas x 1 2"] {
            assert_eq!(Input::parse(line).expect(line).to_string(), line);
        }
        for wrong in ["use", "use c1", "use n0", "elect", "put x"] {
            assert!(Input::parse(wrong).is_err(), "{wrong}");
        }
    }
}
