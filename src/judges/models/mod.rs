//! The sequential specifications, by name, and how recorded operations are read as theirs.

mod bank;
#[cfg(feature = "histories")]
mod comparing;
mod fenced_lock;
mod following;
pub mod key_value;
mod multi_register;
mod mutex;
mod narrowing;
#[cfg(feature = "histories")]
mod queue;
#[cfg(feature = "histories")]
mod register;
mod spelling;
mod text;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::history::{Complaint, EventNumber, History, Operation, Outcome};
use super::linearizability::KeepGoing;
use super::model::{Parts, Task};
use super::value::Value;
use super::verdict::{Illegal, Ruling, Verdict};
use super::{linearizability, sequential};
use crate::sorting::sort;
pub use following::{Follow, follow};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Register,
    CasRegister,
    MultiRegister,
    KeyValue,
    Queue,
    Mutex,
    FencedLock,
    Bank,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Register,
        Kind::CasRegister,
        Kind::MultiRegister,
        Kind::KeyValue,
        Kind::Queue,
        Kind::Mutex,
        Kind::FencedLock,
        Kind::Bank,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Register => "register",
            Kind::CasRegister => "cas-register",
            Kind::MultiRegister => "multi-register",
            Kind::KeyValue => "key-value",
            Kind::Queue => "queue",
            Kind::Mutex => "mutex",
            Kind::FencedLock => "fenced-lock",
            Kind::Bank => "bank",
        }
    }

    pub fn named(name: &str) -> Option<Kind> {
        let name = if name == "kv" { "key-value" } else { name };
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What must be known beside the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Premises {
    /// What there is at the start; for models that have a start of their own, `None` means that.
    pub initial: Option<Value>,
    /// A register's read that answered nil did not learn the value, and says nothing.
    pub nil_says_nothing: bool,
    /// A lock may be taken again by its owner, and has to be released as often.
    pub is_reentrant: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Property {
    Linearizable,
    SequentiallyConsistent,
}

/// Judges a history by a model.
///
/// # Errors
/// The first operation that the model does not understand.
pub fn judge(
    history: &History,
    kind: Kind,
    premises: &Premises,
    property: Property,
    keep_going: KeepGoing,
) -> Result<Verdict, Complaint> {
    #[cfg(feature = "histories")]
    if (kind, property) == (Kind::Queue, Property::Linearizable) {
        return comparing::judge(history, premises, keep_going);
    }
    searched(history, kind, premises, property, keep_going)
}

fn searched(
    history: &History,
    kind: Kind,
    premises: &Premises,
    property: Property,
    keep_going: KeepGoing,
) -> Result<Verdict, Complaint> {
    let verdict = judge_as_it_is(history, kind, premises, property, keep_going)?;
    // These look at answers yet to come, and so may stop before the prefix is illegal by itself.
    let looks_ahead = matches!(kind, Kind::MultiRegister | Kind::KeyValue | Kind::Queue | Kind::Bank);
    if !looks_ahead || property != Property::Linearizable || verdict.illegal.is_none() {
        return Ok(verdict);
    }
    shortest_prefix(history, kind, premises, verdict, keep_going)
}

/// How many events there are with each return, and whose it is; in order.
fn returns(history: &History) -> Vec<(EventNumber, u32)> {
    let returned = history.operations.iter().zip(0..).filter_map(|(operation, index)| match operation.outcome {
        Outcome::Done { at, .. } => Some((at + 1, index)),
        _ => None,
    });
    let mut returns: Vec<(EventNumber, u32)> = returned.collect();
    sort(&mut returns);
    returns
}

/// How many configurations a prefix is worth.
const PREFIX_TURN: u64 = 200_000;

/// Looks for the shortest prefix that is illegal whatever came later, from the one that was found on.
fn shortest_prefix(
    history: &History,
    kind: Kind,
    premises: &Premises,
    mut verdict: Verdict,
    keep_going: KeepGoing,
) -> Result<Verdict, Complaint> {
    let Some(illegal) = &mut verdict.illegal else { return Ok(verdict) };
    let mut returns = returns(history);
    returns.retain(|&(events, _)| events >= illegal.prefix);
    // What had to happen by then may have another name.
    illegal.operation = returns[0].1;
    let tried = verdict.explored;
    let mut ruling = |events| {
        let part = history.prefix(events);
        judge_as_it_is(&part, kind, premises, Property::Linearizable, &mut |more| {
            more < PREFIX_TURN && keep_going(tried + more)
        })
    };
    let (mut legal, mut first) = (0, returns.len() - 1);
    let begins = ruling(illegal.prefix)?.ruling;
    if begins != Ruling::Holds {
        illegal.is_shortest &= begins == Ruling::Violated;
        return Ok(verdict);
    }
    illegal.is_shortest = false;
    while first - legal > 1 {
        let middle = legal.midpoint(first);
        match ruling(returns[middle].0)?.ruling {
            Ruling::Violated => first = middle,
            Ruling::Holds => legal = middle,
            Ruling::Unknown => return Ok(verdict),
        }
    }
    let (events, operation) = returns[first];
    let mut partial: Vec<Vec<u32>> = ruling(events - 1)?.orders;
    partial.retain(|order| !order.contains(&operation));
    *illegal = Illegal { operation, prefix: events, is_shortest: true, partial };
    Ok(verdict)
}

fn judge_as_it_is(
    history: &History,
    kind: Kind,
    premises: &Premises,
    property: Property,
    keep_going: KeepGoing,
) -> Result<Verdict, Complaint> {
    let apart = property == Property::Linearizable;
    Ok(match kind {
        Kind::KeyValue => rule(&key_value::case(history, premises, apart)?, property, keep_going),
        Kind::FencedLock => rule(&fenced_lock::case(history)?, property, keep_going),
        Kind::Bank => rule(&bank::case(history, premises)?, property, keep_going),
        #[cfg(feature = "histories")]
        Kind::Register => rule(&register::case(history, premises, false, apart)?, property, keep_going),
        #[cfg(feature = "histories")]
        Kind::CasRegister => rule(&register::case(history, premises, true, apart)?, property, keep_going),
        Kind::MultiRegister => rule(&multi_register::case(history, premises, apart)?, property, keep_going),
        #[cfg(feature = "histories")]
        Kind::Queue => rule(&queue::case(history, premises, apart)?, property, keep_going),
        Kind::Mutex => rule(&mutex::case(history, premises)?, property, keep_going),
        // The page's worker has no recordings to judge, and need not weigh as much.
        #[cfg(not(feature = "histories"))]
        Kind::Register | Kind::CasRegister | Kind::Queue => unreachable!("no system promises it"),
    })
}

fn rule(case: &dyn Parts, property: Property, keep_going: KeepGoing) -> Verdict {
    match property {
        Property::Linearizable => linearizability::judge(case, keep_going),
        Property::SequentiallyConsistent => sequential::judge(case, keep_going),
    }
}

/// An operation that happened or may have: what was asked, and what was answered if that is known.
struct Seen<'h> {
    operation: &'h Operation,
    answered: Option<&'h Value>,
}

impl Seen<'_> {
    /// Registers and their like: the answer where there is one, else what was asked.
    fn value(&self) -> &Value {
        self.answered.unwrap_or(&self.operation.asked)
    }

    fn complains(&self, message: String, hint: &str) -> Complaint {
        Complaint::new(self.operation.place, message, hint)
    }

    fn unknown_function(&self, hint: &str) -> Complaint {
        self.complains(format!("the model has no function `{}`", self.operation.function), hint)
    }
}

/// Reads every operation that may have happened; `read` leaves out those that say nothing. Tasks with the same key come
/// into one part.
fn parts<'h, K: Ord, Op>(
    history: &'h History,
    mut read: impl FnMut(&Seen<'h>) -> Result<Option<(K, Op)>, Complaint>,
) -> Result<Vec<Vec<Task<Op>>>, Complaint> {
    let mut parts: BTreeMap<K, Vec<Task<Op>>> = BTreeMap::new();
    let mut sessions: BTreeMap<&Value, u32> = BTreeMap::new();
    for (index, operation) in history.operations.iter().enumerate() {
        let (until, answered): (Option<EventNumber>, _) = match &operation.outcome {
            Outcome::Done { at, value } => (Some(*at), Some(value)),
            Outcome::Failed { .. } => continue,
            Outcome::Unknown => (None, None),
        };
        let next = sessions.len() as u32;
        let session = *sessions.entry(&operation.process).or_insert(next);
        if let Some((key, op)) = read(&Seen { operation, answered })? {
            let task = Task { operation: index as u32, session, op, call: operation.called, until };
            parts.entry(key).or_default().push(task);
        }
    }
    Ok(parts.into_values().collect())
}
