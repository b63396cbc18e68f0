//! What clients saw, as a history for a judge who knows nothing of the inside. It is written down as the run goes on and
//! judged when somebody looks.

use std::collections::BTreeMap;

use super::frame::{Outcome, Position};
use super::hearing::{Hearing, Judgement, Row, Told};
use crate::describe::{Promise, Said};
use crate::judges::history::{self, EventNumber, History, Operation, Place};
use crate::judges::models::{self, Premises};
use crate::judges::value::Value;
use crate::judges::verdict::{Ruling, Verdict};
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

/// An instant, and the entry of the trace from which what happened can be followed: a return's own, and of a call what
/// made the client ask.
#[derive(Clone, Copy, Debug)]
pub struct When {
    pub at: Position,
    pub entry: u32,
}

#[derive(Clone, Debug)]
struct Heard {
    at: Position,
    entry: u32,
    operation: OperationId,
    life: u32,
    what: What,
    /// In the protocol's words: what was asked or answered, or why not.
    words: String,
}

/// What the judge is told of it; none where an operation neither changes anything nor tells anything.
#[derive(Clone, Debug)]
enum What {
    Call(Option<Said>),
    Return(Option<Said>),
    Refusal,
    /// The client knows that it will not know.
    GivingUp,
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
    pub fn called(&mut self, when: When, operation: OperationId, words: String, said: Option<Said>) {
        self.hear(when, operation, What::Call(said), words);
    }

    pub fn answered(&mut self, when: When, operation: OperationId, words: String, said: Option<Said>) {
        self.answers += u64::from(said.is_some());
        self.hear(when, operation, What::Return(said), words);
    }

    pub fn refused(&mut self, when: When, operation: OperationId, why: &str) {
        self.hear(when, operation, What::Refusal, why.to_owned());
    }

    pub fn given_up(&mut self, when: When, operation: OperationId, why: &str) {
        self.hear(when, operation, What::GivingUp, why.to_owned());
    }

    pub fn crashed(&mut self, client: NodeId) {
        *self.lives.entry(client).or_default() += 1;
    }

    fn hear(&mut self, when: When, operation: OperationId, what: What, words: String) {
        let life = self.lives.get(&operation.client).copied().unwrap_or_default();
        self.heard.push(Heard { at: when.at, entry: when.entry, operation, life, what, words });
    }

    /// How many answers there are to judge.
    pub fn answers(&self) -> u64 {
        self.answers
    }

    /// Calls and returns so far: while it is the same, so is the verdict.
    pub fn length(&self) -> u64 {
        self.heard.len()
    }

    /// What a judge is told, and for each of its operations which of all calls that was.
    fn history(&self) -> (History, Vec<u32>) {
        let mut history = History::default();
        let mut calls = Vec::new();
        let mut open: BTreeMap<OperationId, usize> = BTreeMap::new();
        let mut call = 0;
        for (_, heard) in self.heard.iter() {
            let at = history.events;
            history.events += 1;
            match &heard.what {
                What::Call(said) => {
                    call += 1;
                    let Some(said) = said else { continue };
                    open.insert(heard.operation, history.operations.len());
                    calls.push(call - 1);
                    let session = [i64::from(heard.operation.client.0), i64::from(heard.life)].map(Value::Int);
                    history.operations.push(Operation {
                        process: Value::list(session),
                        function: said.function.into(),
                        asked: said.value.clone(),
                        called: at,
                        outcome: history::Outcome::Unknown,
                        place: Place::default(),
                    });
                }
                What::Return(Some(said)) => {
                    if let Some(index) = open.remove(&heard.operation) {
                        let operation = &mut history.operations[index];
                        operation.function = said.function.into();
                        operation.outcome = history::Outcome::Done { at, value: said.value.clone() };
                    }
                }
                What::Refusal => {
                    if let Some(index) = open.remove(&heard.operation) {
                        history.operations[index].outcome = history::Outcome::Failed { at };
                    }
                }
                What::Return(None) | What::GivingUp => {}
            }
        }
        (history, calls)
    }

    fn verdict(history: &History, promise: &Promise) -> Option<Verdict> {
        let goes_on = &mut |tried| tried < EFFORT;
        // What a system says of itself is understood by the model that it names.
        models::judge(history, promise.model, &Premises::default(), promise.property, goes_on).ok()
    }

    /// The call or return with which a prefix ends.
    fn end_of(&self, prefix: EventNumber) -> Option<&Heard> {
        self.heard.get(self.heard.first_index() + u64::from(prefix.saturating_sub(1)))
    }

    /// Whether the promise is kept, as far as can be told with reasonable effort.
    pub fn contradiction(&self, promise: &Promise) -> Option<Contradiction> {
        let (history, _) = self.history();
        let verdict = Testimony::verdict(&history, promise)?;
        let illegal = verdict.illegal.filter(|_| verdict.ruling == Ruling::Violated)?;
        let operation = &history.operations[illegal.operation as usize];
        let heard = self.end_of(illegal.prefix)?;
        let answer = match &operation.outcome {
            history::Outcome::Done { value, .. } => format!("{} {value}", operation.function),
            _ => operation.function.to_string(),
        };
        Some(Contradiction {
            at: heard.at,
            says: format!("no order of all operations explains {answer}"),
            client: heard.operation.client,
        })
    }

    /// All of it, judged by what clients are promised.
    pub fn hearing(&self, promise: Option<&Promise>, name: impl Fn(NodeId) -> String) -> Hearing {
        let mut hearing = Hearing { heard: self.length(), ..Hearing::default() };
        let mut open: BTreeMap<OperationId, (usize, u32)> = BTreeMap::new();
        let mut clients: Vec<NodeId> = self.heard.iter().map(|(_, heard)| heard.operation.client).collect();
        clients.sort_unstable();
        clients.dedup();
        for (_, heard) in self.heard.iter() {
            let outcome = match &heard.what {
                What::Call(_) => {
                    open.insert(heard.operation, (hearing.operations.len(), heard.life));
                    let row = clients.partition_point(|&client| client < heard.operation.client);
                    hearing.operations.push(Told {
                        row: row as u32,
                        asked: heard.words.clone(),
                        answered: String::new(),
                        outcome: Outcome::Pending,
                        called: heard.at,
                        ended: None,
                        entry: heard.entry,
                    });
                    continue;
                }
                What::Return(_) => Outcome::Done,
                What::Refusal => Outcome::Refused,
                What::GivingUp => Outcome::Unknown,
            };
            if let Some((index, _)) = open.remove(&heard.operation) {
                let told = &mut hearing.operations[index];
                (told.outcome, told.ended) = (outcome, Some(heard.at));
                told.answered.clone_from(&heard.words);
                told.entry = heard.entry;
            }
        }
        for (operation, (index, life)) in open {
            if self.lives.get(&operation.client).is_some_and(|&now| now > life) {
                // Whoever asked is gone.
                hearing.operations[index].outcome = Outcome::Unknown;
            }
        }
        hearing.rows = clients.into_iter().map(|client| Row { name: name(client), node: Some(client) }).collect();
        hearing.judgement = promise.and_then(|promise| self.judgement(promise));
        hearing
    }

    fn judgement(&self, promise: &Promise) -> Option<Judgement> {
        let (history, calls) = self.history();
        let verdict = Testimony::verdict(&history, promise)?;
        let end = |prefix| Some(self.end_of(prefix)?.at);
        Some(Judgement::of(verdict, promise.model, promise.property, end, |operation| calls[operation as usize]))
    }
}
