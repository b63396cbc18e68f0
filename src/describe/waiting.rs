//! Who waits for whom.

use serde::{Deserialize, Serialize};

use super::NodeId;

/// A chain of reasons: `who` waits for `what`, and so many of `from` could give it. Parties of one name are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitsFor {
    pub who: Party,
    pub what: String,
    pub from: Vec<Party>,
    /// How many of them it takes.
    pub needs: u32,
    /// Where nothing on its way will end the wait: why, in whole sentences.
    pub blocked: Option<String>,
}

/// Someone who waits or is waited for: a node, or what goes on at one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// `T7 at n1`; empty for the node's own name.
    pub name: String,
    /// How it stands: `in doubt`, `down`.
    pub words: String,
    pub node: Option<NodeId>,
}

impl Party {
    pub fn node(id: NodeId) -> Party {
        Party { name: String::new(), words: String::new(), node: Some(id) }
    }

    pub fn new(name: impl Into<String>, words: impl Into<String>, node: Option<NodeId>) -> Party {
        Party { name: name.into(), words: words.into(), node }
    }
}

impl WaitsFor {
    /// A node that waits for any one of some, as long as that lasts.
    pub fn new(who: NodeId, what: impl Into<String>, from: impl IntoIterator<Item = NodeId>) -> WaitsFor {
        WaitsFor {
            who: Party::node(who),
            what: what.into(),
            from: from.into_iter().map(Party::node).collect(),
            needs: 1,
            blocked: None,
        }
    }

    /// The same, where it takes so many of them.
    pub fn needing(self, needs: u32) -> WaitsFor {
        WaitsFor { needs, ..self }
    }

    /// The nodes of which some could end it.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.from.iter().filter_map(|party| party.node)
    }
}
