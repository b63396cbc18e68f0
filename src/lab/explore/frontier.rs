//! The states that are to be expanded, wave by wave, and how each one was reached.

use std::collections::hash_map;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Spent;
use super::pieces::State;
use super::tables::{Shared, locked};
use crate::sim::fingerprint::hash_of;

/// A state to be expanded.
pub struct Node {
    pub state: State,
    pub spent: Spent,
    pub key: u64,
    pub projected: u64,
}

/// What tells the states of a search apart.
pub fn key(state: &State, spent: &Spent) -> u64 {
    hash_of(&(state.fingerprint, spent))
}

impl Node {
    pub fn new(state: State, projected: u64) -> Self {
        let spent = Spent::default();
        Node { key: key(&state, &spent), state, spent, projected }
    }
}

/// Some nodes, packed: there are millions of them.
#[derive(Default)]
pub struct Batch {
    heads: Vec<Head>,
    numbers: Vec<u32>,
}

struct Head {
    fingerprint: u64,
    spent: Spent,
    key: u64,
    projected: u64,
}

/// Enough to be worth taking, and few enough that no thread waits long for another one's last.
const BATCH: usize = 128;

impl Batch {
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    pub fn read(&self, place: usize, node: &mut Node) {
        let Head { fingerprint, spent, key, projected } = self.heads[place];
        node.state.read(self.numbers(place), fingerprint);
        (node.spent, node.key, node.projected) = (spent, key, projected);
    }

    fn numbers(&self, place: usize) -> &[u32] {
        let width = self.numbers.len() / self.heads.len();
        &self.numbers[place * width..][..width]
    }

    fn push(&mut self, head: Head, numbers: &[u32]) {
        self.heads.push(head);
        self.numbers.extend_from_slice(numbers);
    }
}

/// Nodes in the order in which one thread reached them.
#[derive(Default)]
pub struct Found(Vec<Batch>);

impl Found {
    pub fn push(&mut self, state: &State, spent: Spent, key: u64, projected: u64) {
        self.add(Head { fingerprint: state.fingerprint, spent, key, projected }, state.numbers());
    }

    fn add(&mut self, head: Head, numbers: &[u32]) {
        match self.0.last_mut().filter(|last| last.len() < BATCH) {
            Some(last) => last.push(head, numbers),
            None => {
                let mut batch = Batch::default();
                batch.push(head, numbers);
                self.0.push(batch);
            }
        }
    }
}

/// Nodes of one depth, which all threads expand together.
pub struct Wave {
    /// The waves before it.
    pub number: u32,
    pub depth: u32,
    nodes: u64,
    batches: Mutex<std::vec::IntoIter<Batch>>,
    done: AtomicU64,
    /// Beyond this node no state may be counted.
    pub last: Option<u64>,
}

impl Wave {
    pub fn new(number: u32, depth: u32, found: impl IntoIterator<Item = Found>) -> Self {
        let batches: Vec<Batch> = found.into_iter().flat_map(|found| found.0).collect();
        let nodes = batches.iter().map(|batch| batch.len() as u64).sum();
        Wave { number, depth, nodes, batches: Mutex::new(batches.into_iter()), done: AtomicU64::new(0), last: None }
    }

    pub fn nodes(&self) -> u64 {
        self.nodes
    }

    pub fn take(&self) -> Option<Batch> {
        locked(&self.batches).next()
    }

    pub fn finish(&self, nodes: u64) {
        self.done.fetch_add(nodes, Ordering::Relaxed);
    }

    pub fn finished(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// With so many nodes at most, chosen by their keys: which thread reached which does not count.
    pub fn cut(self, most: u64, reached: &Reached) -> Wave {
        let batches: Vec<Batch> = locked(&self.batches).by_ref().collect();
        let places = |batch: usize| (0..batches[batch].len()).map(move |place| (batch, place));
        let key = |(batch, place): &(usize, usize)| batches[*batch].heads[*place].key;
        let mut nodes: Vec<(usize, usize)> = (0..batches.len()).flat_map(places).collect();
        nodes.retain(|node| reached.is_due(key(node), self.depth));
        nodes.sort_unstable_by_key(key);
        let last = most.checked_sub(1).and_then(|last| nodes.get(last as usize)).map(key);
        let mut kept = Found::default();
        for (batch, place) in nodes.into_iter().take(most as usize) {
            let Head { fingerprint, spent, key, projected } = batches[batch].heads[place];
            kept.add(Head { fingerprint, spent, key, projected }, batches[batch].numbers(place));
        }
        Wave { last, ..Wave::new(self.number, self.depth, [kept]) }
    }
}

/// For each state by its key, how it was reached.
#[derive(Default)]
pub struct Reached(Shared<u64, Way>);

struct Way {
    /// The state before it.
    before: u64,
    /// Where it is to be expanded.
    depth: u32,
    /// In which wave it was reached.
    wave: u32,
}

impl Reached {
    pub fn begin(&self, key: u64) {
        self.0.part(&key).insert(key, Way { before: key, depth: 1, wave: 0 });
    }

    /// Says that a step of a wave leads to a state, and asks for its depth only if it counts. Gives that depth to
    /// whoever is to see to it that the state is expanded there.
    pub fn reach(&self, key: u64, before: u64, wave: &Wave, depth: impl FnOnce() -> u32) -> Option<u32> {
        let mut part = self.0.part(&key);
        match part.entry(key) {
            hash_map::Entry::Vacant(new) => {
                let depth = depth();
                new.insert(Way { before, depth, wave: wave.number });
                Some(depth)
            }
            hash_map::Entry::Occupied(mut known) => {
                let known = known.get_mut();
                if known.wave < wave.number && known.depth <= wave.depth {
                    return None;
                }
                let depth = depth();
                let is_cheaper = depth < known.depth;
                // Of several ways that are equally short the least counts, whichever was found first.
                if is_cheaper || known.wave == wave.number && depth == known.depth && before < known.before {
                    *known = Way { before, depth, wave: wave.number };
                }
                is_cheaper.then_some(depth)
            }
        }
    }

    /// False for what has been reached more cheaply since it was put off to this depth.
    pub fn is_due(&self, key: u64, depth: u32) -> bool {
        self.0.part(&key).get(&key).is_none_or(|way| way.depth == depth)
    }

    /// The keys on the way to a state, without the initial one's.
    pub fn way(&self, mut key: u64) -> Vec<u64> {
        let mut way = Vec::new();
        while let Some(before) = self.0.part(&key).get(&key).map(|way| way.before).filter(|before| *before != key) {
            way.push(key);
            key = before;
        }
        way.reverse();
        way
    }
}
