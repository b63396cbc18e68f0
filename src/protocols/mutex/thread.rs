//! A thread: its program, how far it is, and what it believes to hold.

use litemap::LiteMap;

use super::line::{Line, Name};
use crate::sim::Time;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// No line is left.
    #[default]
    Idle,
    Runs,
    /// The flaw: it has seen the lock free, and takes it in a step of its own.
    Tested,
    /// Asleep in the lock's line.
    Waits,
    /// The lock is free, and it was woken to try again.
    Woken,
    /// The lock is its own, and it has not run since.
    Given {
        owner_died: bool,
    },
    /// Awaits another machine's answer.
    Asks,
    /// Its process is dead.
    Dead,
}

/// How many times it has taken a lock, and in which life of the machine that the lock lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hold {
    pub depth: u32,
    pub life: Time,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Thread {
    pub program: Vec<Line>,
    /// The line that is performed next.
    pub next: u32,
    /// How many lines its former programs had.
    pub begun: u32,
    pub state: State,
    pub register: u64,
    pub holds: LiteMap<Name, Hold>,
}

impl Thread {
    pub fn line(&self) -> Option<Line> {
        self.program.get(self.next as usize).copied()
    }

    /// Whether it has begun the present line, and has no answer yet.
    pub fn has_asked(&self) -> bool {
        matches!(self.state, State::Tested | State::Waits | State::Woken | State::Given { .. } | State::Asks)
    }

    /// The lock that it waits for, asleep or woken.
    pub fn awaits(&self) -> Option<Name> {
        match self.state {
            State::Waits | State::Woken | State::Asks => self.line().and_then(Line::asks),
            _ => None,
        }
    }

    pub fn is_busy(&self) -> bool {
        !matches!(self.state, State::Idle | State::Dead)
    }

    /// Begins a program, or adds to the one that it is in.
    pub fn load(&mut self, lines: &[Line]) {
        if !self.is_busy() {
            self.begun += self.program.len() as u32;
            self.program.clear();
            self.next = 0;
            self.state = State::Runs;
        }
        self.program.extend_from_slice(lines);
    }

    /// Goes on behind the line that releases this lock: what the lock guards is left out.
    pub fn skip(&mut self, lock: Name) {
        let from = self.next as usize + 1;
        let guarded = self.program[from.min(self.program.len())..].iter();
        let end = guarded.take_while(|line| **line != Line::Unlock { lock }).count();
        self.next = (from + end + 1).min(self.program.len()) as u32;
    }

    pub fn hold(&mut self, lock: Name, life: Time) {
        self.holds.entry(lock).or_insert(Hold { depth: 0, life }).depth += 1;
    }

    pub fn let_go(&mut self, lock: Name) {
        if let Some(hold) = self.holds.get_mut(&lock) {
            hold.depth -= 1;
            if hold.depth == 0 {
                self.holds.remove(&lock);
            }
        }
    }
}
