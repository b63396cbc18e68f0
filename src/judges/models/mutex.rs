//! A lock with its owner: only who took it can free it.

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model};
use super::super::value::Value;
use super::{Premises, parts};
use crate::machines::mutex::Mutex;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Acquire(Value),
    Release(Value),
}

pub(super) struct Lock {
    owner: Value,
}

impl Model for Lock {
    type Op = Op;
    type State = Mutex<Value>;

    fn initial(&self) -> Mutex<Value> {
        if self.owner.is_nil() { Mutex::default() } else { Mutex::held_by(self.owner.clone()) }
    }

    fn step(&self, state: &Mutex<Value>, op: &Op) -> Option<Mutex<Value>> {
        let mut next = state.clone();
        let done = match op {
            Op::Acquire(process) => next.acquire(process.clone()),
            Op::Release(process) => next.release(process),
        };
        done.then_some(next)
    }

    fn observes(&self, _op: &Op) -> bool {
        false
    }
}

pub(super) fn case(history: &History, premises: &Premises) -> Result<Case<Lock>, Complaint> {
    let parts = parts(history, |seen| {
        let process = seen.operation.process.clone();
        let op = match &*seen.operation.function {
            "acquire" | "lock" => Op::Acquire(process),
            "release" | "unlock" => Op::Release(process),
            _ => return Err(seen.unknown_function("a mutex has acquire and release")),
        };
        Ok(Some(((), op)))
    })?;
    Ok(Case { model: Lock { owner: premises.initial.clone().unwrap_or_default() }, parts })
}
