//! How a stream flows: what a cut, a hold, a full send window and a narrow link do to it, and when its transport gives
//! up.

use crate::sim::action::Due;
use crate::sim::id::NodeId;
use crate::sim::network::{Direction, End, FlightId, Half, Load, Packet, Waiting};
use crate::sim::protocol::Protocol;
use crate::sim::queue::{Key, Rank};
use crate::sim::random;
use crate::sim::slot::Health;
use crate::sim::time::{Span, Time};
use crate::sim::world::World;

/// How long a stream waits before it sends a lost packet again.
const RETRANSMIT: Span = Span::millis(200);
/// After so many losses in a row a packet gets through.
const ATTEMPTS: u64 = 8;
/// The draw streams of packets without content follow those of the message kinds.
const CONTROL_KIND: u64 = 256;

impl<P: Protocol> World<P> {
    #[expect(clippy::too_many_arguments, reason = "a packet has these parts")]
    pub(super) fn transmit(
        &mut self,
        from: NodeId,
        to: NodeId,
        channel: u8,
        incarnation: u32,
        load: Load<P>,
        bytes: u32,
        cause: u32,
    ) {
        let sent = self.now;
        let direction = self.network.direction_mut(from, to);
        direction.sent += 1;
        let number = direction.sent;
        let packet = Packet { number, incarnation, load, bytes, sent, arrives: None, cause };
        direction.half(channel).queue.push_back(packet);
        self.flow(from, to, channel);
    }

    /// No acknowledgement can come back to this sender.
    pub(super) fn is_deaf(&self, from: NodeId, to: NodeId) -> bool {
        self.network.faults(to, from).cut || self.slot(to).health == Health::PowerLost
    }

    /// Lets go what stalled, as far as the cut, the hold and the send window allow.
    pub(super) fn flow(&mut self, from: NodeId, to: NodeId, channel: u8) {
        let deaf = self.is_deaf(from, to);
        let (now, physics) = (self.now, &self.physics);
        let direction = self.network.direction_mut(from, to);
        let faults = direction.faults;
        let loss = faults.loss.max(physics.loss);
        let mut index = direction.half(channel).first_stalled().filter(|_| !faults.cut && !faults.held);
        while let Some(packet) = index.and_then(|index| direction.channels[usize::from(channel)].queue.get(index)) {
            let (bytes, number) = (packet.bytes, packet.number);
            let kind = match &packet.load {
                Load::Data(body) => u64::from(P::kind(body)),
                _ => CONTROL_KIND,
            };
            if deaf && direction.half(channel).outstanding() + u64::from(bytes) > u64::from(physics.send_window) {
                break;
            }
            let bits = direction.bits(physics.seed, now, from, to, kind);
            let mut latency = physics.latency.at(random::fold(&[bits, 3])) + faults.extra_delay;
            if loss > 0 {
                let lost = |attempt: &u64| random::chance(random::fold(&[bits, 4, *attempt]), loss);
                latency = latency + RETRANSMIT.times((0..ATTEMPTS).take_while(lost).count() as u64);
            }
            let arrives = direction.departs(now, bytes, physics.bandwidth) + latency;
            let half = direction.half(channel);
            half.last_arrival = arrives.max(half.last_arrival);
            self.queue.expect_arrival(FlightId { from, to, number }, half.last_arrival);
            if let Some(index) = &mut index {
                half.queue[*index].arrives = Some(half.last_arrival);
                *index += 1;
            }
        }
        self.watch(from, to, channel);
    }

    /// Begins or ends the waiting of one end: for an answer to its opening, or for an acknowledgement that cannot come.
    pub(super) fn watch(&mut self, from: NodeId, to: NodeId, channel: u8) {
        let deaf = self.is_deaf(from, to);
        let direction = self.network.direction(from, to);
        let blocked = deaf || direction.faults.cut;
        if !blocked && direction.channels.get(usize::from(channel)).is_some_and(Half::is_untroubled) {
            return;
        }
        let half = self.network.direction_mut(from, to).half(channel);
        if !deaf {
            half.unacked = 0;
        }
        let (waits, limit) = match half.end {
            End::Opening(_) => (true, self.physics.connect_timeout),
            End::Open(_) => (blocked && (half.unacked > 0 || !half.queue.is_empty()), self.physics.transport_timeout),
            // The host goes on sending what a process left behind.
            End::Closed => (blocked && half.first_stalled().is_some(), self.physics.transport_timeout),
        };
        if waits == half.waiting.is_some() {
            return;
        }
        if let Some(waiting) = half.waiting.take() {
            self.queue.remove(waiting.expiry);
        } else {
            let expiry = Key::new(self.now + limit, Rank::Expire, from, to, u32::from(channel));
            let cause = half.queue.front().map_or(self.cause, |packet| packet.cause);
            half.waiting = Some(Waiting { expiry, cause });
            self.queue.insert(expiry, Due::Expire { node: from, peer: to, channel });
        }
    }

    /// Nothing in flight is lost at a cut: it waits, and so do the acknowledgements of the other direction.
    pub(in crate::sim) fn cut(&mut self, from: NodeId, to: NodeId) {
        self.network.direction_mut(from, to).faults.cut = true;
        self.stall(from, to);
        for channel in self.network.channel_numbers(to, from) {
            self.watch(to, from, channel);
        }
    }

    pub(in crate::sim) fn mend(&mut self, from: NodeId, to: NodeId) {
        self.network.direction_mut(from, to).faults.cut = false;
        for (a, b) in [(from, to), (to, from)] {
            for channel in self.network.channel_numbers(a, b) {
                self.flow(a, b, channel);
            }
        }
    }

    /// Takes the packets of all streams back from the wire.
    fn stall(&mut self, from: NodeId, to: NodeId) {
        let direction = self.network.direction_mut(from, to);
        direction.busy_until = direction.busy_until.min(self.now);
        for half in &mut direction.channels {
            half.last_arrival = Time::ZERO;
            for packet in &mut half.queue {
                self.queue.forget_arrival(FlightId { from, to, number: packet.number }, packet.arrives.take());
            }
        }
        for channel in self.network.channel_numbers(from, to) {
            self.watch(from, to, channel);
        }
    }

    pub(in crate::sim) fn hold_lane(&mut self, from: NodeId, to: NodeId) {
        let direction = self.network.direction_mut(from, to);
        direction.faults.held = true;
        for (_, packet) in direction.datagrams.iter_mut() {
            self.queue.forget_arrival(FlightId { from, to, number: packet.number }, packet.arrives.take());
        }
        self.stall(from, to);
    }

    /// Streams flow again, and datagrams that were held take a median latency from now.
    pub(in crate::sim) fn release_lane(&mut self, from: NodeId, to: NodeId) {
        let direction = self.network.direction_mut(from, to);
        direction.faults.held = false;
        let at = self.now + self.physics.latency.median() + direction.faults.extra_delay;
        for (_, packet) in direction.datagrams.iter_mut().filter(|(_, packet)| packet.arrives.is_none()) {
            packet.arrives = Some(at);
            self.queue.expect_arrival(FlightId { from, to, number: packet.number }, at);
        }
        for channel in self.network.channel_numbers(from, to) {
            self.flow(from, to, channel);
        }
    }

    /// A packet of a stream went missing: it comes later, and what is behind it no earlier.
    pub(super) fn resend(&mut self, flight: FlightId) {
        let FlightId { from, to, number } = flight;
        let again = self.now + RETRANSMIT;
        let direction = self.network.direction_mut(from, to);
        let Some((channel, index)) = direction.find(number) else { return };
        let half = direction.half(channel);
        for packet in half.queue.range_mut(index..) {
            let Some(expected) = packet.arrives.filter(|at| *at < again) else { continue };
            let flight = FlightId { from, to, number: packet.number };
            packet.arrives = Some(again);
            half.last_arrival = half.last_arrival.max(again);
            self.queue.forget_arrival(flight, Some(expected));
            self.queue.expect_arrival(flight, again);
        }
    }
}

impl<P: Protocol> Direction<P> {
    /// When the last byte is on the wire, given what is queued before it.
    pub(super) fn departs(&mut self, now: Time, bytes: u32, limit: u64) -> Time {
        let rate = self.faults.bandwidth.unwrap_or(limit).max(1);
        let takes = Span(u64::from(bytes) * 1_000_000 / rate);
        self.busy_until = now.max(self.busy_until) + takes;
        self.busy_until
    }

    /// The bits that decide a packet's fate: of the stream of its link and message kind.
    pub(super) fn bits(&mut self, seed: u64, now: Time, from: NodeId, to: NodeId, kind: u64) -> u64 {
        let stream = || random::fold(&[1, u64::from(from.0), u64::from(to.0), kind]);
        self.draws.draw(seed, kind, stream, now)
    }
}
