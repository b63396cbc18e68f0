//! What a judge replays: a sequential machine, and a table in which its states and steps are numbered.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};
use std::rc::Rc;

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

    /// Whether it can always be done, and leads from every state to the same.
    fn overwrites(&self, _op: &Self::Op) -> bool {
        false
    }

    /// The state in which it can be done, where it is the only one.
    fn needs(&self, _op: &Self::Op) -> Option<Self::State> {
        None
    }

    /// Whether it leads to few states, done as often as one likes.
    fn settles(&self, _op: &Self::Op) -> bool {
        true
    }

    /// Where there is a choice, what to try first: the smaller.
    fn preference(&self, _op: &Self::Op) -> u64 {
        0
    }

    /// About how many other operations have to come before it can be done.
    fn apart(&self, _state: &Self::State, _op: &Self::Op) -> u32 {
        0
    }

    /// An operation that no order of these tasks explains, and the return up to which it is so, where that can be told without
    /// looking for one.
    fn inexplicable(&self, _tasks: &[Task<Self::Op>]) -> Option<(u32, EventNumber)> {
        None
    }

    /// About how many 64-bit words a state takes that it does not share with those before it.
    fn words(&self, _state: &Self::State) -> usize {
        8
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

/// A case whose states and operations are known by number alone, so that one search does for all models.
pub trait Parts {
    fn count(&self) -> usize;

    /// The tasks of one part, or of all of them, and how they step.
    fn numbered(&self, part: Option<usize>) -> (Vec<Task<OpId>>, Table<'_>);

    /// See [`Model::inexplicable`].
    fn inexplicable(&self, part: usize) -> Option<(u32, EventNumber)>;
}

impl<M: Model> Parts for Case<M> {
    fn count(&self) -> usize {
        self.parts.len()
    }

    fn numbered(&self, part: Option<usize>) -> (Vec<Task<OpId>>, Table<'_>) {
        let mut states =
            States { model: &self.model, states: Vec::new(), ids: Lookup::default(), ops: Vec::new(), words: 0 };
        states.number(self.model.initial());
        let mut ids: Lookup<&M::Op, OpId> = Lookup::default();
        let mut natures = Vec::new();
        let parts = part.map_or(&self.parts[..], |part| &self.parts[part..=part]);
        let tasks = parts.iter().flatten().map(|task| {
            let id = *ids.entry(&task.op).or_insert_with(|| {
                states.ops.push(task.op.clone());
                let needs = self.model.needs(&task.op).map(|state| states.number(state));
                natures.push(Nature {
                    observes: self.model.observes(&task.op),
                    overwrites: self.model.overwrites(&task.op),
                    needs,
                    settles: self.model.settles(&task.op),
                    preference: self.model.preference(&task.op),
                });
                states.ops.len() as OpId - 1
            });
            Task { operation: task.operation, session: task.session, op: id, call: task.call, until: task.until }
        });
        let tasks = tasks.collect();
        (tasks, Table { natures, steps: Lookup::default(), unknown: Box::new(states) })
    }

    fn inexplicable(&self, part: usize) -> Option<(u32, EventNumber)> {
        self.model.inexplicable(&self.parts[part])
    }
}

/// How an operation is to be searched, see [`Model`].
#[derive(Clone, Copy, Debug)]
pub struct Nature {
    pub observes: bool,
    pub overwrites: bool,
    pub needs: Option<StateId>,
    pub settles: bool,
    pub preference: u64,
}

/// States and operations by number, and each step computed once.
pub struct Table<'m> {
    natures: Vec<Nature>,
    steps: Lookup<u64, StateId>,
    /// Computes a step that was not asked for before.
    unknown: Box<dyn Steps + 'm>,
}

trait Steps {
    fn words(&self) -> usize;

    fn step(&mut self, state: StateId, op: OpId) -> StateId;

    #[cfg(feature = "histories")]
    fn apart(&self, state: StateId, op: OpId) -> u32;
}

impl Table<'_> {
    pub const START: StateId = 0;

    /// How many operations have numbers.
    pub fn ops(&self) -> usize {
        self.natures.len()
    }

    pub fn nature(&self, op: OpId) -> Nature {
        self.natures[op as usize]
    }

    pub fn step(&mut self, state: StateId, op: OpId) -> Option<StateId> {
        let key = u64::from(state) << 32 | u64::from(op);
        let next = *self.steps.entry(key).or_insert_with(|| self.unknown.step(state, op));
        (next != IMPOSSIBLE).then_some(next)
    }

    /// See [`Model::apart`].
    #[cfg(feature = "histories")]
    pub fn apart(&self, state: StateId, op: OpId) -> u32 {
        self.unknown.apart(state, op)
    }

    /// About how many 64-bit words are remembered.
    pub fn words(&self) -> usize {
        self.steps.len() * 3 + self.unknown.words()
    }
}

struct States<'m, M: Model> {
    model: &'m M,
    states: Vec<Rc<M::State>>,
    ids: Lookup<Rc<M::State>, StateId>,
    ops: Vec<M::Op>,
    words: usize,
}

impl<M: Model> States<'_, M> {
    fn number(&mut self, state: M::State) -> StateId {
        let id = self.states.len() as StateId;
        *self.ids.entry(Rc::new(state)).or_insert_with_key(|state| {
            self.states.push(Rc::clone(state));
            self.words += self.model.words(state);
            id
        })
    }
}

impl<M: Model> Steps for States<'_, M> {
    fn words(&self) -> usize {
        self.words
    }

    fn step(&mut self, state: StateId, op: OpId) -> StateId {
        let next = self.model.step(&self.states[state as usize], &self.ops[op as usize]);
        next.map_or(IMPOSSIBLE, |next| self.number(next))
    }

    #[cfg(feature = "histories")]
    fn apart(&self, state: StateId, op: OpId) -> u32 {
        self.model.apart(&self.states[state as usize], &self.ops[op as usize])
    }
}
