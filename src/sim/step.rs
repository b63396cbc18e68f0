//! What a node does: it perceives an event, its step asks for effects, and the world performs them one by one, unless
//! an armed interrupt stops it between two.

use std::sync::Arc;

use super::action::Interrupt;
use super::context::{Context, Core, Effect};
use super::event::Event;
use super::id::NodeId;
use super::network::{End, FlightId, Load};
use super::observer::{Observer, What};
use super::protocol::{Protocol, Setup};
use super::slot::{Arrival, Health, Slot, Unfinished};
use super::world::{Trap, World};

/// Something that a node is told once what is happening now has happened.
#[derive(Clone, Debug)]
pub(super) struct News<P: Protocol> {
    pub node: NodeId,
    pub event: Event<P>,
    pub cause: u32,
}

impl<P: Protocol> World<P> {
    pub(super) fn boot(&mut self, id: NodeId, observer: &mut impl Observer<P>) {
        let (roster, config) = (Arc::clone(&self.roster), Arc::clone(&self.config));
        self.cause = self.see(id, What::Booted, observer);
        let slot = self.slot_mut(id);
        slot.health = Health::Up;
        slot.written.clear();
        self.run(id, observer, |node, stable, context| {
            let setup: Setup<'_, P> = Setup { role: roster.get(id).role, config: &config, roster: &roster };
            *node = Some(P::boot(setup, stable, context));
        });
    }

    /// Hands an event to a node, or to its inbox while it is paused.
    pub(super) fn perceive(&mut self, id: NodeId, event: Event<P>, observer: &mut impl Observer<P>) {
        match self.slot(id).health {
            Health::Up => self.step(id, event, observer),
            Health::Paused => {
                let cause = self.cause;
                self.slot_mut(id).inbox.push_back(Arrival { event, cause });
            }
            Health::Crashed | Health::PowerLost => {}
        }
    }

    /// Tells nodes what became of their connections: after the effects among which it happened, never amid them.
    pub(super) fn spread_news(&mut self, observer: &mut impl Observer<P>) {
        while let Some(News { node, event, cause }) = self.news.pop_front() {
            self.cause = cause;
            self.perceive(node, event, observer);
        }
    }

    /// Everything that waited while the process was paused happens now: first the rest of the step it was in.
    pub(super) fn catch_up(&mut self, id: NodeId, observer: &mut impl Observer<P>) {
        let Unfinished { effects, cause } = std::mem::take(&mut self.slot_mut(id).unfinished);
        self.cause = cause;
        self.perform(id, effects, observer);
        while self.slot(id).health == Health::Up {
            let Some(Arrival { event, cause }) = self.slot_mut(id).inbox.pop_front() else { break };
            self.cause = cause;
            self.step(id, event, observer);
        }
    }

    /// Whether the receiver of a stream's message would perceive it now, and neither change nor ask for anything.
    pub fn would_ignore(&self, flight: FlightId) -> bool {
        let FlightId { from, to, number } = flight;
        let direction = self.network.direction(from, to);
        let Some((channel, index)) = direction.find(number) else { return false };
        let packet = &direction.channels[usize::from(channel)].queue[index];
        let Load::Data(body) = &packet.load else { return false };
        let Slot { health, node, clock, draws, operations, written, .. } = self.slot(to);
        let Some(before) = node else { return false };
        if *health != Health::Up || self.network.end(to, from, channel) != End::Open(packet.incarnation) {
            return false;
        }
        let mut node = before.clone();
        let core = Core {
            me: to,
            now: self.now,
            clock: *clock,
            seed: self.physics.seed,
            lowest: self.physics.lowest,
            observed: false,
            draws: &mut draws.clone(),
            operations: &mut operations.clone(),
            written: &mut written.clone(),
        };
        let mut context = Context::new(core, Vec::new());
        P::step(&mut node, Event::Message { from, body: P::Message::clone(body) }, &mut context);
        context.into_effects().is_empty() && node == *before
    }

    fn step(&mut self, id: NodeId, event: Event<P>, observer: &mut impl Observer<P>) {
        self.run(id, observer, |node, _, context| {
            if let Some(node) = node {
                P::step(node, event, context);
            }
        });
    }

    fn run<O: Observer<P>>(
        &mut self,
        id: NodeId,
        observer: &mut O,
        body: impl FnOnce(&mut Option<P::Node>, &P::Stable, &mut Context<'_, P>),
    ) {
        let buffer = std::mem::take(&mut self.buffer);
        let Slot { node, disk, clock, draws, operations, written, .. } =
            Arc::make_mut(&mut self.slots[usize::from(id.0)]);
        let core = Core {
            me: id,
            now: self.now,
            clock: *clock,
            seed: self.physics.seed,
            lowest: self.physics.lowest,
            observed: O::READS_NOTES,
            draws,
            operations,
            written,
        };
        let mut context = Context::new(core, buffer);
        body(node, disk.stable(), &mut context);
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
                        let effects = std::iter::once(effect).chain(rest).collect();
                        let cause = self.cause;
                        self.slot_mut(id).unfinished = Unfinished { effects, cause };
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
        let is_meant = |trap: &Trap| trap.node == id && trap.before == name;
        if let Some(index) = self.armed.iter().position(|trap| is_meant(trap) && trap.nth <= 1) {
            return Some(self.armed.remove(index).interrupt);
        }
        // What strikes now comes again when it goes on: only what passes is counted.
        for trap in self.armed.iter_mut().filter(|trap| is_meant(trap)) {
            trap.nth -= 1;
        }
        None
    }

    fn do_effect(&mut self, id: NodeId, effect: Effect<P>, observer: &mut impl Observer<P>) {
        match effect {
            Effect::Send { to, body } => self.send(id, to, body, observer),
            Effect::Connect { peer, channel } => self.connect(id, peer, channel, observer),
            Effect::Close { peer, channel } if !self.has_heard(id, peer, channel) => {}
            Effect::Close { peer, channel } => self.close(id, peer, channel),
            Effect::SetTimer { timer, after } => self.set_timer(id, timer, after),
            Effect::CancelTimer { timer } => self.cancel_timer(id, &timer),
            Effect::Write { file, record } => {
                self.see(id, What::Wrote { file, record: &record }, observer);
                self.slot_mut(id).disk.write(file, record);
            }
            Effect::Sync { file } => {
                let cause = self.see(id, What::Synced { file }, observer);
                self.sync(id, file, cause);
            }
            Effect::Output(output) => {
                self.see(id, What::Output { output: &output }, observer);
            }
            Effect::Invoke { operation, body } => {
                let open = &mut self.slot_mut(id).open;
                open.insert(open.partition_point(|other| *other < operation), operation);
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
}
