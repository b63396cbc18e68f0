//! Options and flaws: what can be chosen before a run, as plain data.

use std::collections::{BTreeMap, BTreeSet};

use super::time::Span;

/// A choice that a system offers.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    pub name: &'static str,
    pub title: &'static str,
    pub default: &'static str,
    pub range: Range,
}

#[derive(Clone, Copy, Debug)]
pub enum Range {
    Number { from: u64, to: u64 },
    Span { from: Span, to: Span },
    Choice(&'static [&'static str]),
}

/// A known mistake that can be switched on.
#[derive(Clone, Copy, Debug)]
pub struct Flaw {
    pub name: &'static str,
    pub title: &'static str,
    /// The claim it violates.
    pub violates: &'static str,
    /// The scenario that shows it.
    pub scenario: &'static str,
}

/// The options that every system has: the physics of the world.
pub const PHYSICS: &[OptionSpec] = &[
    OptionSpec {
        name: "latency",
        title: "How long a message takes, in the median",
        default: "500us",
        range: Range::Span { from: Span(1), to: Span::seconds(10) },
    },
    OptionSpec {
        name: "jitter",
        title: "Whether latencies vary",
        default: "off",
        range: Range::Choice(&["on", "off"]),
    },
    OptionSpec {
        name: "disk",
        title: "How long a disk sync takes, in the median",
        default: "1ms",
        range: Range::Span { from: Span(1), to: Span::seconds(60) },
    },
    OptionSpec {
        name: "loss",
        title: "Datagrams lost, and stream packets sent again, in a hundred",
        default: "0",
        range: Range::Number { from: 0, to: 99 },
    },
    OptionSpec {
        name: "transport_timeout",
        title: "How long a connection lives without acknowledgement",
        default: "20s",
        range: Range::Span { from: Span::millis(1), to: Span::seconds(3_600) },
    },
    OptionSpec {
        name: "connect_timeout",
        title: "How long a connection may take to open",
        default: "1s",
        range: Range::Span { from: Span::millis(1), to: Span::seconds(3_600) },
    },
    OptionSpec {
        name: "send_window",
        title: "Bytes that may be under way unacknowledged",
        default: "65536",
        range: Range::Number { from: 64, to: 1 << 30 },
    },
    OptionSpec {
        name: "bandwidth",
        title: "Bytes that a link carries in a second",
        default: "125000000",
        range: Range::Number { from: 1, to: 1 << 40 },
    },
    OptionSpec {
        name: "connections",
        title: "Whether opening a connection takes packets, or is given",
        default: "handshake",
        range: Range::Choice(&["handshake", "given"]),
    },
    OptionSpec {
        name: "delivery",
        title: "The order in which a held network may deliver",
        default: "fifo",
        range: Range::Choice(&["fifo", "unordered", "set"]),
    },
    OptionSpec {
        name: "chance",
        title: "Random draws as they fall, or always the lowest",
        default: "drawn",
        range: Range::Choice(&["drawn", "lowest"]),
    },
];

/// The values chosen for one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Settings {
    pub seed: u64,
    values: BTreeMap<&'static str, String>,
    flaws: BTreeSet<&'static str>,
}

impl Settings {
    /// The defaults of the physics and of a system's own options.
    pub fn defaults(own: &[OptionSpec]) -> Settings {
        let mut settings = Settings { seed: 1, ..Settings::default() };
        for spec in PHYSICS.iter().chain(own) {
            settings.values.insert(spec.name, spec.default.to_owned());
        }
        settings
    }

    /// Sets an option after checking its value.
    ///
    /// # Errors
    /// A sentence that says what the value must be.
    pub fn set(&mut self, spec: &OptionSpec, value: &str) -> Result<(), String> {
        check(spec, value)?;
        self.values.insert(spec.name, value.to_owned());
        Ok(())
    }

    pub fn set_flaw(&mut self, flaw: &Flaw, on: bool) {
        if on {
            self.flaws.insert(flaw.name);
        } else {
            self.flaws.remove(flaw.name);
        }
    }

    pub fn text(&self, name: &str) -> &str {
        debug_assert!(self.values.contains_key(name), "there is no option `{name}`");
        self.values.get(name).map_or("", String::as_str)
    }

    /// Names and values, in the order of the names.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.values.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// A number that [`Settings::set`] has checked.
    pub fn number(&self, name: &str) -> u64 {
        self.text(name).parse().unwrap_or(0)
    }

    pub fn span(&self, name: &str) -> Span {
        Span::parse(self.text(name)).unwrap_or_default()
    }

    pub fn is(&self, name: &str, value: &str) -> bool {
        self.text(name) == value
    }

    pub fn has_flaw(&self, name: &str) -> bool {
        self.flaws.contains(name)
    }

    pub fn clear_flaws(&mut self) {
        self.flaws.clear();
    }

    pub fn flaws(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.flaws.iter().copied()
    }
}

fn check(spec: &OptionSpec, value: &str) -> Result<(), String> {
    let fits = match spec.range {
        Range::Number { from, to } => value.parse::<u64>().is_ok_and(|n| (from..=to).contains(&n)),
        Range::Span { from, to } => Span::parse(value).is_some_and(|s| (from..=to).contains(&s)),
        Range::Choice(choices) => choices.contains(&value),
    };
    if fits { Ok(()) } else { Err(format!("{} must be {}, not `{value}`", spec.name, spec.range.words())) }
}

impl Range {
    pub fn words(&self) -> String {
        match self {
            Range::Number { from, to } => format!("a number from {from} to {to}"),
            Range::Span { from, to } => format!("a time from {from} to {to}, such as 200ms"),
            Range::Choice(choices) => format!("one of {}", choices.join(", ")),
        }
    }
}
