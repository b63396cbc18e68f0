//! Many cells that are read and written together, in transactions of `[[:r x 1] [:w y 2]]`.

use std::collections::BTreeMap;

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model, Task};
use super::super::value::Value;
use super::{Premises, Seen, parts};
use crate::machines::multi_register::MultiRegister;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part<V> {
    Read(Value, V),
    Write(Value, V),
}

pub(super) struct Registers {
    /// What each holds, or what all hold.
    initial: Value,
}

impl Model for Registers {
    type Op = Vec<Part<Value>>;
    type State = MultiRegister<Value, Value>;

    fn initial(&self) -> Self::State {
        let Some(pairs) = self.initial.as_map() else { return MultiRegister::new(self.initial.clone()) };
        let mut registers = MultiRegister::new(Value::Nil);
        for (key, value) in pairs {
            registers.write(key.clone(), value.clone());
        }
        registers
    }

    fn step(&self, state: &Self::State, op: &Vec<Part<Value>>) -> Option<Self::State> {
        let mut next = state.clone();
        for part in op {
            match part {
                Part::Read(key, value) if next.read(key) != value => return None,
                Part::Read(..) => (),
                Part::Write(key, value) => next.write(key.clone(), value.clone()),
            }
        }
        Some(next)
    }

    fn apart(&self, state: &Self::State, op: &Vec<Part<Value>>) -> u32 {
        let differs = |part: &&Part<Value>| matches!(part, Part::Read(key, value) if state.read(key) != value);
        op.iter().filter(differs).count() as u32
    }

    fn words(&self, state: &Self::State) -> usize {
        8 + state.len() as usize * 6
    }

    fn observes(&self, op: &Vec<Part<Value>>) -> bool {
        op.iter().all(Part::is_read)
    }
}

const HINT: &str =
    "a transaction is `:f :txn, :value [[:read x 1] [:write y 2]]`; also `:f :read` or `:f :write` with {x 1, y 2}";

pub(super) fn case(history: &History, premises: &Premises, apart: bool) -> Result<Case<Registers>, Complaint> {
    let mut parts = parts(history, |seen| {
        let op = read(seen, premises.nil_says_nothing)?;
        Ok((!op.is_empty()).then_some(((), op)))
    })?;
    if apart {
        parts = parts.into_iter().flat_map(groups).collect();
    }
    Ok(Case { model: Registers { initial: premises.initial.clone().unwrap_or_default() }, parts })
}

/// Tasks whose keys occur together, directly or through others.
fn groups(tasks: Vec<Task<Vec<Part<Value>>>>) -> impl Iterator<Item = Vec<Task<Vec<Part<Value>>>>> {
    let mut numbers: BTreeMap<Value, usize> = BTreeMap::new();
    let mut together = Together::default();
    let mut first_keys = Vec::new();
    for task in &tasks {
        let mut keys = task.op.iter().map(|part| {
            let next = numbers.len();
            *numbers.entry(part.key().clone()).or_insert(next)
        });
        let first = keys.next().expect("it reads or writes something");
        keys.for_each(|other| together.join(first, other));
        first_keys.push(first);
    }
    let mut groups: BTreeMap<usize, Vec<Task<Vec<Part<Value>>>>> = BTreeMap::new();
    for (task, key) in tasks.into_iter().zip(first_keys) {
        groups.entry(together.root(key)).or_default().push(task);
    }
    groups.into_values()
}

impl<V> Part<V> {
    fn key(&self) -> &Value {
        match self {
            Part::Read(key, _) | Part::Write(key, _) => key,
        }
    }

    pub fn is_read(&self) -> bool {
        matches!(self, Part::Read(..))
    }
}

/// The reads and writes of a transaction; what it reads is not known before it is answered.
pub(super) fn read(seen: &Seen, drop_nil: bool) -> Result<Vec<Part<Value>>, Complaint> {
    let bad = |what: &Value| seen.complains(format!("{what} is no read or write of a register"), HINT);
    let value = seen.value();
    let parts: Vec<Part<Value>> = match &*seen.operation.function {
        "txn" => value
            .as_list()
            .ok_or_else(|| bad(value))?
            .iter()
            .map(|part| match part.as_list() {
                Some([function, key, value]) => match function.as_name().map(|name| name.trim_start_matches(':')) {
                    Some("read" | "r") => Ok(Part::Read(key.clone(), value.clone())),
                    Some("write" | "w") => Ok(Part::Write(key.clone(), value.clone())),
                    _ => Err(bad(part)),
                },
                _ => Err(bad(part)),
            })
            .collect::<Result<_, _>>()?,
        name @ ("read" | "r" | "write" | "w") => {
            let part = if name.starts_with('r') { Part::Read } else { Part::Write };
            match (value.as_map(), value.as_pair()) {
                (Some(pairs), _) => pairs.iter().map(|(key, value)| part(key.clone(), value.clone())).collect(),
                (_, Some((key, value))) => vec![part(key.clone(), value.clone())],
                _ if value.is_nil() && name.starts_with('r') => Vec::new(),
                _ => return Err(bad(value)),
            }
        }
        _ => return Err(seen.unknown_function(HINT)),
    };
    let says = |part: &Part<Value>| match part {
        Part::Read(_, value) => seen.answered.is_some() && !(value.is_nil() && drop_nil),
        Part::Write(..) => true,
    };
    Ok(parts.into_iter().filter(says).collect())
}

/// Sets of numbers, each a tree below its root; who asks for a root shortens the way to it.
#[derive(Default)]
struct Together {
    parents: BTreeMap<usize, usize>,
}

impl Together {
    fn root(&mut self, mut number: usize) -> usize {
        while let Some(&parent) = self.parents.get(&number) {
            if let Some(&above) = self.parents.get(&parent) {
                self.parents.insert(number, above);
            }
            number = parent;
        }
        number
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.parents.insert(one, other);
        }
    }
}
