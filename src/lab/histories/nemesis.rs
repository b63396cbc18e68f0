//! What was done to the system while clients were at work: the lines of the process `nemesis`. They are not judged, so none
//! of them is an error: what cannot be understood is left out.

use crate::judges::history::EventNumber;
use crate::judges::value::Value;

/// A line of the nemesis.
#[derive(Clone, Debug)]
pub(super) struct Deed {
    pub function: String,
    pub value: Value,
    /// How many calls and returns come before it.
    pub at: EventNumber,
    pub line: u32,
}

/// Something that was broken for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// As the nemesis told it.
    pub words: String,
    pub line: u32,
    /// It began after so many calls and returns and ended after so many; none where nothing ended it.
    pub from: EventNumber,
    pub to: Option<EventNumber>,
}

/// What ends something, and the beginnings that it ends. What has none of those in its name is over at once.
const ENDS: &[(&str, &[&str])] = &[
    ("stop", &["start"]),
    ("heal", &["start", "partition", "split", "cut", "isolate"]),
    ("resume", &["pause", "suspend"]),
    ("start", KILLED),
    ("restart", KILLED),
    ("recover", KILLED),
    ("fast", &["slow"]),
    ("reset", &["bump", "strobe", "skew"]),
];
const KILLED: &[&str] = &["kill", "crash"];
/// Letters of a fault's words.
const WORDY: usize = 160;

/// Whether an operation that cannot be read is the nemesis's.
pub(super) fn is_nemesis(text: &str) -> bool {
    let says = |rest: &str| rest.trim_start_matches(|char: char| !char.is_alphanumeric()).starts_with("nemesis");
    text.split("process").skip(1).any(says)
}

/// What was broken from when to when.
pub(super) fn faults(deeds: &[Deed]) -> Vec<Fault> {
    // Where something is killed, `start` starts it again; elsewhere it starts a fault.
    let restarts = deeds.iter().any(|deed| any(&deed.function, KILLED));
    let mut faults: Vec<Fault> = Vec::new();
    let mut open: Vec<(usize, &Deed)> = Vec::new();
    let mut deeds = deeds.iter().peekable();
    while let Some(deed) = deeds.next() {
        // As a rule it is told twice: that it is to be done, and how it was.
        let done = deeds.next_if(|next| next.function == deed.function).unwrap_or(deed);
        if let Some(end) = End::of(&deed.function, restarts) {
            let same = |begun: &Deed| end.ends(&begun.function) && begun.value == deed.value;
            let one = !deed.value.is_nil() && open.iter().any(|(_, begun)| same(begun));
            open.retain(|&(fault, begun)| {
                let ends = if one { same(begun) } else { end.ends(&begun.function) };
                if ends {
                    faults[fault].to = Some(done.at);
                }
                !ends
            });
            continue;
        }
        let lasts = ENDS.iter().any(|(_, begun)| any(&deed.function, begun));
        if lasts {
            open.push((faults.len(), deed));
        }
        let to = (!lasts).then_some(done.at);
        faults.push(Fault { words: words(deed, done), line: deed.line, from: deed.at, to });
    }
    faults
}

struct End<'f> {
    begun: &'static [&'static str],
    /// What else its name says, which what it ends says, too: `stop-partition`.
    rest: Vec<&'f str>,
}

impl End<'_> {
    fn of(function: &str, restarts: bool) -> Option<End<'_>> {
        let is_end = |name: &str| name != "start" || restarts && function == "start";
        let (end, begun) = names(function).find_map(|name| ENDS.iter().find(|(end, _)| *end == name && is_end(end)))?;
        Some(End { begun, rest: names(function).filter(|name| name != end).collect() })
    }

    fn ends(&self, function: &str) -> bool {
        self.rest.iter().all(|name| any(function, &[name])) && (!self.rest.is_empty() || any(function, self.begun))
    }
}

fn names(function: &str) -> impl Iterator<Item = &str> {
    function.split(|char: char| !char.is_alphanumeric()).filter(|name| !name.is_empty())
}

fn any(function: &str, of: &[&str]) -> bool {
    names(function).any(|name| of.contains(&name))
}

fn words(deed: &Deed, done: &Deed) -> String {
    let value = if done.value.is_nil() { &deed.value } else { &done.value };
    let words = match value {
        Value::Nil => deed.function.clone(),
        Value::Text(text) => format!("{} {text}", deed.function),
        value => format!("{} {value}", deed.function),
    };
    match words.char_indices().nth(WORDY) {
        Some((end, _)) => format!("{} …", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deeds as `function`, or `function value`, one call or return between two of them.
    fn told(deeds: &[&str]) -> Vec<(String, u32, Option<u32>)> {
        let deed = |(at, deed): (u32, &&str)| {
            let (function, value) = deed.split_once(' ').map_or((*deed, Value::Nil), |(f, v)| (f, Value::text(v)));
            Deed { function: function.to_owned(), value, at, line: at + 1 }
        };
        let deeds: Vec<Deed> = (0..).zip(deeds).map(deed).collect();
        faults(&deeds).into_iter().map(|fault| (fault.words, fault.from, fault.to)).collect()
    }

    #[test]
    fn what_begins_and_what_ends() {
        type Bands = &'static [(&'static str, u32, Option<u32>)];
        let table: [(&[&str], Bands); 11] = [
            (&[], &[]),
            // Each is told when it is to be done and when it was.
            (&["start", "start Cut off n1", "stop", "stop whole"], &[("start Cut off n1", 0, Some(3))]),
            (&["start", "stop", "start"], &[("start", 0, Some(1)), ("start", 2, None)]),
            (&["stop", "heal", "resume"], &[]),
            (
                &["start-partition", "kill", "start", "stop-partition"],
                &[("start-partition", 0, Some(3)), ("kill", 1, Some(2))],
            ),
            (&["partition n1", "stop-kill", "heal"], &[("partition n1", 0, Some(2))]),
            (&["kill n1", "pause n2", "resume", "restart"], &[("kill n1", 0, Some(3)), ("pause n2", 1, Some(2))]),
            // One of two, by its name.
            (
                &["kill n1", "bump-clock", "kill n2", "start n1"],
                &[("kill n1", 0, Some(3)), ("bump-clock", 1, None), ("kill n2", 2, None)],
            ),
            (
                &["bump-clock", "strobe-clock", "reset-clock"],
                &[("bump-clock", 0, Some(2)), ("strobe-clock", 1, Some(2))],
            ),
            // What nobody ends is over at once.
            (
                &["truncate-file", "truncate-file n3", "leave"],
                &[("truncate-file n3", 0, Some(1)), ("leave", 2, Some(2))],
            ),
            (&["--", "start-"], &[("--", 0, Some(0)), ("start-", 1, None)]),
        ];
        for (deeds, bands) in table {
            let bands: Vec<_> = bands.iter().map(|&(words, from, to)| (words.to_owned(), from, to)).collect();
            assert_eq!(told(deeds), bands, "{deeds:?}");
        }
        assert!(told(&[&format!("start {}", "é".repeat(300))])[0].0.chars().count() < 170);
    }

    #[test]
    fn whose_line_it_is() {
        for line in [r#"{"process": "nemesis", x"#, "{:type :info :process :nemesis :f", "{:process nemesis-2"] {
            assert!(is_nemesis(line), "{line}");
        }
        for line in [r#"{"process": 1, "value": "nemesis"}"#, "{:process 0", "nemesis"] {
            assert!(!is_nemesis(line), "{line}");
        }
    }
}
