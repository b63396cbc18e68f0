//! Every order tried, with specifications written a second time: what the judges must agree with.

use std::collections::{BTreeMap, BTreeSet};

use netsplit::judges::history::{History, Operation, Outcome};
use netsplit::judges::models::{self, Kind, Premises, Property};
use netsplit::judges::value::Value;
use netsplit::judges::verdict::Ruling;
use netsplit::lab::bench::histories::Draw;

use super::draw::anything;

type State = BTreeMap<Value, Value>;

/// The one thing in a state that holds one thing.
const IT: Value = Value::Nil;

fn at<'s>(state: &'s State, key: &Value) -> &'s Value {
    state.get(key).unwrap_or(&Value::Nil)
}

fn with(state: &State, key: &Value, value: Value) -> Option<State> {
    let mut next = state.clone();
    if value.is_nil() {
        next.remove(key)
    } else {
        next.insert(key.clone(), value)
    };
    Some(next)
}

/// What an operation makes of a state; `answered` is nothing where the outcome is unknown.
fn step(
    kind: Kind,
    state: &State,
    operation: &Operation,
    answered: Option<&Value>,
    premises: &Premises,
) -> Option<State> {
    let asked = &operation.asked;
    let same = || Some(state.clone());
    let learnt = |value: &Value| answered.is_some() && !(premises.nil_says_nothing && value.is_nil());
    match (kind, &*operation.function) {
        (Kind::Register | Kind::CasRegister, "read") => {
            let value = answered.unwrap_or(&Value::Nil);
            if learnt(value) && value != at(state, &IT) { None } else { same() }
        }
        (Kind::Register | Kind::CasRegister, "write") => with(state, &IT, asked.clone()),
        (Kind::Register | Kind::CasRegister, _) => {
            let (from, to) = asked.as_pair()?;
            if at(state, &IT) == from {
                with(state, &IT, to.clone())
            } else if answered.is_some() {
                None
            } else {
                same()
            }
        }
        (Kind::MultiRegister, _) | (Kind::Bank, "txn" | "read") => {
            let said = answered.unwrap_or(asked);
            let parts: Vec<(&str, &Value, &Value)> = match (said.as_map(), said.as_list().unwrap_or_default()) {
                (Some(pairs), _) => pairs.iter().map(|(key, value)| (&operation.function[..1], key, value)).collect(),
                (_, parts) => parts.iter().map(as_part).collect(),
            };
            let mut next = state.clone();
            for (function, key, value) in parts {
                if function == "w" {
                    next = with(&next, key, value.clone())?;
                } else if learnt(value) && at(&next, key) != value {
                    return None;
                }
            }
            Some(next)
        }
        (Kind::KeyValue, function) => {
            let (key, value) = asked.as_pair()?;
            let text = |value: &Value| value.as_name().unwrap_or_default().to_owned();
            let present = text(at(state, key));
            match function {
                "get" if answered.is_some_and(|answer| text(answer.as_pair().unwrap().1) != present) => None,
                "get" => same(),
                "put" => with(state, key, value.clone()),
                "append" => with(state, key, Value::text(&(present + &text(value)))),
                "cas" => {
                    let (from, to) = value.as_pair()?;
                    if text(from) == present { with(state, key, to.clone()) } else { None }
                }
                _ => with(state, key, Value::Nil),
            }
        }
        (Kind::Queue, function) => {
            let mut waiting = at(state, &IT).as_list().unwrap_or_default().to_vec();
            if function == "enqueue" {
                waiting.push(asked.clone());
            } else {
                let front = if waiting.is_empty() { Value::Nil } else { waiting.remove(0) };
                if answered.is_some_and(|answer| *answer != front) {
                    return None;
                }
            }
            with(state, &IT, Value::list(waiting))
        }
        (Kind::Mutex, function) => {
            // Its owner, as often as it has taken the lock.
            let lock = asked.as_pair().map_or(&IT, |(lock, _)| lock);
            let mut holds = match state.get(lock) {
                Some(holds) => holds.as_list().unwrap_or_default().to_vec(),
                None => premises.initial.iter().cloned().collect(),
            };
            let is_its = holds.first().is_none_or(|owner| *owner == operation.process);
            match function {
                "inherit" => holds = vec![operation.process.clone()],
                "release" if is_its && !holds.is_empty() => drop(holds.pop()),
                "release" => return None,
                _ if holds.is_empty() || premises.is_reentrant && is_its => holds.push(operation.process.clone()),
                _ => return None,
            }
            with(state, lock, Value::list(holds))
        }
        (Kind::FencedLock, function) => {
            let Some((lock, token)) = answered.and_then(Value::as_pair) else { return same() };
            let key = Value::list([Value::text(function), lock.clone()]);
            let (token, highest) = (token.as_int()?, at(state, &key).as_int().unwrap_or(i64::MIN));
            let fits = if function == "acquire" { token > highest } else { token >= highest };
            if fits { with(state, &key, Value::Int(token)) } else { None }
        }
        (Kind::Bank, _) => {
            let field = |name| asked.field(name);
            let (from, to, amount) = (field("from")?, field("to")?, field("amount")?.as_int()?);
            let gives = at(state, from).as_int()? - amount;
            if gives < 0 {
                return None;
            }
            let next = with(state, from, Value::Int(gives))?;
            let takes = at(&next, to).as_int()? + amount;
            with(&next, to, Value::Int(takes))
        }
    }
}

fn as_part(part: &Value) -> (&str, &Value, &Value) {
    let Some([function, key, value]) = part.as_list() else { panic!("{part} is no read or write") };
    (function.as_name().expect("a name"), key, value)
}

/// What a bank can have held at the start, if nobody says so: as much or little as makes a difference.
fn balances(history: &History) -> Vec<State> {
    let amounts = history.operations.iter().filter_map(|operation| operation.asked.field("amount")?.as_int());
    let moved: i64 = amounts.sum();
    let held = 0..=3 + moved;
    let pair = |one, other| State::from([(Value::Int(0), Value::Int(one)), (Value::Int(1), Value::Int(other))]);
    held.clone().flat_map(|one| held.clone().map(move |other| pair(one, other))).collect()
}

struct Oracle<'h> {
    kind: Kind,
    premises: &'h Premises,
    property: Property,
    /// Operations that may have happened, with their answers, and whether they must have.
    tasks: Vec<(&'h Operation, Option<&'h Value>, Option<u32>)>,
}

impl<'h> Oracle<'h> {
    /// The history up to an event; what returned later is unknown.
    fn new(history: &'h History, kind: Kind, premises: &'h Premises, property: Property, end: u32) -> Oracle<'h> {
        let tasks = history
            .operations
            .iter()
            .filter(|operation| operation.called < end)
            .filter_map(|operation| match &operation.outcome {
                Outcome::Done { at, value } if *at < end => Some((operation, Some(value), Some(*at))),
                Outcome::Done { .. } => Some((operation, None, None)),
                Outcome::Failed { .. } => None,
                Outcome::Unknown => Some((operation, None, None)),
            })
            .collect();
        Oracle { kind, premises, property, tasks }
    }

    fn may_precede(&self, later: usize, earlier: usize) -> bool {
        let ((one, _, until), (other, _, _)) = (self.tasks[earlier], self.tasks[later]);
        match self.property {
            Property::Linearizable => until.is_some_and(|until| until < other.called),
            Property::SequentiallyConsistent => {
                until.is_some() && one.process == other.process && one.called < other.called
            }
        }
    }

    /// What an operation makes of states, one of which it is.
    fn step(&self, states: &[State], operation: &Operation, answered: Option<&Value>) -> Vec<State> {
        let next = states.iter().filter_map(|state| step(self.kind, state, operation, answered, self.premises));
        next.collect::<BTreeSet<State>>().into_iter().collect()
    }

    fn explains(&self, done: u32, states: &[State]) -> bool {
        if states.is_empty() {
            return false;
        }
        let is_done = |task: usize| done & 1 << task != 0;
        let all = 0..self.tasks.len();
        if all.clone().all(|task| is_done(task) || self.tasks[task].2.is_none()) {
            return true;
        }
        all.clone().any(|task| {
            let (operation, answered, _) = self.tasks[task];
            !is_done(task)
                && !all.clone().any(|other| other != task && !is_done(other) && self.may_precede(task, other))
                && self.explains(done | 1 << task, &self.step(states, operation, answered))
        })
    }

    /// Whether an order by the indexes of a history's operations explains what is in it.
    fn accepts(&self, history: &History, order: &[u32], states: &[State], end: u32) -> bool {
        let mut states = states.to_vec();
        for &index in order {
            let operation = &history.operations[index as usize];
            let answered = match &operation.outcome {
                Outcome::Done { at, value } if *at < end => Some(value),
                _ => None,
            };
            states = self.step(&states, operation, answered);
        }
        if states.is_empty() {
            return false;
        }
        let before = |one: u32, other: u32| {
            matches!(&history.operations[one as usize].outcome,
                Outcome::Done { at, .. } if *at < history.operations[other as usize].called)
        };
        (1..order.len()).all(|later| !order[..later].iter().any(|&earlier| before(order[later], earlier)))
    }
}

/// What there is at the start, as a judge is told and as it may be.
fn start(draw: &mut Draw, kind: Kind, history: &History) -> (Option<Value>, Vec<State>) {
    let said = draw.chance(30);
    let numbers = |numbers: [i64; 2]| numbers.map(Value::Int);
    let (initial, state) = match kind {
        Kind::Register | Kind::CasRegister if said => (Value::Int(0), State::from([(IT, Value::Int(0))])),
        Kind::MultiRegister if said => {
            let state = ["x", "y", "z"].map(|name| (Value::text(name), Value::Int(0)));
            (Value::Int(0), State::from(state))
        }
        Kind::KeyValue if said => {
            let state = State::from([(Value::text("x"), Value::text("a"))]);
            (Value::map(state.clone()), state)
        }
        Kind::Queue if said => (Value::list(numbers([1, 2])), State::from([(IT, Value::list(numbers([1, 2])))])),
        Kind::Mutex if said => (Value::Int(0), State::new()),
        Kind::Bank if said => {
            let state = State::from([numbers([0, 2]), numbers([1, 1])].map(|[account, balance]| (account, balance)));
            (Value::map(state.clone()), state)
        }
        Kind::Bank => return (None, balances(history)),
        _ => return (None, vec![State::new()]),
    };
    (Some(initial), vec![state])
}

fn compare(kind: Kind, seeds: u64) {
    let (mut legal, mut illegal) = (0, 0);
    for seed in 0..seeds {
        let draw = &mut Draw::new(seed + 1);
        let operations = 1 + draw.below(7);
        let history = anything(draw, kind, operations);
        let (nil_says_nothing, is_reentrant) = (draw.chance(50), draw.chance(50));
        let (initial, states) = start(draw, kind, &history);
        let premises = Premises { initial, nil_says_nothing, is_reentrant };
        for property in [Property::Linearizable, Property::SequentiallyConsistent] {
            let verdict = models::judge(&history, kind, &premises, property, &mut |_| true).expect("understood");
            let oracle = |end| Oracle::new(&history, kind, &premises, property, end);
            let holds = oracle(history.events).explains(0, &states);
            let expected = if holds { Ruling::Holds } else { Ruling::Violated };
            let told = || format!("{kind:?} {property:?} seed {seed}: {verdict:?} of {:#?}", history.operations);
            assert_eq!(verdict.ruling, expected, "{}", told());
            *(if holds { &mut legal } else { &mut illegal }) += 1;
            if property == Property::SequentiallyConsistent {
                continue;
            }
            for order in &verdict.orders {
                assert!(oracle(history.events).accepts(&history, order, &states, u32::MAX), "{}", told());
            }
            if let Some(found) = &verdict.illegal {
                assert!(!oracle(found.prefix).explains(0, &states), "{}", told());
                assert!(found.is_shortest, "{}", told());
                let culprit = &history.operations[found.operation as usize].outcome;
                assert!(matches!(culprit, Outcome::Done { at, .. } if at + 1 == found.prefix), "{}", told());
                assert!(oracle(found.prefix - 1).explains(0, &states), "{}", told());
                for order in &found.partial {
                    assert!(!order.contains(&found.operation), "{}", told());
                    assert!(oracle(history.events).accepts(&history, order, &states, found.prefix), "{}", told());
                }
            }
        }
    }
    let all = legal + illegal;
    assert!(legal * 10 > all && illegal * 10 > all, "{kind:?}: {legal} legal, {illegal} illegal: too one-sided");
}

#[test]
fn registers() {
    compare(Kind::Register, 4_000);
}

#[test]
fn cas_registers() {
    compare(Kind::CasRegister, 6_000);
}

#[test]
fn multi_registers() {
    compare(Kind::MultiRegister, 4_000);
}

#[test]
fn key_values() {
    compare(Kind::KeyValue, 4_000);
}

#[test]
fn queues() {
    compare(Kind::Queue, 6_000);
}

#[test]
fn mutexes() {
    compare(Kind::Mutex, 4_000);
}

#[test]
fn fenced_locks() {
    compare(Kind::FencedLock, 4_000);
}

#[test]
fn banks() {
    compare(Kind::Bank, 4_000);
}
