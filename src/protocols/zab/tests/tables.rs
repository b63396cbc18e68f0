//! The pure decisions, as tables.

use litemap::LiteMap;

use crate::machines::key_value::{KeyValue, Op};
use crate::parts::ChunkedLog;
use crate::protocols::zab::discovery::{Acceptance, acceptance, is_more_recent, next_epoch};
use crate::protocols::zab::election::{Ballot, State, Vote, agree, beats, is_confirmed, is_quorum};
use crate::protocols::zab::log::{Log, log_of};
use crate::protocols::zab::synchronization::{History, Plan, open_snapshot, sync_decision};
use crate::protocols::zab::zxid::Zxid;
use crate::sim::NodeId;

fn vote(epoch: u32, zxid: (u32, u32), leader: u16) -> Vote {
    Vote { leader: NodeId(leader), zxid: Zxid::new(zxid.0, zxid.1), epoch }
}

#[test]
fn votes_are_ordered_by_epoch_then_history_then_id() {
    let ascending = [
        vote(0, (0, 0), 0),
        vote(0, (0, 0), 4),
        vote(0, (1, 1), 0),
        vote(1, (0, 0), 0),
        vote(1, (1, 7), 3),
        vote(1, (1, 8), 0),
        vote(2, (1, 1), 0),
        vote(2, (1, 1), 1),
    ];
    for (i, one) in ascending.iter().enumerate() {
        for (j, other) in ascending.iter().enumerate() {
            assert_eq!(beats(*one, *other), i > j, "{one:?} {other:?}");
        }
    }
}

#[test]
fn looking_votes_must_be_equal_and_settled_ones_agree_on_leader_and_epoch() {
    let ballot = |state, round, vote| Ballot { vote, round, state };
    let (a, later, newer) = (vote(1, (1, 5), 2), vote(1, (1, 9), 2), vote(2, (1, 5), 2));
    for (one, other, expected) in [
        (ballot(State::Looking, 1, a), ballot(State::Looking, 1, a), true),
        (ballot(State::Looking, 1, a), ballot(State::Looking, 2, a), false),
        (ballot(State::Looking, 1, a), ballot(State::Following, 1, later), false),
        (ballot(State::Following, 1, a), ballot(State::Leading, 3, later), true),
        (ballot(State::Following, 1, a), ballot(State::Leading, 1, newer), false),
    ] {
        assert_eq!((agree(&one, &other), agree(&other, &one)), (expected, expected), "{one:?} {other:?}");
    }
}

#[test]
fn a_leader_is_joined_only_when_it_says_so_itself() {
    let says = |state| Ballot { vote: vote(1, (1, 1), 2), round: 1, state };
    for (state, expected) in [(None, false), (Some(State::Following), false), (Some(State::Leading), true)] {
        let ballots: LiteMap<NodeId, Ballot> = state.map(|state| (NodeId(2), says(state))).into_iter().collect();
        assert_eq!(is_confirmed(&ballots, NodeId(2), NodeId(0), true), expected);
    }
    assert!(is_confirmed(&LiteMap::new(), NodeId(2), NodeId(2), true));
    assert!(!is_confirmed(&LiteMap::new(), NodeId(2), NodeId(2), false));
}

#[test]
fn a_quorum_is_more_than_half() {
    for (voters, needed) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4), (9, 5)] {
        assert!(is_quorum(needed, voters) && !is_quorum(needed - 1, voters), "{voters}");
    }
}

#[test]
fn epochs_only_grow() {
    for (accepted, expected) in [(vec![], 1), (vec![0, 0, 0], 1), (vec![3, 1], 4), (vec![u32::MAX], u32::MAX)] {
        assert_eq!(next_epoch(accepted), expected);
    }
    for (accepted, announced, expected) in
        [(0, 1, Acceptance::New), (4, 4, Acceptance::Again), (5, 4, Acceptance::Refused), (3, 9, Acceptance::New)]
    {
        assert_eq!(acceptance(accepted, announced), expected);
    }
    let z = Zxid::new;
    for (follower, leader, expected) in [
        ((1, z(1, 5)), (1, z(1, 5)), false),
        ((1, z(1, 6)), (1, z(1, 5)), true),
        ((1, z(1, 9)), (2, z(1, 5)), false),
        ((3, z(1, 1)), (2, z(2, 5)), true),
    ] {
        assert_eq!(is_more_recent(follower, leader), expected);
    }
}

fn decide(disk: &Log, first_in_memory: u64, limit: u64, peer: (u32, u32)) -> Plan {
    let mut committed = ChunkedLog::starting_at(first_in_memory);
    for (_, txn) in disk.iter_from(first_in_memory) {
        committed.push(txn.clone());
    }
    let history = History { committed: &committed, disk, processed: disk.last().zxid, limit };
    sync_decision(&history, Zxid::new(peer.0, peer.1))
}

/// The leader has 1:1 to 1:3, 3:1, 3:2.
#[test]
fn a_learner_is_synchronized_by_where_its_history_ends() {
    let log = log_of(&[(1, 1), (1, 2), (1, 3), (3, 1), (3, 2)]);
    let z = Zxid::new;
    let diff = |e, c| Plan::Diff { after: z(e, c) };
    let trunc = |e, c| Plan::Trunc { to: z(e, c) };
    for (first_in_memory, limit, peer, expected) in [
        // 1: equal.
        (1, 0, (3, 2), diff(3, 2)),
        // 2: beyond the end; but the name of an epoch is nothing to go back from.
        (1, 0, (3, 9), trunc(3, 2)),
        (1, 0, (4, 1), trunc(3, 2)),
        (1, 0, (4, 0), Plan::Snap),
        // 3: among what is in memory.
        (1, 0, (1, 1), diff(1, 1)),
        (1, 0, (1, 3), diff(1, 3)),
        (1, 0, (1, 7), Plan::Snap),
        (1, 0, (2, 5), Plan::Snap),
        (1, 0, (2, 0), diff(2, 0)),
        // 4: before what is in memory, found on disk.
        (5, 0, (1, 2), diff(1, 2)),
        (5, 0, (1, 7), Plan::Snap),
        (5, 192, (1, 2), diff(1, 2)),
        (5, 191, (1, 2), Plan::Snap),
        // 5: before what is on disk.
        (1, 0, (0, 0), Plan::Snap),
        (5, 0, (0, 0), Plan::Snap),
    ] {
        assert_eq!(decide(&log, first_in_memory, limit, peer), expected, "{first_in_memory} {limit} {peer:?}");
    }
    let holed = log_of(&[(1, 1), (1, 3)]);
    assert_eq!(decide(&holed, 1, 0, (1, 2)), trunc(1, 1), "within an epoch it goes back to the one before");
    let mut purged = log.clone();
    purged.forget_upto(2);
    assert_eq!(decide(&purged, 3, 0, (1, 2)), Plan::Snap, "purged");
    assert_eq!(decide(&Log::default(), 1, 0, (0, 0)), diff(0, 0), "nobody has anything");
    assert_eq!(decide(&Log::default(), 1, 0, (1, 4)), trunc(0, 0), "all that it has is void");
}

#[test]
fn a_damaged_snapshot_is_refused() {
    let mut machine = KeyValue::default();
    for key in ["x", "y", "z"] {
        machine.apply(&Op::Put { key: key.into(), value: "1".into() });
    }
    let (bytes, checksum) = (machine.encode(), machine.digest());
    assert_eq!(open_snapshot(&bytes, checksum), Some(machine));
    for end in 0..bytes.len() - 1 {
        assert_eq!(open_snapshot::<KeyValue>(&bytes[..end], checksum), None, "cut at {end}");
    }
    let mut wrong = bytes;
    wrong[2] ^= 1;
    assert_eq!(open_snapshot::<KeyValue>(&wrong, checksum), None);
}
