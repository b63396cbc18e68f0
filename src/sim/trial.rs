//! A world driven by hand, for the tests of protocols: what happened in words, and which claims were violated.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::{
    Action, Completion, Crash, Entry, Expectation, Fault, NodeId, Observer, OperationId, PHYSICS, Protocol, Settings,
    Span, Verdict, What, World,
};

/// What a run was seen to do, in words; and its history.
pub struct Seen<P: Protocol> {
    pub lines: Vec<String>,
    pub broken: Vec<&'static str>,
    pub told: Vec<(OperationId, Told<P>)>,
    /// How many messages of each kind were sent.
    pub sent: BTreeMap<&'static str, u64>,
}

pub enum Told<P: Protocol> {
    Asked(P::Operation),
    Ended(Completion<P::Answer>),
}

impl<P: Protocol> Observer<P> for Seen<P> {
    const READS_NOTES: bool = true;
    fn see(&mut self, entry: Entry<'_, P>) {
        let id = entry.node.0;
        match entry.what {
            What::Marked { milestone } => self.lines.push(format!("#{id} {milestone}")),
            What::Invoked { operation, body } => self.told.push((operation, Told::Asked(body.clone()))),
            What::Completed { operation, completion } => {
                self.lines.push(format!("#{id} {completion:?}"));
                self.told.push((operation, Told::Ended(completion.clone())));
            }
            What::Noted { template, args } => self.lines.push(format!("#{id} note {template} {args:?}")),
            What::Sent { body, .. } => *self.sent.entry(P::MESSAGES[usize::from(P::kind(body))]).or_default() += 1,
            What::Broken { why } => self.broken.push(why),
            _ => {}
        }
    }
}

/// A world with the claims that were violated in it.
pub struct Run<P: Protocol> {
    seed: u64,
    pub world: World<P>,
    pub seen: Seen<P>,
    /// The first violation of each claim.
    pub violations: Vec<(&'static str, String)>,
}

impl<P: Protocol> Run<P> {
    /// A run with these options, given as `name value`, and these flaws.
    pub fn new(seed: u64, options: &[(&str, &str)], flaws: &[&str]) -> Run<P> {
        let mut settings = Settings::defaults(P::options());
        settings.seed = seed;
        for (name, value) in options {
            let spec = P::options().iter().chain(PHYSICS).find(|spec| spec.name == *name);
            settings.set(spec.expect(name), value).expect(value);
        }
        for flaw in P::flaws().iter().filter(|flaw| flaws.contains(&flaw.name)) {
            settings.set_flaw(flaw, true);
        }
        let mut seen = Seen { lines: Vec::new(), broken: Vec::new(), told: Vec::new(), sent: BTreeMap::new() };
        let world = World::new(&settings, &mut seen);
        Run { seed, world, seen, violations: Vec::new() }
    }

    pub fn apply(&mut self, action: Action<P>) {
        let _ = self.world.apply(action, &mut self.seen);
        for claim in P::claims() {
            let known = self.violations.iter().any(|(name, _)| *name == claim.name);
            if claim.expectation != Expectation::Always || known {
                continue;
            }
            if let Verdict::Violated { says, .. } = (claim.check)(&self.world) {
                self.violations.push((claim.name, format!("{} {says}", self.world.now().0)));
            }
        }
    }

    pub fn say(&mut self, node: u16, input: &str) {
        let input = P::parse_input(input).expect(input);
        self.apply(Action::Offer { node: NodeId(node), input });
    }

    pub fn fault(&mut self, fault: Fault) {
        self.apply(Action::Fault(fault));
    }

    pub fn crash(&mut self, node: u16, how: Crash) {
        self.fault(Fault::Crash { node: NodeId(node), how });
    }

    pub fn restart(&mut self, node: u16) {
        self.fault(Fault::Restart { node: NodeId(node) });
    }

    /// Cuts every link between the two groups, both ways.
    pub fn part(&mut self, one: &[u16], other: &[u16], cut: bool) {
        for (&a, &b) in one.iter().flat_map(|a| other.iter().map(move |b| (a, b))) {
            for (from, to) in [(NodeId(a), NodeId(b)), (NodeId(b), NodeId(a))] {
                self.fault(if cut { Fault::Cut { from, to } } else { Fault::Mend { from, to } });
            }
        }
    }

    /// Has all nodes up, their disks and clocks as they should be, and all links whole and as quick as they were.
    pub fn heal(&mut self) {
        let everyone: Vec<NodeId> = self.world.roster().ids().collect();
        for &node in &everyone {
            self.fault(Fault::Resume { node });
            self.fault(Fault::Restart { node });
            self.fault(Fault::SlowDisk { node, by: Span::ZERO });
            self.fault(Fault::SkewClock { node, ppm: 0 });
            for &to in everyone.iter().filter(|to| **to != node) {
                self.fault(Fault::Mend { from: node, to });
                self.fault(Fault::Slow { from: node, to, by: Span::ZERO });
                self.fault(Fault::Double { from: node, to, percent: 0 });
            }
        }
    }

    pub fn run(&mut self, span: Span) {
        let end = self.world.now() + span;
        while self.world.next().is_some_and(|next| next <= end) {
            let Some(action) = self.world.pop() else { break };
            self.apply(action);
        }
        self.world.advance(end);
    }

    pub fn count(&self, part: &str) -> usize {
        self.seen.lines.iter().filter(|line| line.contains(part)).count()
    }

    pub fn claim(&self, name: &str) -> Verdict {
        let claim = P::claims().iter().find(|claim| claim.name == name).expect(name);
        (claim.check)(&self.world)
    }

    #[track_caller]
    pub fn holds(&self) {
        let sound = self.violations.is_empty() && self.seen.broken.is_empty();
        assert!(sound, "{:?} {:?}\n{self}", self.violations, self.seen.broken);
    }

    #[track_caller]
    pub fn saw(&self, part: &str) {
        assert!(self.count(part) > 0, "never saw `{part}` in\n{self}");
    }
}

/// What a failing test says of it.
impl<P: Protocol> Display for Run<P> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}:\n{}", self.seed, self.seen.lines.join("\n"))
    }
}
