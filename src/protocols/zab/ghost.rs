//! What one state cannot tell, remembered for the claims: who led in which epoch and with what history, the one order of
//! what was delivered, what each server has promised, and what each client has seen.

use std::collections::BTreeMap;

use litemap::LiteMap;

use super::Zab;
use super::election::Vote;
use super::log::Log;
use super::machine::{KeyValue, Machine};
use super::message::Message;
use super::zxid::Zxid;
use crate::parts::ChunkedLog;
use crate::sim::{NodeId, OperationId, Time, What, Witness};

/// What nodes tell the ghost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Output<M: Machine = KeyValue> {
    /// A server decides by the votes of a round.
    Elects {
        vote: Vote,
        own: Option<Vote>,
    },
    /// A learner answers for an epoch: it will follow no older one.
    Promises {
        epoch: u32,
    },
    /// A learner answers NEWLEADER.
    Enters {
        epoch: u32,
    },
    Established {
        epoch: u32,
        last: Zxid,
        log: Log<M>,
    },
    StepsDown {
        epoch: u32,
    },
    /// A server no longer serves.
    Leaves,
    Proposes {
        zxid: Zxid,
        txn: u64,
    },
    Commits {
        zxid: Zxid,
    },
    /// A server begins to serve, with all up to here delivered.
    Serves {
        zxid: Zxid,
        digest: u64,
    },
    /// A server performs a committed transaction; the answer is for whoever composes this with something else.
    Delivers {
        zxid: Zxid,
        txn: u64,
        digest: u64,
        answer: M::Answer,
    },
    /// A client is told that its write is done.
    Acknowledges {
        zxid: Zxid,
    },
    /// A client was answered from this state.
    Saw {
        zxid: Zxid,
        wrote: Option<OperationId>,
    },
}

/// An established leader and what it proposed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reign {
    pub epoch: u32,
    pub leader: NodeId,
    /// The end of the history with which it began.
    pub inherited: Zxid,
    proposals: ChunkedLog<u64>,
}

/// A transaction in the one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delivered {
    pub zxid: Zxid,
    txn: Option<u64>,
    digest: Option<u64>,
}

/// An acknowledged write, for the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Acknowledged {
    pub zxid: Zxid,
    pub at: Time,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ghost {
    /// By epoch, ascending.
    pub reigns: Vec<Reign>,
    pub order: ChunkedLog<Delivered>,
    /// The last transaction of each epoch in the order.
    pub last_of_epoch: LiteMap<u32, Zxid>,
    /// How far each serving server has delivered.
    pub delivered: LiteMap<NodeId, Zxid>,
    pub promised: LiteMap<NodeId, u32>,
    pub entered: LiteMap<NodeId, u32>,
    /// Acknowledgements sent in the newest step.
    pub acks: Vec<(NodeId, Zxid)>,
    pub acknowledged: ChunkedLog<Acknowledged>,
    /// What each client has seen, and the newest write that any was told of.
    seen: LiteMap<NodeId, Zxid>,
    written: Zxid,
    /// What was written before each operation under way began.
    floors: BTreeMap<OperationId, Zxid>,
    /// Claims of which something was judged, by their places, and the first violation of each.
    judged: u32,
    pub violated: LiteMap<&'static str, (String, Vec<NodeId>)>,
}

/// The claims that are judged here, as things happen.
const JUDGED: &[&str] = &[
    "one_established_leader_per_epoch",
    "leaders_have_all_committed",
    "prefix_consistency",
    "integrity",
    "agreement",
    "total_order",
    "local_primary_order",
    "global_primary_order",
    "primary_integrity",
    "elects_the_most_recent",
    "writes_linearizable",
    "sessions_monotonic",
];

/// Where a claim stands among those that are judged here.
pub const fn place(claim: &str) -> usize {
    let mut place = 0;
    while !is_same(JUDGED[place], claim) {
        place += 1;
    }
    place
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

impl Ghost {
    /// Whether the claim at this place was ever judged.
    pub fn has_judged(&self, place: usize) -> bool {
        self.judged >> place & 1 == 1
    }

    pub fn witness(&mut self, seen: &Witness<'_, Zab>) {
        let node = seen.node;
        match seen.what {
            What::Output { output } => self.on_output(node, output, seen.now),
            What::Sent { body, .. } => {
                if let Message::Ack { zxid } = ***body
                    && !zxid.opens_epoch()
                {
                    self.acks.push((node, zxid));
                }
            }
            What::Invoked { operation, .. } => {
                self.floors.insert(*operation, self.written);
            }
            What::Completed { operation, .. } => {
                self.floors.remove(operation);
            }
            What::Crashed { .. } => {
                self.acks.clear();
                self.delivered.remove(&node);
                self.seen.remove(&node);
            }
            What::Delivered { .. }
            | What::Fired { .. }
            | What::Durable { .. }
            | What::Offered { .. }
            | What::Resumed => {
                self.acks.clear();
            }
            _ => {}
        }
    }

    fn on_output(&mut self, node: NodeId, output: &Output, now: Time) {
        match output {
            Output::Elects { vote, own } => self.on_elects(node, *vote, *own),
            Output::Promises { epoch } => {
                self.promised.insert(node, *epoch);
            }
            Output::Enters { epoch } => {
                self.entered.insert(node, *epoch);
            }
            Output::Established { epoch, last, log } => self.on_established(node, *epoch, *last, log),
            Output::Leaves => {
                self.delivered.remove(&node);
            }
            Output::Proposes { zxid, txn } => self.on_proposes(*zxid, *txn),
            Output::Serves { zxid, digest } => self.on_serves(node, *zxid, *digest),
            Output::Delivers { zxid, txn, digest, .. } => self.on_delivers(node, *zxid, *txn, *digest),
            Output::Acknowledges { zxid } => {
                self.acknowledged.push(Acknowledged { zxid: *zxid, at: now });
            }
            Output::Saw { zxid, wrote } => self.on_saw(node, *zxid, *wrote),
            Output::StepsDown { .. } | Output::Commits { .. } => {}
        }
    }

    /// Something was judged; if it is not so, this is the violation.
    fn judge(&mut self, claim: &'static str, holds: bool, nodes: &[NodeId], says: impl FnOnce() -> String) {
        self.judged |= 1 << place(claim);
        if !holds {
            self.violated.entry(claim).or_insert_with(|| (says(), nodes.to_vec()));
        }
    }

    pub fn newest(&self) -> Option<&Reign> {
        self.reigns.last()
    }

    pub fn last(&self) -> Zxid {
        self.order.last().map_or(Zxid::NONE, |delivered| delivered.zxid)
    }

    /// Where a zxid stands in the one order.
    pub fn place(&self, zxid: Zxid) -> Option<u64> {
        let (mut low, mut high) = (self.order.first_index(), self.order.next_index());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.order.get(middle).is_some_and(|it| it.zxid < zxid) { low = middle + 1 } else { high = middle }
        }
        self.order.get(low).filter(|it| it.zxid == zxid).map(|_| low)
    }

    fn extend(&mut self, zxid: Zxid, txn: Option<u64>, digest: Option<u64>) {
        self.order.push(Delivered { zxid, txn, digest });
        self.last_of_epoch.insert(zxid.epoch, zxid);
    }

    /// Sets the state at a place, or compares it with what is known.
    fn compare(&mut self, place: u64, digest: u64) -> bool {
        let Some(known) = self.order.get(place).copied() else { return true };
        if known.digest.is_none() && place + 1 == self.order.next_index() {
            self.order.truncate_after(place - 1);
            self.order.push(Delivered { digest: Some(digest), ..known });
        }
        known.digest.is_none_or(|known| known == digest)
    }

    fn on_elects(&mut self, node: NodeId, vote: Vote, own: Option<Vote>) {
        let Some(own) = own else { return };
        self.judge("elects_the_most_recent", (vote.epoch, vote.zxid) >= (own.epoch, own.zxid), &[node], || {
            format!(
                "elected a leader at {} (epoch {}), being itself at {} ({})",
                vote.zxid, vote.epoch, own.zxid, own.epoch
            )
        });
    }

    fn on_established(&mut self, node: NodeId, epoch: u32, last: Zxid, log: &Log) {
        let other = self.reigns.iter().find(|reign| reign.epoch == epoch).map(|reign| reign.leader);
        let nodes: Vec<NodeId> = other.into_iter().chain([node]).collect();
        self.judge("one_established_leader_per_epoch", other.is_none(), &nodes, || {
            format!("epoch {epoch} has had a leader established before")
        });
        // A leader may find out late, long paused, that it was established; what later leaders committed is not its own.
        let committed =
            self.last_of_epoch.iter().rev().find(|(ended, _)| **ended < epoch).map_or(Zxid::NONE, |(_, zxid)| *zxid);
        let has_all = committed <= log.base().zxid || log.holds(committed);
        self.judge("leaders_have_all_committed", has_all, &[node], || {
            format!("the leader of epoch {epoch} has no {committed}, which was committed")
        });
        if log.base().zxid > self.last() {
            self.extend(log.base().zxid, None, None);
        }
        let from = log.floor(self.last()).map_or(log.base().index, |place| place.index);
        for (_, txn) in log.iter_from(from + 1).filter(|(_, txn)| txn.zxid <= last) {
            self.extend(txn.zxid, Some(txn.digest()), None);
        }
        if other.is_none() {
            let place = self.reigns.partition_point(|reign| reign.epoch < epoch);
            let reign = Reign { epoch, leader: node, inherited: last, proposals: ChunkedLog::default() };
            self.reigns.insert(place, reign);
        }
    }

    fn on_proposes(&mut self, zxid: Zxid, txn: u64) {
        if let Some(reign) = self.reigns.iter_mut().find(|reign| reign.epoch == zxid.epoch)
            && reign.proposals.next_index() == u64::from(zxid.counter)
        {
            reign.proposals.push(txn);
        }
    }

    fn on_serves(&mut self, node: NodeId, zxid: Zxid, digest: u64) {
        self.delivered.insert(node, zxid);
        if zxid == Zxid::NONE {
            return;
        }
        let place = self.place(zxid);
        let same = place.is_some_and(|place| self.compare(place, digest));
        self.judge("prefix_consistency", same, &[node], || match place {
            Some(_) => format!("a server serves at {zxid} in another state than others had there"),
            None => format!("a server serves at {zxid}, which no leader has committed"),
        });
    }

    fn on_delivers(&mut self, node: NodeId, zxid: Zxid, txn: u64, digest: u64) {
        let before = self.delivered.insert(node, zxid).unwrap_or_default();
        self.judge("total_order", zxid > before, &[node], || format!("{zxid} was delivered after {before}"));
        let follows = zxid.counter == 1 || before == Zxid::new(zxid.epoch, zxid.counter - 1);
        self.judge("local_primary_order", follows, &[node], || {
            format!("{zxid} was delivered after {before}, without what its leader had proposed in between")
        });
        let reign = self.reigns.iter().find(|reign| reign.epoch == zxid.epoch);
        let was_proposed = reign.is_some_and(|reign| reign.proposals.get(u64::from(zxid.counter)) == Some(&txn));
        self.judge("integrity", was_proposed, &[node], || format!("{zxid} was delivered and never proposed so"));
        let place = self.place(zxid);
        if self.reigns.len() > 1 {
            let is_newest = self.reigns.last().is_some_and(|newest| newest.epoch <= zxid.epoch);
            self.judge("primary_integrity", is_newest || place.is_some(), &[node], || {
                format!("{zxid} was delivered, and the leader of a later epoch had begun without it")
            });
        }
        match place {
            Some(place) => {
                let previous = self.order.get(place - 1).map_or(Zxid::NONE, |it| it.zxid);
                let same = self.order.get(place).is_some_and(|it| it.txn.is_none_or(|known| known == txn));
                self.judge("agreement", previous == before && same, &[node], || {
                    format!("{zxid} was delivered after {before}, elsewhere after {previous}")
                });
                let same = self.compare(place, digest);
                self.judge("prefix_consistency", same, &[node], || {
                    format!("after {zxid} a server is in another state than others were")
                });
            }
            None => {
                let last = self.last();
                self.judge("global_primary_order", zxid > last, &[node], || {
                    format!("{zxid} was delivered first after {last} was")
                });
                self.judge("agreement", before == last || zxid < last, &[node], || {
                    format!("{zxid} was delivered after {before}, without {last}, which others have")
                });
                if zxid > last {
                    self.extend(zxid, Some(txn), Some(digest));
                }
            }
        }
    }

    fn on_saw(&mut self, client: NodeId, zxid: Zxid, wrote: Option<OperationId>) {
        if let Some(&before) = self.seen.get(&client) {
            self.judge("sessions_monotonic", zxid >= before, &[client], || {
                format!("a client had seen {before} and was then answered from {zxid}")
            });
        }
        self.seen.insert(client, zxid);
        let Some(operation) = wrote else { return };
        let floor = self.floors.get(&operation).copied().unwrap_or_default();
        self.judge("writes_linearizable", zxid > floor, &[client], || {
            format!("a write became {zxid}, and {floor} had been acknowledged before it began")
        });
        self.written = self.written.max(zxid);
    }
}
