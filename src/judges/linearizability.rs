//! Linearizability: is there one order of all operations that explains every answer, and in which nothing that
//! returned before another was called comes after it?
//!
//! Wing and Gong's search, depth first over a list from which operations are lifted and put back, with Lowe's memory of
//! what was tried. Parts that the model can judge apart are judged apart. Five observations keep it small; each only
//! leaves out orders that exist in another, equally good form:
//! - an operation that never changes anything goes first as soon as its answer fits;
//! - of equal operations the one that must return first goes first;
//! - an operation with unknown outcome is optional: it is placed only where it changes something, and directly before
//!   something that it does not commute with;
//! - of two neighbours that could as well change places, the one that must return first goes first; so what need not be
//!   done yet waits until something needs it (Lowe's just-in-time linearization, here for every model);
//! - of two configurations with the same state and the same done, the one with fewer optional operations is enough.
//!
//! Where outcomes are unknown, the search is also made as if each such operation could be done as often as one likes: that
//! has far fewer configurations, and where no order is found then there is none. An order that is found does for the
//! history itself, or does an operation too often, which from then on is counted.
//!
//! What is not found at once is left to `sweep`, which goes breadth first, if it knows the kinds of operations, and else to
//! `beam`, which may find an order, before the search goes on.

#[cfg(feature = "histories")]
use super::beam;
use super::linked::Waiting;
use super::memory::{Memory, ROOM};
use super::model::{Nature, OpId, Parts, StateId, Table, Task};
use super::sweep::{End as Swept, sweep};
use super::verdict::{Illegal, Ruling, Verdict};
use crate::sorting::sort_by_key;

/// Asked now and then, with the number of configurations tried so far; false stops the search.
pub type KeepGoing<'a> = &'a mut dyn FnMut(u64) -> bool;

pub(super) const ASK_EVERY: u64 = 1024;
/// How long a part is searched before it is swept, or the others have their turn.
const FIRST_TURN: u64 = 1 << 16;
/// How long is looked for a shorter prefix or longer orders.
const EFFORT: u64 = 200_000;
/// What the exact search may try before the one with free repetition has its turn; four times as much each time.
const SHARE: u64 = 16;
pub(super) const PARTIAL_ORDERS: usize = 4;
const OPEN_ORDERS: usize = 64;
/// How many configurations are gone on from at each return, the first time and the second.
#[cfg(feature = "histories")]
const WIDTHS: [usize; 2] = [8, 64];

/// Judges every part; the whole is linearizable if each is.
pub fn judge(case: &dyn Parts, keep_going: KeepGoing) -> Verdict {
    let mut verdict = Verdict { ruling: Ruling::Holds, explored: 0, orders: Vec::new(), illegal: None };
    let mut first: Option<(usize, u32)> = None;
    let mut turn: Vec<usize> = (0..case.count()).collect();
    verdict.orders.resize(case.count(), Vec::new());
    let mut illegal: Option<Illegal> = None;
    let mut is_shortest = true;
    for limit in [FIRST_TURN, u64::MAX] {
        let mut unfinished = Vec::new();
        for part in turn {
            let mut search = Search::new(case, part, None);
            let end = search.run(limit, verdict.explored, keep_going);
            verdict.explored += search.explored;
            match end {
                End::Order(order) => verdict.orders[part] = order,
                End::None { prefix, is_shortest: it_is } => {
                    first = first.filter(|&(_, least)| least <= prefix).or(Some((part, prefix)));
                    is_shortest &= it_is;
                }
                End::Stopped => verdict.ruling = Ruling::Unknown,
                End::Limit => match inexplicable(case, part)
                    .unwrap_or_else(|| sweep(case, part, &mut verdict.explored, keep_going))
                {
                    Swept::Order(order) => verdict.orders[part] = order,
                    Swept::Illegal(other) => {
                        is_shortest &= other.is_shortest;
                        illegal = illegal.filter(|least| least.prefix <= other.prefix).or(Some(other));
                    }
                    Swept::Stopped => verdict.ruling = Ruling::Unknown,
                    #[cfg(feature = "histories")]
                    Swept::Declined if let Some(order) = beamed(case, part, &mut verdict.explored, keep_going) => {
                        verdict.orders[part] = order;
                    }
                    Swept::Declined => unfinished.push(part),
                },
            }
        }
        turn = unfinished;
    }
    if let Some((part, prefix)) =
        first.filter(|(_, prefix)| illegal.as_ref().is_none_or(|other| *prefix < other.prefix))
    {
        let mut search = Search::new(case, part, Some(prefix));
        let limit = if search.pools.is_empty() { u64::MAX } else { EFFORT };
        search.exact(limit, verdict.explored, keep_going);
        let culprit = search.known.iter().find(|known| known.until == prefix).expect("the prefix ends with a return");
        let operation = culprit.operation;
        illegal = Some(Illegal { operation, prefix: prefix + 1, is_shortest, partial: search.longest.orders() });
    }
    if let Some(illegal) = illegal {
        // Of a part that nobody knows about, fewer events may be illegal.
        let is_shortest = is_shortest && verdict.ruling == Ruling::Holds;
        verdict.ruling = Ruling::Violated;
        verdict.orders.retain(|order| !order.is_empty());
        verdict.illegal = Some(Illegal { is_shortest, ..illegal });
    }
    verdict
}

/// The longest orders that get to the return at an event that no order passes, as far as they are found with a little effort.
#[cfg(feature = "histories")]
pub(super) fn longest(case: &dyn Parts, part: usize, last: u32, keep_going: KeepGoing) -> Vec<Vec<u32>> {
    let mut search = Search::new(case, part, Some(last));
    search.exact(EFFORT / 4, 0, keep_going);
    search.longest.orders()
}

/// An order of a part in which outcomes are unknown, if it is found among few configurations.
#[cfg(feature = "histories")]
fn beamed(case: &dyn Parts, part: usize, explored: &mut u64, keep_going: KeepGoing) -> Option<Vec<u32>> {
    WIDTHS.iter().find_map(|width| beam::order(case, part, *width, explored, keep_going))
}

/// A part that is refuted without a search. How short a prefix would do is not known.
fn inexplicable(case: &dyn Parts, part: usize) -> Option<Swept> {
    let (operation, last) = case.inexplicable(part)?;
    Some(Swept::Illegal(Illegal { operation, prefix: last + 1, is_shortest: false, partial: Vec::new() }))
}

enum End {
    Order(Vec<u32>),
    /// No order passes the return at this event.
    None {
        prefix: u32,
        /// Whether some pass all before it.
        is_shortest: bool,
    },
    Limit,
    Stopped,
}

/// How a search through everything is cut into rounds: by how many optional operations may be used. So none is used
/// where fewer would have done.
fn rounds() -> impl Iterator<Item = usize> {
    (0..4).chain((2..20).map(|double| 1 << double)).chain([usize::MAX])
}

#[derive(Clone, Copy)]
enum Move {
    /// An operation that returned.
    Known(u32),
    /// The next of a pool of optional ones.
    Optional(u32),
}

struct Known {
    operation: u32,
    op: OpId,
    until: u32,
    observes: bool,
    preference: u64,
}

/// Equal operations with unknown outcome: the one called first is used first.
struct Pool {
    op: OpId,
    /// It can be done only as often as it was called; otherwise as often as one likes.
    counted: bool,
    /// The number of its first among all optional ones.
    first: u32,
    /// Calls and operations.
    members: Vec<(u32, u32)>,
    used: u32,
}

/// A configuration on the way from the beginning.
struct Step {
    came: Option<Move>,
    before: StateId,
    state: StateId,
    /// The event of the first return that still waits.
    bound: u32,
    /// Calls before it.
    called: u32,
    moves: usize,
    next: usize,
    pools_listed: bool,
    /// There is only one way on that matters.
    forced: bool,
}

struct Search<'m> {
    table: Table<'m>,
    known: Vec<Known>,
    waiting: Waiting,
    pools: Vec<Pool>,
    /// The optional ones in use, by number, sorted.
    used: Vec<u32>,
    /// How many optional ones may be used in this round, and whether more would have been.
    most_used: usize,
    held_back: bool,
    memory: Memory,
    path: Vec<Step>,
    moves: Vec<(Move, StateId)>,
    window: Vec<u32>,
    key: Vec<u64>,
    explored: u64,
    furthest: u32,
    /// Record the longest orders that get to this event.
    record: Option<u32>,
    /// An order that gets to this event is enough.
    goal: Option<u32>,
    longest: Longest,
}

impl<'m> Search<'m> {
    fn new(case: &'m dyn Parts, part: usize, record: Option<u32>) -> Search<'m> {
        let (tasks, table) = case.numbered(Some(part));
        let mut known = Vec::new();
        let mut spans = Vec::new();
        let mut pools: Vec<Pool> = Vec::new();
        for task in &tasks {
            let op = task.op;
            if let Some(until) = task.until {
                let Nature { observes, preference, .. } = table.nature(op);
                known.push(Known { operation: task.operation, op, until, observes, preference });
                spans.push((task.call, until));
            } else {
                let member = (task.call, task.operation);
                match pools.iter_mut().find(|pool| pool.op == op) {
                    Some(pool) => pool.members.push(member),
                    None => pools.push(Pool { op, counted: true, first: 0, members: vec![member], used: 0 }),
                }
            }
        }
        let mut first = 0;
        for pool in &mut pools {
            pool.first = first;
            first += pool.members.len() as u32;
        }
        Search {
            table,
            known,
            waiting: Waiting::new(&spans),
            pools,
            used: Vec::new(),
            most_used: usize::MAX,
            held_back: false,
            memory: Memory::default(),
            path: Vec::new(),
            moves: Vec::new(),
            window: Vec::new(),
            key: Vec::new(),
            explored: 0,
            furthest: 0,
            longest: Longest { of_all: Vec::new(), with: open_at(&tasks, record) },
            record,
            goal: None,
        }
    }

    fn run(&mut self, limit: u64, before: u64, keep_going: KeepGoing) -> End {
        if self.pools.is_empty() {
            return self.round(limit, before, keep_going);
        }
        // What holds is mostly found at once.
        let straight = self.known.len() as u64 * 2;
        match self.round(straight.min(limit), before, keep_going) {
            End::Limit if straight < limit => (),
            end => return end,
        }
        let mut free: Vec<bool> = self.pools.iter().map(|pool| self.table.nature(pool.op).settles).collect();
        let mut share = SHARE;
        loop {
            if !free.contains(&true) {
                return self.exact(limit, before, keep_going);
            }
            let end = self.exact((self.explored + share).min(limit), before, keep_going);
            if !matches!(end, End::Limit) || self.explored > limit {
                return end;
            }
            let end = self.repeating(&mut free, (self.explored + share).min(limit), before, keep_going);
            match end {
                End::None { prefix, .. } => return self.shortest(prefix, limit, before, keep_going),
                End::Limit if self.explored <= limit => share *= 4,
                end => return end,
            }
        }
    }

    fn restart(&mut self) {
        while !self.path.is_empty() {
            self.leave();
        }
        self.memory = Memory::default();
        self.furthest = 0;
    }

    /// Every operation at most once.
    fn exact(&mut self, limit: u64, before: u64, keep_going: KeepGoing) -> End {
        self.restart();
        for most in rounds() {
            (self.most_used, self.held_back) = (most, false);
            self.memory.next_round();
            match self.round(limit, before, keep_going) {
                End::None { .. } if self.held_back => (),
                end => return end,
            }
        }
        End::None { prefix: self.furthest, is_shortest: true }
    }

    /// Those in free pools as often as one likes. What an order does too often is free no longer.
    fn repeating(&mut self, free: &mut [bool], limit: u64, before: u64, keep_going: KeepGoing) -> End {
        self.most_used = usize::MAX;
        loop {
            self.restart();
            for (pool, free) in self.pools.iter_mut().zip(&*free) {
                pool.counted = !free;
            }
            let end = self.round(limit, before, keep_going);
            if matches!(end, End::Order(_)) {
                let too_often = self.done_too_often();
                if !too_often.is_empty() {
                    too_often.into_iter().for_each(|pool| free[pool as usize] = false);
                    continue;
                }
            }
            self.restart();
            self.pools.iter_mut().for_each(|pool| pool.counted = true);
            return end;
        }
    }

    /// The pools of which the path takes more than there are, or takes them before they are called.
    fn done_too_often(&self) -> Vec<u32> {
        let mut used = vec![0; self.pools.len()];
        let steps = self.path.iter().zip(self.path.iter().skip(1));
        let too_often = steps.filter_map(|(from, step)| {
            let Some(Move::Optional(pool)) = step.came else { return None };
            let place: &mut usize = &mut used[pool as usize];
            *place += 1;
            let member = self.pools[pool as usize].members.get(*place - 1);
            member.is_none_or(|(call, _)| *call > from.bound).then_some(pool)
        });
        too_often.collect()
    }

    /// No order passes the return at this event: whether some pass all before it, or an earlier one is not passed. Where that
    /// takes too long to tell it is this one.
    fn shortest(&mut self, prefix: u32, limit: u64, before: u64, keep_going: KeepGoing) -> End {
        self.goal = Some(prefix);
        let end = self.exact(self.explored.saturating_add(EFFORT).min(limit), before, keep_going);
        self.goal = None;
        self.restart();
        match end {
            // Some get there.
            End::Order(_) => End::None { prefix, is_shortest: true },
            End::None { .. } => end,
            End::Limit | End::Stopped => End::None { prefix, is_shortest: false },
        }
    }

    fn round(&mut self, limit: u64, before: u64, keep_going: KeepGoing) -> End {
        if self.enter(None, Table::START, Table::START) {
            return End::Order(self.order());
        }
        while let Some(last) = self.path.len().checked_sub(1) {
            let Some((way, state)) = self.next_move(last) else {
                self.leave();
                continue;
            };
            let from = &self.path[last];
            let (before_state, called, forced) = (from.state, from.called, from.forced);
            self.perform(way);
            self.explored += 1;
            if self.explored > limit {
                self.undo(way);
                return End::Limit;
            }
            if self.explored.is_multiple_of(ASK_EVERY)
                && (!keep_going(before + self.explored) || self.memory.words() + self.table.words() > ROOM)
            {
                return End::Stopped;
            }
            if !forced && !self.is_new(way, state, called) {
                self.undo(way);
            } else if self.enter(Some(way), before_state, state) {
                return End::Order(self.order());
            }
        }
        End::None { prefix: self.furthest, is_shortest: true }
    }

    /// Opens a configuration; true if nothing waits any more.
    fn enter(&mut self, came: Option<Move>, before: StateId, state: StateId) -> bool {
        let bound = self.waiting.window(&mut self.window);
        let moves = self.moves.len();
        let called = bound.map_or(0, |last| self.waiting.called_before(last));
        let bound = bound.map(|last| self.known[last as usize].until);
        let step = Step {
            came,
            before,
            state,
            bound: bound.unwrap_or_default(),
            called,
            moves,
            next: moves,
            pools_listed: false,
            forced: false,
        };
        self.path.push(step);
        let Some(bound) = bound.filter(|bound| self.goal.is_none_or(|goal| *bound < goal)) else { return true };
        self.furthest = self.furthest.max(bound);
        if self.record == Some(bound) {
            self.keep_if_long();
        }
        self.list_known();
        false
    }

    fn leave(&mut self) {
        let step = self.path.pop().expect("left only where it was entered");
        self.moves.truncate(step.moves);
        if let Some(way) = step.came {
            self.undo(way);
        }
    }

    fn next_move(&mut self, last: usize) -> Option<(Move, StateId)> {
        if self.path[last].next == self.moves.len() && !self.path[last].pools_listed {
            self.path[last].pools_listed = true;
            self.list_optional();
        }
        let step = &mut self.path[last];
        let way = self.moves.get(step.next).copied();
        step.next += 1;
        way
    }

    /// The operations in the window that may come next, what returns first first.
    fn list_known(&mut self) {
        let was_forced = self.path.len() > 1 && self.path[self.path.len() - 2].forced;
        let step = self.path.last_mut().expect("just entered");
        let state = step.state;
        for &index in &self.window {
            let one = &self.known[index as usize];
            if one.observes && self.table.step(state, one.op) == Some(state) {
                (step.forced, step.pools_listed) = (true, true);
                self.moves.push((Move::Known(index), state));
                return;
            }
        }
        // What came before, and by when it had to.
        let came = step.came.filter(|_| !was_forced).map(|way| match way {
            Move::Optional(pool) => (self.pools[pool as usize].op, u32::MAX),
            Move::Known(index) => (self.known[index as usize].op, self.known[index as usize].until),
        });
        let before = step.before;
        self.window.sort_by_key(|&index| {
            let one = &self.known[index as usize];
            (one.preference, one.until)
        });
        for (place, &index) in self.window.iter().enumerate() {
            let one = &self.known[index as usize];
            let same = |&&other: &&u32| self.known[other as usize].op == one.op;
            if self.window[..place].iter().any(|other| same(&other)) {
                continue;
            }
            let Some(next) = self.table.step(state, one.op) else { continue };
            if let Some((came, until)) = came.filter(|(_, until)| one.until < *until)
                && let Some(without) = self.table.step(before, one.op)
                && (until == u32::MAX && without == next || self.table.step(without, came) == Some(next))
            {
                continue;
            }
            self.moves.push((Move::Known(index), next));
        }
    }

    /// The operations with unknown outcome that would change something now.
    fn list_optional(&mut self) {
        if self.pools.is_empty() {
            return;
        }
        self.waiting.window(&mut self.window);
        let step = self.path.last().expect("something is open");
        for (index, pool) in self.pools.iter().enumerate() {
            let next = if pool.counted { pool.used as usize } else { 0 };
            let Some(&(call, _)) = pool.members.get(next) else { continue };
            if call > step.bound || self.window.iter().any(|&known| self.known[known as usize].op == pool.op) {
                continue;
            }
            let Some(next) = self.table.step(step.state, pool.op).filter(|&next| next != step.state) else { continue };
            if self.used.len() >= self.most_used {
                self.held_back = true;
                return;
            }
            if let Some(Move::Optional(last)) = step.came
                && let Some(without) = self.table.step(step.before, pool.op)
            {
                let swapped = (index as u32) < last;
                let last = self.pools[last as usize].op;
                if without == next || swapped && self.table.step(without, last) == Some(next) {
                    continue;
                }
            }
            self.moves.push((Move::Optional(index as u32), next));
        }
    }

    fn perform(&mut self, way: Move) {
        match way {
            Move::Known(index) => self.waiting.lift(index),
            Move::Optional(pool) => {
                let pool = &mut self.pools[pool as usize];
                let number = pool.first + pool.used;
                pool.used += 1;
                if !pool.counted {
                    return;
                }
                let place = self.used.partition_point(|&other| other < number);
                self.used.insert(place, number);
            }
        }
    }

    fn undo(&mut self, way: Move) {
        match way {
            Move::Known(index) => self.waiting.put_back(index),
            Move::Optional(pool) => {
                let pool = &mut self.pools[pool as usize];
                pool.used -= 1;
                let number = pool.first + pool.used;
                if pool.counted {
                    self.used.retain(|&other| other != number);
                }
            }
        }
    }

    /// An operation that could have waited decides what may come next, and so belongs to what was tried.
    fn is_new(&mut self, way: Move, state: StateId, called: u32) -> bool {
        self.key.clear();
        self.waiting.describe(state, called, &mut self.key);
        let bound = self.path.last().map_or(0, |from| from.bound);
        if let Move::Known(index) = way
            && self.known[index as usize].until > bound
        {
            if self.memory.knows(&self.key, &self.used) {
                return false;
            }
            self.key[0] |= 1 << 63;
            self.key.push(u64::from(index));
        }
        self.memory.is_new(&self.key, &self.used)
    }

    fn order(&self) -> Vec<u32> {
        let mut used = vec![0; self.pools.len()];
        let operation = |way: Move| match way {
            Move::Known(index) => Some(self.known[index as usize].operation),
            Move::Optional(pool) => {
                let place: &mut usize = &mut used[pool as usize];
                *place += 1;
                // None where it is done more often than it was called.
                self.pools[pool as usize].members.get(*place - 1).map(|(_, operation)| *operation)
            }
        };
        self.path.iter().filter_map(|step| step.came).filter_map(operation).collect()
    }

    fn keep_if_long(&mut self) {
        let length = self.path.len() - 1;
        let waiting = &self.waiting;
        let is_better = |(index, order): &(u32, Vec<u32>)| order.len() < length && waiting.is_lifted(*index);
        let is_wanted = self.longest.wants(length) || self.longest.with.iter().any(is_better);
        if !is_wanted {
            return;
        }
        let order = self.order();
        for (index, longest) in &mut self.longest.with {
            if longest.len() < length && self.waiting.is_lifted(*index) {
                longest.clone_from(&order);
            }
        }
        self.longest.add(order);
    }
}

/// The longest orders that get somewhere.
struct Longest {
    /// The longest last.
    of_all: Vec<Vec<u32>>,
    /// For operations that could be left out, by number among those that returned: the longest that has it.
    with: Vec<(u32, Vec<u32>)>,
}

impl Longest {
    fn wants(&self, length: usize) -> bool {
        let longest = self.of_all.last().map_or(0, Vec::len);
        length > longest || length == longest && self.of_all.len() < PARTIAL_ORDERS
    }

    fn add(&mut self, order: Vec<u32>) {
        if self.wants(order.len()) {
            self.of_all.push(order);
            if self.of_all.len() > PARTIAL_ORDERS {
                self.of_all.remove(0);
            }
        }
    }

    /// The longest first, each once.
    fn orders(self) -> Vec<Vec<u32>> {
        let mut orders = self.of_all;
        orders.reverse();
        let mut with: Vec<Vec<u32>> = self.with.into_iter().map(|(_, order)| order).collect();
        sort_by_key(&mut with, |order| std::cmp::Reverse(order.len()));
        for order in with {
            if !order.is_empty() && !orders.contains(&order) {
                orders.push(order);
            }
        }
        orders
    }
}

/// The operations that are open at a return, and return later: no order has to have them.
fn open_at(tasks: &[Task<OpId>], bound: Option<u32>) -> Vec<(u32, Vec<u32>)> {
    let Some(bound) = bound else { return Vec::new() };
    let returned = tasks.iter().filter_map(|task| Some((task.call, task.until?)));
    let open = (0..).zip(returned).filter(|(_, (call, until))| *call < bound && bound < *until);
    open.map(|(index, _)| (index, Vec::new())).take(OPEN_ORDERS).collect()
}
