//! "Does it always happen?": the same schedule under many seeds, with flights that take a little more or less each, and
//! what each run had come to by an instant.

use std::collections::BTreeMap;

use super::catalog::{self, Keep, System};
use super::schedule::Schedule;
use super::timeline::{Ahead, Timeline};
use super::wire::{Outcomes, SampledOutcome};
use crate::sim::{Settings, Span, Time};
use crate::sorting::sort_by_key;

/// What one slice may carry out.
const MOST_THINGS: u32 = 4_000;

/// Runs under way, a seed after the other.
pub struct Sample {
    system: &'static dyn System,
    settings: Settings,
    schedule: Schedule,
    until: Time,
    seeds: u32,
    done: u32,
    present: Option<Ahead>,
    outcomes: BTreeMap<Outcome, (u32, u64)>,
    leaderless: Vec<Span>,
}

/// What is told apart: what was violated, whether a write was lost, whether a client still waits, who leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    violated: Vec<String>,
    lost: bool,
    waiting: bool,
    leader: Option<String>,
}

impl Sample {
    pub fn new(
        system: &'static dyn System,
        mut settings: Settings,
        schedule: Schedule,
        until: Time,
        seeds: u32,
    ) -> Sample {
        // Without it a seed decides hardly anything.
        let _known = catalog::set_option(system, &mut settings, "jitter", "on");
        let (outcomes, leaderless) = (BTreeMap::new(), Vec::new());
        Sample { system, settings, schedule, until, seeds, done: 0, present: None, outcomes, leaderless }
    }

    /// Carries on with a slice of work.
    pub fn go_on(&mut self) -> Outcomes {
        for _ in 0..MOST_THINGS {
            if self.done == self.seeds {
                break;
            }
            let run = match &mut self.present {
                Some(run) => run,
                None => {
                    self.settings.seed = u64::from(self.done) + 1;
                    let start = self.system.start(&self.settings, Keep::default());
                    self.present.insert(Timeline::new(start, self.schedule.clone()).look_ahead())
                }
            };
            if run.step(self.until).is_none() {
                run.engine_mut().advance(self.until);
                self.conclude();
            }
        }
        self.outcomes()
    }

    fn conclude(&mut self) {
        let Some(run) = self.present.take() else { return };
        let frame = run.engine().frame();
        let outcome = Outcome {
            violated: frame
                .claims
                .iter()
                .filter(|claim| claim.violation.is_some())
                .map(|claim| claim.name.clone())
                .collect(),
            lost: frame.readout.lost > 0,
            waiting: !frame.waits.is_empty(),
            leader: frame.readout.leader.map(|id| run.engine().node_name(id)),
        };
        self.outcomes.entry(outcome).or_insert((0, self.settings.seed)).0 += 1;
        if let Some(leaderless) = frame.readout.leaderless {
            let place = self.leaderless.partition_point(|other| *other < leaderless);
            self.leaderless.insert(place, leaderless);
        }
        self.done += 1;
    }

    fn outcomes(&self) -> Outcomes {
        let mut outcomes: Vec<SampledOutcome> = self
            .outcomes
            .iter()
            .map(|(outcome, (times, seed))| SampledOutcome {
                violated: outcome.violated.clone(),
                lost: outcome.lost,
                waiting: outcome.waiting,
                leader: outcome.leader.clone(),
                times: *times,
                seed: *seed,
            })
            .collect();
        sort_by_key(&mut outcomes, |outcome| std::cmp::Reverse(outcome.times));
        let leaderless = self.leaderless.clone();
        Outcomes { until: self.until, done: self.done, seeds: self.seeds, outcomes, leaderless }
    }
}
