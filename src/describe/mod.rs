//! The words in which a protocol shows itself: plain data in the viewer's vocabulary.
//!
//! A protocol fills these in; the lab adds what the world knows (who is up, what flies, which links are cut) and the
//! page draws them. There is no colour here, no pixel and no HTML, and nothing that only one protocol could use.

mod ownership;
pub mod scenario;
pub mod sides;
mod tenure;
mod waiting;

use std::fmt::Display;

use serde::{Deserialize, Serialize};

pub use self::ownership::{Admission, Belief, Certainty, Emblem, Holder, Queue, Stamp, Strip, Ticket};
pub use self::tenure::{Figure, Reading, Tenure, Viewpoint};
pub use self::waiting::{Party, WaitsFor};
pub use crate::judges::models::{Kind as Model, Premises, Property};
use crate::judges::value::Value;
/// Who and when: nouns of the kernel that a viewer uses too.
pub use crate::sim::{Kind, NodeId, OperationId, Span, Time};
use crate::sim::{Protocol, Settings, World};

/// How a node stands in its protocol; it decides the rim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// One rim.
    #[default]
    Follower,
    /// Double rim, filled crown. Where the system says that another leads, or nobody, it is drawn as alone.
    Leader,
    /// Hollow crown: it leads by its own belief alone.
    Alone,
    /// Dotted rim.
    Looking,
    /// Thin rim and an eye.
    Observer,
    /// Catching up: a partial rim with the share done, in hundredths.
    Joining(u8),
}

/// What a protocol says of one node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeView {
    /// The role in a word or two: `primary`, `backup of n1`.
    pub label: String,
    /// What else there is to say in a few words, a paler line below: `SNAP 40 %`, `votes n5`.
    pub detail: String,
    /// The first word of the role, for selectors such as `crash primary`.
    pub role: String,
    pub standing: Standing,
    /// Epoch, term or promotion number, with its letter: `e4`.
    pub epoch: Option<Epoch>,
    /// The epoch is older than the highest that exists.
    pub behind: bool,
    /// At most two timers as arcs that empty.
    pub gauges: Vec<Gauge>,
    /// Last and committed position, as the log's own cells are labelled.
    pub last: Option<String>,
    pub committed: Option<String>,
    pub lane: Option<Lane>,
    /// Label and value, for the inspector.
    pub rows: Vec<Row>,
    /// Facts on how something waits for others: a vote count, acknowledgements of a position.
    pub tallies: Vec<Tally>,
    /// What its threads do, each line by line.
    pub programs: Vec<Program>,
    /// For whom it votes, in an election by pointing: a needle. What it has counted is the first of the tallies.
    pub vote_for: Option<NodeId>,
    /// What it gives away, and who waits for it.
    pub queues: Vec<Queue>,
    /// What it takes itself to hold.
    pub beliefs: Vec<Belief>,
    pub strip: Option<Strip>,
    pub emblem: Option<Emblem>,
}

/// A number whose hue is shared by everything that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Epoch {
    pub of: Reign,
    pub number: u64,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reign {
    Epoch,
    Promotion,
}

impl Reign {
    /// It stands before the number: `e4`.
    pub fn letter(self) -> char {
        match self {
            Reign::Epoch => 'e',
            Reign::Promotion => 'p',
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub label: String,
    pub value: String,
}

impl Row {
    pub fn new(label: impl Into<String>, value: impl ToString) -> Row {
        Row { label: label.into(), value: value.to_string() }
    }
}

/// A thread: its lines, and the one that it performs next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name: `t1`.
    pub title: String,
    /// How it stands, in a few words: `sleeps: t2 has a`.
    pub state: String,
    pub lines: Vec<String>,
    /// Counted in lines, the first being 0; none where it has no line to perform.
    pub current: Option<u32>,
}

/// A timer: it was set for `span` and fires at `ends`, both on the world's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gauge {
    pub label: String,
    pub ends: Time,
    pub span: Span,
}

/// A log, drawn as cells with pointers; only its tail travels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// How many entries stand before the first cell.
    pub before: u64,
    /// Up to where a snapshot has taken their place; empty if they are there.
    pub snapshot: String,
    pub cells: Vec<Cell>,
    pub pointers: Vec<Pointer>,
}

/// Cells that travel: the newest of a log.
const CELLS: u64 = 16;

impl Lane {
    /// The newest entries of a log that ends with number `last`, where a snapshot has taken the place of those up to number
    /// `base`, whose name is `named`. `cells` makes those behind a number.
    pub fn newest(last: u64, base: u64, named: impl Display, cells: impl FnOnce(u64) -> Vec<Cell>) -> Lane {
        let before = last.saturating_sub(CELLS).max(base);
        let snapshot = if before > 0 && before == base { named.to_string() } else { String::new() };
        Lane { before, snapshot, cells: cells(before), pointers: Vec::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub label: String,
    pub title: String,
    pub epoch: Option<Epoch>,
    pub state: CellState,
}

/// Filled is agreed; a foot is applied; dashed is not durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CellState {
    Volatile,
    Durable,
    Committed,
    Applied,
    Truncated,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// Counted in cells of the lane, the first being 0.
    pub cell: u32,
    pub label: String,
}

/// Who has answered and who is still awaited: `3 needs 2 of 3`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub title: String,
    pub needed: u32,
    pub votes: Vec<(NodeId, Vote)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Vote {
    Given,
    Awaited,
    Refused,
}

/// What a message looks like in flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The protocol's short name with a position: `APPEND 3`.
    pub label: String,
    pub shape: Shape,
    pub fill: Fill,
    pub epoch: Option<Epoch>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Diamond.
    Election,
    /// Square.
    Proposal,
    /// Square with a tick.
    Decision,
    /// A wide block, as long as it is large.
    Bulk,
    /// A dot; the routine never slows the clock.
    Routine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fill {
    Request,
    /// Paper, with plus or minus.
    Reply {
        positive: bool,
    },
    /// Solid: what it carries is agreed.
    Agreed,
}

/// One line of the legend, shown while something of the kind is on stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegendLine {
    pub shape: Shape,
    pub fill: Fill,
    pub words: String,
}

/// Nodes that belong together for now: a side of a partition, or those that have not heard of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Territory {
    pub members: Vec<NodeId>,
    /// How many of how many it has of those that count, where they are counted: 3 of 5.
    pub share: Option<(u32, u32)>,
    /// `quorum`, `in doubt`
    pub says: String,
    /// It can go on: washed and outlined boldly.
    pub able: bool,
}

/// An acknowledged write and how many of the voters hold it on disk now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub label: String,
    pub epoch: Option<Epoch>,
    pub at: Time,
    pub holders: u32,
    pub lost: bool,
}

/// Acknowledged writes and where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Newest last; the newest few hundred are enough.
    pub entries: Vec<LedgerEntry>,
    pub kept: u32,
    pub lost: u32,
    /// How many nodes could hold a write.
    pub voters: u32,
}

/// Something a person can ask of a node in the protocol's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnVerb {
    /// What stands on the button: `Promote`.
    pub word: &'static str,
    /// The input, as a script says it after the node's name: `promote`.
    pub input: String,
    pub refused: Option<String>,
}

/// A step of a node at which a person can have it stop: just before it does what the effect is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trap {
    /// `Die before its vote`
    pub word: &'static str,
    /// `crash` or `pause`, as in a script.
    pub command: &'static str,
    /// A message's name, `write`, `sync` or `answer`.
    pub before: &'static str,
}

/// What clients may rely on in what they see, whatever goes on inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarantee {
    /// The machine that they believe to be talking to.
    pub model: Model,
    pub property: Property,
    pub premises: Premises,
}

/// An operation in a judge's words: its function, and what was asked or, once it ended, what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub function: &'static str,
    pub value: Value,
}

/// A protocol that can show itself, with all it brings for the lab.
pub trait Describe: Protocol {
    /// Scenario files by name, as text; the first is the opening of the page.
    const SCENARIOS: &'static [(&'static str, &'static str)];
    /// Functions of states by which a search can count them; see [`Describe::projection`].
    const PROJECTIONS: &'static [&'static str] = &[];
    /// Options that a search sets unless told otherwise.
    const EXPLORING: &'static [(&'static str, &'static str)] = &[];
    /// Terms of art with a sentence each.
    const NAMES: &'static [(&'static str, &'static str)];

    /// Whether somebody leads in this system; where nobody does, nobody is missed.
    const HAS_LEADER: bool = true;
    /// Whether its notes tell what becomes of operations; otherwise their answers are told.
    const TELLS_OPERATIONS: bool = true;

    /// One node; while it is down, what its disk would tell.
    fn node(world: &World<Self>, id: NodeId) -> NodeView;
    fn tag(world: &World<Self>, from: NodeId, body: &Self::Message) -> Tag;
    fn legend() -> Vec<LegendLine>;
    /// Who leads now, seen by whoever decides that in this system; none where nobody does.
    fn leader(world: &World<Self>) -> Option<(NodeId, Option<Epoch>)>;
    fn ledger(_world: &World<Self>) -> Ledger {
        Ledger::default()
    }
    fn territories(_world: &World<Self>) -> Vec<Territory> {
        Vec::new()
    }
    /// Parts of nodes that have failed by themselves, such as a process that was killed, each in words of its own.
    fn casualties(_world: &World<Self>) -> Vec<String> {
        Vec::new()
    }
    fn waits(_world: &World<Self>) -> Vec<WaitsFor> {
        Vec::new()
    }
    /// What the rows of ownership or of progress are now, each subject's in the order to be shown.
    fn tenures(_world: &World<Self>) -> Vec<Tenure> {
        Vec::new()
    }
    /// The protocol's own readout, always the same lines in the same order.
    fn figures(_world: &World<Self>) -> Vec<Figure> {
        Vec::new()
    }
    /// The projection of a name out of [`Describe::PROJECTIONS`].
    fn projection(_name: &str) -> Option<fn(&World<Self>) -> u64> {
        None
    }
    /// Whether clients are set to do what the claims are made for. A hunt draws no other settings: what a lesson shows on
    /// purpose is no find.
    fn is_proper(_settings: &Settings) -> bool {
        true
    }
    /// What a client offers for the `ordinal`-th time in a search.
    fn offer(_config: &Self::Config, client: NodeId, ordinal: u32) -> Option<Self::Input> {
        let (kind, _) = Self::WORKLOADS.first()?;
        Self::workload(kind, client, u64::from(ordinal) + 1, 0)
    }
    /// What a node might do of its own accord at any time, for a search to try.
    fn choices(_node: &Self::Node) -> Vec<Self::Input> {
        Vec::new()
    }
    fn verbs(_world: &World<Self>, _id: NodeId) -> Vec<OwnVerb> {
        Vec::new()
    }
    /// The steps at which it is instructive for a node to stop.
    fn traps(_world: &World<Self>, _id: NodeId) -> &'static [Trap] {
        &[]
    }
    /// What clients are promised now; none where nothing is that a history of theirs could show.
    fn guarantee(_world: &World<Self>) -> Option<Guarantee> {
        None
    }
    /// Which of its client's processes asked for it, where the client has several that do: `t1`.
    fn process(_operation: &Self::Operation) -> Option<String> {
        None
    }
    /// An operation as a judge reads it; none if it neither changes anything nor tells anything.
    fn said(_operation: &Self::Operation, _answer: Option<&Self::Answer>) -> Option<Said> {
        None
    }
}
