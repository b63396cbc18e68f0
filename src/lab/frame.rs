//! What is seen: one instant of a run as plain data, whole each time.

use serde::{Deserialize, Serialize};

use crate::describe::{LedgerEntry, LegendLine, NodeView, Tag, Territory, WaitsFor};
use crate::sim::{Kind, NodeId, OperationId, Span, Time};

/// One instant of one branch. Nodes are listed in roster order, so that `nodes[id.0]` is the node `id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    pub at: Position,
    pub nodes: Vec<NodeFrame>,
    pub links: Vec<LinkFrame>,
    pub flights: Vec<Flight>,
    pub operations: Vec<OperationFrame>,
    pub territories: Vec<Territory>,
    pub waits: Vec<WaitsFor>,
    pub legend: Vec<LegendLine>,
    pub readout: Readout,
    pub claims: Vec<ClaimFrame>,
}

/// An instant: the virtual time, and how many events of that microsecond have happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    pub time: Time,
    pub k: u32,
}

impl Position {
    /// Before anything of that microsecond has happened.
    pub fn at(time: Time) -> Position {
        Position { time, k: 0 }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeFrame {
    pub id: NodeId,
    pub name: String,
    pub kind: Kind,
    pub health: Health,
    /// As the protocol describes it; while the node is down, only what its disk would tell.
    pub view: NodeView,
    /// Wall clock minus world clock, in microseconds, and the rate's deviation in parts per million.
    pub clock_offset: i64,
    pub clock_ppm: i32,
    /// Arrivals that pile up at a paused node.
    pub inbox: u32,
    /// Records written and not yet synced.
    pub unsynced: u32,
    pub verbs: Vec<Verb>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    Up,
    Paused,
    /// The process died; its peers were told.
    Crashed,
    /// The power went; nobody was told.
    PowerLost,
}

impl Health {
    /// There is no process: only its disk is left.
    pub fn is_down(self) -> bool {
        matches!(self, Health::Crashed | Health::PowerLost)
    }
}

/// Something a person can do here: a line of script behind a short word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verb {
    /// What stands on the button: `Crash`.
    pub word: String,
    /// The command, as in a script: `crash n2`.
    pub line: String,
    /// Why it cannot be done now; the button is disabled and says so.
    pub refused: Option<String>,
    /// Among the first four, or under "more".
    pub primary: bool,
}

/// A pair of nodes, `a` before `b` in the roster. Pairs without connection, fault or traffic between clients are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkFrame {
    pub a: NodeId,
    pub b: NodeId,
    pub state: LinkState,
    pub a_to_b: Lane,
    pub b_to_a: Lane,
    pub verbs: Vec<Verb>,
}

/// What the ends believe of their connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// No connection and none sought; datagrams may still pass.
    Idle,
    Opening,
    Open,
    /// One end believes that it is open.
    HalfOpen,
    /// It was lost, on a link that may be alive.
    Lost,
}

/// One direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    pub cut: bool,
    /// Messages that wait for the cut to mend or the window to open.
    pub stalled: u32,
    pub extra_delay: Span,
    /// Hundredths of datagrams lost, and doubled.
    pub loss: u8,
    pub doubled: u8,
    /// Bytes a second; none means not limited.
    pub bandwidth: Option<u64>,
    /// Delivery is held for a person to perform.
    pub held: bool,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flight {
    /// Stable while it flies, and the same in every replay: the link's direction and its number there.
    pub number: u64,
    pub from: NodeId,
    pub to: NodeId,
    pub sent: Time,
    /// When it arrives; none while it is stalled or held.
    pub arrives: Option<Time>,
    /// Its place in the line behind a cut, 0 being the first.
    pub stalled: Option<u32>,
    pub bytes: u32,
    pub tag: Tag,
    pub verbs: Vec<Verb>,
}

/// A client's operation: a bubble beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationFrame {
    /// The same in every replay.
    pub id: OperationId,
    /// Which of its client's processes asked for it, where there are several.
    pub process: Option<String>,
    pub words: String,
    pub outcome: Outcome,
    /// The answer in words, once there is one.
    pub answer: Option<String>,
    pub invoked: Time,
    pub ended: Option<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Pending,
    Done,
    Refused,
    Unknown,
}

/// What the experiment measures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readout {
    /// Time without a node that leads, so far; none where the system has no leader.
    pub leaderless: Option<Span>,
    /// The last time alone, which may go on.
    pub outage: Span,
    /// Who leads now, as a quorum or the operator sees it.
    pub leader: Option<NodeId>,
    /// One line per side of the present partition, or one for all.
    pub sides: Vec<Side>,
    /// Since when the sides are counted, and the fault that began it.
    pub since: Option<(Time, String)>,
    /// Every acknowledged write, newest last; only the newest 400 travel.
    pub ledger: Vec<LedgerEntry>,
    pub kept: u32,
    pub lost: u32,
    pub voters: u32,
    /// What the protocol itself measures.
    pub figures: Vec<FigureFrame>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureFrame {
    pub label: String,
    pub value: FigureValue,
    /// Drawn large.
    pub is_main: bool,
    /// Anything but nothing is a violation.
    pub is_bad: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FigureValue {
    Count(u64),
    Words(String),
    /// As of the frame's instant; while it runs it grows with the clock.
    Time {
        passed: Span,
        is_running: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    pub members: Vec<NodeId>,
    pub answered: u32,
    pub refused: u32,
    pub unknown: u32,
}

/// A claim and how it stands at this instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimFrame {
    /// The property's name: `acknowledged_writes_survive`.
    pub name: String,
    /// The claim as a sentence.
    pub says: String,
    pub kind: ClaimKind,
    /// How often its premise held so far.
    pub premises: u64,
    pub violation: Option<Violation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimKind {
    Always,
    Sometimes,
    Eventually,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    pub at: Position,
    pub says: String,
    pub nodes: Vec<NodeId>,
}

#[cfg(test)]
impl Frame {
    /// So many servers, n1 first, each linked to each, and clients, each linked to the first server. Nothing is known of them.
    pub fn cluster(servers: u16, clients: u16) -> Frame {
        let node = |id: u16| NodeFrame {
            id: NodeId(id),
            name: if id < servers { format!("n{}", id + 1) } else { format!("c{}", id - servers + 1) },
            kind: if id < servers { Kind::Server } else { Kind::Client },
            health: Health::Up,
            view: Default::default(),
            clock_offset: 0,
            clock_ppm: 0,
            inbox: 0,
            unsynced: 0,
            verbs: Vec::new(),
        };
        let link = |(a, b)| LinkFrame {
            a: NodeId(a),
            b: NodeId(b),
            state: LinkState::Open,
            a_to_b: Lane::default(),
            b_to_a: Lane::default(),
            verbs: Vec::new(),
        };
        let among = (0..servers).flat_map(|a| (a + 1..servers).map(move |b| (a, b)));
        let links = among.chain((0..clients).map(|client| (0, servers + client))).map(link).collect();
        Frame { nodes: (0..servers + clients).map(node).collect(), links, ..Frame::default() }
    }
}
