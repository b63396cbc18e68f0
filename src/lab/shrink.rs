//! Makes a run that violates something small: fewer faults, operations, nodes and clients; shorter; the usual options and
//! the simplest latencies; then round times. Whatever still violates the same claim is kept (Zeller and Hildebrandt,
//! "Simplifying and Isolating Failure-Inducing Input", 2002; the chunks are theirs).

use super::catalog::{self, System};
use super::command::{Command, Pick};
use super::hunt::{Cue, Found, Part, Plan, Tried, Violated};
use super::words::Line;
use crate::sim::{Crash, Expectation, Range, Settings, Span};

/// Runs that shrinking may take.
pub const ATTEMPTS: u32 = 4_000;
/// Other draws that are tried where a simpler run violates nothing by those of the one that was found.
const DRAWS: u64 = 8;

/// What there is after so many runs.
pub struct Progress<'a> {
    pub attempts: u32,
    pub plan: &'a Plan,
    pub violated: &'a Violated,
}

/// The smallest run that was found to violate the same claim.
///
/// `keep_going` is asked before each run; false ends the shrinking with what there is.
pub fn shrink(
    system: &'static dyn System,
    seed: u64,
    plan: Plan,
    tried: Tried,
    keep_going: &mut dyn FnMut(&Progress) -> bool,
) -> Option<Found> {
    let violated = tried.violation.clone()?;
    let mut shrinker = Shrinker { system, plan, violated, effective: tried.effective, left: ATTEMPTS, keep_going };
    shrinker.end_at_the_violation();
    loop {
        let before = shrinker.plan.clone();
        shrinker.drop_cues_without_effect();
        shrinker.drop_cues();
        shrinker.usual_settings();
        shrinker.fewer_nodes();
        shrinker.simpler_commands();
        shrinker.rounder_times();
        if shrinker.plan == before || shrinker.left == 0 {
            shrinker.left += 1;
            shrinker.drop_idle(|_, _| true);
            return Some(Found { seed, violated: shrinker.violated, plan: shrinker.plan });
        }
    }
}

struct Shrinker<'a> {
    system: &'static dyn System,
    plan: Plan,
    violated: Violated,
    /// Which cues of the plan had an effect.
    effective: Vec<bool>,
    left: u32,
    keep_going: &'a mut dyn FnMut(&Progress) -> bool,
}

impl Shrinker<'_> {
    /// Keeps a plan if it still violates the claim.
    fn keep(&mut self, plan: Plan) -> bool {
        let progress = Progress { attempts: ATTEMPTS - self.left, plan: &self.plan, violated: &self.violated };
        if self.left == 0 || !(self.keep_going)(&progress) {
            self.left = 0;
            return false;
        }
        self.left -= 1;
        let tried = plan.run(self.system);
        match tried.violation {
            Some(violated) if violated.property == self.violated.property => {
                (self.plan, self.violated, self.effective) = (plan, violated, tried.effective);
                true
            }
            _ => false,
        }
    }

    /// What comes after the violation explains nothing.
    fn end_at_the_violation(&mut self) {
        if self.violated.expectation == Expectation::Eventually {
            return;
        }
        let mut plan = self.plan.clone();
        plan.cues.truncate(self.violated.cues);
        plan.heals = false;
        let given: u64 = plan.cues.iter().map(|cue| cue.gap.0).sum();
        plan.tail = Span(self.violated.at.0.saturating_sub(given));
        if plan != self.plan && !self.keep(plan.clone()) {
            self.keep(Plan { tail: Span(plan.tail.0 + 1), ..plan });
        }
    }

    fn is_needed(&self, cue: &Cue) -> bool {
        // Without healing it would be no wonder that nothing comes right.
        self.violated.expectation == Expectation::Eventually && cue.part == Part::Healing
    }

    fn drop_cues_without_effect(&mut self) {
        self.drop_idle(|shrinker, place| !shrinker.is_needed(&shrinker.plan.cues[place]));
    }

    fn drop_idle(&mut self, may_go: impl Fn(&Self, usize) -> bool) {
        let idle = |place: &usize| !self.effective[*place] && may_go(self, *place);
        let idle: Vec<usize> = (0..self.plan.cues.len()).filter(idle).collect();
        if !idle.is_empty() {
            self.keep(without(&self.plan, &idle));
        }
    }

    fn drop_cues(&mut self) {
        let mut size = self.plan.cues.len().div_ceil(2);
        while size > 0 {
            let mut end = self.plan.cues.len();
            while end > 0 {
                let chunk: Vec<usize> = (end.saturating_sub(size)..end.min(self.plan.cues.len()))
                    .filter(|&place| !self.is_needed(&self.plan.cues[place]))
                    .collect();
                if !chunk.is_empty() && self.keep(without(&self.plan, &chunk)) {
                    self.end_at_the_violation();
                }
                end = end.saturating_sub(size);
            }
            size /= 2;
        }
    }

    /// Keeps a plan if it still violates the claim, if need be with other draws: what came of chance may come of another.
    fn keep_by_chance(&mut self, plan: Plan) -> bool {
        let drawn = |seed: u64| {
            let mut plan = plan.clone();
            plan.settings.seed = seed;
            plan
        };
        plan != self.plan && (self.keep(plan.clone()) || (1..=DRAWS).any(|seed| self.keep(drawn(seed))))
    }

    fn usual_settings(&mut self) {
        let usual = Settings::defaults(self.system.options());
        let system = self.system;
        let set = |settings: &mut Settings, name: &str| {
            // A default is within its range.
            let _fits = catalog::set_option(system, settings, name, usual.text(name));
        };
        // Fewer nodes are simpler than as many as usual.
        let is_larger = |name: &str| {
            let mut settings = self.plan.settings.clone();
            set(&mut settings, name);
            cast(system, &settings).len() > cast(system, &self.plan.settings).len()
        };
        let odd: Vec<&'static str> = (self.plan.settings.values())
            .filter(|(name, value)| usual.text(name) != *value && !is_larger(name))
            .map(|(name, _)| name)
            .collect();
        let with_usual = |plan: &Plan, names: &[&str]| {
            let mut plan = plan.clone();
            names.iter().for_each(|name| set(&mut plan.settings, name));
            plan
        };
        if !self.keep_by_chance(with_usual(&self.plan, &odd)) {
            for name in &odd {
                self.keep_by_chance(with_usual(&self.plan, &[name]));
            }
        }
        let mut plan = self.plan.clone();
        plan.settings.seed = usual.seed;
        if plan != self.plan {
            self.keep(plan);
        }
        self.end_at_the_violation();
    }

    /// Counts of servers and clients are options like others: what makes the cast smaller is tried from the least on, with
    /// those that are left in the place of those that are gone.
    fn fewer_nodes(&mut self) {
        let system = self.system;
        for spec in system.options() {
            let Range::Number { from, .. } = spec.range else { continue };
            let present = self.plan.settings.number(spec.name);
            for fewer in (from..present).take(8) {
                let mut plan = self.plan.clone();
                let fits = catalog::set_option(system, &mut plan.settings, spec.name, &fewer.to_string()).is_ok();
                let (before, after) = (cast(system, &self.plan.settings), cast(system, &plan.settings));
                if !fits || after.len() >= before.len() {
                    break;
                }
                recast(&mut plan, &before, &after);
                if self.keep_by_chance(plan) {
                    self.end_at_the_violation();
                    break;
                }
            }
        }
    }

    fn simpler_commands(&mut self) {
        let names: Vec<Pick> = cast(self.system, &self.plan.settings).into_iter().map(Pick).collect();
        for place in 0..self.plan.cues.len() {
            let Some(cue) = self.plan.cues.get(place) else { return };
            if self.is_needed(cue) {
                continue;
            }
            for command in simpler(&cue.command, &names) {
                let mut plan = self.plan.clone();
                plan.cues[place].command = command;
                if self.keep(plan) {
                    self.end_at_the_violation();
                    break;
                }
            }
        }
    }

    fn rounder_times(&mut self) {
        for place in 0..self.plan.cues.len() {
            let Some(gap) = self.plan.cues.get(place).map(|cue| cue.gap) else { return };
            for rounder in rounder(gap) {
                let mut plan = self.plan.clone();
                plan.cues[place].gap = rounder;
                // The time after the last cue may be longer then.
                plan.tail = Span(plan.tail.0 + gap.0 + Span::seconds(1).0);
                if self.keep(plan) {
                    self.end_at_the_violation();
                    break;
                }
            }
        }
        if self.violated.expectation == Expectation::Always {
            let tail = self.plan.tail;
            for unit in UNITS {
                let up = Span(tail.0.div_ceil(unit) * unit);
                if up != tail && self.keep(Plan { tail: up, ..self.plan.clone() }) {
                    break;
                }
            }
        }
    }
}

/// The names of all nodes.
fn cast(system: &'static dyn System, settings: &Settings) -> Vec<String> {
    system.start(settings, catalog::Keep::default()).frame().nodes.into_iter().map(|node| node.name).collect()
}

/// Who is gone is replaced by a node of its kind, the last that nobody names.
fn recast(plan: &mut Plan, before: &[String], after: &[String]) {
    let lines: Vec<String> = plan.cues.iter().map(|cue| cue.command.to_string()).collect();
    let is_named = |name: &str| lines.iter().any(|line| line.split(' ').any(|word| word == name));
    let mut free: Vec<&String> = after.iter().filter(|name| !is_named(name)).collect();
    for gone in before.iter().filter(|name| !after.contains(name) && is_named(name)) {
        let alike = |name: &&String| kind_of(name) == kind_of(gone);
        let Some(place) = free.iter().rposition(alike) else { continue };
        let other = free.remove(place);
        for cue in &mut plan.cues {
            let line = cue.command.to_string();
            let words: Vec<&str> = line.split(' ').map(|word| if word == gone { other } else { word }).collect();
            if let Ok(command) = Command::parse(&mut Line::new(&words.join(" "))) {
                cue.command = command;
            }
        }
    }
}

/// `n` of `n12`.
fn kind_of(name: &str) -> &str {
    name.trim_end_matches(|char: char| char.is_ascii_digit())
}

fn without(plan: &Plan, places: &[usize]) -> Plan {
    let mut left = plan.clone();
    left.cues.clear();
    let mut owed = Span::ZERO;
    for (place, cue) in plan.cues.iter().enumerate() {
        owed = Span(owed.0 + cue.gap.0);
        if !places.contains(&place) {
            left.cues.push(Cue { gap: std::mem::take(&mut owed), ..cue.clone() });
        }
    }
    left.tail = Span(left.tail.0 + owed.0);
    left
}

const UNITS: [u64; 5] = [10_000_000, 1_000_000, 100_000, 10_000, 1_000];

/// Nothing at all, or the nearest round times, the roundest first.
fn rounder(gap: Span) -> Vec<Span> {
    if gap == Span::ZERO {
        return Vec::new();
    }
    let mut times = vec![Span::ZERO];
    for unit in UNITS {
        if gap.0.is_multiple_of(unit) {
            break;
        }
        let down = gap.0 / unit * unit;
        times.extend([down + unit, down].into_iter().filter(|time| *time > 0 && *time < gap.0 * 4).map(Span));
    }
    times
}

/// The same command, said more simply; the simplest first.
fn simpler(command: &Command, names: &[Pick]) -> Vec<Command> {
    let named = |node: &Pick| if names.contains(node) { vec![node.clone()] } else { names.to_vec() };
    match command {
        Command::Arm { node, pause: true, .. } => named(node).into_iter().map(|node| Command::Pause { node }).collect(),
        Command::Arm { node, how, .. } => {
            let mut simpler: Vec<Command> =
                named(node).into_iter().map(|node| Command::Crash { node, how: Crash::Process }).collect();
            simpler.extend(named(node).into_iter().map(|node| Command::Crash { node, how: *how }));
            if let Command::Arm { node, pause, how, before, nth: 2.. } = command {
                let (node, before) = (node.clone(), before.clone());
                simpler.push(Command::Arm { node, pause: *pause, how: *how, before, nth: 1 });
            }
            simpler
        }
        Command::Crash { node, how } if *how != Crash::Process || !names.contains(node) => {
            let mut simpler: Vec<Command> =
                named(node).into_iter().map(|node| Command::Crash { node, how: Crash::Process }).collect();
            simpler.extend(named(node).into_iter().map(|node| Command::Crash { node, how: Crash::Power }));
            simpler.retain(|other| other != command);
            simpler
        }
        Command::Pause { node } if !names.contains(node) => {
            names.iter().map(|node| Command::Pause { node: node.clone() }).collect()
        }
        Command::Isolate { node } if !names.contains(node) => {
            names.iter().map(|node| Command::Isolate { node: node.clone() }).collect()
        }
        Command::Partition(_) => names.iter().map(|node| Command::Isolate { node: node.clone() }).collect(),
        Command::SlowDisk { node, by } if *by > Span::ZERO => {
            let mut simpler: Vec<Command> = rounder(*by)
                .into_iter()
                .filter(|by| *by > Span::ZERO)
                .map(|by| Command::SlowDisk { node: node.clone(), by })
                .collect();
            if !names.contains(node) {
                simpler.extend(names.iter().map(|node| Command::SlowDisk { node: node.clone(), by: *by }));
            }
            simpler
        }
        Command::Slow { link, by } => rounder(*by)
            .into_iter()
            .filter(|by| *by > Span::ZERO)
            .map(|by| Command::Slow { link: link.clone(), by })
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_left_takes_the_place_of_who_is_gone() {
        let cue = |line: &str| {
            let command = Command::parse(&mut Line::new(line)).expect("a command");
            Cue { gap: Span::ZERO, command, part: Part::Harm }
        };
        let cues = ["crash n6", "partition n1 n6 | n7 c2", "c2 write x 1"].map(cue).to_vec();
        let system = catalog::find("zab").expect("a system");
        let settings = Settings::defaults(system.options());
        let mut plan = Plan { settings, cues, tail: Span::ZERO, heals: false };
        let names = |servers: u32, clients: u32| -> Vec<String> {
            let servers = (1..=servers).map(|number| format!("n{number}"));
            servers.chain((1..=clients).map(|number| format!("c{number}"))).collect()
        };
        recast(&mut plan, &names(7, 2), &names(3, 1));
        let lines: Vec<String> = plan.cues.iter().map(|cue| cue.command.to_string()).collect();
        assert_eq!(lines, ["crash n3", "partition n1 n3 | n2 c1", "c1 write x 1"]);
    }
}
