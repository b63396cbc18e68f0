//! Seeds in slices, and what they found made small.

use std::ops::Range;

use super::tally::Tally;
use super::wire::{Find, Quarry, Reply, Tried};
use crate::lab::catalog::Keep;
use crate::lab::frame::Position;
use crate::lab::hunt::{Found, Hunt};
use crate::lab::play;
use crate::lab::script::Script;
use crate::lab::shrink;
use crate::lab::wire::Problem;

type Clock<'a> = &'a dyn Fn() -> u64;

/// Microseconds after which a slice has been long enough, and after which it is told again how far the work has come.
const SLICE: u64 = 100_000;
const TELL_EVERY: u64 = 200_000;

pub fn attempt(quarry: &Quarry, seeds: Range<u64>, clock: Clock) -> Result<Reply, Problem> {
    let hunt = Hunt::of(quarry)?;
    let (began, from) = (clock(), seeds.start);
    let mut tally = Tally::default();
    for seed in seeds {
        let (tried, one) = hunt.count(seed);
        tally.add(&one);
        let violates = tried.violation.is_some();
        if violates || clock() - began >= SLICE {
            return Ok(Reply::Tried(Tried { seeds: from..seed + 1, tally, violates }));
        }
    }
    Ok(Reply::Tried(Tried { seeds: from..from + tally.runs, tally, violates: false }))
}

pub fn shrink(quarry: &Quarry, seed: u64, clock: Clock, tell: &mut dyn FnMut(Reply)) -> Result<Reply, Problem> {
    let hunt = Hunt::of(quarry)?;
    let plan = hunt.plan(seed);
    let tried = plan.run(hunt.system);
    let mut told = None;
    let found = shrink::shrink(hunt.system, seed, plan, tried, &mut |progress| {
        if told.is_none_or(|told| clock() - told >= TELL_EVERY) {
            let found = Found { seed, violated: progress.violated.clone(), plan: progress.plan.clone() };
            tell(Reply::Shrinking { attempts: progress.attempts, find: Box::new(find(&hunt, &found)) });
            told = Some(clock());
        }
        true
    });
    Ok(Reply::Shrunk(found.map(|found| Box::new(find(&hunt, &found)))))
}

fn find(hunt: &Hunt, found: &Found) -> Find {
    let property = found.violated.property;
    let mut script = found.script(hunt);
    if let Some(before) = shortly_before(found, &script) {
        script.push_str(&format!("playhead {}\n", before.words()));
    }
    Find {
        seed: found.seed,
        property: property.to_owned(),
        claim: hunt.system.says(property).unwrap_or(property).to_owned(),
        says: found.violated.says.clone(),
        entries: found.entries() as u32,
        script,
    }
}

/// Where the beat begins in which the claim is violated.
fn shortly_before(found: &Found, script: &str) -> Option<Position> {
    let script = Script::parse(script).ok()?;
    let played = play::play(&script, Keep::default()).ok()?;
    let record = played.engine.record();
    let beat = record.story.beats().map(|beat| beat.from).take_while(|from| *from < found.violated.at).last()?;
    Some(Position::at(beat))
}
