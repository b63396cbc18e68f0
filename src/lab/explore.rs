//! Every order in which things can happen, breadth first: clocks stand still, any set timer may fire, draws give their
//! lowest value. The shortest counterexample comes out as a script that plays.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use crate::describe::Describe;
use crate::sim::fingerprint::{Parts, hash_of};
use crate::sim::{
    Action, CONTROL, Crash, Due, Expectation, Fault, FlightId, Health, Kind, NodeId, Settings, Verdict, World,
};

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps, or with a projection changes of it; the initial state counts as 1.
    pub depth: u32,
    pub states: u64,
    /// Operations that each client offers.
    pub operations: u32,
    pub crashes: u32,
    /// Asks of the operator (the protocol's own verbs at servers).
    pub orders: u32,
    /// How many timers may fire in all.
    pub timers: u32,
    pub projection: Option<&'static str>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 1_000, states: 20_000_000, operations: 1, crashes: 0, orders: 0, timers: 0, projection: None }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Different states, or with a projection different projections.
    pub distinct: u64,
    pub states: u64,
    pub transitions: u64,
    pub depth: u32,
    /// Nothing was left out but by the limits on operations, crashes, orders and timers.
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
    orders: u32,
    timers: u32,
}

struct Node<P: Describe> {
    world: World<P>,
    parts: Parts,
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
    /// At which depth each state was reached at first, or more cheaply later; with a mark once it has been expanded.
    reached: HashMap<u64, (u32, bool)>,
    projections: HashSet<u64>,
    /// Claims that a flaw is said to violate: the search goes on until they are.
    wanted: BTreeSet<&'static str>,
    /// Whether a message changes nothing, by what its receiver is and what it says.
    ignored: HashMap<(u64, u64), bool>,
    /// In a network that is a set, what was delivered comes again and again.
    repeats: bool,
    /// For each state reached: the one before it, and which of its choices led here.
    tree: Vec<(u32, u32)>,
    report: Report,
}

impl<'a, P: Describe> Search<'a, P> {
    fn new(settings: &'a Settings, limits: &'a Limits) -> Self {
        Search {
            settings,
            limits,
            project: limits.projection.and_then(P::projection),
            reached: HashMap::new(),
            projections: HashSet::new(),
            ignored: HashMap::new(),
            repeats: settings.is("delivery", "set"),
            wanted: P::flaws().iter().filter(|flaw| settings.has_flaw(flaw.name)).map(|flaw| flaw.violates).collect(),
            tree: vec![(0, 0)],
            report: Report { complete: true, ..Report::default() },
        }
    }

    fn start(&self) -> Node<P> {
        let mut world = World::<P>::new(self.settings, &mut ());
        world.stop();
        let parts = world.parts(None);
        let projected = self.project.map_or(0, |project| project(&world));
        Node { world, parts, spent: Spent::default(), place: 0, depth: 1, projected }
    }

    fn run(mut self, progress: &mut dyn FnMut(&Report)) -> Report {
        let mut frontier = VecDeque::from([self.start()]);
        while let Some(node) = frontier.pop_front() {
            let key = hash_of(&(node.parts.sum(), &node.spent));
            let known = self.reached.entry(key).or_insert((node.depth, false));
            // It may have been reached more cheaply since.
            if known.1 || known.0 < node.depth {
                continue;
            }
            known.1 = true;
            self.count(&node);
            if self.report.states.is_multiple_of(REPORT_EVERY) {
                progress(&self.report);
            }
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

    fn count(&mut self, node: &Node<P>) {
        self.report.states += 1;
        self.report.depth = self.report.depth.max(node.depth);
        if self.project.is_some() {
            self.projections.insert(node.projected);
            self.report.distinct = self.projections.len() as u64;
        } else {
            self.report.distinct = self.report.states;
        }
    }

    /// True where a claim is violated: nothing is sought beyond such a state, unless a flaw promises more.
    fn judge(&mut self, node: &Node<P>) -> bool {
        let mut violated = false;
        for claim in P::claims().iter().filter(|claim| claim.expectation == Expectation::Always) {
            let Verdict::Violated { says, .. } = (claim.check)(&node.world) else { continue };
            violated = true;
            if self.report.violations.iter().all(|found| found.property != claim.name) {
                let script = self.script(node.place, claim.name);
                let found = Found { property: claim.name.to_owned(), depth: node.depth, says, script };
                self.report.violations.push(found);
            }
        }
        violated
    }

    fn expand(&mut self, node: &Node<P>, frontier: &mut VecDeque<Node<P>>) {
        for (index, (action, spent)) in self.choices(&node.world, &node.spent).into_iter().enumerate() {
            if self.is_ignored(node, &action) {
                continue;
            }
            let mut world = node.world.clone();
            if world.apply(action, &mut ()).is_err() {
                continue;
            }
            self.report.transitions += 1;
            let parts = world.parts(Some((&node.world, &node.parts)));
            let key = hash_of(&(parts.sum(), &spent));
            let known = self.reached.get(&key);
            if known.is_some_and(|(depth, is_expanded)| *is_expanded || *depth <= node.depth) {
                continue;
            }
            let projected = self.project.map_or(0, |project| project(&world));
            // Steps that do not change the projection cost nothing, and are taken first.
            let stays = self.project.is_some() && projected == node.projected;
            let depth = node.depth + u32::from(!stays);
            if known.is_some_and(|(before, _)| *before <= depth) {
                continue;
            }
            self.reached.insert(key, (depth, false));
            let place = self.tree.len() as u32;
            self.tree.push((node.place, index as u32));
            let next = Node { world, parts, spent, place, depth, projected };
            if stays {
                frontier.push_front(next);
            } else {
                frontier.push_back(next);
            }
        }
    }

    /// A message that comes again and changes nothing is no step. What was once worked out for a receiver is remembered.
    fn is_ignored(&mut self, node: &Node<P>, action: &Action<P>) -> bool {
        let Action::Happen(Due::Arrive(flight)) = action else { return false };
        if !self.repeats {
            return false;
        }
        let Some(message) = node.world.perceivable(*flight) else { return false };
        let key = (node.parts.of(flight.to), message);
        *self.ignored.entry(key).or_insert_with(|| node.world.would_ignore(*flight))
    }

    /// Everything that can happen next, in a fixed order, with what would then be spent.
    fn choices(&self, world: &World<P>, spent: &Spent) -> Vec<(Action<P>, Spent)> {
        let mut choices = Vec::new();
        for action in world.actions() {
            match &action {
                Action::Happen(Due::Fire { .. }) if spent.timers >= self.limits.timers => {}
                Action::Happen(Due::Fire { .. }) => {
                    choices.push((action, Spent { timers: spent.timers + 1, ..*spent }));
                }
                _ => choices.push((action, *spent)),
            }
        }
        for (index, client) in world.roster().of_kind(Kind::Client).take(CLIENTS).enumerate() {
            let used = u32::from(spent.operations[index]);
            if used < self.limits.operations.min(255)
                && world.node(client).is_some()
                && let Some(input) = P::offer(world, client, used)
            {
                let mut spent = *spent;
                spent.operations[index] += 1;
                choices.push((Action::Offer { node: client, input }, spent));
            }
        }
        for node in world.roster().ids().filter(|id| world.roster().get(*id).kind != Kind::Client) {
            let down = world.slot(node).health != Health::Up;
            if down {
                choices.push((Action::Fault(Fault::Restart { node }), *spent));
            } else if spent.crashes < self.limits.crashes {
                let spent = Spent { crashes: spent.crashes + 1, ..*spent };
                choices.push((Action::Fault(Fault::Crash { node, how: Crash::Process }), spent));
            }
            choices.extend(P::choices(world, node).into_iter().map(|input| (Action::Offer { node, input }, *spent)));
            if !down && spent.orders < self.limits.orders {
                let spent = Spent { orders: spent.orders + 1, ..*spent };
                for own in P::verbs(world, node).into_iter().filter(|own| own.refused.is_none()) {
                    if let Ok(input) = P::parse_input(&own.input) {
                        choices.push((Action::Offer { node, input }, spent));
                    }
                }
            }
        }
        choices
    }

    /// The way to a state as a script.
    fn script(&self, place: u32, claim: &str) -> String {
        let mut steps = Vec::new();
        let mut at = place;
        while at != 0 {
            let (before, choice) = self.tree[at as usize];
            steps.push(choice as usize);
            at = before;
        }
        let mut lines = header::<P>(self.settings, claim);
        let mut node = self.start();
        for choice in steps.into_iter().rev() {
            let Some((action, spent)) = self.choices(&node.world, &node.spent).into_iter().nth(choice) else { break };
            lines.push(line(&node.world, &action));
            // It was applied once already, on the way here.
            let _applied = node.world.apply(action, &mut ());
            node.spent = spent;
        }
        lines.push(format!("expect {claim} violated"));
        lines.push(String::new());
        lines.join("\n")
    }
}

fn header<P: Describe>(settings: &Settings, claim: &str) -> Vec<String> {
    let mut lines =
        vec![format!("# The shortest way to violate {claim}"), String::new(), format!("system {}", P::NAME)];
    for spec in P::options().iter().chain(crate::sim::PHYSICS) {
        if settings.text(spec.name) != spec.default {
            lines.push(format!("option {} {}", spec.name, settings.text(spec.name)));
        }
    }
    lines.extend(settings.flaws().map(|flaw| format!("flaw {flaw}")));
    lines.extend([String::new(), "hold".to_owned()]);
    lines
}

/// An action as the line of script that performs it here.
fn line<P: Describe>(world: &World<P>, action: &Action<P>) -> String {
    let name = |id: NodeId| world.roster().name(id);
    match action {
        Action::Happen(Due::Arrive(flight)) => deliver_line(world, *flight),
        Action::Happen(Due::Fire { node, timer }) => format!("fire {} {}", name(*node), P::timer_name(timer)),
        Action::Happen(Due::Persist { node, file }) => {
            format!("persist {} {}", name(*node), P::FILES[usize::from(*file)])
        }
        Action::Happen(Due::Expire { node, peer, .. }) => format!("reset {} {}", name(*node), name(*peer)),
        Action::Offer { node, input } => format!("{} {input}", name(*node)),
        Action::Fault(Fault::Restart { node }) => format!("restart {}", name(*node)),
        Action::Fault(Fault::Crash { node, .. }) => format!("crash {}", name(*node)),
        Action::Fault(fault) => format!("# {fault:?}"),
    }
}

fn deliver_line<P: Describe>(world: &World<P>, flight: FlightId) -> String {
    let FlightId { from, to, number } = flight;
    let network = world.network();
    let data = network.in_flight(from, to).map(|f| (f.id.number, P::MESSAGES[usize::from(P::kind(f.body))]));
    let mut all: Vec<(u32, &str)> = data.chain(network.control(from, to).map(|(id, name)| (id.number, name))).collect();
    all.sort_unstable();
    let name = all.iter().find(|(other, _)| *other == number).map_or(CONTROL[0], |(_, name)| *name);
    let nth = all.iter().filter(|(other, same)| *same == name && *other <= number).count();
    let place = if nth > 1 { format!(" #{nth}") } else { String::new() };
    format!("deliver {} -> {} {name}{place}", world.roster().name(from), world.roster().name(to))
}
