//! What someone says: one line of script, the same for a click, a typed line and a file.
//!
//! Commands name nodes and messages by content, never by an internal number. They are total: what no longer applies
//! stays in the schedule and says why it had no effect.

use std::fmt;

use super::words::{Line, Wrong};
use crate::sim::{Crash, Kind, Span, Time};

/// A node by its name (`n2`) or by the role it has when the command is performed (`primary`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pick(pub String);

/// A message by its link, its short name and which of those it is, the first being 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessagePick {
    pub from: Pick,
    pub to: Pick,
    pub name: String,
    pub nth: u32,
}

/// A link in one direction (`n1 -> n3`) or both (`n1 n3`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinkPick {
    pub a: Pick,
    pub b: Pick,
    pub one_way: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    Crash {
        node: Pick,
        how: Crash,
    },
    Restart {
        node: Pick,
    },
    Pause {
        node: Pick,
    },
    Resume {
        node: Pick,
    },
    Isolate {
        node: Pick,
    },
    /// Mends every link of a node.
    Rejoin {
        node: Pick,
    },
    Cut(LinkPick),
    Mend(LinkPick),
    Partition(Vec<Vec<Pick>>),
    /// Mends every link between nodes of different sides.
    Unite(Vec<Vec<Pick>>),
    /// Mends links and disks, takes away slowness, loss, holds and what is armed; what is down stays down.
    Heal,
    Slow {
        link: LinkPick,
        by: Span,
    },
    Lose {
        link: LinkPick,
        percent: u8,
    },
    Double {
        link: LinkPick,
        percent: u8,
    },
    /// Bytes a second, or as before.
    Narrow {
        link: LinkPick,
        bandwidth: Option<u64>,
    },
    Reset {
        a: Pick,
        b: Pick,
    },
    Drop(MessagePick),
    Duplicate(MessagePick),
    Hold(Option<LinkPick>),
    Release(Option<LinkPick>),
    Deliver(MessagePick),
    Fire {
        node: Pick,
        timer: String,
    },
    Persist {
        node: Pick,
        file: String,
    },
    StepClock {
        node: Pick,
        by_micros: i64,
    },
    SkewClock {
        node: Pick,
        ppm: i32,
    },
    SlowDisk {
        node: Pick,
        by: Span,
    },
    /// Crash or pause a node before it performs an effect: a message's short name, or `write`, `sync`, `answer`. Of those to
    /// come the first, or the one of this number.
    Arm {
        node: Pick,
        pause: bool,
        how: Crash,
        before: String,
        nth: u32,
    },
    /// What the protocol itself understands: `c1 put x 1`, `n2 promote`.
    Input {
        node: Pick,
        text: String,
    },
    Workload {
        node: Pick,
        kind: String,
        every: Span,
        until: Option<Time>,
    },
    Rest {
        node: Pick,
    },
    Say(String),
}

/// The verbs of a script, for hints and for help.
pub const VERBS: &[(&str, &str)] = &[
    ("crash", "crash n2 [power|torn]"),
    ("restart", "restart n2"),
    ("pause", "pause n2"),
    ("resume", "resume n2"),
    ("isolate", "isolate n2"),
    ("rejoin", "rejoin n2"),
    ("cut", "cut n1 n3, or cut n1 -> n3"),
    ("mend", "mend n1 n3, or mend n1 -> n3, or mend n1 n2 | n3"),
    ("partition", "partition n1 n2 | n3"),
    ("heal", "heal"),
    ("slow", "slow n1 n2 20ms"),
    ("lose", "lose n1 n2 30%"),
    ("double", "double n1 n2 30%"),
    ("narrow", "narrow n1 n2 50000 (bytes a second), or narrow n1 n2 off"),
    ("reset", "reset n1 n2"),
    ("drop", "drop n1 -> n3 Append [#2]"),
    ("duplicate", "duplicate n1 -> n3 Append [#2]"),
    ("hold", "hold, or hold n1 -> n3"),
    ("release", "release, or release n1 -> n3"),
    ("deliver", "deliver n1 -> n3 Append [#2]"),
    ("fire", "fire n2 TIMER"),
    ("persist", "persist n2 log"),
    ("clock", "clock n2 +500ms, or clock n2 rate -200ppm"),
    ("slow-disk", "slow-disk n2 200ms"),
    ("workload", "workload c1 KIND every 2s [until 30s]"),
    ("rest", "rest c1"),
    ("say", "say \"a sentence\""),
];

impl Command {
    /// Reads one command; `line` stands at its first word.
    pub fn parse(line: &mut Line<'_>) -> Result<Command, Wrong> {
        let verb = line.word("a command")?;
        let command = match verb.text {
            "crash" => parse_crash(line)?,
            "pause" => {
                let node = pick(line)?;
                match before(line)? {
                    Some((before, nth)) => Command::Arm { node, pause: true, how: Crash::Process, before, nth },
                    None => Command::Pause { node },
                }
            }
            "restart" => Command::Restart { node: pick(line)? },
            "resume" => Command::Resume { node: pick(line)? },
            "isolate" => Command::Isolate { node: pick(line)? },
            "rejoin" => Command::Rejoin { node: pick(line)? },
            "cut" => Command::Cut(link(line)?),
            "mend" if line.clone().rest("").is_ok_and(|rest| rest.contains('|')) => Command::Unite(sides(line)?),
            "mend" => Command::Mend(link(line)?),
            "partition" => Command::Partition(sides(line)?),
            "heal" => Command::Heal,
            "slow" => Command::Slow { link: link(line)?, by: span(line)? },
            "lose" => Command::Lose { link: link(line)?, percent: percent(line)? },
            "double" => Command::Double { link: link(line)?, percent: percent(line)? },
            "narrow" => Command::Narrow { link: link(line)?, bandwidth: bandwidth(line)? },
            "reset" => Command::Reset { a: pick(line)?, b: pick(line)? },
            "drop" => Command::Drop(message(line)?),
            "duplicate" => Command::Duplicate(message(line)?),
            "hold" => Command::Hold(optional_link(line)?),
            "release" => Command::Release(optional_link(line)?),
            "deliver" => Command::Deliver(message(line)?),
            "fire" => Command::Fire { node: pick(line)?, timer: line.rest("a timer's name")?.to_owned() },
            "persist" => Command::Persist { node: pick(line)?, file: line.word("a file's name")?.text.to_owned() },
            "clock" => parse_clock(line)?,
            "slow-disk" => Command::SlowDisk { node: pick(line)?, by: span(line)? },
            "workload" => parse_workload(line)?,
            "rest" => Command::Rest { node: pick(line)? },
            "say" => Command::Say(line.quoted()?),
            name if Pick::looks_like_node(name) => {
                Command::Input { node: Pick(name.to_owned()), text: line.rest("what to ask of it")?.to_owned() }
            }
            _ => return Err(line.unknown(verb, "command", VERBS.iter().map(|(name, _)| *name))),
        };
        line.end()?;
        Ok(command)
    }

    /// Changes what nodes and links can do, as against what clients ask.
    pub fn is_fault(&self) -> bool {
        !matches!(self, Command::Input { .. } | Command::Workload { .. } | Command::Rest { .. } | Command::Say(_))
    }
}

impl Command {
    /// What would end a fault that this begins.
    pub fn remedy(&self) -> Option<Command> {
        Some(match self {
            Command::Crash { node, .. } => Command::Restart { node: node.clone() },
            Command::Pause { node } => Command::Resume { node: node.clone() },
            Command::Isolate { node } => Command::Rejoin { node: node.clone() },
            Command::Cut(link) => Command::Mend(link.clone()),
            Command::Partition(sides) => Command::Unite(sides.clone()),
            Command::Narrow { link, .. } => Command::Narrow { link: link.clone(), bandwidth: None },
            Command::Slow { link, .. } => Command::Slow { link: link.clone(), by: Span::ZERO },
            Command::Lose { link, .. } => Command::Lose { link: link.clone(), percent: 0 },
            Command::Double { link, .. } => Command::Double { link: link.clone(), percent: 0 },
            Command::Hold(link) => Command::Release(link.clone()),
            Command::SlowDisk { node, .. } => Command::SlowDisk { node: node.clone(), by: Span::ZERO },
            Command::SkewClock { node, .. } => Command::SkewClock { node: node.clone(), ppm: 0 },
            _ => return None,
        })
    }
}

impl Command {
    /// The nodes that it names.
    pub fn nodes(&mut self) -> Vec<&mut Pick> {
        match self {
            Command::Crash { node, .. }
            | Command::Restart { node }
            | Command::Pause { node }
            | Command::Resume { node }
            | Command::Isolate { node }
            | Command::Rejoin { node }
            | Command::Fire { node, .. }
            | Command::Persist { node, .. }
            | Command::StepClock { node, .. }
            | Command::SkewClock { node, .. }
            | Command::SlowDisk { node, .. }
            | Command::Arm { node, .. }
            | Command::Input { node, .. }
            | Command::Workload { node, .. }
            | Command::Rest { node } => vec![node],
            Command::Cut(link)
            | Command::Mend(link)
            | Command::Slow { link, .. }
            | Command::Lose { link, .. }
            | Command::Double { link, .. }
            | Command::Narrow { link, .. }
            | Command::Hold(Some(link))
            | Command::Release(Some(link)) => vec![&mut link.a, &mut link.b],
            Command::Partition(sides) | Command::Unite(sides) => sides.iter_mut().flatten().collect(),
            Command::Reset { a, b } => vec![a, b],
            Command::Drop(message) | Command::Duplicate(message) | Command::Deliver(message) => {
                vec![&mut message.from, &mut message.to]
            }
            Command::Hold(None) | Command::Release(None) | Command::Heal | Command::Say(_) => Vec::new(),
        }
    }
}

impl Pick {
    /// A letter of a kind and a number: `n1`, `c12`.
    pub fn looks_like_node(text: &str) -> bool {
        let mut chars = text.chars();
        let is_letter = |c: char| Kind::ALL.iter().any(|kind| kind.letter() == c);
        chars.next().is_some_and(is_letter) && text.len() > 1 && chars.all(|c| c.is_ascii_digit())
    }
}

fn pick(line: &mut Line<'_>) -> Result<Pick, Wrong> {
    let word = line.word("a node, such as n2")?;
    if word.text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        Ok(Pick(word.text.to_owned()))
    } else {
        Err(line.wrong(word, "that is not a node", "name a node such as n2, or a role such as primary"))
    }
}

fn span(line: &mut Line<'_>) -> Result<Span, Wrong> {
    line.span("a time, such as 200ms")
}

fn percent(line: &mut Line<'_>) -> Result<u8, Wrong> {
    let word = line.word("a share, such as 30%")?;
    match word.text.trim_end_matches('%').parse::<u8>() {
        Ok(n) if n <= 100 => Ok(n),
        _ => Err(line.wrong(word, "that is not a share", "write a whole number from 0% to 100%")),
    }
}

fn link(line: &mut Line<'_>) -> Result<LinkPick, Wrong> {
    let a = pick(line)?;
    let one_way = line.skip("->");
    let b = pick(line)?;
    Ok(LinkPick { a, b, one_way })
}

fn optional_link(line: &mut Line<'_>) -> Result<Option<LinkPick>, Wrong> {
    if line.is_at_end() { Ok(None) } else { link(line).map(Some) }
}

fn message(line: &mut Line<'_>) -> Result<MessagePick, Wrong> {
    let from = pick(line)?;
    if !line.skip("->") {
        let word = line.word("->")?;
        return Err(line.wrong(word, "a message has a direction", "write n1 -> n3 and the message's short name"));
    }
    let to = pick(line)?;
    let name = line.word("a message's short name")?.text.to_owned();
    Ok(MessagePick { from, to, name, nth: nth(line)? })
}

/// `#2`, or nothing for the first.
fn nth(line: &mut Line<'_>) -> Result<u32, Wrong> {
    match line.peek() {
        Some(word) if word.text.starts_with('#') => {
            let word = line.word("#2")?;
            match word.text[1..].parse::<u32>() {
                Ok(n) if n > 0 => Ok(n),
                _ => Err(line.wrong(word, "that is not a place in a line", "count from #1")),
            }
        }
        _ => Ok(1),
    }
}

fn before(line: &mut Line<'_>) -> Result<Option<(String, u32)>, Wrong> {
    if line.skip("before") {
        let name = line.word("a message's short name, or write, sync, answer")?.text.to_owned();
        Ok(Some((name, nth(line)?)))
    } else {
        Ok(None)
    }
}

fn parse_crash(line: &mut Line<'_>) -> Result<Command, Wrong> {
    let node = pick(line)?;
    let how = if line.skip("power") {
        Crash::Power
    } else if line.skip("torn") {
        Crash::Torn
    } else {
        Crash::Process
    };
    Ok(match before(line)? {
        Some((before, nth)) => Command::Arm { node, pause: false, how, before, nth },
        None => Command::Crash { node, how },
    })
}

fn bandwidth(line: &mut Line<'_>) -> Result<Option<u64>, Wrong> {
    if line.skip("off") { Ok(None) } else { line.number("bytes a second", 1, 1 << 40).map(Some) }
}

/// `n1 n2 | n3`
fn sides(line: &mut Line<'_>) -> Result<Vec<Vec<Pick>>, Wrong> {
    let mut sides: Vec<Vec<Pick>> = vec![Vec::new()];
    while let Some(word) = line.peek() {
        if line.skip("|") {
            sides.push(Vec::new());
            continue;
        }
        let node = pick(line)?;
        if sides.iter().flatten().any(|other| *other == node) {
            return Err(line.wrong(word, &format!("{node} stands here twice"), "name each node once"));
        }
        if let Some(side) = sides.last_mut() {
            side.push(node);
        }
    }
    if sides.len() < 2 || sides.iter().any(Vec::is_empty) {
        return Err(line.wrong_at_end("a partition has at least two sides", "write partition n1 n2 | n3"));
    }
    Ok(sides)
}

fn parse_clock(line: &mut Line<'_>) -> Result<Command, Wrong> {
    let node = pick(line)?;
    if line.skip("rate") {
        let word = line.word("a rate, such as -200ppm")?;
        let ppm = word.text.strip_suffix("ppm").and_then(|n| n.parse::<i32>().ok());
        return match ppm {
            Some(ppm) if (-900_000..=9_000_000).contains(&ppm) => Ok(Command::SkewClock { node, ppm }),
            _ => Err(line.wrong(word, "that is not a rate", "write a deviation such as -200ppm or 50000ppm")),
        };
    }
    let word = line.word("a step, such as +500ms")?;
    let (sign, text) = match word.text.split_at_checked(1) {
        Some(("-", rest)) => (-1, rest),
        Some(("+", rest)) => (1, rest),
        _ => (1, word.text),
    };
    let span = line.span_in(word, text, "write a step such as +500ms or -2s")?;
    Ok(Command::StepClock { node, by_micros: sign * span.0 as i64 })
}

fn parse_workload(line: &mut Line<'_>) -> Result<Command, Wrong> {
    let node = pick(line)?;
    let kind = line.word("a kind of workload")?.text.to_owned();
    if !line.skip("every") {
        let word = line.word("every")?;
        return Err(line.wrong(word, "how often?", "write every 2s"));
    }
    let at = line.peek();
    let every = span(line)?;
    if every == Span::ZERO {
        return Err(line.wrong_maybe(at, "that would never end", "give a time above zero"));
    }
    let until = if line.skip("until") { Some(Time::ZERO + span(line)?) } else { None };
    Ok(Command::Workload { node, kind, every, until })
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for LinkPick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.a, if self.one_way { " -> " } else { " " }, self.b)
    }
}

impl fmt::Display for MessagePick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {} {}", self.from, self.to, self.name)?;
        if self.nth > 1 { write!(f, " #{}", self.nth) } else { Ok(()) }
    }
}

/// Writes the form that [`Command::parse`] reads.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how_word = |how: &Crash| match how {
            Crash::Process => "",
            Crash::Power => " power",
            Crash::Torn => " torn",
        };
        match self {
            Command::Crash { node, how } => write!(f, "crash {node}{}", how_word(how)),
            Command::Restart { node } => write!(f, "restart {node}"),
            Command::Pause { node } => write!(f, "pause {node}"),
            Command::Resume { node } => write!(f, "resume {node}"),
            Command::Isolate { node } => write!(f, "isolate {node}"),
            Command::Rejoin { node } => write!(f, "rejoin {node}"),
            Command::Cut(link) => write!(f, "cut {link}"),
            Command::Mend(link) => write!(f, "mend {link}"),
            Command::Partition(sides) | Command::Unite(sides) => {
                f.write_str(if matches!(self, Command::Partition(_)) { "partition" } else { "mend" })?;
                for (i, side) in sides.iter().enumerate() {
                    if i > 0 {
                        f.write_str(" |")?;
                    }
                    side.iter().try_for_each(|node| write!(f, " {node}"))?;
                }
                Ok(())
            }
            Command::Heal => f.write_str("heal"),
            Command::Slow { link, by } => write!(f, "slow {link} {by}"),
            Command::Lose { link, percent } => write!(f, "lose {link} {percent}%"),
            Command::Double { link, percent } => write!(f, "double {link} {percent}%"),
            Command::Narrow { link, bandwidth: Some(bandwidth) } => write!(f, "narrow {link} {bandwidth}"),
            Command::Narrow { link, bandwidth: None } => write!(f, "narrow {link} off"),
            Command::Reset { a, b } => write!(f, "reset {a} {b}"),
            Command::Drop(message) => write!(f, "drop {message}"),
            Command::Duplicate(message) => write!(f, "duplicate {message}"),
            Command::Hold(None) => f.write_str("hold"),
            Command::Hold(Some(link)) => write!(f, "hold {link}"),
            Command::Release(None) => f.write_str("release"),
            Command::Release(Some(link)) => write!(f, "release {link}"),
            Command::Deliver(message) => write!(f, "deliver {message}"),
            Command::Fire { node, timer } => write!(f, "fire {node} {timer}"),
            Command::Persist { node, file } => write!(f, "persist {node} {file}"),
            Command::StepClock { node, by_micros } => {
                let sign = if *by_micros < 0 { '-' } else { '+' };
                write!(f, "clock {node} {sign}{}", Span(by_micros.unsigned_abs()))
            }
            Command::SkewClock { node, ppm } => write!(f, "clock {node} rate {ppm}ppm"),
            Command::SlowDisk { node, by } => write!(f, "slow-disk {node} {by}"),
            Command::Arm { node, pause, how, before, nth } => {
                let verb = if *pause { "pause" } else { "crash" };
                write!(f, "{verb} {node}{} before {before}", how_word(how))?;
                if *nth > 1 { write!(f, " #{nth}") } else { Ok(()) }
            }
            Command::Input { node, text } => write!(f, "{node} {text}"),
            Command::Workload { node, kind, every, until } => {
                write!(f, "workload {node} {kind} every {every}")?;
                until.map_or(Ok(()), |time| write!(f, " until {}", Span(time.0)))
            }
            Command::Rest { node } => write!(f, "rest {node}"),
            Command::Say(text) => write!(f, "say \"{text}\""),
        }
    }
}
