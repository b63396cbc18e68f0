//! What the person has picked out, and its name in a link.

use super::group::Group;
use crate::describe::{NodeId, OperationId};
use crate::lab::frame::Frame;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Node(NodeId),
    /// The roster's earlier node first.
    Link(NodeId, NodeId),
    /// By its number, which is the same in every replay.
    Flight(u64),
    Operation(OperationId),
    /// Two nodes or more.
    Group(Group),
}

impl Selection {
    /// `n3`, `n1 n3`, `#412`, `c1@7`, `n1+n2+n3`
    pub fn text(&self, frame: &Frame) -> String {
        match *self {
            Selection::Node(id) => name(frame, id).to_string(),
            Selection::Link(a, b) => format!("{} {}", name(frame, a), name(frame, b)),
            Selection::Flight(number) => format!("#{number}"),
            Selection::Operation(OperationId { client, number }) => format!("{}@{number}", name(frame, client)),
            Selection::Group(group) => group.iter().map(|id| name(frame, id)).collect::<Vec<_>>().join("+"),
        }
    }

    pub fn parse(text: &str, frame: &Frame) -> Option<Selection> {
        let find = |name: &str| frame.nodes.iter().find(|node| node.name == name).map(|node| node.id);
        if let Some(number) = text.strip_prefix('#') {
            return number.parse().ok().map(Selection::Flight);
        }
        if let Some((client, number)) = text.split_once('@') {
            let (client, number) = (find(client)?, number.parse().ok()?);
            return Some(Selection::Operation(OperationId { client, number }));
        }
        if text.contains('+') {
            return text.split('+').map(find).collect::<Option<Group>>().and_then(Selection::of);
        }
        match text.split_once(' ') {
            None => find(text).map(Selection::Node),
            Some((a, b)) => {
                let (a, b) = (find(a)?, find(b)?);
                Some(Selection::Link(a.min(b), a.max(b)))
            }
        }
    }

    /// A node of another run is not there to be selected. What has landed or was answered may still be asked about.
    pub fn exists(&self, frame: &Frame) -> bool {
        let there = |id: NodeId| usize::from(id.0) < frame.nodes.len();
        match *self {
            Selection::Node(id) => there(id),
            Selection::Link(a, b) => there(a) && there(b),
            Selection::Flight(_) => true,
            Selection::Operation(operation) => there(operation.client),
            Selection::Group(group) => group.iter().all(there),
        }
    }

    /// One node is itself, several are a group.
    pub fn of(group: Group) -> Option<Selection> {
        match group.len() {
            0 => None,
            1 => group.iter().next().map(Selection::Node),
            _ => Some(Selection::Group(group)),
        }
    }

    /// With that node as well, or without it if it was there.
    pub fn toggled(selection: Option<Selection>, id: NodeId) -> Option<Selection> {
        let mut group = match selection {
            Some(Selection::Node(node)) => [node].into_iter().collect(),
            Some(Selection::Group(group)) => group,
            _ => Group::default(),
        };
        group.toggle(id);
        Selection::of(group)
    }

    pub fn has_node(self, id: NodeId) -> bool {
        match self {
            Selection::Node(node) => node == id,
            Selection::Group(group) => group.contains(id),
            Selection::Link(..) | Selection::Flight(_) | Selection::Operation(_) => false,
        }
    }
}

pub fn name(frame: &Frame, id: NodeId) -> &str {
    frame.nodes.get(usize::from(id.0)).map_or("?", |node| node.name.as_str())
}

/// `n1 n2 and c1` without the "and": names in the roster's order.
pub fn names(frame: &Frame, ids: &[NodeId]) -> String {
    ids.iter().map(|&id| name(frame, id)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections_read_back_as_written() {
        let frame = Frame::cluster(3, 0);
        for selection in [Selection::Node(NodeId(1)), Selection::Link(NodeId(0), NodeId(2)), Selection::Flight(412)] {
            assert_eq!(Selection::parse(&selection.text(&frame), &frame), Some(selection));
        }
        let pair = Selection::Group([NodeId(0), NodeId(2)].into_iter().collect());
        assert_eq!(Selection::parse(&pair.text(&frame), &frame), Some(pair));
        let operation = Selection::Operation(OperationId { client: NodeId(2), number: 7 });
        assert_eq!(operation.text(&frame), "n3@7");
        assert_eq!(Selection::parse("n3@7", &frame), Some(operation));
        assert_eq!(Selection::parse("n9@7", &frame), None);
        assert_eq!(Selection::parse("n3@x", &frame), None);
        assert_eq!(Selection::parse("n9", &frame), None);
        assert_eq!(Selection::parse("n1+n9", &frame), None);
        assert_eq!(Selection::parse("n3 n1", &frame), Some(Selection::Link(NodeId(0), NodeId(2))));
    }
    #[test]
    fn a_node_joins_and_leaves_a_group() {
        let both = Selection::toggled(Some(Selection::Node(NodeId(0))), NodeId(1));
        assert_eq!(both, Some(Selection::Group([NodeId(0), NodeId(1)].into_iter().collect())));
        let one = Selection::toggled(both, NodeId(0));
        assert_eq!(one, Some(Selection::Node(NodeId(1))));
        assert_eq!(Selection::toggled(one, NodeId(1)), None);
    }
}
