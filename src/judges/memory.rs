//! Which configurations were tried: with Lowe's observation that what was done and the state say all, and with one more,
//! that of two which differ only in the optional operations they used, the one that used fewer can do all that the
//! other can.

use super::model::Lookup;

/// Words, of eight bytes each, that a search may fill.
pub(super) const ROOM: usize = 1 << 27;

#[derive(Default)]
pub(super) struct Memory {
    /// What was done and in which state → the optional operations used, none of them part of another.
    tried: Lookup<Box<[u64]>, Vec<Tried>>,
    words: usize,
    round: u32,
}

struct Tried {
    used: Box<[u32]>,
    round: u32,
}

fn words(used: &[u32]) -> usize {
    used.len() / 2 + 3
}

impl Memory {
    /// Starts a round that goes further than the one before: what was tried then is tried again, but still makes worse
    /// configurations unnecessary.
    pub fn next_round(&mut self) {
        self.round += 1;
    }

    /// Whether a configuration was tried in this round, or a better one in any.
    pub fn knows(&self, key: &[u64], used: &[u32]) -> bool {
        let better = |other: &Tried| {
            is_part_of(&other.used, used) && (other.used.len() < used.len() || other.round == self.round)
        };
        self.tried.get(key).is_some_and(|known| known.iter().any(better))
    }

    /// Remembers a configuration; false if it was tried in this round, or a better one in any. `used` is sorted.
    pub fn is_new(&mut self, key: &[u64], used: &[u32]) -> bool {
        let one = || Tried { used: used.into(), round: self.round };
        if let Some(known) = self.tried.get_mut(key) {
            if let Some(other) = known.iter_mut().find(|other| is_part_of(&other.used, used)) {
                if other.used.len() < used.len() || other.round == self.round {
                    return false;
                }
                other.round = self.round;
                return true;
            }
            known.retain(|more| {
                let is_worse = is_part_of(used, &more.used);
                self.words -= if is_worse { words(&more.used) } else { 0 };
                !is_worse
            });
            known.push(one());
        } else {
            self.tried.insert(key.into(), vec![one()]);
            self.words += key.len() + 6;
        }
        self.words += words(used);
        true
    }

    /// About how many 64-bit words are remembered.
    pub fn words(&self) -> usize {
        self.words
    }
}

pub(super) fn is_part_of(part: &[u32], whole: &[u32]) -> bool {
    let mut rest = whole.iter();
    part.len() <= whole.len()
        && part.iter().all(|one| rest.by_ref().take_while(|next| *next <= one).any(|next| next == one))
}

#[cfg(test)]
mod tests {
    use super::{Memory, is_part_of};

    #[test]
    fn parts_of_sorted_lists() {
        assert!(is_part_of(&[], &[1]) && is_part_of(&[2, 5], &[1, 2, 4, 5]) && is_part_of(&[3], &[3]));
        assert!(!is_part_of(&[2, 3], &[2, 4]) && !is_part_of(&[1], &[]) && !is_part_of(&[1, 2], &[2, 3]));
    }

    #[test]
    fn fewer_used_is_better() {
        let mut memory = Memory::default();
        assert!(memory.is_new(&[1], &[3, 4]));
        assert!(!memory.is_new(&[1], &[3, 4, 9]));
        assert!(memory.is_new(&[1], &[4]) && memory.is_new(&[2], &[3, 4]));
        assert!(!memory.is_new(&[1], &[3, 4]));
        memory.next_round();
        assert!(memory.is_new(&[1], &[4]) && !memory.is_new(&[1], &[4]) && !memory.is_new(&[1], &[4, 5]));
    }
}
