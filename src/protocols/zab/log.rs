//! The history: transactions in the order of their zxids, of which the beginning may be forgotten behind a snapshot.

use super::machine::{KeyValue, Machine};
use super::zxid::Zxid;
use crate::parts::ChunkedLog;
use crate::sim::NodeId;
use crate::sim::fingerprint::hash_of;

/// What a transaction takes on disk, in round numbers.
pub const TXN_BYTES: u64 = 64;

/// A proposal: an operation with its place in the one order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Txn<M: Machine = KeyValue> {
    pub zxid: Zxid,
    pub client: NodeId,
    /// The number that the client gave its request.
    pub xid: u64,
    pub op: M::Op,
}

impl<M: Machine> Txn<M> {
    pub fn digest(&self) -> u64 {
        hash_of(self)
    }
}

/// How many transactions a history has, and the last of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    pub index: u64,
    pub zxid: Zxid,
}

/// The machine after all transactions up to a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot<M: Machine = KeyValue> {
    pub place: Place,
    pub state: M,
}

/// Transactions by number, zxids ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log<M: Machine = KeyValue> {
    txns: ChunkedLog<Txn<M>>,
    /// What stands before the first transaction that is still there.
    base: Place,
}

impl<M: Machine> Log<M> {
    /// A log that begins behind a snapshot.
    pub fn after(base: Place) -> Log<M> {
        Log { txns: ChunkedLog::starting_at(base.index + 1), base }
    }

    pub fn base(&self) -> Place {
        self.base
    }

    pub fn last(&self) -> Place {
        self.txns.last().map_or(self.base, |txn| Place { index: self.txns.next_index() - 1, zxid: txn.zxid })
    }

    pub fn len(&self) -> u64 {
        self.txns.len()
    }

    pub fn is_empty(&self) -> bool {
        self.txns.is_empty()
    }

    pub fn get(&self, index: u64) -> Option<&Txn<M>> {
        self.txns.get(index)
    }

    pub fn iter_from(&self, index: u64) -> impl Iterator<Item = (u64, &Txn<M>)> {
        self.txns.iter_from(index)
    }

    pub fn zxid_at(&self, index: u64) -> Option<Zxid> {
        if index == self.base.index { Some(self.base.zxid) } else { self.get(index).map(|txn| txn.zxid) }
    }

    /// The last place that is not after this zxid; none if that is forgotten.
    pub fn floor(&self, zxid: Zxid) -> Option<Place> {
        if zxid < self.base.zxid {
            return None;
        }
        let (mut low, mut high) = (self.base.index, self.last().index);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.get(middle).is_some_and(|txn| txn.zxid <= zxid) { low = middle } else { high = middle - 1 }
        }
        self.zxid_at(low).map(|zxid| Place { index: low, zxid })
    }

    pub fn holds(&self, zxid: Zxid) -> bool {
        self.floor(zxid).is_some_and(|place| place.zxid == zxid)
    }

    pub fn push(&mut self, txn: Txn<M>) -> u64 {
        self.txns.push(txn)
    }

    pub fn truncate_after(&mut self, index: u64) {
        self.txns.truncate_after(index.max(self.base.index));
    }

    pub fn forget_upto(&mut self, index: u64) {
        if let Some(zxid) = self.zxid_at(index) {
            self.base = Place { index, zxid };
            self.txns.forget_upto(index);
        }
    }
}

#[cfg(test)]
pub fn log_of(zxids: &[(u32, u32)]) -> Log {
    let mut log = Log::default();
    for &(epoch, counter) in zxids {
        let op = crate::machines::key_value::Op::Get { key: "x".into() };
        log.push(Txn { zxid: Zxid::new(epoch, counter), client: NodeId(9), xid: 1, op });
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_the_last_place_not_after_a_zxid() {
        let mut log = log_of(&[(1, 1), (1, 2), (3, 1)]);
        for (zxid, expected) in [((0, 0), 0), ((1, 1), 1), ((1, 9), 2), ((2, 1), 2), ((3, 1), 3), ((4, 4), 3)] {
            assert_eq!(log.floor(Zxid::new(zxid.0, zxid.1)).map(|place| place.index), Some(expected), "{zxid:?}");
        }
        log.forget_upto(2);
        assert_eq!(log.floor(Zxid::new(1, 1)), None);
        assert_eq!((log.base().index, log.last().index, log.len()), (2, 3, 1));
        assert!(log.holds(Zxid::new(1, 2)) && !log.holds(Zxid::new(2, 2)));
        log.truncate_after(0);
        assert_eq!(log.last().index, 2, "what a snapshot covers is not cut");
    }
}
