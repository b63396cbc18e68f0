//! Timers run on the monotonic clock of their node, and move when its rate changes.

use std::sync::Arc;

use super::action::Due;
use super::event::Event;
use super::id::NodeId;
use super::observer::{Observer, What};
use super::protocol::Protocol;
use super::queue::{Key, Rank};
use super::slot::Armed;
use super::time::Span;
use super::world::{NoEffect, World};

impl<P: Protocol> World<P> {
    pub(super) fn set_timer(&mut self, id: NodeId, timer: P::Timer, after: Span) {
        let (now, cause) = (self.now, self.cause);
        let slot = Arc::make_mut(&mut self.slots[usize::from(id.0)]);
        slot.void_fired(&timer);
        let deadline = slot.clock.monotonic(now) + after;
        let span = slot.clock.world_span(after);
        let ends = now + span;
        slot.timers_set += 1;
        let key = Key::new(ends, Rank::Fire, id, id, slot.timers_set);
        let armed = Armed { ends, span, deadline, key, setting: slot.timers_set, cause };
        if let Some(old) = slot.timers.insert(timer.clone(), armed) {
            self.queue.remove(old.key);
        }
        self.queue.insert(key, Due::Fire { node: id, timer });
    }

    pub(super) fn cancel_timer(&mut self, id: NodeId, timer: &P::Timer) {
        let slot = self.slot_mut(id);
        slot.void_fired(timer);
        if let Some(old) = slot.timers.remove(timer) {
            self.queue.remove(old.key);
        }
    }

    pub(super) fn fire(
        &mut self,
        node: NodeId,
        timer: P::Timer,
        observer: &mut impl Observer<P>,
    ) -> Result<(), NoEffect> {
        let Some(armed) = self.slot_mut(node).timers.remove(&timer) else {
            return Err(NoEffect("that timer is not set".to_owned()));
        };
        self.queue.remove(armed.key);
        self.cause = armed.cause;
        self.cause = self.see(node, What::Fired { timer: &timer }, observer);
        self.perceive(node, Event::Timer(timer), observer);
        Ok(())
    }

    /// Changes the rate of a node's clock, and with it when its timers end.
    pub(super) fn skew(&mut self, id: NodeId, ppm: i32) {
        let now = self.now;
        let slot = Arc::make_mut(&mut self.slots[usize::from(id.0)]);
        let old = slot.clock;
        slot.clock.skew(now, ppm);
        let shown = slot.clock.monotonic(now);
        for (timer, armed) in slot.timers.iter_mut() {
            self.queue.remove(armed.key);
            armed.span = slot.clock.world_span(old.local_span(armed.span));
            armed.ends = now + slot.clock.world_span(armed.deadline.since(shown));
            armed.key = Key::new(armed.ends, Rank::Fire, id, id, armed.setting);
            self.queue.insert(armed.key, Due::Fire { node: id, timer: timer.clone() });
        }
    }
}
