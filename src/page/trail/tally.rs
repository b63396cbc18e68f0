//! A run in numbers: what happened in each of many short stretches of the axis.

use super::Trail;
use crate::describe::Time;
use crate::lab::frame::Outcome;
use crate::lab::wire::Code;
use crate::page::axis::Axis;

/// One bar of the charts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    pub answered: u32,
    pub refused: u32,
    pub unknown: u32,
    /// Messages of interest, and routine ones.
    pub messages: u32,
    pub routine: u32,
}

/// As many bars as asked for, each as wide on the axis.
pub fn bars(trail: &Trail, axis: &Axis, count: usize) -> Vec<Bar> {
    let mut bars = vec![Bar::default(); count];
    for entry in trail.entries() {
        let index = ((axis.at(entry.at.time) * count as f64) as usize).min(count - 1);
        let bar = &mut bars[index];
        match entry.code {
            Code::Complete => match entry.outcome() {
                Outcome::Done => bar.answered += 1,
                Outcome::Refused => bar.refused += 1,
                Outcome::Pending | Outcome::Unknown => bar.unknown += 1,
            },
            Code::Send if entry.routine => bar.routine += 1,
            Code::Send => bar.messages += 1,
            _ => {}
        }
    }
    bars
}

/// How long a bar lasts in seconds of virtual time.
pub fn seconds(axis: &Axis, index: usize, count: usize) -> f64 {
    let edge = |index: usize| axis.time(index as f64 / count as f64);
    let (from, to): (Time, Time) = (edge(index), edge(index + 1));
    (to.since(from).0.max(1)) as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::NodeId;
    use crate::lab::frame::Position;
    use crate::lab::wire::{TimelineView, TraceLine, TracePart};
    use crate::page::axis::Scale;

    #[test]
    fn each_entry_is_counted_in_its_bar() {
        let line = |number: u32, time: u64, code, kind| TraceLine {
            number,
            cause: 0,
            at: Position { time: Time(time), k: 1 },
            node: NodeId(0),
            code,
            kind,
            detail: u64::from(number),
            bytes: 0,
            routine: number == 4,
            words: String::new(),
        };
        let mut trail = Trail::default();
        trail.follow(&TimelineView { revision: 1, ..TimelineView::default() }, Position::default());
        let entries = vec![
            line(1, 100_000, Code::Send, 0),
            line(2, 300_000, Code::Complete, 0),
            line(3, 900_000, Code::Complete, 1),
            line(4, 999_999, Code::Send, 0),
        ];
        trail.take(TracePart { revision: 1, entries, more: false, messages: Vec::new() });
        let timeline = TimelineView { end: Time(1_000_000), ..TimelineView::default() };
        let axis = Axis::new(Scale::Clock, &timeline, Time::ZERO);
        let bars = bars(&trail, &axis, 2);
        assert_eq!(bars[0], Bar { answered: 1, messages: 1, ..Bar::default() });
        assert_eq!(bars[1], Bar { refused: 1, routine: 1, ..Bar::default() });
        assert!((seconds(&axis, 1, 2) - 0.5).abs() < 1e-6);
    }
}
