//! A store of texts under keys, with get, put, append, delete and cas. What is absent reads as the empty text.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model, Task};
use super::super::value::Value;
use super::following::Reads;
use super::spelling::Spelling;
use super::{Premises, Seen, parts};
use crate::machines::key_value::{Answer, KeyValue, Op as Request, Word};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Op {
    request: Request,
    /// For a get: what it answered.
    answer: Option<Word>,
}

pub(super) struct Store {
    /// No text in it is empty, here as in all states: it would read as if it were absent.
    initial: KeyValue,
    spellings: BTreeMap<Word, Spelling>,
}

impl Model for Store {
    type Op = Op;
    type State = KeyValue;

    fn initial(&self) -> KeyValue {
        self.initial.clone()
    }

    fn step(&self, state: &KeyValue, op: &Op) -> Option<KeyValue> {
        let key = op.request.key();
        let there = match state.read(key) {
            Answer::Value(text) => text,
            _ => Word::default(),
        };
        if op.needed().is_some_and(|needed| *needed != there) {
            return None;
        }
        let mut next = state.clone();
        match &op.request {
            Request::Get { .. } => (),
            Request::Put { value, .. } | Request::Cas { value, .. } => put(&mut next, key, value),
            Request::Append { value, .. } => {
                if self.spellings.get(key).is_some_and(|spelling| !spelling.allows(&there, value)) {
                    return None;
                }
                if !value.is_empty() {
                    next.apply(&op.request);
                }
            }
            Request::Delete { .. } => drop(next.apply(&op.request)),
        }
        Some(next)
    }

    fn words(&self, state: &KeyValue) -> usize {
        // It shares all texts but the one that was written last, which may be the longest.
        8 + state.iter().map(|(_, text)| 6 + text.len() / 8).sum::<usize>()
    }

    fn settles(&self, op: &Op) -> bool {
        !matches!(op.request, Request::Append { .. })
    }

    fn overwrites(&self, op: &Op) -> bool {
        matches!(op.request, Request::Put { .. } | Request::Delete { .. })
    }

    fn needs(&self, op: &Op) -> Option<KeyValue> {
        let needed = op.needed()?;
        let mut state = self.initial.clone();
        put(&mut state, op.request.key(), needed);
        Some(state)
    }

    fn observes(&self, op: &Op) -> bool {
        match &op.request {
            Request::Get { .. } => true,
            Request::Cas { expected, value, .. } => expected == value,
            _ => false,
        }
    }
}

const HINT: &str = "a store has get, put, append, delete and cas, with a key";

pub(super) fn case(history: &History, premises: &Premises, apart: bool) -> Result<Case<Store>, Complaint> {
    let plain = plain(premises);
    let mut parts = parts(history, |seen| {
        let op = read(seen)?;
        let key = apart.then(|| Arc::clone(op.request.key()));
        Ok((!op.says_nothing()).then_some((key, op)))
    })?;
    for tasks in &mut parts {
        // What nobody ever saw and may not have happened may as well not have.
        let seen: Vec<(Word, Word)> = tasks
            .iter()
            .filter_map(|Task { op, .. }| Some((Arc::clone(op.request.key()), Arc::clone(op.needed()?))))
            .collect();
        tasks.retain(|task| match &task.op.request {
            Request::Put { key, value } | Request::Append { key, value } | Request::Cas { key, value, .. } => {
                task.until.is_some() || seen.iter().any(|(other, text)| other == key && text.contains(&**value))
            }
            _ => true,
        });
    }
    let spellings = spellings(&plain.initial, &parts);
    Ok(Case { model: Store { spellings, ..plain }, parts })
}

/// The store by itself, without what answers give away.
pub(super) fn plain(premises: &Premises) -> Store {
    let mut initial = KeyValue::default();
    for (key, value) in premises.initial.as_ref().and_then(Value::as_map).unwrap_or_default() {
        put(&mut initial, &word(key), &word(value));
    }
    Store { initial, spellings: BTreeMap::new() }
}

fn put(store: &mut KeyValue, key: &Word, value: &Word) {
    let key = Arc::clone(key);
    store.apply(&if value.is_empty() {
        Request::Delete { key }
    } else {
        Request::Put { key, value: Arc::clone(value) }
    });
}

impl Reads for Store {
    fn read(seen: &Seen) -> Option<(Value, Op)> {
        let op = read(seen).ok().filter(|op| !op.says_nothing())?;
        Some((Value::Text(Arc::clone(op.request.key())), op))
    }
}

impl Op {
    /// A get without an answer.
    fn says_nothing(&self) -> bool {
        self.request.is_read() && self.answer.is_none()
    }

    /// The text without which it cannot have happened as it did.
    fn needed(&self) -> Option<&Word> {
        match &self.request {
            Request::Get { .. } => self.answer.as_ref(),
            Request::Cas { expected, .. } => Some(expected),
            _ => None,
        }
    }
}

/// By key, where answers say something of an order.
fn spellings(initial: &KeyValue, parts: &[Vec<Task<Op>>]) -> BTreeMap<Word, Spelling> {
    let mut keys: BTreeMap<&Word, (Vec<Word>, Vec<&Word>)> = BTreeMap::new();
    for Task { op, until, .. } in parts.iter().flatten() {
        let key = op.request.key();
        let (written, answers) = keys.entry(key).or_insert_with(|| match initial.read(key) {
            Answer::Value(text) if !text.is_empty() => (vec![text], Vec::new()),
            _ => Default::default(),
        });
        match &op.request {
            Request::Get { .. } => answers.extend(&op.answer),
            Request::Put { value, .. } | Request::Append { value, .. } => written.push(Arc::clone(value)),
            Request::Cas { expected, value, .. } => {
                written.push(Arc::clone(value));
                // It found what it expected, if it happened.
                answers.extend(until.map(|_| expected));
            }
            Request::Delete { .. } => {}
        }
    }
    let spelled = keys.into_iter().map(|(key, (written, answers))| (key, Spelling::new(&written, answers)));
    spelled.filter_map(|(key, spelling)| Some((Arc::clone(key), spelling?))).collect()
}

fn read(seen: &Seen) -> Result<Op, Complaint> {
    let asked = &seen.operation.asked;
    let (key, value) = match (asked.as_pair(), asked.as_list(), asked) {
        (Some((key, value)), ..) => (key, value),
        (_, Some([key]), _) => (key, &Value::Nil),
        (_, _, Value::Text(_) | Value::Word(_) | Value::Int(_)) => (asked, &Value::Nil),
        _ => return Err(seen.complains(format!("{asked} names no key"), HINT)),
    };
    let key = word(key);
    let request = match &*seen.operation.function {
        "get" | "read" => Request::Get { key },
        "put" | "write" | "set" => Request::Put { key, value: word(value) },
        "append" => Request::Append { key, value: word(value) },
        "delete" | "remove" => Request::Delete { key },
        "cas" => {
            let (expected, value) = value
                .as_pair()
                .ok_or_else(|| seen.complains(format!("the value of a cas is [from to], not {value}"), HINT))?;
            Request::Cas { key, expected: word(expected), value: word(value) }
        }
        _ => return Err(seen.unknown_function(HINT)),
    };
    let answer = match (&request, seen.answered) {
        (Request::Get { .. }, Some(answered)) => {
            Some(word(answered.as_pair().map_or(answered, |(_, answered)| answered)))
        }
        _ => None,
    };
    Ok(Op { request, answer })
}

/// A value as the store keeps it.
fn word(value: &Value) -> Word {
    match value {
        Value::Nil => Word::default(),
        Value::Text(text) => Arc::clone(text),
        other => other.to_string().into(),
    }
}

/// An operation on a store, and its answer once there is one, as this model reads them: a function, and a value.
pub fn recorded(op: &Request, answer: Option<&Answer>) -> (&'static str, Value) {
    let text = |word: &Word| Value::Text(Arc::clone(word));
    let pair = |key: &Word, value: Value| Value::list([text(key), value]);
    match (op, answer) {
        // A cas that found something else has changed nothing and seen what there is.
        (Request::Get { key }, Some(Answer::Value(seen))) | (Request::Cas { key, .. }, Some(Answer::Differs(seen))) => {
            ("get", pair(key, text(seen)))
        }
        (Request::Get { key }, _) | (Request::Cas { key, .. }, Some(Answer::Absent)) => ("get", pair(key, Value::Nil)),
        (Request::Put { key, value }, _) => ("put", pair(key, text(value))),
        (Request::Append { key, value }, _) => ("append", pair(key, text(value))),
        (Request::Delete { key }, _) => ("delete", pair(key, Value::Nil)),
        (Request::Cas { key, expected, value }, _) => ("cas", pair(key, Value::list([text(expected), text(value)]))),
    }
}
