//! What can be chosen before a run: the lock queue's options without its broker, and a few of Zab's.

use crate::protocols::lock_queue::{self, config::OPTIONS as LOCKS};
use crate::protocols::zab::{self, Zab};
use crate::sim::{Flaw, Milestone, NodeId, OptionSpec, Protocol, Range, Settings, Span};

const HOUR: Span = Span::seconds(3_600);

const OWN: [OptionSpec; 5] = [
    OptionSpec {
        name: "servers",
        title: "How many servers replicate the lock table",
        default: "3",
        range: Range::Number { from: 1, to: 7 },
    },
    OptionSpec {
        name: "tick_time",
        title: "The unit of the servers' limits (tickTime)",
        default: "500ms",
        range: Range::Span { from: Span::millis(1), to: HOUR },
    },
    OptionSpec {
        name: "init_limit",
        title: "Ticks that a server may take to catch up with a leader (initLimit)",
        default: "10",
        range: Range::Number { from: 1, to: 1_000 },
    },
    OptionSpec {
        name: "sync_limit",
        title: "Ticks of silence that leader and followers bear (syncLimit)",
        default: "4",
        range: Range::Number { from: 1, to: 1_000 },
    },
    OptionSpec {
        name: "commit_log",
        title: "Committed operations kept in memory for a server that was away (commitLogCount)",
        default: "500",
        range: Range::Number { from: 1, to: 1_000_000 },
    },
];

const COUNT: usize = LOCKS.len() + OWN.len();

/// The lock queue's own options, then those of the servers.
pub const OPTIONS: [OptionSpec; COUNT] = {
    let mut all = [OWN[0]; COUNT];
    let mut place = 0;
    while place < COUNT {
        all[place] = if place < LOCKS.len() { LOCKS[place] } else { OWN[place - LOCKS.len()] };
        place += 1;
    }
    all
};

pub const FLAWS: &[Flaw] = &[
    Flaw {
        name: "no_fencing",
        title: "The resource takes every write and looks at no token",
        violates: "accepted_tokens_never_decrease",
        scenario: "paused_across_failover_no_fencing",
    },
    Flaw {
        name: "answered_before_commit",
        title: "The leader answers as soon as it has proposed, before a quorum has it on disk",
        violates: "one_grant_at_a_time",
        scenario: "granted_in_a_minority",
    },
];

pub const LEASES_ANEW: &str = "leases begin anew";
pub const MOVED: &str = "client turned to another server";

pub const MILESTONES: &[Milestone] = &[
    Milestone {
        name: zab::config::ESTABLISHED,
        title: "A quorum has the leader's history on disk: it keeps the table",
    },
    Milestone { name: zab::config::SYNCED, title: "A server has caught up with the leader" },
    Milestone { name: zab::config::LEFT, title: "A server left its leader, or its leadership" },
    Milestone { name: zab::config::ELECTED, title: "A server is elected; it has no epoch yet" },
    Milestone { name: zab::config::EPOCH_ACCEPTED, title: "A quorum has promised to follow the new epoch" },
    Milestone { name: zab::config::SUPERSEDED, title: "A former leader has learned that another one was established" },
    Milestone { name: zab::config::LEARNER_LOST, title: "A leader lost a follower" },
    Milestone { name: zab::config::COMMITTED, title: "An operation of the table was committed" },
    Milestone { name: zab::config::DIFF_SENT, title: "The leader gives a server what it lacks" },
    Milestone { name: zab::config::TRUNC_SENT, title: "The leader has a server cut off what was never committed" },
    Milestone { name: zab::config::SNAP_SENT, title: "The leader sends a server the whole table" },
    Milestone { name: LEASES_ANEW, title: "A new leader has the table; leases, offers and waits begin anew in full" },
    Milestone { name: MOVED, title: "A client sends its orders to another server from now on" },
    Milestone { name: lock_queue::config::QUEUED, title: "A request stands in line" },
    Milestone { name: lock_queue::config::OFFERED, title: "The leader offers a lock to a client" },
    Milestone { name: lock_queue::config::HELD, title: "The client has acknowledged the offer: its lease begins" },
    Milestone { name: lock_queue::config::RELEASED, title: "The holder has given the lock back" },
    Milestone { name: lock_queue::config::EXPIRED, title: "A lease ended without renewal" },
    Milestone { name: lock_queue::config::PASSED, title: "An offer was not acknowledged and goes on to the next" },
    Milestone { name: lock_queue::config::TIMED_OUT, title: "A request has waited for as long as it would" },
    Milestone { name: lock_queue::config::CANCELLED, title: "A request was taken back by its client" },
    Milestone { name: lock_queue::config::REPEATED, title: "A request came again, was recognized and not done twice" },
    Milestone { name: lock_queue::config::FORGOTTEN, title: "The client has confirmed the last answer" },
    Milestone {
        name: lock_queue::config::STALE_RELEASE,
        title: "A release by one who holds no longer changed nothing",
    },
    Milestone { name: lock_queue::config::DEADLOCK, title: "Clients wait for one another in a circle" },
    Milestone { name: lock_queue::config::GAVE_UP, title: "By its own clock a client holds its lock no longer" },
    Milestone { name: lock_queue::config::ACCEPTED, title: "The resource has taken a write" },
    Milestone { name: lock_queue::config::REFUSED, title: "The resource has seen a higher token and refuses a write" },
    Milestone { name: lock_queue::config::STALE_ACCEPTED, title: "The resource has taken a write with an old token" },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub locks: lock_queue::Config,
    pub zab: zab::Config,
    pub answers_early: bool,
}

impl Config {
    /// Clients come first in the roster, then servers, then resources.
    pub fn new(settings: &Settings) -> Config {
        let mut locks = lock_queue::Config::new(settings);
        let mut inner = Settings::defaults(<Zab as Protocol>::options());
        for (name, own) in [
            ("voters", "servers"),
            ("tick_time", "tick_time"),
            ("init_limit", "init_limit"),
            ("sync_limit", "sync_limit"),
            ("commit_log", "commit_log"),
        ] {
            let spec = <Zab as Protocol>::options().iter().find(|spec| spec.name == name);
            // What fits these options fits Zab's, which allow more.
            let _ = spec.map(|spec| inner.set(spec, settings.text(own)));
        }
        let mut zab = zab::Config::new(&inner);
        zab.first = locks.clients;
        locks.first_resource = locks.clients + zab.servers();
        Config { locks, zab, answers_early: settings.has_flaw("answered_before_commit") }
    }

    /// The server to which a client turns first, and the one after another.
    pub fn server(&self, place: u16) -> NodeId {
        NodeId(self.zab.first + place % self.zab.servers())
    }
}
