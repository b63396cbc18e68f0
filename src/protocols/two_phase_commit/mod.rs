//! Two-phase commit: atomic or blocked.
//!
//! A transaction changes rows at several servers, and must change all of them or none. Its *coordinator* sends each
//! *participant* its share of the work; a participant locks the rows and works the changes out. Then, in the first
//! phase, the coordinator asks all to *prepare*. A participant that can forces a record to its disk and votes *yes*:
//! from then on it is *in doubt*, holds its locks, and may not decide alone. In the second phase, if *every* vote is yes,
//! the coordinator forces its commit *decision* to its disk and tells it; otherwise it aborts. A majority is not
//! enough: this is not about having a value survive, but about each participant's own rows.
//!
//! *Presumed abort*: for an abort nothing is written and nothing acknowledged, because whoever asks about a transaction
//! that its coordinator does not know is told that it was aborted. A commit is told until all have acknowledged, and then
//! forgotten. A participant that only read leaves at its vote.
//!
//! If the coordinator dies while a participant is in doubt, the participant asks the others. One that has ended the
//! transaction, or has not promised and now never will, can tell. If all have promised, everybody waits for the
//! coordinator, and whoever needs their locks waits with them. No protocol avoids this where messages can be lost.
//!
//! Any server can coordinate: `t1` holds no accounts and does nothing else, and `transfer a b 30 via n2` asks n2.
//! Servers and clients speak over connections; a lost connection means lost work for all that was not promised. Each
//! server has one log; forced records are disk syncs, and what depends on them waits for the disk.
//!
//! Sources: presumed abort and readers that leave at their vote are those of R* (Mohan, Lindsay, Obermarck: Transaction
//! Management in the R* Distributed Database Management System, 1986); cooperative termination is in chapter 7 of Bernstein,
//! Hadzilacos and Goodman, Concurrency Control and Recovery in Database Systems; names are compared with Gray and Lamport,
//! Consensus on Transaction Commit.
//!
//! | here | Gray and Lamport | databases |
//! |---|---|---|
//! | coordinator | transaction manager | transaction manager |
//! | participant | resource manager | resource manager, branch |
//! | in doubt | prepared | in doubt, prepared |

mod client;
mod config;
mod coordinator;
mod describe;
mod disk;
mod ghost;
mod input;
mod invariants;
mod message;
mod node;
mod participant;
mod projection;
mod termination;
#[cfg(test)]
mod tests;

use crate::machines::bank::Order;
use crate::sim::{
    Claim, Context, Event, Flaw, Kind, Kinds, Milestone, NodeId, OptionSpec, Protocol, Roster, Route, Settings, Setup,
    Witness,
};
pub use client::Answer;
pub use config::Config;
pub use disk::{Record, Stable};
pub use ghost::{Ghost, Output};
pub use input::Input;
pub use message::{Message, Tx};
pub use node::Node;

/// The system, as a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TwoPhaseCommit;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Server,
    Client,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Coordinator: not every vote has come.
    Votes(Tx),
    /// Coordinator: not everybody has acknowledged the commit.
    Resend(Tx),
    /// Participant: it works, or waits for locks, for too long.
    Work(Tx),
    /// Participant: it has been in doubt for long enough to ask.
    Doubt(Tx),
    /// Client: the outcome has not come.
    Answer,
}

impl Kinds for TwoPhaseCommit {
    type Message = Message;
    type Timer = Timer;
    type Record = Record;
    type Input = Input;
    type Output = Output;
    type Operation = Order;
    type Answer = Answer;

    const MESSAGES: &'static [&'static str] = message::MESSAGES;

    fn kind(message: &Message) -> u8 {
        message.kind()
    }

    fn route(_message: &Message) -> Route {
        Route::Stream(0)
    }

    fn size(message: &Message) -> u32 {
        message.size()
    }

    fn timer_name(timer: &Timer) -> String {
        match timer {
            Timer::Votes(tx) => format!("votes {tx}"),
            Timer::Resend(tx) => format!("resend {tx}"),
            Timer::Work(tx) => format!("work {tx}"),
            Timer::Doubt(tx) => format!("doubt {tx}"),
            Timer::Answer => "answer".to_owned(),
        }
    }
}

impl Protocol for TwoPhaseCommit {
    const NAME: &'static str = "two_phase_commit";
    const TITLE: &'static str = "Two-phase commit";
    const SUMMARY: &'static str =
        "All participants commit or none does; and if the coordinator is lost at the wrong moment, they wait.";
    const SAMPLE_INPUT: &'static str = "transfer a b 30";

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
        roster.add(Kind::Coordinator, Role::Server);
        for _ in 0..config.participants {
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
