//! A node's disk: records in files, durable up to where each file was last synced.

use std::collections::VecDeque;
use std::sync::Arc;

use super::protocol::Protocol;

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
    /// The sync under way covers this many records, and another one is wanted after it.
    syncing: Option<u64>,
    again: bool,
}

impl<P: Protocol> Default for File<P> {
    fn default() -> Self {
        File { durable: 0, unsynced: VecDeque::new(), syncing: None, again: false }
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

    pub fn unsynced(&self) -> u32 {
        self.files.iter().map(|f| f.unsynced.len() as u32).sum()
    }

    /// Records written to a file and not yet durable, oldest first.
    pub fn pending(&self, file: u8) -> impl Iterator<Item = &P::Record> {
        self.files.get(usize::from(file)).into_iter().flat_map(|f| f.unsynced.iter())
    }

    pub(super) fn syncing(&self) -> impl Iterator<Item = (u8, u64)> + '_ {
        self.files.iter().enumerate().filter_map(|(i, f)| f.syncing.map(|upto| (i as u8, upto)))
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
    pub(super) fn sync(&mut self, file: u8) -> bool {
        let file = self.file(file);
        if file.syncing.is_some() {
            file.again = true;
            return false;
        }
        file.syncing = Some(file.durable + file.unsynced.len() as u64);
        true
    }

    /// The sync under way is done: how far the file is durable, and whether another one starts now.
    pub(super) fn persisted(&mut self, file: u8) -> Option<(u64, bool)> {
        let stable = Arc::make_mut(&mut self.stable);
        let entry = self.files.get_mut(usize::from(file))?;
        let upto = entry.syncing.take()?;
        while entry.durable < upto {
            let Some(record) = entry.unsynced.pop_front() else { break };
            P::replay(stable, &record);
            entry.durable += 1;
        }
        let again = std::mem::take(&mut entry.again);
        if again {
            entry.syncing = Some(entry.durable + entry.unsynced.len() as u64);
        }
        Some((upto, again))
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
