//! Histories that are judged while they grow.

use std::collections::BTreeMap;

use super::super::explanation::{Asked, Explanation};
use super::super::history::{History, Outcome};
use super::super::model::Model;
use super::super::value::Value;
use super::{Kind, Premises, Property, Seen, bank, fenced_lock, key_value, mutex};

/// Hears of each call and return in turn. As long as it can follow, one order explains the history; where it cannot,
/// another order still may.
pub trait Follow: Send {
    fn called(&mut self, history: &History, operation: u32);

    /// False where it cannot follow.
    fn ended(&mut self, history: &History, operation: u32) -> bool;

    /// Begins anew, with the orders that a judge found; false where they are not as it would put them.
    fn begin(&mut self, history: &History, orders: &[Vec<u32>]) -> bool;
}

/// Follows what a kind of system is promised to be; none for kinds that promise nothing here.
pub fn follow(kind: Kind, premises: &Premises, property: Property) -> Option<Box<dyn Follow>> {
    Some(match kind {
        Kind::KeyValue => Box::new(Following::new(key_value::plain(premises), property)),
        Kind::Mutex => Box::new(Following::new(mutex::model(premises), property)),
        Kind::FencedLock => Box::new(Following::new(fenced_lock::FencedLock, property)),
        Kind::Bank => Box::new(Following::new(bank::model(premises).ok()?, property)),
        _ => return None,
    })
}

/// A model that reads its operations one by one.
pub(super) trait Reads: Model {
    /// What it does and what it belongs to, apart from which it can be judged; none if it says nothing.
    fn read(seen: &Seen) -> Option<(Value, Self::Op)>;
}

struct Following<M: Model> {
    model: M,
    property: Property,
    parts: BTreeMap<Value, Explanation<M>>,
    sessions: BTreeMap<Value, u32>,
}

impl<M: Reads> Following<M> {
    fn new(model: M, property: Property) -> Following<M> {
        Following { model, property, parts: BTreeMap::new(), sessions: BTreeMap::new() }
    }

    fn asked(&mut self, history: &History, index: u32, answered: Option<&Value>) -> Option<(Value, Asked<M::Op>)> {
        let operation = &history.operations[index as usize];
        let (part, op) = M::read(&Seen { operation, answered })?;
        let next = self.sessions.len() as u32;
        let session = *self.sessions.entry(operation.process.clone()).or_insert(next);
        let part = if self.property == Property::Linearizable { part } else { Value::Nil };
        Some((part, Asked { operation: index, session, op, called: operation.called }))
    }

    fn part(&mut self, part: Value) -> (&M, &mut Explanation<M>) {
        let (model, property) = (&self.model, self.property);
        (model, self.parts.entry(part).or_insert_with(|| Explanation::new(model, property)))
    }
}

impl<M: Reads> Follow for Following<M>
where
    Following<M>: Send,
{
    fn called(&mut self, history: &History, index: u32) {
        if let Some((part, asked)) = self.asked(history, index, None) {
            self.part(part).1.called(asked);
        }
    }

    fn ended(&mut self, history: &History, index: u32) -> bool {
        let (at, answered) = match &history.operations[index as usize].outcome {
            Outcome::Done { at, value } => (*at, value),
            Outcome::Failed { .. } => return self.parts.values_mut().all(|part| part.failed(index)),
            Outcome::Unknown => return true,
        };
        let Some((part, asked)) = self.asked(history, index, Some(answered)) else { return true };
        let (model, part) = self.part(part);
        part.returned(model, asked, at)
    }

    fn begin(&mut self, history: &History, orders: &[Vec<u32>]) -> bool {
        self.parts.clear();
        self.sessions.clear();
        for (operation, index) in history.operations.iter().zip(0..) {
            if operation.outcome == Outcome::Unknown {
                self.called(history, index);
            }
        }
        orders.iter().flatten().all(|&index| {
            let (returned, answered) = match &history.operations[index as usize].outcome {
                Outcome::Done { at, value } => (Some(*at), Some(value)),
                _ => (None, None),
            };
            let Some((part, asked)) = self.asked(history, index, answered) else { return true };
            let (model, part) = self.part(part);
            part.append(model, asked, returned)
        })
    }
}
