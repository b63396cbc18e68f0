//! A run that is drawn and not yet run: settings and a schedule. Running it again gives the same.

use std::collections::BTreeSet;

use crate::lab::catalog::{Keep, System};
use crate::lab::command::Command;
use crate::lab::engine::{Claim, Engine, Reached};
use crate::lab::trace::Code;
use crate::sim::{Expectation, Settings, Span, Time};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub settings: Settings,
    pub cues: Vec<Cue>,
    /// How long it goes on after the last cue.
    pub tail: Span,
    /// Its faults heal, and by its end all should have come right.
    pub heals: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// Since the cue before; zero means that nothing happens in between.
    pub gap: Span,
    pub command: Command,
    pub part: Part,
}

/// What a cue is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A client or an operator asks something.
    Ask,
    /// Something breaks.
    Harm,
    /// Something is mended again, amid the troubles.
    Relief,
    /// From here on all is mended.
    Healing,
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    pub violation: Option<Violated>,
    /// It saw an operation answered, a fault after it, and an operation answered after the faults had healed.
    pub counts: bool,
    pub events: u64,
    /// Cues that had an effect, by their place.
    pub effective: Vec<bool>,
    pub reached: Reached,
    /// Kinds of messages that were handled, by their place among the system's.
    pub handled: BTreeSet<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violated {
    pub property: &'static str,
    pub says: String,
    /// Always, or only once faults have healed.
    pub expectation: Expectation,
    /// When, and how many cues had been given.
    pub at: Time,
    pub cues: usize,
}

/// A run of more events than this is given up, and does not count.
const MOST_EVENTS: u64 = 2_000_000;
/// How often it is asked whether all has come right.
const LOOK: Span = Span::seconds(5);

impl Plan {
    /// Runs until something is violated, or all has come right. A flaw has violated what is not violated without it.
    pub fn run(&self, system: &'static dyn System) -> Tried {
        let mut tried = self.run_as_it_is(system);
        let Some(violated) = tried.violation.as_ref().filter(|_| self.settings.flaws().next().is_some()) else {
            return tried;
        };
        let mut without = self.clone();
        without.settings.clear_flaws();
        let other = without.run_as_it_is(system).violation;
        if other.is_some_and(|other| other.property == violated.property) {
            tried.violation = None;
        }
        tried
    }

    fn run_as_it_is(&self, system: &'static dyn System) -> Tried {
        let mut engine = system.start(&self.settings, Keep { nothing: true, ..Keep::default() });
        let mut tried = Tried { effective: vec![false; self.cues.len()], ..Tried::default() };
        let (mut harmed, mut answered) = (false, 0);
        for (place, cue) in self.cues.iter().enumerate() {
            if cue.gap > Span::ZERO && !go_on(engine.as_mut(), cue.gap) {
                return tried.end(engine.as_ref(), place);
            }
            if engine.check(&cue.command).is_err() {
                continue;
            }
            if cue.part == Part::Healing {
                answered = engine.answered();
            }
            tried.effective[place] = engine.act(&cue.command).is_ok();
            harmed |= tried.effective[place] && cue.part == Part::Harm && engine.answered() > 0;
            if engine.violated().is_some() {
                return tried.end(engine.as_ref(), place + 1);
            }
        }
        let mut left = self.tail;
        while left > Span::ZERO {
            let part = if self.heals { left.min(LOOK) } else { left };
            left = Span(left.0 - part.0);
            if !go_on(engine.as_mut(), part) {
                return tried.end(engine.as_ref(), self.cues.len());
            }
            if self.heals && unfulfilled(engine.as_ref()).is_none() {
                break;
            }
        }
        if let Some((property, violation)) = engine.contradicted() {
            let at = violation.at.time;
            let mut given = Time::ZERO;
            let before = self.cues.iter().take_while(|cue| {
                given += cue.gap;
                given <= at
            });
            let cues = before.count();
            tried.violation =
                Some(Violated { property, says: violation.says, expectation: Expectation::Always, at, cues });
            return tried.with_events(engine.as_ref());
        }
        tried.counts = harmed && self.heals && engine.answered() > answered;
        if self.heals {
            tried.violation = unfulfilled(engine.as_ref()).map(|(property, says)| Violated {
                property,
                says,
                expectation: Expectation::Eventually,
                at: engine.position().time,
                cues: self.cues.len(),
            });
        }
        tried.with_events(engine.as_ref())
    }
}

impl Tried {
    fn with_events(mut self, engine: &dyn Engine) -> Tried {
        self.events = engine.events();
        self.reached = engine.reached();
        let entries = engine.segment().iter().map(|(_, entry)| entry);
        self.handled = entries.filter(|entry| entry.code == Code::Deliver).map(|entry| entry.kind).collect();
        self
    }

    fn end(mut self, engine: &dyn Engine, cues: usize) -> Tried {
        let found = engine.claims().into_iter().find(|claim| Some(claim.name) == engine.violated());
        self.violation = found.and_then(|Claim { name: property, expectation, violation, .. }| {
            let violation = violation?;
            Some(Violated { property, says: violation.says, expectation, at: violation.at.time, cues })
        });
        self.with_events(engine)
    }
}

/// False once something is violated, or this does not end.
fn go_on(engine: &mut dyn Engine, span: Span) -> bool {
    let until = engine.position().time + span;
    while engine.next().is_some_and(|next| next <= until) {
        if !engine.step() || engine.violated().is_some() || engine.events() > MOST_EVENTS {
            return false;
        }
    }
    engine.advance(until);
    true
}

/// The first claim that should be so once all has healed, and is not.
fn unfulfilled(engine: &dyn Engine) -> Option<(&'static str, String)> {
    let eventual = engine.claims().into_iter().filter(|claim| claim.expectation == Expectation::Eventually);
    eventual.into_iter().find_map(|Claim { name, .. }| match engine.judge(name) {
        Some(Err(says)) => Some((name, says)),
        _ => None,
    })
}
