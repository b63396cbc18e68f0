//! How packets travel: datagrams that may be lost, doubled or overtaken, and connections that keep order, stall at a
//! cut without telling anybody, and break only when an end closes, dies or gives up.
//!
//! Two simplifications, both harmless to what the nodes can know: an accepting end is open when it hears of the
//! connection, and acknowledgements are not packets but are understood to flow back unless that direction is cut.

use std::collections::VecDeque;
use std::sync::Arc;

use super::action::Due;
use super::event::{Event, Loss};
use super::id::NodeId;
use super::network::{End, FlightId, Load, Packet};
use super::observer::{Observer, What};
use super::physics::Delivery;
use super::protocol::{Protocol, Route};
use super::queue::{Key, Rank};
use super::random;
use super::time::{Span, Time};
use super::world::{Health, NoEffect, World};

/// Bytes of a packet without content.
const BARE: u32 = 40;
/// How long a stream waits before it sends a lost packet again.
const RETRANSMIT: Span = Span::millis(200);
/// The draw streams of packets without content follow those of the message kinds.
const CONTROL_KIND: u64 = 256;

impl<P: Protocol> World<P> {
    pub(super) fn send(&mut self, from: NodeId, to: NodeId, body: Arc<P::Message>, observer: &mut impl Observer<P>) {
        if from == to || usize::from(to.0) >= self.slots.len() {
            self.see(from, What::Unsent { to, body: &body }, observer);
            return;
        }
        let bytes = P::size(&body);
        match P::route(&body) {
            Route::Stream(channel) => {
                let End::Open(incarnation) = self.network.end(from, to, channel) else {
                    self.see(from, What::Unsent { to, body: &body }, observer);
                    return;
                };
                if self.physics.delivery == Delivery::Set && self.stands(from, to, channel, &body) {
                    return;
                }
                let number = self.network.direction(from, to).sent + 1;
                let cause =
                    self.see(from, What::Sent { flight: FlightId { from, to, number }, to, body: &body }, observer);
                self.transmit(from, to, channel, incarnation, Load::Data(body), bytes, cause);
            }
            Route::Datagram => self.send_datagram(from, to, body, bytes, observer),
        }
    }

    /// In a network that is a set, sending what was sent before changes nothing.
    fn stands(&self, from: NodeId, to: NodeId, channel: u8, body: &Arc<P::Message>) -> bool {
        let direction = self.network.direction(from, to);
        direction.channels[usize::from(channel)]
            .queue
            .iter()
            .any(|packet| matches!(&packet.load, Load::Data(other) if other == body))
    }

    fn send_datagram(
        &mut self,
        from: NodeId,
        to: NodeId,
        body: Arc<P::Message>,
        bytes: u32,
        observer: &mut impl Observer<P>,
    ) {
        let now = self.now;
        let kind = u64::from(P::kind(&body));
        let faults = self.network.faults(from, to);
        let direction = self.network.direction_mut(from, to);
        direction.sent += 1;
        let number = direction.sent;
        let flight = FlightId { from, to, number };
        let cause = self.see(from, What::Sent { flight, to, body: &body }, observer);
        let bits = self.link_bits(from, to, kind);
        let lost = random::chance(random::fold(&[bits, 1]), faults.loss.max(self.physics.loss));
        if faults.cut || lost {
            let why = if faults.cut { "the link is cut" } else { "lost on the way" };
            self.see(from, What::Dropped { flight, to, body: &body, why }, observer);
            return;
        }
        let copies = if random::chance(random::fold(&[bits, 2]), faults.doubled) { 2 } else { 1 };
        for copy in 0..copies {
            let latency = self.physics.latency.at(random::fold(&[bits, 3, copy])) + faults.extra_delay;
            let departs = self.departs(from, to, bytes);
            let direction = self.network.direction_mut(from, to);
            if copy > 0 {
                direction.sent += 1;
            }
            let number = direction.sent;
            let arrives = (!faults.held).then_some(departs + latency);
            let load = Load::Data(Arc::clone(&body));
            direction
                .datagrams
                .insert(number, Packet { number, incarnation: 0, load, bytes, sent: now, arrives, cause });
            if let Some(at) = arrives {
                self.expect_arrival(from, to, number, at);
            }
        }
    }

    /// When the last byte is on the wire, given what is queued before it.
    fn departs(&mut self, from: NodeId, to: NodeId, bytes: u32) -> Time {
        let (now, limit) = (self.now, self.physics.bandwidth);
        let direction = self.network.direction_mut(from, to);
        let rate = direction.faults.bandwidth.unwrap_or(limit).max(1);
        let takes = Span(u64::from(bytes) * 1_000_000 / rate);
        direction.busy_until = now.max(direction.busy_until) + takes;
        direction.busy_until
    }

    /// The bits that decide a packet's fate: of the stream of its link and message kind.
    fn link_bits(&mut self, from: NodeId, to: NodeId, kind: u64) -> u64 {
        let (seed, now) = (self.physics.seed, self.now);
        let stream = random::fold(&[1, u64::from(from.0), u64::from(to.0), kind]);
        self.network.direction_mut(from, to).draws.draw(seed, stream, now)
    }

    fn expect_arrival(&mut self, from: NodeId, to: NodeId, number: u32, at: Time) {
        self.queue.insert(Key::new(at, Rank::Arrive, to, from, number), Due::Arrive(FlightId { from, to, number }));
    }

    #[expect(clippy::too_many_arguments, reason = "a packet has these parts")]
    fn transmit(
        &mut self,
        from: NodeId,
        to: NodeId,
        channel: u8,
        incarnation: u32,
        load: Load<P>,
        bytes: u32,
        cause: u32,
    ) {
        let now = self.now;
        let direction = self.network.direction_mut(from, to);
        direction.sent += 1;
        let number = direction.sent;
        direction.half(channel).queue.push_back(Packet {
            number,
            incarnation,
            load,
            bytes,
            sent: now,
            arrives: None,
            cause,
        });
        self.flow(from, to, channel);
    }

    fn signal(&mut self, from: NodeId, to: NodeId, channel: u8, incarnation: u32, load: Load<P>) {
        self.transmit(from, to, channel, incarnation, load, BARE, self.cause);
    }

    /// Lets go what stalled, as far as the cut, the hold and the send window allow, and keeps the transport's own clock.
    pub(super) fn flow(&mut self, from: NodeId, to: NodeId, channel: u8) {
        let faults = self.network.faults(from, to);
        let deaf = self.network.faults(to, from).cut;
        let window = self.physics.send_window;
        if !faults.cut && !faults.held {
            loop {
                let half = self.network.direction_mut(from, to).half(channel);
                let Some(index) = half.queue.iter().position(|packet| packet.arrives.is_none()) else { break };
                let packet = &half.queue[index];
                let (bytes, number) = (packet.bytes, packet.number);
                if deaf && half.unacked + bytes > window {
                    break;
                }
                let kind = match &packet.load {
                    Load::Data(body) => u64::from(P::kind(body)),
                    _ => CONTROL_KIND,
                };
                let bits = self.link_bits(from, to, kind);
                let mut latency = self.physics.latency.at(random::fold(&[bits, 3])) + faults.extra_delay;
                let loss = faults.loss.max(self.physics.loss);
                for attempt in 0..8 {
                    if !random::chance(random::fold(&[bits, 4, attempt]), loss) {
                        break;
                    }
                    latency = latency + RETRANSMIT;
                }
                let arrives = self.departs(from, to, bytes) + latency;
                let half = self.network.direction_mut(from, to).half(channel);
                let arrives = arrives.max(half.last_arrival);
                half.last_arrival = arrives;
                half.queue[index].arrives = Some(arrives);
                if deaf {
                    half.unacked += bytes;
                }
                self.expect_arrival(from, to, number, arrives);
            }
        }
        self.watch(from, to, channel);
    }

    /// Sets, moves or clears the time-out of one end, by what of its half is unacknowledged.
    fn watch(&mut self, from: NodeId, to: NodeId, channel: u8) {
        let cut = self.network.faults(from, to).cut;
        let deaf = self.network.faults(to, from).cut;
        let silent = self.slot(to).health == Health::PowerLost;
        let limits = (self.physics.connect_timeout, self.physics.transport_timeout);
        let half = self.network.direction_mut(from, to).half(channel);
        let waiting = match half.end {
            End::Closed => None,
            End::Open(_) | End::Opening(_) => {
                let stalled = half.queue.front().filter(|_| cut || deaf || silent).map(|packet| packet.sent);
                let unanswered = if half.unacked > 0 && (deaf || silent) { half.oldest } else { None };
                let opening = matches!(half.end, End::Opening(_)).then(|| half.oldest).flatten();
                [stalled, unanswered, opening].into_iter().flatten().min()
            }
        };
        if waiting.is_none() {
            half.unacked = 0;
        }
        half.oldest = waiting;
        let limit = if matches!(half.end, End::Opening(_)) { limits.0 } else { limits.1 };
        let expiry = waiting.map(|since| Key::new(since + limit, Rank::Expire, from, to, u32::from(channel)));
        let old = std::mem::replace(&mut half.expiry, expiry);
        if old != expiry {
            if let Some(key) = old {
                self.queue.remove(key);
            }
            if let Some(key) = expiry {
                self.queue.insert(key, Due::Expire { node: from, peer: to, channel });
            }
        }
    }

    /// A packet arrives, or is performed by hand.
    pub(super) fn arrive(&mut self, flight: FlightId, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        let FlightId { from, to, number } = flight;
        let keeps = self.physics.delivery == Delivery::Set;
        let direction = self.network.direction_mut(from, to);
        if let Some(packet) = direction.datagrams.remove(&number) {
            if keeps {
                direction.datagrams.insert(number, packet.clone());
            }
            self.forget_arrival(flight, packet.arrives);
            let cut = self.network.faults(from, to).cut;
            if let Load::Data(body) = packet.load {
                self.cause = packet.cause;
                self.deliver(flight, body, cut.then_some("the link is cut"), observer);
            }
            return Ok(());
        }
        let found = direction.channels.iter().enumerate().find_map(|(channel, half)| {
            half.queue.iter().position(|packet| packet.number == number).map(|index| (channel as u8, index))
        });
        let Some((channel, index)) = found else {
            return Err(NoEffect("that message is no longer in flight".to_owned()));
        };
        if index > 0 && !self.physics.any_order() {
            return Err(NoEffect("a connection keeps its order: another message is before it".to_owned()));
        }
        let half = direction.half(channel);
        let packet = half.queue[index].clone();
        if !(keeps && matches!(packet.load, Load::Data(_))) {
            half.queue.remove(index);
        }
        self.forget_arrival(flight, packet.arrives);
        self.cause = packet.cause;
        if self.slot(to).health == Health::PowerLost {
            self.vanish(flight, channel, &packet, observer);
            return Ok(());
        }
        self.receive(flight, channel, packet, observer);
        self.watch(from, to, channel);
        Ok(())
    }

    /// A packet reaches a host without power: nobody answers, and the sender's transport begins to wonder.
    fn vanish(&mut self, flight: FlightId, channel: u8, packet: &Packet<P>, observer: &mut impl Observer<P>) {
        let FlightId { from, to, .. } = flight;
        if let Load::Data(body) = &packet.load {
            self.see(to, What::Dropped { flight, to, body, why: "nobody is there" }, observer);
        }
        let half = self.network.direction_mut(from, to).half(channel);
        half.unacked += packet.bytes;
        half.oldest = Some(half.oldest.unwrap_or(packet.sent));
        self.watch(from, to, channel);
    }

    fn receive(&mut self, flight: FlightId, channel: u8, packet: Packet<P>, observer: &mut impl Observer<P>) {
        let FlightId { from, to, .. } = flight;
        let incarnation = packet.incarnation;
        let here = self.network.end(to, from, channel);
        let listening = matches!(self.slot(to).health, Health::Up | Health::Paused);
        match packet.load {
            Load::Syn if !listening => self.signal(to, from, channel, incarnation, Load::Reset),
            Load::Syn => {
                match here {
                    End::Open(known) if known == incarnation => return,
                    End::Open(_) => self.lose(to, from, channel, Loss::Replaced, observer),
                    End::Closed | End::Opening(_) => {}
                }
                // Also where both call at once: that the other calls does not mean that it has heard of our call.
                // Before anything that the node says when it learns of the connection.
                self.signal(to, from, channel, incarnation, Load::SynAck);
                self.open(to, from, channel, incarnation, observer);
            }
            Load::SynAck if here == End::Opening(incarnation) => self.open(to, from, channel, incarnation, observer),
            Load::SynAck => {}
            Load::Fin if here == End::Open(incarnation) || here == End::Opening(incarnation) => {
                self.lose(to, from, channel, Loss::Closed, observer);
            }
            Load::Reset if here == End::Open(incarnation) => self.lose(to, from, channel, Loss::Reset, observer),
            Load::Reset if here == End::Opening(incarnation) => self.lose(to, from, channel, Loss::Refused, observer),
            Load::Fin | Load::Reset => {}
            Load::Data(body) if here == End::Open(incarnation) => self.deliver(flight, body, None, observer),
            Load::Data(body) => {
                self.deliver(flight, body, Some("its connection is gone"), observer);
                if self.network.end(from, to, channel) == End::Open(incarnation) {
                    self.signal(to, from, channel, incarnation, Load::Reset);
                }
            }
        }
    }

    fn deliver(
        &mut self,
        flight: FlightId,
        body: Arc<P::Message>,
        refused: Option<&'static str>,
        observer: &mut impl Observer<P>,
    ) {
        let FlightId { from, to, .. } = flight;
        let down = matches!(self.slot(to).health, Health::Crashed | Health::PowerLost);
        if let Some(why) = refused.or(down.then_some("nobody is there")) {
            self.see(to, What::Dropped { flight, to, body: &body, why }, observer);
            return;
        }
        self.cause = self.see(to, What::Delivered { flight, from, body: &body }, observer);
        let body = Arc::unwrap_or_clone(body);
        self.perceive(to, Event::Message { from, body }, 0, observer);
    }

    fn open(&mut self, at: NodeId, peer: NodeId, channel: u8, incarnation: u32, observer: &mut impl Observer<P>) {
        let half = self.network.direction_mut(at, peer).half(channel);
        half.end = End::Open(incarnation);
        half.newest = half.newest.max(incarnation);
        half.lost = None;
        half.oldest = None;
        self.watch(at, peer, channel);
        let cause = self.cause;
        self.cause = self.see(at, What::Connected { peer, channel }, observer);
        self.perceive(at, Event::Connected { peer, channel }, 0, observer);
        self.cause = cause;
    }

    /// One end learns that its connection is gone. What it had not sent yet is lost.
    pub(super) fn lose(&mut self, at: NodeId, peer: NodeId, channel: u8, why: Loss, observer: &mut impl Observer<P>) {
        self.shut(at, peer, channel, Some(why), observer);
        let cause = self.cause;
        self.cause = self.see(at, What::Lost { peer, channel, why }, observer);
        self.perceive(at, Event::Lost { peer, channel, why }, 0, observer);
        self.cause = cause;
    }

    /// Closes one end in silence and drops what stalled there.
    pub(super) fn shut(
        &mut self,
        at: NodeId,
        peer: NodeId,
        channel: u8,
        why: Option<Loss>,
        observer: &mut impl Observer<P>,
    ) {
        let half = self.network.direction_mut(at, peer).half(channel);
        half.end = End::Closed;
        half.lost = why;
        half.unacked = 0;
        half.oldest = None;
        let (stalled, flying) = half.queue.drain(..).partition::<VecDeque<_>, _>(|packet| packet.arrives.is_none());
        half.queue = flying;
        self.watch(at, peer, channel);
        self.report_dropped(at, peer, stalled, "its connection is gone", observer);
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

    pub(super) fn expire(
        &mut self,
        node: NodeId,
        peer: NodeId,
        channel: u8,
        observer: &mut impl Observer<P>,
    ) -> Result<(), NoEffect> {
        let half = self.network.direction_mut(node, peer).half(channel);
        half.expiry = None;
        if half.end == End::Closed || half.oldest.is_none() {
            return Err(NoEffect("nothing is unacknowledged there".to_owned()));
        }
        self.lose(node, peer, channel, Loss::TimedOut, observer);
        Ok(())
    }

    pub(super) fn connect(&mut self, at: NodeId, peer: NodeId, channel: u8, observer: &mut impl Observer<P>) {
        if at == peer || usize::from(peer.0) >= self.slots.len() {
            return;
        }
        if self.network.end(at, peer, channel) != End::Closed {
            return;
        }
        let theirs = self.network.direction_mut(peer, at).half(channel);
        let (their_end, their_newest) = (theirs.end, theirs.newest);
        let now = self.now;
        let half = self.network.direction_mut(at, peer).half(channel);
        let incarnation = match their_end {
            End::Opening(incarnation) => incarnation,
            End::Closed | End::Open(_) => half.newest.max(their_newest) + 1,
        };
        half.newest = incarnation;
        half.end = End::Opening(incarnation);
        half.oldest = Some(now);
        if self.physics.connected && self.slot(peer).is_up() {
            self.network.direction_mut(peer, at).half(channel).newest = incarnation;
            self.open(peer, at, channel, incarnation, observer);
            self.open(at, peer, channel, incarnation, observer);
        } else {
            self.signal(at, peer, channel, incarnation, Load::Syn);
        }
    }

    pub(super) fn close(&mut self, at: NodeId, peer: NodeId, channel: u8) {
        if let End::Open(incarnation) | End::Opening(incarnation) = self.network.end(at, peer, channel) {
            self.signal(at, peer, channel, incarnation, Load::Fin);
            let half = self.network.direction_mut(at, peer).half(channel);
            half.end = End::Closed;
            half.lost = None;
            self.watch(at, peer, channel);
        }
    }

    /// The host of a dead process closes its connections; a host without power does nothing.
    pub(super) fn hang_up(&mut self, node: NodeId, politely: bool, observer: &mut impl Observer<P>) {
        for peer in self.roster().ids() {
            let count = self.network.direction(node, peer).channels.len() as u8;
            for channel in 0..count {
                if politely {
                    self.close(node, peer, channel);
                } else {
                    self.shut(node, peer, channel, None, observer);
                }
            }
        }
    }

    /// After power has come back, peers that still wait for an acknowledgement are told that nobody knows them.
    pub(super) fn disown(&mut self, node: NodeId) {
        for peer in self.roster().ids() {
            let count = self.network.direction(peer, node).channels.len() as u8;
            for channel in 0..count {
                let half = self.network.direction_mut(peer, node).half(channel);
                if let (End::Open(incarnation), true) = (half.end, half.unacked > 0) {
                    self.signal(node, peer, channel, incarnation, Load::Reset);
                }
            }
        }
    }

    /// Nothing in flight is lost at a cut: it waits, and so do the acknowledgements of the other direction.
    pub(super) fn cut(&mut self, from: NodeId, to: NodeId) {
        self.network.direction_mut(from, to).faults.cut = true;
        self.stall(from, to);
        let back = self.network.direction_mut(to, from);
        let count = back.channels.len() as u8;
        for half in &mut back.channels {
            let flying = half.queue.iter().filter(|packet| packet.arrives.is_some());
            half.unacked += flying.clone().map(|packet| packet.bytes).sum::<u32>();
            half.oldest = flying.map(|packet| packet.sent).chain(half.oldest).min();
        }
        for channel in 0..count {
            self.watch(to, from, channel);
        }
    }

    pub(super) fn stall(&mut self, from: NodeId, to: NodeId) {
        let count = self.network.direction(from, to).channels.len() as u8;
        for channel in 0..count {
            let half = self.network.direction_mut(from, to).half(channel);
            let flying: Vec<(u32, Time)> = half
                .queue
                .iter_mut()
                .filter_map(|packet| packet.arrives.take().map(|at| (packet.number, at)))
                .collect();
            for (number, at) in flying {
                self.forget_arrival(FlightId { from, to, number }, Some(at));
            }
            self.watch(from, to, channel);
        }
    }

    pub(super) fn mend(&mut self, from: NodeId, to: NodeId) {
        self.network.direction_mut(from, to).faults.cut = false;
        for (a, b) in [(from, to), (to, from)] {
            let count = self.network.direction(a, b).channels.len() as u8;
            for channel in 0..count {
                self.watch(a, b, channel);
                self.flow(a, b, channel);
            }
        }
    }

    /// Gives datagrams that were held their time; streams go by [`World::flow`].
    pub(super) fn release_lane(&mut self, from: NodeId, to: NodeId) {
        self.network.direction_mut(from, to).faults.held = false;
        let arrives = self.now + self.physics.latency.median();
        let direction = self.network.direction_mut(from, to);
        let mut waiting = Vec::new();
        for packet in direction.datagrams.values_mut().filter(|packet| packet.arrives.is_none()) {
            packet.arrives = Some(arrives);
            waiting.push(packet.number);
        }
        let count = direction.channels.len() as u8;
        for number in waiting {
            self.expect_arrival(from, to, number, arrives);
        }
        for channel in 0..count {
            self.flow(from, to, channel);
        }
    }

    pub(super) fn hold_lane(&mut self, from: NodeId, to: NodeId) {
        let direction = self.network.direction_mut(from, to);
        direction.faults.held = true;
        let flying: Vec<(u32, Time)> = direction
            .datagrams
            .values_mut()
            .filter_map(|packet| packet.arrives.take().map(|at| (packet.number, at)))
            .collect();
        for (number, at) in flying {
            self.forget_arrival(FlightId { from, to, number }, Some(at));
        }
        self.stall(from, to);
    }

    fn forget_arrival(&mut self, flight: FlightId, arrives: Option<Time>) {
        if let Some(at) = arrives {
            self.queue.remove(Key::new(at, Rank::Arrive, flight.to, flight.from, flight.number));
        }
    }

    /// A datagram is gone; a connection sends the packet again, so that it and all behind it come later.
    pub(super) fn drop_flight(&mut self, flight: FlightId, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        let FlightId { from, to, number } = flight;
        let again = self.now + RETRANSMIT;
        let direction = self.network.direction_mut(from, to);
        if let Some(packet) = direction.datagrams.remove(&number) {
            self.forget_arrival(flight, packet.arrives);
            self.report_dropped(from, to, [packet], "dropped by hand", observer);
            return Ok(());
        }
        let found = direction
            .channels
            .iter_mut()
            .find_map(|half| half.queue.iter().position(|packet| packet.number == number).map(|index| (half, index)));
        let Some((half, index)) = found else {
            return Err(NoEffect("that message is no longer in flight".to_owned()));
        };
        let mut moved = Vec::new();
        for packet in half.queue.iter_mut().skip(index) {
            if let Some(old) = packet.arrives.filter(|at| *at < again) {
                packet.arrives = Some(again);
                moved.push((packet.number, old));
            }
        }
        half.last_arrival = half.last_arrival.max(again);
        for (number, old) in moved {
            self.forget_arrival(FlightId { from, to, number }, Some(old));
            self.expect_arrival(from, to, number, again);
        }
        Ok(())
    }

    /// A second copy of a datagram; a connection never delivers twice.
    pub(super) fn duplicate_flight(&mut self, flight: FlightId) -> Result<(), NoEffect> {
        let FlightId { from, to, number } = flight;
        let later = self.physics.latency.median();
        let direction = self.network.direction_mut(from, to);
        let Some(packet) = direction.datagrams.get(&number).cloned() else {
            return Err(NoEffect("only a datagram can be doubled: a connection delivers once".to_owned()));
        };
        direction.sent += 1;
        let number = direction.sent;
        let arrives = packet.arrives.map(|at| at + later);
        direction.datagrams.insert(number, Packet { number, arrives, ..packet });
        if let Some(at) = arrives {
            self.expect_arrival(from, to, number, at);
        }
        Ok(())
    }
}
