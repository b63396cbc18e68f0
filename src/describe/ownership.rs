//! Who has what, who waits for it, and who only believes so.

use serde::{Deserialize, Serialize};

use super::{Gauge, NodeId, Time};

/// How far something is settled; it decides the drawing wherever something can be in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Certainty {
    /// Filled: a lock that is held, a transaction that is committed.
    Settled,
    /// Hollow: under way, and nobody is bound by it.
    Open,
    /// Hatched: somebody acts on it and cannot know.
    Uncertain,
    /// Dashed: offered and not accepted, or waiting for its turn.
    Waiting,
    /// Crossed: refused, or undone.
    Refused,
}

/// A resource as the node that gives it away sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// What it is a queue for: `printer`.
    pub resource: String,
    /// As a rule one; several where they share.
    pub holders: Vec<Holder>,
    /// Whose turn is next comes first.
    pub waiters: Vec<Ticket>,
    /// What the next holder will get: `#35`.
    pub next_token: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// In the protocol's words: `c4`, `T7`.
    pub name: String,
    /// The node that it is, or that it belongs to.
    pub node: Option<NodeId>,
    /// `#34`
    pub token: Option<String>,
    /// Settled while it is held, Waiting while it is only offered.
    pub certainty: Certainty,
    /// The lease, or the time left to accept the offer.
    pub gauge: Option<Gauge>,
}

/// A place in line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub name: String,
    pub node: Option<NodeId>,
    /// How long it will still wait.
    pub gauge: Option<Gauge>,
}

/// What a node takes for true of itself, by its own clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belief {
    pub resource: String,
    pub token: Option<String>,
    /// Settled: whoever decides it says so, too. Uncertain: it is not so any longer. Waiting: offered.
    pub certainty: Certainty,
    /// How long it will go on to believe.
    pub gauge: Option<Gauge>,
}

/// What came to a resource, oldest first; only the newest travel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strip {
    /// `writes, newest right`
    pub title: String,
    /// What the resource goes by: `highest token seen: #34`.
    pub note: String,
    pub stamps: Vec<Stamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// `#34`
    pub label: String,
    /// Who it is of, and what it brought: `hello by c4`.
    pub title: String,
    pub admission: Admission,
    /// Why, where that is worth saying: `#33 is below #34`.
    pub says: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Admission {
    Accepted,
    Refused,
    /// It was taken and must not have been.
    Violation,
}

/// How a piece of work stands at a node, drawn in the node itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emblem {
    pub certainty: Certainty,
    /// `T7 in doubt`
    pub words: String,
    /// Since when, where it matters how long.
    pub since: Option<Time>,
    /// `holds 2, blocks 1`
    pub detail: String,
}
