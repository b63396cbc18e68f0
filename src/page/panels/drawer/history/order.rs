//! In which order an operation is shown, and where in it each takes effect. Pure.

use crate::lab::frame::{Outcome, Position};
use crate::lab::hearing::{Hearing, Ruling};

/// For each operation the order that it is shown in.
#[derive(Debug, Default, PartialEq)]
pub struct Choice {
    of: Vec<Option<u32>>,
}

/// What is to be said of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No order explains it.
    Impossible,
    /// Its place in the order shown, from 1, and how many there are.
    Placed { place: u32, of: u32 },
    /// It may have happened, or not: the orders do without it.
    Dispensable,
    /// It did not happen.
    Refused,
    /// It comes after the first error, and was not judged.
    Later,
    /// Nothing was promised, or nobody knows.
    Unjudged,
}

impl Choice {
    pub fn new(hearing: &Hearing) -> Choice {
        let mut of = vec![None; hearing.operations.len()];
        let orders = hearing.judgement.as_ref().map(|judgement| judgement.orders.as_slice()).unwrap_or_default();
        // What comes nearest stands first, the longest before the others.
        for (number, order) in orders.iter().enumerate() {
            for &operation in order {
                if let Some(place @ None) = of.get_mut(operation as usize) {
                    *place = Some(number as u32);
                }
            }
        }
        Choice { of }
    }

    /// The order that has an operation; for one that cannot be placed the one that comes nearest.
    pub fn order<'h>(&self, hearing: &'h Hearing, operation: u32) -> Option<&'h [u32]> {
        let judgement = hearing.judgement.as_ref()?;
        let is_impossible = judgement.broken.is_some_and(|broken| broken.operation == operation);
        let number = match is_impossible {
            true if judgement.nearest > 0 => Some(0),
            true => None,
            false => *self.of.get(operation as usize)?,
        };
        Some(judgement.orders.get(number? as usize)?)
    }

    pub fn standing(&self, hearing: &Hearing, operation: u32) -> Standing {
        let Some(told) = hearing.operations.get(operation as usize) else { return Standing::Unjudged };
        let Some(judgement) = &hearing.judgement else { return Standing::Unjudged };
        if judgement.broken.is_some_and(|broken| broken.operation == operation) {
            return Standing::Impossible;
        }
        if told.outcome == Outcome::Refused {
            return Standing::Refused;
        }
        let order = self.order(hearing, operation);
        if let Some((place, order)) =
            order.and_then(|order| Some((order.iter().position(|one| *one == operation)?, order)))
        {
            return Standing::Placed { place: place as u32 + 1, of: order.len() as u32 };
        }
        match (judgement.ruling, judgement.broken) {
            (Ruling::Violated, Some(broken))
                if told.called > broken.at || told.ended.is_some_and(|at| at > broken.at) =>
            {
                Standing::Later
            }
            (Ruling::Unknown, _) => Standing::Unjudged,
            _ if matches!(told.outcome, Outcome::Unknown | Outcome::Pending) => Standing::Dispensable,
            _ => Standing::Unjudged,
        }
    }
}

/// Where each operation of an order takes effect, between where it begins and where it ends: as early as it can after
/// the one before it. An order that holds in each session alone goes back where it has to.
pub fn points(order: &[u32], apart: f64, place: impl Fn(u32) -> (f64, f64)) -> Vec<f64> {
    let mut last = f64::MIN;
    let point = |&operation: &u32| {
        let (from, to) = place(operation);
        last = (last + apart).clamp(from, to.max(from));
        last
    };
    order.iter().map(point).collect()
}

/// How a verdict looks from an instant: what is known of later may not be so yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    Holds,
    /// It is broken later.
    HoldsUntil(Position),
    Broken(u32),
    Unknown,
}

impl Found {
    /// As seen from an instant, or of the whole.
    pub fn of(hearing: &Hearing, now: Option<Position>) -> Found {
        let Some(judgement) = &hearing.judgement else { return Found::Nothing };
        match (judgement.ruling, judgement.broken, now) {
            (Ruling::Violated, Some(broken), Some(now)) if now < broken.at => Found::HoldsUntil(broken.at),
            (Ruling::Violated, Some(broken), _) => Found::Broken(broken.operation),
            (Ruling::Holds, ..) => Found::Holds,
            (Ruling::Violated | Ruling::Unknown, ..) => Found::Unknown,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::describe::Time;
    use crate::lab::hearing::{Broken, Judgement, Property, Row, Told};

    fn at(time: u64) -> Position {
        Position::at(Time(time))
    }

    pub fn told(row: u32, called: u64, ended: Option<u64>, outcome: Outcome) -> Told {
        let (asked, answered) = ("get x".to_owned(), "1".to_owned());
        Told { row, asked, answered, outcome, called: at(called), ended: ended.map(at), entry: 7 }
    }

    /// Two clients; the fourth operation cannot be placed, the fifth was open by then, the sixth came later.
    pub fn hearing() -> Hearing {
        let operations = vec![
            told(0, 0, Some(10), Outcome::Done),
            told(1, 5, Some(20), Outcome::Done),
            told(0, 12, Some(18), Outcome::Refused),
            told(0, 25, Some(40), Outcome::Done),
            told(1, 30, None, Outcome::Unknown),
            told(0, 50, Some(60), Outcome::Done),
        ];
        let row = |name: &str| Row { name: name.to_owned(), node: None };
        let judgement = Judgement {
            property: Property::Linearizable,
            model: "register".to_owned(),
            ruling: Ruling::Violated,
            explored: 9,
            orders: vec![vec![1, 0], vec![0, 1, 4]],
            nearest: 2,
            broken: Some(Broken { operation: 3, at: at(40) }),
        };
        Hearing {
            rows: vec![row("c1"), row("c2")],
            operations,
            judgement: Some(judgement),
            heard: 11,
            ..Hearing::default()
        }
    }

    #[test]
    fn each_operation_is_shown_in_the_first_order_that_has_it() {
        let hearing = hearing();
        let choice = Choice::new(&hearing);
        let orders: Vec<Option<&[u32]>> = (0..6).map(|operation| choice.order(&hearing, operation)).collect();
        let (first, second): (&[u32], &[u32]) = (&[1, 0], &[0, 1, 4]);
        assert_eq!(orders, [Some(first), Some(first), None, Some(first), Some(second), None]);
        let standings: Vec<Standing> = (0..6).map(|operation| choice.standing(&hearing, operation)).collect();
        assert_eq!(
            standings,
            [
                Standing::Placed { place: 2, of: 2 },
                Standing::Placed { place: 1, of: 2 },
                Standing::Refused,
                Standing::Impossible,
                Standing::Placed { place: 3, of: 3 },
                Standing::Later,
            ]
        );
        assert_eq!(choice.standing(&hearing, 99), Standing::Unjudged);
    }

    #[test]
    fn what_nothing_comes_near_has_no_order() {
        let mut hearing = hearing();
        if let Some(judgement) = &mut hearing.judgement {
            (judgement.nearest, judgement.orders) = (0, vec![vec![0]]);
        }
        assert_eq!(Choice::new(&hearing).order(&hearing, 3), None);
    }

    #[test]
    fn points_stand_within_their_operations_and_in_turn() {
        let places = [(0.0, 100.0), (40.0, 60.0), (0.0, 45.0), (200.0, 300.0)];
        let place = |operation: u32| places[operation as usize];
        // The order, and where its points are.
        for (order, expected) in [
            (&[][..], &[][..]),
            (&[0, 1, 3], &[0.0, 40.0, 200.0]),
            (&[1, 0, 3], &[40.0, 47.0, 200.0]),
            // There is no room left: at its end.
            (&[1, 2], &[40.0, 45.0]),
            // Only in each session's own order: back in time.
            (&[3, 0], &[200.0, 100.0]),
        ] {
            assert_eq!(points(order, 7.0, place), expected, "{order:?}");
        }
    }

    #[test]
    fn a_verdict_is_seen_from_an_instant() {
        let hearing = hearing();
        assert_eq!(Found::of(&hearing, Some(at(39))), Found::HoldsUntil(at(40)));
        assert_eq!(Found::of(&hearing, Some(at(40))), Found::Broken(3));
        assert_eq!(Found::of(&hearing, None), Found::Broken(3));
        assert_eq!(Found::of(&Hearing::default(), None), Found::Nothing);
    }
}
