//! Queues whose values are put once each are judged without a search: four things can be wrong with them, and each is seen
//! by comparing intervals (Henzinger, Sezgin and Vafeiadis, "Aspect-Oriented Linearizability Proofs", CONCUR 2013): a value
//! is taken that was not put, or twice, or out of order, or a queue was found empty that cannot have been.
//!
//! What is added here is unknown outcomes. A put that nobody is known to have taken may as well not have been. A dequeue whose
//! answer nobody knows may have taken whatever would be in the way, at any time after its call: which of them took what
//! is a matching of deadlines with calls.
//!
//! Things happen in the gaps between events; a gap is named by the event before it. What is called at 3 and returns at 7 may
//! happen in the gaps 3 to 6.

use super::history::EventNumber;

type Time = i64;

/// No event is as late.
const NEVER: Time = Time::MAX / 2;

/// From a call to a return.
#[derive(Clone, Copy, Debug)]
struct Interval {
    call: Time,
    until: Time,
}

impl Interval {
    fn is_before(self, other: Interval) -> bool {
        self.until < other.call
    }
}

/// An operation, by its index in the history, with its call and, where it is known, its return.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    pub operation: u32,
    pub call: EventNumber,
    pub until: Option<EventNumber>,
}

impl Act {
    fn interval(&self) -> Interval {
        Interval { call: self.call.into(), until: self.until.map_or(NEVER, Time::from) }
    }
}

/// A value that was put, and who is known to have taken it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stay {
    /// None: it was there at the start.
    pub put: Option<Act>,
    pub taken: Option<Act>,
}

#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Those that were there at the start come first, in their order. What may have been put and was not taken is left out.
    pub stays: Vec<Stay>,
    /// Dequeues that found nothing.
    pub empty: Vec<Act>,
    /// Dequeues whose answers are unknown.
    pub takes: Vec<Act>,
    /// Something was taken that had not been put, or twice.
    pub is_made_up: bool,
}

/// A stay, each end as narrow as the other allows.
#[derive(Clone, Copy)]
struct Bounds {
    put: Interval,
    taken: Option<Interval>,
}

impl Line {
    /// An order that explains all answers, if there is one.
    pub fn order(mut self) -> Option<Vec<u32>> {
        let mut bounds = self.bounds()?;
        if self.is_made_up || is_out_of_order(&bounds) {
            return None;
        }
        self.takes.sort_unstable_by_key(|take| take.call);
        let left = Left::of(&bounds, &self.takes);
        let cuts = self.cuts(&bounds, &left)?;
        for (stay, take) in left.matched(&cuts)? {
            let put = bounds[stay].put;
            self.stays[stay].taken = Some(self.takes[take]);
            bounds[stay].taken = Some(Interval { call: Time::from(self.takes[take].call).max(put.call), until: NEVER });
        }
        Some(self.placed(&bounds, &cuts))
    }

    /// None where something was taken before it was put.
    fn bounds(&self) -> Option<Vec<Bounds>> {
        let initial = self.stays.iter().take_while(|stay| stay.put.is_none()).count() as Time;
        let bounds = (0..).zip(&self.stays).map(|(place, stay)| {
            // One after the other before all events.
            let before: Time = 2 * (place - initial);
            let mut put = stay.put.map_or(Interval { call: before, until: before + 1 }, |act| act.interval());
            let mut taken = stay.taken.map(|act| act.interval());
            if let Some(taken) = &mut taken {
                if taken.is_before(put) {
                    return None;
                }
                put.until = put.until.min(taken.until);
                taken.call = taken.call.max(put.call);
            }
            Some(Bounds { put, taken })
        });
        bounds.collect()
    }

    /// For each dequeue that found nothing a gap in which nothing need be there; sorted. None where one has none.
    fn cuts(&self, bounds: &[Bounds], left: &Left) -> Option<Vec<(Time, u32)>> {
        let covered = covered(bounds);
        let mut cuts = Vec::with_capacity(self.empty.len());
        for act in &self.empty {
            let Interval { call, until } = act.interval();
            let mut gap = call;
            loop {
                let range = covered.partition_point(|&(_, last)| last < gap);
                match covered.get(range) {
                    Some(&(first, last)) if first <= gap => gap = last + 1,
                    _ if gap >= until => return None,
                    _ if left.allows(gap) => break,
                    _ => gap += 1,
                }
            }
            cuts.push((gap, act.operation));
        }
        cuts.sort_unstable();
        Some(cuts)
    }

    /// What happens before a cut has left by then; between two cuts, what has to be put or taken first is first.
    fn placed(&self, bounds: &[Bounds], cuts: &[(Time, u32)]) -> Vec<u32> {
        let mut segments: Vec<Vec<usize>> = vec![Vec::new(); cuts.len() + 1];
        for (stay, bound) in bounds.iter().enumerate() {
            segments[cuts.partition_point(|&(cut, _)| cut < bound.put.until)].push(stay);
        }
        let mut order = Vec::new();
        let mut begin = Time::MIN;
        for (segment, cut) in segments.into_iter().zip(cuts.iter().map(Some).chain([None])) {
            let (mut put, mut taken) = (begin, begin);
            let mut acts = Vec::new();
            for (place, stay) in (0..).zip(in_line(bounds, &segment)) {
                let Stay { put: putting, taken: taking } = self.stays[stay];
                put = put.max(bounds[stay].put.call);
                acts.extend(putting.map(|act| (put, false, place, act.operation)));
                if let (Some(bound), Some(act)) = (bounds[stay].taken, taking) {
                    taken = taken.max(put).max(bound.call);
                    acts.push((taken, true, place, act.operation));
                }
            }
            acts.sort_unstable();
            order.extend(acts.into_iter().map(|(.., operation)| operation));
            if let Some(&(gap, operation)) = cut {
                order.push(operation);
                begin = gap;
            }
        }
        order
    }
}

/// Whether some value was taken before one that had been put before it.
fn is_out_of_order(bounds: &[Bounds]) -> bool {
    let taken = || bounds.iter().filter_map(|bound| Some((bound.put, bound.taken?)));
    let mut by_return: Vec<(Time, Time)> = taken().map(|(put, taken)| (put.until, taken.call)).collect();
    let mut by_call: Vec<(Time, Time)> = taken().map(|(put, taken)| (put.call, taken.until)).collect();
    by_return.sort_unstable();
    by_call.sort_unstable();
    let mut before = by_return.into_iter().peekable();
    let mut latest = Time::MIN;
    by_call.into_iter().any(|(call, until)| {
        while let Some((_, taken)) = before.next_if(|(put, _)| *put < call) {
            latest = latest.max(taken);
        }
        until < latest
    })
}

/// The gaps in which something must be there that is known to have been taken: from first to last, apart and in order.
fn covered(bounds: &[Bounds]) -> Vec<(Time, Time)> {
    let stays = bounds.iter().filter_map(|bound| Some((bound.put.until, bound.taken?.call - 1)));
    let mut stays: Vec<(Time, Time)> = stays.filter(|(first, last)| first <= last).collect();
    stays.sort_unstable();
    let mut covered: Vec<(Time, Time)> = Vec::new();
    for (first, last) in stays {
        match covered.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => covered.push((first, last)),
        }
    }
    covered
}

/// What nobody is known to have taken.
struct Left {
    /// By when each must be gone, when it must be there, and which stay it is; by deadline.
    values: Vec<(Time, Time, usize)>,
    /// When each was there.
    there: Vec<Time>,
    /// When dequeues of unknown answers were called.
    calls: Vec<Time>,
}

impl Left {
    fn of(bounds: &[Bounds], takes: &[Act]) -> Left {
        // What was put later and is gone: when it was put, and the first return of all from there on.
        let taken = bounds.iter().filter_map(|bound| Some((bound.put.call, bound.taken?.until)));
        let mut gone: Vec<(Time, Time)> = taken.collect();
        gone.sort_unstable();
        let mut first = NEVER;
        for (_, until) in gone.iter_mut().rev() {
            first = first.min(*until);
            *until = first;
        }
        let left = bounds.iter().enumerate().filter(|(_, bound)| bound.taken.is_none());
        let mut values: Vec<(Time, Time, usize)> = left
            .map(|(stay, bound)| {
                let later = gone.partition_point(|(call, _)| *call < bound.put.until);
                let deadline = gone.get(later).map_or(NEVER, |(_, until)| until - 1);
                (deadline, bound.put.until, stay)
            })
            .collect();
        values.sort_unstable();
        let mut there: Vec<Time> = values.iter().map(|(_, put, _)| *put).collect();
        there.sort_unstable();
        Left { values, there, calls: takes.iter().map(|take| take.call.into()).collect() }
    }

    fn called_by(&self, gap: Time) -> usize {
        self.calls.partition_point(|call| *call <= gap)
    }

    /// Whether all that must have been there may be gone in this gap, and whatever has to go later still can.
    fn allows(&self, gap: Time) -> bool {
        let mut gone = self.there.partition_point(|put| *put <= gap);
        let later = self.values.iter().filter(|(deadline, put, _)| *put > gap && *deadline < NEVER);
        gone <= self.called_by(gap)
            && later.into_iter().all(|(deadline, ..)| {
                gone += 1;
                gone <= self.called_by(*deadline)
            })
    }

    /// Which stay is ended by which dequeue: the first deadline by the first call. None where there are too few.
    fn matched(&self, cuts: &[(Time, u32)]) -> Option<Vec<(usize, usize)>> {
        let by_cut = |&(deadline, put, stay): &(Time, Time, usize)| {
            let cut = cuts.get(cuts.partition_point(|(cut, _)| *cut < put)).map_or(NEVER, |(cut, _)| *cut);
            (deadline.min(cut), stay)
        };
        let mut due: Vec<(Time, usize)> = self.values.iter().map(by_cut).filter(|(by, _)| *by < NEVER).collect();
        due.sort_unstable();
        let pairs = due.into_iter().enumerate().map(|(take, (by, stay))| {
            let call = self.calls.get(take)?;
            (*call <= by).then_some((stay, take))
        });
        pairs.collect()
    }
}

/// These stays in an order of the line: no value stands behind one that was put, or taken, after it.
fn in_line(bounds: &[Bounds], stays: &[usize]) -> Vec<usize> {
    const LAST: Interval = Interval { call: NEVER + 1, until: NEVER + 2 };
    let ends: [Vec<Interval>; 2] = [
        stays.iter().map(|&stay| bounds[stay].put).collect(),
        stays.iter().map(|&stay| bounds[stay].taken.unwrap_or(LAST)).collect(),
    ];
    let sorted = |key: &dyn Fn(usize) -> Time| {
        let mut places: Vec<usize> = (0..stays.len()).collect();
        places.sort_unstable_by_key(|&place| key(place));
        places
    };
    let mut by_call = ends.each_ref().map(|end| sorted(&|place| end[place].call).into_iter().peekable());
    let mut by_return = ends.each_ref().map(|end| sorted(&|place| end[place].until).into_iter().peekable());
    let mut free = vec![0; stays.len()];
    let mut is_placed = vec![false; stays.len()];
    let mut ready = Vec::new();
    let mut line = Vec::with_capacity(stays.len());
    while line.len() < stays.len() {
        for ((end, calls), returns) in ends.iter().zip(&mut by_call).zip(&mut by_return) {
            while returns.next_if(|&place| is_placed[place]).is_some() {}
            let Some(first) = returns.peek().map(|&place| end[place].until) else { break };
            while let Some(place) = calls.next_if(|&place| end[place].call <= first) {
                free[place] += 1;
                if free[place] == ends.len() {
                    ready.push(place);
                }
            }
        }
        // Two orders by intervals that nowhere contradict each other have a first.
        let Some(place) = ready.pop() else { unreachable!("values out of order are refused before") };
        is_placed[place] = true;
        line.push(stays[place]);
    }
    line
}
