//! Locks with their owners: only who took one can free it. Whoever asks with a pair names the lock first; anything else, such
//! as the number of a grant, names none, and then there is one. Who inherits a lock was told that its owner has died, which may have told nobody that it was the owner.

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model};
use super::super::value::Value;
use super::following::Reads;
use super::{Premises, Seen, parts};
use crate::machines::mutex::Mutex;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Deed {
    Acquire,
    Inherit,
    Release,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Op {
    lock: Value,
    process: Value,
    deed: Deed,
}

pub(super) struct Locks {
    /// Who has each lock at the start; nil if nobody.
    owner: Value,
    is_reentrant: bool,
}

impl Model for Locks {
    type Op = Op;
    /// Those that are not as at the start, in the order of their names.
    type State = Vec<(Value, Mutex<Value>)>;

    fn initial(&self) -> Self::State {
        Vec::new()
    }

    fn step(&self, state: &Self::State, op: &Op) -> Option<Self::State> {
        let start = if self.owner.is_nil() { Mutex::default() } else { Mutex::held_by(self.owner.clone()) };
        let mut next = state.clone();
        let place = next.partition_point(|(lock, _)| *lock < op.lock);
        if next.get(place).is_none_or(|(lock, _)| *lock != op.lock) {
            next.insert(place, (op.lock.clone(), start.clone()));
        }
        let (process, mutex) = (&op.process, &mut next[place].1);
        let done = match op.deed {
            Deed::Acquire => mutex.acquire(process.clone()) || self.is_reentrant && mutex.acquire_again(process),
            Deed::Inherit => {
                *mutex = Mutex::held_by(process.clone());
                true
            }
            Deed::Release => mutex.release(process),
        };
        if *mutex == start {
            next.remove(place);
        }
        done.then_some(next)
    }

    fn observes(&self, _op: &Op) -> bool {
        false
    }
}

impl Reads for Locks {
    fn read(seen: &Seen) -> Option<(Value, Op)> {
        let op = read(seen).ok()?;
        Some((op.lock.clone(), op))
    }
}

pub(super) fn model(premises: &Premises) -> Locks {
    Locks { owner: premises.initial.clone().unwrap_or_default(), is_reentrant: premises.is_reentrant }
}

pub(super) fn case(history: &History, premises: &Premises) -> Result<Case<Locks>, Complaint> {
    let parts = parts(history, |seen| read(seen).map(|op| Some((op.lock.clone(), op))))?;
    Ok(Case { model: model(premises), parts })
}

fn read(seen: &Seen) -> Result<Op, Complaint> {
    let deed = match &*seen.operation.function {
        "acquire" | "lock" => Deed::Acquire,
        "inherit" => Deed::Inherit,
        "release" | "unlock" => Deed::Release,
        _ => return Err(seen.unknown_function("a mutex has acquire, inherit and release")),
    };
    let named = seen.operation.asked.as_pair().map(|(lock, _)| lock.clone());
    Ok(Op { lock: named.unwrap_or_default(), process: seen.operation.process.clone(), deed })
}
