//! What people say to nodes: a client is asked for a transaction, a participant to vote no, a coordinator to give up.

use std::fmt;

use super::config::DEDICATED;
use crate::machines::bank::{Account, Order};
use crate::sim::NodeId;
use crate::sim::random::{below, fold};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// To a client: this transaction, coordinated by that server.
    Ask { order: Order, via: NodeId },
    /// To a participant: refuse what you have not promised yet, or else the next.
    VoteNo,
    /// To a coordinator: abort what you have not begun to commit.
    GiveUp,
}

impl Input {
    /// Reads an input as a script says it.
    ///
    /// # Errors
    /// A sentence that says what is understood.
    pub fn parse(text: &str) -> Result<Input, String> {
        match text.trim() {
            "vote no" => Ok(Input::VoteNo),
            "give up" => Ok(Input::GiveUp),
            other => {
                let (order, via) = match other.split_once(" via ") {
                    Some((order, via)) => (order, server(via.trim())?),
                    None => (other, DEDICATED),
                };
                let order =
                    Order::parse(order).map_err(|why| format!("{why}; a server can be told `vote no` or `give up`"))?;
                Ok(Input::Ask { order, via })
            }
        }
    }
}

/// The dedicated coordinator comes first in the roster, then the participants, so that a name tells the place.
fn server(name: &str) -> Result<NodeId, String> {
    let place = name.strip_prefix('n').and_then(|number| number.parse::<u16>().ok());
    match (name, place) {
        ("t1", _) => Ok(DEDICATED),
        (_, Some(number)) if number > 0 => Ok(NodeId(number)),
        _ => Err(format!("`{name}` is no server: say `via t1` or `via n2`")),
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Ask { order, via: DEDICATED } => order.fmt(f),
            Input::Ask { order, via } => write!(f, "{order} via n{}", via.0),
            Input::VoteNo => f.write_str("vote no"),
            Input::GiveUp => f.write_str("give up"),
        }
    }
}

pub const WORKLOADS: &[(&str, &str)] = &[
    ("transfers", "moves a little money between two of six accounts"),
    ("writes", "sets two of six accounts"),
    ("reads", "reads two of six accounts"),
    ("mixed", "mostly transfers, some reads, a few writes, with and without a read"),
    ("wide", "sets three of six accounts that lie next to each other"),
];

const ACCOUNTS: u64 = 6;

pub fn workload(kind: &str, _client: NodeId, ordinal: u64, bits: u64) -> Option<Input> {
    let draw = |purpose: u64, bound: u64| below(fold(&[bits, purpose]), bound);
    let first = draw(1, ACCOUNTS);
    let second = (first + 1 + draw(2, ACCOUNTS - 1)) % ACCOUNTS;
    let (from, to) = (Account(first as u8), Account(second as u8));
    let transfer = Order::Transfer { from, to, amount: 1 + draw(3, 20) as i64 };
    let read = Order::Read(vec![from, to]);
    let value = (ordinal % 1_000) as i64;
    let write = Order::Write { values: vec![(from, value), (to, value + 1)], read: Vec::new() };
    let update = Order::Write { values: vec![(from, value)], read: vec![to] };
    let third = Account(((first + 2) % ACCOUNTS) as u8);
    let next = Account(((first + 1) % ACCOUNTS) as u8);
    let order = match (kind, draw(4, 10)) {
        ("wide", _) => {
            Order::Write { values: vec![(from, value), (next, value + 1), (third, value + 2)], read: Vec::new() }
        }
        ("transfers", _) | ("mixed", 0..=5) => transfer,
        ("reads", _) | ("mixed", 6..=7) => read,
        ("mixed", 8) => update,
        ("writes" | "mixed", _) => write,
        _ => return None,
    };
    Some(Input::Ask { order, via: DEDICATED })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_print_as_they_are_read() {
        for line in ["vote no", "give up", "transfer a b 30", "write a 1 b 2 via n2", "write a 1 read b", "read a b"] {
            assert_eq!(Input::parse(line).expect(line).to_string(), line);
        }
        assert_eq!(Input::parse("read a via t1").expect("t1").to_string(), "read a");
        for wrong in ["vote yes", "give", "read a via", "read a via c1", "read a via n0", "read a via n"] {
            assert!(Input::parse(wrong).is_err(), "{wrong}");
        }
    }
}
