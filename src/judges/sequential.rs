//! Sequential consistency: is there one order of all operations that explains every answer, and in which each session's
//! operations stand in the session's own order? Between sessions, real time does not count; and parts cannot be judged
//! apart, so a case has one part.

use super::linearizability::{ASK_EVERY, KeepGoing};
use super::memory::{Memory, ROOM};
use super::model::{OpId, Parts, StateId, Table, Task};
use super::verdict::{Illegal, Ruling, Verdict};
use crate::sorting::sort_by_key;

/// Judges a case as a whole.
pub fn judge(case: &dyn Parts, keep_going: KeepGoing) -> Verdict {
    let (mut tasks, table) = case.numbered(None);
    sort_by_key(&mut tasks, |task| task.call);
    let mut search = Search::new(&tasks, table);
    let ruling = search.run(keep_going);
    let mut verdict = Verdict { ruling, explored: search.explored, orders: Vec::new(), illegal: None };
    match ruling {
        Ruling::Holds => verdict.orders = vec![search.order()],
        Ruling::Violated => {
            let stuck = |task: &&Task<OpId>| task.until.is_some() && !search.longest.contains(&task.operation);
            let culprit = tasks.iter().filter(stuck).min_by_key(|task| task.until).expect("something is stuck");
            verdict.illegal = Some(Illegal {
                operation: culprit.operation,
                prefix: culprit.until.map_or(0, |until| until + 1),
                is_shortest: false,
                partial: vec![search.longest],
            });
        }
        Ruling::Unknown => (),
    }
    verdict
}

#[derive(Clone, Copy)]
enum Move {
    /// The next of a session.
    Known(u32),
    Optional(u32),
}

struct Known {
    operation: u32,
    op: OpId,
    observes: bool,
}

/// An operation with unknown outcome: at any time after what its session did before, or never.
struct Optional {
    operation: u32,
    op: OpId,
    session: usize,
    after: u32,
}

struct Step {
    came: Option<Move>,
    moves: usize,
    next: usize,
}

struct Search<'m> {
    table: Table<'m>,
    sessions: Vec<Vec<Known>>,
    done: Vec<u32>,
    optional: Vec<Optional>,
    used: Vec<u32>,
    memory: Memory,
    path: Vec<Step>,
    moves: Vec<(Move, StateId)>,
    key: Vec<u64>,
    left: usize,
    explored: u64,
    longest: Vec<u32>,
}

impl<'m> Search<'m> {
    /// The tasks in the order of their calls.
    fn new(tasks: &[Task<OpId>], table: Table<'m>) -> Search<'m> {
        let mut sessions: Vec<Vec<Known>> = Vec::new();
        let mut optional = Vec::new();
        let mut left = 0;
        for task in tasks {
            let session = task.session as usize;
            if sessions.len() <= session {
                sessions.resize_with(session + 1, Vec::new);
            }
            let (op, operation) = (task.op, task.operation);
            if task.until.is_some() {
                sessions[session].push(Known { operation, op, observes: table.nature(op).observes });
                left += 1;
            } else {
                optional.push(Optional { operation, op, session, after: sessions[session].len() as u32 });
            }
        }
        Search {
            table,
            done: vec![0; sessions.len()],
            sessions,
            optional,
            used: Vec::new(),
            memory: Memory::default(),
            path: Vec::new(),
            moves: Vec::new(),
            key: Vec::new(),
            left,
            explored: 0,
            longest: Vec::new(),
        }
    }

    fn run(&mut self, keep_going: KeepGoing) -> Ruling {
        self.enter(None, Table::START);
        while let Some(step) = self.path.last_mut() {
            if self.left == 0 {
                return Ruling::Holds;
            }
            let Some(&(way, state)) = self.moves.get(step.next) else {
                if self.path.len() > self.longest.len() + 1 {
                    self.longest = self.order();
                }
                let step = self.path.pop().expect("just seen");
                self.moves.truncate(step.moves);
                step.came.into_iter().for_each(|way| self.undo(way));
                continue;
            };
            step.next += 1;
            self.perform(way);
            self.explored += 1;
            if self.explored.is_multiple_of(ASK_EVERY)
                && (!keep_going(self.explored) || self.memory.words() + self.table.words() > ROOM)
            {
                return Ruling::Unknown;
            }
            self.key.clear();
            self.key.push(u64::from(state));
            self.key.extend(
                self.done
                    .chunks(2)
                    .map(|two| u64::from(two[0]) << 32 | u64::from(two.get(1).copied().unwrap_or_default())),
            );
            if self.memory.is_new(&self.key, &self.used) {
                self.enter(Some(way), state);
            } else {
                self.undo(way);
            }
        }
        Ruling::Violated
    }

    fn enter(&mut self, came: Option<Move>, state: StateId) {
        let moves = self.moves.len();
        self.path.push(Step { came, moves, next: moves });
        let nexts = self.sessions.iter().zip(&self.done).enumerate();
        for (session, (known, &done)) in nexts {
            let Some(one) = known.get(done as usize) else { continue };
            let Some(next) = self.table.step(state, one.op) else { continue };
            let way = (Move::Known(session as u32), next);
            if one.observes && next == state {
                self.moves.truncate(moves);
                self.moves.push(way);
                return;
            }
            self.moves.push(way);
        }
        for (index, one) in self.optional.iter().enumerate() {
            if self.done[one.session] < one.after || self.used.contains(&(index as u32)) {
                continue;
            }
            if let Some(next) = self.table.step(state, one.op).filter(|&next| next != state) {
                self.moves.push((Move::Optional(index as u32), next));
            }
        }
    }

    fn perform(&mut self, way: Move) {
        match way {
            Move::Known(session) => {
                self.done[session as usize] += 1;
                self.left -= 1;
            }
            Move::Optional(index) => {
                let place = self.used.partition_point(|&other| other < index);
                self.used.insert(place, index);
            }
        }
    }

    fn undo(&mut self, way: Move) {
        match way {
            Move::Known(session) => {
                self.done[session as usize] -= 1;
                self.left += 1;
            }
            Move::Optional(index) => self.used.retain(|&other| other != index),
        }
    }

    fn order(&self) -> Vec<u32> {
        let mut done = vec![0; self.sessions.len()];
        let operation = |way: Move| match way {
            Move::Known(session) => {
                let place: &mut usize = &mut done[session as usize];
                *place += 1;
                self.sessions[session as usize][*place - 1].operation
            }
            Move::Optional(index) => self.optional[index as usize].operation,
        };
        self.path.iter().filter_map(|step| step.came).map(operation).collect()
    }
}
