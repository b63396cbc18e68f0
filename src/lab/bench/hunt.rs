//! How many runs a hunt gets through, and what a long run of the largest protocol takes with all claims judged.

use super::{Clock, Figure, Unit};
use crate::lab::catalog::{self, Keep, SYSTEMS, Settings, System};
use crate::lab::command::{Command, Pick};
use crate::lab::hunt::Hunt;
use crate::sim::{Span, Time};

/// Of each system, the first so many seeds.
const SEEDS: u64 = 200;

pub fn figures(clock: Clock<'_>) -> Vec<Figure> {
    let mut figures: Vec<Figure> = SYSTEMS.iter().map(|system| runs(clock, *system)).collect();
    figures.extend(long(clock));
    figures
}

fn runs(clock: Clock<'_>, system: &'static dyn System) -> Figure {
    let hunt = Hunt { system, settings: Settings::defaults(system.options()), fixed: Vec::new() };
    let began = clock();
    for seed in 1..=SEEDS {
        std::hint::black_box(hunt.run(seed));
    }
    let value = SEEDS * 1_000_000 / (clock() - began).max(1);
    Figure { name: system.title(), value, unit: Unit::RunsPerSecond }
}

/// Five servers, ten virtual minutes, a thousand operations of two clients.
fn long(clock: Clock<'_>) -> Option<Figure> {
    let system = catalog::find("zab").ok()?;
    let settings = Settings::defaults(system.options());
    let began = clock();
    let mut engine = system.start(&settings, Keep::default());
    for client in ["c1", "c2"] {
        let node = Pick(client.to_owned());
        let every = Span::millis(1_200);
        engine.act(&Command::Workload { node, kind: "mixed".to_owned(), every, until: None }).ok()?;
    }
    let end = Time::ZERO + Span::seconds(600);
    while engine.next().is_some_and(|next| next <= end) && engine.step() {}
    std::hint::black_box(engine.answered());
    let value = (clock() - began) * 1_000;
    Some(Figure { name: "ten minutes of Zab, 1,000 operations", value, unit: Unit::Nanoseconds })
}
