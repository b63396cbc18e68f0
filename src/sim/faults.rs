//! What a person or a schedule does to a world.

use super::action::{Crash, Fault, Interrupt};
use super::event::Loss;
use super::id::NodeId;
use super::observer::{Observer, What};
use super::protocol::Protocol;
use super::world::{Health, NoEffect, World};

impl<P: Protocol> World<P> {
    pub(super) fn fault(&mut self, fault: &Fault, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        match *fault {
            Fault::Crash { node, how } => {
                self.require(node, |health| matches!(health, Health::Up | Health::Paused), "is already down")?;
                self.crash(node, how, observer);
            }
            Fault::Restart { node } => {
                self.require(node, |health| matches!(health, Health::Crashed | Health::PowerLost), "is not down")?;
                let without_power = self.slot(node).health == Health::PowerLost;
                self.boot(node, observer);
                if without_power {
                    self.disown(node);
                }
            }
            Fault::Pause { node } => {
                self.require(node, |health| health == Health::Up, "is not running")?;
                self.pause(node, observer);
            }
            Fault::Resume { node } => {
                self.require(node, |health| health == Health::Paused, "is not paused")?;
                self.slot_mut(node).health = Health::Up;
                self.cause = self.see(node, What::Resumed, observer);
                self.catch_up(node, observer);
            }
            Fault::Cut { from, to } => {
                if self.network.faults(from, to).cut {
                    return Err(self.already(from, to, "is already cut"));
                }
                self.cut(from, to);
            }
            Fault::Mend { from, to } => {
                if !self.network.faults(from, to).cut {
                    return Err(self.already(from, to, "is not cut"));
                }
                self.mend(from, to);
            }
            Fault::Slow { from, to, by } => self.network.direction_mut(from, to).faults.extra_delay = by,
            Fault::Lose { from, to, percent } => self.network.direction_mut(from, to).faults.loss = percent,
            Fault::Double { from, to, percent } => self.network.direction_mut(from, to).faults.doubled = percent,
            Fault::Narrow { from, to, bandwidth } => self.network.direction_mut(from, to).faults.bandwidth = bandwidth,
            Fault::Reset { a, b } => {
                let channels: Vec<_> = self.network.channels(a, b).collect();
                for (channel, _, _) in channels {
                    for (at, peer) in [(a, b), (b, a)] {
                        if self.network.end(at, peer, channel) != super::network::End::Closed {
                            self.lose(at, peer, channel, Loss::Reset, observer);
                        }
                    }
                }
            }
            Fault::Drop(flight) => self.drop_flight(flight, observer)?,
            Fault::Duplicate(flight) => self.duplicate_flight(flight)?,
            Fault::Hold if self.held => return Err(NoEffect("everything is already held".to_owned())),
            Fault::Hold => self.held = true,
            Fault::Release if !self.held => return Err(NoEffect("nothing is held".to_owned())),
            Fault::Release => self.held = false,
            Fault::HoldLane { from, to } => self.hold_lane(from, to),
            Fault::ReleaseLane { from, to } => self.release_lane(from, to),
            Fault::StepClock { node, by_micros } => {
                let clock = &mut self.slot_mut(node).clock;
                clock.offset = clock.offset.saturating_add(by_micros);
            }
            Fault::SkewClock { node, ppm } => {
                let now = self.now;
                let old = self.slot(node).clock;
                self.slot_mut(node).clock.skew(now, ppm);
                self.retime(node, old);
            }
            Fault::SlowDisk { node, by } => self.slot_mut(node).slow_disk = by,
            Fault::Arm { node, before, interrupt } => self.armed.push((node, before, interrupt)),
        }
        Ok(())
    }

    fn require(&self, node: NodeId, fits: impl Fn(Health) -> bool, otherwise: &str) -> Result<(), NoEffect> {
        if fits(self.slot(node).health) {
            Ok(())
        } else {
            Err(NoEffect(format!("{} {otherwise}", self.roster().name(node))))
        }
    }

    fn already(&self, from: NodeId, to: NodeId, state: &str) -> NoEffect {
        NoEffect(format!("{} -> {} {state}", self.roster().name(from), self.roster().name(to)))
    }

    pub(super) fn crash(&mut self, node: NodeId, how: Crash, observer: &mut impl Observer<P>) {
        self.armed.retain(|(armed, _, interrupt)| *armed != node || !matches!(interrupt, Interrupt::Pause));
        self.go_down(node, how, observer);
        self.hang_up(node, how == Crash::Process, observer);
    }

    pub(super) fn pause(&mut self, node: NodeId, observer: &mut impl Observer<P>) {
        self.slot_mut(node).health = Health::Paused;
        self.see(node, What::Paused, observer);
    }
}
