//! How packets travel: datagrams that may be lost, doubled or overtaken, and connections that keep order, stall at a
//! cut without telling anybody, and break only when an end closes, dies or gives up.
//!
//! Two simplifications, both harmless to what the nodes can know: an accepting end is open when it hears of the
//! connection, and acknowledgements are not packets but are understood to flow back unless that direction is cut.

mod connections;
mod datagrams;
mod flow;

use std::sync::Arc;

use super::action::Due;
use super::event::Event;
use super::id::NodeId;
use super::network::{End, FlightId, Load, Packet};
use super::observer::{Observer, What};
use super::physics::Delivery;
use super::protocol::{Protocol, Route};
use super::queue::{Key, Queue, Rank};
use super::slot::Health;
use super::time::Time;
use super::world::{NoEffect, World};

impl<P: Protocol> World<P> {
    pub(super) fn send(&mut self, from: NodeId, to: NodeId, body: Arc<P::Message>, observer: &mut impl Observer<P>) {
        if from == to || usize::from(to.0) >= self.slots.len() {
            self.see(from, What::Unsent { to, body: &body }, observer);
            return;
        }
        match P::route(&body) {
            Route::Stream(channel) => self.send_stream(from, to, channel, body, observer),
            Route::Datagram => self.send_datagram(from, to, body, observer),
        }
    }

    fn send_stream(
        &mut self,
        from: NodeId,
        to: NodeId,
        channel: u8,
        body: Arc<P::Message>,
        observer: &mut impl Observer<P>,
    ) {
        let direction = self.network.direction(from, to);
        let heard = self.has_heard(from, to, channel);
        let End::Open(incarnation) = (if heard { direction.end(channel) } else { End::Closed }) else {
            self.see(from, What::Unsent { to, body: &body }, observer);
            return;
        };
        if self.physics.delivery == Delivery::Set && direction.stands(channel, incarnation, &body) {
            return;
        }
        let flight = FlightId { from, to, number: direction.sent + 1 };
        let cause = self.see(from, What::Sent { flight, to, body: &body }, observer);
        let bytes = P::size(&body);
        self.transmit(from, to, channel, incarnation, Load::Data(body), bytes, cause);
    }

    /// A packet arrives, or is performed by hand.
    pub(super) fn arrive(&mut self, flight: FlightId, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        let FlightId { from, to, number } = flight;
        match self.network.direction(from, to).find(number) {
            Some((channel, index)) => self.arrive_in_stream(flight, channel, index, observer),
            None => self.arrive_alone(flight, observer),
        }
    }

    fn arrive_in_stream(
        &mut self,
        flight: FlightId,
        channel: u8,
        index: usize,
        observer: &mut impl Observer<P>,
    ) -> Result<(), NoEffect> {
        let FlightId { from, to, .. } = flight;
        let delivery = self.physics.delivery;
        let deaf = self.is_deaf(from, to);
        let direction = self.network.direction_mut(from, to);
        let faults = direction.faults;
        let half = direction.half(channel);
        if !half.may_perform(index, delivery) {
            return Err(NoEffect("a connection keeps its order: another message is before it".to_owned()));
        }
        if half.queue[index].arrives.is_none() && (faults.cut || !faults.held) {
            let why =
                if faults.cut { "the link is cut" } else { "no acknowledgement comes back: the send window is full" };
            return Err(NoEffect(why.to_owned()));
        }
        let keeps = delivery == Delivery::Set && matches!(half.queue[index].load, Load::Data(_));
        let taken = if keeps { half.queue.get(index).cloned() } else { half.queue.remove(index) };
        let Some(packet) = taken else { return Ok(()) };
        if deaf {
            half.unacked += u64::from(packet.bytes);
        }
        self.queue.forget_arrival(flight, packet.arrives);
        self.cause = packet.cause;
        match (&packet.load, self.slot(to).health) {
            // Nobody answers, and the sender's transport begins to wonder.
            (Load::Data(body), Health::PowerLost) => {
                self.see(to, What::Dropped { flight, to, body, why: "nobody is there" }, observer);
            }
            (_, Health::PowerLost) => {}
            _ => self.receive(flight, channel, packet, observer),
        }
        self.watch(from, to, channel);
        Ok(())
    }

    fn deliver(&mut self, flight: FlightId, body: Arc<P::Message>, observer: &mut impl Observer<P>) {
        let FlightId { from, to, .. } = flight;
        self.cause = self.see(to, What::Delivered { flight, from, body: &body }, observer);
        let body = Arc::unwrap_or_clone(body);
        self.perceive(to, Event::Message { from, body }, observer);
    }

    fn report_dropped(
        &mut self,
        from: NodeId,
        to: NodeId,
        packets: impl IntoIterator<Item = Packet<P>>,
        why: &'static str,
        observer: &mut impl Observer<P>,
    ) {
        let cause = self.cause;
        for packet in packets {
            if let Load::Data(body) = &packet.load {
                self.cause = packet.cause;
                let flight = FlightId { from, to, number: packet.number };
                self.see(from, What::Dropped { flight, to, body, why }, observer);
            }
        }
        self.cause = cause;
    }

    /// Somebody makes a packet go missing: a datagram is gone; a connection sends it again, and all behind it wait.
    pub(super) fn drop_flight(&mut self, flight: FlightId, observer: &mut impl Observer<P>) {
        let FlightId { from, to, number } = flight;
        let direction = self.network.direction_mut(from, to);
        if let Some(packet) = direction.datagrams.remove(&number) {
            self.queue.forget_arrival(flight, packet.arrives);
            self.report_dropped(from, to, [packet], "dropped by hand", observer);
        } else {
            self.resend(flight);
        }
    }
}

impl<P: Protocol> Queue<P> {
    fn expect_arrival(&mut self, flight: FlightId, at: Time) {
        self.insert(Key::of_arrival(flight, at), Due::Arrive(flight));
    }

    fn forget_arrival(&mut self, flight: FlightId, expected: Option<Time>) {
        if let Some(at) = expected {
            self.remove(Key::of_arrival(flight, at));
        }
    }
}

impl Key {
    fn of_arrival(flight: FlightId, at: Time) -> Key {
        Key::new(at, Rank::Arrive, flight.to, flight.from, flight.number)
    }
}
