//! How far along each instant stands: crowded spans are widened so that each operation can say what it is, and empty ones
//! are shortened. Pure.

use crate::page::axis::Scale;
use crate::sorting::sorted_by_key;

/// An operation as far as time goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub called: u64,
    /// None: it is open.
    pub ended: Option<u64>,
    /// How wide it should be to say what it is.
    pub room: f64,
}

/// Between two neighbouring instants as far apart as most are, and the least and the most.
const TYPICAL: f64 = 18.0;
const LEAST: f64 = 8.0;
const MOST: f64 = 64.0;
/// How much wider something twice as long is.
const DOUBLED: f64 = 0.3;
/// The whole, where time is even.
const EVEN: f64 = 1_600.0;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Knot {
    time: f64,
    along: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Warp {
    knots: Vec<Knot>,
    typical: f64,
    is_even: bool,
}

impl Warp {
    /// A scale for operations in the order of their calls.
    pub fn new(scale: Scale, spans: &[Span]) -> Warp {
        let mut events: Vec<(u64, Option<usize>)> = spans.iter().map(|span| (span.called, None)).collect();
        events.extend(spans.iter().enumerate().filter_map(|(index, span)| Some((span.ended?, Some(index)))));
        let events = sorted_by_key(events, |(time, _)| *time);
        let typical = median_gap(&events);
        let last = events.last().map_or(1, |(time, _)| (*time).max(1)) as f64;
        if scale == Scale::Clock {
            let knots = vec![Knot { time: 0.0, along: 0.0 }, Knot { time: last, along: EVEN }];
            return Warp { knots, typical, is_even: true };
        }
        let mut knots: Vec<Knot> = vec![Knot { time: 0.0, along: 0.0 }];
        let mut begins = vec![0.0; spans.len()];
        let mut calls = 0..spans.len();
        for at_once in events.chunk_by(|one, other| one.0 == other.0) {
            let (time, before) = (at_once[0].0 as f64, knots[knots.len() - 1]);
            let gap = time - before.time;
            let mut along = before.along + if gap > 0.0 { width(gap, typical) } else { 0.0 };
            for returned in at_once.iter().filter_map(|(_, returned)| *returned) {
                if spans[returned].called < at_once[0].0 {
                    along = along.max(begins[returned] + spans[returned].room);
                }
            }
            for call in calls.by_ref().take(at_once.iter().filter(|(_, returned)| returned.is_none()).count()) {
                begins[call] = along;
            }
            knots.push(Knot { time, along });
        }
        Warp { knots, typical, is_even: false }
    }

    /// How far along a time is; what comes after all that is known is one more gap.
    pub fn at(&self, time: u64) -> f64 {
        let time = time as f64;
        let last = self.knots[self.knots.len() - 1];
        if time > last.time {
            let beyond = time - last.time;
            return if self.is_even {
                last.along * time / last.time.max(1.0)
            } else {
                last.along + width(beyond, self.typical)
            };
        }
        let next = self.knots.partition_point(|knot| knot.time < time).max(1).min(self.knots.len() - 1);
        between(self.knots[next.saturating_sub(1)], self.knots[next], time, |knot| (knot.time, knot.along))
    }

    /// The instants that are at least so far apart, within a stretch: each with its place.
    pub fn ticks(&self, from: f64, to: f64, apart: f64) -> Vec<(u64, f64)> {
        if self.is_even {
            let last = self.knots[self.knots.len() - 1];
            let each = (last.time * apart / last.along.max(1.0)).max(1.0);
            let first = (from / last.along * last.time / each).max(0.0).ceil() as u64;
            let mark = |n: u64| ((n as f64 * each).round() as u64, n as f64 * each / last.time * last.along);
            return (first..).map(mark).take_while(|(time, along)| *along <= to && *time as f64 <= last.time).collect();
        }
        let mut ticks: Vec<(u64, f64)> = Vec::new();
        let mut next = from;
        while next <= to {
            let Some(knot) = self.knots.get(self.knots.partition_point(|knot| knot.along < next)) else { break };
            if knot.along > to {
                break;
            }
            ticks.push((knot.time as u64, knot.along));
            next = knot.along + apart;
        }
        ticks
    }

    /// Spans that were shortened most, within a stretch: both ends' places, and how long they last.
    pub fn silences(&self, from: f64, to: f64) -> Vec<(f64, f64, u64)> {
        let begins = self.knots.partition_point(|knot| knot.along < from).max(1);
        let pairs = self.knots.windows(2).skip(begins - 1).take_while(|two| two[0].along <= to);
        pairs
            .filter(|two| !self.is_even && width(two[1].time - two[0].time, self.typical) >= MOST)
            .map(|two| (two[0].along, two[1].along, (two[1].time - two[0].time) as u64))
            .collect()
    }

    pub fn length(&self) -> f64 {
        self.knots[self.knots.len() - 1].along
    }
}

fn between(a: Knot, b: Knot, at: f64, axes: impl Fn(Knot) -> (f64, f64)) -> f64 {
    let ((x0, y0), (x1, y1)) = (axes(a), axes(b));
    let share = if x1 > x0 { ((at - x0) / (x1 - x0)).clamp(0.0, 1.0) } else { 1.0 };
    y0 + share * (y1 - y0)
}

fn width(gap: f64, typical: f64) -> f64 {
    (TYPICAL * (1.0 + DOUBLED * (gap / typical).log2())).clamp(LEAST, MOST)
}

fn median_gap(events: &[(u64, Option<usize>)]) -> f64 {
    let gaps = events.windows(2).map(|two| two[1].0 - two[0].0).filter(|gap| *gap > 0);
    let gaps = sorted_by_key(gaps, |gap| *gap);
    gaps.get(gaps.len() / 2).map_or(1.0, |gap| *gap as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(called: u64, ended: Option<u64>, room: f64) -> Span {
        Span { called, ended, room }
    }

    #[test]
    fn gaps_become_widths() {
        // How long a gap is, measured by a typical one, and how wide it becomes.
        for (gap, wide) in [(1.0, TYPICAL), (2.0, 23.4), (4.0, 28.8), (0.5, 12.6), (0.001, LEAST), (1e9, MOST)] {
            let becomes = width(gap * 500.0, 500.0);
            assert!((becomes - wide).abs() < 1e-9, "{gap}: {becomes}");
        }
    }

    /// Calls and returns with the room they ask for, and where each call and return comes to stand.
    type Line = (&'static [(u64, Option<u64>, f64)], &'static [(f64, Option<f64>)]);

    #[test]
    fn crowded_spans_are_widened_and_empty_ones_shortened() {
        let table: [Line; 6] = [
            (&[], &[]),
            // Evenly: a typical gap each.
            (&[(0, Some(10), 0.0), (20, Some(30), 0.0)], &[(0.0, Some(18.0)), (36.0, Some(54.0))]),
            // What has to say something gets the room, and what follows moves on.
            (&[(0, Some(10), 100.0), (20, Some(30), 0.0)], &[(0.0, Some(100.0)), (118.0, Some(136.0))]),
            // Two at once share the room; the later asks from where it begins.
            (&[(0, Some(30), 80.0), (10, Some(20), 50.0)], &[(0.0, Some(86.0)), (18.0, Some(68.0))]),
            // A second of nothing among milliseconds.
            (
                &[(0, Some(1), 0.0), (2, Some(3), 0.0), (1_000_003, Some(1_000_004), 0.0)],
                &[(0.0, Some(18.0)), (36.0, Some(54.0)), (118.0, Some(136.0))],
            ),
            // At the same instant, and open.
            (&[(5, None, 40.0), (5, Some(10), 40.0)], &[(18.0, None), (18.0, Some(58.0))]),
        ];
        for (given, expected) in table {
            let spans: Vec<Span> = given.iter().map(|&(called, ended, room)| span(called, ended, room)).collect();
            let warp = Warp::new(Scale::Story, &spans);
            let found: Vec<(f64, Option<f64>)> =
                spans.iter().map(|span| (warp.at(span.called), span.ended.map(|ended| warp.at(ended)))).collect();
            assert_eq!(found, expected, "{given:?}");
        }
    }

    #[test]
    fn time_never_goes_backwards() {
        let spans: Vec<Span> = (0..500).map(|n| span(n * n % 977 + n * 3, Some(n * 5 + 2_000), 60.0)).collect();
        let mut sorted = spans.clone();
        sorted.sort_by_key(|span| span.called);
        for scale in [Scale::Story, Scale::Clock] {
            let warp = Warp::new(scale, &sorted);
            let places: Vec<f64> = (0..5_000).step_by(7).map(|time| warp.at(time)).collect();
            assert!(places.windows(2).all(|two| two[0] <= two[1]), "{scale:?}");
        }
    }

    #[test]
    fn labels_of_the_ruler_are_apart() {
        let spans: Vec<Span> = (0..300).map(|n| span(n * 10, Some(n * 10 + 4), 20.0)).collect();
        for scale in [Scale::Story, Scale::Clock] {
            let warp = Warp::new(scale, &spans);
            let ticks = warp.ticks(100.0, 1_000.0, 90.0);
            assert!(ticks.len() > 4, "{scale:?}: {ticks:?}");
            assert!(ticks.windows(2).all(|two| two[1].1 - two[0].1 >= 89.0), "{scale:?}: {ticks:?}");
            assert!(ticks.iter().all(|(time, along)| (warp.at(*time) - along).abs() < 4.0), "{scale:?}: {ticks:?}");
        }
    }
}
