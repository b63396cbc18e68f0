//! The hunt: swarm testing, as in Groce et al., "Swarm Testing" (ISSTA 2012), and as FoundationDB and TigerBeetle do it.
//!
//! A seed is a whole run. It draws which kinds of harm exist in it and how often each comes, the size of the cluster, the
//! options, the workload and the latencies, and writes all of it into a schedule before the run begins. Then come three
//! phases: troubles, in which no claim may be violated; healing, in which all is mended and restarted; and calm, in which
//! clients go on asking until whatever should be so eventually is so. It knows no protocol: options with their ranges,
//! workloads, messages and an operator's orders are in the catalogue.
//!
//! A run *counts* if it saw an operation answered, a fault after it, and an operation answered after healing. The same
//! seed is the same run on every machine.

mod harm;
mod options;
mod plan;
mod stage;
mod story;

use crate::lab::catalog::{self, Settings, System};
use crate::lab::command::{Command, Pick};
use crate::lab::hunter::tally::{Runs, Tally};
use crate::lab::hunter::wire::Quarry;
use crate::lab::wire::Problem;
use crate::sim::dice::Dice;
use crate::sim::{Span, Time};
use harm::HARMS;
pub use plan::{Cue, Part, Plan, Tried, Violated};
use stage::Stage;
pub use story::Found;

/// What is hunted.
#[derive(Clone)]
pub struct Hunt {
    pub system: &'static dyn System,
    /// Flaws, and the values of the options named in `fixed`; all others are drawn.
    pub settings: Settings,
    pub fixed: Vec<String>,
}

/// Given so long after healing, everything should have come right.
const CALM: Span = Span::seconds(300);

impl Hunt {
    /// # Errors
    /// A system, an option or a flaw that does not exist.
    pub fn of(quarry: &Quarry) -> Result<Hunt, Problem> {
        let system = catalog::find(&quarry.system)?;
        let mut settings = Settings::defaults(system.options());
        for (name, value) in &quarry.options {
            catalog::set_option(system, &mut settings, name, value)?;
        }
        for flaw in &quarry.flaws {
            catalog::set_flaw(system, &mut settings, flaw, true)?;
        }
        Ok(Hunt { system, settings, fixed: quarry.options.iter().map(|(name, _)| name.clone()).collect() })
    }

    /// The run that a seed stands for.
    pub fn plan(&self, seed: u64) -> Plan {
        let mut dice = Dice::new(seed);
        let mut settings = self.settings.clone();
        settings.seed = seed;
        options::draw(self.system, &mut settings, &self.fixed, &mut dice);
        let stage = Stage::new(self.system, &settings);
        let mut drawn = troubles(self.system, &stage, &mut dice);
        let end = drawn.iter().map(|(at, ..)| *at).max().unwrap_or_default();
        let skewed: Vec<Pick> = drawn.iter().filter_map(|(_, _, command)| skewed(command)).collect();
        drawn.extend(healing(self.system, &stage, &skewed, end, &mut dice));
        drawn.sort_by_key(|(at, ..)| *at);
        let mut before = Time::ZERO;
        let cues = drawn.into_iter().map(|(at, part, command)| {
            let gap = at.since(before);
            before = at;
            Cue { gap, command, part }
        });
        Plan { settings, cues: cues.collect(), tail: CALM, heals: true }
    }

    pub fn run(&self, seed: u64) -> Tried {
        self.plan(seed).run(self.system)
    }

    /// Runs a seed and counts it.
    pub fn count(&self, seed: u64) -> (Tried, Tally) {
        let plan = self.plan(seed);
        let tried = plan.run(self.system);
        let harm = plan.cues.iter().zip(&tried.effective).filter(|(cue, done)| **done && cue.part == Part::Harm);
        let mut faults = Runs::new();
        for (cue, _) in harm {
            let line = cue.command.to_string();
            *faults.entry(line.split(' ').next().unwrap_or_default().to_owned()).or_default() += 1;
        }
        let named = |name: &&'static str, so: bool| ((*name).to_owned(), u64::from(so));
        let milestones = self.system.milestones();
        let messages = self.system.messages().iter().zip(0..);
        let tally = Tally {
            runs: 1,
            counted: u64::from(tried.counts),
            events: tried.events,
            faults,
            milestones: milestones.iter().map(|name| named(name, tried.reached.count(name) > 0)).collect(),
            messages: messages.map(|(name, kind)| named(name, tried.handled.contains(&kind))).collect(),
        };
        (tried, tally)
    }
}

type Timed = Vec<(Time, Part, Command)>;

/// Operations and harm, in no order of importance.
fn troubles(system: &'static dyn System, stage: &Stage, dice: &mut Dice) -> Timed {
    let swarm = dice.bits();
    let weights: Vec<u64> = HARMS
        .iter()
        .enumerate()
        .map(|(place, (weight, _))| if swarm >> place & 1 == 1 { *weight } else { 0 })
        .collect();
    let all: u64 = weights.iter().sum();
    let beat = *dice.one_of(&[1, 5, 20, 100, 400, 1_000, 3_000]);
    let harms = if all == 0 { 0 } else { dice.magnitude(1, 16) };
    let asks = dice.magnitude(2, 48);
    let kind = dice.one_of(system.workloads()).0;
    let mixed = dice.chance(50);
    let mut at = Time::ZERO + *dice.one_of(&[Span::ZERO, Span::millis(300), Span::seconds(1), Span::seconds(5)]);
    let mut timed = Timed::new();
    let mut left = (harms, asks);
    while left.0 + left.1 > 0 {
        at += if dice.chance(30) { Span(dice.below(3_000)) } else { Span(dice.below(2_000 * beat)) };
        if dice.below(left.0 + left.1) < left.0 {
            left.0 -= 1;
            let mut draw = dice.below(all);
            let chosen = HARMS.iter().zip(&weights).find(|(_, weight)| {
                let is_it = draw < **weight;
                draw = draw.saturating_sub(**weight);
                is_it
            });
            let drawn = chosen.map(|((_, harm), _)| harm(stage, dice)).unwrap_or_default();
            timed.extend(drawn.into_iter().map(|(after, part, command)| (at + after, part, command)));
        } else {
            left.1 -= 1;
            let kind = if mixed { dice.one_of(system.workloads()).0 } else { kind };
            // What breaks for long is asked something meanwhile.
            let last = timed.iter().map(|(at, ..)| *at).max().unwrap_or(at);
            let at = if dice.chance(50) { at + Span(dice.below(last.since(at).0)) } else { at };
            timed.extend(ask(system, stage, kind, at, left.1, dice));
        }
    }
    timed
}

fn ask(
    system: &dyn System,
    stage: &Stage,
    kind: &str,
    at: Time,
    ordinal: u64,
    dice: &mut Dice,
) -> Option<(Time, Part, Command)> {
    let (id, node) = dice.one_of(&stage.askers).clone();
    let text = system.ask(kind, id, ordinal, dice.bits())?;
    Some((at, Part::Ask, Command::Input { node, text }))
}

fn skewed(command: &Command) -> Option<Pick> {
    match command {
        Command::SkewClock { node, ppm } if *ppm != 0 => Some(node.clone()),
        _ => None,
    }
}

/// All is mended and restarted, and every client goes on asking.
fn healing(system: &'static dyn System, stage: &Stage, skewed: &[Pick], end: Time, dice: &mut Dice) -> Timed {
    let at = end + Span::seconds(1);
    let mut timed = vec![(at, Part::Healing, Command::Heal)];
    for node in skewed {
        timed.push((at, Part::Healing, Command::SkewClock { node: node.clone(), ppm: 0 }));
    }
    for node in stage.everyone() {
        timed.push((at, Part::Healing, Command::Resume { node: node.clone() }));
        timed.push((at, Part::Healing, Command::Restart { node }));
    }
    for turn in 1..=4 {
        for (id, node) in &stage.askers {
            let kind = dice.one_of(system.workloads()).0;
            let text = system.ask(kind, *id, 1_000 + turn, dice.bits());
            let command = text.map(|text| Command::Input { node: node.clone(), text });
            timed.extend(command.map(|command| (at + Span::seconds(5 * turn), Part::Ask, command)));
        }
    }
    timed
}
