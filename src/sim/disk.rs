//! A node's disk: records in files, durable up to where each file was last synced.

use std::collections::VecDeque;
use std::sync::Arc;

use super::action::Due;
use super::event::Event;
use super::id::NodeId;
use super::observer::{Observer, What};
use super::protocol::Protocol;
use super::queue::{Key, Rank};
use super::random;
use super::world::{NoEffect, World};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk<P: Protocol> {
    /// What would be found after a crash now.
    stable: Arc<P::Stable>,
    files: Vec<File<P>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct File<P: Protocol> {
    /// Counted since the node booted.
    durable: u64,
    unsynced: VecDeque<P::Record>,
    syncing: Option<Sync>,
    /// Another sync is wanted after that one; this entry asked for it first.
    again: Option<u32>,
}

/// A sync under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sync {
    /// It covers this many records.
    upto: u64,
    cause: u32,
}

impl<P: Protocol> Default for File<P> {
    fn default() -> Self {
        File { durable: 0, unsynced: VecDeque::new(), syncing: None, again: None }
    }
}

impl<P: Protocol> File<P> {
    fn begin(&mut self, cause: u32) {
        self.syncing = Some(Sync { upto: self.durable + self.unsynced.len() as u64, cause });
    }
}

impl<P: Protocol> Default for Disk<P> {
    fn default() -> Self {
        Disk { stable: Arc::default(), files: Vec::new() }
    }
}

impl<P: Protocol> Disk<P> {
    pub fn stable(&self) -> &P::Stable {
        &self.stable
    }

    /// A sync is under way: what nobody forces is not waited for.
    pub fn is_syncing(&self) -> bool {
        self.syncing().next().is_some()
    }

    pub fn unsynced(&self) -> u32 {
        self.files.iter().map(|f| f.unsynced.len() as u32).sum()
    }

    /// Records written to a file and not yet durable, oldest first.
    pub fn pending(&self, file: u8) -> impl Iterator<Item = &P::Record> {
        self.files.get(usize::from(file)).into_iter().flat_map(|f| f.unsynced.iter())
    }

    /// The files whose sync is under way.
    pub fn syncing(&self) -> impl Iterator<Item = u8> + '_ {
        self.files.iter().enumerate().filter(|(_, file)| file.syncing.is_some()).map(|(number, _)| number as u8)
    }

    /// What the world's fingerprint takes from a file beside its records: counted from what is durable, so that two
    /// histories that end alike are alike.
    pub(super) fn progress(&self, file: u8) -> Option<(u64, bool)> {
        let file = self.files.get(usize::from(file))?;
        file.syncing.map(|sync| (sync.upto - file.durable, file.again.is_some()))
    }

    /// How many records of each file this incarnation has made durable.
    pub(super) fn durable(&self) -> Vec<u64> {
        self.files.iter().map(|file| file.durable).collect()
    }

    fn file(&mut self, file: u8) -> &mut File<P> {
        let index = usize::from(file);
        if self.files.len() <= index {
            self.files.resize(index + 1, File::default());
        }
        &mut self.files[index]
    }

    pub(super) fn write(&mut self, file: u8, record: P::Record) {
        self.file(file).unsynced.push_back(record);
    }

    /// Asks for a sync; true if it starts now, false if it follows the one under way.
    fn sync(&mut self, file: u8, cause: u32) -> bool {
        let file = self.file(file);
        if file.syncing.is_some() {
            file.again.get_or_insert(cause);
            return false;
        }
        file.begin(cause);
        true
    }

    /// The sync under way is done; gives it, and whether another one begins now.
    fn persisted(&mut self, file: u8) -> Option<(Sync, bool)> {
        let stable = Arc::make_mut(&mut self.stable);
        let file = self.files.get_mut(usize::from(file))?;
        let done = file.syncing.take()?;
        while file.durable < done.upto {
            let Some(record) = file.unsynced.pop_front() else { break };
            P::replay(stable, &record);
            file.durable += 1;
        }
        let again = file.again.take();
        if let Some(cause) = again {
            file.begin(cause);
        }
        Some((done, again.is_some()))
    }

    /// Each file loses its own unsynced suffix; torn, only the later half of it.
    pub(super) fn crash(&mut self, torn: bool) {
        let stable = Arc::make_mut(&mut self.stable);
        for file in &mut self.files {
            if torn {
                let kept = file.unsynced.len().div_ceil(2);
                for record in file.unsynced.drain(..kept) {
                    P::replay(stable, &record);
                }
            }
            *file = File::default();
        }
    }
}

impl<P: Protocol> World<P> {
    pub(super) fn sync(&mut self, node: NodeId, file: u8, cause: u32) {
        if self.slot_mut(node).disk.sync(file, cause) {
            self.schedule_sync(node, file);
        }
    }

    fn schedule_sync(&mut self, node: NodeId, file: u8) {
        let (now, seed) = (self.now, self.physics.seed);
        let latency = self.physics.disk;
        let slot = Arc::make_mut(&mut self.slots[usize::from(node.0)]);
        let stream = || random::fold(&[3, u64::from(node.0), u64::from(file)]);
        let bits = slot.draws.draw(seed, u64::from(file), stream, now);
        let at = now + latency.at(bits) + slot.slow_disk;
        let key = Key::new(at, Rank::Persist, node, node, u32::from(file));
        let index = usize::from(file);
        if slot.syncs.len() <= index {
            slot.syncs.resize(index + 1, None);
        }
        slot.syncs[index] = Some(key);
        self.queue.insert(key, Due::Persist { node, file });
    }

    pub(super) fn persist(&mut self, node: NodeId, file: u8, observer: &mut impl Observer<P>) -> Result<(), NoEffect> {
        let slot = self.slot_mut(node);
        let Some((Sync { upto, cause }, again)) = slot.disk.persisted(file) else {
            return Err(NoEffect("no sync is under way there".to_owned()));
        };
        if let Some(key) = slot.syncs[usize::from(file)].take() {
            self.queue.remove(key);
        }
        if again {
            self.schedule_sync(node, file);
        }
        self.cause = cause;
        self.cause = self.see(node, What::Durable { file, upto }, observer);
        self.perceive(node, Event::Durable { file, upto }, observer);
        Ok(())
    }
}
