//! The steps of a search. What a node does follows from its slot, from what it has sent and from what happens to it, so it
//! is worked out once, by [`World::apply`], and remembered for all states in which the same happens to the same.
//!
//! A step is remembered if no other slot changed, if nobody else sent anything (the sender of a packet loses that packet,
//! and nothing else), and if no connection was sought: whoever seeks one looks at its peer. Beyond these, a step looks only
//! at cuts and at lost power, of which a search makes none. What the ghost makes of a step is remembered ghost by ghost.

use std::sync::Arc;

use super::pieces::{Packet, Pieces, Stage, State};
use super::tables::{Glance, Grown, Shared, Table};
use crate::describe::Describe;
use crate::sim::fingerprint::hash_of;
use crate::sim::{Action, Due, End, Entry, FlightId, NodeId, Observer, What, World};

/// Something that can happen in a state.
pub struct Choice<P: Describe> {
    pub at: NodeId,
    pub event: u32,
    pub what: Happening<P>,
}

pub enum Happening<P: Describe> {
    /// By its place among what the node can do of itself.
    Own(usize),
    Packet {
        from: NodeId,
        packet: Packet,
    },
    Other(Action<P>),
}

/// What a step makes of its node.
#[derive(Clone, Copy)]
struct Outcome {
    slot: u32,
    outgoing: u32,
    broken: Broken,
}

/// What a node found to be so that can never be so.
pub type Broken = Option<&'static str>;

struct Watch(Broken);

impl<P: Describe> Observer<P> for Watch {
    const READS_NOTES: bool = false;

    fn see(&mut self, entry: Entry<'_, P>) {
        if let What::Broken { why } = entry.what {
            self.0.get_or_insert(why);
        }
    }
}

/// The steps that all threads remember.
#[derive(Default)]
pub struct Memory {
    outcomes: Grown<Outcome>,
    /// By slot, what it has sent, and event.
    known: Shared<(u32, u32, u32), u32>,
    /// By ghost and outcome.
    witnessed: Shared<(u32, u32), u32>,
    /// What a sender has sent, without the packet to this node of this number.
    taken: Shared<(u32, u16, u32), u32>,
}

/// The steps of one thread.
pub struct Steps<'a> {
    /// In a network that is a set, what was delivered comes again and again.
    repeats: bool,
    /// By slot and event: whether it is a message that its receiver perceives and that changes nothing.
    ignored: Vec<Vec<u64>>,
    outcomes: &'a Grown<Outcome>,
    known: Glance<'a, (u32, u32, u32)>,
    witnessed: Glance<'a, (u32, u32)>,
    taken: Glance<'a, (u32, u16, u32)>,
    /// By event and what its sender has sent: the event of a receiver that looks at that.
    looking_back: Table<(u32, u32), u32>,
}

impl<'a> Steps<'a> {
    pub fn new(repeats: bool, memory: &'a Memory, is_alone: bool) -> Self {
        Steps {
            repeats,
            ignored: Vec::new(),
            outcomes: &memory.outcomes,
            known: Glance::new(&memory.known, is_alone),
            witnessed: Glance::new(&memory.witnessed, is_alone),
            taken: Glance::new(&memory.taken, is_alone),
            looking_back: Table::default(),
        }
    }

    /// Whether a message is known to come again and to change nothing: that is no step.
    fn is_ignored(&self, slot: u32, event: u32) -> bool {
        let words = self.ignored.get(slot as usize);
        words.and_then(|words| words.get(event as usize / 64)).is_some_and(|word| word >> (event % 64) & 1 == 1)
    }

    fn ignore(&mut self, slot: u32, event: u32) {
        let (slot, word) = (slot as usize, event as usize / 64);
        self.ignored.resize_with(self.ignored.len().max(slot + 1), Vec::new);
        let words = &mut self.ignored[slot];
        words.resize(words.len().max(word + 1), 0);
        words[word] |= 1 << (event % 64);
    }

    /// The number of a choice's event; with the sender's end, where the receiver looks at it.
    fn event<P: Describe>(&mut self, state: &State, choice: &Choice<P>, pieces: &Pieces<'_, P>) -> u32 {
        let Happening::Packet { from, packet } = &choice.what else { return choice.event };
        let Some((channel, incarnation)) = packet.ready.needs else { return choice.event };
        if pieces.end(state, usize::from(packet.to.0), *from, channel) == End::Open(incarnation) {
            return choice.event;
        }
        let key = (choice.event, state.outgoing(usize::from(from.0)));
        *self.looking_back.entry(key).or_insert_with(|| pieces.event(hash_of(&("looking back", key))))
    }

    /// The state after a choice, and what was broken by it; none where it is no step. The stage shows the state before.
    pub fn follow<P: Describe>(
        &mut self,
        (before, stage): (&State, &Stage<P>),
        choice: &Choice<P>,
        pieces: &mut Pieces<'_, P>,
        after: &mut State,
    ) -> Option<Broken> {
        let node = usize::from(choice.at.0);
        let event = self.event(before, choice, pieces);
        if self.is_ignored(before.slot(node), event) {
            return None;
        }
        let key = (before.slot(node), before.outgoing(node), event);
        let known = self.known.get(key);
        if let Some(known) = known {
            let outcome = *self.outcomes.get(known);
            let sender = match &choice.what {
                Happening::Packet { from, packet } => {
                    let from = usize::from(from.0);
                    let taken = self.taken.get((before.outgoing(from), packet.to.0, packet.ready.number));
                    taken.map(|taken| Some((from, taken)))
                }
                Happening::Own(_) | Happening::Other(_) => Some(None),
            };
            if let (Some(ghost), Some(sender)) = (self.witnessed.get((before.ghost(), known)), sender) {
                after.copy(before);
                after.set_slot(node, outcome.slot);
                after.set_outgoing(node, outcome.outgoing);
                after.set_ghost(ghost);
                if let Some((from, taken)) = sender {
                    after.set_outgoing(from, taken);
                }
                pieces.refresh(before, after);
                return Some(outcome.broken);
            }
        }
        self.work_out((before, stage), choice, (key, known), pieces, after)
    }

    /// Performs a choice in a copy of the world, and remembers what came of it.
    fn work_out<P: Describe>(
        &mut self,
        (before, stage): (&State, &Stage<P>),
        choice: &Choice<P>,
        (key, known): ((u32, u32, u32), Option<u32>),
        pieces: &mut Pieces<'_, P>,
        after: &mut State,
    ) -> Option<Broken> {
        let action = choice.action(before, pieces);
        if let (Action::Happen(Due::Arrive(flight)), None) = (&action, known)
            && self.repeats
            && stage.world.would_ignore(*flight)
        {
            self.ignore(key.0, key.2);
            return None;
        }
        let (mut world, mut watch) = (stage.world.clone(), Watch(None));
        world.apply(action, &mut watch).ok()?;
        let node = usize::from(choice.at.0);
        let numbers = known.map(|known| self.outcomes.get(known));
        let numbers = numbers.map(|outcome| (choice.at, outcome.slot, outcome.outgoing));
        pieces.grown(&world, (&stage.world, before), numbers, after);
        if is_local(choice, &stage.world, &world) {
            let outcome = known.unwrap_or_else(|| {
                let (slot, outgoing) = (after.slot(node), after.outgoing(node));
                self.known.enter(key, || self.outcomes.push(Outcome { slot, outgoing, broken: watch.0 }))
            });
            self.witnessed.enter((before.ghost(), outcome), || after.ghost());
            if let Happening::Packet { from, packet } = &choice.what {
                let from = usize::from(from.0);
                let key = (before.outgoing(from), packet.to.0, packet.ready.number);
                self.taken.enter(key, || after.outgoing(from));
            }
        }
        Some(watch.0)
    }
}

/// Whether a step looked at nothing and changed nothing but its own node's and the packet that it took.
fn is_local<P: Describe>(choice: &Choice<P>, before: &World<P>, after: &World<P>) -> bool {
    let sender = match &choice.what {
        Happening::Packet { from, .. } => Some(*from),
        Happening::Own(_) | Happening::Other(_) => None,
    };
    before.connections_sought() == after.connections_sought()
        && before.roster().ids().filter(|id| *id != choice.at).all(|id| {
            Arc::ptr_eq(before.slot_piece(id), after.slot_piece(id))
                && (sender == Some(id) || before.outgoing(id).is(&after.outgoing(id)))
        })
}

impl<P: Describe> Choice<P> {
    pub fn action(&self, state: &State, pieces: &Pieces<'_, P>) -> Action<P> {
        match &self.what {
            Happening::Own(place) => pieces.own(state, usize::from(self.at.0))[*place].1.clone(),
            Happening::Packet { from, packet } => {
                let flight = FlightId { from: *from, to: packet.to, number: packet.ready.number };
                Action::Happen(Due::Arrive(flight))
            }
            Happening::Other(action) => action.clone(),
        }
    }

    /// The same in a world that is in this state but came to it in another way.
    pub fn action_in(&self, world: &World<P>, state: &State, pieces: &Pieces<'_, P>) -> Option<Action<P>> {
        let Happening::Packet { from, packet } = &self.what else { return Some(self.action(state, pieces)) };
        let ready = world.outgoing(*from).ready(packet.to, world.physics());
        let same = ready.iter().find(|ready| ready.content == packet.ready.content)?;
        Some(Action::Happen(Due::Arrive(FlightId { from: *from, to: packet.to, number: same.number })))
    }
}
