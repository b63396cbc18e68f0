//! Runs through the world itself: what waking costs, then seeds.

mod price;
mod seeds;

use super::{Input, LockQueue, Message};
use crate::sim::{Action, Entry, Expectation, Fault, NodeId, Observer, Protocol, Settings, Span, Verdict, What, World};

/// What a run was seen to do, in words.
#[derive(Default)]
pub struct Seen {
    pub lines: Vec<String>,
    pub broken: Vec<&'static str>,
    /// Messages sent.
    pub messages: u64,
}

impl Observer<LockQueue> for Seen {
    const READS_NOTES: bool = true;
    fn see(&mut self, entry: Entry<'_, LockQueue>) {
        let (at, id) = (entry.time, entry.node.0);
        match entry.what {
            What::Marked { milestone } => self.lines.push(format!("{at} #{id} {milestone}")),
            What::Completed { completion, .. } => self.lines.push(format!("{at} #{id} {completion:?}")),
            What::Noted { template, args } => self.lines.push(format!("{at} #{id} note {template} {args:?}")),
            What::Faulted { fault } => self.lines.push(format!("{at} {fault:?}")),
            What::Offered { input } => self.lines.push(format!("{at} > #{id} {input}")),
            What::Sent { body, .. } => self.messages += u64::from(**body != Message::Alive),
            What::Broken { why } => self.broken.push(why),
            _ => {}
        }
    }
}

pub struct Run {
    pub world: World<LockQueue>,
    pub seen: Seen,
    /// The first violation of each claim.
    pub violations: Vec<(&'static str, String)>,
}

impl Run {
    /// A run with these options, given as `name value`.
    pub fn new(seed: u64, options: &[(&str, &str)]) -> Run {
        let mut settings = Settings::defaults(LockQueue::options());
        settings.seed = seed;
        for (name, value) in options {
            let spec = LockQueue::options().iter().chain(crate::sim::PHYSICS).find(|spec| spec.name == *name);
            settings.set(spec.expect(name), value).expect(value);
        }
        let mut seen = Seen::default();
        let world = World::new(&settings, &mut seen);
        Run { world, seen, violations: Vec::new() }
    }

    pub fn apply(&mut self, action: Action<LockQueue>) {
        let _ = self.world.apply(action, &mut self.seen);
        for claim in LockQueue::claims() {
            let known = self.violations.iter().any(|(name, _)| *name == claim.name);
            if claim.expectation != Expectation::Always || known {
                continue;
            }
            if let Verdict::Violated { says, .. } = (claim.check)(&self.world) {
                self.violations.push((claim.name, format!("{} {says}", self.world.now())));
            }
        }
    }

    pub fn say(&mut self, node: u16, input: &str) {
        let input = Input::parse(input).expect(input);
        self.apply(Action::Offer { node: NodeId(node), input });
    }

    pub fn fault(&mut self, fault: Fault) {
        self.apply(Action::Fault(fault));
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
        let claim = LockQueue::claims().iter().find(|claim| claim.name == name).expect(name);
        (claim.check)(&self.world)
    }

    pub fn story(&self) -> String {
        self.seen.lines.join("\n")
    }
}
