//! Where times stand on timeline and diagram: by the screen time that auto pace gives them, or by the clock.

use std::rc::Rc;

use crate::describe::{Span, Time};
use crate::lab::pace::crossing_ms;
use crate::lab::wire::TimelineView;
use crate::page::words::digits;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Screen time: beats wide, silences narrow.
    #[default]
    Story,
    /// Virtual time, evenly.
    Clock,
}

impl Scale {
    pub fn other(self) -> Scale {
        match self {
            Scale::Story => Scale::Clock,
            Scale::Clock => Scale::Story,
        }
    }
}

/// A scale laid over a run: each knot is a time, and how far along it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    knots: Rc<[Knot]>,
    silences: Rc<[(Time, Time)]>,
    horizon: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Knot {
    time: f64,
    along: f64,
}

/// A label of the ruler: where it stands and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// In pixels: its left edge, and its mark.
    pub left: f64,
    pub at: f64,
    pub words: String,
    /// It tells the length of a silence and marks no instant.
    pub silence: bool,
}

impl Axis {
    pub fn new(scale: Scale, timeline: &TimelineView, now: Time) -> Axis {
        let end = timeline.end.max(now);
        let mut knots = vec![Knot { time: 0.0, along: 0.0 }];
        let mut silences = Vec::new();
        match scale {
            Scale::Clock => {
                let horizon = digits::horizon(end.0) as f64;
                knots.push(Knot { time: horizon, along: horizon });
                Axis { knots: knots.into(), silences: Rc::new([]), horizon }
            }
            Scale::Story => {
                let (mut from, mut along) = (Time::ZERO, 0);
                for stretch in &timeline.story {
                    along += u64::from(stretch.screen_ms);
                    if stretch.silence {
                        silences.push((from, stretch.until));
                    }
                    from = stretch.until;
                    knots.push(Knot { time: from.0 as f64, along: along as f64 });
                }
                // What nobody knows yet is drawn as one silence.
                if end > from {
                    along += crossing_ms(end.since(from));
                    knots.push(Knot { time: end.0 as f64, along: along as f64 });
                }
                // While a run grows at its end, the scale stands still for a while at a time.
                let growing = now >= timeline.end;
                let horizon = if growing { digits::horizon(along * 1_000) / 1_000 } else { along }.max(1_000);
                let beyond = end.0 as f64 + (horizon - along.min(horizon)) as f64 * 1_000.0;
                knots.push(Knot { time: beyond, along: horizon as f64 });
                Axis { knots: knots.into(), silences: silences.into(), horizon: horizon as f64 }
            }
        }
    }

    /// A time's place, 0 to 1.
    pub fn at(&self, time: Time) -> f64 {
        let time = time.0 as f64;
        let next = self.knots.partition_point(|knot| knot.time < time).clamp(1, self.knots.len() - 1);
        let (a, b) = (self.knots[next - 1], self.knots[next]);
        let share = if b.time > a.time { (time - a.time) / (b.time - a.time) } else { 1.0 };
        ((a.along + share * (b.along - a.along)) / self.horizon).clamp(0.0, 1.0)
    }

    /// The time at a place.
    pub fn time(&self, share: f64) -> Time {
        let along = share.clamp(0.0, 1.0) * self.horizon;
        let next = self.knots.partition_point(|knot| knot.along < along).clamp(1, self.knots.len() - 1);
        let (a, b) = (self.knots[next - 1], self.knots[next]);
        let share = if b.along > a.along { (along - a.along) / (b.along - a.along) } else { 1.0 };
        Time((a.time + share.clamp(0.0, 1.0) * (b.time - a.time)).round().max(0.0) as u64)
    }

    /// The whole in milliseconds of screen, or in microseconds by the clock.
    pub fn length(&self) -> f64 {
        self.horizon
    }

    pub fn silences(&self) -> &[(Time, Time)] {
        &self.silences
    }

    pub fn left(&self, time: Time) -> String {
        format!("left:{:.3}%", self.at(time) * 100.0)
    }

    pub fn bar(&self, from: Time, to: Time) -> String {
        let (from, to) = (self.at(from), self.at(to));
        format!("left:{:.3}%;width:{:.3}%", from * 100.0, (to - from).max(0.0) * 100.0)
    }

    /// The ruler's labels, none over another: by the clock evenly, otherwise at the instants that matter most, which
    /// come first, and the lengths of long silences where there is room.
    pub fn ticks(&self, scale: Scale, width: f64, instants: &[Time]) -> Vec<Tick> {
        let mut ticks: Vec<Tick> = Vec::new();
        let mut put = |at: f64, words: String, silence: bool| {
            let length = text_width(&words);
            let left = (at - length / 2.0).clamp(0.0, (width - length).max(0.0));
            let apart =
                |other: &Tick| left > other.left + text_width(&other.words) + GAP || left + length + GAP < other.left;
            if width > 0.0 && ticks.iter().all(apart) {
                let place = ticks.partition_point(|other| other.left < left);
                ticks.insert(place, Tick { left, at, words, silence });
            }
        };
        match scale {
            Scale::Clock => {
                let horizon = self.horizon as u64;
                let step = digits::ruler_step(horizon, ((width / 84.0) as u64).max(2));
                for tick in 0..=horizon / step {
                    put(self.at(Time(tick * step)) * width, digits::tick(tick * step, step), false);
                }
            }
            Scale::Story => {
                put(0.0, "0".into(), false);
                let mut told = vec![digits::thousandths(Time::ZERO)];
                for &instant in instants {
                    // Two of one millisecond would read the same.
                    let words = digits::thousandths(instant);
                    if !told.contains(&words) {
                        told.push(words.clone());
                        put(self.at(instant) * width, words, false);
                    }
                }
                for &(from, to) in self.silences.iter().filter(|(from, to)| to.since(*from) >= WORTH_SAYING) {
                    let middle = (self.at(from) + self.at(to)) / 2.0 * width;
                    put(middle, format!("▸▸ {}", digits::span_text(to.since(from))), true);
                }
            }
        }
        ticks
    }
}

/// Between labels, in pixels.
const GAP: f64 = 10.0;
const WORTH_SAYING: Span = Span::seconds(1);

/// About how long a label of the ruler is, in pixels: it is set in a font whose digits are all as wide.
fn text_width(words: &str) -> f64 {
    words.chars().count() as f64 * 6.7
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::wire::Stretch;

    fn timeline() -> TimelineView {
        let stretch = |until, screen_ms, silence| Stretch { until: Time(until), screen_ms, silence, beat: !silence };
        TimelineView {
            end: Time(20_000_000),
            story: vec![
                stretch(1_000_000, 1_000, true),
                stretch(1_001_000, 2_000, false),
                stretch(19_000_000, 1_500, true),
                stretch(20_000_000, 500, false),
            ],
            ..TimelineView::default()
        }
    }

    #[test]
    fn a_beat_of_a_millisecond_is_wider_than_a_silence_of_seconds() {
        let axis = Axis::new(Scale::Story, &timeline(), Time::ZERO);
        let width = |from, to| axis.at(Time(to)) - axis.at(Time(from));
        assert!(width(1_000_000, 1_001_000) > width(1_001_000, 19_000_000));
        assert_eq!(axis.at(Time(20_000_000)), 1.0);
    }

    #[test]
    fn places_and_times_agree() {
        for scale in [Scale::Story, Scale::Clock] {
            let axis = Axis::new(scale, &timeline(), Time(500_000));
            for time in [0, 400_000, 1_000_300, 7_000_000, 20_000_000] {
                let again = axis.time(axis.at(Time(time)));
                assert!(again.0.abs_diff(time) <= 1, "{time} and {again}");
            }
        }
    }

    #[test]
    fn labels_never_collide() {
        let instants: Vec<Time> = (0..60).map(|n| Time(n * 333_333)).collect();
        for scale in [Scale::Story, Scale::Clock] {
            for width in [60.0, 200.0, 390.0, 1_240.0] {
                let axis = Axis::new(scale, &timeline(), Time::ZERO);
                let ticks = axis.ticks(scale, width, &instants);
                assert!(!ticks.is_empty());
                for two in ticks.windows(2) {
                    assert!(two[0].left + text_width(&two[0].words) < two[1].left, "{two:?}");
                }
            }
        }
    }

    #[test]
    fn the_scale_of_a_growing_run_stands_still_for_a_while() {
        let growing = |end| Axis::new(Scale::Story, &TimelineView { end: Time(end), ..timeline() }, Time(end)).length();
        assert_eq!(growing(20_100_000), growing(20_200_000));
    }
}
