//! Faults that last, as the timeline's bars: a line that cuts many links is one bar, which ends with the last of its parts.

use super::wire::FaultBar;
use crate::parts::ChunkedLog;
use crate::sim::{Fault, NodeId, Span, Time};

/// Those that have ended, and those that last.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    pub ended: ChunkedLog<FaultBar>,
    lasting: Vec<Lasting>,
    /// Parts of nodes that have failed by themselves.
    casualties: Vec<String>,
}

/// A line, and the one that would end what it begins.
#[derive(Clone, Debug)]
pub struct Order {
    pub line: String,
    pub remedy: String,
}

/// A fault that lasts, with the single faults that it still consists of.
#[derive(Clone, Debug)]
struct Lasting {
    bar: FaultBar,
    parts: Vec<String>,
    /// Whom all parts have in common.
    struck: Vec<String>,
}

impl Faults {
    pub fn lasting(&self) -> impl Iterator<Item = &FaultBar> {
        self.lasting.iter().map(|lasting| &lasting.bar)
    }

    /// A fault was performed, by this order if by any.
    pub fn performed(&mut self, now: Time, fault: &Fault, name: Name<'_>, order: Option<&Order>) {
        let Some((part, opens)) = part(fault, name) else { return };
        self.end(now, &part.words, order.map(|order| order.line.as_str()));
        if opens {
            let (line, remedy) = order.map_or((None, ""), |order| (Some(order.line.as_str()), &order.remedy));
            self.begin(now, line, remedy, part);
        }
    }

    pub fn crashed(&mut self, now: Time, name: &str, order: Option<&Order>) {
        self.end(now, &paused(name), order.map(|order| order.line.as_str()));
        self.stopped(now, down(name));
    }

    pub fn paused(&mut self, now: Time, name: &str) {
        self.stopped(now, paused(name));
    }

    /// A node stopped: by a fault that is known, or because a trap went off.
    fn stopped(&mut self, now: Time, part: String) {
        if !self.lasting.iter().any(|lasting| lasting.parts.contains(&part)) {
            self.begin(now, None, "", Part::of_nobody(part));
        }
    }

    /// Which parts of nodes have failed by themselves now, and the line that may have done it; says whether one more has.
    pub fn suffered(&mut self, now: Time, casualties: Vec<String>, line: Option<&str>) -> bool {
        let before = std::mem::replace(&mut self.casualties, casualties);
        let now_failed = self.casualties.clone();
        for part in before.iter().filter(|part| !now_failed.contains(part)) {
            // The line that ends it does something else besides, and is not its remedy.
            self.end(now, part, None);
        }
        let mut is_news = false;
        for part in now_failed.into_iter().filter(|part| !before.contains(part)) {
            is_news = true;
            self.begin(now, line, "", Part::of_nobody(part));
        }
        is_news
    }

    fn begin(&mut self, now: Time, line: Option<&str>, remedy: &str, part: Part) {
        let line = line.unwrap_or(&part.words).to_owned();
        let same = |lasting: &Lasting| lasting.bar.line == line && lasting.bar.from == now;
        match self.lasting.iter_mut().find(|lasting| same(lasting)) {
            Some(lasting) => lasting.add(part),
            None => {
                let (words, remedy, struck) = (String::new(), remedy.to_owned(), part.nodes.clone());
                let bar = FaultBar { words, line, entry: u32::MAX, from: now, to: None, ended_by: None, remedy };
                let mut lasting = Lasting { bar, parts: Vec::new(), struck };
                lasting.add(part);
                self.lasting.push(lasting);
            }
        }
    }

    fn end(&mut self, now: Time, part: &str, line: Option<&str>) {
        let consists = |lasting: &Lasting| lasting.parts.iter().any(|other| other == part);
        let Some(index) = self.lasting.iter().position(consists) else { return };
        self.lasting[index].parts.retain(|other| other != part);
        if self.lasting[index].parts.is_empty() {
            let bar = self.lasting.remove(index).bar;
            let ended_by = line.map(|line| (line.to_owned(), u32::MAX));
            self.ended.push(FaultBar { to: Some(now), ended_by, ..bar });
        }
    }
}

impl Lasting {
    fn add(&mut self, part: Part) {
        self.parts.push(part.words);
        // What failed by itself says nothing of whom the line meant.
        if !part.nodes.is_empty() {
            self.struck.retain(|one| part.nodes.contains(one));
        }
        let line = &self.bar.line;
        let is_said = |name: &&String| line.split_whitespace().any(|word| word == *name);
        let unsaid: Vec<&String> = self.struck.iter().filter(|name| !is_said(name)).collect();
        // Of both ends of a way either may have been meant.
        self.bar.words = if let [who] = unsaid[..] { format!("{line}: {who}") } else { line.clone() };
    }
}

/// A single fault of those that a bar consists of.
struct Part {
    words: String,
    /// Whom it is about, if it was meant for somebody.
    nodes: Vec<String>,
}

impl Part {
    fn of_nobody(words: String) -> Part {
        Part { words, nodes: Vec::new() }
    }
}

/// What a node is called.
type Name<'a> = &'a dyn Fn(NodeId) -> String;

fn down(name: &str) -> String {
    format!("{name} down")
}

fn paused(name: &str) -> String {
    format!("{name} paused")
}

/// The part of a bar that a fault opens (true) or closes on the timeline.
fn part(fault: &Fault, name: Name<'_>) -> Option<(Part, bool)> {
    let at = |node: &NodeId, says: fn(&str) -> String| {
        let name = name(*node);
        Part { words: says(&name), nodes: vec![name] }
    };
    let lane = |what: &str, from: &NodeId, to: &NodeId| {
        let (from, to) = (name(*from), name(*to));
        Part { words: format!("{what} {from} -> {to}"), nodes: vec![from, to] }
    };
    let held = || Part::of_nobody("held".to_owned());
    Some(match fault {
        Fault::Crash { node, .. } => (at(node, down), true),
        Fault::Restart { node } => (at(node, down), false),
        Fault::Pause { node } => (at(node, paused), true),
        Fault::Resume { node } => (at(node, paused), false),
        Fault::Cut { from, to } => (lane("cut", from, to), true),
        Fault::Mend { from, to } => (lane("cut", from, to), false),
        Fault::Slow { from, to, by } => (lane("slow", from, to), *by > Span::ZERO),
        Fault::Lose { from, to, percent } => (lane("loss", from, to), *percent > 0),
        Fault::Double { from, to, percent } => (lane("doubling", from, to), *percent > 0),
        Fault::Narrow { from, to, bandwidth } => (lane("narrow", from, to), bandwidth.is_some()),
        Fault::SlowDisk { node, by } => (at(node, |name| format!("slow disk {name}")), *by > Span::ZERO),
        Fault::Hold => (held(), true),
        Fault::Release => (held(), false),
        Fault::HoldLane { from, to } => (lane("held", from, to), true),
        Fault::ReleaseLane { from, to } => (lane("held", from, to), false),
        Fault::SkewClock { node, ppm } => (at(node, |name| format!("clock of {name} skewed")), *ppm != 0),
        Fault::StepClock { .. }
        | Fault::Reset { .. }
        | Fault::Drop(_)
        | Fault::Duplicate(_)
        | Fault::Arm { .. }
        | Fault::Disarm => return None,
    })
}
