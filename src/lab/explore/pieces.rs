//! The states of a search as the numbers of their pieces: a million worlds are made of some thousand slots, directions
//! and ghosts. Each piece is kept and hashed once.

use std::sync::Arc;

use super::tables::{Numbered, Numbers, Table};
use crate::describe::Describe;
use crate::sim::fingerprint::hash_of;
use crate::sim::pieces::{Outgoing, Ready};
use crate::sim::{Action, Due, End, NodeId, Physics, Slot, World};

/// The numbers of a world's pieces, and its fingerprint, which is the sum of their shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Each node's slot, then what each node has sent, then the ghost.
    numbers: Box<[u32]>,
    pub fingerprint: u64,
}

impl State {
    fn nodes(&self) -> usize {
        self.numbers.len() / 2
    }

    pub fn slot(&self, node: usize) -> u32 {
        self.numbers[node]
    }

    pub fn outgoing(&self, node: usize) -> u32 {
        self.numbers[self.nodes() + node]
    }

    pub fn ghost(&self) -> u32 {
        self.numbers[2 * self.nodes()]
    }

    pub fn set_slot(&mut self, node: usize, number: u32) {
        self.numbers[node] = number;
    }

    pub fn set_outgoing(&mut self, node: usize, number: u32) {
        self.numbers[self.nodes() + node] = number;
    }

    pub fn set_ghost(&mut self, number: u32) {
        self.numbers[2 * self.nodes()] = number;
    }

    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Becomes a copy of another state.
    pub fn copy(&mut self, other: &State) {
        self.read(&other.numbers, other.fingerprint);
    }

    pub fn read(&mut self, numbers: &[u32], fingerprint: u64) {
        self.numbers.copy_from_slice(numbers);
        self.fingerprint = fingerprint;
    }
}

/// A node's slot, and what it can do of itself.
struct SlotPiece<P: Describe> {
    slot: Arc<Slot<P>>,
    share: u64,
    own: Box<[(u32, Action<P>)]>,
}

struct OutgoingPiece<P: Describe> {
    outgoing: Outgoing<P>,
    /// By receiver.
    directions: Box<[u32]>,
    packets: Box<[Packet]>,
}

struct GhostPiece<P: Describe> {
    ghost: Arc<P::Ghost>,
    share: u64,
}

/// A packet that may be performed next.
#[derive(Clone, Copy, Debug)]
pub struct Packet {
    pub to: NodeId,
    pub event: u32,
    pub ready: Ready,
}

/// The pieces that all threads share.
pub struct Stock<P: Describe> {
    physics: Physics,
    slots: Numbered<SlotPiece<P>>,
    outgoing: Numbered<OutgoingPiece<P>>,
    ghosts: Numbered<GhostPiece<P>>,
    directions: Numbers,
    /// Things that can happen.
    events: Numbers,
}

/// The pieces as one thread sees them.
pub struct Pieces<'a, P: Describe> {
    stock: &'a Stock<P>,
    /// What two directions of a link add to a fingerprint.
    links: Table<(u32, u32), u64>,
}

impl<P: Describe> Stock<P> {
    pub fn new(physics: &Physics) -> Self {
        Stock {
            physics: physics.clone(),
            slots: Numbered::default(),
            outgoing: Numbered::default(),
            ghosts: Numbered::default(),
            directions: Numbers::default(),
            events: Numbers::default(),
        }
    }

    /// The number of something that can happen.
    pub fn event(&self, content: u64) -> u32 {
        self.events.number(content)
    }
}

impl<'a, P: Describe> Pieces<'a, P> {
    pub fn new(stock: &'a Stock<P>) -> Self {
        Pieces { stock, links: Table::default() }
    }

    /// A world taken apart for the first time.
    pub fn state(&self, world: &World<P>) -> State {
        let ids: Vec<NodeId> = world.roster().ids().collect();
        let slots: Vec<u32> = ids.iter().map(|id| self.slot_number(*id, world.slot_piece(*id))).collect();
        let outgoing: Vec<u32> =
            ids.iter().map(|id| self.outgoing_number(*id, world.outgoing(*id), ids.len(), None)).collect();
        let ghost = self.ghost_number(world.ghost_piece());
        let numbers = slots.into_iter().chain(outgoing).chain([ghost]).collect();
        State { numbers, fingerprint: world.fingerprint() }
    }

    /// The state of a world that grew out of another one, of which it has kept most pieces. A node whose slot and whose
    /// outgoing are known already is not looked at.
    pub fn grown(
        &mut self,
        world: &World<P>,
        (earlier, before): (&World<P>, &State),
        known: Option<(NodeId, u32, u32)>,
        state: &mut State,
    ) {
        state.copy(before);
        for id in world.roster().ids() {
            let node = usize::from(id.0);
            if let Some((_, slot, outgoing)) = known.filter(|(known, ..)| *known == id) {
                state.set_slot(node, slot);
                state.set_outgoing(node, outgoing);
                continue;
            }
            let slot = world.slot_piece(id);
            if !Arc::ptr_eq(slot, earlier.slot_piece(id)) {
                state.set_slot(node, self.slot_number(id, slot));
            }
            let outgoing = world.outgoing(id);
            if !outgoing.is(&earlier.outgoing(id)) {
                let like = Some(before.outgoing(node));
                state.set_outgoing(node, self.outgoing_number(id, outgoing, state.nodes(), like));
            }
        }
        if !Arc::ptr_eq(world.ghost_piece(), earlier.ghost_piece()) {
            state.set_ghost(self.ghost_number(world.ghost_piece()));
        }
        self.refresh(before, state);
    }

    /// The fingerprint of a state whose numbers have changed since it was a copy of another one.
    pub fn refresh(&mut self, before: &State, state: &mut State) {
        let mut sum = before.fingerprint;
        let nodes = before.nodes();
        for node in 0..nodes {
            let (old, new) = (before.slot(node), state.slot(node));
            if old != new {
                sum = sum.wrapping_sub(self.stock.slots.get(old).share).wrapping_add(self.stock.slots.get(new).share);
            }
            if before.outgoing(node) == state.outgoing(node) {
                continue;
            }
            for other in (0..nodes).filter(|other| *other != node) {
                // The link between two changed senders is looked at once.
                if other > node || before.outgoing(other) == state.outgoing(other) {
                    let (a, b) = (node.min(other), node.max(other));
                    let (old, new) = (self.link(before, a, b), self.link(state, a, b));
                    if old != new {
                        sum = sum.wrapping_sub(self.link_share(before, a, b, old));
                        sum = sum.wrapping_add(self.link_share(state, a, b, new));
                    }
                }
            }
        }
        let (old, new) = (before.ghost(), state.ghost());
        if old != new {
            sum = sum.wrapping_sub(self.stock.ghosts.get(old).share).wrapping_add(self.stock.ghosts.get(new).share);
        }
        state.fingerprint = sum;
    }

    fn link(&self, state: &State, a: usize, b: usize) -> (u32, u32) {
        let direction = |from: usize, to: usize| self.stock.outgoing.get(state.outgoing(from)).directions[to];
        (direction(a, b), direction(b, a))
    }

    fn link_share(&mut self, state: &State, a: usize, b: usize, link: (u32, u32)) -> u64 {
        let Stock { outgoing, physics, .. } = self.stock;
        let sent = |node: usize| &outgoing.get(state.outgoing(node)).outgoing;
        let (from, to) = (NodeId(a as u16), NodeId(b as u16));
        *self.links.entry(link).or_insert_with(|| World::link_share(from, to, sent(a), sent(b), physics))
    }

    fn slot_number(&self, id: NodeId, slot: &Arc<Slot<P>>) -> u32 {
        self.stock.slots.number(hash_of(&(id, slot.identity())), || {
            let syncs = slot.disk.syncing().map(|file| Action::Happen(Due::Persist { node: id, file }));
            let timers = slot.timers().map(|(timer, _)| Action::Happen(Due::Fire { node: id, timer: timer.clone() }));
            let choices = slot.node.as_ref().map(P::choices).unwrap_or_default();
            let choices = choices.into_iter().map(|input| Action::Offer { node: id, input });
            let own = syncs.chain(timers).chain(choices).map(|action| (self.event(hash_of(&action)), action));
            SlotPiece { slot: Arc::clone(slot), share: slot.share(id), own: own.collect() }
        })
    }

    /// Given another number whose directions this one may share.
    fn outgoing_number(&self, id: NodeId, outgoing: Outgoing<P>, nodes: usize, like: Option<u32>) -> u32 {
        let Stock { physics, directions: numbers, .. } = self.stock;
        let ids = || (0..nodes as u16).map(NodeId);
        let like = like.map(|like| self.stock.outgoing.get(like));
        let directions = ids().map(|to| match like.filter(|like| like.outgoing.shares(&outgoing, to)) {
            Some(like) => like.directions[usize::from(to.0)],
            None => numbers.number(hash_of(&(id, to, outgoing.identity(to, physics)))),
        });
        let directions: Box<[u32]> = directions.collect();
        self.stock.outgoing.number(hash_of(&(id, &directions)), || {
            let ready = ids().flat_map(|to| outgoing.ready(to, physics).into_iter().map(move |ready| (to, ready)));
            let packet = |(to, ready): (NodeId, Ready)| {
                let event = self.event(hash_of(&(id, to, ready.content)));
                Packet { to, event, ready }
            };
            let mut packets: Box<[Packet]> = ready.map(packet).collect();
            // Which of several equal ones was numbered must not tell in the order.
            packets.sort_by_key(|packet| (packet.to, packet.ready.content));
            OutgoingPiece { outgoing, directions, packets }
        })
    }

    fn ghost_number(&self, ghost: &Arc<P::Ghost>) -> u32 {
        let share = World::<P>::ghost_share(ghost);
        self.stock.ghosts.number(share, || GhostPiece { ghost: Arc::clone(ghost), share })
    }

    /// The number of something that can happen.
    pub fn event(&self, content: u64) -> u32 {
        self.stock.event(content)
    }

    /// What a node can do of itself, with the numbers of these events.
    pub fn own(&self, state: &State, node: usize) -> &'a [(u32, Action<P>)] {
        &self.stock.slots.get(state.slot(node)).own
    }

    pub fn packets(&self, state: &State, from: usize) -> &'a [Packet] {
        &self.stock.outgoing.get(state.outgoing(from)).packets
    }

    pub fn end(&self, state: &State, node: usize, peer: NodeId, channel: u8) -> End {
        self.stock.outgoing.get(state.outgoing(node)).outgoing.end(peer, channel)
    }
}

/// A world that shows one state after another.
pub struct Stage<P: Describe> {
    pub world: World<P>,
    shown: State,
}

impl<P: Describe> Stage<P> {
    pub fn new(world: &World<P>, state: &State) -> Self {
        Stage { world: world.clone(), shown: state.clone() }
    }

    pub fn show(&mut self, state: &State, pieces: &Pieces<'_, P>) {
        let Stock { slots, outgoing, ghosts, .. } = pieces.stock;
        for node in 0..state.nodes() {
            let id = NodeId(node as u16);
            if self.shown.slot(node) != state.slot(node) {
                self.world.put_slot(id, &slots.get(state.slot(node)).slot);
            }
            if self.shown.outgoing(node) != state.outgoing(node) {
                self.world.put_outgoing(id, &outgoing.get(state.outgoing(node)).outgoing);
            }
        }
        if self.shown.ghost() != state.ghost() {
            self.world.put_ghost(&ghosts.get(state.ghost()).ghost);
        }
        self.shown.copy(state);
    }
}
