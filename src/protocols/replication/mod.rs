//! Primary and backups: the smallest honest protocol.

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
