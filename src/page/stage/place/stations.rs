//! Where things stand when they are of several kinds: clients in a column on the left, what stands between them and what
//! they want in the middle, what they want on the right; and a coordinator above those whom it coordinates.

use super::geometry::{Point, point};
use crate::describe::Kind;

/// The order in which a cluster is laid out, by the kinds that it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pattern {
    /// Servers are equals.
    #[default]
    Ring,
    /// What clients want is at the far end.
    Columns,
    /// One stands above the others.
    Fan,
}

impl Pattern {
    pub fn of(kinds: &[Kind]) -> Pattern {
        let has = |kind| kinds.contains(&kind);
        if has(Kind::Coordinator) {
            Pattern::Fan
        } else if has(Kind::Broker) || has(Kind::Resource) {
            Pattern::Columns
        } else {
            Pattern::Ring
        }
    }

    /// Each node's middle, in shares of the stage.
    pub fn shares(self, kinds: &[Kind], compact: bool) -> Vec<Point> {
        let count = |kind: Kind| kinds.iter().filter(|&&other| other == kind).count();
        let mut turns = [0_usize; 5];
        kinds
            .iter()
            .map(|&kind| {
                let turn = turns[kind as usize];
                turns[kind as usize] += 1;
                match self {
                    Pattern::Columns => in_columns(kind, turn, count(kind), compact),
                    Pattern::Fan => in_a_fan(kind, turn, count(kind), compact),
                    Pattern::Ring => point(0.5, 0.5),
                }
            })
            .collect()
    }

    /// How many pixels lie between neighbours that must not touch.
    pub fn pitch(self, kinds: &[Kind], width: f64, height: f64) -> f64 {
        let most = |kind: Kind| kinds.iter().filter(|&&other| other == kind).count().max(1) as f64;
        match self {
            Pattern::Columns => (height * 0.66 / (most(Kind::Client) - 1.0).max(1.0))
                .min(height * 0.3 / (most(Kind::Resource) - 1.0).max(0.4)),
            Pattern::Fan => width * 0.62 / most(Kind::Server),
            Pattern::Ring => width,
        }
    }
}

/// Evenly between two ends; one alone stands in the middle.
fn between(turn: usize, count: usize, from: f64, to: f64) -> f64 {
    if count < 2 { f64::midpoint(from, to) } else { from + (to - from) * turn as f64 / (count - 1) as f64 }
}

/// Between which shares of the stage's height everything stands.
pub const HIGHEST: f64 = 0.235;
pub const LOWEST: f64 = 0.8;

fn in_columns(kind: Kind, turn: usize, count: usize, compact: bool) -> Point {
    let (left, middle, right) = if compact { (0.13, 0.42, 0.68) } else { (0.144, 0.413, 0.663) };
    match kind {
        Kind::Client => point(left, between(turn, count, HIGHEST, LOWEST)),
        Kind::Broker => point(middle, between(turn, count, 0.345, 0.6)),
        Kind::Resource => point(
            right,
            between(turn, count, if count < 2 { 0.755 } else { 0.62 }, if count < 2 { 0.755 } else { 0.84 }),
        ),
        // A group of servers is a ring of its own.
        Kind::Server | Kind::Coordinator if count > 1 => {
            let angle = std::f64::consts::TAU * turn as f64 / count as f64 - std::f64::consts::FRAC_PI_2;
            point(0.52 + 0.13 * angle.cos(), 0.36 + 0.2 * angle.sin())
        }
        Kind::Server | Kind::Coordinator => point(right, 0.33),
    }
}

fn in_a_fan(kind: Kind, turn: usize, count: usize, compact: bool) -> Point {
    match kind {
        Kind::Coordinator => point(between(turn, count, 0.4, 0.6), if compact { 0.25 } else { 0.242 }),
        Kind::Client if compact => point(if turn.is_multiple_of(2) { 0.1 } else { 0.9 }, 0.3 + 0.2 * (turn / 2) as f64),
        Kind::Client => point(0.088, between(turn, count, 0.33, 0.62)),
        _ => {
            // A bow that hangs: the middle ones lowest.
            let across = between(turn, count, -1.0, 1.0);
            let (rx, depth) = if compact { (0.34, 0.14) } else { (0.265, 0.125) };
            point(0.5 + rx * across, 0.62 + depth * (1.0 - across * across))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::stage::place::geometry::Area;
    use crate::page::stage::place::layout::{Layout, Screen};

    const SIZES: [(f64, f64); 4] = [(1040.0, 620.0), (620.0, 620.0), (1520.0, 804.0), (390.0, 400.0)];

    fn apart(kinds: &[Kind]) {
        for (width, height) in SIZES {
            let screen = if width < 400.0 { Screen::Phone } else { Screen::Desk };
            let layout = Layout::new(screen, kinds, width, height);
            for (i, one) in layout.places.iter().enumerate() {
                let area = Area::around(one.at, one.half.x, one.half.y);
                assert!(area.x >= 0.0 && area.y >= 0.0, "{kinds:?} at {width}x{height}: {one:?}");
                assert!(
                    area.x + area.w <= width && area.y + area.h <= height,
                    "{kinds:?} at {width}x{height}: {one:?}"
                );
                for other in &layout.places[i + 1..] {
                    let gap = area.gap(&Area::around(other.at, other.half.x, other.half.y));
                    assert!(gap > 0.0, "{kinds:?} at {width}x{height}: {one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_in_columns_stands_on_something_else() {
        for clients in 1..=12 {
            for resources in 1..=3 {
                let between = vec![Kind::Broker, Kind::Server];
                apart(&[vec![Kind::Client; clients], between, vec![Kind::Resource; resources]].concat());
            }
        }
    }

    #[test]
    fn nothing_in_a_fan_stands_on_something_else() {
        for servers in 1..=8 {
            for clients in 1..=4 {
                apart(&[vec![Kind::Coordinator], vec![Kind::Server; servers], vec![Kind::Client; clients]].concat());
            }
        }
    }
}
