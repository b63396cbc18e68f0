//! What can be chosen before a run: options, flaws, and the milestones that scripts wait for.

use super::line::{Line, parse_program};
use super::memory::Rules;
use crate::sim::{Flaw, Milestone, OptionSpec, Range, Settings, Span};

const SWITCH: Range = Range::Choice(&["on", "off"]);
const MINUTES: Span = Span::seconds(600);

pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "machines",
        title: "How many machines there are; the shared variable lies on the first",
        default: "1",
        range: Range::Number { from: 1, to: 2 },
    },
    OptionSpec {
        name: "threads",
        title: "How many threads each machine runs",
        default: "3",
        range: Range::Number { from: 1, to: 6 },
    },
    OptionSpec {
        name: "program",
        title: "What each thread begins with: nothing, lock-add-unlock, add alone, or two locks in opposite orders",
        default: "none",
        range: Range::Choice(&["none", "counter", "unlocked", "inverted"]),
    },
    OptionSpec {
        name: "handover",
        title: "A released lock is given to the first in line (fair), or to whoever comes first (barging)",
        default: "fair",
        range: Range::Choice(&["fair", "barging"]),
    },
    OptionSpec {
        name: "reentrant",
        title: "Whether its owner may take a lock again, and then releases it as often",
        default: "off",
        range: SWITCH,
    },
    OptionSpec {
        name: "detection",
        title: "Whether a lock is refused that would close a circle of waits (EDEADLK)",
        default: "off",
        range: SWITCH,
    },
    OptionSpec {
        name: "processes",
        title: "Whether a machine's threads are one process, or each a process of its own that can die alone",
        default: "one",
        range: Range::Choice(&["one", "each"]),
    },
    OptionSpec {
        name: "robust",
        title: "Whether a lock whose owner has died goes to the next, who is told (EOWNERDEAD)",
        default: "on",
        range: SWITCH,
    },
    OptionSpec {
        name: "locks",
        title: "Which lock the second machine's threads take: their own of that name, or the first machine's",
        default: "own",
        range: Range::Choice(&["own", "first"]),
    },
    OptionSpec {
        name: "scheduling",
        title: "Whether instructions take equally long, or up to twice as long as drawn",
        default: "even",
        range: Range::Choice(&["even", "drawn"]),
    },
    OptionSpec {
        name: "instruction",
        title: "How long an instruction takes",
        default: "1ms",
        range: Range::Span { from: Span::micros(1), to: MINUTES },
    },
    OptionSpec {
        name: "wake",
        title: "How long a woken thread takes until it runs",
        default: "3ms",
        range: Range::Span { from: Span::micros(1), to: MINUTES },
    },
    OptionSpec {
        name: "silence",
        title: "How long another machine may be silent with a lock, where silence is taken for death",
        default: "2s",
        range: Range::Span { from: Span::millis(1), to: MINUTES },
    },
];

pub const FLAWS: &[Flaw] = &[
    Flaw { name: "no_lock", title: "Lock and unlock do nothing", violates: "no_update_is_lost", scenario: "lock_off" },
    Flaw {
        name: "test_then_set",
        title: "A lock is seen to be free in one step and taken in another",
        violates: "one_holder",
        scenario: "test_then_set",
    },
    Flaw {
        name: "unlock_by_anyone",
        title: "Any thread may release a lock, whoever owns it",
        violates: "only_the_owner_unlocks",
        scenario: "unlock_by_anyone",
    },
    Flaw {
        name: "last_come_first_served",
        title: "The line is a stack: a released lock goes to the last who came",
        violates: "first_come_first_served",
        scenario: "last_come_first_served",
    },
    Flaw {
        name: "wakeup_lost",
        title: "A wake-up dies with the waiter that it went to, if that gives up before it runs",
        violates: "no_wakeup_is_lost",
        scenario: "wakeup_lost",
    },
    Flaw {
        name: "given_up_stays",
        title: "Who timed out or was interrupted still stands in line",
        violates: "given_up_is_never_granted",
        scenario: "given_up_stays",
    },
    Flaw {
        name: "silence_is_death",
        title: "A machine that has been silent for a while is taken for dead, and its lock given to the next",
        violates: "no_update_is_lost",
        scenario: "slow_is_not_dead",
    },
];

pub const TAKEN: &str = "lock taken";
pub const WAITS: &str = "thread waits";
pub const RELEASED: &str = "lock released";
pub const HANDED: &str = "lock handed over";
pub const WOKEN: &str = "thread woken";
pub const GAVE_UP: &str = "thread gave up";
pub const DEADLOCK: &str = "deadlock";
pub const KILLED: &str = "process killed";
pub const OWNER_DIED: &str = "owner died";
pub const UPDATE_LOST: &str = "update lost";
pub const ENDED: &str = "program ended";
pub const SILENCE: &str = "silence taken for death";
pub const MACHINE_LOST: &str = "machine lost";

pub const MILESTONES: &[Milestone] = &[
    Milestone { name: TAKEN, title: "A thread has the lock and goes on" },
    Milestone { name: WAITS, title: "A thread sleeps in a lock's line" },
    Milestone { name: RELEASED, title: "A lock was released" },
    Milestone { name: HANDED, title: "The lock is the next one's before that has run" },
    Milestone { name: WOKEN, title: "The lock is free, and a waiter was woken to try again" },
    Milestone { name: GAVE_UP, title: "A waiter's time was over, or it was interrupted" },
    Milestone { name: DEADLOCK, title: "Threads wait for one another in a circle" },
    Milestone { name: KILLED, title: "A thread's process died" },
    Milestone { name: OWNER_DIED, title: "A lock was taken whose last owner died with it" },
    Milestone { name: UPDATE_LOST, title: "A store wrote over what another had stored since this thread's load" },
    Milestone { name: ENDED, title: "A thread has no line left" },
    Milestone { name: SILENCE, title: "A lock was taken from a machine that had been silent" },
    Milestone { name: MACHINE_LOST, title: "The connection to another machine is gone" },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flaws {
    pub no_lock: bool,
    pub test_then_set: bool,
    pub silence_is_death: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    None,
    Counter,
    Unlocked,
    Inverted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub machines: u16,
    pub threads: u8,
    pub start: Start,
    pub rules: Rules,
    /// A lock that would close a circle of waits is refused.
    pub detects: bool,
    /// Each thread is a process of its own.
    pub has_processes: bool,
    /// The second machine's threads ask for the first one's locks.
    pub shares_locks: bool,
    pub draws: bool,
    pub instruction: Span,
    pub wake: Span,
    pub silence: Span,
    pub flaws: Flaws,
}

impl Config {
    pub fn new(settings: &Settings) -> Config {
        Config {
            machines: settings.number("machines") as u16,
            threads: settings.number("threads") as u8,
            start: match settings.text("program") {
                "counter" => Start::Counter,
                "unlocked" => Start::Unlocked,
                "inverted" => Start::Inverted,
                _ => Start::None,
            },
            rules: Rules {
                is_fair: settings.is("handover", "fair"),
                is_reentrant: settings.is("reentrant", "on"),
                is_robust: settings.is("robust", "on"),
                trusts_unlocks: settings.has_flaw("unlock_by_anyone"),
                serves_the_last: settings.has_flaw("last_come_first_served"),
                keeps_given_up: settings.has_flaw("given_up_stays"),
                loses_wakeups: settings.has_flaw("wakeup_lost"),
            },
            detects: settings.is("detection", "on"),
            has_processes: settings.is("processes", "each"),
            shares_locks: settings.is("locks", "first"),
            draws: settings.is("scheduling", "drawn"),
            instruction: settings.span("instruction"),
            wake: settings.span("wake"),
            silence: settings.span("silence"),
            flaws: Flaws {
                no_lock: settings.has_flaw("no_lock"),
                test_then_set: settings.has_flaw("test_then_set"),
                silence_is_death: settings.has_flaw("silence_is_death"),
            },
        }
    }

    /// What a thread begins with.
    pub fn program(&self, thread: u8) -> Vec<Line> {
        let text = match self.start {
            Start::None => return Vec::new(),
            Start::Counter => "lock a; add; unlock a",
            Start::Unlocked => "add",
            Start::Inverted if thread.is_multiple_of(2) => "lock a; lock b; add; unlock b; unlock a",
            Start::Inverted => "lock b; lock a; add; unlock a; unlock b",
        };
        parse_program(text).unwrap_or_default()
    }
}
