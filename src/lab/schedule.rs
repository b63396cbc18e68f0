//! The only input of a run: what is commanded, and when.

use super::command::Command;
use super::frame::Position;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Position,
    pub command: Command,
}

/// Entries by position; those of one position in the order in which they were said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    entries: Vec<Entry>,
}

impl Schedule {
    /// Adds an entry behind those of the same position; returns its place.
    pub fn insert(&mut self, entry: Entry) -> u32 {
        let place = self.entries.partition_point(|other| other.at <= entry.at);
        self.entries.insert(place, entry);
        place as u32
    }

    pub fn remove(&mut self, place: u32) -> Option<Entry> {
        let place = place as usize;
        (place < self.entries.len()).then(|| self.entries.remove(place))
    }

    pub fn get(&self, place: usize) -> Option<&Entry> {
        self.entries.get(place)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Whether anything is commanded after a position.
    pub fn goes_on_after(&self, at: Position) -> bool {
        self.entries.last().is_some_and(|entry| entry.at > at)
    }
}
