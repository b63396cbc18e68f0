//! A log in chunks that copies share.
//!
//! A run keeps many copies of a world, and a log only grows at its end: a copy clones one pointer per chunk, and a push
//! after it copies one chunk at most. Entries are numbered from 1 (or from where the log begins), and keep their numbers
//! when the beginning is forgotten.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

const CHUNK: usize = 64;

#[derive(Clone)]
pub struct ChunkedLog<T> {
    /// The number of the first entry of the first chunk. Every chunk but the last is full.
    origin: u64,
    /// The number of the first entry that is still part of the log.
    first: u64,
    /// The number that the next entry gets.
    next: u64,
    chunks: VecDeque<Arc<Vec<T>>>,
}

impl<T> Default for ChunkedLog<T> {
    fn default() -> Self {
        ChunkedLog::starting_at(1)
    }
}

impl<T> ChunkedLog<T> {
    /// An empty log whose first entry will have this number.
    pub fn starting_at(first: u64) -> ChunkedLog<T> {
        ChunkedLog { origin: first, first, next: first, chunks: VecDeque::new() }
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        self.next - self.first
    }

    pub fn is_empty(&self) -> bool {
        self.next == self.first
    }

    /// The number of the first entry, or of the next one if there is none.
    pub fn first_index(&self) -> u64 {
        self.first
    }

    /// The number that the next entry gets.
    pub fn next_index(&self) -> u64 {
        self.next
    }

    pub fn get(&self, index: u64) -> Option<&T> {
        if index < self.first || index >= self.next {
            return None;
        }
        let place = (index - self.origin) as usize;
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)
    }

    pub fn last(&self) -> Option<&T> {
        self.get(self.next.checked_sub(1)?)
    }

    /// The entries from this number on, with their numbers.
    pub fn iter_from(&self, index: u64) -> impl Iterator<Item = (u64, &T)> {
        (index.max(self.first)..self.next).filter_map(|index| Some((index, self.get(index)?)))
    }

    pub fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.iter_from(self.first)
    }

    /// Forgets the entries up to and including this number; the others keep their numbers.
    pub fn forget_upto(&mut self, index: u64) {
        self.first = self.first.max(index.saturating_add(1).min(self.next));
        while self.first - self.origin >= CHUNK as u64 && self.chunks.pop_front().is_some() {
            self.origin += CHUNK as u64;
        }
    }
}

impl<T: Clone> ChunkedLog<T> {
    /// Appends an entry and returns its number.
    pub fn push(&mut self, entry: T) -> u64 {
        match self.chunks.back_mut().filter(|chunk| chunk.len() < CHUNK) {
            Some(chunk) => Arc::make_mut(chunk).push(entry),
            None => self.chunks.push_back(Arc::new(vec![entry])),
        }
        self.next += 1;
        self.next - 1
    }

    /// Removes the entries after this number.
    pub fn truncate_after(&mut self, index: u64) {
        let next = index.saturating_add(1).max(self.first);
        if next >= self.next {
            return;
        }
        self.next = next;
        let kept = (next - self.origin) as usize;
        self.chunks.truncate(kept.div_ceil(CHUNK));
        if let Some(last) = self.chunks.back_mut().filter(|_| !kept.is_multiple_of(CHUNK)) {
            Arc::make_mut(last).truncate(kept % CHUNK);
        }
    }
}

impl<T: PartialEq> PartialEq for ChunkedLog<T> {
    fn eq(&self, other: &Self) -> bool {
        self.first == other.first && self.next == other.next && self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for ChunkedLog<T> {}

impl<T: Hash> Hash for ChunkedLog<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.first, self.next).hash(state);
        self.iter().for_each(|(_, entry)| entry.hash(state));
    }
}

impl<T: fmt::Debug> fmt::Debug for ChunkedLog<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(first: u64, entries: impl IntoIterator<Item = u64>) -> ChunkedLog<u64> {
        let mut log = ChunkedLog::starting_at(first);
        for entry in entries {
            log.push(entry);
        }
        log
    }

    #[test]
    fn entries_are_numbered_from_where_the_log_begins() {
        for (first, count) in [(1, 0), (1, 1), (1, 64), (1, 65), (500, 200)] {
            let log = log(first, first..first + count);
            assert_eq!((log.len(), log.first_index(), log.next_index()), (count, first, first + count));
            assert!((first..first + count).all(|i| log.get(i) == Some(&i)));
            assert_eq!((log.get(first.wrapping_sub(1)), log.get(first + count)), (None, None));
            assert_eq!(log.last().copied(), (count > 0).then(|| first + count - 1));
        }
    }

    /// Against a plain vector: every pair of a place to forget up to and a place to cut after, then a push.
    #[test]
    fn forgetting_and_cutting_keep_the_numbers() {
        for forgotten in [0, 1, 63, 64, 65, 130, 200] {
            for cut in [0, 1, 62, 63, 64, 65, 127, 128, 129, 150, 199, 300] {
                let mut log = log(1, 1..=200);
                log.forget_upto(forgotten);
                log.truncate_after(cut);
                let pushed = log.push(7);
                let mut kept: Vec<(u64, u64)> = (forgotten + 1..=cut.min(200)).map(|i| (i, i)).collect();
                let expected = cut.min(200).max(forgotten) + 1;
                kept.push((expected, 7));
                assert_eq!(pushed, expected, "forgotten {forgotten}, cut {cut}");
                assert_eq!(log.iter().map(|(i, e)| (i, *e)).collect::<Vec<_>>(), kept);
            }
        }
    }

    #[test]
    fn equality_is_of_contents_and_not_of_chunks() {
        let whole = log(101, 101..=200);
        let mut shortened = log(1, 1..=200);
        shortened.forget_upto(100);
        assert_eq!(whole, shortened);
        shortened.truncate_after(199);
        assert_ne!(whole, shortened);
    }

    #[test]
    fn a_copy_shares_what_it_does_not_change() {
        let mut log = log(1, 1..=200);
        let copy = log.clone();
        log.truncate_after(150);
        log.push(7);
        assert_eq!(copy.iter().count(), 200);
        assert!(Arc::ptr_eq(&log.chunks[0], &copy.chunks[0]) && Arc::ptr_eq(&log.chunks[1], &copy.chunks[1]));
    }
}
