//! A history and what a judge makes of it, as plain data to be drawn: who asked what and when, what came back, and in
//! which orders that makes sense.

use serde::{Deserialize, Serialize};

use super::frame::{Outcome, Position};
use super::wire::FaultBar;
use crate::judges::history::EventNumber;
use crate::judges::models::Kind;
pub use crate::judges::models::Property;
pub use crate::judges::verdict::Ruling;
use crate::judges::verdict::Verdict;
use crate::sim::NodeId;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// Who asks, a row each: clients, or their processes.
    pub rows: Vec<Row>,
    /// In the order of their calls.
    pub operations: Vec<Told>,
    /// What was held against it; none where clients are promised nothing that their history could show.
    pub judgement: Option<Judgement>,
    /// What was broken in a recording; a run's own faults are on its timeline.
    pub faults: Vec<FaultBar>,
    /// Calls and returns: while it is the same, so is the rest.
    pub heard: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    /// In a run: the client, or whose process it is.
    pub node: Option<NodeId>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub row: u32,
    pub asked: String,
    /// The answer, or why there is none.
    pub answered: String,
    pub outcome: Outcome,
    /// In a recording, which may have no clock, a time is a number of calls and returns.
    pub called: Position,
    /// When it was answered, or given up.
    pub ended: Option<Position>,
    /// In a run: the entry of the trace from which its messages can be followed. In a recording: its line.
    pub entry: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    pub property: Property,
    /// The machine that clients believe to be talking to.
    pub model: String,
    pub ruling: Ruling,
    /// Configurations tried.
    pub explored: u64,
    /// Orders that explain what they have, by the places of operations: of each part that holds a whole one, and of what
    /// does not hold those that come nearest, which stand first.
    pub orders: Vec<Vec<u32>>,
    /// How many of them only come near.
    pub nearest: u32,
    pub broken: Option<Broken>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// The operation that cannot be placed.
    pub operation: u32,
    /// From here on no order explains all.
    pub at: Position,
}

impl Judgement {
    /// A verdict in the places and times of what is drawn: `end` says when a prefix ends, `place` which operation it is
    /// that the judge calls by a number.
    pub fn of(
        verdict: Verdict,
        model: Kind,
        property: Property,
        end: impl Fn(EventNumber) -> Option<Position>,
        place: impl Fn(u32) -> u32,
    ) -> Judgement {
        let illegal = verdict.illegal.as_ref();
        let broken =
            illegal.and_then(|illegal| Some(Broken { operation: place(illegal.operation), at: end(illegal.prefix)? }));
        let mut orders = verdict.illegal.map(|illegal| illegal.partial).unwrap_or_default();
        orders.retain(|order| !order.is_empty());
        let nearest = orders.len() as u32;
        orders.extend(verdict.orders);
        Judgement {
            property,
            model: model.name().to_owned(),
            ruling: verdict.ruling,
            explored: verdict.explored,
            orders: orders.into_iter().map(|order| order.into_iter().map(&place).collect()).collect(),
            nearest,
            broken,
        }
    }
}

/// What a system may promise to be, by name.
pub fn models() -> impl Iterator<Item = &'static str> {
    Kind::ALL.into_iter().map(Kind::name)
}

/// How a history was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    JepsenEdn,
    JepsenLog,
    PorcupineKv,
    JsonLines,
}

impl Format {
    pub const ALL: [Format; 4] = [Format::JepsenEdn, Format::JepsenLog, Format::PorcupineKv, Format::JsonLines];

    pub fn name(self) -> &'static str {
        match self {
            Format::JepsenEdn => "jepsen-edn",
            Format::JepsenLog => "jepsen-log",
            Format::PorcupineKv => "porcupine-kv",
            Format::JsonLines => "jsonl",
        }
    }
}

/// How a recording is to be read and what it is held to, as a person says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// None: told from the functions.
    pub model: Option<String>,
    /// None: told from the content.
    pub format: Option<String>,
    /// None: what the model has at the start.
    pub initial: Option<String>,
}
