//! Recorded histories of real systems: four formats, told from the content where nobody says which.
//!
//! - `jepsen-edn`: Jepsen's and Knossos's histories. A vector, a list or a row of maps such as
//!   `{:process 0, :type :invoke, :f :write, :value 3}`; types are `:invoke`, `:ok`, `:fail` and `:info`. Where every value
//!   is `[key value]`, each key is judged apart. A register's read that answers nil did not learn the value; registers
//!   hold 0 at the start.
//! - `jepsen-log`: the same as lines of a log, `INFO  jepsen.util - 0  :invoke  :write  3`. Nil means unset, which
//!   registers are at the start.
//! - `porcupine-kv`: a map a line, with a key: `{:process 0, :type :invoke, :f :put, :key "a", :value "x"}`.
//! - `jsonl`: an object a line: `{"process": 0, "type": "invoke", "f": "write", "value": 3}`, with "key" for stores. A
//!   "time" must not go backwards; null means unset, which registers are at the start. What "value" holds is what it
//!   holds in the other formats: `[from, to]` for a cas, `[["r", "x", null], ["w", "y", 1]]` for a txn,
//!   `{"from": "a", "to": "b", "amount": 5}` for a transfer.
//!
//! A process does one thing at a time. What has no return, or an `info`, may have happened at any later time, or never;
//! what failed did not happen. What the process `nemesis` does are faults (`nemesis.rs`): shown and not judged, from a line
//! such as `{"process": "nemesis", "type": "info", "f": "kill", "value": ["n1"]}` to one whose `f` ends it. `stop` ends
//! `start`, `stop-partition` and `heal` a partition, `resume` a pause, `start` and `restart` what was killed.

mod edn;
mod guess;
mod jepsen_log;
mod json_lines;
mod nemesis;

use crate::judges::history::{Complaint, Entry};
use crate::judges::models::{self, Premises, Property};
use crate::lab::wire::Problem;

pub use self::guess::guess;
pub use self::nemesis::Fault;
pub use crate::judges::history::{History, Operation, Outcome as Recorded};
pub use crate::judges::models::Kind;
pub use crate::judges::value::Value;
pub use crate::judges::verdict::{Illegal, Ruling, Verdict};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    JepsenEdn,
    JepsenLog,
    PorcupineKv,
    JsonLines,
}

impl Format {
    pub const ALL: [Format; 4] = [Format::JepsenEdn, Format::JepsenLog, Format::PorcupineKv, Format::JsonLines];

    pub fn name(self) -> &'static str {
        match self {
            Format::JepsenEdn => "jepsen-edn",
            Format::JepsenLog => "jepsen-log",
            Format::PorcupineKv => "porcupine-kv",
            Format::JsonLines => "jsonl",
        }
    }

    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The format that a text looks like.
    pub fn of(text: &str) -> Option<Format> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(';'));
        let first = lines.next()?;
        if jepsen_log::is_line(first) {
            return Some(Format::JepsenLog);
        }
        let inside = first.trim_start_matches(['[', '(', '{', ' ']);
        match first.chars().next() {
            Some('{') if inside.starts_with('"') => Some(Format::JsonLines),
            Some('{') if first.contains(":key ") && !first.contains(":index ") => Some(Format::PorcupineKv),
            Some('[' | '(' | '{' | '#') => Some(Format::JepsenEdn),
            _ => text.lines().any(jepsen_log::is_line).then_some(Format::JepsenLog),
        }
    }
}

/// The lines of a recording.
#[derive(Default)]
struct Lines {
    /// The clients' calls and returns.
    entries: Vec<Entry>,
    deeds: Vec<nemesis::Deed>,
}

/// What a recording tells.
pub struct Account {
    pub history: History,
    pub faults: Vec<Fault>,
    pub format: Format,
}

/// Reads a recording.
///
/// # Errors
/// The first mistake, with its place.
pub fn read(text: &str, format: Option<Format>) -> Result<Account, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // It is wrong from its first line on.
    let wrong = |message: String| {
        let blank = text.lines().take_while(|line| line.trim().is_empty()).count() as u32;
        let line = if text.trim().is_empty() { 1 } else { 1 + blank };
        let hint = format!("say which format it is: {}", Format::ALL.map(Format::name).join(", "));
        Problem { line, column: 1, message, hint }
    };
    let format = format
        .or_else(|| Format::of(text))
        .ok_or_else(|| wrong("this looks like no history that can be read".to_owned()))?;
    let lines = match format {
        Format::JepsenEdn | Format::PorcupineKv => edn::lines(text),
        Format::JepsenLog => jepsen_log::lines(text),
        Format::JsonLines => json_lines::lines(text),
    };
    let Lines { entries, deeds } = lines.map_err(problem)?;
    let history = History::from_entries(entries).map_err(problem)?;
    if history.operations.is_empty() {
        return Err(wrong(format!("there is no operation in it, read as {}", format.name())));
    }
    Ok(Account { history, faults: nemesis::faults(&deeds), format })
}

/// What a format and a model take for granted, unless somebody says otherwise.
pub fn premises(format: Format, kind: Kind, initial: Option<Value>) -> Premises {
    let edn = format == Format::JepsenEdn;
    let registers = matches!(kind, Kind::Register | Kind::CasRegister | Kind::MultiRegister);
    Premises { initial: initial.or_else(|| (edn && registers).then_some(Value::Int(0))), nil_says_nothing: edn }
}

/// Says whether a history is linearizable; `keep_going` is asked now and then, with the number of configurations tried.
///
/// # Errors
/// The first operation that the model does not understand.
pub fn judge(
    history: &History,
    kind: Kind,
    premises: &Premises,
    keep_going: &mut dyn FnMut(u64) -> bool,
) -> Result<Verdict, Problem> {
    models::judge(history, kind, premises, Property::Linearizable, keep_going).map_err(problem)
}

/// Reads a value as EDN writes it, which includes numbers, nil, "texts" and [lists].
///
/// # Errors
/// What is wrong with it.
pub fn value(text: &str) -> Result<Value, Problem> {
    edn::value(text).map_err(problem)
}

/// A complaint as what the laboratory shows.
pub fn problem(complaint: Complaint) -> Problem {
    let Complaint { place, message, hint } = complaint;
    Problem { line: place.line, column: place.column, message, hint }
}
