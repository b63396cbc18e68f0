//! The lock table as a machine that a log replicates: operations carry the rules by which they are performed, so that all
//! copies go by the same, and the state travels as lines of words.

use std::fmt::{self, Write as _};

use super::{Fate, Grant, Lock, LockTable, Op, Outcome, RequestId, Rules, Ticket};
use crate::machines::Machine;
use crate::machines::key_value::Word;

/// An operation, with the rules that it is performed by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    pub op: Op,
    pub rules: Rules,
}

/// What an operation came to, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outcomes(pub Vec<Outcome>);

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Op::Acquire { request, resource, .. } => write!(f, "acquire {resource} {request}"),
            Op::Accept { request, resource, token } => write!(f, "accept {resource} {request} #{token}"),
            Op::Release { request, resource, token } => write!(f, "release {resource} {request} #{token}"),
            Op::Cancel { request, resource } => write!(f, "cancel {resource} {request}"),
            Op::Confirm { upto } => write!(f, "confirm {upto}"),
            Op::TimeOut { request, resource } => write!(f, "time out {resource} {request}"),
            Op::Expire { request, resource, token } => write!(f, "expire {resource} {request} #{token}"),
            Op::Pass { request, resource, token } => write!(f, "pass {resource} {request} #{token}"),
            Op::Seize { request, resource } => write!(f, "seize {resource} {request}"),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.op.fmt(f)
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} outcomes", self.0.len())
    }
}

impl Machine for LockTable {
    type Op = Entry;
    type Answer = Outcomes;

    fn apply(&mut self, Entry { op, rules }: &Entry) -> Outcomes {
        Outcomes(LockTable::apply(self, op, *rules).0)
    }

    /// Whatever is asked may change the table.
    fn is_read(_op: &Entry) -> bool {
        false
    }

    fn read(&self, _op: &Entry) -> Outcomes {
        Outcomes::default()
    }

    /// FNV-1a over the bytes in which the state travels.
    fn digest(&self) -> u64 {
        let fold = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        self.encode().into_iter().fold(0xcbf2_9ce4_8422_2325, fold)
    }

    fn encode(&self) -> Vec<u8> {
        let mut text = format!("tokens {}\n", self.tokens);
        for (resource, Lock { grant, line }) in &self.locks {
            let _ = writeln!(text, "lock {resource}");
            if let Some(Grant { request, token, lease, is_held }) = grant {
                let _ = writeln!(text, "grant {} {token} {lease} {is_held}", id(*request));
            }
            for Ticket { request, wait, lease } in line {
                let wait = wait.map_or("-".to_owned(), |wait| wait.to_string());
                let _ = writeln!(text, "ticket {} {wait} {lease}", id(*request));
            }
        }
        for (request, fate) in &self.fates {
            let _ = writeln!(text, "fate {} {}", id(*request), fate_number(*fate));
        }
        for request in self.floors.values() {
            let _ = writeln!(text, "floor {}", id(*request));
        }
        text.into_bytes()
    }

    fn decode(bytes: &[u8]) -> LockTable {
        let mut table = LockTable::default();
        let mut resource: Option<Word> = None;
        for line in String::from_utf8_lossy(bytes).lines() {
            let words: Vec<&str> = line.split(' ').collect();
            if table.read_line(&words, &mut resource).is_none() {
                break;
            }
        }
        table
    }
}

impl LockTable {
    /// One line of [`Machine::encode`]; nothing where it is damaged.
    fn read_line(&mut self, words: &[&str], resource: &mut Option<Word>) -> Option<()> {
        match *words {
            ["tokens", tokens] => self.tokens = tokens.parse().ok()?,
            ["lock", name] => {
                *resource = Some(Word::from(name));
                self.locks.entry(Word::from(name)).or_default();
            }
            ["grant", request, token, lease, is_held] => {
                let request = read_id(request)?;
                let (token, lease) = (token.parse().ok()?, lease.parse().ok()?);
                let grant = Grant { request, token, lease, is_held: is_held.parse().ok()? };
                self.locks.get_mut(resource.as_ref()?)?.grant = Some(grant);
            }
            ["ticket", request, wait, lease] => {
                let wait = if wait == "-" { None } else { Some(wait.parse().ok()?) };
                let ticket = Ticket { request: read_id(request)?, wait, lease: lease.parse().ok()? };
                self.locks.get_mut(resource.as_ref()?)?.line.push_back(ticket);
            }
            ["fate", request, fate] => {
                let fate = FATES.get(fate.parse::<usize>().ok()?)?;
                self.fates.insert(read_id(request)?, *fate);
            }
            ["floor", request] => {
                let request = read_id(request)?;
                self.floors.insert(request.client, request);
            }
            _ => return None,
        }
        Some(())
    }
}

const FATES: [Fate; 6] = [Fate::Waits, Fate::Has, Fate::Released, Fate::TimedOut, Fate::Cancelled, Fate::Lost];

fn fate_number(fate: Fate) -> u8 {
    FATES.iter().position(|known| *known == fate).unwrap_or_default() as u8
}

fn id(RequestId { client, life, number }: RequestId) -> String {
    format!("{client}.{life}.{number}")
}

fn read_id(text: &str) -> Option<RequestId> {
    let mut parts = text.split('.');
    let client = parts.next()?.parse().ok()?;
    let life = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some(RequestId { client, life, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(client: u16, number: u32) -> RequestId {
        RequestId { client, life: 2, number }
    }

    /// A table in which something of every kind is remembered.
    fn table() -> LockTable {
        let mut table = LockTable::default();
        let acquire = |client, number, resource: &str, wait| Op::Acquire {
            request: request(client, number),
            resource: resource.into(),
            wait,
            lease: 5_000,
        };
        for op in [
            acquire(0, 1, "printer", None),
            Op::Accept { request: request(0, 1), resource: "printer".into(), token: 1 },
            acquire(1, 1, "printer", Some(70)),
            acquire(2, 4, "printer", None),
            acquire(2, 5, "scanner", None),
            Op::Cancel { request: request(3, 9), resource: "scanner".into() },
            Op::TimeOut { request: request(1, 1), resource: "printer".into() },
            Op::Confirm { upto: request(3, 8) },
        ] {
            Machine::apply(&mut table, &Entry { op, rules: Rules::default() });
        }
        table
    }

    #[test]
    fn bytes_and_back() {
        let table = table();
        let bytes = table.encode();
        assert_eq!(LockTable::decode(&bytes), table, "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(LockTable::decode(&bytes).digest(), table.digest());
        assert_eq!(LockTable::decode(&LockTable::default().encode()), LockTable::default());
    }

    #[test]
    fn what_is_cut_short_or_damaged_has_another_digest() {
        let table = table();
        let bytes = table.encode();
        for end in 0..bytes.len() - 1 {
            assert_ne!(LockTable::decode(&bytes[..end]).digest(), table.digest(), "cut at {end}");
        }
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            assert_ne!(LockTable::decode(&damaged).digest(), table.digest(), "at {place}");
        }
    }
}
