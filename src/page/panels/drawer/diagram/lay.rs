//! Where things stand on the space-time diagram: nodes side by side, time downwards. Pure.

use crate::describe::{NodeId, Time};
use crate::lab::wire::{Code, TraceLine};
use crate::page::axis::Axis;
use crate::page::trail::{Trail, receiver};

/// The names above, and the faults at the left.
pub const HEAD: f64 = 30.0;
pub const GUTTER: f64 = 58.0;
const RIGHT: f64 = 26.0;
/// The playhead's height, as a share of what is below the names.
const PLAYHEAD: f64 = 0.7;

/// How the diagram is looked at: pixels for the whole axis, and how far it is pushed from where the playhead keeps it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    pub whole: f64,
    pub pushed: f64,
}

pub struct Lay<'a> {
    pub axis: &'a Axis,
    pub look: Look,
    pub now: Time,
    pub width: f64,
    pub height: f64,
    pub nodes: usize,
}

impl Lay<'_> {
    pub fn x(&self, node: NodeId) -> f64 {
        let room = self.width - GUTTER - RIGHT;
        let gaps = self.nodes.saturating_sub(1).max(1) as f64;
        GUTTER + room * f64::from(node.0) / gaps
    }

    fn playhead(&self) -> f64 {
        HEAD + (self.height - HEAD) * PLAYHEAD + self.look.pushed
    }

    pub fn y(&self, time: Time) -> f64 {
        self.playhead() + (self.axis.at(time) - self.axis.at(self.now)) * self.look.whole
    }

    pub fn time(&self, y: f64) -> Time {
        self.axis.time(self.axis.at(self.now) + (y - self.playhead()) / self.look.whole.max(1.0))
    }

    /// The times at the upper and lower edge.
    pub fn sight(&self) -> (Time, Time) {
        (self.time(HEAD), self.time(self.height))
    }

    /// What is between the edges, or as much of it around the playhead as a glance takes in.
    pub fn in_sight<'t>(&self, trail: &'t Trail) -> impl Iterator<Item = &'t TraceLine> + use<'t> {
        let (top, bottom) = self.sight();
        let entries = trail.entries();
        let from = entries.partition_point(|entry| entry.at.time < top);
        let to = entries.partition_point(|entry| entry.at.time <= bottom);
        let here = entries.partition_point(|entry| entry.at.time <= self.now);
        let behind = (MOST as f64 * PLAYHEAD) as usize;
        let first = here.saturating_sub(behind).min(to.saturating_sub(MOST)).max(from);
        entries.range(first..to.min(first + MOST))
    }

    /// A flight as a line: where it left and where it ends or was seen last. Half of it is a guess if an end is not known.
    pub fn arrow(&self, left: &TraceLine, ended: Option<&TraceLine>, to: NodeId) -> [f64; 4] {
        let (x0, y0, x1) = (self.x(left.node), self.y(left.at.time), self.x(to));
        match ended {
            Some(end) if end.code == Code::Drop => {
                // It got nowhere: the cross stands on the way.
                let y1 = self.y(end.at.time).max(y0 + 6.0);
                [x0, y0, x0 + (x1 - x0) * 0.6, y1]
            }
            Some(end) => [x0, y0, x1, self.y(end.at.time)],
            None => [x0, y0, x0 + (x1 - x0) * 0.3, y0 + 10.0],
        }
    }

    /// The entry nearest to a point, within reach: a message by its line, everything else by its place.
    pub fn under(&self, trail: &Trail, x: f64, y: f64) -> Option<u32> {
        let (from, to) = (self.time(y - REACH), self.time(y + REACH));
        let mut best: Option<(f64, u32)> = None;
        let mut offer = |distance: f64, number: u32| {
            if distance < REACH && best.is_none_or(|(nearest, _)| distance < nearest) {
                best = Some((distance, number));
            }
        };
        let begins = trail.entries().partition_point(|entry| entry.at.time < from);
        for entry in trail.entries().iter().skip(begins).take_while(|entry| entry.at.time <= to) {
            let own = (self.x(entry.node) - x).hypot(self.y(entry.at.time) - y);
            offer(own - if entry.code.is_message() { 0.0 } else { 2.0 }, entry.number);
        }
        // Lines that pass by left earlier.
        for entry in self.in_sight(trail).take_while(|entry| entry.at.time <= to) {
            if entry.code == Code::Send {
                let (_, ended) = trail.flight(entry.detail);
                let line = self.arrow(entry, ended, receiver(entry));
                let penalty = if entry.routine { 3.0 } else { 1.0 };
                offer(distance(line, x, y) + penalty, entry.number);
            }
        }
        best.map(|(_, number)| number)
    }
}

/// As much as a glance takes in.
const MOST: usize = 6_000;
const REACH: f64 = 8.0;

fn distance([x0, y0, x1, y1]: [f64; 4], x: f64, y: f64) -> f64 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let along = (((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
    (x - x0 - along * dx).hypot(y - y0 - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::frame::Position;
    use crate::lab::wire::{TimelineView, TracePart};
    use crate::page::axis::Scale;

    fn line(number: u32, cause: u32, time: u64, node: u16, code: Code) -> TraceLine {
        TraceLine {
            number,
            cause,
            at: Position { time: Time(time), k: 1 },
            node: NodeId(node),
            code,
            kind: 0,
            detail: (1 << 32) | 7,
            bytes: 0,
            routine: false,
            words: String::new(),
        }
    }

    fn trail() -> Trail {
        let mut trail = Trail::default();
        trail.follow(&TimelineView { revision: 1, ..TimelineView::default() }, Position::default());
        let entries = vec![line(1, 0, 200_000, 0, Code::Send), line(2, 1, 600_000, 1, Code::Deliver)];
        trail.take(TracePart { revision: 1, entries, more: false, messages: Vec::new() });
        trail
    }

    /// Wherever the picture is pushed to, and however much there is.
    #[test]
    fn what_is_in_sight_is_never_nothing() {
        let timeline = TimelineView { revision: 1, end: Time(1_000_000), ..TimelineView::default() };
        let axis = Axis::new(Scale::Clock, &timeline, Time::ZERO);
        let mut trail = Trail::default();
        trail.follow(&timeline, Position::default());
        let entries = (1..=20_000).map(|number| line(number, 0, u64::from(number) * 50, 0, Code::Fire)).collect();
        trail.take(TracePart { revision: 1, entries, more: false, messages: Vec::new() });
        let seen = |now: u64, pushed: f64| {
            let look = Look { whole: 5_000.0, pushed };
            let lay = Lay { axis: &axis, look, now: Time(now), width: 300.0, height: 530.0, nodes: 2 };
            let numbers: Vec<u32> = lay.in_sight(&trail).map(|entry| entry.number).collect();
            (numbers.first().copied(), numbers.len())
        };
        assert_eq!(seen(500_000, 0.0), (Some(8_600), 2_001), "a tenth of it is in sight");
        assert_eq!(seen(900_000, 3_000.0), (Some(4_600), 2_001), "long before the playhead");
        assert_eq!(seen(100_000, -3_000.0), (Some(12_600), 2_001), "and long behind it");
        let far = Look { whole: 500.0, pushed: 0.0 };
        let lay = Lay { axis: &axis, look: far, now: Time(500_000), width: 300.0, height: 530.0, nodes: 2 };
        let first = lay.in_sight(&trail).next().map(|entry| entry.number);
        assert_eq!((first, lay.in_sight(&trail).count()), (Some(5_801), MOST), "what is around the playhead");
    }

    #[test]
    fn a_point_on_an_arrow_finds_its_message() {
        let timeline = TimelineView { end: Time(1_000_000), ..TimelineView::default() };
        let axis = Axis::new(Scale::Clock, &timeline, Time::ZERO);
        let look = Look { whole: 500.0, pushed: 0.0 };
        let lay = Lay { axis: &axis, look, now: Time(500_000), width: 300.0, height: 500.0, nodes: 2 };
        let trail = trail();
        let middle = (lay.x(NodeId(0)) + lay.x(NodeId(1))) / 2.0;
        let y = lay.y(Time(400_000));
        assert_eq!(lay.under(&trail, middle, y), Some(1));
        assert_eq!(lay.under(&trail, lay.x(NodeId(1)), lay.y(Time(600_000))), Some(2));
        assert_eq!(lay.under(&trail, middle, y + 60.0), None);
    }

    #[test]
    fn heights_and_times_agree() {
        let timeline = TimelineView { end: Time(1_000_000), ..TimelineView::default() };
        let axis = Axis::new(Scale::Clock, &timeline, Time::ZERO);
        let look = Look { whole: 2_000.0, pushed: 13.0 };
        let lay = Lay { axis: &axis, look, now: Time(300_000), width: 300.0, height: 500.0, nodes: 5 };
        let there = lay.time(lay.y(Time(350_000)));
        assert!(there.0.abs_diff(350_000) < 5, "{there}");
    }
}
