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
/// A time, and what is so then: one type of them all, because every type's sorting weighs as much as this judge.
type Moment = (Time, i64);

fn sorted(moments: impl Iterator<Item = Moment>) -> Vec<Moment> {
    let mut moments: Vec<Moment> = moments.collect();
    moments.sort_unstable();
    moments
}

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
        if is_out_of_order(&bounds) {
            return None;
        }
        let takes = sorted(self.takes.iter().zip(0..).map(|(take, index)| (take.call.into(), index)));
        let left = Left::of(&bounds, takes);
        let cuts = self.cuts(&bounds, &left)?;
        for (stay, take) in left.matched(&cuts)? {
            let (put, take) = (bounds[stay].put, self.takes[take]);
            self.stays[stay].taken = Some(take);
            bounds[stay].taken = Some(Interval { call: Time::from(take.call).max(put.call), until: NEVER });
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
    fn cuts(&self, bounds: &[Bounds], left: &Left) -> Option<Vec<Moment>> {
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
            cuts.push((gap, i64::from(act.operation)));
        }
        Some(sorted(cuts.into_iter()))
    }

    /// What happens before a cut has left by then; between two cuts, what has to be put or taken first is first.
    fn placed(&self, bounds: &[Bounds], cuts: &[Moment]) -> Vec<u32> {
        let mut segments: Vec<Vec<usize>> = vec![Vec::new(); cuts.len() + 1];
        for (stay, bound) in bounds.iter().enumerate() {
            segments[cuts.partition_point(|&(cut, _)| cut < bound.put.until)].push(stay);
        }
        let mut order = Vec::new();
        let mut begin = Time::MIN;
        for (segment, cut) in segments.into_iter().zip(cuts.iter().map(Some).chain([None])) {
            // Both are sorted, because no time is before that of whoever stands before.
            let (mut puts, mut takes) = (Vec::new(), Vec::new());
            let (mut put, mut taken) = (begin, begin);
            for stay in in_line(bounds, &segment) {
                put = put.max(bounds[stay].put.call);
                puts.extend(self.stays[stay].put.map(|act| (put, act.operation)));
                if let (Some(bound), Some(act)) = (bounds[stay].taken, self.stays[stay].taken) {
                    taken = taken.max(put).max(bound.call);
                    takes.push((taken, act.operation));
                }
            }
            let mut puts = puts.into_iter().peekable();
            for (at, take) in takes {
                while let Some((_, put)) = puts.next_if(|(put, _)| *put <= at) {
                    order.push(put);
                }
                order.push(take);
            }
            order.extend(puts.map(|(_, put)| put));
            if let Some(&(gap, operation)) = cut {
                order.push(operation as u32);
                begin = gap;
            }
        }
        order
    }
}

/// Whether some value was taken before one that had been put before it.
fn is_out_of_order(bounds: &[Bounds]) -> bool {
    let taken = || bounds.iter().filter_map(|bound| Some((bound.put, bound.taken?)));
    let by_call = sorted(taken().map(|(put, taken)| (put.call, taken.until)));
    let mut before = sorted(taken().map(|(put, taken)| (put.until, taken.call))).into_iter().peekable();
    let mut latest = Time::MIN;
    by_call.into_iter().any(|(call, until)| {
        while let Some((_, taken)) = before.next_if(|(put, _)| *put < call) {
            latest = latest.max(taken);
        }
        until < latest
    })
}

/// The gaps in which something must be there that is known to have been taken: from first to last, apart and in order.
fn covered(bounds: &[Bounds]) -> Vec<Moment> {
    let stays = bounds.iter().filter_map(|bound| Some((bound.put.until, bound.taken?.call - 1)));
    let mut covered: Vec<Moment> = Vec::new();
    for (first, last) in sorted(stays.filter(|(first, last)| first <= last)) {
        match covered.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => covered.push((first, last)),
        }
    }
    covered
}

/// What nobody is known to have taken.
struct Left<'b> {
    bounds: &'b [Bounds],
    /// By when each must be gone, and which stay it is.
    values: Vec<Moment>,
    /// From when on each was there, and which stay it is.
    there: Vec<Moment>,
    /// When dequeues of unknown answers were called, and which they are.
    takes: Vec<Moment>,
}

impl<'b> Left<'b> {
    fn of(bounds: &'b [Bounds], takes: Vec<Moment>) -> Left<'b> {
        // What was put later and is gone: when it was put, and the first return of all from there on.
        let taken = bounds.iter().filter_map(|bound| Some((bound.put.call, bound.taken?.until)));
        let mut gone = sorted(taken);
        let mut first = NEVER;
        for (_, until) in gone.iter_mut().rev() {
            first = first.min(*until);
            *until = first;
        }
        let deadline = |put: Time| {
            let later = gone.partition_point(|(call, _)| *call < put);
            gone.get(later).map_or(NEVER, |(_, until)| until - 1)
        };
        let left = (0..).zip(bounds).filter(|(_, bound)| bound.taken.is_none());
        let there = sorted(left.map(|(stay, bound)| (bound.put.until, stay)));
        let values = sorted(there.iter().map(|&(put, stay)| (deadline(put), stay)));
        Left { bounds, values, there, takes }
    }

    fn is_there_after(&self, stay: i64) -> Time {
        self.bounds[stay as usize].put.until
    }

    fn called_by(&self, gap: Time) -> usize {
        self.takes.partition_point(|(call, _)| *call <= gap)
    }

    /// Whether all that must have been there may be gone in this gap, and whatever has to go later still can.
    fn allows(&self, gap: Time) -> bool {
        let before = self.there.partition_point(|(put, _)| *put <= gap);
        let due = self.values.iter().take_while(|(deadline, _)| *deadline < NEVER);
        let later = due.filter(|(_, stay)| self.is_there_after(*stay) > gap);
        before <= self.called_by(gap)
            && (before + 1..).zip(later).all(|(gone, (deadline, _))| gone <= self.called_by(*deadline))
    }

    /// Which stay is ended by which dequeue: the first deadline by the first call. None where there are too few.
    fn matched(&self, cuts: &[Moment]) -> Option<Vec<(usize, usize)>> {
        let due = sorted(self.values.iter().map(|&(deadline, stay)| {
            let put = self.is_there_after(stay);
            let cut = cuts.get(cuts.partition_point(|(cut, _)| *cut < put)).map_or(NEVER, |(cut, _)| *cut);
            (deadline.min(cut), stay)
        }));
        let due = due.into_iter().filter(|(by, _)| *by < NEVER).enumerate();
        due.map(|(first, (by, stay))| {
            let (call, take) = self.takes.get(first)?;
            (*call <= by).then_some((stay as usize, *take as usize))
        })
        .collect()
    }
}

/// These stays in an order of the line: no value stands behind one that was put, or taken, after it.
fn in_line(bounds: &[Bounds], stays: &[usize]) -> Vec<usize> {
    const LAST: Interval = Interval { call: NEVER + 1, until: NEVER + 2 };
    let ends: [Vec<Interval>; 2] = [
        stays.iter().map(|&stay| bounds[stay].put).collect(),
        stays.iter().map(|&stay| bounds[stay].taken.unwrap_or(LAST)).collect(),
    ];
    let places = |when: fn(&Interval) -> Time| {
        ends.each_ref().map(|end| {
            let moments: Vec<Moment> = sorted(end.iter().map(when).zip(0..));
            moments.into_iter().map(|(at, place)| (at, place as usize)).peekable()
        })
    };
    let (mut by_call, mut by_return) = (places(|end| end.call), places(|end| end.until));
    let mut free = vec![0; stays.len()];
    let mut is_placed = vec![false; stays.len()];
    let mut ready = Vec::new();
    let mut line = Vec::with_capacity(stays.len());
    while line.len() < stays.len() {
        for (calls, returns) in by_call.iter_mut().zip(&mut by_return) {
            while returns.next_if(|&(_, place)| is_placed[place]).is_some() {}
            let Some(&(first, _)) = returns.peek() else { break };
            while let Some((_, place)) = calls.next_if(|&(call, _)| call <= first) {
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
