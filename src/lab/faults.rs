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
        self.end(now, &part, order.map(|order| order.line.as_str()));
        if opens {
            let (line, remedy) = order.map_or((None, ""), |order| (Some(order.line.as_str()), &order.remedy));
            self.begin(now, line, remedy, part, struck(fault).into_iter().flatten().map(name).collect());
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
            self.begin(now, None, "", part, Vec::new());
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
            self.begin(now, line, "", part, Vec::new());
        }
        is_news
    }

    fn begin(&mut self, now: Time, line: Option<&str>, remedy: &str, part: String, struck: Vec<String>) {
        let line = line.unwrap_or(&part);
        let mut lasting = self.lasting.iter_mut();
        let lasting = match lasting.find(|lasting| lasting.bar.line == line && lasting.bar.from == now) {
            Some(lasting) => {
                lasting.parts.push(part);
                // What failed by itself says nothing of whom the line meant.
                if !struck.is_empty() {
                    lasting.struck.retain(|one| struck.contains(one));
                }
                lasting
            }
            None => {
                let (line, remedy) = (line.to_owned(), remedy.to_owned());
                let words = String::new();
                let bar = FaultBar { words, line, entry: u32::MAX, from: now, to: None, ended_by: None, remedy };
                self.lasting.push(Lasting { bar, parts: vec![part], struck });
                let Some(lasting) = self.lasting.last_mut() else { return };
                lasting
            }
        };
        let line = &lasting.bar.line;
        let is_said = |name: &&str| line.split_whitespace().any(|word| word == *name);
        let unsaid: Vec<&str> = lasting.struck.iter().map(String::as_str).filter(|name| !is_said(name)).collect();
        // Of both ends of a way either may have been meant.
        lasting.bar.words = if let [who] = unsaid[..] { format!("{line}: {who}") } else { line.clone() };
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

/// What a node is called.
type Name<'a> = &'a dyn Fn(NodeId) -> String;

fn down(name: &str) -> String {
    format!("{name} down")
}

fn paused(name: &str) -> String {
    format!("{name} paused")
}

/// The nodes that a fault is about.
fn struck(fault: &Fault) -> [Option<NodeId>; 2] {
    match *fault {
        Fault::Crash { node, .. }
        | Fault::Pause { node }
        | Fault::SlowDisk { node, .. }
        | Fault::SkewClock { node, .. } => [Some(node), None],
        Fault::Cut { from, to }
        | Fault::Slow { from, to, .. }
        | Fault::Lose { from, to, .. }
        | Fault::Double { from, to, .. }
        | Fault::Narrow { from, to, .. }
        | Fault::HoldLane { from, to } => [Some(from), Some(to)],
        _ => [None, None],
    }
}

/// The part of a bar that a fault opens (true) or closes on the timeline.
fn part(fault: &Fault, name: Name<'_>) -> Option<(String, bool)> {
    let name = |id: &NodeId| name(*id);
    let lane = |what: &str, from: &NodeId, to: &NodeId| format!("{what} {} -> {}", name(from), name(to));
    Some(match fault {
        Fault::Crash { node, .. } => (down(&name(node)), true),
        Fault::Restart { node } => (down(&name(node)), false),
        Fault::Pause { node } => (paused(&name(node)), true),
        Fault::Resume { node } => (paused(&name(node)), false),
        Fault::Cut { from, to } => (lane("cut", from, to), true),
        Fault::Mend { from, to } => (lane("cut", from, to), false),
        Fault::Slow { from, to, by } => (lane("slow", from, to), *by > Span::ZERO),
        Fault::Lose { from, to, percent } => (lane("loss", from, to), *percent > 0),
        Fault::Double { from, to, percent } => (lane("doubling", from, to), *percent > 0),
        Fault::Narrow { from, to, bandwidth } => (lane("narrow", from, to), bandwidth.is_some()),
        Fault::SlowDisk { node, by } => (format!("slow disk {}", name(node)), *by > Span::ZERO),
        Fault::Hold => ("held".to_owned(), true),
        Fault::Release => ("held".to_owned(), false),
        Fault::HoldLane { from, to } => (lane("held", from, to), true),
        Fault::ReleaseLane { from, to } => (lane("held", from, to), false),
        Fault::SkewClock { node, ppm } => (format!("clock of {} skewed", name(node)), *ppm != 0),
        Fault::StepClock { .. }
        | Fault::Reset { .. }
        | Fault::Drop(_)
        | Fault::Duplicate(_)
        | Fault::Arm { .. }
        | Fault::Disarm => return None,
    })
}
