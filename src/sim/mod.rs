//! The kernel: what a world is, what can happen in it, and in which order. It knows no protocol.
//!
//! In reading order: `time` and `id` are the nouns; `protocol` is what a protocol brings; `event` and `context` are what
//! a node perceives and may ask; `action` is everything that can happen; `world` is where it happens, with `step` for
//! what nodes do, `timers` and `disk` for what they wait for, `transport` for packets and `faults` for what people do.
//! `slot` and `network` hold the state of nodes and links. `random` draws without a generator, `queue` orders by content,
//! `observer` is how a run is seen, `fingerprint` when two worlds are the same, `pieces` takes worlds apart for a search,
//! `dice` draws schedules, `trial` drives a world in a test.

pub mod action;
pub mod clock;
pub mod context;
#[cfg(any(test, feature = "hunt"))]
pub mod dice;
pub mod disk;
pub mod event;
mod faults;
pub mod fingerprint;
pub mod id;
pub mod network;
pub mod observer;
mod physics;
pub mod pieces;
pub mod protocol;
mod queue;
pub mod random;
pub mod settings;
pub mod slot;
mod step;
pub mod time;
mod timers;
mod transport;
pub mod world;
#[cfg(test)]
pub mod trial;

pub use action::{Action, Crash, Due, Fault, Interrupt};
pub use context::{Completion, Context, Effect, Embeds, OperationId};
pub use event::{Event, Loss};
pub use id::{Kind, Member, NodeId, Roster};
pub use network::{CONTROL, End, FlightId, InFlight, LaneFaults};
pub use observer::{Arg, Entry, Observer, What};
pub use physics::{Delivery, Physics};
pub use protocol::{Claim, Expectation, Kinds, Milestone, Protocol, Route, Setup, Value, Verdict, Witness};
pub use settings::{Flaw, OptionSpec, PHYSICS, Range, Settings};
pub use slot::{Armed, Health, Slot};
pub use time::{Span, Time};
pub use world::{NoEffect, World};
