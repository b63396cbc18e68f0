//! What can be chosen before a run: options, flaws, and the milestones that scripts wait for.

use crate::sim::{Flaw, Milestone, OptionSpec, Range, Settings, Span};

pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "backups",
        title: "How many backups the primary has",
        default: "2",
        range: Range::Number { from: 1, to: 8 },
    },
    OptionSpec {
        name: "clients",
        title: "How many clients there are",
        default: "2",
        range: Range::Number { from: 1, to: 8 },
    },
    OptionSpec {
        name: "mode",
        title: "Whose disks must hold a write before it is acknowledged: the primary's, some backups' too, or all",
        default: "semi_synchronous",
        range: Range::Choice(&["asynchronous", "semi_synchronous", "synchronous"]),
    },
    OptionSpec {
        name: "acknowledgements",
        title: "In semi-synchronous mode, how many backups must hold a write",
        default: "1",
        range: Range::Number { from: 1, to: 8 },
    },
    OptionSpec {
        name: "reads",
        title: "Who answers reads: the primary alone, or any server",
        default: "primary",
        range: Range::Choice(&["primary", "anywhere"]),
    },
    OptionSpec {
        name: "sessions",
        title: "Whether a server waits until it has what the client has seen",
        default: "on",
        range: Range::Choice(&["on", "off"]),
    },
    OptionSpec {
        name: "heartbeat",
        title: "How often the primary says that it is there",
        default: "500ms",
        range: Range::Span { from: Span::millis(1), to: Span::seconds(60) },
    },
    OptionSpec {
        name: "failure_timeout",
        title: "How long a silence means that the other is gone",
        default: "2s",
        range: Range::Span { from: Span::millis(2), to: Span::seconds(600) },
    },
    OptionSpec {
        name: "request_timeout",
        title: "How long a client waits for an answer",
        default: "1s",
        range: Range::Span { from: Span::millis(1), to: Span::seconds(600) },
    },
    OptionSpec {
        name: "keep_entries",
        title: "How many applied entries stay in the log; a backup further behind gets a snapshot",
        default: "100",
        range: Range::Number { from: 1, to: 100_000 },
    },
    OptionSpec {
        name: "snapshot_chunk",
        title: "Bytes of a snapshot sent at a time",
        default: "256",
        range: Range::Number { from: 4, to: 65_536 },
    },
];

pub const FLAWS: &[Flaw] = &[
    Flaw {
        name: "ack_before_sync",
        title: "A server counts a write as held when it is written, before the disk has it",
        violates: "acknowledged_writes_survive",
        scenario: "ack_before_sync",
    },
    Flaw {
        name: "apply_out_of_order",
        title: "Two appliers share a backup's work, and the one of the even entries is ahead",
        violates: "prefixes_agree",
        scenario: "apply_out_of_order",
    },
    Flaw {
        name: "torn_snapshot_accepted",
        title: "A snapshot cut off in transfer is taken for whole",
        violates: "prefixes_agree",
        scenario: "torn_snapshot_accepted",
    },
];

pub const PRIMARY_READY: &str = "primary ready";
pub const PROMOTED: &str = "promoted";
pub const DEMOTED: &str = "demoted";
pub const SUPERSEDED: &str = "primary superseded";
pub const SUSPECTED: &str = "primary suspected";
pub const BACKUP_JOINED: &str = "backup joined";
pub const BACKUP_LOST: &str = "backup lost";
pub const WRITE_COMMITTED: &str = "write committed";
pub const WRITE_REFUSED: &str = "write refused";
pub const WRITES_DISCARDED: &str = "writes discarded";
pub const SNAPSHOT_BEGUN: &str = "snapshot begun";
pub const SNAPSHOT_INSTALLED: &str = "snapshot installed";
pub const SNAPSHOT_DISCARDED: &str = "snapshot discarded";

pub const MILESTONES: &[Milestone] = &[
    Milestone {
        name: PRIMARY_READY,
        title: "The primary may answer: enough backups follow it and what it inherited is safe",
    },
    Milestone { name: PROMOTED, title: "A backup was made primary by the operator" },
    Milestone { name: DEMOTED, title: "A primary was made a backup by the operator" },
    Milestone { name: SUPERSEDED, title: "A primary heard of a higher promotion and stepped down" },
    Milestone { name: SUSPECTED, title: "A backup has not heard of its primary for too long" },
    Milestone { name: BACKUP_JOINED, title: "A backup has all that the primary had when it joined" },
    Milestone { name: BACKUP_LOST, title: "The primary has given up a backup that does not answer" },
    Milestone { name: WRITE_COMMITTED, title: "A write is on as many disks as the mode asks for" },
    Milestone { name: WRITE_REFUSED, title: "A write was refused, for too few backups answer" },
    Milestone { name: WRITES_DISCARDED, title: "A former primary threw away writes that its successor never had" },
    Milestone { name: SNAPSHOT_BEGUN, title: "A backup begins to receive a snapshot" },
    Milestone { name: SNAPSHOT_INSTALLED, title: "A backup now stands where a snapshot stood" },
    Milestone { name: SNAPSHOT_DISCARDED, title: "A snapshot that came in part was thrown away" },
];

/// Whose disks must hold a write before it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    Asynchronous,
    SemiSynchronous,
    Synchronous,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reads {
    Primary,
    Anywhere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flaws {
    pub ack_before_sync: bool,
    pub apply_out_of_order: bool,
    pub torn_snapshot_accepted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub backups: u16,
    pub clients: u16,
    pub mode: Mode,
    pub acknowledgements: u16,
    pub reads: Reads,
    pub sessions: bool,
    pub heartbeat: Span,
    pub failure_timeout: Span,
    pub request_timeout: Span,
    pub keep_entries: u64,
    pub snapshot_chunk: u32,
    pub flaws: Flaws,
}

impl Config {
    pub fn new(settings: &Settings) -> Config {
        let backups = settings.number("backups") as u16;
        Config {
            backups,
            clients: settings.number("clients") as u16,
            mode: match settings.text("mode") {
                "asynchronous" => Mode::Asynchronous,
                "synchronous" => Mode::Synchronous,
                _ => Mode::SemiSynchronous,
            },
            acknowledgements: (settings.number("acknowledgements") as u16).clamp(1, backups),
            reads: if settings.is("reads", "anywhere") { Reads::Anywhere } else { Reads::Primary },
            sessions: settings.is("sessions", "on"),
            heartbeat: settings.span("heartbeat"),
            failure_timeout: settings.span("failure_timeout"),
            request_timeout: settings.span("request_timeout"),
            keep_entries: settings.number("keep_entries").max(1),
            snapshot_chunk: settings.number("snapshot_chunk") as u32,
            flaws: Flaws {
                ack_before_sync: settings.has_flaw("ack_before_sync"),
                apply_out_of_order: settings.has_flaw("apply_out_of_order"),
                torn_snapshot_accepted: settings.has_flaw("torn_snapshot_accepted"),
            },
        }
    }

    pub fn servers(&self) -> u16 {
        self.backups + 1
    }

    /// How many backups must hold a write before it is acknowledged.
    pub fn needed(&self) -> u16 {
        match self.mode {
            Mode::Asynchronous => 0,
            Mode::SemiSynchronous => self.acknowledgements,
            Mode::Synchronous => self.backups,
        }
    }

    /// How many heartbeats without an answer mean that a backup is gone.
    pub fn patience(&self) -> u64 {
        (self.failure_timeout.0 / self.heartbeat.0.max(1)).max(1)
    }
}
