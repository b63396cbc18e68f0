//! What people say to nodes: a client is asked for an operation, a server is promoted or demoted.

use std::fmt;

use crate::machines::key_value::{Op, Word};
use crate::sim::NodeId;
use crate::sim::random::below;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// To a client: perform this.
    Ask(Op),
    /// To a client: speak to this server from now on.
    Use(NodeId),
    /// To a server, by the operator.
    Promote,
    Demote,
}

impl Input {
    /// Reads an input as a script says it.
    ///
    /// # Errors
    /// A sentence that says what is understood.
    pub fn parse(text: &str) -> Result<Input, String> {
        match text.trim() {
            "promote" => Ok(Input::Promote),
            "demote" => Ok(Input::Demote),
            other => match other.strip_prefix("use ") {
                Some(name) => server(name.trim()).map(Input::Use),
                None => Op::parse(other)
                    .map(Input::Ask)
                    .map_err(|why| format!("{why}; a server can be told `promote` or `demote`")),
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

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Ask(op) => op.fmt(f),
            Input::Use(server) => write!(f, "use n{}", server.0 + 1),
            Input::Promote => f.write_str("promote"),
            Input::Demote => f.write_str("demote"),
        }
    }
}

pub const WORKLOADS: &[(&str, &str)] = &[
    ("writes", "puts a new value under one of three keys"),
    ("reads", "gets one of three keys"),
    ("mixed", "half writes, half reads"),
    ("appends", "adds a letter to one of three keys"),
];

const KEYS: [&str; 3] = ["x", "y", "z"];

/// Values are unique within a run, so that a history tells which write a read saw.
pub fn workload(kind: &str, client: NodeId, ordinal: u64, bits: u64) -> Option<Input> {
    let key = Word::from(KEYS[below(bits, 3) as usize]);
    let letter = char::from(b'a' + (client.0 % 26) as u8);
    let value = Word::from(format!("{letter}{ordinal}"));
    let op = match kind {
        "writes" => Op::Put { key, value },
        "reads" => Op::Get { key },
        "mixed" if bits & 1 == 0 => Op::Get { key },
        "mixed" => Op::Put { key, value },
        "appends" => Op::Append { key, value: Word::from(letter.to_string()) },
        _ => return None,
    };
    Some(Input::Ask(op))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_print_as_they_are_read() {
        for line in ["promote", "demote", "use n3", "put x 1", "get x", "cas x 1 2"] {
            assert_eq!(Input::parse(line).expect(line).to_string(), line);
        }
        for wrong in ["use", "use c1", "use n0", "elect", "put x"] {
            assert!(Input::parse(wrong).is_err(), "{wrong}");
        }
    }
}
