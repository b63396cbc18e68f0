//! What can be chosen before a run: options, flaws, and the milestones that scripts wait for.

use crate::machines::bank::Account;
use crate::sim::{Flaw, Milestone, NodeId, OptionSpec, Range, Settings, Span};

const fn span(name: &'static str, title: &'static str, default: &'static str) -> OptionSpec {
    OptionSpec { name, title, default, range: Range::Span { from: Span::millis(1), to: Span::seconds(3_600) } }
}

pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "participants",
        title: "How many servers hold accounts",
        default: "3",
        range: Range::Number { from: 1, to: 8 },
    },
    OptionSpec {
        name: "clients",
        title: "How many clients there are",
        default: "2",
        range: Range::Number { from: 1, to: 8 },
    },
    OptionSpec {
        name: "termination",
        title: "Whom a participant in doubt asks: the coordinator alone, or the other participants too",
        default: "cooperative",
        range: Range::Choice(&["cooperative", "coordinator"]),
    },
    span("vote_timeout", "How long the coordinator waits for work and votes", "2s"),
    span("work_timeout", "How long a participant works, or waits for locks, before it gives up", "1s"),
    span("inquiry", "How long a participant in doubt waits before it first asks", "500ms"),
    span("resend", "How long the coordinator waits for acknowledgements before it first repeats itself", "500ms"),
    span("request_timeout", "How long a client waits for the outcome", "10s"),
];

pub const FLAWS: &[Flaw] = &[
    Flaw {
        name: "majority",
        title: "The coordinator commits once more than half have voted yes",
        violates: "all_or_nothing",
        scenario: "majority",
    },
    Flaw {
        name: "decision_not_forced",
        title: "The coordinator announces a commit before its disk has it",
        violates: "commit_is_durable_before_it_leaves",
        scenario: "decision_not_forced",
    },
    Flaw {
        name: "prepared_not_forced",
        title: "A participant votes yes before its disk has its promise",
        violates: "prepared_is_durable_before_yes_leaves",
        scenario: "prepared_not_forced",
    },
    Flaw {
        name: "timeout_decides",
        title: "A participant that is in doubt for too long aborts by itself",
        violates: "all_or_nothing",
        scenario: "timeout_decides",
    },
    Flaw {
        name: "no_overlooked",
        title: "The coordinator counts answers and does not look whether they are yes",
        violates: "a_no_means_abort",
        scenario: "no_overlooked",
    },
    Flaw {
        name: "participants_not_logged",
        title: "The commit record does not say who takes part",
        violates: "all_or_nothing",
        scenario: "participants_not_logged",
    },
    Flaw {
        name: "late_yes_revives",
        title: "A yes that comes after the abort completes the votes, and the coordinator commits",
        violates: "decisions_are_final",
        scenario: "late_yes_revives",
    },
];

pub const BEGUN: &str = "transaction begun";
pub const PREPARED: &str = "prepared";
pub const UNANIMOUS: &str = "all voted yes";
pub const DECIDED_COMMIT: &str = "commit decided";
pub const DECIDED_ABORT: &str = "abort decided";
pub const COMMITTED: &str = "committed";
pub const ABORTED: &str = "aborted";
pub const FORGOTTEN: &str = "forgotten";
pub const WAITS: &str = "lock awaited";
pub const IN_DOUBT: &str = "recovered in doubt";
pub const RESOLVED: &str = "resolved by a peer";
pub const ASKED: &str = "asked in vain";

pub const MILESTONES: &[Milestone] = &[
    Milestone { name: BEGUN, title: "A coordinator takes a transaction on" },
    Milestone { name: PREPARED, title: "A participant's promise is on its disk: from here on it is in doubt" },
    Milestone { name: UNANIMOUS, title: "Every participant has voted yes, or has only read" },
    Milestone { name: DECIDED_COMMIT, title: "A coordinator has decided to commit, and tells it" },
    Milestone { name: DECIDED_ABORT, title: "A coordinator gives a transaction up" },
    Milestone { name: COMMITTED, title: "A participant has committed" },
    Milestone { name: ABORTED, title: "A participant has aborted" },
    Milestone {
        name: FORGOTTEN,
        title: "All have acknowledged the commit: the coordinator need not know it any longer",
    },
    Milestone { name: WAITS, title: "A transaction waits for a lock" },
    Milestone { name: IN_DOUBT, title: "A participant came back and finds a promise in its log" },
    Milestone { name: RESOLVED, title: "A participant in doubt learned the outcome from another participant" },
    Milestone { name: ASKED, title: "A participant in doubt asked another one that is in doubt as well" },
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flaws {
    pub majority: bool,
    pub decision_not_forced: bool,
    pub prepared_not_forced: bool,
    pub timeout_decides: bool,
    pub no_overlooked: bool,
    pub participants_not_logged: bool,
    pub late_yes_revives: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub participants: u16,
    pub clients: u16,
    pub cooperative: bool,
    pub vote_timeout: Span,
    pub work_timeout: Span,
    pub inquiry: Span,
    pub resend: Span,
    pub request_timeout: Span,
    pub flaws: Flaws,
}

/// The dedicated coordinator; servers with accounts follow it in the roster.
pub const DEDICATED: NodeId = NodeId(0);

impl Config {
    pub fn new(settings: &Settings) -> Config {
        Config {
            participants: (settings.number("participants") as u16).max(1),
            clients: settings.number("clients") as u16,
            cooperative: settings.is("termination", "cooperative"),
            vote_timeout: settings.span("vote_timeout"),
            work_timeout: settings.span("work_timeout"),
            inquiry: settings.span("inquiry"),
            resend: settings.span("resend"),
            request_timeout: settings.span("request_timeout"),
            flaws: Flaws {
                majority: settings.has_flaw("majority"),
                decision_not_forced: settings.has_flaw("decision_not_forced"),
                prepared_not_forced: settings.has_flaw("prepared_not_forced"),
                timeout_decides: settings.has_flaw("timeout_decides"),
                no_overlooked: settings.has_flaw("no_overlooked"),
                participants_not_logged: settings.has_flaw("participants_not_logged"),
                late_yes_revives: settings.has_flaw("late_yes_revives"),
            },
        }
    }

    /// The servers that hold accounts.
    pub fn holders(&self) -> impl Iterator<Item = NodeId> + use<> {
        (1..=self.participants).map(NodeId)
    }

    /// Servers that may coordinate: all of them.
    pub fn is_server(&self, node: NodeId) -> bool {
        node.0 <= self.participants
    }

    /// Accounts lie in turn on the participants: a on n1, b on n2.
    pub fn holder(&self, account: Account) -> NodeId {
        NodeId(1 + u16::from(account.0) % self.participants)
    }

    pub fn first_client(&self) -> u16 {
        self.participants + 1
    }
}
