//! What the page and the worker say to each other: plain enums, every request answered by one reply.
//!
//! The page has at most one request out and one waiting (the newest wins). Lines of script are the only way to act, so a
//! click, a typed line and a scenario file mean the same.

use serde::{Deserialize, Serialize};

use super::frame::{FigureFrame, Frame, Position, Violation};
use super::hearing::Hearing;
pub use super::telling::TraceLine;
pub use super::trace::Code;
use crate::describe::{Stamp, Tenure};
use crate::sim::{NodeId, Span, Time};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// The first message; the builds must be the same. Said again when the page has another language.
    Hello { build: String },
    /// Opens a run and answers [`Reply::View`] at its start, or at the playhead that a link names.
    Open { source: Source },
    /// Runs on to a time, at most as far as one slice of work allows, and shows where it got.
    Advance { to: Time },
    /// Goes to an instant, ahead or back.
    Seek { to: Position },
    /// Goes by whole events, ahead or back.
    Step { events: i64 },
    /// Goes to the next or previous mark (a milestone, a fault, a violation).
    StepMark { ahead: bool },
    /// Goes to where the next or previous beat begins.
    StepBeat { ahead: bool },
    /// A line of script, or several, at the instant that the person saw. Later entries are kept; a past instant makes a
    /// branch.
    Act { at: Position, line: String },
    /// Changes the schedule: a branch, run again as far as the old one was known.
    Edit { changes: Vec<Change> },
    /// Changes options, the seed or flaws (`flaw NAME on`), one a line: a branch that runs the same schedule.
    Set { line: String },
    /// Goes to another branch at the same time, or as near as it has.
    Switch { branch: u32 },
    /// Calls a branch by a name of the person's own; without one, by what made it.
    Name { branch: u32, name: String },
    /// Back to the branch and the instant before the last edit.
    Undo,
    /// Runs on, a slice at a time, until a condition holds (as in a script's `until`); [`View::looking`] says whether to
    /// ask again.
    Until { condition: String },
    /// Entries of the trace behind this one, as far as the branch is known, answered by [`Reply::Trace`].
    Trace { after: u32 },
    /// The branch's schedule under a hundred seeds up to a time, a slice at a time, answered by [`Reply::Outcomes`].
    Sample { until: Time },
    /// What differs between two branches, answered by [`Reply::Comparison`].
    Compare { left: u32, right: u32 },
    /// What clients saw as far as the branch is known, and what a judge makes of it, answered by [`Reply::Hearing`].
    Hear,
    /// The branch as a script, answered by [`Reply::Script`].
    Script,
    /// What the branch's script says as it runs, answered by [`Reply::Transcript`].
    Transcript,
    /// The link's fragment for the instant on screen, answered by [`Reply::Link`].
    Link { at: Position, selection: Option<String> },
}

/// A change of the schedule, by the places that its entries had before all the changes of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    Remove { entry: u32 },
    Move { entry: u32, to: Time },
    Insert { at: Time, line: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// What a newcomer sees first.
    Opening,
    Scenario {
        system: String,
        name: String,
    },
    Script {
        text: String,
    },
    /// The fragment of a shared link, without `#`.
    Link {
        fragment: String,
    },
    /// The script of a run that somebody found, and words for it: a branch of the present run, where the system is the
    /// same.
    Found {
        text: String,
        words: String,
    },
    /// The script of a run, reopened after the worker was started again; like a script, and the playhead is kept.
    Resume {
        text: String,
        at: Position,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    Hello {
        build: String,
        catalog: Vec<SystemCard>,
    },
    View(Box<View>),
    Script {
        text: String,
    },
    Link {
        fragment: String,
    },
    Transcript {
        text: String,
    },
    Trace(TracePart),
    Outcomes(Outcomes),
    Comparison(Box<Comparison>),
    /// Of the past with this number, as in [`TimelineView::revision`].
    Hearing {
        revision: u32,
        hearing: Box<Hearing>,
    },
    /// Nothing changed; the run at hand is kept.
    Refused(Problem),
}

/// A part of the trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracePart {
    /// The past that it belongs to, as in [`TimelineView::revision`].
    pub revision: u32,
    pub entries: Vec<TraceLine>,
    /// There is more.
    pub more: bool,
    /// The short names of messages, by kind.
    pub messages: Vec<String>,
}

/// How runs under many seeds had ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    pub until: Time,
    pub done: u32,
    pub seeds: u32,
    /// The most frequent first.
    pub outcomes: Vec<SampledOutcome>,
    /// How long each run was without a leader, shortest first.
    pub leaderless: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledOutcome {
    pub violated: Vec<String>,
    pub lost: bool,
    /// Somebody waited for something.
    pub waiting: bool,
    pub leader: Option<String>,
    pub times: u32,
    /// The first seed that ended so.
    pub seed: u64,
}

/// Two branches beside each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub until: Time,
    /// Both were carried out to that time.
    pub whole: bool,
    /// The first entry of each that is not the same, where there is one; none on a side that ends before.
    pub parted: Option<[Option<TraceLine>; 2]>,
    pub balances: [Balance; 2],
}

/// What a run had come to by an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    pub leader: Option<String>,
    pub leaderless: Option<Span>,
    pub done: u32,
    pub refused: u32,
    pub unknown: u32,
    pub kept: u32,
    pub lost: u32,
    /// What the protocol itself measures.
    pub figures: Vec<FigureFrame>,
    pub violated: Vec<String>,
}

/// Everything the page needs to show one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub frame: Frame,
    pub run: RunCard,
    pub timeline: TimelineView,
    pub pace: Pace,
    /// What the last request made of the person's act: "New branch; the old one is kept", or why it had no effect.
    pub notice: Option<String>,
    /// The newest sentences of the narration at this instant, oldest first; eight at most.
    pub narration: Vec<Sentence>,
    /// The whole schedule as lines, with which of them had no effect.
    pub schedule: Vec<EntryView>,
    /// [`Request::Until`] has not found what it looks for; it goes on when asked again.
    pub looking: bool,
}

/// What is being run. Changes only when another run is opened or an option set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCard {
    pub system: String,
    pub title: String,
    pub scenario: String,
    /// The scenario's own title, its first line of prose.
    pub caption: String,
    pub seed: u64,
    pub options: Vec<OptionView>,
    pub flaws: Vec<FlawView>,
    /// What clients can be told to ask for by themselves: the kind, and what it does.
    pub workloads: Vec<(String, String)>,
    /// An input every client takes, as a template for the Write tool: `put x 1`.
    pub sample_input: String,
    /// What can be waited for: by which name, and in which words.
    pub milestones: Vec<(String, String)>,
    /// What a selection was when the link was made.
    pub selection: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionView {
    pub name: String,
    pub title: String,
    pub value: String,
    pub default: String,
    /// The values it can take, where they are few; otherwise the range in words.
    pub choices: Vec<String>,
    pub range: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlawView {
    pub name: String,
    pub title: String,
    pub violates: String,
    pub on: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineView {
    /// Where the run has been computed to on this branch, and at least to where its script ends.
    pub end: Time,
    pub marks: Vec<Mark>,
    pub faults: Vec<FaultBar>,
    /// Who led when, in order.
    pub leaders: Vec<LeaderBar>,
    /// What rows of ownership and of progress were when; by beginning.
    pub tenures: Vec<TenureBar>,
    /// What came to resources, in order.
    pub arrivals: Vec<Arrival>,
    /// Acknowledged writes, as times.
    pub writes: Vec<Time>,
    pub branches: Vec<BranchView>,
    pub branch: u32,
    /// The claims that the run breaks as far as it is known, by name, and where.
    pub violations: Vec<(String, Violation)>,
    /// How many calls and returns of clients are known.
    pub heard: u64,
    /// The run as beats and silences, end to end as far as it is known; thinned where it is long.
    pub story: Vec<Stretch>,
    /// Another number is another past: what was asked of the old one is worth nothing after `kept`.
    pub revision: u32,
    pub kept: Position,
}

/// A part of the run that is shown at one speed, from where the one before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    pub until: Time,
    /// How long it lasts on the screen in auto pace.
    pub screen_ms: u32,
    /// Nothing of interest for long enough to say so ("▸▸ 8.2 s").
    pub silence: bool,
    /// Something of interest flies or is being written.
    pub beat: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub at: Position,
    pub words: String,
    pub kind: MarkKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkKind {
    Milestone,
    Fault,
    Violation,
    Say,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultBar {
    /// The line that began it, with whom it struck where it does not say: `crash leader: n3`. Where no line did, what failed.
    pub words: String,
    /// That line alone, as the schedule has it; what failed, where no line did.
    pub line: String,
    /// The line's place in the schedule; `u32::MAX` where no entry began it.
    pub entry: u32,
    pub from: Time,
    /// None while it lasts.
    pub to: Option<Time>,
    /// The line that ended it and that line's place; it may have ended others as well.
    pub ended_by: Option<(String, u32)>,
    /// The line that would end it.
    pub remedy: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderBar {
    pub node: NodeId,
    pub epoch: Option<crate::describe::Epoch>,
    pub from: Time,
    pub to: Option<Time>,
    /// It led by its own belief alone.
    pub believed: bool,
}

/// What a row was for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenureBar {
    pub tenure: Tenure,
    pub from: Time,
    /// None while it lasts.
    pub to: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchView {
    pub id: u32,
    pub parent: Option<u32>,
    /// What made it: `crash n2 at 2.500`.
    pub words: String,
    /// What the person calls it, if anything.
    pub name: String,
    pub at: Time,
    pub end: Time,
}

/// What came to a resource, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    pub at: Time,
    pub node: NodeId,
    pub stamp: Stamp,
}

/// How fast the clock should go from here in auto pace: `rate` virtual microseconds for a second of screen, as far as `until`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    pub rate: u64,
    /// What the rate would be if nothing had been told before.
    pub fresh: u64,
    pub until: Time,
    /// It crosses a silence, which is worth saying ("▸▸ 8.2 s").
    pub silence: bool,
    /// Something of interest flies or is being written: the person's flight time applies.
    pub beat: bool,
    /// Nothing more happens by itself, ever.
    pub rests: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub at: Time,
    pub words: String,
    pub kind: SentenceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SentenceKind {
    /// A protocol says what it does.
    Noted,
    /// A scenario's own caption.
    Said,
    /// What was done to the cluster, as a script says it.
    Done,
    /// A claim is broken.
    Violated,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryView {
    pub at: Position,
    pub line: String,
    /// Why it changed nothing: "n2 is already down".
    pub no_effect: Option<String>,
}

/// A system, its options, flaws and scenarios, for the menu.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemCard {
    pub name: String,
    pub title: String,
    pub summary: String,
    pub scenarios: Vec<ScenarioCard>,
    /// By name, with what each is.
    pub flaws: Vec<(String, String)>,
    /// Terms of art with a sentence each.
    pub names: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioCard {
    pub name: String,
    pub title: String,
    /// What happens in it, in a sentence or two; empty where its file says no more.
    pub caption: String,
}

/// A mistake in text from outside, with its place and a hint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Counted from 1; 0 where the text has no lines.
    pub line: u32,
    pub column: u32,
    pub message: String,
    pub hint: String,
}

impl Problem {
    /// One that has no place.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem { message: message.into(), hint: hint.into(), ..Problem::default() }
    }
}

/// A request and its answer travel with the same number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered<T> {
    pub number: u64,
    pub body: T,
}

pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).unwrap_or_default()
}

pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
