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
//!   `{"from": "a", "to": "b", "amount": 5}` for a transfer, `["a-lock", 7]` for the token that an acquire was answered with.
//!   Of a mutex's `acquire` and `release` a key names the lock, and any other value is passed over.
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
use crate::lab::hearing::Terms;
use crate::lab::wire::Problem;

pub use self::guess::guess;
pub use self::nemesis::Fault;
pub use crate::judges::history::{History, Operation, Outcome as Recorded};
pub use crate::judges::models::Kind;
pub use crate::judges::value::Value;
pub use crate::judges::verdict::{Illegal, Ruling, Verdict};
pub use crate::lab::hearing::Format;

impl Format {
    /// The format that a text looks like.
    pub fn of(text: &str) -> Option<Format> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(';'));
        let first = lines.next()?;
        if jepsen_log::is_line(first) {
            return Some(Format::JepsenLog);
        }
        let inside = first.trim_start_matches(['[', '(', '{', ' ']);
        match first.chars().next() {
            Some('{' | '[') if inside.starts_with('"') => Some(Format::JsonLines),
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
    Premises {
        initial: initial.or_else(|| (edn && registers).then_some(Value::Int(0))),
        nil_says_nothing: edn,
        is_reentrant: false,
    }
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

/// [`Terms`] by name, if they exist.
///
/// # Errors
/// There is no such model or format.
pub fn named(terms: &Terms) -> Result<(Option<Kind>, Option<Format>), Problem> {
    let kind = terms.model.as_deref().map(|name| {
        let names = || format!("the models are {}", Kind::ALL.map(Kind::name).join(", "));
        Kind::named(name).ok_or_else(|| Problem::new(format!("there is no model `{name}`"), names()))
    });
    let format = terms.format.as_deref().map(|name| {
        let names = || format!("the formats are {}", Format::ALL.map(Format::name).join(", "));
        let format = Format::ALL.into_iter().find(|format| format.name() == name);
        format.ok_or_else(|| Problem::new(format!("there is no format `{name}`"), names()))
    });
    Ok((kind.transpose()?, format.transpose()?))
}

/// Reads what there is at the start as EDN writes it: numbers, nil, "texts", [lists], {maps}.
///
/// # Errors
/// What is wrong with it, or that the model cannot start so.
pub fn initial(text: &str, kind: Kind) -> Result<Value, Problem> {
    let value = edn::only_value(text).map_err(problem)?;
    let unsuited = |message: String, hint: &str| Problem { line: 1, column: 1, message, hint: hint.to_owned() };
    match kind {
        Kind::KeyValue if !value.is_nil() && value.as_map().is_none() => {
            return Err(unsuited(format!("{value} is no store"), "write {key value, …}"));
        }
        Kind::Queue if !value.is_nil() && value.as_list().is_none() => {
            return Err(unsuited(format!("{value} is no queue"), "write [first second …]"));
        }
        Kind::FencedLock if !value.is_nil() => {
            return Err(unsuited(
                format!("a fenced lock does not start with {value}"),
                "leave it out: no token was handed out yet",
            ));
        }
        _ => {}
    }
    // What the model says by itself.
    let premises = Premises { initial: Some(value.clone()), ..Premises::default() };
    let empty = judge(&History::default(), kind, &premises, &mut |_| true);
    empty.map_err(|Problem { message, hint, .. }| unsuited(message, &hint))?;
    Ok(value)
}

/// What there is at the start if nobody says so; none where a recording's first answer does.
pub fn usual(format: Format, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Bank => None,
        Kind::KeyValue => Some(Value::map([])),
        Kind::Queue => Some(Value::list([])),
        _ => Some(premises(format, kind, None).initial.unwrap_or_default()),
    }
}

/// A complaint as what the laboratory shows.
pub fn problem(complaint: Complaint) -> Problem {
    let Complaint { place, message, hint } = complaint;
    Problem { line: place.line, column: place.column, message, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_at_the_start() {
        for (kind, text, shown) in [
            (Kind::Register, "3", "3"),
            (Kind::CasRegister, " nil ", "nil"),
            (Kind::MultiRegister, "{:x 1}", "{:x 1}"),
            (Kind::KeyValue, "{\"a\" \"b\"}", "{\"a\" \"b\"}"),
            (Kind::Queue, "[1 2]", "[1 2]"),
            (Kind::Bank, "{0 10, 1 20}", "{0 10, 1 20}"),
        ] {
            assert_eq!(initial(text, kind).map(|value| value.to_string()), Ok(shown.to_owned()), "{text}");
        }
        for (kind, text, column, says) in [
            (Kind::Register, "", 1, "ends inside"),
            (Kind::Register, "1x", 1, "no number"),
            (Kind::Register, "[1 2", 5, "ends inside"),
            (Kind::Register, "[1] 2", 5, "more than one value"),
            (Kind::KeyValue, "3", 1, "no store"),
            (Kind::Queue, "{}", 1, "no queue"),
            (Kind::Bank, "7", 1, "no balances"),
            (Kind::FencedLock, "99", 1, "does not start with 99"),
        ] {
            let problem = initial(text, kind).expect_err(text);
            assert!(problem.message.contains(says) && !problem.hint.is_empty(), "{text}: {problem:?}");
            assert_eq!((problem.line, problem.column), (1, column), "{text}");
        }
    }

    #[test]
    fn what_there_usually_is_at_the_start_can_be_said() {
        for format in Format::ALL {
            for kind in Kind::ALL {
                let Some(value) = usual(format, kind) else { continue };
                assert_eq!(initial(&value.to_string(), kind), Ok(value), "{kind:?}");
            }
        }
    }

    #[test]
    fn what_does_not_exist_is_refused_with_names() {
        let terms = |model: &str, format: &str| Terms {
            model: Some(model.to_owned()),
            format: Some(format.to_owned()),
            initial: None,
        };
        assert_eq!(named(&terms("kv", "jsonl")), Ok((Some(Kind::KeyValue), Some(Format::JsonLines))));
        assert!(named(&terms("kv", "xml")).is_err_and(|problem| problem.hint.contains("jepsen-log")));
        assert!(named(&terms("tree", "jsonl")).is_err_and(|problem| problem.hint.contains("mutex")));
        assert_eq!(named(&Terms::default()), Ok((None, None)));
    }
}
