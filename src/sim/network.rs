//! Links: two directions each, with faults, datagrams and connections of their own. State only; the rules by which it
//! changes are in `transport`.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::event::Loss;
use super::id::NodeId;
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

/// The sending half of a connection's channel, with this end's state.
#[derive(Clone, Debug)]
pub(super) struct Half<P: Protocol> {
    pub end: End,
    /// The newest incarnation that either end began.
    pub newest: u32,
    pub queue: VecDeque<Packet<P>>,
    pub last_arrival: Time,
    /// Bytes sent whose acknowledgement cannot come back.
    pub unacked: u32,
    /// Since when something of this half is unacknowledged.
    pub oldest: Option<Time>,
    pub expiry: Option<Key>,
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
            oldest: None,
            expiry: None,
            lost: None,
        }
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
    pub datagrams: BTreeMap<u32, Packet<P>>,
}

impl<P: Protocol> Default for Direction<P> {
    fn default() -> Self {
        Direction {
            faults: LaneFaults::default(),
            busy_until: Time::ZERO,
            sent: 0,
            draws: Draws::default(),
            channels: Vec::new(),
            datagrams: BTreeMap::new(),
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

    fn packets(&self) -> impl Iterator<Item = &Packet<P>> {
        self.channels.iter().flat_map(|half| half.queue.iter()).chain(self.datagrams.values())
    }
}

/// The names of packets without content.
pub const CONTROL: [&str; 4] = ["SYN", "SYNACK", "FIN", "RESET"];

/// All directions, by sender; a sender's row is copied when it is first changed after a checkpoint.
#[derive(Clone, Debug)]
pub struct Network<P: Protocol> {
    rows: Vec<Arc<Vec<Direction<P>>>>,
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
        let row = || Arc::new((0..nodes).map(|_| Direction::default()).collect());
        Network { rows: (0..nodes).map(|_| row()).collect() }
    }

    pub(super) fn direction(&self, from: NodeId, to: NodeId) -> &Direction<P> {
        &self.rows[usize::from(from.0)][usize::from(to.0)]
    }

    pub(super) fn direction_mut(&mut self, from: NodeId, to: NodeId) -> &mut Direction<P> {
        &mut Arc::make_mut(&mut self.rows[usize::from(from.0)])[usize::from(to.0)]
    }

    pub fn faults(&self, from: NodeId, to: NodeId) -> LaneFaults {
        self.direction(from, to).faults
    }

    pub fn end(&self, at: NodeId, peer: NodeId, channel: u8) -> End {
        self.direction(at, peer).end(channel)
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

    /// The numbers of packets that may be performed next, handshakes included: the first of each channel, or all.
    pub(super) fn deliverable(&self, from: NodeId, to: NodeId, any_order: bool) -> impl Iterator<Item = FlightId> + '_ {
        let direction = self.direction(from, to);
        let heads = direction.channels.iter().flat_map(move |half| {
            let count = if any_order { half.queue.len() } else { 1 };
            half.queue.iter().take(count)
        });
        heads.chain(direction.datagrams.values()).map(move |packet| FlightId { from, to, number: packet.number })
    }
}
