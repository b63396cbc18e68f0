//! A store of texts under keys, with get, put, append, delete and cas, such as [`crate::machines::key_value`]. What is absent
//! reads as the empty text, and that is one state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use litemap::LiteMap;

use super::super::history::{Complaint, EventNumber, History};
use super::super::model::{Case, Model, Task};
use super::super::value::Value;
use super::following::Reads;
use super::narrowing::{Deed, narrow};
use super::spelling::Spelling;
use super::text::Text;
use super::{Premises, Seen, parts};
use crate::machines::key_value::{Answer, Op as Request, Word};
use crate::sorting::sort;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Op {
    request: Request,
    /// For a get: what it answered.
    answer: Option<Word>,
}

/// By key. None is empty: it would read as if it were absent.
type Texts = LiteMap<Word, Text>;

pub(super) struct Store {
    initial: Texts,
    /// What is appended to. Its texts have to be made as the history makes them, word by word.
    growing: BTreeSet<Word>,
    spellings: BTreeMap<Word, Spelling>,
}

impl Model for Store {
    type Op = Op;
    type State = Texts;

    fn initial(&self) -> Texts {
        self.initial.clone()
    }

    fn step(&self, state: &Texts, op: &Op) -> Option<Texts> {
        let key = op.request.key();
        let there = state.get(key);
        if op.needed().is_some_and(|needed| !there.map_or(needed.is_empty(), |text| text.is(needed))) {
            return None;
        }
        let last = || there.and_then(Text::last);
        let spelling = self.spellings.get(key);
        let mut next = state.clone();
        match &op.request {
            Request::Get { .. } => (),
            Request::Put { value, .. } => {
                if spelling.is_some_and(|spelling| !spelling.allows_put(last(), value)) {
                    return None;
                }
                put(&mut next, key, value);
            }
            Request::Cas { value, .. } => put(&mut next, key, value),
            Request::Append { value, .. } => {
                if spelling.is_some_and(|spelling| !spelling.allows(last(), value)) {
                    return None;
                }
                if !value.is_empty() {
                    next.entry(Arc::clone(key)).or_default().append(value);
                }
            }
            Request::Delete { .. } => drop(next.remove(key)),
        }
        Some(next)
    }

    fn inexplicable(&self, tasks: &[Task<Op>]) -> Option<(u32, EventNumber)> {
        let (spelling, _) = told(tasks, &self.spellings)?;
        let mut heard: Vec<(EventNumber, u32, &Word)> =
            tasks.iter().filter_map(|task| Some((task.until?, task.operation, task.op.answer.as_ref()?))).collect();
        sort(&mut heard);
        if let Some(place) = spelling.contradiction(heard.iter().map(|(_, _, answer)| *answer)) {
            return Some((heard[place].1, heard[place].0));
        }
        // It would have had to be over before it began.
        let late = tasks.iter().find(|task| task.until.is_some_and(|until| until < task.call))?;
        Some((late.operation, tasks.iter().filter_map(|task| task.until).max()?))
    }

    fn words(&self, state: &Texts) -> usize {
        8 + state.iter().map(|(_, text)| text.own_words()).sum::<usize>()
    }

    fn settles(&self, op: &Op) -> bool {
        !matches!(op.request, Request::Append { .. })
    }

    fn overwrites(&self, op: &Op) -> bool {
        matches!(op.request, Request::Put { .. } | Request::Delete { .. })
    }

    fn needs(&self, op: &Op) -> Option<Texts> {
        let key = op.request.key();
        let needed = op.needed().filter(|_| !self.growing.contains(key))?;
        let mut state = self.initial.clone();
        put(&mut state, key, needed);
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
    if apart {
        for tasks in &mut parts {
            if let Some((spelling, deeds)) = told(tasks, &spellings) {
                narrow(tasks, &deeds, spelling);
            }
        }
    }
    let requests = parts.iter().flatten().map(|task| &task.op.request);
    let appends = requests.filter(|request| matches!(request, Request::Append { .. }));
    let mut growing = BTreeSet::new();
    growing.extend(appends.map(Request::key).cloned());
    Ok(Case { model: Store { spellings, growing, ..plain }, parts })
}

/// What answers say of a key's text, and what each task does with it, where it is but put, appended to and seen.
fn told<'s>(tasks: &[Task<Op>], spellings: &'s BTreeMap<Word, Spelling>) -> Option<(&'s Spelling, Vec<Deed>)> {
    let spelling = spellings.get(tasks.first()?.op.request.key())?;
    let deed = |Task { op, .. }: &Task<Op>| match &op.request {
        Request::Put { value, .. } | Request::Append { value, .. } => Some(Deed::Writes(Arc::clone(value))),
        Request::Get { .. } => op.answer.clone().map(Deed::Sees),
        Request::Cas { .. } | Request::Delete { .. } => None,
    };
    Some((spelling, tasks.iter().map(deed).collect::<Option<_>>()?))
}

/// The store by itself, without what answers give away.
pub(super) fn plain(premises: &Premises) -> Store {
    let mut initial = Texts::default();
    for (key, value) in premises.initial.as_ref().and_then(Value::as_map).unwrap_or_default() {
        put(&mut initial, &word(key), &word(value));
    }
    Store { initial, growing: BTreeSet::new(), spellings: BTreeMap::new() }
}

fn put(texts: &mut Texts, key: &Word, value: &Word) {
    texts.remove(key);
    if !value.is_empty() {
        texts.entry(Arc::clone(key)).or_default().append(value);
    }
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
fn spellings(initial: &Texts, parts: &[Vec<Task<Op>>]) -> BTreeMap<Word, Spelling> {
    let mut keys: BTreeMap<&Word, (Vec<Word>, Vec<&Word>)> = BTreeMap::new();
    for Task { op, until, .. } in parts.iter().flatten() {
        let key = op.request.key();
        let (written, answers) = keys.entry(key).or_insert_with(|| {
            let there = initial.get(key).and_then(Text::last);
            (there.cloned().into_iter().collect(), Vec::new())
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
    let mut spellings = BTreeMap::new();
    spellings.extend(spelled.filter_map(|(key, spelling)| Some((Arc::clone(key), spelling?))));
    spellings
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
