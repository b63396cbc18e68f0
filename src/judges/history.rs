//! A history: operations with the moments of their calls and returns.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::value::Value;

/// Where something stands in the text that it was read from; counted from 1, and 0 where there is no text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

/// What cannot be judged, where it stands and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub place: Place,
    pub message: String,
    pub hint: String,
}

impl Complaint {
    pub fn new(place: Place, message: impl Into<String>, hint: impl Into<String>) -> Complaint {
        Complaint { place, message: message.into(), hint: hint.into() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Invoke,
    /// It happened.
    Ok,
    /// It did not happen.
    Fail,
    /// It may have happened, may yet happen, or may never.
    Info,
}

impl Phase {
    pub fn named(name: &str) -> Option<Phase> {
        Some(match name {
            "invoke" => Phase::Invoke,
            "ok" => Phase::Ok,
            "fail" => Phase::Fail,
            "info" => Phase::Info,
            _ => return None,
        })
    }
}

/// One line of a recording: a call or a return.
#[derive(Clone, Debug)]
pub struct Entry {
    pub process: Value,
    pub phase: Phase,
    pub function: Arc<str>,
    pub value: Value,
    /// What the recorder's clock said, where it said something.
    pub time: Option<i64>,
    pub place: Place,
}

/// Calls and returns are numbered together, in the order in which they were recorded.
pub type EventNumber = u32;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done { at: EventNumber, value: Value },
    Failed { at: EventNumber },
    Unknown,
}

#[derive(Clone, Debug)]
pub struct Operation {
    pub process: Value,
    pub function: Arc<str>,
    pub asked: Value,
    pub called: EventNumber,
    pub outcome: Outcome,
    pub place: Place,
}

#[derive(Clone, Debug, Default)]
pub struct History {
    /// In the order of their calls.
    pub operations: Vec<Operation>,
    pub events: EventNumber,
}

impl History {
    /// Pairs calls with returns.
    ///
    /// # Errors
    /// What contradicts itself: a return without a call, a call by a process that still waits, time going backwards.
    pub fn from_entries(entries: impl IntoIterator<Item = Entry>) -> Result<History, Complaint> {
        let mut history = History::default();
        let mut open: BTreeMap<Value, (usize, Option<i64>)> = BTreeMap::new();
        for entry in entries {
            let at = history.events;
            history.events += 1;
            if entry.phase == Phase::Invoke {
                let call = (history.operations.len(), entry.time);
                if let Some((before, _)) = open.insert(entry.process.clone(), call) {
                    let waits = &history.operations[before];
                    return Err(Complaint::new(
                        entry.place,
                        format!(
                            "process {} calls {} before its {} of line {} returned",
                            entry.process, entry.function, waits.function, waits.place.line
                        ),
                        "a process does one thing at a time; after an unknown outcome it goes on under another number, or its line says :info",
                    ));
                }
                history.operations.push(Operation {
                    process: entry.process,
                    function: entry.function,
                    asked: entry.value,
                    called: at,
                    outcome: Outcome::Unknown,
                    place: entry.place,
                });
                continue;
            }
            let Some((index, started)) = open.remove(&entry.process) else {
                return Err(Complaint::new(
                    entry.place,
                    format!("process {} returns from {} without a call", entry.process, entry.function),
                    "is the beginning missing, or are the lines out of order?",
                ));
            };
            let operation = &mut history.operations[index];
            if operation.function != entry.function {
                return Err(Complaint::new(
                    entry.place,
                    format!(
                        "process {} called {} in line {} and returns from {}",
                        entry.process, operation.function, operation.place.line, entry.function
                    ),
                    "a return names the function that was called",
                ));
            }
            if let (Some(started), Some(ended)) = (started, entry.time)
                && ended < started
            {
                return Err(Complaint::new(
                    entry.place,
                    format!(
                        "time goes backwards: {} was called at {started} and returned at {ended}",
                        operation.function
                    ),
                    "the lines of a history stand in the order in which things happened",
                ));
            }
            operation.outcome = match entry.phase {
                Phase::Ok => Outcome::Done { at, value: entry.value },
                Phase::Fail => Outcome::Failed { at },
                Phase::Info | Phase::Invoke => Outcome::Unknown,
            };
        }
        Ok(history)
    }
}

impl History {
    /// What was known after the first so many events: what had not returned by then is unknown, save that
    /// what failed did not happen.
    pub fn prefix(&self, events: EventNumber) -> History {
        let mut operations: Vec<Operation> =
            self.operations.iter().filter(|operation| operation.called < events).cloned().collect();
        for operation in &mut operations {
            if matches!(operation.outcome, Outcome::Done { at, .. } if at >= events) {
                operation.outcome = Outcome::Unknown;
            }
        }
        History { operations, events }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}: {} {}", self.process, self.function, self.asked)?;
        match &self.outcome {
            Outcome::Done { value, .. } if *value != self.asked => write!(f, " -> {value}"),
            Outcome::Done { .. } => Ok(()),
            Outcome::Failed { .. } => f.write_str(" -> failed"),
            Outcome::Unknown => f.write_str(" -> ?"),
        }
    }
}
