//! A search that goes on from few configurations: one return after the other, from those that pass it with the fewest
//! operations of unknown outcome. Where many orders explain a history it mostly finds one; it refutes nothing.

use std::collections::{BTreeMap, VecDeque};

use super::linearizability::{ASK_EVERY, KeepGoing};
use super::memory::{ROOM, is_part_of};
use super::model::{Lookup, OpId, Parts, StateId, Table, Task};
use crate::sorting::sort;

/// A set of slots. An operation with a return has a slot from its call to its return.
type Slots = u128;
type StepId = u32;

#[derive(Clone)]
struct Configuration {
    state: StateId,
    /// Open, and not done.
    waits: Slots,
    /// The pools of the operations with unknown outcome that are done, sorted.
    used: Vec<u32>,
    last: Option<StepId>,
}

/// What is done after what.
struct Step {
    before: Option<StepId>,
    task: u32,
}

/// Equal operations with unknown outcome that were called.
struct Pool {
    op: OpId,
    called: Vec<u32>,
}

struct Beam<'m> {
    tasks: Vec<Task<OpId>>,
    table: Table<'m>,
    /// The tasks that are open.
    slots: Vec<Option<u32>>,
    pools: Vec<Pool>,
    steps: Vec<Step>,
    explored: u64,
}

/// How many times as many configurations are tried at a return as are kept.
const TRIES: usize = 256;

/// An order, if outcomes are unknown and one is found with so many configurations at each return.
pub(super) fn order(
    case: &dyn Parts,
    part: usize,
    width: usize,
    explored: &mut u64,
    keep_going: KeepGoing,
) -> Option<Vec<u32>> {
    let (tasks, table) = case.numbered(Some(part));
    tasks.iter().find(|task| task.until.is_none())?;
    let mut beam = Beam { tasks, table, slots: Vec::new(), pools: Vec::new(), steps: Vec::new(), explored: *explored };
    let found = beam.run(width, keep_going);
    *explored = beam.explored;
    found
}

impl Beam<'_> {
    fn run(&mut self, width: usize, keep_going: KeepGoing) -> Option<Vec<u32>> {
        let mut events: Vec<(u32, bool, u32)> = Vec::new();
        for (task, number) in self.tasks.iter().zip(0..) {
            events.push((task.call, false, number));
            events.extend(task.until.map(|until| (until, true, number)));
        }
        sort(&mut events);
        let mut front = vec![Configuration { state: Table::START, waits: 0, used: Vec::new(), last: None }];
        for (_, returns, task) in events {
            if returns {
                let slot = self.slots.iter().position(|open| *open == Some(task)).expect("it was called");
                front = self.pass(slot, front, width, keep_going);
                self.slots[slot] = None;
                if front.is_empty() {
                    return None;
                }
            } else {
                self.call(task, &mut front)?;
            }
        }
        let mut last = front[0].last;
        let mut order = Vec::new();
        while let Some(step) = last {
            let Step { before, task } = self.steps[step as usize];
            order.push(self.tasks[task as usize].operation);
            last = before;
        }
        order.reverse();
        Some(order)
    }

    /// None if there is no slot left for it.
    fn call(&mut self, task: u32, front: &mut [Configuration]) -> Option<()> {
        let Task { op, until, .. } = self.tasks[task as usize];
        if until.is_none() {
            match self.pools.iter_mut().find(|pool| pool.op == op) {
                Some(pool) => pool.called.push(task),
                None => self.pools.push(Pool { op, called: vec![task] }),
            }
            return Some(());
        }
        let slot = self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len());
        if slot == Slots::BITS as usize {
            return None;
        }
        self.slots.resize(self.slots.len().max(slot + 1), None);
        self.slots[slot] = Some(task);
        for one in front {
            one.waits |= 1 << slot;
            self.observe(one);
        }
        Some(())
    }

    fn record(&mut self, one: &mut Configuration, task: u32) {
        let step = self.steps.len() as StepId;
        self.steps.push(Step { before: one.last, task });
        one.last = Some(step);
    }

    /// What never changes anything is done as soon as its answer fits.
    fn observe(&mut self, one: &mut Configuration) {
        for slot in 0..self.slots.len() {
            let Some(task) = self.slots[slot].filter(|_| one.waits & 1 << slot != 0) else { continue };
            let op = self.tasks[task as usize].op;
            if self.table.nature(op).observes && self.table.step(one.state, op) == Some(one.state) {
                one.waits &= !(1 << slot);
                self.record(one, task);
            }
        }
    }

    /// Those that pass the return of a slot's operation, as many as are kept.
    fn pass(
        &mut self,
        slot: usize,
        front: Vec<Configuration>,
        width: usize,
        keep_going: KeepGoing,
    ) -> Vec<Configuration> {
        let mut passed = Vec::new();
        let mut seen: Lookup<(StateId, Slots), Vec<Vec<u32>>> = Lookup::default();
        let returning = self.tasks[self.slots[slot].expect("it is open") as usize].op;
        // Those that use the fewest operations with unknown outcome and seem to need the fewest before that return come first.
        let mut open: BTreeMap<(u32, u32), VecDeque<Configuration>> = BTreeMap::new();
        let mut put = |open: &mut BTreeMap<(u32, u32), VecDeque<Configuration>>, table: &Table, one: Configuration| {
            let others = seen.entry((one.state, one.waits)).or_default();
            if others.iter().any(|other| is_part_of(other, &one.used)) {
                return;
            }
            others.push(one.used.clone());
            let apart = if one.waits & 1 << slot == 0 { 0 } else { table.apart(one.state, returning) };
            open.entry((one.used.len() as u32 + apart, apart)).or_default().push_back(one);
        };
        front.into_iter().for_each(|one| put(&mut open, &self.table, one));
        let mut left = width * TRIES;
        while let Some(mut first) = open.first_entry() {
            let Some(from) = first.get_mut().pop_front() else {
                first.remove();
                continue;
            };
            if from.waits & 1 << slot == 0 {
                passed.push(from);
                if passed.len() == width {
                    break;
                }
                continue;
            }
            for (state, task, way) in self.ways(&from) {
                self.explored += 1;
                if left == 0 {
                    return passed;
                }
                if self.explored.is_multiple_of(ASK_EVERY)
                    && (!keep_going(self.explored) || self.table.words() + self.steps.len() > ROOM)
                {
                    return Vec::new();
                }
                left -= 1;
                let mut one = Configuration { state, ..from.clone() };
                match way {
                    Way::Slot(slot) => one.waits &= !(1 << slot),
                    Way::Pool(pool) => one.used.insert(one.used.partition_point(|other| *other <= pool), pool),
                }
                self.record(&mut one, task);
                self.observe(&mut one);
                put(&mut open, &self.table, one);
            }
        }
        passed
    }

    fn ways(&mut self, from: &Configuration) -> Vec<(StateId, u32, Way)> {
        let mut ways = Vec::new();
        for slot in 0..self.slots.len() {
            let Some(task) = self.slots[slot].filter(|_| from.waits & 1 << slot != 0) else { continue };
            let state = self.table.step(from.state, self.tasks[task as usize].op);
            ways.extend(state.map(|state| (state, task, Way::Slot(slot))));
        }
        for (pool, number) in self.pools.iter().zip(0..) {
            let used = from.used.iter().filter(|other| **other == number).count();
            let Some(&task) = pool.called.get(used) else { continue };
            let state = self.table.step(from.state, pool.op).filter(|state| *state != from.state);
            ways.extend(state.map(|state| (state, task, Way::Pool(number))));
        }
        ways
    }
}

enum Way {
    Slot(usize),
    Pool(u32),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judges::linearizability;
    use crate::judges::model::{Case, Model};
    use crate::judges::verdict::Ruling;
    use crate::sim::random::fold;

    const ACCOUNTS: usize = 4;
    type Balances = [i64; ACCOUNTS];

    /// Accounts that are read together.
    struct Bank;

    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    enum Op {
        Read(Balances),
        Transfer(usize, usize, i64),
    }

    impl Model for Bank {
        type Op = Op;
        type State = Balances;

        fn initial(&self) -> Balances {
            [20; ACCOUNTS]
        }

        fn step(&self, state: &Balances, op: &Op) -> Option<Balances> {
            match *op {
                Op::Read(seen) => (seen == *state).then_some(seen),
                Op::Transfer(from, to, amount) => {
                    let mut next = *state;
                    next[from] -= amount;
                    next[to] += amount;
                    (next[from] >= 0).then_some(next)
                }
            }
        }

        fn observes(&self, op: &Op) -> bool {
            matches!(op, Op::Read(_))
        }

        fn settles(&self, _op: &Op) -> bool {
            false
        }

        fn apart(&self, state: &Balances, op: &Op) -> u32 {
            let Op::Read(seen) = op else { return 0 };
            let differ = state.iter().zip(seen).filter(|(one, other)| one != other).count() as u32;
            differ.div_ceil(2)
        }
    }

    /// What clients of a bank see that does each operation at some moment while it is open, or, where its outcome is unknown,
    /// perhaps; with a wrong answer here and there, if that is wanted.
    fn history(seed: u64, operations: u32, is_wrong: bool) -> Vec<Task<Op>> {
        let mut drawn = 0;
        let mut draw = |below: u64| {
            drawn += 1;
            fold(&[seed, drawn]) % below
        };
        let clients = 2 + draw(4) as usize;
        let mut tasks: Vec<Task<Op>> = Vec::new();
        let mut state = Bank.initial();
        // The task of each client, and whether it is done.
        let mut open: Vec<Option<(usize, bool)>> = vec![None; clients];
        for event in 0..operations * 3 {
            let client = draw(clients as u64) as usize;
            match open[client] {
                None => {
                    let from = draw(ACCOUNTS as u64) as usize;
                    let to = (from + 1 + draw(ACCOUNTS as u64 - 1) as usize) % ACCOUNTS;
                    let op = if draw(2) == 0 { Op::Read(state) } else { Op::Transfer(from, to, 1 + draw(4) as i64) };
                    open[client] = Some((tasks.len(), false));
                    tasks.push(Task { operation: event, session: 0, op, call: event, until: None });
                }
                Some((task, false)) => {
                    let may_be_lost = draw(12) == 0;
                    if let Op::Read(seen) = &mut tasks[task].op {
                        *seen = state;
                        if is_wrong && draw(15) == 0 {
                            seen.swap(0, 1);
                        }
                    }
                    let next = Bank.step(&state, &tasks[task].op).filter(|_| !may_be_lost || draw(2) == 0);
                    // What would overdraw is answered when it no longer does, if ever.
                    let is_done = next.is_some() || matches!(tasks[task].op, Op::Read(_));
                    state = next.unwrap_or(state);
                    open[client] = (!may_be_lost).then_some((task, is_done));
                }
                Some((task, true)) => {
                    tasks[task].until = Some(event);
                    open[client] = None;
                }
            }
        }
        tasks.retain(|task| task.until.is_some() || !matches!(task.op, Op::Read(_)));
        tasks
    }

    /// Whether an order explains all answers and keeps what came before what.
    fn explains(tasks: &[Task<Op>], order: &[u32]) -> bool {
        let task = |operation: &u32| tasks.iter().find(|task| task.operation == *operation).expect("an operation");
        let order: Vec<&Task<Op>> = order.iter().map(task).collect();
        let mut state = Bank.initial();
        for (place, task) in order.iter().enumerate() {
            let Some(next) = Bank.step(&state, &task.op) else { return false };
            state = next;
            let is_late = |earlier: &&Task<Op>| task.until.is_some_and(|until| until < earlier.call);
            let is_again = |earlier: &&Task<Op>| earlier.operation == task.operation;
            if order[..place].iter().any(|earlier| is_late(earlier) || is_again(earlier)) {
                return false;
            }
        }
        let is_in = |task: &Task<Op>| order.iter().any(|other| other.operation == task.operation);
        tasks.iter().all(|task| task.until.is_none() || is_in(task))
    }

    #[test]
    fn what_is_found_is_an_order_of_what_holds() {
        let (mut legal, mut found, mut illegal) = (0, 0, 0);
        for seed in 0..2_000 {
            let case = Case { model: Bank, parts: vec![history(seed, 3 + seed as u32 % 20, true)] };
            let order = order(&case, 0, 8, &mut 0, &mut |_| true);
            assert!(order.as_ref().is_none_or(|order| explains(&case.parts[0], order)), "seed {seed}: {order:?}");
            if case.parts[0].iter().all(|task| task.until.is_some()) {
                continue;
            }
            let holds = linearizability::judge(&case, &mut |_| true).ruling == Ruling::Holds;
            assert!(holds || order.is_none(), "seed {seed}: {order:?}");
            *(if holds { &mut legal } else { &mut illegal }) += 1;
            found += u32::from(order.is_some());
        }
        assert!(illegal > 100 && found * 10 > legal * 9, "{found} of {legal} legal, {illegal} illegal");
    }

    #[test]
    fn most_of_what_holds_is_found() {
        let found = (0..20).filter(|&seed| {
            let case = Case { model: Bank, parts: vec![history(seed, 250, false)] };
            let order = order(&case, 0, 64, &mut 0, &mut |_| true);
            assert!(order.as_ref().is_none_or(|order| explains(&case.parts[0], order)), "seed {seed}: {order:?}");
            order.is_some()
        });
        let found = found.count();
        assert!(found >= 15, "{found} of 20");
    }
}
