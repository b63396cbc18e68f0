//! The lock of one machine: threads that share memory, a mutex, and the variable that it is for.
//!
//! # What is simulated
//! A *node* is a machine. Its threads are timers, and each firing performs one atomic instruction: a load, a store, an
//! attempt to take a lock. Which timer fires next is the scheduler's choice, so that every interleaving of instructions is a
//! run, and a person who holds the clock fires them by hand. `x = x + 1` is two instructions, `r = x` and `x = r + 1`;
//! between the two lies everything that a mutex is for.
//!
//! # The lock
//! It is free, or it has an owner and a line of waiters, who sleep. A release hands it to the first in line (`fair`), or
//! frees it and wakes the first, who must still come to it before anybody else does (`barging`). A waiter may time out or be
//! interrupted. An owner may take a *reentrant* lock again. Two locks taken in opposite orders end in a circle of waits,
//! which is seen when it closes, and with `detection` refused. Between processes the lock lies in memory that they share: if
//! the owner's process dies, a *robust* mutex goes to the next and tells it so (EOWNERDEAD), for what the lock guards may be
//! half done; released without that being put right (`consistent a`), nobody has it any more (ENOTRECOVERABLE). These are
//! POSIX's rules: `pthread_mutex_lock`, `pthread_mutexattr_setrobust`, `pthread_mutex_consistent`.
//!
//! # What is promised
//! M1 one holder; M2 only the owner unlocks; M3 first come, first served among those who wait; M4 no wake-up is lost; M5 who
//! has given up is never given the lock; and what all of it is for, that no update is lost. The claims are in `invariants`.
//! Threads see less: what they asked, and what they were answered. By that alone the locks are linearizable, each a mutex of
//! one life of its machine's memory, where whoever is told EOWNERDEAD takes it from a dead owner.
//!
//! # What handing over costs
//! A lock that is handed over belongs to a thread that has yet to wake up: nobody uses it meanwhile. A barging lock is
//! taken by whoever runs, and a thread that releases and takes it again keeps it, while the first in line finds it taken
//! each time that it wakes. The tests measure both: fairness costs a waking a handover, barging costs the waiter its turn.
//!
//! # Counted
//! With `program=counter` each thread takes the lock, adds one, releases it: four instructions. Let n threads run it, fair.
//!
//! *States.* Who has finished remembers nothing, so it only matters which d have: C(n, d) ways. A free lock has no waiters,
//! which gives 2^n states. Else one of the n−d others is its owner, before its load, its store or its release, or, handed the
//! lock by another (d > 0), about to wake up; of the n−d−1 that are left w wait, in the order in which they came. So
//! `S(n) = 2^n + Σ_{d<n} C(n,d) · (n−d) · (3 + [d>0]) · Σ_{w≤n−d−1} (n−d−1)!/(n−d−1−w)!`: S(2) = 24 and S(3) = 113.
//!
//! *Interleavings.* Fix who has the lock in which order (n! ways). The owners' instructions make a chain of 4n, for a
//! handed-over lock is woken up to where a free one is taken. The j-th comes to the lock in the gap g(j) of that chain: at
//! latest when the one before it has released (g = 4(j−1), and takes it), else while it is held (and sleeps); and not before
//! g(j−1), for the line is in order. Counting those sequences gives 8 interleavings of two threads and 150 of three. Without
//! the lock, n threads of two instructions have (2n)!/2^n: 6 and 90, of which only n! lose no update.
//!
//! Both are tests, which walk the whole graph of runs, and `netsplit explore mutex` counts the states.
//!
//! # Where it ends
//! A mutex is memory, and memory is of one machine and one life. Restart the machine, and lock and variable are gone
//! together. A second machine's mutex of the same name is another mutex. And if the second machine asks for the first one's
//! lock by message, all is well until one falls silent with the lock: dead, slow and cut off look the same from here. To
//! wait for it may be for ever; to stop waiting may let two in. That is where `lock_queue` begins.

mod config;
mod describe;
mod elsewhere;
mod ghost;
mod input;
mod instructions;
pub mod invariants;
mod line;
mod machine;
mod memory;
mod message;
#[cfg(test)]
mod tests;
mod thread;

use crate::sim::{
    Claim, Context, Event, Flaw, Kind, Kinds, Milestone, NodeId, OptionSpec, Protocol, Roster, Route, Settings, Setup,
    Witness,
};
pub use config::Config;
pub use ghost::{Ghost, Output};
pub use input::{Answer, Input, Operation};
use line::Name;
use machine::Machine;
pub use message::Message;

/// The system, as a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mutex;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Machine,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node(Box<Machine>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A thread performs its next instruction.
    Step(u8),
    /// A thread has waited for as long as it would.
    Patience(u8),
    /// The flaw: nothing was heard of the machine that has this lock.
    Silence(Name),
}

/// Nothing is on disk: a mutex is memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Record {}

pub type Ctx<'a> = Context<'a, Mutex>;

impl Kinds for Mutex {
    type Message = Message;
    type Timer = Timer;
    type Record = Record;
    type Input = Input;
    type Output = Output;
    type Operation = Operation;
    type Answer = Answer;

    const MESSAGES: &'static [&'static str] = message::MESSAGES;

    fn kind(message: &Message) -> u8 {
        message.kind()
    }

    fn route(_message: &Message) -> Route {
        Route::Stream(0)
    }

    fn timer_name(timer: &Timer) -> String {
        match timer {
            Timer::Step(thread) => format!("t{}", thread + 1),
            Timer::Patience(thread) => format!("t{} patience", thread + 1),
            Timer::Silence(lock) => format!("silence {lock}"),
        }
    }

    fn is_step(timer: &Timer) -> bool {
        matches!(timer, Timer::Step(_))
    }
}

impl Protocol for Mutex {
    const NAME: &'static str = "mutex";
    const TITLE: &'static str = "A mutex, and where it ends";
    const SUMMARY: &'static str =
        "Threads of one machine take a lock to add to a variable, one instruction at a time, in any order.";
    const SAMPLE_INPUT: &'static str = "t1 lock a; add; unlock a";

    type Role = Role;
    type Config = Config;
    type Node = Node;
    type Stable = ();
    type Ghost = Ghost;

    fn options() -> &'static [OptionSpec] {
        config::OPTIONS
    }

    fn flaws() -> &'static [Flaw] {
        config::FLAWS
    }

    fn milestones() -> &'static [Milestone] {
        config::MILESTONES
    }

    fn claims() -> &'static [Claim<Self>] {
        invariants::CLAIMS
    }

    fn configure(settings: &Settings) -> Config {
        Config::new(settings)
    }

    fn roster(config: &Config) -> Roster<Role> {
        let mut roster = Roster::default();
        for _ in 0..config.machines {
            roster.add(Kind::Server, Role::Machine);
        }
        roster
    }

    fn boot(setup: Setup<'_, Self>, _stable: &(), ctx: &mut Context<'_, Self>) -> Node {
        Node(Box::new(Machine::boot(*setup.config, ctx)))
    }

    fn step(node: &mut Node, event: Event<Self>, ctx: &mut Context<'_, Self>) {
        node.0.step(event, ctx);
    }

    fn replay(_stable: &mut (), record: &Record) {
        match *record {}
    }

    fn parse_input(text: &str) -> Result<Input, String> {
        Input::parse(text)
    }

    fn workload(kind: &str, machine: NodeId, ordinal: u64, bits: u64) -> Option<Input> {
        input::workload(kind, machine, ordinal, bits)
    }

    const WORKLOADS: &'static [(&'static str, &'static str)] = input::WORKLOADS;

    fn witness(ghost: &mut Ghost, seen: Witness<'_, Self>) {
        ghost.witness(&seen);
    }
}
