//! What of a history is in sight, and where. Pure.

use std::ops::Deref;

use super::order::{Choice, Found};
use super::plan::Plan;
use crate::lab::frame::{Outcome, Position};
use crate::lab::hearing::{Hearing, Told};
use crate::lab::wire::FaultBar;

/// The ruler, a row of faults, a lane, and what is between rows.
pub const RULER: f64 = 26.0;
pub const FAULT: f64 = 17.0;
pub const LANE: f64 = 30.0;
pub const BAR: f64 = 22.0;
const GAP: f64 = 14.0;
const MOST_FAULTS: usize = 4;
/// Such a reach is enough to hit an operation.
pub const REACH: f64 = 8.0;
const FARTHEST: f64 = 0.002;
const NEAREST: f64 = 60.0;
/// How near one may come to a history that would fit.
const NEAREST_AT_FIRST: f64 = 3.0;
/// Where in what is in sight the playhead stays, and where something stands that was gone to.
const PLAYHEAD: f64 = 0.75;
const GONE_TO: f64 = 0.6;

/// How the history is looked at: how near, and how far it is pushed in both directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// None until it is zoomed: then it suits the drawer.
    pub zoom: Option<f64>,
    /// None: the playhead stays in sight.
    pub left: Option<f64>,
    pub down: f64,
}

impl Look {
    pub const FRESH: Look = Look { zoom: None, left: None, down: 0.0 };
}

pub struct Setting<'a> {
    pub hearing: &'a Hearing,
    pub plan: &'a Plan,
    pub choice: &'a Choice,
    pub look: Look,
    /// In a run: where it stands.
    pub now: Option<Position>,
    pub faults: &'a [FaultBar],
    /// Whose order is shown, and what the pointer or the keyboard is on.
    pub active: Option<u32>,
    pub pointed: Option<u32>,
    /// What comes after the playhead is not even hinted at.
    pub hides: bool,
    pub width: f64,
    pub height: f64,
}

/// A setting with all that follows from it.
pub struct Sight<'a> {
    of: Setting<'a>,
    /// The names of the rows stand left of this.
    pub gutter: f64,
    /// The ruler and the faults stand above this.
    pub head: f64,
    pub zoom: f64,
    /// How far left and how far up what is in sight begins.
    pub left: f64,
    pub down: f64,
    /// For each fault that is shown its row.
    pub faults: Vec<(&'a FaultBar, usize)>,
    /// The operation that cannot be placed, as far as that is known by now.
    pub impossible: Option<u32>,
}

impl<'a> Deref for Sight<'a> {
    type Target = Setting<'a>;

    fn deref(&self) -> &Setting<'a> {
        &self.of
    }
}

impl<'a> Sight<'a> {
    pub fn new(of: Setting<'a>) -> Sight<'a> {
        let longest = of.hearing.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let gutter = (longest as f64 * 7.6 + 22.0).clamp(40.0, 116.0);
        let room = (of.width - gutter).max(1.0);
        let zoom = of.look.zoom.unwrap_or_else(|| (room / of.plan.length()).clamp(1.0, NEAREST_AT_FIRST));
        let shown = of.faults.iter().filter(|bar| !of.hides || of.now.is_none_or(|now| bar.from <= now.time));
        let faults = stacked(shown);
        let head = RULER + faults.iter().map(|(_, row)| row + 1).max().unwrap_or(0) as f64 * FAULT;
        let most = (of.plan.length() * zoom - room).max(0.0);
        let followed = || of.now.map_or(0.0, |now| of.plan.warp.at(now.time.0) * zoom - room * PLAYHEAD);
        let left = of.look.left.unwrap_or_else(followed).clamp(0.0, most);
        let broken =
            of.hearing.judgement.as_ref().and_then(|judgement| judgement.broken).map(|broken| broken.operation);
        let impossible = match Found::of(of.hearing, of.now) {
            Found::Broken(operation) => Some(operation),
            Found::HoldsUntil(_) if !of.hides => broken,
            _ => None,
        };
        let mut sight = Sight { of, gutter, head, zoom, left, down: 0.0, faults, impossible };
        sight.down = sight.look.down.clamp(0.0, (sight.content() - sight.height).max(0.0));
        sight
    }

    pub fn room(&self) -> f64 {
        (self.width - self.gutter).max(1.0)
    }

    /// How high all rows are.
    pub fn content(&self) -> f64 {
        self.head + self.plan.lanes.len() as f64 * LANE + self.hearing.rows.len() as f64 * GAP + GAP
    }

    pub fn x(&self, along: f64) -> f64 {
        self.gutter + along * self.zoom - self.left
    }

    pub fn along(&self, x: f64) -> f64 {
        (x - self.gutter + self.left) / self.zoom
    }

    /// What is in sight, along the time.
    pub fn stretch(&self) -> (f64, f64) {
        (self.along(self.gutter), self.along(self.width))
    }

    /// The middle of a lane.
    pub fn y(&self, lane: u32) -> f64 {
        let row = self.plan.row_of(lane);
        self.head + GAP + f64::from(lane) * LANE + row as f64 * GAP + LANE / 2.0 - self.down
    }

    /// Pushed so that an operation is well in sight.
    pub fn look_at(&self, operation: u32) -> Look {
        let Some(place) = self.plan.places.get(operation as usize) else { return self.look };
        let middle = (place.from + place.to.unwrap_or(place.from)) / 2.0;
        let left = (middle * self.zoom - self.room() * GONE_TO).max(0.0);
        let y = self.y(place.lane);
        // What is said of it below takes some of the height.
        let (least, most) = (self.head + LANE / 2.0, (self.height - LANE * 2.5).max(self.head + LANE / 2.0));
        let down = self.down + if y < least { y - least } else { (y - most).max(0.0) };
        Look { zoom: self.look.zoom, left: Some(left), down }
    }

    /// As it is, but standing still.
    pub fn held(&self) -> Look {
        Look { zoom: Some(self.zoom), left: Some(self.left), down: self.down }
    }

    /// Nearer or farther, with what is at a place staying there.
    pub fn zoomed(&self, by: f64, x: f64) -> Look {
        let zoom = (self.zoom * by).clamp(FARTHEST, NEAREST);
        let left = self.along(x) * zoom - (x - self.gutter);
        Look { zoom: Some(zoom), left: Some(left.max(0.0)), down: self.down }
    }

    /// The same about the middle.
    pub fn zoomed_by(&self, by: f64) -> Look {
        self.zoomed(by, self.gutter + self.room() / 2.0)
    }

    /// The operation at a place on the canvas.
    pub fn under(&self, x: f64, y: f64) -> Option<u32> {
        if x < self.gutter || y < self.head {
            return None;
        }
        let lane = (0..self.plan.lanes.len()).find(|lane| (self.y(*lane as u32) - y).abs() <= LANE / 2.0)?;
        let is_open = |operation: u32| is_open(&self.hearing.operations[operation as usize]);
        self.plan.under(lane, self.along(x), REACH / self.zoom, is_open).filter(|operation| !self.is_hidden(*operation))
    }

    pub fn is_hidden(&self, operation: u32) -> bool {
        self.hides && self.is_ahead(&self.hearing.operations[operation as usize])
    }

    pub fn is_ahead(&self, told: &Told) -> bool {
        self.now.is_some_and(|now| told.called > now)
    }

    /// It is open at the instant that is shown, and how it ends lies ahead.
    pub fn ends_ahead(&self, told: &Told) -> bool {
        self.now.is_some_and(|now| told.called <= now && told.ended.is_some_and(|ended| ended > now))
    }
}

/// It may still take effect.
pub fn is_open(told: &Told) -> bool {
    matches!(told.outcome, Outcome::Pending | Outcome::Unknown)
}

/// Faults in rows, none over another as far as the rows go.
fn stacked<'a>(faults: impl Iterator<Item = &'a FaultBar>) -> Vec<(&'a FaultBar, usize)> {
    let mut until: Vec<u64> = Vec::new();
    let row = |bar: &'a FaultBar| {
        let free = until.iter().position(|until| *until <= bar.from.0).unwrap_or(until.len()).min(MOST_FAULTS - 1);
        if free == until.len() {
            until.push(0);
        }
        until[free] = until[free].max(bar.to.map_or(u64::MAX, |to| to.0));
        (bar, free)
    };
    faults.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::{hearing, told};
    use super::*;
    use crate::describe::Time;
    use crate::lab::hearing::Row;
    use crate::page::axis::Scale;

    fn bar(from: u64, to: Option<u64>) -> FaultBar {
        FaultBar {
            words: "cut".to_owned(),
            line: "cut".to_owned(),
            entry: 0,
            from: Time(from),
            to: to.map(Time),
            ended_by: None,
            remedy: String::new(),
        }
    }

    fn with<T>(hearing: &Hearing, look: Look, hides: bool, now: u64, see: impl FnOnce(&Sight<'_>) -> T) -> T {
        let (plan, choice) = (Plan::new(hearing, Scale::Story), Choice::new(hearing));
        let faults = [bar(3, Some(9)), bar(30, None)];
        let now = Some(Position::at(Time(now)));
        let (active, pointed, width, height) = (None, None, 500.0, 200.0);
        see(&Sight::new(Setting {
            hearing,
            plan: &plan,
            choice: &choice,
            look,
            now,
            faults: &faults,
            active,
            pointed,
            hides,
            width,
            height,
        }))
    }

    #[test]
    fn an_operation_is_found_where_it_is_drawn() {
        with(&hearing(), Look { zoom: Some(1.7), left: Some(40.0), down: 0.0 }, false, 70, |sight| {
            for (operation, place) in (0..).zip(&sight.plan.places) {
                let (x, y) = (sight.x((place.from + place.end()) / 2.0), sight.y(place.lane));
                if x > sight.gutter {
                    assert_eq!(sight.under(x, y), Some(operation));
                    assert_ne!(sight.under(x, y + LANE), Some(operation));
                }
            }
            assert_eq!(sight.under(10.0, 100.0), None, "the names are no operation");
        });
    }

    #[test]
    fn what_comes_after_the_playhead_can_be_hidden() {
        with(&hearing(), Look::FRESH, true, 15, |sight| {
            assert_eq!(sight.impossible, None);
            assert_eq!(sight.faults.len(), 1);
            let hidden: Vec<u32> = (0..6).filter(|operation| sight.is_hidden(*operation)).collect();
            assert_eq!(hidden, [3, 4, 5]);
        });
        with(&hearing(), Look::FRESH, false, 15, |sight| assert_eq!(sight.impossible, Some(3)));
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        with(&hearing(), Look { zoom: Some(2.0), left: Some(100.0), down: 0.0 }, false, 0, |sight| {
            let before = sight.along(300.0);
            let look = sight.zoomed(1.5, 300.0);
            with(&hearing(), look, false, 0, |sight| assert!((sight.along(300.0) - before).abs() < 1e-6));
        });
    }

    #[test]
    fn what_is_gone_to_is_in_sight() {
        let operations = (0..400).map(|n| told(n % 20, u64::from(n) * 10, Some(u64::from(n) * 10 + 6), Outcome::Done));
        let rows = vec![Row::default(); 20];
        let many = Hearing { rows, operations: operations.collect(), ..Hearing::default() };
        with(&many, Look::FRESH, false, 0, |sight| {
            let look = sight.look_at(319);
            with(&many, look, false, 0, |sight| {
                let place = sight.plan.places[319];
                let (x, y) = (sight.x(place.from), sight.y(place.lane));
                assert!(x > sight.gutter && x < sight.width && y > sight.head && y < sight.height, "{x} {y}");
            });
        });
    }

    #[test]
    fn faults_that_overlap_stand_in_rows() {
        let bars = [bar(0, Some(10)), bar(5, Some(20)), bar(12, None), bar(13, None), bar(14, None), bar(15, None)];
        let rows: Vec<usize> = stacked(bars.iter()).into_iter().map(|(_, row)| row).collect();
        assert_eq!(rows, [0, 1, 0, 2, 3, 3]);
    }
}
