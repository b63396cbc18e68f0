//! Messages in flight.

use super::epoch;
use crate::describe::{Epoch, Fill, LegendLine, Row, Shape, Tag};
use crate::protocols::zab::election::State;
use crate::protocols::zab::machine::Machine;
use crate::protocols::zab::message::{Message, Reply};

const YES: Fill = Fill::Reply { positive: true };
const NO: Fill = Fill::Reply { positive: false };

/// `first`: the first server's place in the roster.
pub fn tag<M: Machine>(body: &Message<M>, first: u16) -> Tag {
    let (label, shape, fill) = words(body, first);
    Tag { label, shape, fill, epoch: edge(body), rows: rows(body) }
}

fn words<M: Machine>(body: &Message<M>, first: u16) -> (String, Shape, Fill) {
    match body {
        Message::Notification(note) => {
            let fill = if note.state == State::Looking { Fill::Request } else { YES };
            let label =
                note.vote.map_or("who leads?".to_owned(), |vote| format!("vote n{}", vote.leader.0 - first + 1));
            (label, Shape::Election, fill)
        }
        Message::FollowerInfo { accepted } => (format!("FOLLOWERINFO e{accepted}"), Shape::Election, Fill::Request),
        Message::ObserverInfo { accepted } => (format!("OBSERVERINFO e{accepted}"), Shape::Election, Fill::Request),
        Message::LeaderInfo { epoch } => (format!("LEADERINFO e{epoch}"), Shape::Election, Fill::Request),
        Message::AckEpoch { last, .. } => (format!("ACKEPOCH {last}"), Shape::Election, YES),
        Message::Diff { last } => (format!("DIFF {last}"), Shape::Decision, Fill::Agreed),
        Message::Trunc { to } => (format!("TRUNC {to}"), Shape::Decision, Fill::Agreed),
        Message::Snap { place, .. } => (format!("SNAP {}", place.zxid), Shape::Bulk, Fill::Request),
        Message::Chunk { offset, bytes } => {
            (format!("CHUNK {}", *offset as usize + bytes.len()), Shape::Bulk, Fill::Request)
        }
        Message::NewLeader { epoch } => (format!("NEWLEADER e{epoch}"), Shape::Proposal, Fill::Request),
        Message::UpToDate => ("UPTODATE".to_owned(), Shape::Decision, Fill::Agreed),
        Message::Proposal(txn) => (format!("PROP {}", txn.zxid), Shape::Proposal, Fill::Request),
        Message::Ack { zxid } => (format!("ACK {zxid}"), Shape::Proposal, YES),
        Message::Commit { zxid } => (format!("COMMIT {zxid}"), Shape::Decision, Fill::Agreed),
        Message::Inform(txn) => (format!("INFORM {}", txn.zxid), Shape::Decision, Fill::Agreed),
        Message::Ping => ("PING".to_owned(), Shape::Routine, Fill::Request),
        Message::Request(request) => (request.op.to_string(), Shape::Proposal, Fill::Request),
        Message::Sync { .. } => ("SYNC".to_owned(), Shape::Proposal, Fill::Request),
        Message::Ask { call, .. } => (call.to_string(), Shape::Proposal, Fill::Request),
        Message::Reply { reply, .. } => match reply {
            Reply::Done { answer, .. } => (answer.to_string(), Shape::Decision, Fill::Agreed),
            Reply::NotServing => ("no leader".to_owned(), Shape::Decision, NO),
            Reply::Behind => ("behind you".to_owned(), Shape::Decision, NO),
        },
    }
}

fn edge<M: Machine>(body: &Message<M>) -> Option<Epoch> {
    match body {
        Message::Notification(note) => note.vote.map(|vote| epoch(vote.epoch)),
        Message::FollowerInfo { accepted } | Message::ObserverInfo { accepted } => Some(epoch(*accepted)),
        Message::LeaderInfo { epoch: number } | Message::NewLeader { epoch: number } => Some(epoch(*number)),
        Message::Proposal(txn) | Message::Inform(txn) => Some(epoch(txn.zxid.epoch)),
        Message::Ack { zxid } | Message::Commit { zxid } => Some(epoch(zxid.epoch)),
        _ => None,
    }
}

fn rows<M: Machine>(body: &Message<M>) -> Vec<Row> {
    match body {
        Message::Notification(note) => {
            let mut rows = vec![Row::new("round", note.round)];
            if let Some(vote) = note.vote {
                rows.push(Row::new("its history ends at", vote.zxid));
                rows.push(Row::new("its current epoch", vote.epoch));
            }
            rows
        }
        Message::AckEpoch { current, last } => vec![
            Row::new("history ends at", last),
            Row::new("counts", current.map_or("no: it had promised before".to_owned(), |e| format!("yes, from e{e}"))),
        ],
        Message::Snap { bytes, checksum, .. } => {
            vec![Row::new("bytes", bytes), Row::new("checksum", format!("{checksum:016x}"))]
        }
        Message::Proposal(txn) | Message::Inform(txn) => vec![Row::new("write", &txn.op)],
        Message::Ask { seen, .. } => vec![Row::new("the client has seen", seen)],
        Message::Reply { reply: Reply::Done { at, .. }, .. } => vec![Row::new("as of", at)],
        _ => Vec::new(),
    }
}

pub fn legend() -> Vec<LegendLine> {
    let line = |shape, fill, words: &str| LegendLine { shape, fill, words: words.to_owned() };
    vec![
        line(Shape::Election, Fill::Request, "vote, or epoch"),
        line(Shape::Election, YES, "answer to a vote or an epoch"),
        line(Shape::Proposal, Fill::Request, "proposal"),
        line(Shape::Proposal, YES, "acknowledged"),
        line(Shape::Decision, Fill::Agreed, "committed"),
        line(Shape::Decision, NO, "refused"),
        line(Shape::Bulk, Fill::Request, "snapshot"),
        line(Shape::Routine, Fill::Request, "ping"),
    ]
}
