//! Links: two directions each, with faults, datagrams and connections of their own. State only; the rules by which it
//! changes are in `transport`.

use std::collections::VecDeque;
use std::sync::Arc;

use litemap::LiteMap;

use super::event::Loss;
use super::id::NodeId;
use super::physics::Delivery;
use super::protocol::Protocol;
use super::queue::Key;
use super::random::Draws;
use super::time::{Span, Time};

/// A packet on its way: its direction and its number there. The same in every replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlightId {
    pub from: NodeId,
    pub to: NodeId,
    pub number: u32,
}

impl FlightId {
    pub fn packed(self) -> u64 {
        u64::from(self.from.0) << 48 | u64::from(self.to.0) << 32 | u64::from(self.number)
    }
}

/// What has been done to one direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LaneFaults {
    pub cut: bool,
    pub held: bool,
    pub extra_delay: Span,
    /// Hundredths.
    pub loss: u8,
    pub doubled: u8,
    /// Bytes a second.
    pub bandwidth: Option<u64>,
}

/// One end's view of a connection, with the incarnation that it knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum End {
    #[default]
    Closed,
    Opening(u32),
    Open(u32),
}

#[derive(Clone, Debug)]
pub(super) enum Load<P: Protocol> {
    Syn,
    SynAck,
    Fin,
    Reset,
    Data(Arc<P::Message>),
}

#[derive(Clone, Debug)]
pub(super) struct Packet<P: Protocol> {
    pub number: u32,
    pub incarnation: u32,
    pub load: Load<P>,
    pub bytes: u32,
    pub sent: Time,
    /// None while stalled or held.
    pub arrives: Option<Time>,
    pub cause: u32,
}

/// The transport of an end waits for an acknowledgement that cannot come, and will give up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub expiry: Key,
    pub cause: u32,
}

/// The sending half of a connection's channel, with this end's state.
#[derive(Clone, Debug)]
pub(super) struct Half<P: Protocol> {
    pub end: End,
    /// The newest incarnation that either end began.
    pub newest: u32,
    pub queue: VecDeque<Packet<P>>,
    pub last_arrival: Time,
    /// Bytes that arrived and whose acknowledgement cannot come back.
    pub unacked: u64,
    pub waiting: Option<Waiting>,
    /// Why this end last lost its connection, until it opens again.
    pub lost: Option<Loss>,
}

impl<P: Protocol> Default for Half<P> {
    fn default() -> Self {
        Half {
            end: End::Closed,
            newest: 0,
            queue: VecDeque::new(),
            last_arrival: Time::ZERO,
            unacked: 0,
            waiting: None,
            lost: None,
        }
    }
}

impl<P: Protocol> Half<P> {
    /// The first packet that stalls; all behind it do.
    pub fn first_stalled(&self) -> Option<usize> {
        self.queue.back().filter(|packet| packet.arrives.is_none())?;
        Some(self.queue.partition_point(|packet| packet.arrives.is_some()))
    }

    /// Open, and nothing was ever in the way of its acknowledgements that is not mended and settled.
    pub fn is_untroubled(&self) -> bool {
        matches!(self.end, End::Open(_)) && self.unacked == 0 && self.waiting.is_none()
    }

    /// Bytes under way or arrived whose acknowledgement is not back.
    pub fn outstanding(&self) -> u64 {
        let flying = self.queue.iter().take_while(|packet| packet.arrives.is_some());
        self.unacked + flying.map(|packet| u64::from(packet.bytes)).sum::<u64>()
    }

    /// How many packets from the front may be performed next. Where messages overtake one another, a handshake or a
    /// close still keeps its place among them.
    fn performable(&self, delivery: Delivery) -> usize {
        if delivery == Delivery::Fifo {
            return self.queue.len().min(1);
        }
        match self.queue.iter().position(|packet| !matches!(packet.load, Load::Data(_))) {
            Some(0) => 1,
            Some(_) if delivery == Delivery::Set => self.queue.len(),
            Some(place) => place,
            None => self.queue.len(),
        }
    }

    pub fn may_perform(&self, index: usize, delivery: Delivery) -> bool {
        index < self.performable(delivery)
    }
}

/// One direction of a link.
#[derive(Clone, Debug)]
pub(super) struct Direction<P: Protocol> {
    pub faults: LaneFaults,
    pub busy_until: Time,
    pub sent: u32,
    pub draws: Draws,
    pub channels: Vec<Half<P>>,
    pub datagrams: LiteMap<u32, Packet<P>>,
}

impl<P: Protocol> Default for Direction<P> {
    fn default() -> Self {
        Direction {
            faults: LaneFaults::default(),
            busy_until: Time::ZERO,
            sent: 0,
            draws: Draws::default(),
            channels: Vec::new(),
            datagrams: LiteMap::new(),
        }
    }
}

impl<P: Protocol> Direction<P> {
    pub fn half(&mut self, channel: u8) -> &mut Half<P> {
        let index = usize::from(channel);
        if self.channels.len() <= index {
            self.channels.resize_with(index + 1, Half::default);
        }
        &mut self.channels[index]
    }

    pub fn end(&self, channel: u8) -> End {
        self.channels.get(usize::from(channel)).map_or(End::Closed, |half| half.end)
    }

    /// The channel of a stream's packet, and its place there.
    pub fn find(&self, number: u32) -> Option<(u8, usize)> {
        self.channels.iter().enumerate().find_map(|(channel, half)| {
            Some((channel as u8, half.queue.binary_search_by_key(&number, |packet| packet.number).ok()?))
        })
    }

    /// In a network that is a set, sending what was sent before changes nothing.
    pub fn stands(&self, channel: u8, incarnation: u32, body: &Arc<P::Message>) -> bool {
        self.channels[usize::from(channel)]
            .queue
            .iter()
            .any(|packet| packet.incarnation == incarnation && matches!(&packet.load, Load::Data(sent) if sent == body))
    }

    pub fn has(&self, number: u32) -> bool {
        self.datagrams.contains_key(&number) || self.find(number).is_some()
    }

    /// The packets that may be performed next, handshakes included, each with its channel unless it is a datagram.
    pub fn deliverable(&self, delivery: Delivery) -> impl Iterator<Item = (Option<u8>, &Packet<P>)> {
        let LaneFaults { cut, held, .. } = self.faults;
        let streams = self.channels.iter().enumerate().flat_map(move |(channel, half)| {
            half.queue.iter().take(half.performable(delivery)).map(move |packet| (Some(channel as u8), packet))
        });
        let packets = streams.chain(self.datagrams.values().map(|packet| (None, packet)));
        packets.filter(move |(_, packet)| !cut && (held || packet.arrives.is_some()))
    }

    fn packets(&self) -> impl Iterator<Item = &Packet<P>> {
        self.channels.iter().flat_map(|half| half.queue.iter()).chain(self.datagrams.values())
    }
}

/// The names of packets without content.
pub const CONTROL: [&str; 4] = ["SYN", "SYNACK", "FIN", "RESET"];

/// The directions of one sender.
pub(super) type Row<P> = Arc<Vec<Arc<Direction<P>>>>;

/// All directions, by sender; each is copied when it is first changed after a checkpoint.
#[derive(Clone, Debug)]
pub struct Network<P: Protocol> {
    pub(super) rows: Vec<Row<P>>,
}

/// A message on its way, for those who look at the world.
pub struct InFlight<'a, P: Protocol> {
    pub id: FlightId,
    pub body: &'a Arc<P::Message>,
    pub bytes: u32,
    pub sent: Time,
    pub arrives: Option<Time>,
    pub held: bool,
}

impl<P: Protocol> Network<P> {
    pub(super) fn new(nodes: usize) -> Network<P> {
        let row = || Arc::new((0..nodes).map(|_| Arc::default()).collect());
        Network { rows: (0..nodes).map(|_| row()).collect() }
    }

    pub(super) fn direction(&self, from: NodeId, to: NodeId) -> &Direction<P> {
        &self.rows[usize::from(from.0)][usize::from(to.0)]
    }

    pub(super) fn direction_mut(&mut self, from: NodeId, to: NodeId) -> &mut Direction<P> {
        let row = Arc::make_mut(&mut self.rows[usize::from(from.0)]);
        Arc::make_mut(&mut row[usize::from(to.0)])
    }

    pub fn faults(&self, from: NodeId, to: NodeId) -> LaneFaults {
        self.direction(from, to).faults
    }

    /// Whether neither direction of a link is cut.
    pub fn is_whole(&self, a: NodeId, b: NodeId) -> bool {
        !self.faults(a, b).cut && !self.faults(b, a).cut
    }

    pub fn end(&self, at: NodeId, peer: NodeId, channel: u8) -> End {
        self.direction(at, peer).end(channel)
    }

    pub(super) fn channel_numbers(&self, from: NodeId, to: NodeId) -> std::ops::Range<u8> {
        0..self.direction(from, to).channels.len() as u8
    }

    /// Channels on which either end of a pair has ever sought a connection, with both ends' state.
    pub fn channels(&self, a: NodeId, b: NodeId) -> impl Iterator<Item = (u8, End, End)> + '_ {
        let (out, back) = (self.direction(a, b), self.direction(b, a));
        let count = out.channels.len().max(back.channels.len()) as u8;
        (0..count).map(move |channel| (channel, out.end(channel), back.end(channel)))
    }

    /// Why `at` last lost a connection to `peer` that has not been opened since.
    pub fn lost(&self, at: NodeId, peer: NodeId) -> Option<Loss> {
        self.direction(at, peer).channels.iter().find_map(|half| half.lost)
    }

    /// The messages of one direction, oldest first within each channel.
    pub fn in_flight(&self, from: NodeId, to: NodeId) -> impl Iterator<Item = InFlight<'_, P>> {
        let direction = self.direction(from, to);
        let held = direction.faults.held;
        direction.packets().filter_map(move |packet| match &packet.load {
            Load::Data(body) => Some(InFlight {
                id: FlightId { from, to, number: packet.number },
                body,
                bytes: packet.bytes,
                sent: packet.sent,
                arrives: packet.arrives,
                held,
            }),
            _ => None,
        })
    }

    /// When a message on its way arrives; none if it is stalled, held or gone.
    pub fn arrival(&self, flight: FlightId) -> Option<Time> {
        let direction = self.direction(flight.from, flight.to);
        match direction.find(flight.number) {
            Some((channel, index)) => direction.channels.get(usize::from(channel))?.queue.get(index)?.arrives,
            None => direction.datagrams.get(&flight.number)?.arrives,
        }
    }

    /// Packets without content on their way, with the names by which a script delivers them.
    pub fn control(&self, from: NodeId, to: NodeId) -> impl Iterator<Item = (FlightId, &'static str)> {
        let packets = self.direction(from, to).channels.iter().flat_map(|half| half.queue.iter());
        packets.filter_map(move |packet| {
            let name = match packet.load {
                Load::Syn => CONTROL[0],
                Load::SynAck => CONTROL[1],
                Load::Fin => CONTROL[2],
                Load::Reset => CONTROL[3],
                Load::Data(_) => return None,
            };
            Some((FlightId { from, to, number: packet.number }, name))
        })
    }

    /// The packets that may be performed next, handshakes included.
    pub(super) fn deliverable(
        &self,
        from: NodeId,
        to: NodeId,
        delivery: Delivery,
    ) -> impl Iterator<Item = FlightId> + '_ {
        let packets = self.direction(from, to).deliverable(delivery);
        packets.map(move |(_, packet)| FlightId { from, to, number: packet.number })
    }
}
