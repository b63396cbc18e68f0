//! Lines of a log: whatever stands before it, process, phase, function and value, with blanks or tabs between them.

use super::edn;
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
    word.bytes().all(|byte| byte.is_ascii_digit()) || word == ":nemesis"
}

pub(super) fn is_line(line: &str) -> bool {
    phase(line).is_some()
}

/// The clients' calls and returns; other lines of the log are passed over.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, Complaint> {
    let mut entries = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let place = |at: usize| Place { line: number, column: 1 + line[..at].chars().count() as u32 };
        let Some((process, after, phase)) = phase(line) else {
            if let Some((_, rest)) = line.split_once("jepsen.util")
                && words(rest).nth(1).is_some_and(|(_, word)| is_process(word))
            {
                return Err(Complaint::new(place(line.len()), "the line ends before it says what happened", A_LINE));
            }
            continue;
        };
        if process == ":nemesis" {
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
        entries.push(Entry {
            process: Value::Int(process),
            phase,
            function: name.into(),
            value,
            time: None,
            place: place(0),
        });
    }
    Ok(entries)
}
