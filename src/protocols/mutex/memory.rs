//! What threads share: locks, each with its owner and the line of those who sleep until it is theirs, and the variable that
//! they protect. Every function here is one atomic step; which thread runs next is for others to say.

use std::collections::VecDeque;

use litemap::LiteMap;
use std::fmt;

use super::line::Name;

/// A thread: of which machine, and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    pub machine: u16,
    pub thread: u8,
}

impl Owner {
    /// With its machine, where that may be any: `n1's t2`.
    pub fn in_full(self) -> String {
        format!("n{}'s t{}", self.machine + 1, self.thread + 1)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.machine {
            0 => write!(f, "t{}", self.thread + 1),
            _ => f.write_str(&self.in_full()),
        }
    }
}

/// How locks go about their work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// A released lock is handed to the first in line; otherwise it is free, the first is woken, and whoever comes first
    /// takes it.
    pub is_fair: bool,
    /// Its owner may take it again.
    pub is_reentrant: bool,
    /// When its owner dies it is free, and the next one is told.
    pub is_robust: bool,
    /// The flaws: anyone may unlock, the last who came is served first, who gave up stays in line, and a wake-up dies with
    /// the waiter that it went to.
    pub trusts_unlocks: bool,
    pub serves_the_last: bool,
    pub keeps_given_up: bool,
    pub loses_wakeups: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    pub owner: Option<Owner>,
    /// How many times its owner has taken it.
    pub depth: u32,
    /// First come, first in line.
    pub line: VecDeque<Owner>,
    /// Who of the line was woken to try again.
    pub woken: Option<Owner>,
    /// Its last owner died with it, and nobody has said that what it guards is whole again.
    pub is_orphaned: bool,
    /// It was released without that being said: nobody will ever have it again (ENOTRECOVERABLE).
    pub is_lost: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Memory {
    /// The machine that it is the memory of.
    home: u16,
    pub locks: LiteMap<Name, Lock>,
    pub x: u64,
}

/// What an attempt to take a lock came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attempt {
    Taken { owner_died: bool },
    Busy,
    Refused(&'static str),
}

/// Who is next, and whether the lock is its own already or has still to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handed {
    pub to: Owner,
    pub is_given: bool,
    /// Who stood first in line.
    pub first: Owner,
}

/// What a release, or a death, leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Passed {
    Nobody,
    To(Handed),
    /// The lock can never be had again: all who waited are told.
    Lost(Vec<Owner>),
}

pub const NOT_RECOVERABLE: &str = "what it guards was not put right (ENOTRECOVERABLE)";

impl Memory {
    pub fn of(home: u16) -> Memory {
        Memory { home, locks: LiteMap::new(), x: 0 }
    }

    pub fn lock(&mut self, name: Name) -> &mut Lock {
        self.locks.entry(name).or_default()
    }

    pub fn owner(&self, name: Name) -> Option<Owner> {
        self.locks.get(&name).and_then(|lock| lock.owner)
    }

    /// Takes the lock if it is free, whoever waits: where handing over is fair, a lock is never free while anybody waits.
    pub fn attempt(&mut self, name: Name, who: Owner, rules: Rules) -> Attempt {
        let lock = self.lock(name);
        if lock.is_lost {
            return Attempt::Refused(NOT_RECOVERABLE);
        }
        match lock.owner {
            None => self.take(name, who),
            Some(owner) if owner == who && rules.is_reentrant => {
                lock.depth += 1;
                Attempt::Taken { owner_died: false }
            }
            Some(_) => Attempt::Busy,
        }
    }

    /// Takes the lock without looking.
    pub fn take(&mut self, name: Name, who: Owner) -> Attempt {
        let lock = self.lock(name);
        lock.owner = Some(who);
        lock.depth = 1;
        lock.line.retain(|other| *other != who);
        if lock.woken == Some(who) {
            lock.woken = None;
        }
        Attempt::Taken { owner_died: lock.is_orphaned }
    }

    pub fn enqueue(&mut self, name: Name, who: Owner) {
        let lock = self.lock(name);
        if lock.woken == Some(who) {
            lock.woken = None;
        }
        if !lock.line.contains(&who) {
            lock.line.push_back(who);
        }
    }

    /// Releases the lock.
    ///
    /// # Errors
    /// Who asks is not its owner (EPERM).
    pub fn release(&mut self, name: Name, who: Owner, rules: Rules) -> Result<Passed, &'static str> {
        let lock = self.lock(name);
        if lock.owner.is_none() || lock.owner != Some(who) && !rules.trusts_unlocks {
            return Err("it is not the owner (EPERM)");
        }
        lock.depth -= 1;
        if lock.depth > 0 {
            return Ok(Passed::Nobody);
        }
        lock.owner = None;
        if lock.is_orphaned {
            lock.is_lost = true;
            lock.woken = None;
            return Ok(Passed::Lost(lock.line.drain(..).collect()));
        }
        Ok(self.hand_on(name, rules))
    }

    /// The lock has no owner: the next is given it, or woken. A waiter of another machine cannot race for a word in this
    /// one's memory, and is always given it.
    fn hand_on(&mut self, name: Name, rules: Rules) -> Passed {
        let home = self.home;
        let lock = self.lock(name);
        let Some(&first) = lock.line.front() else { return Passed::Nobody };
        let next = if rules.serves_the_last { lock.line.back().copied().unwrap_or(first) } else { first };
        let is_elsewhere = next.machine != home;
        let is_given = rules.is_fair || is_elsewhere;
        if is_given {
            self.take(name, next);
        } else {
            lock.woken = Some(next);
        }
        Passed::To(Handed { to: next, is_given, first })
    }

    /// A waiter gives up. If it was to be the next, another one is.
    pub fn leave(&mut self, name: Name, who: Owner, rules: Rules) -> Passed {
        let lock = self.lock(name);
        if rules.keeps_given_up {
            return Passed::Nobody;
        }
        lock.line.retain(|other| *other != who);
        if lock.woken == Some(who) {
            lock.woken = None;
            if lock.owner.is_none() && !rules.loses_wakeups {
                return self.hand_on(name, rules);
            }
        }
        Passed::Nobody
    }

    /// A thread is no more: it waits for nothing, and what it owned is free where locks are robust.
    pub fn bury(&mut self, who: Owner, rules: Rules) -> Vec<(Name, Passed)> {
        let names: Vec<Name> = self.locks.keys().copied().collect();
        let mut passed = Vec::new();
        for name in names {
            passed.push((name, self.leave(name, who, Rules { keeps_given_up: false, loses_wakeups: false, ..rules })));
            let lock = self.lock(name);
            if lock.owner == Some(who) && rules.is_robust {
                lock.owner = None;
                lock.is_orphaned = true;
                passed.push((name, self.hand_on(name, rules)));
            }
        }
        passed
    }

    /// Threads that wait for one another in a circle, beginning with this one, each with the lock that it waits for.
    pub fn circle(&self, who: Owner) -> Option<Vec<(Owner, Name)>> {
        let mut path: Vec<(Owner, Name)> = Vec::new();
        let mut at = who;
        loop {
            let awaited = self.locks.iter().find(|(_, lock)| lock.owner.is_some() && lock.line.contains(&at));
            let (name, lock) = awaited?;
            path.push((at, *name));
            at = lock.owner?;
            if at == who {
                return Some(path);
            }
            if path.iter().any(|(other, _)| *other == at) {
                return None;
            }
        }
    }
}
