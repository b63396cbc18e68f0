//! What servers and clients say to one another, by ZooKeeper's names. All of it goes over connections: one between each
//! two servers for the election, another between a leader and each learner, and one from a client to its server.

use std::sync::Arc;

use super::Call;
use super::election::Notification;
use super::log::{Place, Txn};
use super::machine::{KeyValue, Machine};
use super::zxid::Zxid;
use crate::sim::NodeId;

pub const ELECTION: u8 = 0;
pub const QUORUM: u8 = 1;
pub const CLIENT: u8 = 2;

/// What a client wants written, with where the answer goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request<M: Machine = KeyValue> {
    pub client: NodeId,
    pub xid: u64,
    pub op: M::Op,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message<M: Machine = KeyValue> {
    Notification(Notification),
    /// Follower to leader: the highest epoch that I have promised to follow.
    FollowerInfo {
        accepted: u32,
    },
    ObserverInfo {
        accepted: u32,
    },
    /// Leader: this is the new epoch.
    LeaderInfo {
        epoch: u32,
    },
    /// Learner: I promise. My history ends here and was last synchronized in this epoch; without one, do not count me.
    AckEpoch {
        current: Option<u32>,
        last: Zxid,
    },
    /// Leader: keep what you have; what follows is missing.
    Diff {
        last: Zxid,
    },
    /// Leader: go back to this.
    Trunc {
        to: Zxid,
    },
    /// Leader: a whole state of so many bytes follows, in parts.
    Snap {
        place: Place,
        bytes: u32,
        checksum: u64,
    },
    Chunk {
        offset: u32,
        bytes: Arc<[u8]>,
    },
    NewLeader {
        epoch: u32,
    },
    UpToDate,
    Proposal(Txn<M>),
    /// On my disk. With a counter of zero it answers NEWLEADER, and after it UPTODATE.
    Ack {
        zxid: Zxid,
    },
    Commit {
        zxid: Zxid,
    },
    /// To observers: proposed and committed at once.
    Inform(Txn<M>),
    Ping,
    Request(Request<M>),
    /// Learner to leader and back: all that was committed before is on its way before the answer.
    Sync {
        client: NodeId,
        xid: u64,
    },
    /// Client to server; `seen` is the newest zxid that this session knows.
    Ask {
        xid: u64,
        call: Call<M>,
        seen: Zxid,
    },
    Reply {
        xid: u64,
        reply: Reply<M>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply<M: Machine = KeyValue> {
    Done {
        answer: M::Answer,
        at: Zxid,
    },
    /// This server follows no leader.
    NotServing,
    /// The client has seen more than this server has.
    Behind,
}

pub const MESSAGES: &[&str] = &[
    "NOTIFICATION",
    "FOLLOWERINFO",
    "OBSERVERINFO",
    "LEADERINFO",
    "ACKEPOCH",
    "DIFF",
    "TRUNC",
    "SNAP",
    "CHUNK",
    "NEWLEADER",
    "UPTODATE",
    "PROPOSAL",
    "ACK",
    "COMMIT",
    "INFORM",
    "PING",
    "REQUEST",
    "SYNC",
    "ASK",
    "REPLY",
];

impl<M: Machine> Message<M> {
    pub fn kind(&self) -> u8 {
        match self {
            Message::Notification(_) => 0,
            Message::FollowerInfo { .. } => 1,
            Message::ObserverInfo { .. } => 2,
            Message::LeaderInfo { .. } => 3,
            Message::AckEpoch { .. } => 4,
            Message::Diff { .. } => 5,
            Message::Trunc { .. } => 6,
            Message::Snap { .. } => 7,
            Message::Chunk { .. } => 8,
            Message::NewLeader { .. } => 9,
            Message::UpToDate => 10,
            Message::Proposal(_) => 11,
            Message::Ack { .. } => 12,
            Message::Commit { .. } => 13,
            Message::Inform(_) => 14,
            Message::Ping => 15,
            Message::Request(_) => 16,
            Message::Sync { .. } => 17,
            Message::Ask { .. } => 18,
            Message::Reply { .. } => 19,
        }
    }

    pub fn channel(&self) -> u8 {
        match self {
            Message::Notification(_) => ELECTION,
            Message::Ask { .. } | Message::Reply { .. } => CLIENT,
            _ => QUORUM,
        }
    }

    pub fn size(&self) -> u32 {
        match self {
            Message::Chunk { bytes, .. } => 24 + bytes.len() as u32,
            Message::Proposal(_) | Message::Inform(_) | Message::Request(_) => 96,
            _ => 48,
        }
    }
}
