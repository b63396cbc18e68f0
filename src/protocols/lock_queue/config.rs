//! What can be chosen before a run: options, flaws, and the milestones that scripts wait for.

use crate::machines::lock_table::Rules;
use crate::sim::{Flaw, Milestone, NodeId, OptionSpec, Range, Settings, Span};

pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "clients",
        title: "How many clients there are",
        default: "3",
        range: Range::Number { from: 2, to: 12 },
    },
    OptionSpec {
        name: "resources",
        title: "How many resources there are: printer, scanner, ledger, orders",
        default: "1",
        range: Range::Number { from: 1, to: 4 },
    },
    OptionSpec {
        name: "wait",
        title: "How long a request stands in line, unless it says otherwise",
        default: "30s",
        range: Range::Span { from: Span::millis(1), to: Span::seconds(3_600) },
    },
    OptionSpec {
        name: "lease",
        title: "How long a lock is held without renewal, unless the request says otherwise",
        default: "10s",
        range: Range::Span { from: Span::millis(10), to: Span::seconds(3_600) },
    },
    OptionSpec {
        name: "margin",
        title: "How long before the end of its lease a client stops believing in it",
        default: "500ms",
        range: Range::Span { from: Span::ZERO, to: Span::seconds(60) },
    },
    OptionSpec {
        name: "renewal",
        title: "Whether holders renew their leases, each time a third has passed",
        default: "on",
        range: Range::Choice(&["on", "off"]),
    },
    OptionSpec {
        name: "grant_timeout",
        title: "How long an offered lock waits to be acknowledged before the next is offered it",
        default: "3s",
        range: Range::Span { from: Span::millis(1), to: Span::seconds(600) },
    },
    OptionSpec {
        name: "retry",
        title: "How long a client waits for an answer before it asks again",
        default: "1s",
        range: Range::Span { from: Span::millis(1), to: Span::seconds(600) },
    },
    OptionSpec {
        name: "write_timeout",
        title: "How long a client waits for the resource to answer a write",
        default: "2s",
        range: Range::Span { from: Span::millis(1), to: Span::seconds(600) },
    },
    OptionSpec {
        name: "notify",
        title: "Who is told that a lock is free: the next in line, who is given it, or all, who ask again",
        default: "next",
        range: Range::Choice(&["next", "all"]),
    },
];

pub const FLAWS: &[Flaw] = &[
    Flaw {
        name: "no_fencing",
        title: "The resource takes every write and looks at no token",
        violates: "accepted_tokens_never_decrease",
        scenario: "paused_holder_no_fencing",
    },
    Flaw {
        name: "volatile_tokens",
        title: "The token counter is in memory alone and begins anew after a restart",
        violates: "tokens_only_grow",
        scenario: "volatile_tokens",
    },
    Flaw {
        name: "release_unchecked",
        title: "A release frees the lock whoever holds it",
        violates: "stale_releases_change_nothing",
        scenario: "late_release_unchecked",
    },
    Flaw {
        name: "grant_unacknowledged",
        title: "Nobody looks whether a grant was acknowledged: a dead head of the line blocks all behind it",
        violates: "offers_are_passed_on",
        scenario: "dead_head_blocks_all",
    },
    Flaw {
        name: "no_deduplication",
        title: "A request that comes twice is taken for two",
        violates: "a_request_is_served_once",
        scenario: "request_queued_twice",
    },
    Flaw {
        name: "timed_out_is_granted",
        title: "Who was told that its wait is over is still in line",
        violates: "timed_out_is_never_granted",
        scenario: "timed_out_is_granted",
    },
    Flaw {
        name: "redelivery_is_the_lock",
        title: "A redelivered request is taken for the death of whoever has the lock",
        violates: "one_grant_at_a_time",
        scenario: "redelivery_is_the_lock",
    },
    Flaw {
        name: "wall_clock_leases",
        title: "Leases end by the wall clock, which can be stepped",
        violates: "leases_last_their_term",
        scenario: "wall_clock_stepped",
    },
];

pub const QUEUED: &str = "request queued";
pub const OFFERED: &str = "lock offered";
pub const HELD: &str = "lock held";
pub const RELEASED: &str = "lock released";
pub const EXPIRED: &str = "lease expired";
pub const PASSED: &str = "offer passed on";
pub const TIMED_OUT: &str = "waiter timed out";
pub const CANCELLED: &str = "request cancelled";
pub const REPEATED: &str = "request repeated";
pub const FORGOTTEN: &str = "request forgotten";
pub const STALE_RELEASE: &str = "stale release refused";
pub const REDELIVERED: &str = "messages redelivered";
pub const RECOVERED: &str = "server recovered";
pub const DEADLOCK: &str = "deadlock";
pub const GAVE_UP: &str = "client gave up its lock";
pub const ACCEPTED: &str = "write accepted";
pub const REFUSED: &str = "stale write refused";
pub const STALE_ACCEPTED: &str = "stale write accepted";

pub const MILESTONES: &[Milestone] = &[
    Milestone { name: QUEUED, title: "A request stands in line" },
    Milestone { name: OFFERED, title: "The server offers a lock to a client" },
    Milestone { name: HELD, title: "The client has acknowledged the offer: its lease begins" },
    Milestone { name: RELEASED, title: "The holder has given the lock back" },
    Milestone { name: EXPIRED, title: "A lease ended without renewal" },
    Milestone { name: PASSED, title: "An offer was not acknowledged and goes on to the next" },
    Milestone { name: TIMED_OUT, title: "A request has waited for as long as it would" },
    Milestone { name: CANCELLED, title: "A request was taken back by its client" },
    Milestone { name: REPEATED, title: "A request came again, was recognized and not done twice" },
    Milestone {
        name: FORGOTTEN,
        title: "The client has confirmed the last answer, and the server forgets the request",
    },
    Milestone { name: STALE_RELEASE, title: "A release by one who is no longer the holder changed nothing" },
    Milestone { name: REDELIVERED, title: "The broker delivers again what was not acknowledged" },
    Milestone { name: RECOVERED, title: "The server has its table again, from disk; leases begin anew" },
    Milestone { name: DEADLOCK, title: "Clients wait for one another in a circle" },
    Milestone { name: GAVE_UP, title: "By its own clock a client holds its lock no longer" },
    Milestone { name: ACCEPTED, title: "The resource has taken a write" },
    Milestone { name: REFUSED, title: "The resource has seen a higher token and refuses a write" },
    Milestone { name: STALE_ACCEPTED, title: "The resource has taken a write whose token is below one it took before" },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flaws {
    pub no_fencing: bool,
    pub volatile_tokens: bool,
    pub grant_unacknowledged: bool,
    pub redelivery_is_the_lock: bool,
    pub wall_clock_leases: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub clients: u16,
    pub resources: u16,
    pub wait: Span,
    pub lease: Span,
    pub margin: Span,
    pub renews: bool,
    pub grant_timeout: Span,
    pub retry: Span,
    pub write_timeout: Span,
    /// The first resource's place in the roster; clients stand at its beginning.
    pub first_resource: u16,
    pub rules: Rules,
    pub flaws: Flaws,
}

impl Config {
    pub fn new(settings: &Settings) -> Config {
        Config {
            clients: settings.number("clients") as u16,
            resources: settings.number("resources") as u16,
            wait: settings.span("wait"),
            lease: settings.span("lease"),
            margin: settings.span("margin"),
            renews: settings.is("renewal", "on"),
            grant_timeout: settings.span("grant_timeout"),
            retry: settings.span("retry"),
            write_timeout: settings.span("write_timeout"),
            first_resource: settings.number("clients") as u16 + 2,
            rules: Rules {
                wakes_all: settings.is("notify", "all"),
                forgets_requests: settings.has_flaw("no_deduplication"),
                trusts_releases: settings.has_flaw("release_unchecked"),
                keeps_timed_out: settings.has_flaw("timed_out_is_granted"),
            },
            flaws: Flaws {
                no_fencing: settings.has_flaw("no_fencing"),
                volatile_tokens: settings.has_flaw("volatile_tokens"),
                grant_unacknowledged: settings.has_flaw("grant_unacknowledged"),
                redelivery_is_the_lock: settings.has_flaw("redelivery_is_the_lock"),
                wall_clock_leases: settings.has_flaw("wall_clock_leases"),
            },
        }
    }

    pub fn broker(&self) -> NodeId {
        NodeId(self.clients)
    }

    pub fn server(&self) -> NodeId {
        NodeId(self.clients + 1)
    }

    /// The node that is the resource of this name.
    pub fn resource(&self, name: &str) -> Option<NodeId> {
        let place = super::input::RESOURCES.iter().position(|known| *known == name)? as u16;
        (place < self.resources).then_some(NodeId(self.first_resource + place))
    }

    pub fn resource_name(&self, id: NodeId) -> &'static str {
        super::input::RESOURCES.get(usize::from(id.0.saturating_sub(self.first_resource))).copied().unwrap_or("nothing")
    }
}
