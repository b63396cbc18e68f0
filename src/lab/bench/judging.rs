//! What it costs to judge many clients at one register.

use super::histories::{crowd, spoil};
use super::{Clock, Figure, Unit};
use crate::judges::history::{Entry, History};
use crate::judges::models::{self, Kind, Premises, Property};
use crate::judges::value::Value;

const OPERATIONS: u64 = 10_000;

pub fn figures(clock: Clock<'_>) -> Vec<Figure> {
    let kind = Kind::Register;
    let lost = crowd(20, OPERATIONS, 5, 1);
    [
        ("20 clients at a register, 10000 operations", crowd(20, OPERATIONS, 0, 1)),
        ("… of them 5 in 100 with unknown outcome", lost.clone()),
        ("… and one answer wrong near the end", spoil(kind, lost)),
    ]
    .map(|(name, entries)| Figure { name, value: judging(clock, entries), unit: Unit::Nanoseconds })
    .into()
}

fn judging(clock: Clock<'_>, entries: Vec<Entry>) -> u64 {
    let Ok(history) = History::from_entries(entries) else { return 0 };
    let premises = Premises { initial: Some(Value::Int(0)), ..Premises::default() };
    let began = clock();
    let _verdict = models::judge(&history, Kind::Register, &premises, Property::Linearizable, &mut |_| true);
    (clock() - began) * 1_000
}
