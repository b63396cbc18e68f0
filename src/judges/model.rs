//! What a judge replays: a sequential machine, and a table in which its states and steps are numbered.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};

use super::history::EventNumber;
use crate::sim::fingerprint::Stable;

/// A map that is only ever asked, never walked: its order does not matter.
pub(super) type Lookup<K, V> = HashMap<K, V, BuildHasherDefault<Stable>>;

/// A sequential specification.
pub trait Model {
    /// What was asked and, where it is known, what was answered.
    type Op: Clone + Eq + Hash;
    type State: Clone + Eq + Hash;

    fn initial(&self) -> Self::State;

    /// The state after an operation that gave this answer; `None` where it could not have given it.
    fn step(&self, state: &Self::State, op: &Self::Op) -> Option<Self::State>;

    /// Whether the operation, once it leaves a state as it is, leaves all that can follow as they are, if it fits.
    fn observes(&self, op: &Self::Op) -> bool;

    /// Whether it leads to few states, done as often as one likes.
    fn settles(&self, _op: &Self::Op) -> bool {
        true
    }

    /// Where there is a choice, what to try first: the smaller.
    fn preference(&self, _op: &Self::Op) -> u64 {
        0
    }
}

/// An operation as a search sees it.
#[derive(Clone, Debug)]
pub struct Task<Op> {
    /// Its index in the history.
    pub operation: u32,
    /// For sequential consistency: whose session it belongs to.
    pub session: u32,
    pub op: Op,
    pub call: EventNumber,
    /// `None`: it may have happened at any time after its call, or never.
    pub until: Option<EventNumber>,
}

/// A model, and the tasks that can be judged apart from each other.
pub struct Case<M: Model> {
    pub model: M,
    pub parts: Vec<Vec<Task<M::Op>>>,
}

pub(super) type StateId = u32;
pub(super) type OpId = u32;
const IMPOSSIBLE: StateId = StateId::MAX;

/// States and operations by number, and each step computed once.
pub(super) struct Table<'m, M: Model> {
    model: &'m M,
    states: Vec<M::State>,
    state_ids: Lookup<M::State, StateId>,
    ops: Vec<M::Op>,
    op_ids: Lookup<M::Op, OpId>,
    steps: Lookup<u64, StateId>,
}

impl<'m, M: Model> Table<'m, M> {
    pub fn new(model: &'m M) -> Table<'m, M> {
        Table {
            model,
            states: Vec::new(),
            state_ids: Lookup::default(),
            ops: Vec::new(),
            op_ids: Lookup::default(),
            steps: Lookup::default(),
        }
    }

    pub fn initial(&mut self) -> StateId {
        self.state(self.model.initial())
    }

    fn state(&mut self, state: M::State) -> StateId {
        let next = self.states.len() as StateId;
        *self.state_ids.entry(state).or_insert_with_key(|state| {
            self.states.push(state.clone());
            next
        })
    }

    pub fn op(&mut self, op: &M::Op) -> OpId {
        if let Some(id) = self.op_ids.get(op) {
            return *id;
        }
        let id = self.ops.len() as OpId;
        self.ops.push(op.clone());
        self.op_ids.insert(op.clone(), id);
        id
    }

    pub fn settles(&self, op: OpId) -> bool {
        self.model.settles(&self.ops[op as usize])
    }

    pub fn step(&mut self, state: StateId, op: OpId) -> Option<StateId> {
        let key = u64::from(state) << 32 | u64::from(op);
        if let Some(&next) = self.steps.get(&key) {
            return (next != IMPOSSIBLE).then_some(next);
        }
        let next = self.model.step(&self.states[state as usize], &self.ops[op as usize]);
        let next = next.map(|next| self.state(next));
        self.steps.insert(key, next.unwrap_or(IMPOSSIBLE));
        next
    }
}
