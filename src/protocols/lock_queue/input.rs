//! What people say to clients, and the operations that the history keeps.

use std::fmt;

use crate::machines::key_value::Word;
use crate::sim::random::below;
use crate::sim::{NodeId, Span};

/// What can be locked; as many of them exist as the option says.
pub const RESOURCES: [&str; 4] = ["printer", "scanner", "ledger", "orders"];

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    Lock {
        resource: Word,
        wait: Option<Patience>,
        lease: Option<Span>,
    },
    Unlock {
        resource: Word,
    },
    /// Takes a request back.
    Cancel {
        resource: Word,
    },
    Write {
        resource: Word,
        value: Word,
    },
    /// Lock, work for this long, write, unlock.
    Use {
        resource: Word,
        work: Span,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Patience {
    For(Span),
    Forever,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    Lock(Word),
    Unlock(Word),
    Write(Word, Word),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    Granted(u64),
    Released,
    Written(u64),
}

fn resource(name: &str) -> Result<Word, String> {
    if RESOURCES.contains(&name) {
        return Ok(Word::from(name));
    }
    Err(format!("`{name}` is no resource: there are {}", RESOURCES.join(", ")))
}

fn span(text: &str) -> Result<Span, String> {
    Span::parse(text).filter(|span| *span > Span::ZERO).ok_or_else(|| format!("`{text}` is no time: say `5s`"))
}

impl Input {
    /// Reads an input as a script says it.
    ///
    /// # Errors
    /// A sentence that says what is understood.
    pub fn parse(text: &str) -> Result<Input, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            ["lock", name, ref rest @ ..] => lock(name, rest),
            ["unlock", name] => Ok(Input::Unlock { resource: resource(name)? }),
            ["cancel", name] => Ok(Input::Cancel { resource: resource(name)? }),
            ["write", name, value] => Ok(Input::Write { resource: resource(name)?, value: Word::from(value) }),
            ["use", name, "for", work] => Ok(Input::Use { resource: resource(name)?, work: span(work)? }),
            _ => Err(format!(
                "`{text}` is not understood: say `lock printer`, `lock printer wait 5s lease 10s`, `unlock printer`, \
                 `cancel printer`, `write printer hello` or `use printer for 300ms`"
            )),
        }
    }
}

fn lock(name: &str, rest: &[&str]) -> Result<Input, String> {
    let (mut wait, mut lease) = (None, None);
    for pair in rest.chunks(2) {
        match *pair {
            ["wait", "forever"] => wait = Some(Patience::Forever),
            ["wait", text] => wait = Some(Patience::For(span(text)?)),
            ["lease", text] => lease = Some(span(text)?),
            _ => return Err(format!("`{}` says nothing of a lock: say `wait 5s` or `lease 10s`", pair.join(" "))),
        }
    }
    Ok(Input::Lock { resource: resource(name)?, wait, lease })
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Lock { resource, wait, lease } => {
                write!(f, "lock {resource}")?;
                match wait {
                    Some(Patience::For(span)) => write!(f, " wait {span}")?,
                    Some(Patience::Forever) => f.write_str(" wait forever")?,
                    None => {}
                }
                lease.map_or(Ok(()), |span| write!(f, " lease {span}"))
            }
            Input::Unlock { resource } => write!(f, "unlock {resource}"),
            Input::Cancel { resource } => write!(f, "cancel {resource}"),
            Input::Write { resource, value } => write!(f, "write {resource} {value}"),
            Input::Use { resource, work } => write!(f, "use {resource} for {work}"),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Lock(resource) => write!(f, "lock {resource}"),
            Operation::Unlock(resource) => write!(f, "unlock {resource}"),
            Operation::Write(resource, value) => write!(f, "write {resource} {value}"),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Granted(token) => write!(f, "granted #{token}"),
            Answer::Released => f.write_str("released"),
            Answer::Written(token) => write!(f, "written #{token}"),
        }
    }
}

pub const WORKLOADS: &[(&str, &str)] = &[
    ("contended", "locks the printer, works for 300 ms, writes, unlocks"),
    ("steady", "the same, and works for 50 ms only"),
    ("mixed", "locks the printer or the scanner, for 20 to 500 ms"),
];

pub fn workload(kind: &str, _client: NodeId, _ordinal: u64, bits: u64) -> Option<Input> {
    let (resource, work) = match kind {
        "contended" => (RESOURCES[0], Span::millis(300)),
        "steady" => (RESOURCES[0], Span::millis(50)),
        "mixed" => (RESOURCES[(bits >> 63) as usize], Span::millis(20 + below(bits << 1, 481))),
        _ => return None,
    };
    Some(Input::Use { resource: Word::from(resource), work })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_print_as_they_are_read() {
        for line in [
            "lock printer",
            "lock scanner wait 5s",
            "lock printer wait forever lease 10s",
            "unlock printer",
            "cancel orders",
            "write ledger hello",
            "use printer for 300ms",
        ] {
            assert_eq!(Input::parse(line).expect(line).to_string(), line);
        }
        for wrong in [
            "",
            "lock",
            "lock door",
            "lock printer wait",
            "lock printer 5s",
            "lock printer lease 0s",
            "write printer",
            "use printer",
        ] {
            assert!(Input::parse(wrong).is_err(), "{wrong}");
        }
    }
}
