//! The states that are to be expanded, wave by wave, and how each one was reached.

use std::collections::hash_map;
use std::hash::Hasher as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Spent;
use super::pieces::State;
use super::tables::{Quick, Shared, locked};
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
pub struct Found {
    batches: Vec<Batch>,
    /// Some are not to be expanded: since they were put here, others have taken their places.
    pub is_contested: bool,
}

impl Found {
    pub fn push(&mut self, state: &State, spent: Spent, key: u64, projected: u64) {
        self.add(Head { fingerprint: state.fingerprint, spent, key, projected }, state.numbers());
    }

    fn add(&mut self, head: Head, numbers: &[u32]) {
        match self.batches.last_mut().filter(|last| last.len() < BATCH) {
            Some(last) => last.push(head, numbers),
            None => {
                let mut batch = Batch::default();
                batch.push(head, numbers);
                self.batches.push(batch);
            }
        }
    }
}

/// Nodes of one depth, which all threads expand together.
pub struct Wave {
    /// Counted from 1.
    pub number: u32,
    pub depth: u32,
    /// The first wave of this depth.
    pub first: u32,
    nodes: u64,
    batches: Mutex<std::vec::IntoIter<Batch>>,
    pub is_contested: bool,
    done: AtomicU64,
    /// Beyond this node no state may be counted.
    pub last: Option<u64>,
}

impl Wave {
    pub fn new((number, depth, first): (u32, u32, u32), found: impl IntoIterator<Item = Found>) -> Self {
        let (mut batches, mut is_contested) = (Vec::new(), false);
        for found in found {
            batches.extend(found.batches);
            is_contested |= found.is_contested;
        }
        let nodes = batches.iter().map(|batch| batch.len() as u64).sum();
        let (batches, done) = (Mutex::new(batches.into_iter()), AtomicU64::new(0));
        Wave { number, depth, first, nodes, batches, is_contested, done, last: None }
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
        let numbers = |(batch, place): &(usize, usize)| batches[*batch].numbers(*place);
        nodes.retain(|node| !self.is_contested || reached.is_due(key(node), numbers(node), &self));
        nodes.sort_unstable_by_key(key);
        nodes.dedup_by_key(|node| key(node));
        let last = most.checked_sub(1).and_then(|last| nodes.get(last as usize)).map(key);
        let mut kept = Found::default();
        for (batch, place) in nodes.into_iter().take(most as usize) {
            let Head { fingerprint, spent, key, projected } = batches[batch].heads[place];
            kept.add(Head { fingerprint, spent, key, projected }, numbers(&(batch, place)));
        }
        Wave { last, ..Wave::new((self.number, self.depth, self.first), [kept]) }
    }
}

/// For each state by its key, how it was reached.
#[derive(Default)]
pub struct Reached(Shared<u64, Way>);

struct Way {
    /// The state before it.
    before: u64,
    /// Twice the number of the wave in which it was reached, and one more if it was put off to the next depth.
    turn: u32,
    /// A hash of its pieces: states with the same key may differ in counts, which tell in what comes later.
    pieces: u32,
}

impl Way {
    fn new(before: u64, wave: &Wave, is_far: bool, numbers: &[u32]) -> Self {
        Way { before, turn: 2 * wave.number + u32::from(is_far), pieces: digest(numbers) }
    }

    fn is_far(&self) -> bool {
        self.turn % 2 == 1
    }

    fn is_due(&self, numbers: &[u32], wave: &Wave) -> bool {
        self.is_far() == (wave.number == wave.first) && self.pieces == digest(numbers)
    }
}

fn digest(numbers: &[u32]) -> u32 {
    let mut hasher = Quick::default();
    numbers.iter().for_each(|number| hasher.write_u32(*number));
    hasher.finish() as u32
}

/// Where a node is to be put: to the nodes of the same depth or of the next one.
pub struct Put {
    pub is_far: bool,
    /// Where the node is that it takes the place of.
    pub instead: Option<bool>,
}

impl Reached {
    pub fn begin(&self, node: &Node) {
        self.0
            .part(&node.key)
            .insert(node.key, Way { before: node.key, turn: 1, pieces: digest(node.state.numbers()) });
    }

    /// Says that a step of a wave leads to a state; whether it leads to the next depth is asked only if that counts. Of
    /// several ways that are equally short the one from the least key is kept, whichever is found first.
    pub fn reach(
        &self,
        (key, state): (u64, &State),
        before: u64,
        wave: &Wave,
        is_far: impl FnOnce() -> bool,
    ) -> Option<Put> {
        match self.0.part(&key).entry(key) {
            hash_map::Entry::Vacant(new) => {
                let is_far = is_far();
                new.insert(Way::new(before, wave, is_far, state.numbers()));
                Some(Put { is_far, instead: None })
            }
            hash_map::Entry::Occupied(mut known) => {
                let known = known.get_mut();
                let is_less = known.turn >= 2 * wave.number && before < known.before;
                let is_put_off = known.is_far() && known.turn >= 2 * wave.first;
                if !is_less && !is_put_off {
                    return None;
                }
                let (was_far, is_far) = (known.is_far(), is_far());
                let is_nearer = was_far && !is_far;
                if !is_nearer && (is_far != was_far || !is_less) {
                    return None;
                }
                let way = Way::new(before, wave, is_far, state.numbers());
                let is_same = !is_nearer && way.pieces == known.pieces;
                *known = way;
                (!is_same).then_some(Put { is_far, instead: Some(was_far) })
            }
        }
    }

    /// Whether a node of a wave is the one that counts, and has not been taken before.
    pub fn take(&self, node: &Node, wave: &Wave) -> bool {
        let mut part = self.0.part(&node.key);
        let Some(known) = part.get_mut(&node.key) else { return false };
        let is_due = known.is_due(node.state.numbers(), wave);
        if is_due {
            known.pieces = !known.pieces;
        }
        is_due
    }

    fn is_due(&self, key: u64, numbers: &[u32], wave: &Wave) -> bool {
        self.0.part(&key).get(&key).is_some_and(|known| known.is_due(numbers, wave))
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
