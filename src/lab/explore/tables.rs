//! Tables that the threads of a search fill together. What is in one stays as it is, so that it may be remembered
//! elsewhere, and most of it is read without a lock.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::iter::repeat_with;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

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

/// What a panic leaves is never looked at: it ends the search.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A table in parts, each with a lock of its own.
pub struct Shared<K, V> {
    parts: Box<[Mutex<Table<K, V>>]>,
}

/// Many more than threads, so that two seldom meet.
const PARTS: usize = 256;

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Shared { parts: repeat_with(Mutex::default).take(PARTS).collect() }
    }
}

impl<K: Eq + Hash, V> Shared<K, V> {
    /// The part that a key belongs to.
    pub fn part(&self, key: &K) -> MutexGuard<'_, Table<K, V>> {
        // Within a part, a table goes by the other bits.
        let bits = BuildHasherDefault::<Quick>::default().hash_one(key) >> 40;
        locked(&self.parts[bits as usize % PARTS])
    }
}

/// A shared table of numbers, and what one thread has seen of it: most of what is looked up was looked up before.
pub struct Glance<'a, K> {
    seen: Table<K, u32>,
    /// None for a thread that is alone.
    shared: Option<&'a Shared<K, u32>>,
}

impl<'a, K: Copy + Eq + Hash> Glance<'a, K> {
    pub fn new(shared: &'a Shared<K, u32>, is_alone: bool) -> Self {
        Glance { seen: Table::default(), shared: Some(shared).filter(|_| !is_alone) }
    }

    pub fn get(&mut self, key: K) -> Option<u32> {
        if let Some(seen) = self.seen.get(&key) {
            return Some(*seen);
        }
        let known = *self.shared?.part(&key).get(&key)?;
        self.seen.insert(key, known);
        Some(known)
    }

    /// What another thread has entered meanwhile stays.
    pub fn enter(&mut self, key: K, value: impl FnOnce() -> u32) -> u32 {
        let value = match self.shared {
            Some(shared) => *shared.part(&key).entry(key).or_insert_with(value),
            None => value(),
        };
        self.seen.insert(key, value);
        value
    }
}

/// A list that grows at its end and is read without a lock.
pub struct Grown<T> {
    next: AtomicU32,
    /// Each has twice the room of the one before it.
    rooms: [OnceLock<Box<[OnceLock<T>]>>; ROOMS as usize],
}

const ROOMS: u32 = u32::BITS - FIRST_ROOM;
/// Its size as a power of two.
const FIRST_ROOM: u32 = 6;

impl<T> Default for Grown<T> {
    fn default() -> Self {
        Grown { next: AtomicU32::new(0), rooms: [const { OnceLock::new() }; ROOMS as usize] }
    }
}

impl<T> Grown<T> {
    /// Its number.
    pub fn push(&self, thing: T) -> u32 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (room, place) = Self::place(number);
        let size = 1_usize << (FIRST_ROOM + room as u32);
        let room = self.rooms[room].get_or_init(|| repeat_with(OnceLock::new).take(size).collect());
        assert!(room[place].set(thing).is_ok(), "a number is given once");
        number
    }

    pub fn get(&self, number: u32) -> &T {
        let (room, place) = Self::place(number);
        self.rooms[room].get().and_then(|room| room[place].get()).expect("a number that was given")
    }

    fn place(number: u32) -> (usize, usize) {
        let from_first = number + (1 << FIRST_ROOM);
        let size = from_first.ilog2();
        ((size - FIRST_ROOM) as usize, (from_first - (1 << size)) as usize)
    }
}

/// Numbers for things, each known by a hash of what it is.
#[derive(Default)]
pub struct Numbers {
    next: AtomicU32,
    known: Shared<u64, u32>,
}

impl Numbers {
    pub fn number(&self, identity: u64) -> u32 {
        let next = || self.next.fetch_add(1, Ordering::Relaxed);
        *self.known.part(&identity).entry(identity).or_insert_with(next)
    }
}

/// Things that are kept and numbered once each.
pub struct Numbered<T> {
    known: Shared<u64, u32>,
    things: Grown<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { known: Shared::default(), things: Grown::default() }
    }
}

impl<T> Numbered<T> {
    pub fn number(&self, identity: u64, make: impl FnOnce() -> T) -> u32 {
        *self.known.part(&identity).entry(identity).or_insert_with(|| self.things.push(make()))
    }

    pub fn get(&self, number: u32) -> &T {
        self.things.get(number)
    }
}
