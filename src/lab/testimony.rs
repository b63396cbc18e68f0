//! What clients saw, as a history for a judge who knows nothing of the inside. It is written down as the run goes on and
//! judged when somebody looks.

use std::collections::BTreeMap;

use super::frame::Position;
use crate::describe::{Promise, Said};
use crate::judges::history::{History, Operation, Outcome, Place};
use crate::judges::models::{self, Premises};
use crate::judges::value::Value;
use crate::judges::verdict::Ruling;
use crate::parts::ChunkedLog;
use crate::sim::{NodeId, OperationId};

/// Calls and returns in their order.
#[derive(Clone, Debug, Default)]
pub struct Testimony {
    heard: ChunkedLog<Heard>,
    /// A client that comes back after a crash knows nothing of what it saw: it is another one.
    lives: BTreeMap<NodeId, u32>,
    answers: u64,
}

#[derive(Clone, Debug)]
struct Heard {
    at: Position,
    operation: OperationId,
    life: u32,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Call(Said),
    Return(Said),
    Refusal,
}

/// Why no order explains what clients saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub at: Position,
    pub says: String,
    pub client: NodeId,
}

/// Configurations that a look may cost: what takes longer stays unknown.
const EFFORT: u64 = 200_000;

impl Testimony {
    pub fn called(&mut self, at: Position, operation: OperationId, said: Option<Said>) {
        if let Some(said) = said {
            self.hear(at, operation, What::Call(said));
        }
    }

    pub fn answered(&mut self, at: Position, operation: OperationId, said: Option<Said>) {
        if let Some(said) = said {
            self.answers += 1;
            self.hear(at, operation, What::Return(said));
        }
    }

    pub fn refused(&mut self, at: Position, operation: OperationId) {
        self.hear(at, operation, What::Refusal);
    }

    pub fn crashed(&mut self, client: NodeId) {
        *self.lives.entry(client).or_default() += 1;
    }

    fn hear(&mut self, at: Position, operation: OperationId, what: What) {
        let life = self.lives.get(&operation.client).copied().unwrap_or_default();
        self.heard.push(Heard { at, operation, life, what });
    }

    /// How many answers there are to judge.
    pub fn answers(&self) -> u64 {
        self.answers
    }

    /// Calls and returns so far: while it is the same, so is the verdict.
    pub fn length(&self) -> u64 {
        self.heard.len()
    }

    fn history(&self) -> History {
        let mut history = History::default();
        let mut open: BTreeMap<OperationId, usize> = BTreeMap::new();
        for (_, heard) in self.heard.iter() {
            let at = history.events;
            history.events += 1;
            match &heard.what {
                What::Call(said) => {
                    open.insert(heard.operation, history.operations.len());
                    let session = [i64::from(heard.operation.client.0), i64::from(heard.life)].map(Value::Int);
                    history.operations.push(Operation {
                        process: Value::list(session),
                        function: said.function.into(),
                        asked: said.value.clone(),
                        called: at,
                        outcome: Outcome::Unknown,
                        place: Place::default(),
                    });
                }
                What::Return(said) => {
                    if let Some(index) = open.remove(&heard.operation) {
                        let operation = &mut history.operations[index];
                        operation.function = said.function.into();
                        operation.outcome = Outcome::Done { at, value: said.value.clone() };
                    }
                }
                What::Refusal => {
                    if let Some(index) = open.remove(&heard.operation) {
                        history.operations[index].outcome = Outcome::Failed { at };
                    }
                }
            }
        }
        history
    }

    /// Whether the promise is kept, as far as can be told with reasonable effort.
    pub fn contradiction(&self, promise: &Promise) -> Option<Contradiction> {
        let history = self.history();
        let premises = Premises::default();
        let goes_on = &mut |tried| tried < EFFORT;
        // What a system says of itself is understood by the model that it names.
        let verdict = models::judge(&history, promise.model, &premises, promise.property, goes_on).ok()?;
        let illegal = verdict.illegal.filter(|_| verdict.ruling == Ruling::Violated)?;
        let operation = &history.operations[illegal.operation as usize];
        let heard = self.heard.get(self.heard.first_index() + u64::from(illegal.prefix.saturating_sub(1)))?;
        let answer = match &operation.outcome {
            Outcome::Done { value, .. } => format!("{} {value}", operation.function),
            _ => operation.function.to_string(),
        };
        Some(Contradiction {
            at: heard.at,
            says: format!("no order of all operations explains {answer}"),
            client: heard.operation.client,
        })
    }
}
