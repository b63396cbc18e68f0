//! What can be chosen before a run: options with ZooKeeper's defaults, flaws, and the milestones that scripts wait for.

use crate::sim::{Flaw, Milestone, NodeId, OptionSpec, Range, Settings, Span};

const fn number(name: &'static str, default: &'static str, from: u64, to: u64, title: &'static str) -> OptionSpec {
    OptionSpec { name, title, default, range: Range::Number { from, to } }
}

const fn span(name: &'static str, default: &'static str, to: Span, title: &'static str) -> OptionSpec {
    OptionSpec { name, title, default, range: Range::Span { from: Span::millis(1), to } }
}

const HOUR: Span = Span::seconds(3_600);

pub const OPTIONS: &[OptionSpec] = &[
    number("voters", "5", 1, 9, "How many servers vote"),
    number("observers", "0", 0, 40, "How many servers follow without a vote"),
    number("clients", "2", 1, 8, "How many clients there are"),
    span("tick_time", "2s", HOUR, "The unit of all limits (tickTime)"),
    number("init_limit", "10", 1, 1_000, "Ticks that a learner may take to register and catch up (initLimit)"),
    number("sync_limit", "5", 1, 1_000, "Ticks of silence that leader and learner bear (syncLimit)"),
    OptionSpec {
        name: "election",
        title: "How a leader is found: FastLeaderElection, or any choice at any time, to search all orders of the rest",
        default: "fast",
        range: Range::Choice(&["fast", "oracle"]),
    },
    span("finalize_wait", "200ms", HOUR, "How long a quorum of equal votes waits for a better one (finalizeWait)"),
    span("notification_min", "200ms", HOUR, "The first pause before a vote is sent again"),
    span("notification_max", "60s", HOUR, "The longest such pause: it doubles up to here"),
    number("commit_log", "500", 1, 1_000_000, "Committed transactions kept in memory for a DIFF (commitLogCount)"),
    number(
        "snap_count",
        "100000",
        2,
        1_000_000,
        "Transactions between snapshots, drawn from the upper half (snapCount)",
    ),
    OptionSpec {
        name: "purge",
        title: "Whether the log before the oldest retained snapshot is deleted (autopurge)",
        default: "off",
        range: Range::Choice(&["on", "off"]),
    },
    number("retain", "3", 1, 100, "Snapshots that a purge retains (snapRetainCount; ZooKeeper allows no less than 3)"),
    number("snapshot_factor", "33", 0, 1_000, "Log sent instead of a snapshot, in hundredths of its size"),
    number("snapshot_chunk", "1024", 4, 65_536, "Bytes of a snapshot in one message"),
    number("outstanding_limit", "1000", 1, 100_000, "Proposals that a leader has under way at most"),
    span("session_timeout", "30s", HOUR, "The client's session; without an answer it gives up after two thirds"),
    number("pipeline", "16", 1, 256, "Requests that a client has under way at most"),
];

pub const FLAWS: &[Flaw] = &[
    Flaw {
        name: "ack_before_flush",
        title: "NEWLEADER is acknowledged with the synchronized transactions only in memory (ZOOKEEPER-3911)",
        violates: "committed_on_a_quorum",
        scenario: "zookeeper_3911",
    },
    Flaw {
        name: "epoch_before_log",
        title: "currentEpoch is written before the history that it vouches for (ZOOKEEPER-4643)",
        violates: "leaders_have_all_committed",
        scenario: "epoch_before_log",
    },
    Flaw {
        name: "keep_database",
        title: "The database in memory is kept across an election, whatever the log has (ZOOKEEPER-2845)",
        violates: "prefix_consistency",
        scenario: "zookeeper_2845",
    },
    Flaw {
        name: "vote_by_id",
        title: "Votes are compared by server id alone",
        violates: "elects_the_most_recent",
        scenario: "vote_by_id",
    },
    Flaw {
        name: "propose_to_synced_only",
        title: "Proposals go only to followers that have acknowledged NEWLEADER",
        violates: "zxids_contiguous",
        scenario: "propose_to_synced_only",
    },
    Flaw {
        name: "commit_without_quorum",
        title: "The leader commits what its own disk has",
        violates: "committed_on_a_quorum",
        scenario: "commit_without_quorum",
    },
    Flaw {
        name: "accepted_epoch_not_persisted",
        title: "The promise to follow no older epoch is kept in memory alone",
        violates: "one_established_leader_per_epoch",
        scenario: "accepted_epoch_not_persisted",
    },
];

pub const ELECTED: &str = "elected";
pub const EPOCH_ACCEPTED: &str = "epoch accepted";
pub const ESTABLISHED: &str = "established";
pub const SYNCED: &str = "synced";
pub const ABDICATED: &str = "abdicated";
pub const SUPERSEDED: &str = "superseded";
pub const LEFT: &str = "left";
pub const LEARNER_LOST: &str = "learner lost";
pub const COMMITTED: &str = "committed";
pub const DIFF_SENT: &str = "diff sent";
pub const TRUNC_SENT: &str = "trunc sent";
pub const SNAP_SENT: &str = "snap sent";
pub const SNAP_DISCARDED: &str = "snapshot discarded";
pub const SNAPSHOT_TAKEN: &str = "snapshot taken";

pub const MILESTONES: &[Milestone] = &[
    Milestone { name: ELECTED, title: "A server is elected and begins to lead; it has no epoch yet" },
    Milestone { name: EPOCH_ACCEPTED, title: "A quorum has promised to follow the new epoch" },
    Milestone { name: ESTABLISHED, title: "A quorum has the leader's history on disk: the leader serves" },
    Milestone { name: SYNCED, title: "A learner has caught up and serves clients" },
    Milestone { name: ABDICATED, title: "An elected leader found a follower with a more recent history" },
    Milestone {
        name: SUPERSEDED,
        title: "A former leader has learned that another one was established, and follows it",
    },
    Milestone { name: LEFT, title: "A server left its leader, or its leadership, and looks for a leader" },
    Milestone { name: LEARNER_LOST, title: "A leader lost a learner" },
    Milestone { name: COMMITTED, title: "A proposal was committed" },
    Milestone { name: DIFF_SENT, title: "A learner is sent the transactions that it lacks" },
    Milestone { name: TRUNC_SENT, title: "A learner is told to cut the end of its log off" },
    Milestone { name: SNAP_SENT, title: "A learner is sent the whole state" },
    Milestone { name: SNAP_DISCARDED, title: "A snapshot that came in part, or damaged, was thrown away" },
    Milestone { name: SNAPSHOT_TAKEN, title: "A server has saved its state" },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flaws {
    pub ack_before_flush: bool,
    pub epoch_before_log: bool,
    pub keep_database: bool,
    pub vote_by_id: bool,
    pub propose_to_synced_only: bool,
    pub commit_without_quorum: bool,
    pub accepted_epoch_not_persisted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// The first server's place in the roster; voters come first, then observers.
    pub first: u16,
    pub voters: u16,
    pub observers: u16,
    pub clients: u16,
    pub tick_time: Span,
    pub init_limit: u64,
    pub sync_limit: u64,
    /// As in the paper: the election is an oracle, and may be wrong.
    pub oracle: bool,
    pub finalize_wait: Span,
    pub notification_min: Span,
    pub notification_max: Span,
    pub commit_log: u64,
    pub snap_count: u64,
    /// How many snapshots a purge retains; none without purging.
    pub retain: Option<u64>,
    pub snapshot_factor: u64,
    pub snapshot_chunk: u32,
    pub outstanding_limit: u64,
    pub session_timeout: Span,
    pub pipeline: u64,
    pub flaws: Flaws,
}

impl Config {
    pub fn new(settings: &Settings) -> Config {
        let flaw = |name| settings.has_flaw(name);
        Config {
            first: 0,
            voters: settings.number("voters") as u16,
            observers: settings.number("observers") as u16,
            clients: settings.number("clients") as u16,
            tick_time: settings.span("tick_time"),
            init_limit: settings.number("init_limit"),
            sync_limit: settings.number("sync_limit"),
            oracle: settings.is("election", "oracle"),
            finalize_wait: settings.span("finalize_wait"),
            notification_min: settings.span("notification_min"),
            notification_max: settings.span("notification_max"),
            commit_log: settings.number("commit_log"),
            snap_count: settings.number("snap_count"),
            retain: settings.is("purge", "on").then(|| settings.number("retain")),
            snapshot_factor: settings.number("snapshot_factor"),
            snapshot_chunk: settings.number("snapshot_chunk") as u32,
            outstanding_limit: settings.number("outstanding_limit"),
            session_timeout: settings.span("session_timeout"),
            pipeline: settings.number("pipeline"),
            flaws: Flaws {
                ack_before_flush: flaw("ack_before_flush"),
                epoch_before_log: flaw("epoch_before_log"),
                keep_database: flaw("keep_database"),
                vote_by_id: flaw("vote_by_id"),
                propose_to_synced_only: flaw("propose_to_synced_only"),
                commit_without_quorum: flaw("commit_without_quorum"),
                accepted_epoch_not_persisted: flaw("accepted_epoch_not_persisted"),
            },
        }
    }

    pub fn servers(&self) -> u16 {
        self.voters + self.observers
    }

    pub fn is_voter(&self, id: NodeId) -> bool {
        (self.first..self.first + self.voters).contains(&id.0)
    }

    pub fn is_server(&self, id: NodeId) -> bool {
        (self.first..self.first + self.servers()).contains(&id.0)
    }

    pub fn voter_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (self.first..self.first + self.voters).map(NodeId)
    }

    pub fn has_quorum(&self, count: usize) -> bool {
        super::election::is_quorum(count, self.voters)
    }

    /// How many voters make a quorum.
    pub fn quorum(&self) -> u32 {
        u32::from(self.voters) / 2 + 1
    }

    /// How long a learner may take to register and to be synchronized.
    pub fn init_time(&self) -> Span {
        self.tick_time.times(self.init_limit)
    }

    /// How long leader and learner bear silence.
    pub fn sync_time(&self) -> Span {
        self.tick_time.times(self.sync_limit)
    }

    pub fn patience(&self) -> Span {
        Span(self.session_timeout.0 / 3 * 2)
    }
}
