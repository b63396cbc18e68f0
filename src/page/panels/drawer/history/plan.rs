//! Where operations stand: rows of clients, in each as many lanes as it does things at once, time to the right. Pure.

use super::warp::{Span, Warp};
use crate::lab::frame::Outcome;
use crate::lab::hearing::{Hearing, Told};
use crate::page::axis::Scale;

#[derive(Debug, PartialEq)]
pub struct Plan {
    pub warp: Warp,
    pub places: Vec<Place>,
    /// For each row its first lane, and at the end how many there are.
    pub rows: Vec<u32>,
    /// For each lane its operations, by beginning; none overlap.
    pub lanes: Vec<Vec<u32>>,
}

/// An operation's place; lengths are along the warped time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    pub lane: u32,
    pub from: f64,
    /// Where it ended or was given up; what is open has none.
    pub to: Option<f64>,
    /// As far as it may reach: until the next of its lane, or without end.
    pub reach: f64,
}

impl Place {
    pub fn end(&self) -> f64 {
        self.to.unwrap_or(self.reach)
    }
}

/// Of an operation's words in the drawing: how wide a letter is, what surrounds them, and the least and most it asks for.
const LETTER: f64 = 6.6;
const AROUND: f64 = 16.0;
const NARROWEST: f64 = 22.0;
const WIDEST: f64 = 170.0;
/// Beyond the last event.
const REST: f64 = 40.0;

/// What stands within an operation.
/// What is written in an operation.
pub fn label(told: &Told) -> String {
    label_of(told, told.outcome)
}

/// The same, were this its outcome.
pub fn label_of(told: &Told, outcome: Outcome) -> String {
    match outcome {
        Outcome::Done if told.answered.is_empty() => told.asked.clone(),
        Outcome::Done => format!("{} → {}", told.asked, told.answered),
        Outcome::Refused => format!("✕ {}", told.asked),
        Outcome::Unknown => format!("{} → ?", told.asked),
        Outcome::Pending => format!("{} …", told.asked),
    }
}

impl Plan {
    pub fn new(hearing: &Hearing, scale: Scale) -> Plan {
        let spans: Vec<Span> = hearing
            .operations
            .iter()
            .map(|told| {
                let letters = label(told).chars().count() as f64;
                let room = (letters * LETTER + AROUND).clamp(NARROWEST, WIDEST);
                Span { called: told.called.time.0, ended: told.ended.map(|at| at.time.0), room }
            })
            .collect();
        let warp = Warp::new(scale, &spans);
        let mut of_row: Vec<Vec<u32>> = vec![Vec::new(); hearing.rows.len()];
        for (told, operation) in hearing.operations.iter().zip(0..) {
            if let Some(row) = of_row.get_mut(told.row as usize) {
                row.push(operation);
            }
        }
        let whole = warp.length() + REST;
        let mut plan = Plan { places: vec![Place::default(); spans.len()], warp, rows: vec![0], lanes: Vec::new() };
        for row in of_row {
            let first = plan.lanes.len();
            // Until when each lane is taken.
            let mut taken: Vec<Option<u64>> = Vec::new();
            for operation in row {
                let span = &spans[operation as usize];
                let free = taken.iter().position(|until| until.is_some_and(|until| until <= span.called));
                let lane = free.unwrap_or(taken.len());
                if lane == taken.len() {
                    taken.push(None);
                    plan.lanes.push(Vec::new());
                }
                taken[lane] = span.ended;
                let from = plan.warp.at(span.called);
                let to = span.ended.map(|ended| plan.warp.at(ended));
                if let Some(&before) = plan.lanes[first + lane].last() {
                    plan.places[before as usize].reach = from;
                }
                plan.lanes[first + lane].push(operation);
                plan.places[operation as usize] = Place { lane: (first + lane) as u32, from, to, reach: whole };
            }
            if taken.is_empty() {
                plan.lanes.push(Vec::new());
            }
            plan.rows.push(plan.lanes.len() as u32);
        }
        plan
    }

    /// How far along everything goes.
    pub fn length(&self) -> f64 {
        self.warp.length() + REST
    }

    /// The operations of a lane that reach into a stretch.
    pub fn within(&self, lane: usize, from: f64, to: f64) -> &[u32] {
        let Some(all) = self.lanes.get(lane) else { return &[] };
        let place = |operation: &u32| &self.places[*operation as usize];
        let begins = all.partition_point(|operation| place(operation).reach < from);
        let ends = all.partition_point(|operation| place(operation).from <= to);
        &all[begins..ends.max(begins)]
    }

    /// The operation nearest to a place in a lane, within reach.
    pub fn under(&self, lane: usize, along: f64, reach: f64, is_open: impl Fn(u32) -> bool) -> Option<u32> {
        let distance = |operation: u32| {
            let place = &self.places[operation as usize];
            let end = if is_open(operation) { place.reach } else { place.end() };
            (place.from - along).max(along - end).max(0.0)
        };
        let near = self.within(lane, along - reach, along + reach).iter().copied();
        near.min_by(|a, b| distance(*a).total_cmp(&distance(*b))).filter(|operation| distance(*operation) <= reach)
    }

    pub fn row_of(&self, lane: u32) -> usize {
        self.rows.partition_point(|&first| first <= lane).saturating_sub(1)
    }

    /// The operation of the next row, or the one before, that begins nearest to where this one does.
    pub fn beside(&self, operation: u32, down: bool) -> Option<u32> {
        let here = self.places.get(operation as usize)?;
        let row = self.row_of(here.lane);
        let row = if down { row + 1 } else { row.checked_sub(1)? };
        let lanes = *self.rows.get(row)? as usize..*self.rows.get(row + 1)? as usize;
        let distance = |one: &u32| (self.places[*one as usize].from - here.from).abs();
        let nearest = lanes.flat_map(|lane| {
            let all = &self.lanes[lane];
            let next = all.partition_point(|one| self.places[*one as usize].from < here.from);
            all[next.saturating_sub(1)..(next + 1).min(all.len())].iter().copied()
        });
        nearest.min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::{hearing, told};
    use super::*;
    use crate::lab::hearing::Row;

    #[test]
    fn a_client_that_does_two_things_at_once_has_two_lanes() {
        let operations = vec![
            told(0, 0, Some(10), Outcome::Done),
            told(0, 5, Some(30), Outcome::Done),
            told(0, 10, Some(20), Outcome::Done),
            told(1, 12, Some(14), Outcome::Done),
        ];
        let rows = vec![Row::default(), Row::default(), Row::default()];
        let plan = Plan::new(&Hearing { rows, operations, ..Hearing::default() }, Scale::Story);
        assert_eq!(plan.lanes, [vec![0, 2], vec![1], vec![3], vec![]]);
        assert_eq!(plan.rows, [0, 2, 3, 4]);
        assert_eq!((plan.row_of(1), plan.row_of(2), plan.row_of(3)), (0, 1, 2));
        assert_eq!((plan.beside(3, false), plan.beside(0, true), plan.beside(3, true)), (Some(2), Some(3), None));
    }

    #[test]
    fn what_is_open_reaches_on() {
        let hearing = hearing();
        let plan = Plan::new(&hearing, Scale::Story);
        assert_eq!(plan.places[4].to, None);
        assert_eq!(plan.places[4].end(), plan.length());
        assert!(plan.places[0].to.is_some_and(|to| to < plan.places[0].reach), "the next of its lane comes later");
    }

    #[test]
    fn what_is_in_sight_is_found_and_nothing_else() {
        let operations = (0..10_000).map(|n| told(0, n * 10, Some(n * 10 + 6), Outcome::Done)).collect();
        let plan = Plan::new(&Hearing { rows: vec![Row::default()], operations, ..Hearing::default() }, Scale::Story);
        let place = plan.places[5_000];
        let seen = plan.within(0, place.from, place.from + 500.0);
        assert!(seen.contains(&5_000) && seen.len() < 12, "{}", seen.len());
        let middle = (place.from + place.end()) / 2.0;
        assert_eq!(plan.under(0, middle, 3.0, |_| false), Some(5_000));
        assert_eq!(plan.under(0, place.end() + 2.0, 3.0, |_| false), Some(5_000));
        assert_eq!(plan.under(0, (place.end() + place.reach) / 2.0, 3.0, |_| false), None, "between two");
        assert_eq!(plan.under(0, (place.end() + place.reach) / 2.0, 3.0, |_| true), Some(5_000), "open until the next");
        assert_eq!(plan.under(1, middle, 3.0, |_| false), None);
    }
}
