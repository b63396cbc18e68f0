//! First in, first out. A dequeue that answers nothing found it empty.

use std::collections::{BTreeMap, BTreeSet};

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model, Task};
use super::super::value::Value;
use super::{Premises, parts};
use crate::machines::queue::Queue;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Enqueue(Value),
    /// Of what nobody ever takes: one is as good as another, and nothing taken can stand behind it.
    EnqueueForEver,
    /// With what it took: nil where it was empty.
    Dequeue(Value),
    /// It took something, and nobody knows what.
    Take,
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
    type State = Queue<Value>;

    fn initial(&self) -> Queue<Value> {
        self.initial.iter().cloned().collect()
    }

    fn step(&self, state: &Queue<Value>, op: &Op) -> Option<Queue<Value>> {
        let mut next = state.clone();
        match op {
            Op::Enqueue(value) if state.iter().any(|before| self.never_after(before, value)) => return None,
            Op::Enqueue(value) => next.enqueue(value.clone()),
            Op::EnqueueForEver if state.iter().any(Value::is_nil) => (),
            Op::EnqueueForEver => next.enqueue(Value::Nil),
            Op::Dequeue(Value::Nil) if state.front().is_none() => (),
            Op::Dequeue(value) if !value.is_nil() && state.front() == Some(value) => drop(next.dequeue()),
            Op::Dequeue(_) => return None,
            Op::Take => drop(next.dequeue()?),
        }
        Some(next)
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
            (Op::EnqueueForEver, _) => u64::MAX,
            (Op::Enqueue(value), Some(taken)) => taken.get(value).map_or(u64::MAX, |(_, until)| u64::from(*until) + 1),
            _ => 0,
        }
    }
}

impl Line {
    /// Whether `after` cannot stand behind `before`, since it left the queue earlier, or alone.
    fn never_after(&self, before: &Value, after: &Value) -> bool {
        let Some(taken) = &self.taken else { return false };
        match (taken.get(before), taken.get(after)) {
            (Some((call, _)), Some((_, until))) => until < call,
            (None, Some(_)) => !self.anything_taken,
            _ => false,
        }
    }
}

pub(super) fn case(history: &History, premises: &Premises) -> Result<Case<Line>, Complaint> {
    let initial = premises.initial.as_ref().and_then(Value::as_list).unwrap_or_default().to_vec();
    let mut parts = parts(history, |seen| {
        let op = match (&*seen.operation.function, seen.answered) {
            ("enqueue" | "push" | "put", _) => Op::Enqueue(seen.operation.asked.clone()),
            ("dequeue" | "pop" | "take", Some(answered)) => Op::Dequeue(answered.clone()),
            ("dequeue" | "pop" | "take", None) => Op::Take,
            _ => return Err(seen.unknown_function("a queue has enqueue and dequeue")),
        };
        Ok(Some(((), op)))
    })?;
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
        line.taken = taken_once(&line.initial, tasks);
        let Some(taken) = line.taken.as_ref().filter(|_| !line.anything_taken) else { continue };
        for task in tasks {
            if matches!(&task.op, Op::Enqueue(value) if !taken.contains_key(value)) {
                task.op = Op::EnqueueForEver;
            }
        }
    }
    Ok(Case { model: line, parts })
}

fn taken_once(initial: &[Value], tasks: &[Task<Op>]) -> Option<BTreeMap<Value, (u32, u32)>> {
    let mut put: Vec<&Value> = initial.iter().collect();
    let mut taken = BTreeMap::new();
    for task in tasks {
        match (&task.op, task.until) {
            (Op::Enqueue(value), _) => put.push(value),
            (Op::Dequeue(Value::Nil), _) => (),
            // Taken twice what was put once: then no order fits, and any may be left out.
            (Op::Dequeue(value), Some(until)) => {
                taken.entry(value.clone()).or_insert((task.call, until));
            }
            _ => (),
        }
    }
    put.sort_unstable();
    put.windows(2).all(|pair| pair[0] != pair[1]).then_some(taken)
}
