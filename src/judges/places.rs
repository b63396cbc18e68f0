//! Queues are judged place by place: what is put as the first is taken as the first, and so on. An order is a row of pairs, a
//! put and the dequeue that took it, with the dequeues that found nothing between them; when exactly each happened follows.
//! So it does not matter how far the dequeues are behind the puts, nor in which order things happened to get there: what was
//! placed says all.
//!
//! A row explains a history if nothing in it returns before something was called that stands before it: of what is put
//! before what is put, and of what is put or taken before what is taken. Whatever is called before all that is not yet placed
//! returns is *free*, stays so, and harms nothing that is placed later. That leaves little choice:
//! - a dequeue that found nothing is placed as soon as it is free;
//! - of equal values the put that returns first is placed first, and the same goes for dequeues; if none that is not free
//!   yet returns earlier they are placed at once;
//! - what was put and is not taken may stay, and stands behind all else;
//! - a dequeue of unknown answer takes what would be left, and only when that must be placed next;
//! - a put of unknown outcome gives what was taken, and only when that must be placed next.
//!
//! What took something must not be called too late for a dequeue that found nothing to come before the next put, and so a
//! dequeue whose call is late may be harmful after all: then there is a choice.

use super::linearizability::{ASK_EVERY, KeepGoing};
use super::memory::{ROOM, is_part_of};
use super::model::{Lookup, Task};
use crate::sorting::sort_by_key;

/// Equal values have the same number.
pub(super) type ValueId = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Put(ValueId),
    /// With what it took, if that is known.
    Take(Option<ValueId>),
    FindNothing,
}

pub(super) enum End {
    Order(Vec<u32>),
    None,
    Stopped,
}

/// Whether some order explains what was done to a queue that held some values at the start; with the number of
/// configurations that were tried.
pub(super) fn order(initial: &[ValueId], tasks: &[Task<Deed>], keep_going: KeepGoing) -> (End, u64) {
    let mut search = Search { facts: Facts::new(initial, tasks), steps: Vec::new(), explored: 0 };
    if search.facts.is_taken_too_often() {
        return (End::None, 0);
    }
    let end = search.straight().unwrap_or_else(|| search.widening(FIRST_WIDTH, keep_going));
    (end, search.explored)
}

/// What has to be placed. Times are numbers of events; what was there at the start is before them.
struct Known {
    /// None: it found nothing.
    value: Option<ValueId>,
    call: u32,
    until: u32,
    /// None: it was there at the start.
    operation: Option<u32>,
    /// Of the same value, what is called later and returns earlier.
    inner: Vec<u32>,
}

/// Puts, or dequeues, in the order of their calls.
#[derive(Default)]
struct Side {
    known: Vec<Known>,
    of_value: Vec<Vec<u32>>,
    /// What need not be placed, by value: calls and operations.
    optional: Vec<Vec<(u32, u32)>>,
}

/// Some of what is known on a side: the first words are full, then come others, the last not empty.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Set {
    full: u32,
    words: Vec<u64>,
}

impl Set {
    fn has(&self, index: u32) -> bool {
        let Some(word) = (index / 64).checked_sub(self.full) else { return true };
        self.words.get(word as usize).is_some_and(|word| word & 1 << (index % 64) != 0)
    }

    fn with(&self, index: u32) -> Set {
        let Set { mut full, mut words } = self.clone();
        let word = (index / 64 - full) as usize;
        words.resize(words.len().max(word + 1), 0);
        words[word] |= 1 << (index % 64);
        let begins = words.iter().take_while(|word| **word == u64::MAX).count();
        words.drain(..begins);
        full += begins as u32;
        Set { full, words }
    }
}

/// What may be placed next as far as its side is concerned: called before the first return of all that waits. What returns
/// first comes first.
struct Window {
    waits: Vec<u32>,
    bound: u32,
}

impl Side {
    fn add(&mut self, value: Option<ValueId>, call: u32, until: Option<u32>, operation: Option<u32>) {
        match (until, operation) {
            (Some(until), _) => self.known.push(Known { value, call, until, operation, inner: Vec::new() }),
            // Of dequeues the answer is unknown as well.
            (None, Some(operation)) => at(&mut self.optional, value.unwrap_or_default()).push((call, operation)),
            (None, None) => (),
        }
    }

    /// Everything was added.
    fn close(&mut self) {
        self.optional.iter_mut().for_each(|pool| sort_by_key(pool, |(call, _)| *call));
        sort_by_key(&mut self.known, |one| one.call);
        for index in 0..self.known.len() {
            let Known { value, until, .. } = self.known[index];
            let later = (index as u32 + 1..).zip(&self.known[index + 1..]).take_while(|(_, other)| other.call < until);
            let inner = later.filter(|(_, other)| other.value == value && other.until < until);
            self.known[index].inner = inner.map(|(other, _)| other).collect();
            value.into_iter().for_each(|value| at(&mut self.of_value, value).push(index as u32));
        }
    }

    fn one(&self, index: u32) -> &Known {
        &self.known[index as usize]
    }

    fn window(&self, placed: &Set) -> Window {
        let mut window = Window { waits: Vec::new(), bound: u32::MAX };
        for (index, one) in (0..).zip(&self.known).skip(placed.full as usize * 64) {
            if one.call > window.bound {
                break;
            }
            if !placed.has(index) {
                window.bound = window.bound.min(one.until);
                window.waits.push(index);
            }
        }
        window.waits.sort_unstable_by_key(|&index| self.one(index).until);
        window
    }

    /// Whether nothing of the same value that is called later returns earlier.
    fn is_first(&self, index: u32, placed: &Set) -> bool {
        self.one(index).inner.iter().all(|&other| placed.has(other))
    }

    /// The calls of what need not be placed and has a value.
    fn pool(&self, value: ValueId) -> &[(u32, u32)] {
        self.optional.get(value as usize).map_or(&[], Vec::as_slice)
    }

    /// How many of a value wait.
    fn left(&self, value: ValueId, placed: &Set) -> usize {
        let all = self.of_value.get(value as usize).map_or(&[][..], Vec::as_slice);
        all[all.partition_point(|index| index / 64 < placed.full)..].iter().filter(|index| !placed.has(**index)).count()
    }
}

fn at<T: Default>(lists: &mut Vec<Vec<T>>, place: u32) -> &mut Vec<T> {
    let place = place as usize;
    if lists.len() <= place {
        lists.resize_with(place + 1, Vec::new);
    }
    &mut lists[place]
}

struct Facts {
    puts: Side,
    takes: Side,
    /// Whether a value is put no more often than it was, as far as outcomes are unknown; otherwise as often as one likes.
    counted: Vec<bool>,
    /// The dequeues that found nothing, in the order of their calls.
    empty: Vec<u32>,
}

/// Something that was known to happen, or the next of what may have.
#[derive(Clone, Copy)]
enum Act {
    Known(u32),
    Optional(ValueId),
}

#[derive(Clone, Copy)]
enum Place {
    Pair { put: Act, taken: Act },
    Nothing(u32),
}

type StepId = u32;

struct Step {
    before: Option<StepId>,
    place: Place,
}

/// What was placed, and so in which order the rest can be.
#[derive(Clone, Default)]
struct Configuration {
    puts: Set,
    takes: Set,
    /// The values of unknown puts that are placed, of those that are counted; sorted.
    given: Vec<ValueId>,
    /// How many dequeues of unknown answer are.
    drawn: u32,
    /// The latest call of a dequeue.
    latest: u32,
    last: Option<StepId>,
}

impl Facts {
    fn new(initial: &[ValueId], tasks: &[Task<Deed>]) -> Facts {
        let (mut puts, mut takes) = (Side::default(), Side::default());
        for (value, place) in initial.iter().zip(0..) {
            puts.add(Some(*value), 2 * place, Some(2 * place + 1), None);
        }
        let start = 2 * initial.len() as u32;
        for task in tasks {
            let (call, until, operation) =
                (start + task.call, task.until.map(|until| start + until), Some(task.operation));
            match task.op {
                Deed::Put(value) => puts.add(Some(value), call, until, operation),
                Deed::Take(value) => takes.add(value, call, until.filter(|_| value.is_some()), operation),
                Deed::FindNothing => takes.add(None, call, until, operation),
            }
        }
        puts.close();
        takes.close();
        let empty = (0..).zip(&takes.known).filter(|(_, one)| one.value.is_none()).map(|(index, _)| index).collect();
        let counted = vec![true; puts.optional.len()];
        Facts { puts, takes, counted, empty }
    }

    /// More often than it can have been put.
    fn is_taken_too_often(&self) -> bool {
        (0..)
            .zip(&self.takes.of_value)
            .any(|(value, taken)| taken.len() > self.puts.left(value, &Set::default()) + self.puts.pool(value).len())
    }

    /// What may be placed next, the likeliest first; of what is as good as another one. None if everything is explained.
    fn ways(&self, from: &Configuration) -> Option<Vec<Place>> {
        let (puts, takes) = (self.puts.window(&from.puts), self.takes.window(&from.takes));
        let first_take = self.takes.one(*takes.waits.first()?);
        let nothing = |&&index: &&u32| {
            let one = self.takes.one(index);
            one.value.is_none() && one.call.max(from.latest) < puts.bound
        };
        if let Some(&index) = takes.waits.iter().find(nothing) {
            return Some(vec![Place::Nothing(index)]);
        }
        let first_empty = self.empty.iter().find(|&&index| !from.takes.has(index));
        let first_empty = first_empty.map_or(u32::MAX, |&index| self.takes.one(index).call);
        let is_harmless = |one: &Known| one.call < puts.bound.max(from.latest + 1) || first_empty > one.until;
        let put_of = |value: ValueId| {
            let fits = |one: &Known| one.value == Some(value) && one.call < takes.bound;
            puts.waits.iter().copied().find(|&index| fits(self.puts.one(index)))
        };
        let mut ways = Vec::new();
        // Values of which nothing that comes later in the window does better.
        let mut settled: Vec<ValueId> = Vec::new();
        for &index in &takes.waits {
            let one = self.takes.one(index);
            let Some(value) = one.value.filter(|value| !settled.contains(value)) else { continue };
            let Some(put) = put_of(value) else { continue };
            let pair = Place::Pair { put: Act::Known(put), taken: Act::Known(index) };
            if is_harmless(one) {
                if self.takes.is_first(index, &from.takes) && self.puts.is_first(put, &from.puts) {
                    return Some(vec![pair]);
                }
                settled.push(value);
            }
            ways.push(pair);
        }
        if let Some(value) = first_take.value.filter(|value| put_of(*value).is_none()) {
            let next = self.puts.pool(value).get(from.given(value));
            let next = next.filter(|(call, _)| *call < puts.bound.min(takes.bound));
            let pair = Place::Pair { put: Act::Optional(value), taken: Act::Known(takes.waits[0]) };
            ways.extend(next.map(|_| pair));
        }
        if let Some(&first) = puts.waits.first()
            && let Known { value: Some(value), call, .. } = *self.puts.one(first)
            && call < takes.bound
            && !settled.contains(&value)
            && self.takes.pool(0).get(from.drawn as usize).is_some_and(|(call, _)| *call < takes.bound)
            && self.is_dispensable(value, from)
        {
            ways.push(Place::Pair { put: Act::Known(first), taken: Act::Optional(0) });
        }
        Some(ways)
    }

    /// Whether there is more of a value than is still known to be taken.
    fn is_dispensable(&self, value: ValueId, from: &Configuration) -> bool {
        let may_be_put = self.puts.pool(value).len();
        may_be_put > 0 && !self.is_counted(value)
            || self.puts.left(value, &from.puts) + may_be_put - from.given(value) > self.takes.left(value, &from.takes)
    }

    fn is_counted(&self, value: ValueId) -> bool {
        self.counted[value as usize]
    }

    fn after(&self, from: &Configuration, place: Place) -> Configuration {
        let mut next = from.clone();
        let taken = match place {
            Place::Nothing(index) => Act::Known(index),
            Place::Pair { put, taken } => {
                match put {
                    Act::Known(index) => next.puts = from.puts.with(index),
                    Act::Optional(value) if self.is_counted(value) => {
                        next.given.insert(from.given.partition_point(|other| *other < value), value);
                    }
                    Act::Optional(_) => (),
                }
                taken
            }
        };
        let call = match taken {
            Act::Known(index) => {
                next.takes = from.takes.with(index);
                self.takes.one(index).call
            }
            Act::Optional(pool) => {
                next.drawn += 1;
                self.takes.pool(pool)[from.drawn as usize].0
            }
        };
        next.latest = from.latest.max(call);
        next
    }

    /// The values that are put more often than they were, or before.
    fn put_too_often(&self, row: &[Place]) -> Vec<ValueId> {
        let mut from = Configuration::default();
        let mut given: Vec<u32> = vec![0; self.counted.len()];
        let mut too_often = Vec::new();
        for place in row {
            if let Place::Pair { put: Act::Optional(value), .. } = *place {
                let given = &mut given[value as usize];
                let bound = self.puts.window(&from.puts).bound.min(self.takes.window(&from.takes).bound);
                let next = self.puts.pool(value).get(*given as usize);
                if next.is_none_or(|(call, _)| *call > bound) {
                    too_often.push(value);
                }
                *given += 1;
            }
            from = self.after(&from, *place);
        }
        too_often
    }

    /// What stands in the row, each as early as it can be, and what stays behind it.
    fn order(&self, row: &[Place]) -> Vec<u32> {
        let (mut puts, mut takes) = (Row::new(&self.puts), Row::new(&self.takes));
        let (mut put_by, mut taken_by) = (0, 0);
        let mut moments: Vec<(u32, Option<u32>)> = Vec::new();
        for place in row {
            let taken = match *place {
                Place::Nothing(index) => Act::Known(index),
                Place::Pair { put, taken } => {
                    let (call, operation) = puts.next(put);
                    put_by = put_by.max(call);
                    moments.push((put_by, operation));
                    taken
                }
            };
            let (call, operation) = takes.next(taken);
            taken_by = taken_by.max(put_by).max(call);
            moments.push((taken_by, operation));
            if let Place::Nothing(_) = place {
                put_by = taken_by;
            }
        }
        for one in puts.rest() {
            put_by = put_by.max(one.call);
            moments.push((put_by, one.operation));
        }
        sort_by_key(&mut moments, |(at, _)| *at);
        moments.into_iter().filter_map(|(_, operation)| operation).collect()
    }
}

/// A side as it is placed.
struct Row<'f> {
    side: &'f Side,
    placed: Set,
    used: Vec<usize>,
}

impl<'f> Row<'f> {
    fn new(side: &'f Side) -> Row<'f> {
        Row { side, placed: Set::default(), used: vec![0; side.optional.len()] }
    }

    /// Call and operation.
    fn next(&mut self, act: Act) -> (u32, Option<u32>) {
        match act {
            Act::Known(index) => {
                self.placed = self.placed.with(index);
                let Known { call, operation, .. } = *self.side.one(index);
                (call, operation)
            }
            Act::Optional(value) => {
                let place = &mut self.used[value as usize];
                *place += 1;
                let (call, operation) = self.side.pool(value)[*place - 1];
                (call, Some(operation))
            }
        }
    }

    fn rest(&self) -> impl Iterator<Item = &'f Known> {
        let waits = (0..).zip(&self.side.known).filter(|(index, _)| !self.placed.has(*index));
        waits.map(|(_, one)| one)
    }
}

impl Configuration {
    fn given(&self, value: ValueId) -> usize {
        self.given.iter().filter(|other| **other == value).count()
    }

    /// Of two that placed the same the one that used fewer of what need not be.
    fn is_as_good(&self, other: &Configuration) -> bool {
        self.drawn <= other.drawn && is_part_of(&self.given, &other.given)
    }
}

/// Configurations none of which can do all that another can.
#[derive(Default)]
struct Level {
    places: Lookup<(Set, Set), usize>,
    by_placed: Vec<Vec<Configuration>>,
}

impl Level {
    /// Adds it, if none is as good.
    fn insert(&mut self, new: Configuration) {
        let place = *self.places.entry((new.puts.clone(), new.takes.clone())).or_insert(self.by_placed.len());
        if place == self.by_placed.len() {
            self.by_placed.push(Vec::new());
        }
        let there = &mut self.by_placed[place];
        if there.iter().any(|other| other.is_as_good(&new)) {
            return;
        }
        there.retain(|other| !new.is_as_good(other));
        there.push(new);
    }
}

enum Swept {
    Row(Vec<Place>),
    None,
    /// None was found among those that were kept.
    Narrow,
    Stopped,
}

/// How many configurations are gone on from at first, of those that placed as much, and how many times as many each time.
const FIRST_WIDTH: usize = 16;
const WIDER: usize = 4;

struct Search {
    facts: Facts,
    steps: Vec<Step>,
    explored: u64,
}

impl Search {
    /// Straight on, as long as it lasts: what holds is mostly found so.
    fn straight(&mut self) -> Option<End> {
        let limit = 2 * (self.facts.puts.known.len() + self.facts.takes.known.len()) as u64;
        let mut open = vec![Configuration::default()];
        while self.explored <= limit {
            let Some(from) = open.pop() else { return Some(End::None) };
            let Some(ways) = self.facts.ways(&from) else {
                return Some(End::Order(self.facts.order(&self.row(&from))));
            };
            for place in ways.into_iter().rev() {
                let next = self.step(&from, place);
                open.push(next);
            }
        }
        None
    }

    /// In turns: no put more often than it was, which finds what holds, and some as often as one likes, which refutes and is
    /// much less. Those of which an order that was found has too many are counted from then on.
    fn widening(&mut self, mut width: usize, keep_going: KeepGoing) -> End {
        let all = vec![true; self.facts.counted.len()];
        let mut some = vec![false; all.len()];
        loop {
            let relaxed = (some != all).then(|| some.clone());
            for counted in [all.clone()].into_iter().chain(relaxed) {
                self.facts.counted = counted;
                match self.sweep(width, keep_going) {
                    Swept::Row(row) => {
                        let too_often = self.facts.put_too_often(&row);
                        if too_often.is_empty() {
                            return End::Order(self.facts.order(&row));
                        }
                        too_often.into_iter().for_each(|value| some[value as usize] = true);
                    }
                    Swept::None => return End::None,
                    Swept::Stopped => return End::Stopped,
                    Swept::Narrow => (),
                }
            }
            width *= WIDER;
        }
    }

    /// Breadth first, by how much is placed of what has to be: so many each time, those first that drew least.
    fn sweep(&mut self, width: usize, keep_going: KeepGoing) -> Swept {
        self.steps.clear();
        let mut is_narrow = false;
        // What is placed next is one or two more.
        let mut levels: [Level; 2] = Default::default();
        levels[0].insert(Configuration::default());
        loop {
            let [level, next] = levels;
            if level.by_placed.is_empty() && next.by_placed.is_empty() {
                return if is_narrow { Swept::Narrow } else { Swept::None };
            }
            let mut ahead = [next, Level::default()];
            let mut open: Vec<Configuration> = level.by_placed.into_iter().flatten().collect();
            if open.len() > width {
                is_narrow = true;
                sort_by_key(&mut open, |one| one.drawn);
                open.truncate(width);
            }
            for from in open {
                let Some(ways) = self.facts.ways(&from) else { return Swept::Row(self.row(&from)) };
                for place in ways {
                    let next = self.step(&from, place);
                    let is_two = matches!(place, Place::Pair { put: Act::Known(_), taken: Act::Known(_) });
                    ahead[usize::from(is_two)].insert(next);
                    if self.explored.is_multiple_of(ASK_EVERY)
                        && (!keep_going(self.explored) || self.steps.len() * 2 > ROOM)
                    {
                        return Swept::Stopped;
                    }
                }
            }
            levels = ahead;
        }
    }

    fn step(&mut self, from: &Configuration, place: Place) -> Configuration {
        self.explored += 1;
        let last = Some(self.steps.len() as StepId);
        self.steps.push(Step { before: from.last, place });
        Configuration { last, ..self.facts.after(from, place) }
    }

    fn row(&self, end: &Configuration) -> Vec<Place> {
        let step = |step: StepId| &self.steps[step as usize];
        let row = std::iter::successors(end.last.map(step), |one| one.before.map(step)).map(|step| step.place);
        let mut row: Vec<Place> = row.collect();
        row.reverse();
        row
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::sim::random::fold;

    /// What clients of a queue see that does each operation at some moment while it is open, or, where its outcome is unknown,
    /// perhaps; with a wrong answer here and there.
    fn history(seed: u64, operations: u64) -> (Vec<ValueId>, Vec<Task<Deed>>) {
        let mut drawn = 0;
        let mut draw = |below: u64| {
            drawn += 1;
            fold(&[seed, drawn]) % below
        };
        let (clients, values) = (1 + draw(4) as usize, 1 + draw(4));
        let (unknown, wrong, puts) = ([0, 10, 40][draw(3) as usize], [0, 2, 8][draw(3) as usize], 1 + draw(3));
        let initial: Vec<ValueId> = (0..draw(3)).map(|_| draw(values) as ValueId).collect();
        let mut queue: VecDeque<ValueId> = initial.iter().copied().collect();
        let mut tasks: Vec<Task<Deed>> = Vec::new();
        // The task of each client, and whether it is done.
        let mut open: Vec<Option<(usize, bool)>> = vec![None; clients];
        for event in 0.. {
            let client = draw(clients as u64) as usize;
            match open[client] {
                None if tasks.len() as u64 == operations => break,
                None => {
                    let op = if draw(4) < puts { Deed::Put(draw(values) as ValueId) } else { Deed::Take(None) };
                    open[client] = Some((tasks.len(), false));
                    let operation = tasks.len() as u32;
                    tasks.push(Task { operation, session: 0, op, call: event, until: None });
                }
                Some((task, false)) => {
                    let (is_lost, is_wrong) = (draw(100) < unknown, wrong > 0 && draw(wrong) == 0);
                    if !is_lost || draw(2) == 0 {
                        let op = &mut tasks[task].op;
                        match *op {
                            Deed::Put(value) => queue.push_back(value),
                            _ => {
                                let mut seen = queue.pop_front();
                                if is_wrong {
                                    seen = Some(draw(values) as ValueId);
                                }
                                let seen = seen.map_or(Deed::FindNothing, |value| Deed::Take(Some(value)));
                                *op = if is_lost { Deed::Take(None) } else { seen };
                            }
                        }
                    }
                    open[client] = (!is_lost).then_some((task, true));
                }
                Some((task, true)) => {
                    tasks[task].until = Some(event);
                    open[client] = None;
                }
            }
        }
        // What was still open may have seen anything.
        for task in tasks.iter_mut().filter(|task| task.until.is_none() && !matches!(task.op, Deed::Put(_))) {
            task.op = Deed::Take(None);
        }
        (initial, tasks)
    }

    fn step(queue: &mut VecDeque<ValueId>, deed: Deed) -> bool {
        match deed {
            Deed::Put(value) => queue.push_back(value),
            Deed::Take(Some(value)) => return queue.pop_front() == Some(value),
            Deed::Take(None) => return queue.pop_front().is_some(),
            Deed::FindNothing => return queue.is_empty(),
        }
        true
    }

    fn is_late(tasks: &[Task<Deed>], earlier: usize, later: usize) -> bool {
        tasks[later].until.is_some_and(|until| until < tasks[earlier].call)
    }

    /// Every order tried.
    fn explains(tasks: &[Task<Deed>], done: u32, queue: &VecDeque<ValueId>) -> bool {
        let waits = |task: &usize| done & 1 << *task == 0;
        let all = 0..tasks.len();
        all.clone().filter(waits).all(|task| tasks[task].until.is_none())
            || all.clone().filter(waits).any(|task| {
                let mut queue = queue.clone();
                !all.clone().filter(waits).any(|other| is_late(tasks, task, other))
                    && step(&mut queue, tasks[task].op)
                    && explains(tasks, done | 1 << task, &queue)
            })
    }

    #[track_caller]
    fn check_order(initial: &[ValueId], tasks: &[Task<Deed>], order: &[u32]) {
        let mut queue: VecDeque<ValueId> = initial.iter().copied().collect();
        for (place, task) in order.iter().enumerate() {
            let task = *task as usize;
            assert!(step(&mut queue, tasks[task].op), "{tasks:?} {order:?}");
            assert!(
                order[..place].iter().all(|other| *other as usize != task && !is_late(tasks, *other as usize, task))
            );
        }
        let has_to_be = |task: &&Task<Deed>| task.until.is_some();
        assert!(tasks.iter().filter(has_to_be).all(|task| order.contains(&task.operation)), "{tasks:?} {order:?}");
    }

    fn widening(initial: &[ValueId], tasks: &[Task<Deed>]) -> End {
        let mut search = Search { facts: Facts::new(initial, tasks), steps: Vec::new(), explored: 0 };
        search.widening(1, &mut |_| true)
    }

    #[test]
    fn rules_as_every_order_tried_does() {
        let (mut legal, mut illegal) = (0, 0);
        for seed in 0..20_000 {
            let (initial, tasks) = history(seed, 3 + seed % 8);
            let expected = explains(&tasks, 0, &initial.iter().copied().collect());
            for end in [order(&initial, &tasks, &mut |_| true).0, widening(&initial, &tasks)] {
                match end {
                    End::Order(order) => {
                        assert!(expected, "seed {seed}: {initial:?} {tasks:?} {order:?}");
                        check_order(&initial, &tasks, &order);
                    }
                    End::None => assert!(!expected, "seed {seed}: {initial:?} {tasks:?}"),
                    End::Stopped => panic!("seed {seed}: it is small"),
                }
            }
            *(if expected { &mut legal } else { &mut illegal }) += 1;
        }
        assert!(legal > 2_000 && illegal > 2_000, "{legal} legal, {illegal} illegal: too one-sided");
    }

    #[test]
    fn the_same_however_wide_it_begins() {
        for seed in 0..300 {
            let (initial, tasks) = history(seed, 60);
            match (order(&initial, &tasks, &mut |_| true).0, widening(&initial, &tasks)) {
                (End::Order(one), End::Order(other)) => {
                    [one, other].iter().for_each(|order| check_order(&initial, &tasks, order));
                }
                (End::None, End::None) => (),
                _ => panic!("seed {seed}: {initial:?} {tasks:?}"),
            }
        }
    }
}
