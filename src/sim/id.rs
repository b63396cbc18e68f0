//! Who is who: nodes are numbered in the order of the roster and named by their role's letter.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A node's place in the roster. Names (`n1`, `c2`) belong to the [`Roster`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u16);

/// What a node is, before any protocol gives it a role: this is what its shape on the stage tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    Server,
    Client,
    Broker,
    Resource,
    Coordinator,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Server, Kind::Client, Kind::Broker, Kind::Resource, Kind::Coordinator];

    pub fn letter(self) -> char {
        match self {
            Kind::Server => 'n',
            Kind::Client => 'c',
            Kind::Broker => 'b',
            Kind::Resource => 'r',
            Kind::Coordinator => 't',
        }
    }
}

/// The nodes of a run, in order, with the kind and the protocol role of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster<R> {
    members: Vec<Member<R>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<R> {
    pub name: String,
    pub kind: Kind,
    pub role: R,
}

impl<R> Default for Roster<R> {
    fn default() -> Self {
        Roster { members: Vec::new() }
    }
}

impl<R> Roster<R> {
    /// Adds a node, named by its kind's letter and its number among nodes of that kind.
    pub fn add(&mut self, kind: Kind, role: R) -> NodeId {
        let number = self.members.iter().filter(|m| m.kind == kind).count() + 1;
        let id = NodeId(self.members.len() as u16);
        self.members.push(Member { name: format!("{}{number}", kind.letter()), kind, role });
        id
    }

    /// Without the protocol's roles.
    pub fn plain(&self) -> Roster<()> {
        let plain = |member: &Member<R>| Member { name: member.name.clone(), kind: member.kind, role: () };
        Roster { members: self.members.iter().map(plain).collect() }
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<R> {
        (0..self.members.len() as u16).map(NodeId)
    }

    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = NodeId> + '_ {
        self.ids().filter(move |&id| self.get(id).kind == kind)
    }

    pub fn get(&self, id: NodeId) -> &Member<R> {
        &self.members[id.0 as usize]
    }

    pub fn name(&self, id: NodeId) -> &str {
        &self.get(id).name
    }

    pub fn find(&self, name: &str) -> Option<NodeId> {
        self.members.iter().position(|m| m.name == name).map(|i| NodeId(i as u16))
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}
