//! A world: nodes, links, disks and clocks at one instant, and the one place where it changes.

use std::collections::VecDeque;
use std::sync::Arc;

use super::action::{Action, Due, Interrupt};
use super::context::Effect;
use super::event::Event;
use super::id::{NodeId, Roster};
use super::network::{InFlight, Network};
use super::observer::{Entry, Observer, What};
use super::physics::Physics;
use super::protocol::{Protocol, Witness};
use super::queue::Queue;
use super::settings::Settings;
use super::slot::Slot;
use super::step::News;
use super::time::Time;

#[derive(Clone, Debug)]
pub struct World<P: Protocol> {
    pub(super) now: Time,
    pub(super) physics: Physics,
    pub(super) config: Arc<P::Config>,
    pub(super) roster: Arc<Roster<P::Role>>,
    pub(super) slots: Vec<Arc<Slot<P>>>,
    pub(super) network: Network<P>,
    pub(super) queue: Queue<P>,
    pub(super) ghost: Arc<P::Ghost>,
    /// Nothing happens by itself.
    pub(super) held: bool,
    pub(super) armed: Vec<Trap>,
    pub(super) entries: u32,
    /// Connections sought.
    pub(super) sought: u32,
    /// The entry that whatever happens now follows from.
    pub(super) cause: u32,
    pub(super) news: VecDeque<News<P>>,
    /// Kept between steps for its room; always empty.
    pub(super) buffer: Vec<Effect<P>>,
}

/// What strikes a node before its `nth` effect of a name from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Trap {
    pub node: NodeId,
    pub before: &'static str,
    pub nth: u32,
    pub interrupt: Interrupt,
}

/// Why an action changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoEffect(pub String);

impl<P: Protocol> World<P> {
    /// A world at time zero in which every node has just booted.
    pub fn new(settings: &Settings, observer: &mut impl Observer<P>) -> World<P> {
        let config = P::configure(settings);
        let roster = P::roster(&config);
        let mut world = World {
            now: Time::ZERO,
            physics: Physics::new(settings),
            slots: roster.ids().map(|_| Arc::new(Slot::new())).collect(),
            network: Network::new(roster.len()),
            config: Arc::new(config),
            roster: Arc::new(roster),
            queue: Queue::default(),
            ghost: Arc::default(),
            held: false,
            armed: Vec::new(),
            entries: 0,
            sought: 0,
            cause: 0,
            news: VecDeque::new(),
            buffer: Vec::new(),
        };
        for id in world.roster().ids() {
            world.cause = 0;
            world.boot(id, observer);
        }
        world.spread_news(observer);
        world
    }

    pub fn now(&self) -> Time {
        self.now
    }

    pub fn roster(&self) -> &Roster<P::Role> {
        &self.roster
    }

    pub fn config(&self) -> &P::Config {
        &self.config
    }

    pub fn physics(&self) -> &Physics {
        &self.physics
    }

    pub fn slot(&self, id: NodeId) -> &Slot<P> {
        &self.slots[usize::from(id.0)]
    }

    /// The node, unless it is down.
    pub fn node(&self, id: NodeId) -> Option<&P::Node> {
        self.slot(id).node.as_ref()
    }

    pub fn network(&self) -> &Network<P> {
        &self.network
    }

    /// All messages that are on their way, over every link.
    pub fn flying(&self) -> impl Iterator<Item = InFlight<'_, P>> {
        let ids = || self.roster.ids();
        ids().flat_map(move |from| ids().flat_map(move |to| self.network.in_flight(from, to)))
    }

    pub fn ghost(&self) -> &P::Ghost {
        &self.ghost
    }

    pub fn is_held(&self) -> bool {
        self.held
    }

    /// Some crash or pause waits for its effect.
    pub fn is_armed(&self) -> bool {
        !self.armed.is_empty()
    }

    /// How many entries the trace has had so far.
    pub fn entries(&self) -> u32 {
        self.entries
    }

    /// When the next thing happens by itself, if ever.
    pub fn next(&self) -> Option<Time> {
        if self.held { None } else { self.queue.first().map(|time| time.max(self.now)) }
    }

    /// Takes the next thing out of the queue and moves the clock to it; [`World::apply`] then makes it happen.
    pub fn pop(&mut self) -> Option<Action<P>> {
        if self.held {
            return None;
        }
        let (time, due) = self.queue.pop()?;
        self.now = self.now.max(time);
        Some(Action::Happen(due))
    }

    /// Moves the clock where nothing happens. Never back, and never over something due.
    pub fn advance(&mut self, to: Time) {
        let limit = self.next().unwrap_or(Time::MAX);
        self.now = self.now.max(to.min(limit));
    }

    /// What can happen next, in a fixed order that does not depend on latencies: for exploring and for menus.
    pub fn actions(&self) -> Vec<Action<P>> {
        let mut actions = Vec::new();
        for node in self.roster.ids() {
            let slot = self.slot(node);
            actions.extend(slot.disk.syncing().map(|file| Action::Happen(Due::Persist { node, file })));
            actions.extend(slot.timers().map(|(timer, _)| Action::Happen(Due::Fire { node, timer: timer.clone() })));
        }
        for to in self.roster.ids() {
            for from in self.roster.ids() {
                let flights = self.network.deliverable(from, to, self.physics.delivery);
                actions.extend(flights.map(|id| Action::Happen(Due::Arrive(id))));
            }
        }
        actions
    }

    /// From now on nothing happens by itself, for good: a search performs everything by hand.
    pub fn stop(&mut self) {
        self.held = true;
        self.queue.switch_off();
    }

    /// The one place where the world changes.
    ///
    /// # Errors
    /// Actions are total: one that no longer applies changes nothing and says why.
    pub fn apply(&mut self, action: Action<P>, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        self.cause = 0;
        match action {
            Action::Happen(Due::Arrive(flight)) => self.arrive(flight, observer),
            Action::Happen(Due::Fire { node, timer }) => self.fire(node, timer, observer),
            Action::Happen(Due::Persist { node, file }) => self.persist(node, file, observer),
            Action::Happen(Due::Expire { node, peer, channel }) => self.expire(node, peer, channel, observer),
            Action::Offer { node, input } => self.offer(node, input, observer),
            Action::Fault(fault) => self.fault(&fault, observer),
        }?;
        self.spread_news(observer);
        Ok(())
    }

    fn offer(&mut self, node: NodeId, input: P::Input, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        if self.slot(node).node.is_none() {
            return Err(NoEffect(format!("{} is down", self.roster.name(node))));
        }
        self.cause = self.see(node, What::Offered { input: &input }, observer);
        self.perceive(node, Event::Input(input), observer);
        Ok(())
    }

    pub(super) fn slot_mut(&mut self, id: NodeId) -> &mut Slot<P> {
        Arc::make_mut(&mut self.slots[usize::from(id.0)])
    }

    /// Shows an entry to the ghost and to the observer; returns its number.
    pub(super) fn see(&mut self, node: NodeId, what: What<'_, P>, observer: &mut impl Observer<P>) -> u32 {
        self.entries += 1;
        if size_of::<P::Ghost>() > 0 {
            P::witness(Arc::make_mut(&mut self.ghost), Witness { now: self.now, node, what: &what });
        }
        let number = self.entries;
        observer.see(Entry { number, cause: self.cause, time: self.now, node, what });
        number
    }
}
