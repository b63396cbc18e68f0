//! Lines of a log: whatever stands before it, process, phase, function and value, with blanks or tabs between them.

use super::nemesis::Deed;
use super::{Lines, edn};
use crate::judges::history::{Complaint, Entry, Phase, Place};
use crate::judges::value::Value;

const A_LINE: &str = "a line is `INFO  jepsen.util - 0  :invoke  :write  3`: process, phase, function, value";

/// A word, and the column in bytes where it begins.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_ascii_whitespace().map(move |word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

/// Where the phase stands, if there is one.
fn phase(line: &str) -> Option<(&str, usize, Phase)> {
    let mut before = None;
    for (at, word) in words(line) {
        let phase = word.strip_prefix(':').and_then(Phase::named);
        if let (Some(phase), Some(process)) = (phase, before)
            && is_process(process)
        {
            return Some((process, at + word.len(), phase));
        }
        before = Some(word);
    }
    None
}

fn is_process(word: &str) -> bool {
    is_client(word) || word == ":nemesis"
}

fn is_client(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_line(line: &str) -> bool {
    phase(line).is_some()
}

/// What clients and nemesis did; other lines of the log are passed over.
pub(super) fn lines(text: &str) -> Result<Lines, Complaint> {
    let mut lines = Lines::default();
    for (line, number) in text.lines().zip(1..) {
        let place = |at: usize| Place { line: number, column: 1 + line[..at].chars().count() as u32 };
        let Some((process, after, phase)) = phase(line) else {
            if let Some((_, rest)) = line.split_once("jepsen.util")
                && words(rest).nth(1).is_some_and(|(_, word)| is_client(word))
            {
                return Err(Complaint::new(place(line.len()), "the line ends before it says what happened", A_LINE));
            }
            continue;
        };
        if process == ":nemesis" {
            lines.deeds.extend(deed(&line[after..], number, lines.entries.len() as u32));
            continue;
        }
        let at = words(line).find(|(_, word)| *word == process).map_or(0, |(at, _)| at);
        let process = process
            .parse()
            .map_err(|_| Complaint::new(place(at), format!("{process} is no process"), "processes are numbered"))?;
        let rest = &line[after..];
        let Some((at, function)) = words(rest).next() else {
            return Err(Complaint::new(place(line.len()), "the line ends before its function", A_LINE));
        };
        let Some(name) = function.strip_prefix(':').filter(|name| !name.is_empty()) else {
            return Err(Complaint::new(place(after + at), format!("{function} is no function"), A_LINE));
        };
        let from = after + at + function.len();
        let value = if matches!(phase, Phase::Fail | Phase::Info) {
            Value::Nil
        } else if line[from..].trim().is_empty() {
            return Err(Complaint::new(place(line.len()), "the line ends before its value", A_LINE));
        } else {
            edn::value(&line[from..]).map_err(|complaint| {
                let column = place(from).column + complaint.place.column.saturating_sub(1);
                Complaint { place: Place { line: number, column }, ..complaint }
            })?
        };
        lines.entries.push(Entry {
            process: Value::Int(process),
            phase,
            function: name.into(),
            value,
            time: None,
            place: place(0),
        });
    }
    Ok(lines)
}

/// Its value is whatever the line ends with.
fn deed(rest: &str, line: u32, at: u32) -> Option<Deed> {
    let (start, function) = words(rest).next()?;
    let said = rest[start + function.len()..].trim();
    let value = match edn::value(said) {
        Ok(value @ (Value::Nil | Value::Text(_))) => value,
        _ => Value::text(said),
    };
    Some(Deed { function: function.trim_start_matches(':').to_owned(), value, at, line })
}
