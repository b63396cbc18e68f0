//! The seam between systems and instrument: one object-safe trait directly above the world, so that script, timeline,
//! session and search are compiled once and know no protocol.

use super::chronicle::Counts;
use super::command::Command;
use super::frame::{Frame, Position, Violation};
use super::script::Condition;
use super::story::Story;
use super::telling::TraceLine;
use super::testimony::Testimony;
use super::trace::Segment;
use super::wire::{Arrival, FaultBar, LeaderBar, Mark, Sentence, TenureBar};
use crate::describe::Guarantee;
use crate::sim::{Expectation, NoEffect, Span, Time};

/// A run of some system at one instant.
pub trait Engine: Send {
    fn position(&self) -> Position;
    /// How many events have happened so far; commands are not counted.
    fn events(&self) -> u64;
    /// When the next event happens by itself, if ever.
    fn next(&self) -> Option<Time>;
    /// Performs the next event; false if there is none.
    fn step(&mut self) -> bool;
    /// Moves the clock where nothing happens.
    fn advance(&mut self, to: Time);
    /// Whether a command names what exists here.
    ///
    /// # Errors
    /// What is wrong, and a hint.
    fn check(&self, command: &Command) -> Result<(), (String, String)>;
    fn check_condition(&self, condition: &Condition) -> Result<(), (String, String)>;
    /// # Errors
    /// Why the command changes nothing now.
    fn act(&mut self, command: &Command) -> Result<(), NoEffect>;
    fn fork(&self) -> Box<dyn Engine>;
    fn fingerprint(&self) -> u64;
    fn frame(&self) -> Frame;
    /// Whether a condition holds now; milestones are counted from `since`.
    fn satisfies(&self, condition: &Condition, since: &Reached) -> bool;
    /// How often each milestone has been reached, to count from.
    fn reached(&self) -> Reached;
    /// A condition's present state, for the one who asked in vain.
    fn explain(&self, condition: &Condition) -> String;
    fn record(&self) -> Record;
    /// How many marks there are so far.
    fn record_len(&self) -> u64;
    /// When a message of interest left or came last, or a thread went on.
    fn last_of_interest(&self) -> Time;
    /// The run so far as beats and silences.
    fn story(&self) -> &Story;
    /// Nothing of interest flies or is being written, and no client waits.
    fn is_calm(&self) -> bool;
    fn flight_time(&self) -> Span;
    fn claims(&self) -> Vec<Claim>;
    /// The first claim that was violated, if any.
    fn violated(&self) -> Option<&'static str>;
    /// A claim about the clients' history that was violated, judged now: this takes time.
    fn contradicted(&self) -> Option<(&'static str, Violation)>;
    /// How many operations have been answered so far.
    fn answered(&self) -> u64;
    /// The claims judged in this very state, `Eventually` ones included.
    fn judge(&self, name: &str) -> Option<Result<(), String>>;
    fn narration(&self, newest: usize) -> Vec<Sentence>;
    /// Listens from now on; what was heard is taken by [`Engine::heard`].
    fn listen(&mut self, notes: bool, messages: bool);
    fn heard(&mut self) -> Vec<(Time, String)>;
    /// The trace in short, since the last checkpoint.
    fn segment(&self) -> &Segment;
    /// A checkpoint is made here: what came before is computed again when it is asked for.
    fn begin_segment(&mut self);
    /// Keeps the whole trace in words from here on; what was kept is taken by [`Engine::take_trace`].
    fn keep_trace(&mut self);
    fn take_trace(&mut self) -> Vec<TraceLine>;
    fn trace(&self) -> &[TraceLine];
    /// The short names of the messages, by kind.
    fn messages(&self) -> &'static [&'static str];
    /// How the operations of the whole run ended.
    fn completed(&self) -> Counts;
    fn trace_hash(&self) -> u64;
    fn node_name(&self, id: crate::sim::NodeId) -> String;
}

/// A claim, and what has come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub name: &'static str,
    pub says: &'static str,
    pub expectation: Expectation,
    /// How often its premise held.
    pub premises: u64,
    pub violation: Option<Violation>,
}

/// Milestones and how often they were reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached(pub Vec<(&'static str, u32)>);

impl Reached {
    pub fn count(&self, name: &str) -> u32 {
        self.0.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count)
    }
}

/// What the timeline shows of a whole run.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub marks: Vec<Mark>,
    pub faults: Vec<FaultBar>,
    pub leaders: Vec<LeaderBar>,
    pub tenures: Vec<TenureBar>,
    pub arrivals: Vec<Arrival>,
    pub writes: Vec<Time>,
    pub story: Story,
    /// Claims that are broken, by name.
    pub violations: Vec<(String, Violation)>,
    /// What clients saw, and what they are promised.
    pub testimony: Testimony,
    pub guarantee: Option<Guarantee>,
}
