//! Operations that still wait to be placed: a list of calls and returns in the order of their events, from which an
//! operation is lifted and put back in constant time, and a set of bits that says which were.

use crate::sorting::sort;

/// The list's beginning and end.
const ENDS: u32 = 0;

pub(super) struct Waiting {
    next: Vec<u32>,
    previous: Vec<u32>,
    /// How many calls stand before each return.
    called_before: Vec<u32>,
    done: Vec<u64>,
    /// The words of `done` before this one are full.
    full: usize,
}

fn call(index: u32) -> u32 {
    1 + 2 * index
}

fn returned(index: u32) -> u32 {
    2 + 2 * index
}

impl Waiting {
    /// Of operations with their calls and returns, in the order of their calls.
    pub fn new(spans: &[(u32, u32)]) -> Waiting {
        let mut events: Vec<(u32, u32)> = Vec::new();
        for (index, (called, until)) in spans.iter().enumerate() {
            events.push((*called, call(index as u32)));
            events.push((*until, returned(index as u32)));
        }
        sort(&mut events);
        let size = events.len() + 1;
        let mut list = Waiting {
            next: vec![ENDS; size],
            previous: vec![ENDS; size],
            called_before: vec![0; spans.len()],
            done: vec![0; spans.len().div_ceil(64)],
            full: 0,
        };
        let mut last = ENDS;
        let mut calls = 0;
        for (_, entry) in events {
            list.next[last as usize] = entry;
            list.previous[entry as usize] = last;
            last = entry;
            if entry % 2 == 1 {
                calls += 1;
            } else {
                list.called_before[(entry / 2 - 1) as usize] = calls;
            }
        }
        list.previous[ENDS as usize] = last;
        list
    }

    /// The operations that may come next: those called before the first return, which is answered.
    pub fn window(&self, calls: &mut Vec<u32>) -> Option<u32> {
        calls.clear();
        let mut entry = self.next[ENDS as usize];
        while entry % 2 == 1 {
            calls.push(entry / 2);
            entry = self.next[entry as usize];
        }
        (entry != ENDS).then(|| entry / 2 - 1)
    }

    pub fn called_before(&self, index: u32) -> u32 {
        self.called_before[index as usize]
    }

    pub fn is_lifted(&self, index: u32) -> bool {
        self.done[index as usize / 64] & (1 << (index % 64)) != 0
    }

    pub fn lift(&mut self, index: u32) {
        for entry in [call(index), returned(index)] {
            let (before, after) = (self.previous[entry as usize], self.next[entry as usize]);
            self.next[before as usize] = after;
            self.previous[after as usize] = before;
        }
        self.done[index as usize / 64] |= 1 << (index % 64);
        while self.done.get(self.full) == Some(&u64::MAX) {
            self.full += 1;
        }
    }

    /// Undoes the last [`Waiting::lift`] that was not undone.
    pub fn put_back(&mut self, index: u32) {
        for entry in [returned(index), call(index)] {
            let (before, after) = (self.previous[entry as usize], self.next[entry as usize]);
            self.next[before as usize] = entry;
            self.previous[after as usize] = entry;
        }
        self.done[index as usize / 64] &= !(1 << (index % 64));
        self.full = self.full.min(index as usize / 64);
    }

    /// What was lifted, and the state, as words. Nothing but the first `called` was.
    pub fn describe(&self, state: u32, called: u32, words: &mut Vec<u64>) {
        words.push((self.full as u64) << 32 | u64::from(state));
        let end = (called as usize).div_ceil(64).max(self.full);
        words.extend_from_slice(&self.done[self.full..end]);
        while words.len() > 1 && words.last() == Some(&0) {
            words.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Waiting;

    #[test]
    fn lifted_and_put_back() {
        // 0: ----   1:   ------   2:       --
        let mut list = Waiting::new(&[(0, 2), (1, 5), (3, 4)]);
        let mut calls = Vec::new();
        assert_eq!((list.window(&mut calls), calls.clone()), (Some(0), vec![0, 1]));
        list.lift(0);
        assert_eq!((list.window(&mut calls), calls.clone()), (Some(2), vec![1, 2]));
        assert_eq!((list.called_before(0), list.called_before(2)), (2, 3));
        list.lift(2);
        assert_eq!((list.window(&mut calls), calls.clone()), (Some(1), vec![1]));
        let mut words = Vec::new();
        list.describe(7, 3, &mut words);
        assert_eq!(words, [7, 0b101]);
        list.lift(1);
        assert_eq!(list.window(&mut calls), None);
        for index in [1, 2, 0] {
            list.put_back(index);
        }
        assert_eq!((list.window(&mut calls), calls.clone()), (Some(0), vec![0, 1]));
    }
}
