//! A state of the engine as a state of the textbook's TwoPhase: each participant's state, the coordinator's, the votes
//! it has received and the messages ever sent. It reads states and knows no step.

use super::TwoPhaseCommit;
use super::config::DEDICATED;
use super::coordinator::Phase;
use super::disk::Outcome;
use super::message::{Ballot, Message};
use super::node::Node;
use crate::sim::{NodeId, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Participant {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coordinator {
    Init,
    Committed,
    Aborted,
}

/// One transaction. Sets of participants are bits, the first participant's the lowest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TwoPhase {
    pub participants: Vec<Participant>,
    pub coordinator: Coordinator,
    /// Whose yes has been received.
    pub received: u8,
    /// Of these, whose yes came after the abort.
    pub late: u8,
    /// Whose yes was ever sent.
    pub yes_sent: u8,
    pub commit_sent: bool,
    pub abort_sent: bool,
}

/// What is awaited of a disk has not happened yet.
fn participant(world: &World<TwoPhaseCommit>, id: NodeId) -> Participant {
    let Some(Node::Server(server)) = world.node(id) else { return Participant::Working };
    match (server.outcomes.last(), server.active.values().next()) {
        (Some((_, Outcome::Committed)), _) => Participant::Committed,
        (Some((_, Outcome::Aborted)), _) => Participant::Aborted,
        (_, Some(active)) if active.is_bound() => Participant::Prepared,
        _ => Participant::Working,
    }
}

/// In a network that is a set, what was sent stays.
fn was_sent(world: &World<TwoPhaseCommit>, from: NodeId, to: NodeId, what: impl Fn(&Message) -> bool) -> bool {
    world.network().in_flight(from, to).any(|flight| what(flight.body))
}

impl TwoPhase {
    pub fn of(world: &World<TwoPhaseCommit>) -> TwoPhase {
        let holders = || world.config().holders();
        let bits = |holds: &dyn Fn(NodeId) -> bool| {
            holders().enumerate().fold(0_u8, |bits, (place, id)| bits | u8::from(holds(id)) << place)
        };
        let coordinated = match world.node(DEDICATED) {
            Some(Node::Server(server)) => server.coordinated.values().next(),
            _ => None,
        };
        let part = |id: NodeId| coordinated.and_then(|it| it.parts.iter().find(|part| part.node == id));
        // A decision is told to participants and to the client: to whoever does not know it.
        let decision = |commit: bool| {
            world.roster().ids().any(|id| {
                was_sent(world, DEDICATED, id, |body| match body {
                    Message::Decision { commit: it, .. } => *it == commit,
                    Message::Outcome { outcome, .. } => outcome.is_ok() == commit,
                    _ => false,
                })
            })
        };
        TwoPhase {
            participants: holders().map(|id| participant(world, id)).collect(),
            coordinator: match coordinated.map(|it| it.phase) {
                Some(Phase::Committed | Phase::Forgotten) => Coordinator::Committed,
                Some(Phase::Aborted(_)) => Coordinator::Aborted,
                Some(Phase::Working | Phase::Voting | Phase::Deciding) | None => Coordinator::Init,
            },
            received: bits(&|id| part(id).is_some_and(|part| part.vote == Some(Ballot::Yes))),
            late: bits(&|id| part(id).is_some_and(|part| part.late)),
            yes_sent: bits(&|id| {
                was_sent(world, id, DEDICATED, |body| matches!(body, Message::Vote { vote: Ballot::Yes, .. }))
            }),
            commit_sent: decision(true),
            abort_sent: decision(false),
        }
    }

    /// All but which yes was late, as one number.
    pub fn code(&self) -> u64 {
        let states = self.participants.iter().fold(0_u64, |code, state| code << 2 | *state as u64);
        let sets = u64::from(self.received) << 8 | u64::from(self.yes_sent);
        let rest = (self.coordinator as u64) << 2 | u64::from(self.commit_sent) << 1 | u64::from(self.abort_sent);
        states << 24 | sets << 8 | rest
    }
}

pub fn code(world: &World<TwoPhaseCommit>) -> u64 {
    TwoPhase::of(world).code()
}
