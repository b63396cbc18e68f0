//! One cell, with or without compare-and-set; or one for each key, where every value of the history is `[key value]`.

use super::super::history::{Complaint, History, Outcome};
use super::super::model::{Case, Model};
use super::super::value::Value;
use super::{Premises, Seen, parts};
use crate::machines::cas_register::CasRegister;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Read(Value),
    Write(Value),
    /// It set the value: otherwise it failed, and did not happen.
    Cas(Value, Value),
}

pub(super) struct Register {
    initial: Value,
}

impl Model for Register {
    type Op = Op;
    type State = CasRegister<Value>;

    fn initial(&self) -> Self::State {
        CasRegister::new(self.initial.clone())
    }

    fn step(&self, state: &Self::State, op: &Op) -> Option<Self::State> {
        let mut next = state.clone();
        match op {
            Op::Read(value) => (state.read() == value).then_some(next),
            Op::Write(value) => {
                next.write(value.clone());
                Some(next)
            }
            Op::Cas(from, to) => next.compare_and_set(from, to.clone()).then_some(next),
        }
    }

    fn observes(&self, op: &Op) -> bool {
        match op {
            Op::Read(_) => true,
            Op::Write(_) => false,
            Op::Cas(from, to) => from == to,
        }
    }

    fn overwrites(&self, op: &Op) -> bool {
        matches!(op, Op::Write(_))
    }

    fn needs(&self, op: &Op) -> Option<Self::State> {
        match op {
            Op::Read(value) | Op::Cas(value, _) => Some(CasRegister::new(value.clone())),
            Op::Write(_) => None,
        }
    }
}

const HINT: &str = "a register has read and write; with --model cas-register also cas, whose value is [from to]";

pub(super) fn case(
    history: &History,
    premises: &Premises,
    has_cas: bool,
    apart: bool,
) -> Result<Case<Register>, Complaint> {
    let keyed = is_keyed(history);
    if keyed && !apart {
        let place = history.operations[0].place;
        return Err(Complaint::new(
            place,
            "one register for each key cannot be judged as a whole",
            "write each operation as a txn of --model multi-register",
        ));
    }
    let parts = parts(history, |seen| {
        let (key, value) = split(keyed, seen)?;
        let Some(op) = read(seen, value, has_cas)? else { return Ok(None) };
        let silent = matches!(&op, Op::Read(value) if value.is_nil() && premises.nil_says_nothing);
        Ok((!silent).then_some((key.cloned(), op)))
    })?;
    Ok(Case { model: Register { initial: premises.initial.clone().unwrap_or_default() }, parts })
}

fn read(seen: &Seen, value: &Value, has_cas: bool) -> Result<Option<Op>, Complaint> {
    Ok(match &*seen.operation.function {
        "read" | "r" | "get" => seen.answered.map(|_| Op::Read(value.clone())),
        "write" | "w" | "put" | "set" => Some(Op::Write(value.clone())),
        "cas" | "compare-and-set" if has_cas => {
            let (from, to) = value
                .as_pair()
                .ok_or_else(|| seen.complains(format!("the value of a cas is [from to], not {value}"), HINT))?;
            Some(Op::Cas(from.clone(), to.clone()))
        }
        _ => return Err(seen.unknown_function(HINT)),
    })
}

/// What was asked, with the key apart; a read has its answer.
fn split<'h>(keyed: bool, seen: &Seen<'h>) -> Result<(Option<&'h Value>, &'h Value), Complaint> {
    let asked = &seen.operation.asked;
    let reads = matches!(&*seen.operation.function, "read" | "r" | "get");
    let value = if reads { seen.answered.unwrap_or(asked) } else { asked };
    if !keyed {
        return Ok((None, value));
    }
    let (key, value) = value.as_pair().ok_or_else(|| {
        seen.complains(format!("the value is [key value] elsewhere in this history, and {value} here"), HINT)
    })?;
    Ok((Some(key), value))
}

/// Whether every value is `[key value]`: then each key has a register of its own.
fn is_keyed(history: &History) -> bool {
    let mut operations = history.operations.iter().peekable();
    operations.peek().is_some()
        && operations.all(|operation| match (&*operation.function, &operation.outcome) {
            ("cas" | "compare-and-set", _) => {
                operation.asked.as_pair().is_some_and(|(_, change)| change.as_pair().is_some())
            }
            ("read" | "r" | "get", Outcome::Done { value, .. }) => value.as_pair().is_some(),
            _ => operation.asked.as_pair().is_some(),
        })
}
