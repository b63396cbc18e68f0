//! Every order in which things can happen, breadth first: clocks stand still, any set timer may fire, draws give their
//! lowest value. The shortest counterexample comes out as a script that plays.

mod pieces;
mod script;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};

use self::pieces::{Pieces, Stage, State, Table};
use self::steps::{Choice, Happening, Steps};
use super::chronicle::OWN_CODE;
use crate::describe::Describe;
use crate::sim::fingerprint::hash_of;
use crate::sim::{Action, Crash, Due, End, Expectation, Fault, Health, Kind, NodeId, Settings, Verdict, World};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Spent {
    /// By client.
    operations: [u8; CLIENTS],
    crashes: u32,
    resets: u32,
    orders: u32,
    timers: u32,
}

/// A state to be expanded.
struct Node {
    state: State,
    spent: Spent,
    /// Its place in the tree of how states were reached.
    place: u32,
    depth: u32,
    projected: u64,
}

/// How many clients a search lets offer something.
const CLIENTS: usize = 8;

/// How often a progress report is made.
const REPORT_EVERY: u64 = 20_000;

pub fn explore<P: Describe>(settings: &Settings, limits: &Limits, progress: &mut dyn FnMut(&Report)) -> Report {
    Search::<P>::new(settings, limits).run(progress)
}

struct Search<'a, P: Describe> {
    settings: &'a Settings,
    limits: &'a Limits,
    project: Option<fn(&World<P>) -> u64>,
    start: World<P>,
    pieces: Pieces<P>,
    steps: Steps,
    /// What the clients offer, and what befalls servers, with the numbers of these events.
    offers: Vec<Vec<(u32, P::Input)>>,
    crashes: Vec<(NodeId, u32, u32)>,
    resets: Vec<(NodeId, NodeId, u32)>,
    /// Shows the state that is being expanded, and another one the states after it.
    stage: Stage<P>,
    next_stage: Stage<P>,
    /// At which depth each state was reached at first, or more cheaply later; with a mark once it has been expanded.
    reached: Table<u64, (u32, bool)>,
    projections: Table<u64, ()>,
    /// Claims that a flaw is said to violate: the search goes on until they are.
    wanted: BTreeSet<&'static str>,
    /// For each state reached: the place of the one before it, and its own key.
    tree: Vec<(u32, u64)>,
    report: Report,
}

/// What tells the states of a search apart.
fn key(state: &State, spent: &Spent) -> u64 {
    hash_of(&(state.fingerprint, spent))
}

impl<'a, P: Describe> Search<'a, P> {
    fn new(settings: &'a Settings, limits: &'a Limits) -> Self {
        let mut start = World::<P>::new(settings, &mut ());
        start.stop();
        let mut pieces = Pieces::new(start.physics());
        let state = pieces.state(&start);
        let clients = start.roster().of_kind(Kind::Client).take(CLIENTS);
        let offers = clients.map(|client| {
            let inputs = (0..limits.operations.min(255)).map_while(|ordinal| P::offer(start.config(), client, ordinal));
            inputs.map(|input| (pieces.event(hash_of(&(client, &input))), input)).collect()
        });
        let offers = offers.collect();
        let servers = start.roster().ids().filter(|id| start.roster().get(*id).kind != Kind::Client);
        let event = |fault: Fault| hash_of(&Action::<P>::Fault(fault));
        let crashes = servers.map(|node| {
            let crash = event(Fault::Crash { node, how: Crash::Process });
            (node, pieces.event(crash), pieces.event(event(Fault::Restart { node })))
        });
        let crashes = crashes.collect();
        let ids = || start.roster().ids();
        let pairs = ids().flat_map(|a| ids().filter(move |b| a < *b).map(move |b| (a, b)));
        let resets = pairs.map(|(a, b)| (a, b, pieces.event(event(Fault::Reset { a, b })))).collect();
        Search {
            settings,
            limits,
            project: limits.projection.and_then(P::projection),
            steps: Steps::new(settings.is("delivery", "set")),
            offers,
            crashes,
            resets,
            stage: Stage::new(&start, &state),
            next_stage: Stage::new(&start, &state),
            reached: Table::default(),
            projections: Table::default(),
            wanted: P::flaws().iter().filter(|flaw| settings.has_flaw(flaw.name)).map(|flaw| flaw.violates).collect(),
            tree: vec![(0, key(&state, &Spent::default()))],
            report: Report { complete: true, ..Report::default() },
            start,
            pieces,
        }
    }

    fn first(&mut self) -> Node {
        let state = self.pieces.state(&self.start);
        let projected = self.project.map_or(0, |project| project(&self.start));
        Node { state, spent: Spent::default(), place: 0, depth: 1, projected }
    }

    fn run(mut self, progress: &mut dyn FnMut(&Report)) -> Report {
        let mut frontier = VecDeque::from([self.first()]);
        while let Some(node) = frontier.pop_front() {
            let known = self.reached.entry(key(&node.state, &node.spent)).or_insert((node.depth, false));
            // It may have been reached more cheaply since.
            if known.1 || known.0 < node.depth {
                continue;
            }
            known.1 = true;
            self.count(&node);
            if self.report.states.is_multiple_of(REPORT_EVERY) {
                progress(&self.report);
            }
            self.stage.show(&node.state, &self.pieces);
            if self.judge(&node) {
                if self.wanted.is_empty() {
                    continue;
                }
                let found = |name: &&str| self.report.violations.iter().any(|found| found.property == **name);
                if self.wanted.iter().all(found) {
                    self.report.complete = false;
                    break;
                }
            }
            if self.report.states >= self.limits.states {
                self.report.complete = false;
                break;
            }
            if node.depth >= self.limits.depth {
                self.report.complete = false;
                continue;
            }
            self.expand(&node, &mut frontier);
        }
        self.report
    }

    fn count(&mut self, node: &Node) {
        self.report.states += 1;
        self.report.depth = self.report.depth.max(node.depth);
        if self.project.is_some() {
            self.projections.insert(node.projected, ());
            self.report.distinct = self.projections.len() as u64;
        } else {
            self.report.distinct = self.report.states;
        }
    }

    /// True where a claim is violated: nothing is sought beyond such a state, unless a flaw promises more.
    fn judge(&mut self, node: &Node) -> bool {
        let mut violated = false;
        for claim in P::claims().iter().filter(|claim| claim.expectation == Expectation::Always) {
            let Verdict::Violated { says, .. } = (claim.check)(&self.stage.world) else { continue };
            violated = true;
            self.find(claim.name, says, (node.place, None), node.depth);
            self.stage.show(&node.state, &self.pieces);
        }
        violated
    }

    /// Reports the first violation of each claim, with the way to it: to a place in the tree, and one step on.
    fn find(&mut self, property: &str, says: String, way: (u32, Option<u64>), depth: u32) {
        if self.report.violations.iter().all(|found| found.property != property) {
            let script = self.script(way, property);
            self.report.violations.push(Found { property: property.to_owned(), depth, says, script });
        }
    }

    fn expand(&mut self, node: &Node, frontier: &mut VecDeque<Node>) {
        let mut after = node.state.clone();
        for (choice, spent) in self.choices(&node.state, &node.spent) {
            let from = (&node.state, &self.stage);
            let step = self.steps.follow(from, &choice, &mut self.pieces, &mut after);
            #[cfg(test)]
            self.verify(&node.state, &choice, step.map(|_| &after));
            let Some(broken) = step else { continue };
            self.report.transitions += 1;
            let key = key(&after, &spent);
            if let Some(why) = broken {
                self.find(OWN_CODE, why.to_owned(), (node.place, Some(key)), node.depth + 1);
                self.stage.show(&node.state, &self.pieces);
            }
            let known = self.reached.get(&key);
            if known.is_some_and(|(depth, is_expanded)| *is_expanded || *depth <= node.depth) {
                continue;
            }
            let projected = self.project.map_or(0, |project| {
                self.next_stage.show(&after, &self.pieces);
                project(&self.next_stage.world)
            });
            // Steps that do not change the projection cost nothing, and are taken first.
            let stays = self.project.is_some() && projected == node.projected;
            let depth = node.depth + u32::from(!stays);
            if known.is_some_and(|(before, _)| *before <= depth) {
                continue;
            }
            self.reached.insert(key, (depth, false));
            let place = self.tree.len() as u32;
            self.tree.push((node.place, key));
            let next = Node { state: after.clone(), spent, place, depth, projected };
            if stays {
                frontier.push_front(next);
            } else {
                frontier.push_back(next);
            }
        }
    }

    /// Everything that can happen next, in a fixed order, with what would then be spent. The stage shows the state.
    fn choices(&mut self, state: &State, spent: &Spent) -> Vec<(Choice<P>, Spent)> {
        let mut choices = Vec::with_capacity(32);
        let nodes = self.start.roster().len();
        for node in 0..nodes {
            let at = NodeId(node as u16);
            for (place, (event, action)) in self.pieces.own(state, node).iter().enumerate() {
                let mut spent = *spent;
                if matches!(action, Action::Happen(Due::Fire { timer, .. }) if !P::is_step(timer)) {
                    if spent.timers >= self.limits.timers {
                        continue;
                    }
                    spent.timers += 1;
                }
                choices.push((Choice { at, event: *event, what: Happening::Own(place) }, spent));
            }
            let packets = self.pieces.packets(state, node).iter().map(|packet| {
                let what = Happening::Packet { from: at, packet: *packet };
                (Choice { at: packet.to, event: packet.event, what }, *spent)
            });
            choices.extend(packets);
        }
        for (index, client) in self.start.roster().of_kind(Kind::Client).take(CLIENTS).enumerate() {
            let offer = self.offers[index].get(usize::from(spent.operations[index]));
            if let (Some((event, input)), true) = (offer, self.stage.world.node(client).is_some()) {
                let mut spent = *spent;
                spent.operations[index] += 1;
                let what = Happening::Other(Action::Offer { node: client, input: input.clone() });
                choices.push((Choice { at: client, event: *event, what }, spent));
            }
        }
        for &(node, crash, restart) in &self.crashes {
            let other =
                |event: u32, fault: Fault| Choice { at: node, event, what: Happening::Other(Action::Fault(fault)) };
            if self.stage.world.slot(node).health != Health::Up {
                choices.push((other(restart, Fault::Restart { node }), *spent));
                continue;
            }
            if spent.crashes < self.limits.crashes {
                let spent = Spent { crashes: spent.crashes + 1, ..*spent };
                choices.push((other(crash, Fault::Crash { node, how: Crash::Process }), spent));
            }
            if spent.orders < self.limits.orders {
                let spent = Spent { orders: spent.orders + 1, ..*spent };
                for own in P::verbs(&self.stage.world, node).into_iter().filter(|own| own.refused.is_none()) {
                    if let Ok(input) = P::parse_input(&own.input) {
                        let action = Action::Offer { node, input };
                        let event = self.pieces.event(hash_of(&action));
                        choices.push((Choice { at: node, event, what: Happening::Other(action) }, spent));
                    }
                }
            }
        }
        if spent.resets < self.limits.resets {
            let spent = Spent { resets: spent.resets + 1, ..*spent };
            for &(a, b, event) in &self.resets {
                // Both ends change, so that no such step is taken for one of a single node.
                let mut channels = self.stage.world.network().channels(a, b);
                if channels.any(|(_, here, there)| here != End::Closed && there != End::Closed) {
                    let what = Happening::Other(Action::Fault(Fault::Reset { a, b }));
                    choices.push((Choice { at: a, event, what }, spent));
                }
            }
        }
        choices
    }

    /// Holds a step to what the kernel makes of it.
    #[cfg(test)]
    fn verify(&mut self, before: &State, choice: &Choice<P>, after: Option<&State>) {
        assert_eq!(self.stage.world.fingerprint(), before.fingerprint);
        let mut world = self.stage.world.clone();
        let action = choice.action(before, &self.pieces);
        if let (Action::Happen(Due::Arrive(flight)), None) = (&action, after) {
            assert!(world.would_ignore(*flight), "{action:?}");
        } else if let Some(after) = after {
            world.apply(action.clone(), &mut ()).expect("a step");
            assert!(self.pieces.state(&world) == *after, "{action:?}");
        } else {
            assert!(world.apply(action.clone(), &mut ()).is_err(), "{action:?}");
        }
    }
}
