//! How the protocol shows itself.

pub mod lanes;
mod nodes;
pub mod standing;
pub mod tags;

use super::invariants::{established, is_held, server, servers};
use super::machine::Machine;
use super::server::{Node, Server};
use super::{Call, Message, Zab};
use crate::describe::scenario::scenario;
use crate::describe::{
    Describe, Epoch, Guarantee, Ledger, LedgerEntry, LegendLine, Model, NodeView, OwnVerb, Premises, Property, Reign,
    Said, Tag, Territory, WaitsFor,
};
use crate::judges::models::key_value::recorded;
use crate::sim::{NodeId, World};

/// The newest acknowledged writes that a frame shows one by one.
const LEDGER: u64 = 400;

const SCENARIOS: &[(&str, &str)] = &[
    ("opening", scenario!("scenarios/opening.txt")),
    ("leader_crash_under_load", scenario!("scenarios/leader_crash_under_load.txt")),
    ("follower_crash_and_diff", scenario!("scenarios/follower_crash_and_diff.txt")),
    ("trunc_of_a_deposed_leader", scenario!("scenarios/trunc_of_a_deposed_leader.txt")),
    ("snap_for_one_away_too_long", scenario!("scenarios/snap_for_one_away_too_long.txt")),
    ("snapshot_cut_midway", scenario!("scenarios/snapshot_cut_midway.txt")),
    ("snapshot_ahead_of_the_leader", scenario!("scenarios/snapshot_ahead_of_the_leader.txt")),
    ("snapshot_ahead_of_an_empty_leader", scenario!("scenarios/snapshot_ahead_of_an_empty_leader.txt")),
    ("minority_partition", scenario!("scenarios/minority_partition.txt")),
    ("stale_read_and_sync", scenario!("scenarios/stale_read_and_sync.txt")),
    ("asked_in_order", scenario!("scenarios/asked_in_order.txt")),
    ("two_partitions_in_turn", scenario!("scenarios/two_partitions_in_turn.txt")),
    ("one_way_cut", scenario!("scenarios/one_way_cut.txt")),
    ("half_dead_switch", scenario!("scenarios/half_dead_switch.txt")),
    ("slow_disk", scenario!("scenarios/slow_disk.txt")),
    ("paused_leader", scenario!("scenarios/paused_leader.txt")),
    ("late_leader", scenario!("scenarios/late_leader.txt")),
    ("ack_of_one_that_left", scenario!("scenarios/ack_of_one_that_left.txt")),
    ("full_restart", scenario!("scenarios/full_restart.txt")),
    ("observer", scenario!("scenarios/observer.txt")),
    ("sixth_server_joins", scenario!("scenarios/sixth_server_joins.txt")),
    ("flapping_link", scenario!("scenarios/flapping_link.txt")),
    ("purge_at_every_commit", scenario!("scenarios/purge_at_every_commit.txt")),
    ("purge_with_retained_snapshots", scenario!("scenarios/purge_with_retained_snapshots.txt")),
    ("zookeeper_2845", scenario!("scenarios/zookeeper_2845.txt")),
    ("zookeeper_3911", scenario!("scenarios/zookeeper_3911.txt")),
    ("epoch_before_log", scenario!("scenarios/epoch_before_log.txt")),
    ("vote_by_id", scenario!("scenarios/vote_by_id.txt")),
    ("propose_to_synced_only", scenario!("scenarios/propose_to_synced_only.txt")),
    ("commit_without_quorum", scenario!("scenarios/commit_without_quorum.txt")),
    ("accepted_epoch_not_persisted", scenario!("scenarios/accepted_epoch_not_persisted.txt")),
];

impl Describe for Zab {
    const TELLS_OPERATIONS: bool = false;
    const SCENARIOS: &'static [(&'static str, &'static str)] = SCENARIOS;

    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("epoch", "The number of a leader's reign: e4. Each established leader has one of its own"),
        ("zxid", "The name of a write: the epoch in which it was proposed and its number there, 4:3"),
        ("round", "The number of an election, so that votes of different elections are not mixed"),
        ("looking", "Without a leader, in an election"),
        ("vote", "For whom a looking server votes, and how recent that server's history is"),
        ("final wait", "How long a quorum of equal votes waits for a better one (finalizeWait)"),
        ("quorum", "More than half of the voters. An even number of voters works and tolerates no more failures"),
        ("leader", "The server that orders the writes of an epoch"),
        ("established", "A quorum has the leader's history on disk: it may serve"),
        ("superseded", "A leader that does not know yet that another one was established"),
        ("follower", "A voter that follows a leader"),
        ("observer", "A server that follows without a vote: more reads, and no larger quorum"),
        ("learner", "A follower or an observer"),
        ("discovery", "Leader and quorum agree on a new epoch, and nobody's history is more recent than the leader's"),
        ("synchronization", "Each learner is brought to the leader's history: DIFF, TRUNC or SNAP"),
        ("broadcast", "Writes are proposed, acknowledged by a quorum's disks, and committed in order"),
        ("accepted epoch", "The newest epoch that a server has promised to follow (acceptedEpoch)"),
        ("current epoch", "The newest epoch in which a server was synchronized (currentEpoch)"),
        ("DIFF", "The leader sends the transactions that a learner lacks"),
        ("TRUNC", "The leader has a learner cut off the end of its log: it was never committed"),
        ("SNAP", "The leader sends the whole state"),
        ("NEWLEADER", "The leader has sent its history; to be acknowledged once that is on disk"),
        ("UPTODATE", "A quorum has acknowledged NEWLEADER: the learner may serve clients"),
        ("committed", "On the disks of a quorum, and so never lost"),
        ("applied", "Performed by the server's own key-value machine"),
        ("tick", "The unit of all limits, two seconds unless set otherwise"),
        ("initLimit", "Ticks that registering and catching up may take"),
        ("syncLimit", "Ticks of silence that leader and learner bear"),
        ("sync", "Lets all that is committed arrive before the next read; it asks the leader, and no quorum"),
    ];

    fn node(world: &World<Self>, id: NodeId) -> NodeView {
        nodes::view(world, id)
    }

    fn tag(world: &World<Self>, _from: NodeId, body: &Message) -> Tag {
        tags::tag(body, world.config().first)
    }

    fn legend() -> Vec<LegendLine> {
        tags::legend()
    }

    fn leader(world: &World<Self>) -> Option<(NodeId, Option<Epoch>)> {
        let follows = |id, leader| server(world, id).is_some_and(|server| server.follows(leader));
        let (id, number) = established(world)?;
        standing::commands_a_quorum(world, world.config(), id, follows).then(|| (id, Some(epoch(number))))
    }

    fn ledger(world: &World<Self>) -> Ledger {
        let ghost = world.ghost();
        let config = world.config();
        let first = ghost.acknowledged.next_index().saturating_sub(LEDGER);
        let mut lost = 0;
        let mut entries = Vec::new();
        for (_, write) in ghost.acknowledged.iter_from(first) {
            let holders = config.voter_ids().filter(|id| is_held(world, *id, write.zxid)).count();
            let is_lost = !config.has_quorum(holders);
            lost += u32::from(is_lost);
            entries.push(LedgerEntry {
                label: write.zxid.counter.to_string(),
                epoch: Some(epoch(write.zxid.epoch)),
                at: write.at,
                holders: holders as u32,
                lost: is_lost,
            });
        }
        let kept = ghost.acknowledged.len() as u32 - lost;
        Ledger { entries, kept, lost, voters: u32::from(config.voters) }
    }

    fn territories(world: &World<Self>) -> Vec<Territory> {
        standing::territories(world, world.config(), &|client| standing::home(world, client))
    }

    fn waits(world: &World<Self>) -> Vec<WaitsFor> {
        standing::waits(world)
    }

    /// Reads are answered by the client's own server and may be old; together with the writes they stand in one order, and
    /// for each client in its own.
    fn guarantee(_world: &World<Self>) -> Option<Guarantee> {
        Some(Guarantee {
            model: Model::KeyValue,
            property: Property::SequentiallyConsistent,
            premises: Premises::default(),
        })
    }

    fn said(call: &Call, answer: Option<&Self::Answer>) -> Option<Said> {
        let Call::Do(op) = call else { return None };
        let (function, value) = recorded(op, answer);
        Some(Said { function, value })
    }

    fn verbs(world: &World<Self>, id: NodeId) -> Vec<OwnVerb> {
        match world.node(id) {
            Some(Node::Client(_)) => [("Put", "put x 1"), ("Get", "get x"), ("Sync", "sync")]
                .into_iter()
                .map(|(word, input)| OwnVerb { word, input: input.to_owned(), refused: None })
                .collect(),
            _ => Vec::new(),
        }
    }
}

pub fn epoch(number: u32) -> Epoch {
    Epoch { of: Reign::Epoch, number: u64::from(number) }
}

/// Up to where it knows of commits: whoever looks for a leader has forgotten it, and hears it again before it serves.
pub fn committed<M: Machine>(server: &Server<M>) -> Option<String> {
    server.is_serving().then(|| server.committed.to_string())
}

/// The highest epoch in which a leader was established.
fn highest(world: &World<Zab>) -> u32 {
    world.ghost().newest().map_or(0, |reign| reign.epoch)
}

fn is_up(world: &World<Zab>, id: NodeId) -> bool {
    world.slot(id).is_up() && server(world, id).is_some()
}

fn up(world: &World<Zab>) -> impl Iterator<Item = NodeId> + '_ {
    servers(world).filter(|id| is_up(world, *id))
}
