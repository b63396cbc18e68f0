//! Primary and backups: the smallest honest protocol.
//!
//! One server, the *primary*, puts all writes in an order: its log. *Backups* copy the log, and every server performs
//! it on a machine of its own, so that all come to the same state. Clients speak to the primary. Nobody votes: who is
//! primary is the *operator's* word.
//!
//! # A write, step by step
//!
//! The client sends a request. The primary writes an entry to its log and waits for its disk. Once the disk has it,
//! the entry goes to the backups, which write it, wait for their disks, and say `HELD`. When as many disks have the
//! entry as the mode asks for, it is *committed*: the primary performs it and answers. How far all is committed
//! travels with the next entries and with the heartbeat, so a backup performs an entry a little later than the
//! primary.
//!
//! An entry leaves the primary only after its own disk has it. Sending it earlier would save the time of one sync and
//! cost the rule that everything here leans on: *a position (promotion, number) never names two entries*. A primary
//! that lost power could otherwise come back without an entry that others have, and make a second one in its place.
//!
//! # What each mode promises
//!
//! | mode | a write is acknowledged when it is on | it is lost when | what a partition stops |
//! |---|---|---|---|
//! | asynchronous | the primary's disk | a server without it is promoted | nothing: both sides answer |
//! | semi-synchronous, k | the primary's and k backups' disks | one of the others is promoted | writes, where there are fewer than k backups |
//! | synchronous | every server's disk | never | all writes |
//!
//! In the first two, the promise ends with the operator: whoever promotes a server that lacks the write has given it
//! up. Semi-synchronous mode lets him do better. Of N servers, any N − k have one among them that holds all that was
//! acknowledged, and it is the one whose log has gone furthest; but he has to look at so many, and to choose that one.
//! In synchronous mode any server will do, because all have everything. For the same reason one absent server stops all
//! writes, and a freshly promoted primary cannot answer even reads before all have confirmed what it inherited.
//!
//! A write is *refused* only while it is in no log. One that is in a log and not confirmed in time is *unknown*: it
//! may be kept, and the client has to look.
//!
//! # Reads
//!
//! The primary answers from its machine, that is, from what is committed. Where reads may go *anywhere*, a backup
//! answers with what it has performed: older, never wrong. With *sessions*, a client tells how far it has seen, and a
//! server lets it wait until it is there; so for one client time never goes back. If a failover has lost what the
//! client saw, the session cannot go on, and the client is told so.
//!
//! # Promotion
//!
//! A promotion has a number, and the higher number wins. Numbers are dealt out in turn: of three servers, n1 has 1,
//! 4, 7, …, n2 has 2, 5, 8, …; a promoted server takes its next one above all that it has heard of. So no two servers
//! act under one number, even if two operators promote at once. A server writes a number down before it acts on it or
//! answers to it.
//!
//! The new primary calls the others. Each tells it its history in *runs* (promotion 1 up to 7, promotion 3 up to 9);
//! because positions are unique, the last position in both histories is where they part. What the backup has beyond
//! it is void and is cut; what follows is sent. If the entries are no longer kept, or the backup has put them into a
//! snapshot and cannot go back, it is sent a snapshot, part by part, with a checksum of the whole; half a snapshot is
//! none.
//!
//! # Why an operator is not enough
//!
//! The old primary need not be dead. Cut off or slow, it goes on, and so there are *two primaries*: the higher number
//! wins when they meet, but until then both may acknowledge, and in asynchronous mode what the lower one acknowledged
//! is thrown away. The number orders the two; it does not stop the first. To stop it, a promotion would have to take
//! its backups away from it *before* it counts: to ask as many servers as every write must have, and to begin with
//! the longest log among them. That is a quorum and an election. Semi-synchronous mode with half of the backups has
//! the first half of that: a deposed primary can confirm nothing once most have left it. It lacks the second: nothing
//! makes the operator choose the right server.
//!
//! # Names
//!
//! | here | elsewhere |
//! |---|---|
//! | primary, backup | leader, follower; master, replica |
//! | promotion number | epoch, term, timeline |
//! | held | acknowledged, flushed |
//! | run | epoch boundary, timeline history |
//! | cut | truncate, rewind |
//! | semi-synchronous | the same, but often falling back to asynchronous in silence; this one refuses |
//!
//! # Where to read on
//!
//! `config` is what can be chosen; `log` and `disk` are what is kept; `message` what is said; `node` what both duties
//! share, `primary`, `backup`, `join`, `request` and `client` the rest; `invariants` are the promises above as claims, with
//! `ghost` for what one state cannot tell; `scenarios` the stories.

mod backup;
mod client;
mod config;
mod describe;
mod disk;
mod ghost;
mod input;
mod invariants;
mod join;
mod log;
mod message;
mod node;
mod primary;
mod request;
#[cfg(test)]
mod tests;

use crate::machines::key_value::{Answer, Op};
use crate::sim::{
    Claim, Context, Event, Flaw, Kind, Kinds, Milestone, NodeId, OptionSpec, Protocol, Roster, Route, Settings, Setup,
    Witness,
};
pub use config::{Config, Mode, Reads};
pub use disk::{Promotion, Record, Stable};
pub use ghost::{Ghost, Output};
pub use input::Input;
pub use log::{Entry, Position};
pub use message::Message;
pub use node::Node;

/// The system, as a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Replication;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Server,
    Client,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Primary: time to say that it is there.
    Heartbeat,
    /// Backup: the primary has been silent for too long.
    Silence,
    /// Primary: time to seek a lost backup again.
    Redial(NodeId),
    /// Client: the answer has not come in time.
    Request,
    /// Client: time to try another server.
    Retry,
}

impl Kinds for Replication {
    type Message = Message;
    type Timer = Timer;
    type Record = Record;
    type Input = Input;
    type Output = Output;
    type Operation = Op;
    type Answer = Answer;

    const MESSAGES: &'static [&'static str] = message::MESSAGES;
    const FILES: &'static [&'static str] = disk::FILES;

    fn kind(message: &Message) -> u8 {
        message.kind()
    }

    fn route(_message: &Message) -> Route {
        Route::Stream(0)
    }

    fn size(message: &Message) -> u32 {
        message.size()
    }

    fn routine(message: &Message) -> bool {
        matches!(message, Message::Beat { .. } | Message::Alive { .. })
    }

    fn file(record: &Record) -> u8 {
        record.file()
    }

    fn timer_name(timer: &Timer) -> String {
        match timer {
            Timer::Heartbeat => "heartbeat".to_owned(),
            Timer::Silence => "silence".to_owned(),
            Timer::Redial(peer) => format!("redial n{}", peer.0 + 1),
            Timer::Request => "request".to_owned(),
            Timer::Retry => "retry".to_owned(),
        }
    }
}

impl Protocol for Replication {
    const NAME: &'static str = "replication";
    const TITLE: &'static str = "Primary and backups";
    const SUMMARY: &'static str =
        "One primary copies its log to backups; an operator, not an election, decides who is primary.";
    const SAMPLE_INPUT: &'static str = "put x 1";

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
        for _ in 0..config.servers() {
            roster.add(Kind::Server, Role::Server);
        }
        for _ in 0..config.clients {
            roster.add(Kind::Client, Role::Client);
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
