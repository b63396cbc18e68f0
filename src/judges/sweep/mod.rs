//! Breadth first, for registers and their like: all configurations that pass a return, one return after the other.
//!
//! What makes them few is that most writes are overwritten unseen. A write during which another happened needs no place of
//! its own: it may stand directly before that one, should nothing else become of it. So
//! - a write that is open and thus *covered* is better than one that is done;
//! - an observation that is done is better than one that is open;
//! - an operation with unknown outcome that is not used is better than one that is;
//! - of configurations in the same state those are enough than which no other is better.
//!
//! A step is taken only where a return needs it, and the return that no configuration passes ends the shortest illegal
//! prefix.

mod facts;
mod front;
mod orders;
#[cfg(test)]
mod tests;

use super::linearizability::{ASK_EVERY, KeepGoing};
use super::model::{OpId, Parts, StateId, Table, Task};
use super::verdict::Illegal;
use facts::{Event, Facts, Role};
use front::{Configuration, Front, Kinds, Slots, StepId, slots, without};

/// Configurations at one return at most, with and without unknown outcomes: where there are more, the depth-first search
/// does better, or as badly.
const AT_ONCE: [usize; 2] = [1 << 9, 1 << 14];
/// How much more often than the thriftiest configuration another may have done what is not counted.
const SLACK: u32 = 2;
/// Steps that are remembered before those that led nowhere are forgotten.
const REMEMBERED: usize = 1 << 20;

pub(super) enum End {
    Order(Vec<u32>),
    Illegal(Illegal),
    Stopped,
    /// Not all operations are of the kinds that it knows, or there are too many configurations.
    Declined,
}

pub(super) fn sweep(case: &dyn Parts, part: usize, explored: &mut u64, keep_going: KeepGoing) -> End {
    let (tasks, table) = case.numbered(Some(part));
    let Some(facts) = Facts::new(tasks, table) else { return End::Declined };
    let mut sweep = Sweep::new(facts);
    let mut end = sweep.run(usize::MAX, explored, keep_going);
    if matches!(end, End::Order(_)) && sweep.count_what_was_done_too_often() {
        // Thriftily it mostly comes out right without. Where it does not, nothing is known of it.
        let uncounted = vec![false; sweep.counted.len()];
        let counted = std::mem::replace(&mut sweep.counted, uncounted);
        sweep.is_thrifty = true;
        let mut thrifty = sweep.run(usize::MAX, explored, keep_going);
        while matches!(thrifty, End::Order(_)) && sweep.count_what_was_done_too_often() {
            thrifty = sweep.run(usize::MAX, explored, keep_going);
        }
        if let End::Order(_) | End::Stopped = thrifty {
            return thrifty;
        }
        sweep.is_thrifty = false;
        sweep.counted = counted;
        end = sweep.run(usize::MAX, explored, keep_going);
    }
    while matches!(end, End::Order(_)) && sweep.count_what_was_done_too_often() {
        end = sweep.run(usize::MAX, explored, keep_going);
    }
    let End::Illegal(mut illegal) = end else { return end };
    // It has looked ahead and counted little. A prefix is illegal if no configuration passes it where nothing behind it is
    // known, and the shortest ends where none passes that knows no more than itself.
    sweep.counted.fill(true);
    loop {
        let fell = sweep.place;
        let End::Illegal(shorter) = sweep.run(fell + 1, explored, keep_going) else { break };
        illegal = shorter;
        if sweep.place >= fell {
            illegal.is_shortest = true;
            break;
        }
    }
    End::Illegal(illegal)
}

/// What led to a configuration: a task done before an event.
struct Step {
    before: Option<StepId>,
    task: u32,
    event: u32,
}

/// Equal operations with unknown outcome that were called.
struct Pool {
    op: OpId,
    called: Vec<u32>,
}

enum Source {
    Slot(usize),
    Pool(u32),
}

struct Sweep {
    facts: Facts,
    horizon: usize,
    /// By operation, whether with unknown outcome it can be done only as often as it was called; otherwise as often as one
    /// likes.
    counted: Vec<bool>,
    /// What may be done as often as one likes is done as seldom as possible; orders that need it more often are lost.
    is_thrifty: bool,
    /// How often, for now.
    afford: u32,
    /// The event that has its turn.
    place: usize,
    /// The tasks that are open, by slot.
    slots: Vec<Option<u32>>,
    kinds: Kinds,
    /// The slots of what is open and changes something, the first to return first.
    changing: Vec<usize>,
    pools: Vec<Pool>,
    steps: Vec<Step>,
    /// The last step of an order that was found.
    found: Option<StepId>,
}

impl Sweep {
    fn new(facts: Facts) -> Sweep {
        let counted = vec![false; facts.roles.len()];
        Sweep {
            facts,
            horizon: usize::MAX,
            counted,
            is_thrifty: false,
            afford: 0,
            place: 0,
            slots: Vec::new(),
            kinds: Kinds::default(),
            changing: Vec::new(),
            pools: Vec::new(),
            steps: Vec::new(),
            found: None,
        }
    }

    /// What is answered from the horizon on is not known.
    fn run(&mut self, horizon: usize, explored: &mut u64, keep_going: KeepGoing) -> End {
        self.horizon = horizon;
        (self.slots, self.kinds, self.changing) = Default::default();
        self.kinds.is_thrifty = self.is_thrifty;
        (self.pools, self.steps) = Default::default();
        let start =
            Configuration { state: Table::START, waits: 0, bare: 0, used: Vec::new(), free: 0, last: None, done: 0 };
        let mut front = Front::default();
        front.insert(start, &self.kinds);
        let mut enough = REMEMBERED;
        for place in 0..self.facts.events.len() {
            self.place = place;
            let Event { task, returns } = self.facts.events[place];
            if !returns {
                if !self.call(task, &mut front) {
                    return End::Declined;
                }
                continue;
            }
            let slot = self.slots.iter().position(|open| *open == Some(task)).expect("it was called");
            self.kinds.last_seen_by = self.last_seen_by();
            self.afford = front.all().map(|from| from.free).min().unwrap_or_default() + SLACK;
            let mut passed = Front::default();
            let mut tried = Front::default();
            for from in front.all() {
                if !self.pass(slot, from, &mut tried, &mut passed, explored, keep_going) {
                    return End::Stopped;
                }
                if tried.count.max(passed.count) > AT_ONCE[usize::from(self.pools.is_empty() || self.is_thrifty)] {
                    return End::Declined;
                }
            }
            if passed.count == 0 {
                return End::Illegal(self.illegal(slot, &tried));
            }
            front = passed;
            self.close(slot);
            if self.steps.len() > enough {
                self.forget(&mut front);
                enough = REMEMBERED.max(self.steps.len() * 2);
            }
        }
        let least = front.all().min_by_key(|one| one.used.len() + one.free as usize).expect("something passed");
        self.found = least.last;
        End::Order(self.order(least.last, self.facts.events.len()))
    }

    /// The role of what is open in a slot.
    fn role_in(&self, slot: usize) -> Option<Role> {
        self.slots.get(slot)?.map(|task| self.facts.role(task))
    }

    /// False if there is no slot left for it.
    fn call(&mut self, task: u32, front: &mut Front) -> bool {
        let Task { op, until, .. } = self.facts.tasks[task as usize];
        if until.is_none() {
            match self.pools.iter_mut().find(|pool| pool.op == op) {
                Some(pool) => pool.called.push(task),
                None => self.pools.push(Pool { op, called: vec![task] }),
            }
            return true;
        }
        let slot = self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len());
        if slot == Slots::BITS as usize {
            return false;
        }
        self.slots.resize(self.slots.len().max(slot + 1), None);
        self.slots[slot] = Some(task);
        let bit = 1 << slot;
        let role = self.facts.role(task);
        if let Role::Observes(_) = role {
            self.kinds.observations |= bit;
        } else {
            let earlier = |&&other: &&usize| {
                self.slots[other].is_some_and(|open| self.facts.returns(open) < self.facts.returns(task))
            };
            let place = self.changing.iter().take_while(earlier).count();
            self.changing.insert(place, slot);
            if role.overwrites() {
                self.kinds.writes |= bit;
            }
        }
        for one in front.by_state.iter_mut().flatten() {
            if role == Role::Observes(one.state) {
                one.done += 1;
            } else {
                one.waits |= bit;
                one.bare |= bit & self.kinds.writes;
            }
        }
        true
    }

    fn close(&mut self, slot: usize) {
        self.slots[slot] = None;
        self.kinds.observations &= !(1 << slot);
        self.kinds.writes &= !(1 << slot);
        self.changing.retain(|other| *other != slot);
    }

    /// The open writes that nothing yet to be called can see, and what is open and can.
    fn last_seen_by(&self) -> Vec<(usize, Slots)> {
        let seen_by = |slot: usize| {
            let task = self.slots[slot]?;
            let state = self.facts.role(task).leads_to()?;
            let outlook = self.facts.outlook(state);
            // It may be seen while it is open, or after its return if nothing has to happen in between.
            let returns = self.facts.returns(task);
            let is_seen = |(call, _)| call < returns || call < self.facts.soonest[returns];
            let is_seen = outlook.needed_from(self.place).is_some_and(is_seen);
            (!outlook.may_be_needed && !is_seen).then(|| (slot, self.needing(state, !0)))
        };
        slots(self.kinds.writes).filter_map(seen_by).collect()
    }

    /// What waits and needs a state.
    fn needing(&self, state: StateId, waits: Slots) -> Slots {
        let needs = |slot: &usize| self.role_in(*slot).is_some_and(|role| role.needs() == Some(state));
        slots(waits & !self.kinds.writes).filter(needs).fold(0, |all, slot| all | 1 << slot)
    }

    /// Whether something needs a configuration's state that can have no other state like it, so that it must not be left.
    fn is_stuck(&self, one: &Configuration) -> bool {
        let outlook = self.facts.outlook(one.state);
        let later = outlook.needed_from(self.place).map(|(_, returns)| returns);
        let now = slots(self.needing(one.state, one.waits)).filter_map(|slot| self.slots[slot]);
        let first = now.map(|task| self.facts.returns(task)).chain(later).min();
        let Some(until) = first.filter(|until| *until < self.horizon) else { return false };
        let makes = |role: Option<Role>| role.is_some_and(|role| role.leads_to() == Some(one.state));
        outlook.made_from(self.place).is_none_or(|call| call > until)
            && !slots(one.waits & !self.kinds.observations).any(|slot| makes(self.role_in(slot)))
            && !self.pools.iter().any(|pool| makes(Some(self.facts.roles[pool.op as usize])))
    }

    /// Whether a configuration's state, which nobody sees yet, may be seen before it has to be left.
    fn is_wanted(&self, one: &Configuration) -> bool {
        let outlook = self.facts.outlook(one.state);
        if outlook.may_be_needed || self.needing(one.state, one.waits) != 0 {
            return true;
        }
        let Some((call, _)) = outlook.needed_from(self.place) else { return false };
        let returns = |slot: usize| self.slots[slot].map_or(usize::MAX, |task| self.facts.returns(task));
        self.facts.soonest[self.place] > call && slots(one.waits & !self.kinds.writes).all(|slot| returns(slot) > call)
    }

    /// Adds what passes the return of a slot's operation, from one configuration on; false if it was stopped.
    fn pass(
        &mut self,
        slot: usize,
        from: &Configuration,
        tried: &mut Front,
        passed: &mut Front,
        explored: &mut u64,
        keep_going: KeepGoing,
    ) -> bool {
        let kinds = &self.kinds;
        let done = |one: &Configuration| one.waits & (1 << slot) == 0;
        if done(from) {
            passed.insert(from.clone(), kinds);
            return true;
        }
        if let Some(one) = without(from, slot, kinds) {
            passed.insert(one, kinds);
        }
        if !tried.insert(from.clone(), kinds) {
            return true;
        }
        let returning = self.facts.events[self.place].task;
        // With whether the last step only wrote what nobody has seen yet.
        let mut open = vec![(from.clone(), false)];
        while let Some((from, idle)) = open.pop() {
            let stuck = self.is_stuck(&from);
            for (op, source) in self.ways(&from) {
                let role = self.facts.roles[op as usize];
                let (overwrites, state) = match role {
                    // The last step would be overwritten unseen.
                    Role::Overwrites(to) if idle || stuck && to != from.state => continue,
                    Role::Overwrites(to) => (true, to),
                    Role::Changes { from: needed, to } if needed == from.state => (false, to),
                    Role::Changes { .. } | Role::Observes(_) => continue,
                };
                *explored += 1;
                if explored.is_multiple_of(ASK_EVERY) && !keep_going(*explored) {
                    return false;
                }
                let mut one = from.clone();
                one.state = state;
                let task = match source {
                    Source::Slot(slot) => {
                        one.waits &= !(1 << slot);
                        one.bare &= !(1 << slot);
                        one.done += 1;
                        self.slots[slot].expect("open")
                    }
                    Source::Pool(pool) => {
                        if self.counted[op as usize] {
                            one.used.insert(one.used.partition_point(|other| *other <= pool), pool);
                        } else {
                            one.free += 1;
                        }
                        if self.kinds.is_thrifty && one.free > self.afford {
                            continue;
                        }
                        self.pools[pool as usize].called[0]
                    }
                };
                if overwrites {
                    one.bare = 0;
                }
                let fitting = self.needing(state, one.waits & kinds.observations);
                one.waits &= !fitting;
                one.done += fitting.count_ones();
                let has_to_be = task == returning && from.bare & (1 << slot) != 0;
                if overwrites && fitting == 0 && !has_to_be && !self.is_wanted(&one) {
                    continue;
                }
                one.last = Some(self.steps.len() as StepId);
                let is_new = if done(&one) {
                    passed.insert(one, kinds)
                } else {
                    let passes = without(&one, slot, kinds).is_some_and(|one| passed.insert(one, kinds));
                    let is_new = tried.insert(one.clone(), kinds);
                    if is_new {
                        open.push((one, overwrites && fitting == 0));
                    }
                    is_new || passes
                };
                if is_new {
                    self.steps.push(Step { before: from.last, task, event: self.place as u32 });
                }
            }
        }
        true
    }

    /// What may be done next, of equal operations one.
    fn ways(&self, from: &Configuration) -> Vec<(OpId, Source)> {
        let mut ways: Vec<(OpId, Source)> = Vec::new();
        for &slot in self.changing.iter().filter(|slot| from.waits & (1 << **slot) != 0) {
            let Some(op) = self.slots[slot].map(|task| self.facts.tasks[task as usize].op) else { continue };
            if !ways.iter().any(|(other, _)| *other == op) {
                ways.push((op, Source::Slot(slot)));
            }
        }
        for (pool, number) in self.pools.iter().zip(0..) {
            let used = from.used.iter().filter(|other| **other == number).count();
            let is_left = used < pool.called.len() || !self.counted[pool.op as usize];
            if is_left && !ways.iter().any(|(other, _)| *other == pool.op) {
                ways.push((pool.op, Source::Pool(number)));
            }
        }
        ways
    }

    /// Keeps the steps that led to something.
    fn forget(&mut self, front: &mut Front) {
        let mut kept = vec![false; self.steps.len()];
        for one in front.all() {
            let mut last = one.last;
            while let Some(step) = last.filter(|step| !std::mem::replace(&mut kept[*step as usize], true)) {
                last = self.steps[step as usize].before;
            }
        }
        let counted = kept.iter().scan(0, |count, kept| {
            *count += StepId::from(*kept);
            Some(count.saturating_sub(1))
        });
        let renamed: Vec<StepId> = counted.collect();
        let renamed = |step: &mut Option<StepId>| *step = step.map(|step| renamed[step as usize]);
        let mut kept = kept.into_iter();
        self.steps.retain(|_| kept.next() == Some(true));
        self.steps.iter_mut().for_each(|step| renamed(&mut step.before));
        front.by_state.iter_mut().flatten().for_each(|one| renamed(&mut one.last));
    }
}
