//! Which entries of the trace one wants to see.

use super::Trail;
use crate::lab::wire::{Code, TraceLine};
use crate::page::words::Words;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sieve {
    pub text: String,
    pub node: Option<u16>,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// All but routine traffic and bookkeeping.
    #[default]
    Interesting,
    All,
    Messages,
    Timers,
    Disk,
    Clients,
    Notes,
    Faults,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Interesting,
        Kind::All,
        Kind::Messages,
        Kind::Timers,
        Kind::Disk,
        Kind::Clients,
        Kind::Notes,
        Kind::Faults,
    ];

    fn has(self, entry: &TraceLine) -> bool {
        match self {
            Kind::All => true,
            Kind::Interesting => !entry.routine && !matches!(entry.code, Code::Fire | Code::Write | Code::Sync),
            Kind::Messages => entry.code.is_message(),
            Kind::Timers => entry.code == Code::Fire,
            Kind::Disk => matches!(entry.code, Code::Write | Code::Sync | Code::Durable),
            Kind::Clients => matches!(entry.code, Code::Offer | Code::Invoke | Code::Complete),
            Kind::Notes => matches!(entry.code, Code::Mark | Code::Note | Code::Output | Code::Broken),
            Kind::Faults => matches!(
                entry.code,
                Code::Fault
                    | Code::Crash
                    | Code::Pause
                    | Code::Resume
                    | Code::Boot
                    | Code::Lose
                    | Code::Connect
                    | Code::Drop
            ),
        }
    }
}

impl Sieve {
    /// The numbers of the entries that fit, in order.
    pub fn pass(&self, trail: &Trail, names: &[String], words: &Words) -> Vec<u32> {
        let text = self.text.trim().to_lowercase();
        let fits = |entry: &&TraceLine| {
            self.kind.has(entry)
                && self.node.is_none_or(|node| entry.node.0 == node)
                && (text.is_empty() || says(trail, entry, names, words, &text))
        };
        trail.entries().iter().filter(fits).map(|entry| entry.number).collect()
    }
}

/// The whole line says each of the words, in whatever order; a node's name is a word of its own.
fn says(trail: &Trail, entry: &TraceLine, names: &[String], words: &Words, text: &str) -> bool {
    let name = names.get(usize::from(entry.node.0));
    let line = format!("{} {} {}", words.code(entry.code), trail.message(entry).unwrap_or_default(), entry.words);
    let line = line.to_lowercase();
    text.split_whitespace().all(|word| line.contains(word) || name.is_some_and(|name| name == word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{NodeId, Time};
    use crate::lab::frame::Position;
    use crate::lab::wire::{TimelineView, TracePart};
    use crate::page::words::EN;

    fn trail() -> Trail {
        let line = |number: u32, node: u16, code, routine, words: &str| TraceLine {
            number,
            cause: 0,
            at: Position { time: Time(u64::from(number)), k: 1 },
            node: NodeId(node),
            code,
            kind: 0,
            detail: 0,
            bytes: 0,
            routine,
            words: words.into(),
        };
        let mut trail = Trail::default();
        trail.follow(&TimelineView { revision: 1, ..TimelineView::default() }, Position::default());
        trail.take(TracePart {
            revision: 1,
            entries: vec![
                line(1, 0, Code::Send, false, "to n2 put x"),
                line(2, 0, Code::Send, true, "to n2 are you there"),
                line(3, 1, Code::Deliver, false, "from n1 put x"),
                line(4, 1, Code::Fire, false, "tick"),
                line(5, 1, Code::Crash, false, ""),
            ],
            more: false,
            messages: vec!["APPEND".into()],
        });
        trail
    }

    #[test]
    fn text_node_and_kind_narrow_together() {
        let names = ["n1".to_string(), "n2".into()];
        let pass = |text: &str, node, kind| Sieve { text: text.into(), node, kind }.pass(&trail(), &names, &EN);
        assert_eq!(pass("", None, Kind::Interesting), [1, 3, 5]);
        assert_eq!(pass("", None, Kind::All).len(), 5);
        assert_eq!(pass("append", None, Kind::All), [1, 2, 3]);
        assert_eq!(pass("PUT X", Some(1), Kind::Messages), [3]);
        assert_eq!(pass("n2", None, Kind::Faults), [5]);
        assert_eq!(pass("deliver append", None, Kind::All), [3], "as the line reads");
        assert_eq!(pass("append n1", None, Kind::All), [1, 2, 3], "n1 sent or is named");
        assert_eq!(pass("no such words", None, Kind::All), [0; 0]);
    }
}
