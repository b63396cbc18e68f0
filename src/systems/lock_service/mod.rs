//! A lock service that survives its servers: the lock queue's table, replicated by Zab.
//!
//! `lock_queue` has one server. While it is down nobody is granted anything, and with its disk the table is gone. Here the
//! table is a machine that several servers replicate: whatever changes it is an operation of Zab's log, and is done once a
//! quorum has it on disk. The clients are the lock queue's own, and so are the resources, and what is promised.
//!
//! # What is in the log, and what is not
//! *In it*: requests, acknowledgements, releases, cancellations, and that a wait, an offer or a lease is **over**. The table
//! reads no clock; if each copy ended leases by its own, copies would differ. One clock proposes, the leader's, and the log
//! decides. *Not in it*: how long a lease has left. Renewals are the leader's memory alone; so a new leader gives every
//! lease its full term anew, which lengthens it and never shortens it. Tokens are the table's, and never go back.
//!
//! # Who is answered, and when
//! A client sends its orders to the server that it takes for the leader; any other tells it who leads, and silence makes it
//! turn to the next. What changes the table is answered once it is committed: a leader without a quorum answers nothing of
//! that kind. If the answer is lost with its leader, the client asks again, and the table remembers its request: the same
//! token, not another one.
//!
//! # What does not change
//! A former leader that does not know it yet still renews leases. A client believes by its own clock. A paused client wakes
//! and writes. Consensus among servers makes none of these impossible, and needs not: the resource refuses old tokens.

mod client;
mod config;
mod describe;
mod ghost;
pub mod invariants;
mod node;
mod server;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::machines::lock_table::LockTable;
use crate::protocols::lock_queue::{self, LockQueue};
use crate::protocols::zab::{self, Zab};
use crate::sim::{
    Claim, Context, Embeds, Event, Flaw, Kind, Kinds, Milestone, NodeId, OptionSpec, Protocol, Roster, Route, Settings,
    Setup, Witness,
};
pub use config::Config;
pub use ghost::{Ghost, Output};
pub use node::Node;

/// The replicated table.
type Log = Zab<LockTable>;

/// The system, as a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockService;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Client,
    Server,
    Resource,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    Zab(zab::Message<LockTable>),
    Lock(lock_queue::Message),
    /// Server to client: I do not lead; this one does, as far as I know.
    Elsewhere {
        leader: Option<NodeId>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    Zab(zab::Timer),
    Lock(lock_queue::Timer),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Record {
    Zab(zab::Record<LockTable>),
    Lock(lock_queue::Record),
}

/// A server's four files, and the one of a client or a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    pub zab: zab::Stable<LockTable>,
    pub own: lock_queue::Stable,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    Lock(lock_queue::Operation),
    /// Zab's own clients are not part of this system.
    Zab(zab::Call<LockTable>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    Lock(lock_queue::Answer),
    Zab(crate::machines::lock_table::Outcomes),
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Lock(operation) => operation.fmt(f),
            Operation::Zab(call) => call.fmt(f),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Lock(answer) => answer.fmt(f),
            Answer::Zab(outcomes) => outcomes.fmt(f),
        }
    }
}

pub type Ctx<'a> = Context<'a, LockService>;

const ZAB_FILES: u8 = <Log as Kinds>::FILES.len() as u8;
const ZAB_MESSAGES: usize = <Log as Kinds>::MESSAGES.len();
const LOCK_MESSAGES: usize = <LockQueue as Kinds>::MESSAGES.len();
const COUNT: usize = ZAB_MESSAGES + LOCK_MESSAGES + 1;

/// Zab's names, then the lock queue's, then this system's own.
const MESSAGES: [&str; COUNT] = {
    let mut names = ["ELSEWHERE"; COUNT];
    let mut place = 0;
    while place < ZAB_MESSAGES + LOCK_MESSAGES {
        names[place] = if place < ZAB_MESSAGES {
            <Log as Kinds>::MESSAGES[place]
        } else {
            <LockQueue as Kinds>::MESSAGES[place - ZAB_MESSAGES]
        };
        place += 1;
    }
    names
};

impl Kinds for LockService {
    type Message = Message;
    type Timer = Timer;
    type Record = Record;
    type Input = lock_queue::Input;
    type Output = Output;
    type Operation = Operation;
    type Answer = Answer;

    const MESSAGES: &'static [&'static str] = &MESSAGES;
    const FILES: &'static [&'static str] = &["log", "acceptedEpoch", "currentEpoch", "snapshot", "own"];

    fn kind(message: &Message) -> u8 {
        match message {
            Message::Zab(message) => <Log as Kinds>::kind(message),
            Message::Lock(message) => ZAB_MESSAGES as u8 + <LockQueue as Kinds>::kind(message),
            Message::Elsewhere { .. } => COUNT as u8 - 1,
        }
    }

    /// Servers speak over connections, as Zab needs it; clients and resources by datagrams.
    fn route(message: &Message) -> Route {
        match message {
            Message::Zab(message) => <Log as Kinds>::route(message),
            Message::Lock(_) | Message::Elsewhere { .. } => Route::Datagram,
        }
    }

    fn size(message: &Message) -> u32 {
        match message {
            Message::Zab(message) => <Log as Kinds>::size(message),
            Message::Lock(message) => <LockQueue as Kinds>::size(message),
            Message::Elsewhere { .. } => 64,
        }
    }

    fn routine(message: &Message) -> bool {
        match message {
            Message::Zab(message) => <Log as Kinds>::routine(message),
            Message::Lock(message) => <LockQueue as Kinds>::routine(message),
            Message::Elsewhere { .. } => false,
        }
    }

    fn file(record: &Record) -> u8 {
        match record {
            Record::Zab(record) => <Log as Kinds>::file(record),
            Record::Lock(record) => ZAB_FILES + <LockQueue as Kinds>::file(record),
        }
    }

    fn timer_name(timer: &Timer) -> String {
        match timer {
            Timer::Zab(timer) => <Log as Kinds>::timer_name(timer),
            Timer::Lock(timer) => <LockQueue as Kinds>::timer_name(timer),
        }
    }
}

impl Embeds<Log> for LockService {
    fn message(child: zab::Message<LockTable>) -> Message {
        Message::Zab(child)
    }

    fn timer(child: zab::Timer) -> Timer {
        Timer::Zab(child)
    }

    fn record(child: zab::Record<LockTable>) -> Record {
        Record::Zab(child)
    }

    fn operation(child: zab::Call<LockTable>) -> Operation {
        Operation::Zab(child)
    }

    fn answer(child: crate::machines::lock_table::Outcomes) -> Answer {
        Answer::Zab(child)
    }
}

impl Embeds<LockQueue> for LockService {
    const FILE_BASE: u8 = ZAB_FILES;

    fn message(child: lock_queue::Message) -> Message {
        Message::Lock(child)
    }

    fn timer(child: lock_queue::Timer) -> Timer {
        Timer::Lock(child)
    }

    fn record(child: lock_queue::Record) -> Record {
        Record::Lock(child)
    }

    fn operation(child: lock_queue::Operation) -> Operation {
        Operation::Lock(child)
    }

    fn answer(child: lock_queue::Answer) -> Answer {
        Answer::Lock(child)
    }
}

/// An event as a server's replica perceives it; none if it is for others.
fn zab_event(event: Event<LockService>) -> Option<Event<Log>> {
    Some(match event {
        Event::Message { from, body: Message::Zab(body) } => Event::Message { from, body },
        Event::Timer(Timer::Zab(timer)) => Event::Timer(timer),
        Event::Durable { file, upto } if file < ZAB_FILES => Event::Durable { file, upto },
        Event::Connected { peer, channel } => Event::Connected { peer, channel },
        Event::Lost { peer, channel, why } => Event::Lost { peer, channel, why },
        _ => return None,
    })
}

/// An event as a client or a resource of the lock queue perceives it; none if it is for others.
fn lock_event(event: Event<LockService>) -> Option<Event<LockQueue>> {
    Some(match event {
        Event::Message { from, body: Message::Lock(body) } => Event::Message { from, body },
        Event::Timer(Timer::Lock(timer)) => Event::Timer(timer),
        Event::Input(input) => Event::Input(input),
        Event::Durable { file, upto } if file >= ZAB_FILES => Event::Durable { file: file - ZAB_FILES, upto },
        _ => return None,
    })
}

impl Protocol for LockService {
    const NAME: &'static str = "lock_service";
    const TITLE: &'static str = "A lock service replicated by Zab";
    const SUMMARY: &'static str =
        "The lock queue's table on several servers: a leader may die, and locks, lines and tokens live on.";
    const SAMPLE_INPUT: &'static str = LockQueue::SAMPLE_INPUT;

    type Role = Role;
    type Config = Config;
    type Node = Node;
    type Stable = Stable;
    type Ghost = Ghost;

    fn options() -> &'static [OptionSpec] {
        &config::OPTIONS
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
        for _ in 0..config.locks.clients {
            roster.add(Kind::Client, Role::Client);
        }
        for _ in 0..config.zab.servers() {
            roster.add(Kind::Server, Role::Server);
        }
        for _ in 0..config.locks.resources {
            roster.add(Kind::Resource, Role::Resource);
        }
        roster
    }

    fn boot(setup: Setup<'_, Self>, stable: &Stable, ctx: &mut Context<'_, Self>) -> Node {
        Node::boot(setup.role, *setup.config, stable, ctx)
    }

    fn step(node: &mut Node, event: Event<Self>, ctx: &mut Context<'_, Self>) {
        node.step(event, ctx);
    }

    fn replay(stable: &mut Stable, record: &Record) {
        match record {
            Record::Zab(record) => stable.zab.replay(record),
            Record::Lock(record) => stable.own.replay(record),
        }
    }

    fn parse_input(text: &str) -> Result<lock_queue::Input, String> {
        lock_queue::Input::parse(text)
    }

    fn workload(kind: &str, client: NodeId, ordinal: u64, bits: u64) -> Option<lock_queue::Input> {
        LockQueue::workload(kind, client, ordinal, bits)
    }

    const WORKLOADS: &'static [(&'static str, &'static str)] = LockQueue::WORKLOADS;

    fn witness(ghost: &mut Ghost, seen: Witness<'_, Self>) {
        ghost.witness(&seen);
    }
}
