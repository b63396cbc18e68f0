//! A world: nodes, links, disks and clocks at one instant, and the one place where it changes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::action::{Action, Crash, Due, Fault, Interrupt};
use super::clock::Clock;
use super::context::{Completion, Context, Core, Effect, OperationId};
use super::disk::Disk;
use super::event::Event;
use super::id::{NodeId, Roster};
use super::network::Network;
use super::observer::{Entry, Observer, What};
use super::physics::Physics;
use super::protocol::{Protocol, Setup, Witness};
use super::queue::{Key, Queue, Rank};
use super::random::{self, Draws};
use super::settings::Settings;
use super::time::{Span, Time};

#[derive(Clone, Debug)]
pub struct World<P: Protocol> {
    pub(super) now: Time,
    pub(super) physics: Physics,
    config: Arc<P::Config>,
    roster: Arc<Roster<P::Role>>,
    pub(super) slots: Vec<Arc<Slot<P>>>,
    pub(super) network: Network<P>,
    pub(super) queue: Queue<P>,
    ghost: Arc<P::Ghost>,
    /// Nothing happens by itself.
    pub(super) held: bool,
    pub(super) armed: Vec<(NodeId, &'static str, Interrupt)>,
    pub(super) entries: u32,
    /// The entry that whatever happens now follows from.
    pub(super) cause: u32,
    buffer: Vec<Effect<P>>,
}

/// How a node is, as the world knows and its peers may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Health {
    Up,
    Paused,
    /// The process is gone, its host is there.
    Crashed,
    PowerLost,
}

#[derive(Clone, Debug)]
pub struct Slot<P: Protocol> {
    pub health: Health,
    /// None while down.
    pub node: Option<P::Node>,
    pub disk: Disk<P>,
    pub clock: Clock,
    pub(super) timers: BTreeMap<P::Timer, Armed>,
    pub(super) timers_set: u32,
    /// What arrived while the process was paused.
    pub(super) inbox: VecDeque<Arrival<P>>,
    /// What the process had yet to do when it was paused.
    pub(super) unfinished: VecDeque<Effect<P>>,
    pub(super) draws: Draws,
    pub(super) written: Vec<u64>,
    pub(super) operations: u64,
    pub(super) open: Vec<OperationId>,
    pub(super) slow_disk: Span,
    /// Where the sync under way of each file stands in the queue.
    pub(super) syncs: Vec<Option<Key>>,
}

#[derive(Clone, Debug)]
pub(super) struct Arrival<P: Protocol> {
    pub event: Event<P>,
    pub cause: u32,
    /// For a timer: which setting of it fired.
    pub setting: u32,
}

/// A timer that is set.
#[derive(Clone, Copy, Debug)]
pub struct Armed {
    pub(super) key: Key,
    pub(super) setting: u32,
    pub ends: Time,
    pub span: Span,
    pub(super) cause: u32,
}

/// Why an action changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoEffect(pub String);

impl<P: Protocol> World<P> {
    /// A world at time zero in which every node has just booted.
    pub fn new(settings: &Settings, observer: &mut impl Observer<P>) -> World<P> {
        let config = P::configure(settings);
        let roster = P::roster(&config);
        let slot = || {
            Arc::new(Slot {
                health: Health::Crashed,
                node: None,
                disk: Disk::default(),
                clock: Clock::default(),
                timers: BTreeMap::new(),
                timers_set: 0,
                inbox: VecDeque::new(),
                unfinished: VecDeque::new(),
                draws: Draws::default(),
                written: Vec::new(),
                operations: 0,
                open: Vec::new(),
                slow_disk: Span::ZERO,
                syncs: Vec::new(),
            })
        };
        let mut world = World {
            now: Time::ZERO,
            physics: Physics::new(settings),
            slots: roster.ids().map(|_| slot()).collect(),
            network: Network::new(roster.len()),
            config: Arc::new(config),
            roster: Arc::new(roster),
            queue: Queue::default(),
            ghost: Arc::default(),
            held: false,
            armed: Vec::new(),
            entries: 0,
            cause: 0,
            buffer: Vec::new(),
        };
        for id in world.roster().ids() {
            world.cause = 0;
            world.boot(id, observer);
        }
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

    pub fn ghost(&self) -> &P::Ghost {
        &self.ghost
    }

    pub fn is_held(&self) -> bool {
        self.held
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
        let mut listed: Vec<(u64, Due<P>)> = self
            .queue
            .iter()
            .filter(|(_, due)| !matches!(due, Due::Arrive(_) | Due::Expire { .. }))
            .map(|(key, due)| (key.content(), due.clone()))
            .collect();
        listed.sort_by_key(|(content, _)| *content);
        let any_order = self.physics.any_order();
        let mut actions: Vec<Action<P>> = listed.into_iter().map(|(_, due)| Action::Happen(due)).collect();
        for to in self.roster.ids() {
            for from in self.roster.ids() {
                if self.network.faults(from, to).cut {
                    continue;
                }
                actions.extend(self.network.deliverable(from, to, any_order).map(|id| Action::Happen(Due::Arrive(id))));
            }
        }
        actions
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
            Action::Fault(fault) => {
                self.fault(&fault, observer)?;
                let subject = fault.subject();
                self.see(subject, What::Faulted { fault: &fault }, observer);
                Ok(())
            }
        }
    }

    fn offer(&mut self, node: NodeId, input: P::Input, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        if self.slot(node).node.is_none() {
            return Err(NoEffect(format!("{} is down", self.roster.name(node))));
        }
        self.cause = self.see(node, What::Offered { input: &input }, observer);
        self.perceive(node, Event::Input(input), 0, observer);
        Ok(())
    }

    fn fire(&mut self, node: NodeId, timer: P::Timer, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        let slot = self.slot_mut(node);
        let Some(&armed) = slot.timers.get(&timer) else {
            return Err(NoEffect("that timer is not set".to_owned()));
        };
        if slot.health != Health::Paused {
            slot.timers.remove(&timer);
        }
        self.queue.remove(armed.key);
        self.cause = armed.cause;
        self.cause = self.see(node, What::Fired { timer: &timer }, observer);
        self.perceive(node, Event::Timer(timer), armed.setting, observer);
        Ok(())
    }

    fn persist(&mut self, node: NodeId, file: u8, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        if let Some(key) = self.slot_mut(node).syncs.get_mut(usize::from(file)).and_then(Option::take) {
            self.queue.remove(key);
        }
        let Some((upto, again)) = self.slot_mut(node).disk.persisted(file) else {
            return Err(NoEffect("no sync is under way there".to_owned()));
        };
        if again {
            self.schedule_sync(node, file);
        }
        self.cause = self.see(node, What::Durable { file, upto }, observer);
        self.perceive(node, Event::Durable { file, upto }, 0, observer);
        Ok(())
    }

    /// Hands an event to a node, or to its inbox while it is paused.
    pub(super) fn perceive(&mut self, id: NodeId, event: Event<P>, setting: u32, observer: &mut impl Observer<P>) {
        let cause = self.cause;
        let slot = self.slot_mut(id);
        match slot.health {
            Health::Up => self.step(id, event, observer),
            Health::Paused => slot.inbox.push_back(Arrival { event, cause, setting }),
            Health::Crashed | Health::PowerLost => {}
        }
    }

    fn step(&mut self, id: NodeId, event: Event<P>, observer: &mut impl Observer<P>) {
        let buffer = std::mem::take(&mut self.buffer);
        let (now, seed, lowest) = (self.now, self.physics.seed, self.physics.lowest);
        let slot = Arc::make_mut(&mut self.slots[usize::from(id.0)]);
        let Some(node) = slot.node.as_mut() else { return };
        let core = Core {
            me: id,
            now,
            monotonic: slot.clock.monotonic(now),
            wall: slot.clock.wall(now),
            seed,
            lowest,
            observed: observer_reads_notes(observer),
            draws: &mut slot.draws,
            operations: &mut slot.operations,
            written: &mut slot.written,
        };
        let mut context = Context::new(core, buffer);
        P::step(node, event, &mut context);
        let effects = context.into_effects();
        self.perform(id, effects, observer);
    }

    pub(super) fn boot(&mut self, id: NodeId, observer: &mut impl Observer<P>) {
        let (now, seed, lowest) = (self.now, self.physics.seed, self.physics.lowest);
        let roster = Arc::clone(&self.roster);
        let config = Arc::clone(&self.config);
        self.cause = self.see(id, What::Booted, observer);
        let slot = Arc::make_mut(&mut self.slots[usize::from(id.0)]);
        slot.health = Health::Up;
        slot.written.clear();
        let core = Core {
            me: id,
            now,
            monotonic: slot.clock.monotonic(now),
            wall: slot.clock.wall(now),
            seed,
            lowest,
            observed: observer_reads_notes(observer),
            draws: &mut slot.draws,
            operations: &mut slot.operations,
            written: &mut slot.written,
        };
        let mut context = Context::new(core, Vec::new());
        let setup: Setup<'_, P> = Setup { role: roster.get(id).role, config: &config, roster: &roster };
        slot.node = Some(P::boot(setup, slot.disk.stable(), &mut context));
        let effects = context.into_effects();
        self.perform(id, effects, observer);
    }

    /// Performs what a node asked for, in order, unless an armed interrupt stops it in between.
    fn perform(&mut self, id: NodeId, mut effects: Vec<Effect<P>>, observer: &mut impl Observer<P>) {
        let mut rest = effects.drain(..);
        while let Some(effect) = rest.next() {
            if let Some(interrupt) = self.interrupted(id, &effect) {
                match interrupt {
                    Interrupt::Crash(how) => {
                        drop(rest);
                        self.crash(id, how, observer);
                    }
                    Interrupt::Pause => {
                        let unfinished: VecDeque<_> = std::iter::once(effect).chain(rest).collect();
                        self.slot_mut(id).unfinished = unfinished;
                        self.pause(id, observer);
                    }
                }
                return;
            }
            self.do_effect(id, effect, observer);
        }
        drop(rest);
        self.buffer = effects;
    }

    fn interrupted(&mut self, id: NodeId, effect: &Effect<P>) -> Option<Interrupt> {
        if self.armed.is_empty() {
            return None;
        }
        let name = effect.name()?;
        let index = self.armed.iter().position(|(node, before, _)| *node == id && *before == name)?;
        Some(self.armed.remove(index).2)
    }

    fn do_effect(&mut self, id: NodeId, effect: Effect<P>, observer: &mut impl Observer<P>) {
        match effect {
            Effect::Send { to, body } => self.send(id, to, body, observer),
            Effect::Connect { peer, channel } => self.connect(id, peer, channel, observer),
            Effect::Close { peer, channel } => self.close(id, peer, channel),
            Effect::SetTimer { timer, after } => self.set_timer(id, timer, after),
            Effect::CancelTimer { timer } => self.cancel_timer(id, &timer),
            Effect::Write { file, record } => {
                self.see(id, What::Wrote { file, record: &record }, observer);
                self.slot_mut(id).disk.write(file, record);
            }
            Effect::Sync { file } => {
                if self.slot_mut(id).disk.sync(file) {
                    self.schedule_sync(id, file);
                }
                self.see(id, What::Synced { file }, observer);
            }
            Effect::Output(output) => {
                self.see(id, What::Output { output: &output }, observer);
            }
            Effect::Invoke { operation, body } => {
                self.slot_mut(id).open.push(operation);
                self.see(id, What::Invoked { operation, body: &body }, observer);
            }
            Effect::Complete { operation, completion } => {
                self.slot_mut(id).open.retain(|open| *open != operation);
                self.see(id, What::Completed { operation, completion: &completion }, observer);
            }
            Effect::Mark(milestone) => {
                self.see(id, What::Marked { milestone }, observer);
            }
            Effect::Note { template, args } => {
                self.see(id, What::Noted { template, args: &args }, observer);
            }
            Effect::Broken { why } => {
                self.see(id, What::Broken { why }, observer);
            }
        }
    }

    fn set_timer(&mut self, id: NodeId, timer: P::Timer, after: Span) {
        let (now, cause) = (self.now, self.cause);
        let slot = Arc::make_mut(&mut self.slots[usize::from(id.0)]);
        let span = slot.clock.world_span(after);
        let ends = now + span;
        slot.timers_set += 1;
        let key = Key::new(ends, Rank::Fire, id, id, slot.timers_set);
        let armed = Armed { key, setting: slot.timers_set, ends, span, cause };
        if let Some(old) = slot.timers.insert(timer.clone(), armed) {
            self.queue.remove(old.key);
        }
        self.queue.insert(key, Due::Fire { node: id, timer });
    }

    fn cancel_timer(&mut self, id: NodeId, timer: &P::Timer) {
        if let Some(old) = self.slot_mut(id).timers.remove(timer) {
            self.queue.remove(old.key);
        }
    }

    /// Moves the deadlines of all set timers after the clock's rate has changed.
    pub(super) fn retime(&mut self, id: NodeId, old: Clock) {
        let now = self.now;
        let slot = Arc::make_mut(&mut self.slots[usize::from(id.0)]);
        let clock = slot.clock;
        for (timer, armed) in &mut slot.timers {
            self.queue.remove(armed.key);
            let left = clock.world_span(old.local_span(armed.ends.since(now)));
            armed.span = clock.world_span(old.local_span(armed.span));
            armed.ends = now + left;
            armed.key = Key::new(armed.ends, Rank::Fire, id, id, armed.setting);
            self.queue.insert(armed.key, Due::Fire { node: id, timer: timer.clone() });
        }
    }

    fn schedule_sync(&mut self, node: NodeId, file: u8) {
        let (now, seed) = (self.now, self.physics.seed);
        let latency = self.physics.disk;
        let slot = Arc::make_mut(&mut self.slots[usize::from(node.0)]);
        let bits = slot.draws.draw(seed, random::fold(&[3, u64::from(node.0), u64::from(file)]), now);
        let at = now + latency.at(bits) + slot.slow_disk;
        let key = Key::new(at, Rank::Persist, node, node, u32::from(file));
        let index = usize::from(file);
        if slot.syncs.len() <= index {
            slot.syncs.resize(index + 1, None);
        }
        slot.syncs[index] = Some(key);
        self.queue.insert(key, Due::Persist { node, file });
    }

    /// Everything that waited while the process was paused happens now: first the rest of the step it was in.
    pub(super) fn catch_up(&mut self, id: NodeId, observer: &mut impl Observer<P>) {
        let unfinished: Vec<_> = std::mem::take(&mut self.slot_mut(id).unfinished).into();
        self.perform(id, unfinished, observer);
        while self.slot(id).health == Health::Up {
            let slot = self.slot_mut(id);
            let Some(arrival) = slot.inbox.pop_front() else { break };
            if let Event::Timer(timer) = &arrival.event {
                // It may have been cancelled or set anew by something processed before it.
                if slot.timers.get(timer).is_none_or(|armed| armed.setting != arrival.setting) {
                    continue;
                }
                slot.timers.remove(timer);
            }
            self.cause = arrival.cause;
            self.step(id, arrival.event, observer);
        }
    }

    pub(super) fn go_down(&mut self, id: NodeId, how: Crash, observer: &mut impl Observer<P>) {
        let slot = self.slot_mut(id);
        slot.health = if how == Crash::Process { Health::Crashed } else { Health::PowerLost };
        slot.node = None;
        slot.disk.crash(how == Crash::Torn);
        slot.inbox.clear();
        slot.unfinished.clear();
        let timers = std::mem::take(&mut slot.timers);
        let open = std::mem::take(&mut slot.open);
        let syncs = std::mem::take(&mut slot.syncs);
        for armed in timers.values() {
            self.queue.remove(armed.key);
        }
        for key in syncs.into_iter().flatten() {
            self.queue.remove(key);
        }
        self.cause = self.see(id, What::Crashed { how }, observer);
        for operation in open {
            self.see(
                id,
                What::Completed { operation, completion: &Completion::Unknown("its client went down") },
                observer,
            );
        }
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

impl<P: Protocol> Slot<P> {
    /// The timers that are set, in the order of their kind.
    pub fn timers(&self) -> impl Iterator<Item = (&P::Timer, &Armed)> {
        self.timers.iter()
    }

    pub fn inbox_len(&self) -> u32 {
        self.inbox.len() as u32
    }

    /// Operations that this client began and that have not ended.
    pub fn open_operations(&self) -> &[OperationId] {
        &self.open
    }

    /// How much longer each sync takes.
    pub fn slow_disk(&self) -> Span {
        self.slow_disk
    }

    pub fn is_up(&self) -> bool {
        self.health == Health::Up
    }
}

fn observer_reads_notes<P: Protocol, O: Observer<P>>(_observer: &O) -> bool {
    O::READS_NOTES
}

impl Fault {
    /// The node under which a fault stands in the trace.
    fn subject(&self) -> NodeId {
        match self {
            Fault::Crash { node, .. }
            | Fault::Restart { node }
            | Fault::Pause { node }
            | Fault::Resume { node }
            | Fault::StepClock { node, .. }
            | Fault::SkewClock { node, .. }
            | Fault::SlowDisk { node, .. }
            | Fault::Arm { node, .. } => *node,
            Fault::Cut { from, .. }
            | Fault::Mend { from, .. }
            | Fault::Slow { from, .. }
            | Fault::Lose { from, .. }
            | Fault::Double { from, .. }
            | Fault::Narrow { from, .. }
            | Fault::HoldLane { from, .. }
            | Fault::ReleaseLane { from, .. } => *from,
            Fault::Reset { a, .. } => *a,
            Fault::Drop(flight) | Fault::Duplicate(flight) => flight.from,
            Fault::Hold | Fault::Release => NodeId(0),
        }
    }
}
