//! Locks whose grants are numbered, and what is written under them: each token is higher than all that were handed out for
//! its lock before, and none is written under that is lower than one that was. Who has a lock, and for how long, does not
//! matter here: a lease may end unnoticed, and tokens are what is left of the promise then.

use litemap::LiteMap;

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model};
use super::super::value::Value;
use super::following::Reads;
use super::{Seen, parts};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Op {
    lock: Value,
    token: i64,
    writes: bool,
}

/// The highest token of a lock that was handed out, and the highest that was written under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Highest {
    granted: i64,
    written: i64,
}

pub(super) struct FencedLock;

impl Model for FencedLock {
    type Op = Op;
    type State = LiteMap<Value, Highest>;

    fn initial(&self) -> Self::State {
        LiteMap::new()
    }

    fn step(&self, state: &Self::State, op: &Op) -> Option<Self::State> {
        let mut next = state.clone();
        let highest = next.entry(op.lock.clone()).or_insert(Highest { granted: i64::MIN, written: i64::MIN });
        let fits = if op.writes { op.token >= highest.written } else { op.token > highest.granted };
        *(if op.writes { &mut highest.written } else { &mut highest.granted }) = op.token;
        fits.then_some(next)
    }

    fn observes(&self, _op: &Op) -> bool {
        false
    }

    fn preference(&self, op: &Op) -> u64 {
        op.token.cast_unsigned() ^ 1 << 63
    }
}

const HINT: &str = "a fenced lock has acquire and write, whose answers are [lock token], and release";

impl Reads for FencedLock {
    fn read(seen: &Seen) -> Option<(Value, Op)> {
        read(seen).ok()?.map(|op| (op.lock.clone(), op))
    }
}

pub(super) fn case(history: &History) -> Result<Case<FencedLock>, Complaint> {
    let parts = parts(history, |seen| Ok(read(seen)?.map(|op| (op.lock.clone(), op))))?;
    Ok(Case { model: FencedLock, parts })
}

fn read(seen: &Seen) -> Result<Option<Op>, Complaint> {
    let writes = match &*seen.operation.function {
        "acquire" | "lock" => false,
        "write" => true,
        "release" | "unlock" => return Ok(None),
        _ => return Err(seen.unknown_function(HINT)),
    };
    let Some(answer) = seen.answered else { return Ok(None) };
    match answer.as_pair() {
        Some((lock, Value::Int(token))) => Ok(Some(Op { lock: lock.clone(), token: *token, writes })),
        _ => Err(seen.complains(format!("{answer} is no lock with its token"), HINT)),
    }
}
