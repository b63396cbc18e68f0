//! What one state cannot tell: the lock queue's own memory, fed in the order of the log, and the state of each copy.

use std::collections::BTreeMap;

use super::LockService;
use crate::protocols::lock_queue;
use crate::protocols::zab::Zxid;
use crate::sim::{NodeId, What, Witness};

/// What nodes tell the ghost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// A leader keeps the table from here on, with all up to here performed.
    Leads { epoch: u32, upto: Zxid },
    /// A copy of the table has performed this.
    Performed { zxid: Zxid, digest: u64 },
    /// What the lock queue tells; with the operation of the log that it came of, if it came of one.
    Lock { at: Option<Zxid>, output: lock_queue::Output },
}

/// How many states are compared.
const REMEMBERED: usize = 256;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ghost {
    pub locks: lock_queue::Ghost,
    /// The newest leader, by its epoch.
    leader: Option<(u32, NodeId)>,
    /// What the newest leader began with. A former leader that learns late what was committed tells nothing new.
    floor: Zxid,
    digests: BTreeMap<Zxid, u64>,
    pub diverged: Option<String>,
}

impl Ghost {
    /// Whether some copy has performed this because it was committed, as far as that is remembered.
    pub fn is_agreed(&self, zxid: Zxid) -> bool {
        zxid == Zxid::NONE || self.digests.contains_key(&zxid)
    }

    pub fn witness(&mut self, witness: &Witness<'_, LockService>) {
        let What::Output { output } = witness.what else { return };
        match output {
            Output::Leads { epoch, upto } => {
                // One that learns late that it was elected finds the past, and changes nothing.
                if self.leader.is_none_or(|(newest, _)| *epoch > newest) {
                    self.leader = Some((*epoch, witness.node));
                    self.floor = *upto;
                }
            }
            Output::Performed { zxid, digest } => self.compare(*zxid, *digest),
            Output::Lock { at: Some(zxid), .. } if *zxid <= self.floor => {}
            Output::Lock { output: lock_queue::Output::Recovered { .. }, .. }
                if self.leader.is_none_or(|(_, newest)| newest != witness.node) => {}
            Output::Lock { output, .. } => self.locks.on_output(witness.node, output),
        }
    }

    fn compare(&mut self, zxid: Zxid, digest: u64) {
        let known = *self.digests.entry(zxid).or_insert(digest);
        if known != digest && self.diverged.is_none() {
            self.diverged = Some(format!("after {zxid} two copies of the table differ"));
        }
        if self.digests.len() > REMEMBERED {
            self.digests.pop_first();
        }
    }

    pub fn has_performed(&self) -> bool {
        !self.digests.is_empty()
    }
}
