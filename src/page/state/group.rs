//! Several nodes at once, by their ids: small enough to be copied, with room for the first 128.

use crate::describe::NodeId;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Group(u128);

impl Group {
    pub fn contains(self, id: NodeId) -> bool {
        self.0 & bit(id) != 0
    }

    pub fn toggle(&mut self, id: NodeId) {
        self.0 ^= bit(id);
    }

    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        (0..128).map(NodeId).filter(move |&id| self.contains(id))
    }
}

impl FromIterator<NodeId> for Group {
    fn from_iter<I: IntoIterator<Item = NodeId>>(ids: I) -> Group {
        Group(ids.into_iter().fold(0, |bits, id| bits | bit(id)))
    }
}

/// None for a node beyond the room there is.
fn bit(id: NodeId) -> u128 {
    1u128.checked_shl(u32::from(id.0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_what_was_put_in() {
        let mut group: Group = [NodeId(2), NodeId(0)].into_iter().collect();
        group.toggle(NodeId(2));
        group.toggle(NodeId(127));
        assert_eq!(group.iter().collect::<Vec<_>>(), [NodeId(0), NodeId(127)]);
        group.toggle(NodeId(200));
        assert_eq!(group.len(), 2, "there is no room for it");
    }
}
