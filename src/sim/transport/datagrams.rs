//! Datagrams: each goes its own way, or gets lost.

use std::sync::Arc;

use crate::sim::id::NodeId;
use crate::sim::network::{FlightId, Load, Packet};
use crate::sim::observer::{Observer, What};
use crate::sim::protocol::Protocol;
use crate::sim::random;
use crate::sim::world::{NoEffect, World};

impl<P: Protocol> World<P> {
    pub(super) fn send_datagram(
        &mut self,
        from: NodeId,
        to: NodeId,
        body: Arc<P::Message>,
        observer: &mut impl Observer<P>,
    ) {
        let (now, bytes) = (self.now, P::size(&body));
        let direction = self.network.direction_mut(from, to);
        direction.sent += 1;
        let flight = FlightId { from, to, number: direction.sent };
        let faults = direction.faults;
        let bits = direction.bits(self.physics.seed, now, from, to, u64::from(P::kind(&body)));
        let cause = self.see(from, What::Sent { flight, to, body: &body }, observer);
        let loss = faults.loss.max(self.physics.loss);
        let lost = loss > 0 && random::chance(random::fold(&[bits, 1]), loss);
        if faults.cut || lost {
            let why = if faults.cut { "the link is cut" } else { "lost on the way" };
            self.cause = cause;
            self.see(from, What::Dropped { flight, to, body: &body, why }, observer);
            return;
        }
        let doubled = faults.doubled > 0 && random::chance(random::fold(&[bits, 2]), faults.doubled);
        let direction = self.network.direction_mut(from, to);
        for copy in 0..=u64::from(doubled) {
            direction.sent += u32::from(copy > 0);
            let flight = FlightId { number: direction.sent, ..flight };
            let latency = self.physics.latency.at(random::fold(&[bits, 3, copy])) + faults.extra_delay;
            let arrives = (!faults.held).then_some(direction.departs(now, bytes, self.physics.bandwidth) + latency);
            let load = Load::Data(Arc::clone(&body));
            let packet = Packet { number: flight.number, incarnation: 0, load, bytes, sent: now, arrives, cause };
            direction.datagrams.insert(flight.number, packet);
            if let Some(at) = arrives {
                self.queue.expect_arrival(flight, at);
            }
        }
    }

    pub(super) fn arrive_alone(&mut self, flight: FlightId, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        let FlightId { from, to, number } = flight;
        let keeps = self.physics.delivery == super::Delivery::Set;
        let direction = self.network.direction_mut(from, to);
        let taken = if keeps { direction.datagrams.get(&number).cloned() } else { direction.datagrams.remove(&number) };
        let Some(packet) = taken else {
            return Err(NoEffect("that message is no longer in flight".to_owned()));
        };
        let cut = direction.faults.cut;
        self.queue.forget_arrival(flight, packet.arrives);
        self.cause = packet.cause;
        let Load::Data(body) = packet.load else { return Ok(()) };
        if cut || !self.slot(to).health.is_alive() {
            let why = if cut { "the link is cut" } else { "nobody is there" };
            self.see(to, What::Dropped { flight, to, body: &body, why }, observer);
        } else {
            self.deliver(flight, body, observer);
        }
        Ok(())
    }

    /// A second copy of a datagram, one median latency after the first.
    pub(in crate::sim) fn duplicate_flight(&mut self, flight: FlightId) {
        let later = self.physics.latency.median();
        let direction = self.network.direction_mut(flight.from, flight.to);
        let Some(packet) = direction.datagrams.get(&flight.number).cloned() else { return };
        direction.sent += 1;
        let copy = FlightId { number: direction.sent, ..flight };
        let arrives = packet.arrives.map(|at| at + later);
        direction.datagrams.insert(copy.number, Packet { number: copy.number, arrives, ..packet });
        if let Some(at) = arrives {
            self.queue.expect_arrival(copy, at);
        }
    }
}
