//! Every order in which things can happen, breadth first: clocks stand still, any set timer may fire, draws give their
//! lowest value. The shortest counterexample comes out as a script that plays.
//!
//! Threads share the nodes of a wave, all of one depth, and the tables of what is known. Who is first decides the numbers in
//! these tables and nothing else: what is reported goes by keys, which say what a state is.

mod tables;
mod pieces;
mod steps;
mod frontier;
mod worker;
mod script;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::mem::take;

use self::frontier::{Reached, Wave};
use self::pieces::Stock;
use self::steps::Memory;
use self::tables::Table;
use self::worker::{Seen, Violation, Worker};
use super::chronicle::OWN_CODE;
use crate::describe::Describe;
use crate::sim::fingerprint::hash_of;
use crate::sim::{Action, Crash, Fault, Kind, NodeId, Settings, World};

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps, or with a projection changes of it; the initial state counts as 1.
    pub depth: u32,
    pub states: u64,
    /// Operations that each client offers.
    pub operations: u32,
    pub crashes: u32,
    /// Connections torn, and with each what flies there. A datagram is lost by not being delivered, at no cost.
    pub resets: u32,
    /// Asks of the operator (the protocol's own verbs at servers).
    pub orders: u32,
    /// How many timers may fire in all.
    pub timers: u32,
    pub projection: Option<&'static str>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: 1_000,
            states: 20_000_000,
            operations: 1,
            crashes: 0,
            resets: 0,
            orders: 0,
            timers: 0,
            projection: None,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Different states, or with a projection different projections.
    pub distinct: u64,
    pub states: u64,
    pub transitions: u64,
    pub depth: u32,
    /// Nothing was left out but by the limits on operations, faults, orders and timers.
    pub complete: bool,
    pub violations: Vec<Found>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub property: String,
    pub depth: u32,
    pub says: String,
    pub script: String,
}

/// What has been spent of the limits on the way to a state.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// By client.
    operations: [u8; CLIENTS],
    crashes: u32,
    resets: u32,
    orders: u32,
    timers: u32,
}

impl Hash for Spent {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let pair = |one: u32, other: u32| u64::from(one) << 32 | u64::from(other);
        hasher.write_u64(u64::from_le_bytes(self.operations));
        hasher.write_u64(pair(self.crashes, self.resets));
        hasher.write_u64(pair(self.orders, self.timers));
    }
}

/// How many clients a search lets offer something.
const CLIENTS: usize = 8;

/// How often a progress report is made.
const REPORT_EVERY: u64 = 20_000;

/// A wave of fewer nodes is expanded before other threads have begun. Tests have small waves.
const FEW: u64 = if cfg!(test) { 2 } else { 256 };

/// The report is the same for any number of threads.
pub fn explore<P: Describe>(
    settings: &Settings,
    limits: &Limits,
    jobs: usize,
    progress: &mut dyn FnMut(&Report),
) -> Report {
    Search::<P>::new(settings, limits).run(jobs, progress)
}

/// What all threads of a search share.
struct Search<'a, P: Describe> {
    settings: &'a Settings,
    limits: &'a Limits,
    project: Option<fn(&World<P>) -> u64>,
    start: World<P>,
    stock: Stock<P>,
    memory: Memory,
    reached: Reached,
    /// What the clients offer, and what befalls servers, with the numbers of these events.
    offers: Vec<Vec<(u32, P::Input)>>,
    crashes: Vec<(NodeId, u32, u32)>,
    resets: Vec<(NodeId, NodeId, u32)>,
    /// Claims that a flaw is said to violate: the search goes on until they are.
    wanted: BTreeSet<&'static str>,
}

fn start<P: Describe>(settings: &Settings) -> World<P> {
    let mut start = World::new(settings, &mut ());
    start.stop();
    start
}

impl<'a, P: Describe> Search<'a, P> {
    fn new(settings: &'a Settings, limits: &'a Limits) -> Self {
        let start = start::<P>(settings);
        let stock = Stock::new(start.physics());
        let clients = start.roster().of_kind(Kind::Client).take(CLIENTS);
        let offers = clients.map(|client| {
            let inputs = (0..limits.operations.min(255)).map_while(|ordinal| P::offer(start.config(), client, ordinal));
            inputs.map(|input| (stock.event(hash_of(&(client, &input))), input)).collect()
        });
        let offers = offers.collect();
        let servers = start.roster().ids().filter(|id| start.roster().get(*id).kind != Kind::Client);
        let event = |fault: Fault| stock.event(hash_of(&Action::<P>::Fault(fault)));
        let crashes = servers
            .map(|node| (node, event(Fault::Crash { node, how: Crash::Process }), event(Fault::Restart { node })));
        let crashes = crashes.collect();
        let ids = || start.roster().ids();
        let pairs = ids().flat_map(|a| ids().filter(move |b| a < *b).map(move |b| (a, b)));
        let resets = pairs.map(|(a, b)| (a, b, event(Fault::Reset { a, b }))).collect();
        Search {
            settings,
            limits,
            project: limits.projection.and_then(P::projection),
            memory: Memory::default(),
            reached: Reached::default(),
            offers,
            crashes,
            resets,
            wanted: P::flaws().iter().filter(|flaw| settings.has_flaw(flaw.name)).map(|flaw| flaw.violates).collect(),
            start,
            stock,
        }
    }

    fn run(&self, jobs: usize, progress: &mut dyn FnMut(&Report)) -> Report {
        let mut workers: Vec<Worker<P>> = (0..jobs.max(1)).map(|_| Worker::new(self, jobs <= 1)).collect();
        let mut report = Report { complete: true, ..Report::default() };
        let mut projections = Table::default();
        let first = workers[0].first();
        self.reached.begin(&first);
        workers[0].far.push(&first.state, first.spent, first.key, first.projected);
        let (mut depth, mut begun) = (0, 0);
        for number in 1.. {
            let mut wave = Wave::new((number, depth, begun), workers.iter_mut().map(|worker| take(&mut worker.near)));
            if wave.nodes() == 0 {
                (depth, begun) = (depth + 1, number);
                wave = Wave::new((number, depth, begun), workers.iter_mut().map(|worker| take(&mut worker.far)));
            }
            let left = self.limits.states.saturating_sub(report.states);
            if wave.nodes() >= left {
                wave = wave.cut(left.max(1), &self.reached);
            }
            if wave.nodes() == 0 {
                break;
            }
            self.expand(&wave, &mut workers, &report, progress);
            let states = report.states;
            let mut violated = Seen::default();
            for worker in &mut workers {
                let seen = take(&mut worker.seen);
                report.states += seen.states;
                report.transitions += seen.transitions;
                report.complete &= !seen.is_cut;
                seen.violated.into_iter().for_each(|(claim, violation)| violated.violate(claim, violation));
                projections.extend(worker.projections.drain());
            }
            if report.states > states {
                report.depth = depth;
            }
            report.distinct = if self.project.is_some() { projections.len() as u64 } else { report.states };
            for (claim, violation) in violated.violated {
                find(&mut workers[0], &mut report, claim, violation);
            }
            let found = |name: &&str| report.violations.iter().any(|found| found.property == **name);
            if !self.wanted.is_empty() && self.wanted.iter().all(found) {
                report.complete = false;
                break;
            }
            if wave.last.is_some() {
                report.complete = false;
                break;
            }
        }
        report
    }

    fn expand(&self, wave: &Wave, workers: &mut [Worker<'_, P>], before: &Report, progress: &mut dyn FnMut(&Report)) {
        let mut told = before.states / REPORT_EVERY;
        let mut tell = || {
            let states = before.states + wave.finished();
            if states / REPORT_EVERY > told {
                told = states / REPORT_EVERY;
                let distinct = if self.project.is_some() { before.distinct } else { states };
                progress(&Report { distinct, states, depth: wave.depth, ..before.clone() });
            }
        };
        let Some((first, others)) = workers.split_first_mut() else { return };
        if others.is_empty() || wave.nodes() < FEW {
            return first.work(wave, &mut tell);
        }
        std::thread::scope(|scope| {
            for other in others {
                scope.spawn(|| other.work(wave, &mut || {}));
            }
            first.work(wave, &mut tell);
        });
    }
}

/// Reports the first violation of each claim, with the way to it.
fn find<P: Describe>(worker: &mut Worker<'_, P>, report: &mut Report, claim: usize, violation: Violation) {
    let property = P::claims().get(claim).map_or(OWN_CODE, |claim| claim.name);
    if report.violations.iter().all(|found| found.property != property) {
        let (script, says) = worker.script(claim, violation);
        let depth = report.depth + u32::from(violation.then.is_some());
        report.violations.push(Found { property: property.to_owned(), depth, says, script });
    }
}
