//! Connections: how they open, what their ends are told, and how they end.

use crate::sim::event::{Event, Loss};
use crate::sim::id::NodeId;
use crate::sim::network::{End, FlightId, Load, Packet};
use crate::sim::observer::{Observer, What};
use crate::sim::protocol::Protocol;
use crate::sim::step::News;
use crate::sim::world::{NoEffect, World};

/// Bytes of a packet without content.
const BARE: u32 = 40;

impl<P: Protocol> World<P> {
    pub(in crate::sim) fn connect(&mut self, at: NodeId, peer: NodeId, channel: u8, observer: &mut impl Observer<P>) {
        let stranger = at == peer || usize::from(peer.0) >= self.slots.len();
        if stranger || self.network.end(at, peer, channel) != End::Closed {
            return;
        }
        self.sought += 1;
        let reachable = self.network.is_whole(at, peer);
        let theirs = self.network.direction_mut(peer, at).half(channel);
        let (their_end, their_newest) = (theirs.end, theirs.newest);
        let half = self.network.direction_mut(at, peer).half(channel);
        half.newest = match their_end {
            End::Opening(incarnation) => incarnation,
            End::Closed | End::Open(_) => half.newest.max(their_newest) + 1,
        };
        let incarnation = half.newest;
        if self.physics.connected && reachable && self.slot(peer).health.is_alive() {
            self.accept(peer, at, channel, incarnation, observer);
            self.open(at, peer, channel, incarnation, observer);
        } else {
            self.enter(at, peer, channel, End::Opening(incarnation));
            self.signal(at, peer, channel, incarnation, Load::Syn);
        }
    }

    fn signal(&mut self, from: NodeId, to: NodeId, channel: u8, incarnation: u32, load: Load<P>) {
        self.transmit(from, to, channel, incarnation, load, BARE, self.cause);
    }

    /// A packet reaches a host that has power. An end that hears of a connection it does not know says so.
    pub(super) fn receive(
        &mut self,
        flight: FlightId,
        channel: u8,
        packet: Packet<P>,
        observer: &mut impl Observer<P>,
    ) {
        let FlightId { from, to, .. } = flight;
        let incarnation = packet.incarnation;
        let here = self.network.direction(to, from);
        let (open, opening) =
            (here.end(channel) == End::Open(incarnation), here.end(channel) == End::Opening(incarnation));
        let outdated = here.channels.get(usize::from(channel)).is_some_and(|half| incarnation < half.newest);
        match packet.load {
            Load::Syn if !self.slot(to).health.is_alive() => self.signal(to, from, channel, incarnation, Load::Reset),
            Load::Syn if open || outdated => {}
            Load::Syn => {
                self.accept(to, from, channel, incarnation, observer);
                self.signal(to, from, channel, incarnation, Load::SynAck);
            }
            Load::SynAck if opening => self.open(to, from, channel, incarnation, observer),
            Load::SynAck if open => {}
            Load::Fin if open || opening => self.lose(to, from, channel, Loss::Closed, observer),
            Load::Reset if open => self.lose(to, from, channel, Loss::Reset, observer),
            Load::Reset if opening => self.lose(to, from, channel, Loss::Refused, observer),
            Load::Fin | Load::Reset => {}
            Load::Data(body) if open => self.deliver(flight, body, observer),
            Load::Data(_) | Load::SynAck => {
                self.report_dropped(from, to, [packet], "its connection is gone", observer);
                if self.network.end(from, to, channel) == End::Open(incarnation) {
                    self.signal(to, from, channel, incarnation, Load::Reset);
                }
            }
        }
    }

    fn accept(&mut self, at: NodeId, peer: NodeId, channel: u8, incarnation: u32, observer: &mut impl Observer<P>) {
        if let End::Open(_) = self.network.end(at, peer, channel) {
            self.lose(at, peer, channel, Loss::Replaced, observer);
        }
        self.open(at, peer, channel, incarnation, observer);
    }

    fn open(&mut self, at: NodeId, peer: NodeId, channel: u8, incarnation: u32, observer: &mut impl Observer<P>) {
        let half = self.network.direction_mut(at, peer).half(channel);
        half.newest = half.newest.max(incarnation);
        half.lost = None;
        self.enter(at, peer, channel, End::Open(incarnation));
        let cause = self.see(at, What::Connected { peer, channel }, observer);
        self.news.push_back(News { node: at, event: Event::Connected { peer, channel }, cause });
    }

    /// One end learns that its connection is gone. What it had not sent yet is lost.
    pub(in crate::sim) fn lose(
        &mut self,
        at: NodeId,
        peer: NodeId,
        channel: u8,
        why: Loss,
        observer: &mut impl Observer<P>,
    ) {
        self.shut(at, peer, channel, Some(why), observer);
        let cause = self.see(at, What::Lost { peer, channel, why }, observer);
        self.news.push_back(News { node: at, event: Event::Lost { peer, channel, why }, cause });
    }

    /// Closes one end in silence and drops what stalled there.
    fn shut(&mut self, at: NodeId, peer: NodeId, channel: u8, why: Option<Loss>, observer: &mut impl Observer<P>) {
        let half = self.network.direction_mut(at, peer).half(channel);
        half.lost = why;
        let stalled = half.first_stalled().map(|index| half.queue.split_off(index)).unwrap_or_default();
        self.enter(at, peer, channel, End::Closed);
        self.report_dropped(at, peer, stalled, "its connection is gone", observer);
    }

    /// A new state of an end has waited for nothing yet.
    fn enter(&mut self, at: NodeId, peer: NodeId, channel: u8, end: End) {
        let half = self.network.direction_mut(at, peer).half(channel);
        half.end = end;
        half.unacked = 0;
        if let Some(waiting) = half.waiting.take() {
            self.queue.remove(waiting.expiry);
        }
        self.watch(at, peer, channel);
    }

    /// The transport of an end gives up.
    pub(in crate::sim) fn expire(
        &mut self,
        node: NodeId,
        peer: NodeId,
        channel: u8,
        observer: &mut impl Observer<P>,
    ) -> Result<(), NoEffect> {
        let half = self.network.direction_mut(node, peer).half(channel);
        let Some(waiting) = half.waiting else {
            return Err(NoEffect("nothing is unacknowledged there".to_owned()));
        };
        let end = half.end;
        self.cause = waiting.cause;
        if end == End::Closed {
            self.shut(node, peer, channel, None, observer);
        } else {
            self.lose(node, peer, channel, Loss::TimedOut, observer);
        }
        Ok(())
    }

    /// Whether a process knows of the connection that its host has: after a pause it may still be at an earlier one,
    /// and what it says there must not be heard on this.
    pub(in crate::sim) fn has_heard(&self, id: NodeId, peer: NodeId, channel: u8) -> bool {
        let connected = Event::Connected { peer, channel };
        !self.slot(id).inbox.iter().any(|arrival| arrival.event == connected)
            && !self.news.iter().any(|news| news.node == id && news.event == connected)
    }

    pub(in crate::sim) fn close(&mut self, at: NodeId, peer: NodeId, channel: u8) {
        if let End::Open(incarnation) | End::Opening(incarnation) = self.network.end(at, peer, channel) {
            self.network.direction_mut(at, peer).half(channel).lost = None;
            self.enter(at, peer, channel, End::Closed);
            self.signal(at, peer, channel, incarnation, Load::Fin);
        }
    }

    /// The host of a dead process closes its connections; a host without power does nothing.
    pub(in crate::sim) fn hang_up(&mut self, node: NodeId, politely: bool, observer: &mut impl Observer<P>) {
        for peer in self.roster.ids() {
            for channel in self.network.channel_numbers(node, peer) {
                if politely {
                    self.close(node, peer, channel);
                } else {
                    self.shut(node, peer, channel, None, observer);
                }
            }
        }
    }

    /// After power has come back, peers that still wait for an acknowledgement are told that nobody knows them.
    pub(in crate::sim) fn disown(&mut self, node: NodeId) {
        for peer in self.roster.ids() {
            for channel in self.network.channel_numbers(peer, node) {
                let half = self.network.direction_mut(peer, node).half(channel);
                if let (End::Open(incarnation), true) = (half.end, half.unacked > 0) {
                    self.signal(node, peer, channel, incarnation, Load::Reset);
                }
                self.flow(peer, node, channel);
            }
        }
    }
}
