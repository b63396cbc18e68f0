//! Configurations, and which of them are enough.

use crate::judges::memory::is_part_of;
use crate::judges::model::{Lookup, StateId};

/// A set of slots. An operation with a return has a slot from its call to its return.
pub type Slots = u128;

#[derive(Clone, Debug)]
pub struct Configuration {
    pub state: StateId,
    /// Open, and not done.
    pub waits: Slots,
    /// Of those, the writes that are not covered.
    pub bare: Slots,
    /// The pools of the operations with unknown outcome that are done, sorted.
    pub used: Vec<u32>,
    /// How often others of them are done, which are not counted.
    pub free: u32,
    pub last: Option<StepId>,
    /// How many operations with a return are done.
    pub done: u32,
}

impl Configuration {
    /// How many operations its order has.
    pub fn length(&self, kinds: &Kinds) -> u32 {
        self.done + (self.waits & kinds.writes & !self.bare).count_ones() + self.used.len() as u32
    }

    pub fn has(&self, slot: usize, kinds: &Kinds) -> bool {
        (self.waits & !(kinds.writes & !self.bare)) & (1 << slot) == 0
    }
}

/// A step, by its place among all that are remembered.
pub type StepId = u32;

/// What is in the slots.
#[derive(Clone, Default)]
pub struct Kinds {
    pub observations: Slots,
    pub writes: Slots,
    /// For writes that nothing yet to be called can see: what is open and can.
    pub last_seen_by: Vec<(usize, Slots)>,
    /// Whatever may be done as often as one likes is better not done.
    pub is_thrifty: bool,
}

/// Whether a configuration can do all that another in the same state can.
fn is_as_good(one: &Configuration, other: &Configuration, kinds: &Kinds) -> bool {
    let others = !(kinds.observations | kinds.writes);
    let useless = kinds.last_seen_by.iter().filter(|(_, by)| one.waits & by == 0);
    let useless = useless.fold(0, |all, (slot, _)| all | 1 << slot);
    one.waits & kinds.observations & !other.waits == 0
        && other.waits & kinds.writes & !one.waits & !useless == 0
        && (one.waits ^ other.waits) & others == 0
        && one.bare & !other.bare == 0
        && (!kinds.is_thrifty || one.free <= other.free)
        && is_part_of(&one.used, &other.used)
}

/// Configurations none of which is as good as another.
#[derive(Default)]
pub struct Front {
    places: Lookup<StateId, usize>,
    pub by_state: Vec<Vec<Configuration>>,
    pub count: usize,
}

impl Front {
    pub fn all(&self) -> impl Iterator<Item = &Configuration> {
        self.by_state.iter().flatten()
    }

    /// False if one as good is there.
    pub fn insert(&mut self, new: Configuration, kinds: &Kinds) -> bool {
        let place = *self.places.entry(new.state).or_insert(self.by_state.len());
        if place == self.by_state.len() {
            self.by_state.push(Vec::new());
        }
        let there = &mut self.by_state[place];
        if there.iter().any(|other| is_as_good(other, &new, kinds)) {
            return false;
        }
        let before = there.len();
        there.retain(|other| !is_as_good(&new, other, kinds));
        there.push(new);
        self.count = self.count + there.len() - before;
        true
    }
}

/// A configuration in which the write in a slot, if it is covered, is left behind.
pub fn without(one: &Configuration, slot: usize, kinds: &Kinds) -> Option<Configuration> {
    let bit = 1 << slot;
    let covered = kinds.writes & one.waits & !one.bare & bit;
    (covered != 0).then(|| Configuration { waits: one.waits & !covered, done: one.done + 1, ..one.clone() })
}

pub fn slots(mut set: Slots) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let first = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(first)
    })
}
