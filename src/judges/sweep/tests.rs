//! Beside the depth-first search, which is held to brute force in tests of its own: on histories that it can still judge.

use super::{End, sweep};
use crate::judges::linearizability;
use crate::judges::model::{Case, Model, Task};
use crate::judges::verdict::Ruling;
use crate::sim::random::fold;

/// A register of small numbers.
struct Register;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Op {
    Read(u64),
    Write(u64),
    Cas(u64, u64),
}

impl Model for Register {
    type Op = Op;
    type State = u64;

    fn initial(&self) -> u64 {
        0
    }

    fn step(&self, state: &u64, op: &Op) -> Option<u64> {
        match *op {
            Op::Read(value) => (value == *state).then_some(value),
            Op::Write(value) => Some(value),
            Op::Cas(from, to) => (from == *state).then_some(to),
        }
    }

    fn observes(&self, op: &Op) -> bool {
        matches!(op, Op::Read(_))
    }

    fn overwrites(&self, op: &Op) -> bool {
        matches!(op, Op::Write(_))
    }

    fn needs(&self, op: &Op) -> Option<u64> {
        match *op {
            Op::Read(value) | Op::Cas(value, _) => Some(value),
            Op::Write(_) => None,
        }
    }
}

/// What clients of a register see that does each operation at some moment while it is open, or, where its outcome is unknown,
/// perhaps; with a wrong answer here and there.
fn history(seed: u64) -> Vec<Task<Op>> {
    let mut drawn = 0;
    let mut draw = |below: u64| {
        drawn += 1;
        fold(&[seed, drawn]) % below
    };
    let clients = 2 + draw(8) as usize;
    let (values, unknown, wrong) = (2 + draw(6), [0, 0, 5, 20][draw(4) as usize], [0, 5, 20][draw(3) as usize]);
    let mut tasks: Vec<Task<Op>> = Vec::new();
    let mut state = 0;
    // The task of each client, and whether it is done.
    let mut open: Vec<Option<(usize, bool)>> = vec![None; clients];
    let end = 40 + draw(80) as u32;
    for event in 0..end {
        let client = draw(clients as u64) as usize;
        match open[client] {
            None => {
                let op = match draw(5) {
                    0 | 1 => Op::Write(draw(values)),
                    2 => Op::Cas(draw(values), draw(values)),
                    _ => Op::Read(0),
                };
                open[client] = Some((tasks.len(), false));
                tasks.push(Task { operation: event, session: client as u32, op, call: event, until: None });
            }
            Some((task, false)) => {
                let op = &mut tasks[task].op;
                if let Op::Read(seen) = op {
                    *seen = if wrong > 0 && draw(wrong) == 0 { draw(values) } else { state };
                }
                if let Op::Cas(from, _) = op {
                    *from = state;
                }
                let may_be_lost = draw(100) < unknown;
                if !may_be_lost || draw(2) == 0 {
                    state = Register.step(&state, op).unwrap_or(state);
                }
                open[client] = (!may_be_lost).then_some((task, true));
            }
            Some((task, true)) => {
                tasks[task].until = Some(event);
                open[client] = None;
            }
        }
    }
    // Of what was only read nobody knows what.
    tasks.retain(|task| task.until.is_some() || !matches!(task.op, Op::Read(_)));
    tasks
}

/// Whether an order of operations, up to a prefix, explains their answers and keeps what came before what.
fn explains(tasks: &[Task<Op>], order: &[u32], prefix: u32) -> bool {
    let task =
        |operation: &u32| tasks.iter().find(|task| task.operation == *operation).expect("an operation of the history");
    let order: Vec<&Task<Op>> = order.iter().map(task).collect();
    let mut state = 0;
    for (place, task) in order.iter().enumerate() {
        let Some(next) = Register.step(&state, &task.op) else { return false };
        state = next;
        let is_late = |earlier: &&Task<Op>| task.until.is_some_and(|until| until < earlier.call);
        if task.call >= prefix
            || order[..place].iter().any(is_late)
            || order[..place].iter().any(|other| other.operation == task.operation)
        {
            return false;
        }
    }
    let has_to_be = |task: &&Task<Op>| task.until.is_some_and(|until| until < prefix.saturating_sub(1));
    tasks.iter().filter(has_to_be).all(|task| order.iter().any(|other| other.operation == task.operation))
}

#[test]
fn rules_as_the_depth_first_search_does() {
    let (mut legal, mut illegal) = (0, 0);
    for seed in 0..3_000 {
        let case = Case { model: Register, parts: vec![history(seed)] };
        let expected = linearizability::judge(&case, &mut |_| true);
        match sweep(&case, 0, &mut 0, &mut |_| true) {
            End::Order(order) => {
                assert_eq!(expected.ruling, Ruling::Holds, "seed {seed}");
                assert!(explains(&case.parts[0], &order, u32::MAX), "seed {seed}: {order:?}");
                legal += 1;
            }
            End::Illegal(found) => {
                let expected = expected.illegal.unwrap_or_else(|| panic!("seed {seed}: legal, but {found:?}"));
                assert_eq!((found.operation, found.prefix), (expected.operation, expected.prefix), "seed {seed}");
                assert!(!found.partial.is_empty());
                for order in &found.partial {
                    assert!(!order.contains(&found.operation), "seed {seed}: {order:?}");
                    assert!(explains(&case.parts[0], order, found.prefix), "seed {seed}: {found:?}");
                }
                illegal += 1;
            }
            End::Stopped | End::Declined => panic!("seed {seed}: it is small"),
        }
    }
    assert!(legal > 500 && illegal > 500, "{legal} legal, {illegal} illegal: too one-sided");
}
