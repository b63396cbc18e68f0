//! One thread of a search: it judges and expands the nodes that it takes from a wave.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::frontier::{Found, Node, Wave, key};
use super::pieces::{Pieces, Stage, State};
use super::steps::{Choice, Happening, Steps};
use super::tables::Table;
use super::{CLIENTS, Search, Spent};
use crate::describe::Describe;
use crate::sim::fingerprint::hash_of;
use crate::sim::{Action, Crash, Due, End, Expectation, Fault, Health, Kind, NodeId, Verdict, World};

pub struct Worker<'a, P: Describe> {
    pub search: &'a Search<'a, P>,
    pub start: World<P>,
    pub pieces: Pieces<'a, P>,
    pub steps: Steps<'a>,
    /// Shows the state that is being expanded, and another one the states after it.
    pub stage: Stage<P>,
    next_stage: Stage<P>,
    /// The room for the node at hand, between waves.
    node: Option<Node>,
    /// What it has reached at the depth of the wave, where steps cost nothing, and at the next one.
    pub near: Found,
    pub far: Found,
    pub seen: Seen,
    pub projections: Table<u64, ()>,
}

/// What a thread has seen of a wave.
#[derive(Default)]
pub struct Seen {
    pub states: u64,
    pub transitions: u64,
    /// Something was left out.
    pub is_cut: bool,
    /// Of the ways to violate a claim, by its place, the least; what the code itself expects stands behind the claims.
    pub violated: BTreeMap<usize, Violation>,
}

/// A state in which something is violated, or a step on from it, and what there is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub at: u64,
    pub then: Option<(u64, &'static str)>,
}

impl Seen {
    pub fn violate(&mut self, claim: usize, violation: Violation) {
        match self.violated.entry(claim) {
            Entry::Vacant(new) => {
                new.insert(violation);
            }
            Entry::Occupied(mut known) => {
                *known.get_mut() = violation.min(*known.get());
            }
        }
    }
}

impl<'a, P: Describe> Worker<'a, P> {
    pub fn new(search: &'a Search<'a, P>, is_alone: bool) -> Self {
        // A world of its own: threads that count references to the same pieces wait for one another.
        let start = super::start::<P>(search.settings);
        let pieces = Pieces::new(&search.stock);
        let state = pieces.state(&start);
        Worker {
            search,
            steps: Steps::new(search.settings.is("delivery", "set"), &search.memory, is_alone),
            stage: Stage::new(&start, &state),
            next_stage: Stage::new(&start, &state),
            node: None,
            near: Found::default(),
            far: Found::default(),
            seen: Seen::default(),
            projections: Table::default(),
            start,
            pieces,
        }
    }

    pub fn first(&self) -> Node {
        let projected = self.search.project.map_or(0, |project| project(&self.start));
        Node::new(self.pieces.state(&self.start), projected)
    }

    /// Takes nodes as long as there are any, and tells when it has done some.
    pub fn work(&mut self, wave: &Wave, tell: &mut dyn FnMut()) {
        let mut node = self.node.take().unwrap_or_else(|| self.first());
        while let Some(batch) = wave.take() {
            for place in 0..batch.len() {
                batch.read(place, &mut node);
                self.visit(&node, wave);
            }
            wave.finish(batch.len() as u64);
            tell();
        }
        self.node = Some(node);
    }

    fn visit(&mut self, node: &Node, wave: &Wave) {
        if wave.is_contested && !self.search.reached.take(node, wave) {
            return;
        }
        if self.search.project.is_some() {
            self.projections.insert(node.projected, ());
        }
        self.seen.states += 1;
        self.stage.show(&node.state, &self.pieces);
        // Nothing is sought beyond a violation, unless a flaw promises more.
        if self.judge(node) && self.search.wanted.is_empty() {
            return;
        }
        if wave.depth >= self.search.limits.depth {
            self.seen.is_cut = true;
        } else if wave.last != Some(node.key) {
            self.expand(node, wave);
        }
    }

    /// True where a claim is violated.
    fn judge(&mut self, node: &Node) -> bool {
        let mut is_violated = false;
        for (place, claim) in P::claims().iter().enumerate() {
            if claim.expectation == Expectation::Always
                && let Verdict::Violated { .. } = (claim.check)(&self.stage.world)
            {
                is_violated = true;
                self.seen.violate(place, Violation { at: node.key, then: None });
            }
        }
        is_violated
    }

    fn expand(&mut self, node: &Node, wave: &Wave) {
        let mut after = node.state.clone();
        for (choice, spent) in self.choices(&node.state, &node.spent) {
            let from = (&node.state, &self.stage);
            let step = self.steps.follow(from, &choice, &mut self.pieces, &mut after);
            #[cfg(test)]
            self.verify(&node.state, &choice, step.map(|_| &after));
            let Some(broken) = step else { continue };
            self.seen.transitions += 1;
            let key = key(&after, &spent);
            if let Some(why) = broken {
                self.seen.violate(P::claims().len(), Violation { at: node.key, then: Some((key, why)) });
            }
            let mut projected = node.projected;
            let put = self.search.reached.reach((key, &after), node.key, wave, || {
                let Some(project) = self.search.project else { return true };
                self.next_stage.show(&after, &self.pieces);
                projected = project(&self.next_stage.world);
                // Steps that do not change the projection cost nothing, and are taken first.
                projected != node.projected
            });
            if let Some(put) = put {
                self.found(put.is_far).push(&after, spent, key, projected);
                put.instead.into_iter().for_each(|was_far| self.found(was_far).is_contested = true);
            }
        }
    }

    fn found(&mut self, is_far: bool) -> &mut Found {
        if is_far { &mut self.far } else { &mut self.near }
    }

    /// Everything that can happen next, in a fixed order, with what would then be spent. The stage shows the state.
    pub fn choices(&self, state: &State, spent: &Spent) -> Vec<(Choice<P>, Spent)> {
        let mut choices = Vec::with_capacity(32);
        let nodes = self.search.start.roster().len();
        for node in 0..nodes {
            let at = NodeId(node as u16);
            for (place, (event, action)) in self.pieces.own(state, node).iter().enumerate() {
                let mut spent = *spent;
                if matches!(action, Action::Happen(Due::Fire { timer, .. }) if !P::is_step(timer)) {
                    if spent.timers >= self.search.limits.timers {
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
        for (index, client) in self.search.start.roster().of_kind(Kind::Client).take(CLIENTS).enumerate() {
            let offer = self.search.offers[index].get(usize::from(spent.operations[index]));
            if let (Some((event, input)), true) = (offer, self.stage.world.node(client).is_some()) {
                let mut spent = *spent;
                spent.operations[index] += 1;
                let what = Happening::Other(Action::Offer { node: client, input: input.clone() });
                choices.push((Choice { at: client, event: *event, what }, spent));
            }
        }
        for &(node, crash, restart) in &self.search.crashes {
            let other =
                |event: u32, fault: Fault| Choice { at: node, event, what: Happening::Other(Action::Fault(fault)) };
            if self.stage.world.slot(node).health != Health::Up {
                choices.push((other(restart, Fault::Restart { node }), *spent));
                continue;
            }
            if spent.crashes < self.search.limits.crashes {
                let spent = Spent { crashes: spent.crashes + 1, ..*spent };
                choices.push((other(crash, Fault::Crash { node, how: Crash::Process }), spent));
            }
            if spent.orders < self.search.limits.orders {
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
        if spent.resets < self.search.limits.resets {
            let spent = Spent { resets: spent.resets + 1, ..*spent };
            for &(a, b, event) in &self.search.resets {
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
