//! Zab, the broadcast protocol of ZooKeeper, as ZooKeeper 3.9 runs it: one order of writes, made by one leader at a time.
//!
//! # The four phases
//!
//! A server is in one of four, and there is no fifth; acknowledging is part of the broadcast, not a phase of "feedback".
//!
//! 0. **Election** (`election`). In the paper an oracle outside the protocol; in ZooKeeper FastLeaderElection. It elects
//!    the server with the most recent *currentEpoch*, among equals the one with the longest history, and only as the third
//!    key the largest id. It is allowed to be wrong: what follows makes sure of the history again.
//! 1. **Discovery** (`discovery`). The leader asks a quorum, itself included, for the highest epoch that each has promised
//!    to follow, takes the next one, and has a quorum promise that. If anyone in it has a more recent history, the leader
//!    abdicates.
//! 2. **Synchronization** (`synchronization`). Each learner is given what it lacks (DIFF), told to cut off what was never
//!    committed (TRUNC), or sent the whole state (SNAP). It has that on disk, and the new *currentEpoch* after it, before
//!    it says so. When a quorum has, the leader is established.
//! 3. **Broadcast** (`broadcast`). Every write gets a zxid, (epoch, counter), is proposed to all that follow, also to those
//!    that are still synchronizing, and is committed, in order, once a quorum has it on disk.
//!
//! # What the common accounts get wrong
//!
//! - *"The largest id wins."* Only between equal histories.
//! - *"ZooKeeper is strongly consistent."* Writes are linearizable. Reads are answered by the client's own server from its
//!   own state and may be stale; within a session they never go back. `sync` first makes them fresh in practice, though a
//!   deposed leader would answer it too: it asks no quorum.
//! - *"It commits by two-phase commit."* There is no abort and no unanimity: a quorum is enough, and the order is fixed.
//! - *"An odd number of servers is required."* An even number works. It tolerates no more failures than one server fewer.
//! - *"Zab is Raft."* A new leader here gives its whole history to the learners as committed, once a quorum holds it.
//!
//! # Names
//!
//! ZooKeeper's own: `NEWLEADER`, `acceptedEpoch`, `tickTime`. The paper's: FOLLOWERINFO is CEPOCH, LEADERINFO is NEWEPOCH,
//! ACKEPOCH is ACK-E, the acknowledgement of NEWLEADER is ACK-LD, and UPTODATE is COMMIT-LD.
//!
//! # Searched
//!
//! With three voters and `election=oracle`, so that anybody may be named leader by anybody at any time:
//! `netsplit explore zab --option election=oracle --option clients=1 --option voters=3 --timers 3 --operations 1` has 117 728
//! states, with two proposals (`--operations 2`) 2 148 814, and `--timers 3 --operations 1 --crashes 1` has 2 717 860, each
//! complete and without a violation. Ten thousand seeds of faults, healing and writes broke no claim; what they found on the
//! way is the scenario `late_leader`.
//!
//! # Where this differs from ZooKeeper's code
//!
//! - An acknowledgement counts while its follower is connected; ZooKeeper's `removeLearnerHandler` leaves it counted. Then it
//!   can commit a proposal that the same follower, back again, is just being told to cut off. A search of all orders with
//!   one crash found this, and `ack_of_one_that_left` shows it.
//! - A leader that finds a follower with a more recent history abdicates, as the protocol's description has it; ZooKeeper
//!   closes that follower's connection (`Leader.waitForEpochAck`, thrown in `LearnerHandler.run`) and waits for others.
//! - A learner whose own snapshot is ahead of a TRUNC asks for the whole state; ZooKeeper ends the process.
//! - Sessions are no transactions here, and the voters are fixed: reconfiguration is absent, not approximated.
//! - A server that has promised a newer epoch than the established leader's cannot join it before the next election. That
//!   is so in ZooKeeper as well.

mod broadcast;
mod client;
pub mod config;
pub mod describe;
mod discovery;
mod election;
mod ghost;
mod input;
mod invariants;
pub mod leader;
pub mod learner;
pub mod log;
mod machine;
mod message;
pub mod server;
mod service;
mod storage;
mod synchronization;
#[cfg(test)]
mod tests;
mod zxid;

use std::fmt;
use std::marker::PhantomData;

use crate::sim::{
    Claim, Context, Event, Flaw, Kind, Kinds, Milestone, NodeId, OptionSpec, Protocol, Roster, Route, Settings, Setup,
    Witness,
};
pub use config::Config;
pub use discovery::{acceptance, is_more_recent, next_epoch};
pub use election::{agree, beats, is_confirmed, is_quorum};
pub use ghost::{Ghost, Output};
pub use input::Input;
use machine::KeyValue;
pub use machine::Machine;
pub use message::Message;
pub use server::Node;
pub use storage::{Record, Stable};
pub use synchronization::{open_snapshot, sync_decision};
pub use zxid::Zxid;

/// The system, as a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Zab<M = KeyValue>(PhantomData<M>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Voter,
    Observer,
    Client,
}

/// What a client asks of its server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call<M: Machine = KeyValue> {
    Do(M::Op),
    /// Let all that is committed now arrive first.
    Sync,
}

impl<M: Machine> fmt::Display for Call<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Do(op) => op.fmt(f),
            Call::Sync => f.write_str("sync"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Looking: time to send the vote again.
    Notify,
    /// Looking: no better vote has come.
    Finalize,
    /// Looking: the oracle names this server.
    Elect(NodeId),
    /// Learner: the leader is silent.
    Read,
    /// Learner: time to try the leader again.
    Reconnect,
    /// Leader: half a tick has passed.
    Tick,
    /// Leader: a quorum takes too long.
    Init,
    /// Client: the answer has not come in time.
    Request,
    /// Client: time to try another server.
    Retry,
}

impl<M: Machine> Kinds for Zab<M> {
    type Message = Message<M>;
    type Timer = Timer;
    type Record = Record<M>;
    type Input = Input<M>;
    type Output = Output<M>;
    type Operation = Call<M>;
    type Answer = M::Answer;

    const MESSAGES: &'static [&'static str] = message::MESSAGES;
    const FILES: &'static [&'static str] = storage::FILES;

    fn kind(message: &Message<M>) -> u8 {
        message.kind()
    }

    fn route(message: &Message<M>) -> Route {
        Route::Stream(message.channel())
    }

    fn size(message: &Message<M>) -> u32 {
        message.size()
    }

    fn routine(message: &Message<M>) -> bool {
        matches!(message, Message::Ping)
    }

    fn file(record: &Record<M>) -> u8 {
        record.file()
    }

    fn timer_name(timer: &Timer) -> String {
        let name = match timer {
            Timer::Elect(leader) => return format!("elect n{}", leader.0 + 1),
            Timer::Notify => "notify",
            Timer::Finalize => "finalize",
            Timer::Read => "read",
            Timer::Reconnect => "reconnect",
            Timer::Tick => "tick",
            Timer::Init => "init",
            Timer::Request => "request",
            Timer::Retry => "retry",
        };
        name.to_owned()
    }
}

impl Protocol for Zab {
    const NAME: &'static str = "zab";
    const TITLE: &'static str = "ZooKeeper 3.9 · Zab";
    const SUMMARY: &'static str =
        "Servers elect a leader, agree on an epoch and a history, and then broadcast writes in one order.";
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
        for _ in 0..config.voters {
            roster.add(Kind::Server, Role::Voter);
        }
        for _ in 0..config.observers {
            roster.add(Kind::Server, Role::Observer);
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
