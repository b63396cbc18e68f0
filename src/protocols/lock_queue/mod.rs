//! Locks for many machines: clients, a message broker, a lock server that consumes it, and resources that clients write
//! to while they hold a lock.
//!
//! # The four steps
//! 1. **Request.** A client publishes `ACQUIRE` (resource, how long it will wait, lease, its own id and number) at the
//!    broker, which puts it on disk and delivers it to the server, again and again until the server says `TAKEN`.
//! 2. **Grant, or a place in line.** The server performs the request on its [lock table](crate::machines::lock_table),
//!    puts it on disk, and answers `GRANT` with a fencing token, or `QUEUED` with a place; places are told anew whenever
//!    they change, until the wait is over or the lock comes. A grant is an *offer* until the client says `ACCEPT`: an
//!    offer to a dead client goes on to the next.
//! 3. **Use.** The client writes to the resource, each write with its token, and renews its lease in thirds.
//! 4. **Release.** `RELEASE` is answered by `RELEASED`; the client confirms that it has this last answer by `CONFIRM`,
//!    and the server forgets the request. Only a number stays: up to where each client's requests are over.
//!
//! # What is promised, and what is not
//! No lock over a network excludes by itself. A client believes in its lock by its *own* clock, counted from when it
//! *sent* what began the lease, and less a margin; a process that is paused between that check and its write writes late
//! whatever any clock says. So two may believe that they hold a lock, and that is normal. What is promised is promised
//! by three together: the table has one grant a resource at a time, tokens only grow, and the resource refuses a token
//! below the highest it has accepted (Chubby's sequencers: Burrows, OSDI 2006, section 2.4). The claims are in
//! [`promises`], one by one; `invariants` adds what only this system claims.
//!
//! # Who knows what after a crash
//! The broker's queue, the table and each resource's highest token are on disk, and nothing is said before it is. Leases
//! and waits are on nobody's disk: after a restart they begin anew with their full term, so that a lease is lengthened
//! and never shortened. A client keeps one number, which of its lives it is in, so that no two requests are ever one.
//!
//! # What waking everybody costs
//! `notify = next` gives a freed lock to the first in line: a constant number of messages a handover, besides the places
//! told. `notify = all` tells everybody, who all ask again: the same work for each waiter at each handover, and first
//! come is no longer first served. The tests measure both on a line of ten.

mod acquisition;
mod broker;
pub mod client;
pub mod config;
pub mod describe;
mod disk;
pub mod ghost;
pub mod input;
mod invariants;
pub mod leased;
mod lessor;
pub mod message;
mod node;
mod outbox;
pub mod promises;
pub mod resource;
mod server;
mod terms;
#[cfg(test)]
pub mod tests;

use crate::machines::key_value::Word;
use crate::machines::lock_table::RequestId;
use crate::sim::{
    Claim, Context, Event, Flaw, Kind, Kinds, Milestone, NodeId, OptionSpec, Protocol, Roster, Route, Settings, Setup,
    Witness,
};
pub use config::Config;
pub use disk::{Record, Stable};
pub use ghost::{Ghost, Output};
pub use input::{Answer, Input, Operation};
pub use lessor::{Lessor, Renewal};
pub use message::Message;
pub use node::Node;

/// The system, as a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockQueue;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Client,
    Broker,
    Server,
    Resource,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Server: time to seek the broker again.
    Redial,
    /// Server: time to look whether the broker is there.
    Beat,
    /// Server: this request has waited long enough.
    Wait(RequestId),
    /// Server: the offer of this lock was not acknowledged.
    Offer(Word),
    /// Server: the lease of this lock is over.
    Lease(Word),
    /// Server: time to look at the wall clock.
    Wall,
    /// Client: no answer yet, ask again.
    Retry(Word),
    /// Client: a third of the lease is over.
    Renew(Word),
    /// Client: by this clock the lock is no longer held.
    Belief(Word),
    /// Client: it has waited for longer than the server should have let it.
    Patience(Word),
    /// Client: the work under this lock is done.
    Work(Word),
    /// Client: the resource does not answer this write.
    Write(u32),
}

pub type Ctx<'a> = Context<'a, LockQueue>;

impl Kinds for LockQueue {
    type Message = Message;
    type Timer = Timer;
    type Record = Record;
    type Input = Input;
    type Output = Output;
    type Operation = Operation;
    type Answer = Answer;

    const MESSAGES: &'static [&'static str] = message::MESSAGES;
    const FILES: &'static [&'static str] = &["log"];

    fn kind(message: &Message) -> u8 {
        message.kind()
    }

    fn route(message: &Message) -> Route {
        message.route()
    }

    fn size(message: &Message) -> u32 {
        message.size()
    }

    fn routine(message: &Message) -> bool {
        message.is_routine()
    }

    fn timer_name(timer: &Timer) -> String {
        match timer {
            Timer::Redial => "redial".to_owned(),
            Timer::Beat => "beat".to_owned(),
            Timer::Wait(request) => format!("wait {request}"),
            Timer::Offer(resource) => format!("offer {resource}"),
            Timer::Lease(resource) => format!("lease {resource}"),
            Timer::Wall => "wall".to_owned(),
            Timer::Retry(resource) => format!("retry {resource}"),
            Timer::Renew(resource) => format!("renew {resource}"),
            Timer::Belief(resource) => format!("belief {resource}"),
            Timer::Patience(resource) => format!("patience {resource}"),
            Timer::Work(resource) => format!("work {resource}"),
            Timer::Write(number) => format!("write {number}"),
        }
    }
}

impl Protocol for LockQueue {
    const NAME: &'static str = "lock_queue";
    const TITLE: &'static str = "A lock server behind a message queue";
    const SUMMARY: &'static str =
        "Clients queue for a lock at a server and write to what it protects; tokens, not clocks, keep late writes out.";
    const SAMPLE_INPUT: &'static str = "use printer for 300ms";

    type Role = Role;
    type Config = Config;
    type Node = Node;
    type Stable = Stable;
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
        for _ in 0..config.clients {
            roster.add(Kind::Client, Role::Client);
        }
        roster.add(Kind::Broker, Role::Broker);
        roster.add(Kind::Server, Role::Server);
        for _ in 0..config.resources {
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
        stable.replay(record);
    }

    fn parse_input(text: &str) -> Result<Input, String> {
        Input::parse(text)
    }

    fn workload(kind: &str, client: NodeId, ordinal: u64, bits: u64) -> Option<Input> {
        input::workload(kind, client, ordinal, bits)
    }

    const WORKLOADS: &'static [(&'static str, &'static str)] = input::WORKLOADS;

    fn witness(ghost: &mut Ghost, seen: Witness<'_, Self>) {
        ghost.witness(&seen);
    }
}
