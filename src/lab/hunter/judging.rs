//! Recorded histories: read, held to a model, and made something to look at.

use std::collections::BTreeMap;

use super::wire::{Judged, Recording, Reply};
use crate::judges::models::Property;
use crate::lab::frame::{Outcome, Position};
use crate::lab::hearing::{Hearing, Judgement, Row, Told};
use crate::lab::histories::{self, Account, Fault, History, Recorded, Value};
use crate::lab::wire::{FaultBar, Problem};
use crate::sim::Time;

/// Microseconds after which nobody knows, and after which it is told again how far the work has come.
const LIMIT: u64 = 60_000_000;
const TELL_EVERY: u64 = 200_000;

pub fn judge(recording: &Recording, clock: &dyn Fn() -> u64, tell: &mut dyn FnMut(Reply)) -> Result<Reply, Problem> {
    let began = clock();
    let Recording { text, terms } = recording;
    let (kind, format) = histories::named(terms)?;
    let Account { history, faults, format } = histories::read(text, format)?;
    let kind = kind.or_else(|| histories::guess(&history)).ok_or_else(|| {
        Problem::new("what it does is not clear from its functions", "choose the model that the system promises to be")
    })?;
    let initial = terms
        .initial
        .as_deref()
        .map(|text| histories::initial(text, kind))
        .transpose()
        .map_err(|problem| Problem { message: format!("initial value: {}", problem.message), ..problem })?;
    let operations = history.operations.len() as u32;
    let mut told = began;
    let verdict = histories::judge(&history, kind, &histories::premises(format, kind, initial), &mut |explored| {
        let now = clock();
        if now - told >= TELL_EVERY {
            told = now;
            tell(Reply::Judging { operations, explored, micros: now - began });
        }
        now - began < LIMIT
    })?;
    // A recording has calls and returns, and not always a clock.
    let end = |prefix: u32| Some(instant(prefix.saturating_sub(1)));
    let judgement = Judgement::of(verdict, kind, Property::Linearizable, end, |operation| operation);
    let faults = faults.into_iter().map(bar).collect();
    let hearing = Hearing { judgement: Some(judgement), faults, ..hearing(&history) };
    let initial = histories::usual(format, kind).map(|value| value.to_string()).unwrap_or_default();
    let (format, micros) = (format.name().to_owned(), clock() - began);
    Ok(Reply::Judged(Box::new(Judged { hearing, format, initial, micros })))
}

fn instant(event: u32) -> Position {
    Position::at(Time(u64::from(event)))
}

/// It reaches from the first call or return that comes after its beginning to the last before its end.
fn bar(fault: Fault) -> FaultBar {
    let from = Time(u64::from(fault.from));
    FaultBar {
        line: fault.words.clone(),
        words: fault.words,
        entry: u32::MAX,
        from,
        to: fault.to.map(|to| Time(u64::from(to.saturating_sub(1))).max(from)),
        ended_by: None,
        remedy: String::new(),
    }
}

fn hearing(history: &History) -> Hearing {
    let mut processes: BTreeMap<&Value, u32> =
        history.operations.iter().map(|operation| (&operation.process, 0)).collect();
    for (row, place) in (0..).zip(processes.values_mut()) {
        *place = row;
    }
    let told = |operation: &histories::Operation| {
        let (outcome, ended, answered) = match &operation.outcome {
            Recorded::Done { at, value } if *value == operation.asked => (Outcome::Done, Some(*at), String::new()),
            Recorded::Done { at, value } => (Outcome::Done, Some(*at), value.to_string()),
            Recorded::Failed { at } => (Outcome::Refused, Some(*at), String::new()),
            Recorded::Unknown => (Outcome::Unknown, None, String::new()),
        };
        let asked = match &operation.asked {
            Value::Nil => operation.function.to_string(),
            value => format!("{} {value}", operation.function),
        };
        let (called, ended) = (instant(operation.called), ended.map(instant));
        Told {
            row: processes[&operation.process],
            asked,
            answered,
            outcome,
            called,
            ended,
            entry: operation.place.line,
        }
    };
    Hearing {
        operations: history.operations.iter().map(told).collect(),
        rows: processes.keys().map(|process| Row { name: process.to_string(), node: None }).collect(),
        heard: u64::from(history.events),
        ..Hearing::default()
    }
}
