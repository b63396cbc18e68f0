//! The states of a search as the numbers of their pieces: a million worlds are made of some thousand slots, directions
//! and ghosts. Each piece is kept and hashed once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::describe::Describe;
use crate::sim::fingerprint::hash_of;
use crate::sim::pieces::{Outgoing, Ready};
use crate::sim::{Action, Due, End, NodeId, Physics, Slot, World};

/// A table whose keys are small numbers or hashes already, and which no adversary fills.
pub type Table<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

#[derive(Clone, Copy, Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u16(&mut self, n: u16) {
        self.write_u64(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

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

    /// Becomes a copy of another state.
    pub fn copy(&mut self, other: &State) {
        self.numbers.copy_from_slice(&other.numbers);
        self.fingerprint = other.fingerprint;
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

pub struct Pieces<P: Describe> {
    physics: Physics,
    slots: Vec<SlotPiece<P>>,
    outgoing: Vec<OutgoingPiece<P>>,
    ghosts: Vec<GhostPiece<P>>,
    /// The number of each piece, by what it is.
    slot_numbers: Table<u64, u32>,
    direction_numbers: Table<u64, u32>,
    outgoing_numbers: Table<u64, u32>,
    ghost_numbers: Table<u64, u32>,
    /// What two directions of a link add to a fingerprint.
    links: Table<(u32, u32), u64>,
    /// The number of each thing that can happen, by what it is.
    events: Table<u64, u32>,
}

impl<P: Describe> Pieces<P> {
    pub fn new(physics: &Physics) -> Self {
        Pieces {
            physics: physics.clone(),
            slots: Vec::new(),
            outgoing: Vec::new(),
            ghosts: Vec::new(),
            slot_numbers: Table::default(),
            direction_numbers: Table::default(),
            outgoing_numbers: Table::default(),
            ghost_numbers: Table::default(),
            links: Table::default(),
            events: Table::default(),
        }
    }

    /// A world taken apart for the first time.
    pub fn state(&mut self, world: &World<P>) -> State {
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
                sum = sum.wrapping_sub(self.slots[old as usize].share).wrapping_add(self.slots[new as usize].share);
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
            sum = sum.wrapping_sub(self.ghosts[old as usize].share).wrapping_add(self.ghosts[new as usize].share);
        }
        state.fingerprint = sum;
    }

    fn link(&self, state: &State, a: usize, b: usize) -> (u32, u32) {
        let direction = |from: usize, to: usize| self.outgoing[state.outgoing(from) as usize].directions[to];
        (direction(a, b), direction(b, a))
    }

    fn link_share(&mut self, state: &State, a: usize, b: usize, link: (u32, u32)) -> u64 {
        let Pieces { outgoing, links, physics, .. } = self;
        let sent = |node: usize| &outgoing[state.outgoing(node) as usize].outgoing;
        let (from, to) = (NodeId(a as u16), NodeId(b as u16));
        *links.entry(link).or_insert_with(|| World::link_share(from, to, sent(a), sent(b), physics))
    }

    fn slot_number(&mut self, id: NodeId, slot: &Arc<Slot<P>>) -> u32 {
        let next = self.slots.len() as u32;
        let number = *self.slot_numbers.entry(hash_of(&(id, slot.identity()))).or_insert(next);
        if number == next {
            let syncs = slot.disk.syncing().map(|file| Action::Happen(Due::Persist { node: id, file }));
            let timers = slot.timers().map(|(timer, _)| Action::Happen(Due::Fire { node: id, timer: timer.clone() }));
            let choices = slot.node.as_ref().map(P::choices).unwrap_or_default();
            let choices = choices.into_iter().map(|input| Action::Offer { node: id, input });
            let own: Vec<Action<P>> = syncs.chain(timers).chain(choices).collect();
            let own = own.into_iter().map(|action| (self.event(hash_of(&action)), action)).collect();
            self.slots.push(SlotPiece { slot: Arc::clone(slot), share: slot.share(id), own });
        }
        number
    }

    /// Given another number whose directions this one may share.
    fn outgoing_number(&mut self, id: NodeId, outgoing: Outgoing<P>, nodes: usize, like: Option<u32>) -> u32 {
        let ids = || (0..nodes as u16).map(NodeId);
        let mut directions = Vec::with_capacity(nodes);
        for to in ids() {
            let like = like.map(|like| &self.outgoing[like as usize]);
            let shared = like.filter(|like| like.outgoing.shares(&outgoing, to));
            directions.push(match shared {
                Some(like) => like.directions[usize::from(to.0)],
                None => {
                    let next = self.direction_numbers.len() as u32;
                    let identity = hash_of(&(id, to, outgoing.identity(to, &self.physics)));
                    *self.direction_numbers.entry(identity).or_insert(next)
                }
            });
        }
        let next = self.outgoing.len() as u32;
        let number = *self.outgoing_numbers.entry(hash_of(&(id, &directions))).or_insert(next);
        if number == next {
            let mut packets = Vec::new();
            for to in ids() {
                for ready in outgoing.ready(to, &self.physics) {
                    packets.push(Packet { to, event: self.event(hash_of(&(id, to, ready.content))), ready });
                }
            }
            let piece = OutgoingPiece { outgoing, directions: directions.into(), packets: packets.into() };
            self.outgoing.push(piece);
        }
        number
    }

    fn ghost_number(&mut self, ghost: &Arc<P::Ghost>) -> u32 {
        let next = self.ghosts.len() as u32;
        let share = World::<P>::ghost_share(ghost);
        let number = *self.ghost_numbers.entry(share).or_insert(next);
        if number == next {
            self.ghosts.push(GhostPiece { ghost: Arc::clone(ghost), share });
        }
        number
    }

    /// The number of something that can happen.
    pub fn event(&mut self, content: u64) -> u32 {
        let next = self.events.len() as u32;
        *self.events.entry(content).or_insert(next)
    }

    /// What a node can do of itself, with the numbers of these events.
    pub fn own(&self, state: &State, node: usize) -> &[(u32, Action<P>)] {
        &self.slots[state.slot(node) as usize].own
    }

    pub fn packets(&self, state: &State, from: usize) -> &[Packet] {
        &self.outgoing[state.outgoing(from) as usize].packets
    }

    pub fn end(&self, state: &State, node: usize, peer: NodeId, channel: u8) -> End {
        self.outgoing[state.outgoing(node) as usize].outgoing.end(peer, channel)
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

    pub fn show(&mut self, state: &State, pieces: &Pieces<P>) {
        for node in 0..state.nodes() {
            let id = NodeId(node as u16);
            if self.shown.slot(node) != state.slot(node) {
                self.world.put_slot(id, &pieces.slots[state.slot(node) as usize].slot);
            }
            if self.shown.outgoing(node) != state.outgoing(node) {
                self.world.put_outgoing(id, &pieces.outgoing[state.outgoing(node) as usize].outgoing);
            }
        }
        if self.shown.ghost() != state.ghost() {
            self.world.put_ghost(&pieces.ghosts[state.ghost() as usize].ghost);
        }
        self.shown.copy(state);
    }
}
