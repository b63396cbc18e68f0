//! What a person or a schedule does to a world.

use super::action::{Crash, Fault};
use super::context::Completion;
use super::event::Loss;
use super::id::NodeId;
use super::network::End;
use super::observer::{Observer, What};
use super::protocol::Protocol;
use super::slot::Health;
use super::world::{NoEffect, Trap, World};

impl<P: Protocol> World<P> {
    pub(super) fn fault(&mut self, fault: &Fault, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        if let Some(why) = self.refusal(fault) {
            return Err(NoEffect(why));
        }
        self.cause = self.see(fault.subject(), What::Faulted { fault }, observer);
        match *fault {
            Fault::Crash { node, how } => self.crash(node, how, observer),
            Fault::Restart { node } => self.restart(node, observer),
            Fault::Pause { node } => self.pause(node, observer),
            Fault::Resume { node } => {
                self.slot_mut(node).health = Health::Up;
                self.see(node, What::Resumed, observer);
                self.catch_up(node, observer);
            }
            Fault::Cut { from, to } => self.cut(from, to),
            Fault::Mend { from, to } => self.mend(from, to),
            Fault::Slow { from, to, by } => self.network.direction_mut(from, to).faults.extra_delay = by,
            Fault::Lose { from, to, percent } => self.network.direction_mut(from, to).faults.loss = percent,
            Fault::Double { from, to, percent } => self.network.direction_mut(from, to).faults.doubled = percent,
            Fault::Narrow { from, to, bandwidth } => self.network.direction_mut(from, to).faults.bandwidth = bandwidth,
            Fault::Reset { a, b } => self.reset(a, b, observer),
            Fault::Drop(flight) => self.drop_flight(flight, observer),
            Fault::Duplicate(flight) => self.duplicate_flight(flight),
            Fault::Hold => self.held = true,
            Fault::Release => self.held = false,
            Fault::HoldLane { from, to } => self.hold_lane(from, to),
            Fault::ReleaseLane { from, to } => self.release_lane(from, to),
            Fault::StepClock { node, by_micros } => {
                let clock = &mut self.slot_mut(node).clock;
                clock.offset = clock.offset.saturating_add(by_micros);
            }
            Fault::SkewClock { node, ppm } => self.skew(node, ppm),
            Fault::SlowDisk { node, by } => self.slot_mut(node).slow_disk = by,
            Fault::Arm { node, before, nth, interrupt } => self.armed.push(Trap { node, before, nth, interrupt }),
            Fault::Disarm => self.armed.clear(),
        }
        Ok(())
    }

    /// Why a fault would change nothing, if so.
    fn refusal(&self, fault: &Fault) -> Option<String> {
        let unless = |fits: bool, node: NodeId, otherwise: &str| {
            (!fits).then(|| format!("{} {otherwise}", self.roster.name(node)))
        };
        let lane_unless = |fits: bool, from: NodeId, to: NodeId, otherwise: &str| {
            (!fits).then(|| format!("{} -> {} {otherwise}", self.roster.name(from), self.roster.name(to)))
        };
        match *fault {
            Fault::Crash { node, .. } => unless(self.slot(node).health.is_alive(), node, "is already down"),
            Fault::Restart { node } => unless(!self.slot(node).health.is_alive(), node, "is not down"),
            Fault::Pause { node } => unless(self.slot(node).is_up(), node, "is not running"),
            Fault::Resume { node } => unless(self.slot(node).health == Health::Paused, node, "is not paused"),
            Fault::Cut { from, to } => lane_unless(!self.network.faults(from, to).cut, from, to, "is already cut"),
            Fault::Mend { from, to } => lane_unless(self.network.faults(from, to).cut, from, to, "is not cut"),
            Fault::HoldLane { from, to } => {
                lane_unless(!self.network.faults(from, to).held, from, to, "is already held")
            }
            Fault::ReleaseLane { from, to } => lane_unless(self.network.faults(from, to).held, from, to, "is not held"),
            Fault::Reset { a, b } => {
                let open =
                    self.network.channels(a, b).any(|(_, here, there)| (here, there) != (End::Closed, End::Closed));
                lane_unless(open, a, b, "has no connection")
            }
            Fault::Hold => self.held.then(|| "everything is already held".to_owned()),
            Fault::Disarm => self.armed.is_empty().then(|| "nothing is armed".to_owned()),
            Fault::Release => (!self.held).then(|| "nothing is held".to_owned()),
            Fault::SkewClock { node, ppm } => unless(
                (-900_000..=9_000_000).contains(&ppm),
                node,
                "keeps a clock between a tenth and ten times its rate",
            ),
            Fault::Drop(flight) => {
                let flies = self.network.direction(flight.from, flight.to).has(flight.number);
                (!flies).then(|| "that message is no longer in flight".to_owned())
            }
            Fault::Duplicate(flight) => {
                let flies = self.network.direction(flight.from, flight.to).datagrams.contains_key(&flight.number);
                (!flies).then(|| "only a datagram in flight can be doubled: a connection delivers once".to_owned())
            }
            _ => None,
        }
    }

    pub(super) fn crash(&mut self, id: NodeId, how: Crash, observer: &mut impl Observer<P>) {
        let slot = self.slot_mut(id);
        slot.health = if how == Crash::Process { Health::Crashed } else { Health::PowerLost };
        slot.node = None;
        slot.disk.crash(how == Crash::Torn);
        slot.inbox.clear();
        slot.unfinished.effects.clear();
        let timers = std::mem::take(&mut slot.timers);
        let open = std::mem::take(&mut slot.open);
        let syncs = std::mem::take(&mut slot.syncs);
        for key in timers.values().map(|armed| armed.key).chain(syncs.into_iter().flatten()) {
            self.queue.remove(key);
        }
        self.cause = self.see(id, What::Crashed { how }, observer);
        for operation in open {
            let completion = &Completion::Unknown("its client went down");
            self.see(id, What::Completed { operation, completion }, observer);
        }
        self.hang_up(id, how == Crash::Process, observer);
    }

    fn restart(&mut self, node: NodeId, observer: &mut impl Observer<P>) {
        let without_power = self.slot(node).health == Health::PowerLost;
        self.boot(node, observer);
        if without_power {
            self.disown(node);
        }
    }

    pub(super) fn pause(&mut self, node: NodeId, observer: &mut impl Observer<P>) {
        self.slot_mut(node).health = Health::Paused;
        self.see(node, What::Paused, observer);
    }

    fn reset(&mut self, a: NodeId, b: NodeId, observer: &mut impl Observer<P>) {
        let channels: Vec<_> = self.network.channels(a, b).collect();
        for (channel, here, there) in channels {
            for (at, peer, end) in [(a, b, here), (b, a, there)] {
                if end != End::Closed {
                    self.lose(at, peer, channel, Loss::Reset, observer);
                }
            }
        }
    }
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
            Fault::Hold | Fault::Release | Fault::Disarm => NodeId(0),
        }
    }
}
