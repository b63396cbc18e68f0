//! Shared and exclusive locks with a first-come queue a key. An owner keeps what it has until it gives up all at once,
//! as strict two-phase locking asks (Bernstein, Hadzilacos, Goodman: Concurrency Control and Recovery in Database Systems,
//! chapter 3). A lock server's table, of leases and tokens, is another: `machines::lock_table`.

use crate::sorting::sort;
use litemap::LiteMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    Shared,
    Exclusive,
}

/// One key: who holds it, and who waits in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lock<O> {
    pub holders: Vec<(O, Mode)>,
    pub waiters: Vec<(O, Mode)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StrictLocks<K, O> {
    locks: LiteMap<K, Lock<O>>,
}

impl<K, O> Default for StrictLocks<K, O> {
    fn default() -> Self {
        StrictLocks { locks: LiteMap::new() }
    }
}

impl<K: Copy + Ord, O: Copy + Ord> StrictLocks<K, O> {
    /// True if the lock is granted; otherwise the owner waits at the end of the queue. An owner asks once a key.
    pub fn request(&mut self, key: K, owner: O, mode: Mode) -> bool {
        let lock = self.locks.entry(key).or_insert_with(|| Lock { holders: Vec::new(), waiters: Vec::new() });
        if lock.holders.iter().any(|(holder, _)| *holder == owner) {
            return true;
        }
        if lock.waiters.is_empty() && lock.admits(mode) {
            lock.holders.push((owner, mode));
            sort(&mut lock.holders);
            return true;
        }
        if lock.waiters.iter().all(|(waiter, _)| *waiter != owner) {
            lock.waiters.push((owner, mode));
        }
        false
    }

    /// Gives up all that an owner holds or waits for; returns who was granted something by that, in order.
    pub fn release(&mut self, owner: O) -> Vec<O> {
        let mut granted = Vec::new();
        for (_, lock) in self.locks.iter_mut() {
            lock.holders.retain(|(holder, _)| *holder != owner);
            lock.waiters.retain(|(waiter, _)| *waiter != owner);
            while let Some(&(next, mode)) = lock.waiters.first() {
                if !lock.admits(mode) {
                    break;
                }
                lock.waiters.remove(0);
                lock.holders.push((next, mode));
                sort(&mut lock.holders);
                granted.push(next);
            }
        }
        self.locks.retain(|_, lock| !lock.holders.is_empty());
        sort(&mut granted);
        granted.dedup();
        granted
    }

    /// Whether the owner waits for nothing.
    pub fn has_all(&self, owner: O) -> bool {
        self.locks.values().all(|lock| lock.waiters.iter().all(|(waiter, _)| *waiter != owner))
    }

    /// How many keys the owner holds.
    pub fn held_by(&self, owner: O) -> u32 {
        self.locks.values().filter(|lock| lock.holders.iter().any(|(holder, _)| *holder == owner)).count() as u32
    }

    /// Who waits for something that the owner holds, or before which it waits itself.
    pub fn blocked_by(&self, owner: O) -> Vec<O> {
        let held = self.locks.values().filter(|lock| lock.holders.iter().any(|(holder, _)| *holder == owner));
        let mut blocked: Vec<O> = held.flat_map(|lock| lock.waiters.iter().map(|(waiter, _)| *waiter)).collect();
        sort(&mut blocked);
        blocked.dedup();
        blocked
    }

    pub fn iter(&self) -> impl Iterator<Item = (K, &Lock<O>)> {
        self.locks.iter().map(|(key, lock)| (*key, lock))
    }
}

impl<O> Lock<O> {
    fn admits(&self, mode: Mode) -> bool {
        self.holders.is_empty() || mode == Mode::Shared && self.holders.iter().all(|(_, held)| *held == Mode::Shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Mode::{Exclusive, Shared};

    #[test]
    fn who_gets_what() {
        // What is asked, one after another, of one key, and whether it is granted at once.
        let cases: [&[(u32, Mode, bool)]; 5] = [
            &[(1, Exclusive, true), (2, Exclusive, false), (3, Shared, false)],
            &[(1, Shared, true), (2, Shared, true), (3, Exclusive, false)],
            // A reader does not overtake a writer that waits.
            &[(1, Shared, true), (2, Exclusive, false), (3, Shared, false)],
            &[(1, Exclusive, true), (1, Exclusive, true)],
            &[(1, Exclusive, true), (2, Shared, false), (2, Shared, false)],
        ];
        for case in cases {
            let mut table = StrictLocks::default();
            for (owner, mode, granted) in case {
                assert_eq!(table.request('x', *owner, *mode), *granted, "{case:?} {owner}");
            }
        }
    }

    #[test]
    fn a_release_grants_in_the_order_of_the_queue() {
        let mut table = StrictLocks::default();
        for (owner, mode) in [(1, Exclusive), (2, Shared), (3, Shared), (4, Exclusive)] {
            table.request('x', owner, mode);
        }
        assert_eq!(table.blocked_by(1), [2, 3, 4]);
        assert_eq!(table.release(1), [2, 3]);
        assert!(!table.has_all(4));
        assert!(table.release(2).is_empty());
        assert_eq!(table.release(3), [4]);
        assert_eq!((table.has_all(4), table.held_by(4)), (true, 1));
        table.release(4);
        assert_eq!(table, StrictLocks::default());
    }

    #[test]
    fn one_that_gives_up_waiting_lets_others_pass() {
        let mut table = StrictLocks::default();
        for (owner, mode) in [(1, Shared), (2, Exclusive), (3, Shared)] {
            table.request('x', owner, mode);
        }
        assert_eq!(table.release(2), [3]);
    }
}
