//! TwoPhase of "Consensus on Transaction Commit" (Gray, Lamport) for stateright. Sets of participants are bits.

use stateright::{Model, Property};

pub struct TwoPhase {
    pub participants: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Participant {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coordinator {
    Init,
    Committed,
    Aborted,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    participants: Vec<Participant>,
    coordinator: Coordinator,
    /// Whose message that it is prepared was received, and whose was sent.
    received: u8,
    sent: u8,
    commit_sent: bool,
    abort_sent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Commit,
    Abort,
    ReceivePrepared(u8),
    Prepare(u8),
    ChooseToAbort(u8),
    ReceiveCommit(u8),
    ReceiveAbort(u8),
}

impl Model for TwoPhase {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            participants: vec![Participant::Working; usize::from(self.participants)],
            coordinator: Coordinator::Init,
            received: 0,
            sent: 0,
            commit_sent: false,
            abort_sent: false,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        let undecided = state.coordinator == Coordinator::Init;
        if undecided {
            steps.push(Step::Abort);
            if state.received.count_ones() == u32::from(self.participants) {
                steps.push(Step::Commit);
            }
        }
        for (participant, at) in state.participants.iter().zip(0..) {
            if undecided && state.sent >> at & 1 == 1 {
                steps.push(Step::ReceivePrepared(at));
            }
            if *participant == Participant::Working {
                steps.extend([Step::Prepare(at), Step::ChooseToAbort(at)]);
            }
            if state.commit_sent {
                steps.push(Step::ReceiveCommit(at));
            }
            if state.abort_sent {
                steps.push(Step::ReceiveAbort(at));
            }
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        match step {
            Step::Commit => (next.coordinator, next.commit_sent) = (Coordinator::Committed, true),
            Step::Abort => (next.coordinator, next.abort_sent) = (Coordinator::Aborted, true),
            Step::ReceivePrepared(at) => next.received |= 1 << at,
            Step::Prepare(at) => {
                next.participants[usize::from(at)] = Participant::Prepared;
                next.sent |= 1 << at;
            }
            Step::ReceiveCommit(at) => next.participants[usize::from(at)] = Participant::Committed,
            Step::ChooseToAbort(at) | Step::ReceiveAbort(at) => {
                next.participants[usize::from(at)] = Participant::Aborted;
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("nobody commits what another aborts", |_, state: &State| {
            let any = |wanted| state.participants.contains(&wanted);
            !(any(Participant::Committed) && any(Participant::Aborted))
        })]
    }
}
