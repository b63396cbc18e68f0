//! First in, first out. A dequeue that answers nothing found it empty.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use super::super::history::{Complaint, History};
use super::super::model::{Case, Lookup, Model, Task};
use super::super::places::{Deed, ValueId};
use super::super::value::Value;
use super::{Premises, parts};
use crate::machines::queue::Queue;
use crate::sim::fingerprint::Stable;
use crate::sorting::sort;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Enqueue(Value),
    /// Of what nobody is known to have taken: one is as good as another.
    EnqueueUnseen,
    /// With what it took: nil where it was empty.
    Dequeue(Value),
    /// It took something, and nobody knows what.
    Take,
}

/// What waits. Its digest is kept up to date value by value.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    digest: u64,
    /// Of all that was ever put: the latest call of a dequeue. What returned before cannot be of what is put now.
    latest: u32,
    queue: Queue<Value>,
}

pub(super) struct Line {
    initial: Vec<Value>,
    /// Where every value is enqueued at most once: call and return of its dequeue.
    taken: Option<BTreeMap<Value, (u32, u32)>>,
    /// Some dequeue's outcome is unknown: it may have taken anything.
    anything_taken: bool,
}

impl Model for Line {
    type Op = Op;
    type State = Waiting;

    fn initial(&self) -> Waiting {
        let mut waiting = Waiting { digest: 0, latest: 0, queue: Queue::default() };
        for value in &self.initial {
            waiting.put(value.clone(), self.span(value).0);
        }
        waiting
    }

    fn step(&self, state: &Waiting, op: &Op) -> Option<Waiting> {
        let mut next = state.clone();
        let front = state.queue.front();
        match op {
            Op::Enqueue(value) => {
                let (call, until) = self.span(value);
                if until < state.latest {
                    return None;
                }
                next.put(value.clone(), call);
            }
            // Nothing that is taken can stand behind it.
            Op::EnqueueUnseen if !self.anything_taken && state.queue.back().is_some_and(Value::is_nil) => (),
            Op::EnqueueUnseen => next.put(Value::Nil, self.span(&Value::Nil).0),
            Op::Dequeue(Value::Nil) if front.is_none() => (),
            Op::Dequeue(value) if !value.is_nil() && front == Some(value) => next.take()?,
            Op::Dequeue(_) => return None,
            // It has another dequeue.
            Op::Take if front.zip(self.taken.as_ref()).is_some_and(|(front, taken)| taken.contains_key(front)) => {
                return None;
            }
            Op::Take => next.take()?,
        }
        Some(next)
    }

    fn words(&self, state: &Waiting) -> usize {
        // A chunk of its own, and one pointer for each that it shares.
        128 + state.queue.len() as usize / 64
    }

    fn settles(&self, op: &Op) -> bool {
        !matches!(op, Op::Enqueue(_))
    }

    fn observes(&self, _op: &Op) -> bool {
        false
    }

    /// What is taken first was put first.
    fn preference(&self, op: &Op) -> u64 {
        match (op, &self.taken) {
            (Op::EnqueueUnseen, _) => u64::MAX,
            (Op::Enqueue(value), Some(taken)) => taken.get(value).map_or(u64::MAX, |(_, until)| u64::from(*until) + 1),
            _ => 0,
        }
    }
}

impl Line {
    /// When a value left: from a call to a return. What never does would at the end of time.
    fn span(&self, value: &Value) -> (u32, u32) {
        match &self.taken {
            Some(taken) => *taken.get(value).unwrap_or(&(if self.anything_taken { 0 } else { u32::MAX }, u32::MAX)),
            None => (0, u32::MAX),
        }
    }
}

/// An odd number: the place of a value counts.
const PLACE: u64 = 0x9e37_79b9_7f4a_7c15;

fn digest(value: &Value) -> u64 {
    let mut hasher = Stable::default();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Waiting {
    fn put(&mut self, value: Value, taken: u32) {
        self.digest = self.digest.wrapping_mul(PLACE).wrapping_add(digest(&value));
        self.latest = self.latest.max(taken);
        self.queue.enqueue(value);
    }

    fn take(&mut self) -> Option<()> {
        let front = self.queue.dequeue()?;
        let place = PLACE.wrapping_pow(self.queue.len() as u32);
        self.digest = self.digest.wrapping_sub(digest(&front).wrapping_mul(place));
        Some(())
    }
}

impl Hash for Waiting {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.digest, self.latest, self.queue.len()).hash(state);
    }
}

fn initial(premises: &Premises) -> &[Value] {
    premises.initial.as_ref().and_then(Value::as_list).unwrap_or_default()
}

/// All operations are one part.
fn tasks(history: &History) -> Result<Vec<Vec<Task<Op>>>, Complaint> {
    parts(history, |seen| {
        let op = match (&*seen.operation.function, seen.answered) {
            ("enqueue" | "push" | "put", _) => Op::Enqueue(seen.operation.asked.clone()),
            ("dequeue" | "pop" | "take", Some(answered)) => Op::Dequeue(answered.clone()),
            ("dequeue" | "pop" | "take", None) => Op::Take,
            _ => return Err(seen.unknown_function("a queue has enqueue and dequeue")),
        };
        Ok(Some(((), op)))
    })
}

/// What was there at the start and what was done, values by number.
pub(super) fn deeds(history: &History, premises: &Premises) -> Result<(Vec<ValueId>, Vec<Task<Deed>>), Complaint> {
    let mut numbers: Lookup<Value, ValueId> = Lookup::default();
    let mut number = |value: &Value| {
        let next = numbers.len() as ValueId;
        *numbers.entry(value.clone()).or_insert(next)
    };
    let initial = initial(premises).iter().map(&mut number).collect();
    let deeds = tasks(history)?.into_iter().flatten().map(|Task { operation, session, op, call, until }| {
        let op = match &op {
            Op::Enqueue(value) => Deed::Put(number(value)),
            Op::EnqueueUnseen => unreachable!("nothing is known yet of what was taken"),
            Op::Dequeue(Value::Nil) => Deed::FindNothing,
            Op::Dequeue(value) => Deed::Take(Some(number(value))),
            Op::Take => Deed::Take(None),
        };
        Task { operation, session, op, call, until }
    });
    let deeds = deeds.collect();
    Ok((initial, deeds))
}

pub(super) fn case(history: &History, premises: &Premises, in_real_time: bool) -> Result<Case<Line>, Complaint> {
    let initial = initial(premises).to_vec();
    let mut parts = tasks(history)?;
    let mut line = Line { initial, taken: None, anything_taken: false };
    for tasks in &mut parts {
        line.anything_taken = tasks.iter().any(|task| task.op == Op::Take);
        // What nobody took, and may not have been put, may as well not have been.
        let dequeued: BTreeSet<Value> = tasks
            .iter()
            .filter_map(|task| if let Op::Dequeue(value) = &task.op { Some(value.clone()) } else { None })
            .collect();
        tasks.retain(|task| match &task.op {
            Op::Enqueue(value) => task.until.is_some() || dequeued.contains(value),
            _ => true,
        });
        line.taken = taken_once(&line.initial, tasks, in_real_time);
        let Some(taken) = &line.taken else { continue };
        for task in tasks {
            let Op::Enqueue(value) = &task.op else { continue };
            match taken.get(value) {
                // What somebody took was put by then. A session need not wait for it.
                Some((_, until)) => task.until = task.until.or(in_real_time.then_some(*until)),
                None => task.op = Op::EnqueueUnseen,
            }
        }
    }
    Ok(Case { model: line, parts })
}

fn taken_once(initial: &[Value], tasks: &[Task<Op>], in_real_time: bool) -> Option<BTreeMap<Value, (u32, u32)>> {
    let mut put: Vec<&Value> = initial.iter().collect();
    let mut taken = BTreeMap::new();
    for task in tasks {
        match (&task.op, task.until) {
            (Op::Enqueue(value), _) => put.push(value),
            (Op::Dequeue(Value::Nil), _) => (),
            // Taken twice what was put once: then no order fits, and any may be left out.
            (Op::Dequeue(value), Some(until)) => {
                taken.entry(value.clone()).or_insert(if in_real_time { (task.call, until) } else { (0, u32::MAX) });
            }
            _ => (),
        }
    }
    sort(&mut put);
    put.windows(2).all(|pair| pair[0] != pair[1]).then_some(taken)
}
