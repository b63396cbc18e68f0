//! Many cells that are read and written together, in transactions of `[[:r x 1] [:w y 2]]`.

use std::collections::BTreeMap;

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model};
use super::super::value::Value;
use super::{Premises, Seen, parts};
use crate::machines::multi_register::MultiRegister;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Read(Value, Value),
    Write(Value, Value),
}

pub(super) struct Registers {
    /// What each holds, or what all hold.
    initial: Value,
}

impl Model for Registers {
    type Op = Vec<Part>;
    type State = MultiRegister<Value, Value>;

    fn initial(&self) -> Self::State {
        let Some(pairs) = self.initial.as_map() else { return MultiRegister::new(self.initial.clone()) };
        let mut registers = MultiRegister::new(Value::Nil);
        for (key, value) in pairs {
            registers.write(key.clone(), value.clone());
        }
        registers
    }

    fn step(&self, state: &Self::State, op: &Vec<Part>) -> Option<Self::State> {
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

    fn observes(&self, op: &Vec<Part>) -> bool {
        op.iter().all(|part| matches!(part, Part::Read(..)))
    }
}

const HINT: &str =
    "a transaction is `:f :txn, :value [[:read x 1] [:write y 2]]`; also `:f :read` or `:f :write` with {x 1, y 2}";

pub(super) fn case(history: &History, premises: &Premises, apart: bool) -> Result<Case<Registers>, Complaint> {
    let mut together = Together::default();
    if apart {
        for operation in &history.operations {
            let seen = Seen { operation, answered: None };
            let keys: Vec<Value> = read(&seen, false)?.iter().map(|part| part.key().clone()).collect();
            keys.windows(2).for_each(|pair| together.join(&pair[0], &pair[1]));
        }
    }
    let parts = parts(history, |seen| {
        let mut op = read(seen, premises.nil_says_nothing)?;
        if seen.answered.is_none() {
            op.retain(|part| matches!(part, Part::Write(..)));
        }
        let group = if apart { op.first().map(|part| together.root(part.key())) } else { None };
        Ok((!op.is_empty()).then_some((group, op)))
    })?;
    Ok(Case { model: Registers { initial: premises.initial.clone().unwrap_or_default() }, parts })
}

impl Part {
    fn key(&self) -> &Value {
        match self {
            Part::Read(key, _) | Part::Write(key, _) => key,
        }
    }
}

/// The reads and writes of a transaction.
pub(super) fn read(seen: &Seen, drop_nil: bool) -> Result<Vec<Part>, Complaint> {
    let bad = |what: &Value| seen.complains(format!("{what} is no read or write of a register"), HINT);
    let value = seen.value();
    let parts: Vec<Part> = match &*seen.operation.function {
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
    let says = |part: &Part| !matches!(part, Part::Read(_, value) if value.is_nil() && drop_nil);
    Ok(parts.into_iter().filter(says).collect())
}

/// Which keys occur together in some transaction, directly or through others.
#[derive(Default)]
struct Together {
    parents: BTreeMap<Value, Value>,
}

impl Together {
    fn root(&self, key: &Value) -> Value {
        let mut root = key;
        while let Some(parent) = self.parents.get(root) {
            root = parent;
        }
        root.clone()
    }

    fn join(&mut self, one: &Value, other: &Value) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.parents.insert(one, other);
        }
    }
}
