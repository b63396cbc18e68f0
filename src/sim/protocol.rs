//! What a protocol is to the world: types, how a node boots, steps and reads its disk.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use super::context::Context;
use super::id::{NodeId, Roster};
use super::observer::What;
use super::settings::{Flaw, OptionSpec, Settings};
use super::world::World;

/// Anything that is part of a world's state.
pub trait Value: Clone + Eq + Hash + Debug + Send + Sync + 'static {}
impl<T: Clone + Eq + Hash + Debug + Send + Sync + 'static> Value for T {}

/// Which way a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// Lost, doubled, reordered.
    Datagram,
    /// In order, over the connection of this channel number; lost only with the connection.
    Stream(u8),
}

/// The types that a node speaks. A child protocol has these alone; see [`Context::embed`].
pub trait Kinds: Value {
    type Message: Value;
    type Timer: Value + Ord;
    /// One entry of a file on disk.
    type Record: Value;
    /// What a client asks, as the script says it.
    type Input: Value + Display;
    /// What a child tells its parent, and a root protocol tells its ghost.
    type Output: Value;
    /// An operation of the history, and its answer.
    type Operation: Value + Display;
    type Answer: Value + Display;

    /// The short names of messages, indexed by [`Kinds::kind`].
    const MESSAGES: &'static [&'static str];
    /// The names of files, indexed by [`Kinds::file`].
    const FILES: &'static [&'static str] = &["log"];

    fn kind(message: &Self::Message) -> u8;
    fn route(message: &Self::Message) -> Route;
    /// Bytes on the wire.
    fn size(_message: &Self::Message) -> u32 {
        64
    }
    /// Pings and renewals: never slows the clock, and nothing waits for it.
    fn routine(_message: &Self::Message) -> bool {
        false
    }
    /// Records of different files never depend on one another's order: each file is recovered by itself.
    fn file(_record: &Self::Record) -> u8 {
        0
    }
    /// A timer's name in scripts and on the stage.
    fn timer_name(timer: &Self::Timer) -> String;
    /// Its firing is work and not waiting: a thread's next instruction. It is of interest to a viewer, and a search does not
    /// count it against its limit of timers.
    fn is_step(_timer: &Self::Timer) -> bool {
        false
    }
}

/// A whole protocol: what a world runs.
pub trait Protocol: Kinds {
    const NAME: &'static str;
    const TITLE: &'static str;
    /// One sentence for the menu.
    const SUMMARY: &'static str;
    /// An input that any client understands: `put x 1`.
    const SAMPLE_INPUT: &'static str;

    type Role: Value + Copy;
    type Config: Value;
    type Node: Value;
    /// What the disk holds, record by record.
    type Stable: Value + Default;
    /// Bounded history variables, for claims that one state cannot decide.
    type Ghost: Value + Default;

    fn options() -> &'static [OptionSpec];
    fn flaws() -> &'static [Flaw];
    fn milestones() -> &'static [Milestone];
    fn claims() -> &'static [Claim<Self>];

    fn configure(settings: &Settings) -> Self::Config;
    fn roster(config: &Self::Config) -> Roster<Self::Role>;

    /// First start and recovery are the same road.
    fn boot(setup: Setup<'_, Self>, stable: &Self::Stable, ctx: &mut Context<'_, Self>) -> Self::Node;
    fn step(node: &mut Self::Node, event: super::event::Event<Self>, ctx: &mut Context<'_, Self>);
    fn replay(stable: &mut Self::Stable, record: &Self::Record);

    fn parse_input(text: &str) -> Result<Self::Input, String>;
    /// The input a workload offers for its `ordinal`-th turn, from 64 even bits.
    fn workload(kind: &str, client: NodeId, ordinal: u64, bits: u64) -> Option<Self::Input>;
    /// The workloads by name, with what they do.
    const WORKLOADS: &'static [(&'static str, &'static str)];

    fn witness(_ghost: &mut Self::Ghost, _seen: Witness<'_, Self>) {}
}

/// What a node knows when it boots.
pub struct Setup<'a, P: Protocol> {
    pub role: P::Role,
    pub config: &'a P::Config,
    pub roster: &'a Roster<P::Role>,
}

/// What the ghost is shown: something that just happened at a node.
pub struct Witness<'a, P: Protocol> {
    pub now: super::time::Time,
    pub node: NodeId,
    pub what: &'a What<'a, P>,
}

/// A moment worth a mark on the timeline and an `until` in a script.
#[derive(Clone, Copy, Debug)]
pub struct Milestone {
    /// As in `until NAME`: `backup promoted`.
    pub name: &'static str,
    /// For the reader.
    pub title: &'static str,
}

/// When a claim must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// In every state.
    Always,
    /// In at least one state of the run: a witness that it was not empty.
    Sometimes,
    /// Once faults have healed and the run has settled.
    Eventually,
}

/// A named property of a world.
pub struct Claim<P: Protocol> {
    pub name: &'static str,
    /// The claim as a sentence.
    pub says: &'static str,
    pub expectation: Expectation,
    pub check: fn(&World<P>) -> Verdict,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its premise does not hold here: there is nothing to judge.
    Vacuous,
    Holds,
    Violated {
        says: String,
        nodes: Vec<NodeId>,
    },
}
