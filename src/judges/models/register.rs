//! One cell, with or without compare-and-set; or one for each key, where every value of the history is `[key value]`. Of a
//! read that learned nothing the answer may be nil, without the key that it was asked for.

use super::super::history::{Complaint, History, Operation, Outcome};
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
        if matches!(&op, Op::Read(value) if value.is_nil() && premises.nil_says_nothing) {
            return Ok(None);
        }
        if keyed && key.is_none() {
            return Err(seen.complains("it does not say which key it read".to_owned(), HINT));
        }
        Ok(Some((key.cloned(), op)))
    })?;
    Ok(Case { model: Register { initial: premises.initial.clone().unwrap_or_default() }, parts })
}

fn read(seen: &Seen, value: &Value, has_cas: bool) -> Result<Option<Op>, Complaint> {
    Ok(match &*seen.operation.function {
        function if is_read(function) => seen.answered.map(|_| Op::Read(value.clone())),
        "write" | "w" | "put" | "set" => Some(Op::Write(value.clone())),
        function if has_cas && is_cas(function) => {
            let (from, to) = value
                .as_pair()
                .ok_or_else(|| seen.complains(format!("the value of a cas is [from to], not {value}"), HINT))?;
            Some(Op::Cas(from.clone(), to.clone()))
        }
        _ => return Err(seen.unknown_function(HINT)),
    })
}

fn is_read(function: &str) -> bool {
    matches!(function, "read" | "r" | "get")
}

fn is_cas(function: &str) -> bool {
    matches!(function, "cas" | "compare-and-set")
}

/// What was asked, or of a read what was answered, with its key where there are keys.
fn told<'h>(operation: &'h Operation, answered: Option<&'h Value>) -> &'h Value {
    answered.filter(|_| is_read(&operation.function)).unwrap_or(&operation.asked)
}

/// The key, where there are keys, and the value; a read that was answered nil has the key that it was asked for.
fn split<'h>(keyed: bool, seen: &Seen<'h>) -> Result<(Option<&'h Value>, &'h Value), Complaint> {
    let (asked, told) = (&seen.operation.asked, told(seen.operation, seen.answered));
    if !keyed {
        return Ok((None, told));
    }
    if is_read(&seen.operation.function) && told.is_nil() {
        return Ok((asked.as_pair().map(|(key, _)| key), told));
    }
    let (key, value) = told.as_pair().ok_or_else(|| {
        seen.complains(format!("the value is [key value] elsewhere in this history, and {told} here"), HINT)
    })?;
    Ok((Some(key), value))
}

/// Whether every value is `[key value]`: then each key has a register of its own. What did not happen has none, and a read
/// that was answered nil may have none.
fn is_keyed(history: &History) -> bool {
    let happened = history.operations.iter().filter_map(|operation| match &operation.outcome {
        Outcome::Failed { .. } => None,
        Outcome::Done { value, .. } => Some((operation, Some(value))),
        Outcome::Unknown => Some((operation, None)),
    });
    let mut telling = happened
        .map(|(operation, answered)| match told(operation, answered) {
            nil if nil.is_nil() => (operation, &operation.asked),
            told => (operation, told),
        })
        .filter(|(operation, told)| !is_read(&operation.function) || !told.is_nil())
        .peekable();
    telling.peek().is_some()
        && telling.all(|(operation, told)| {
            told.as_pair().is_some_and(|(_, value)| !is_cas(&operation.function) || value.as_pair().is_some())
        })
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Premises, Property, judge};
    use super::*;
    use crate::judges::verdict::Ruling;

    fn ruling(operations: &[(&str, Value, Option<Value>)], nil_says_nothing: bool) -> Result<Ruling, Complaint> {
        let mut history = History::default();
        for (function, asked, answered) in operations {
            let called = history.events;
            history.events += 2;
            let at = called + 1;
            history.operations.push(Operation {
                process: Value::Int(0),
                function: (*function).into(),
                asked: asked.clone(),
                called,
                outcome: answered.clone().map_or(Outcome::Failed { at }, |value| Outcome::Done { at, value }),
                place: Default::default(),
            });
        }
        let premises = Premises { nil_says_nothing, ..Premises::default() };
        Ok(judge(&history, Kind::CasRegister, &premises, Property::Linearizable, &mut |_| true)?.ruling)
    }

    #[test]
    fn what_learned_nothing_needs_no_key() {
        let keyed = |key: i64, value: Value| Value::list([Value::Int(key), value]);
        let wrote = |key, value| ("write", keyed(key, Value::Int(value)), Some(keyed(key, Value::Int(value))));
        let read = |asked, answered| ("read", asked, Some(answered));
        let both = [wrote(1, 5), wrote(2, 7), read(Value::Nil, keyed(1, Value::Int(5)))];
        let with = |more: (&'static str, Value, Option<Value>)| [both.to_vec(), vec![more]].concat();
        let asked_for = |key| keyed(key, Value::Nil);
        assert_eq!(ruling(&both, true), Ok(Ruling::Holds));
        assert_eq!(ruling(&with(read(asked_for(1), Value::Nil)), true), Ok(Ruling::Holds));
        assert_eq!(ruling(&with(read(asked_for(1), Value::Nil)), false), Ok(Ruling::Violated), "nil is a value here");
        assert_eq!(ruling(&with(read(Value::Nil, Value::Nil)), true), Ok(Ruling::Holds));
        assert!(ruling(&with(read(Value::Nil, Value::Nil)), false).is_err(), "of which key");
        assert_eq!(ruling(&with(("read", Value::Nil, None)), true), Ok(Ruling::Holds), "it did not happen");
        assert_eq!(ruling(&with(read(Value::Nil, keyed(2, Value::Int(5)))), true), Ok(Ruling::Violated));
    }
}
