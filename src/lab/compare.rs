//! "What differs": two schedules run beside each other to the first entry that is not the same, and on to an instant.

use super::telling::TraceLine;
use super::timeline::Ahead;
use super::wire::{Balance, Comparison};
use crate::sim::Time;

/// What a comparison may carry out on each side.
const MOST_THINGS: u32 = 100_000;

/// Two runs compared up to a time; `begin` gives either from its beginning, with its trace in words or without.
pub fn compare(begin: &dyn Fn(usize, bool) -> Ahead, until: Time) -> Comparison {
    let [mut left, mut right] = [begin(0, false), begin(1, false)];
    let mut parted = None;
    let (mut read, mut things) = (1, 0);
    loop {
        let here = [&left, &right].map(|run| run.engine().segment().next_index());
        while parted.is_none() && read < here[0].min(here[1]) {
            let [a, b] = [&left, &right].map(|run| run.engine().segment().get(read).copied());
            parted = (a != b).then_some(read);
            read += 1;
        }
        // Whoever is behind goes on.
        let behind = if here[0] <= here[1] { [&mut left, &mut right] } else { [&mut right, &mut left] };
        let [first, second] = behind;
        if things == MOST_THINGS * 2 || (first.step(until).is_none() && second.step(until).is_none()) {
            break;
        }
        things += 1;
    }
    let [a, b] = [&left, &right].map(|run| run.engine().segment().next_index());
    let parted = parted.or_else(|| (a != b).then_some(read));
    let parted = parted.map(|number| [0, 1].map(|side| told(&|trace| begin(side, trace), number, until)));
    let whole = things < MOST_THINGS * 2;
    Comparison { until, whole, parted, balances: [balance(&left, until), balance(&right, until)] }
}

/// An entry in words, if there is one of this number by then. Words cost more than going there twice.
fn told(begin: &dyn Fn(bool) -> Ahead, number: u64, until: Time) -> Option<TraceLine> {
    let mut run = begin(false);
    let mut steps = 0;
    while run.engine().segment().next_index() <= number {
        run.step(until)?;
        steps += 1;
    }
    let mut run = begin(steps == 0);
    for _ in 1..steps {
        run.step(until)?;
    }
    if steps > 0 {
        run.engine_mut().keep_trace();
        run.step(until)?;
    }
    run.engine_mut().take_trace().into_iter().find(|line| u64::from(line.number) == number)
}

fn balance(run: &Ahead, until: Time) -> Balance {
    let mut engine = run.engine().fork();
    engine.advance(until);
    let frame = engine.frame();
    let counts = engine.completed();
    Balance {
        leader: frame.readout.leader.map(|id| engine.node_name(id)),
        leaderless: frame.readout.leaderless,
        done: counts.answered,
        refused: counts.refused,
        unknown: counts.unknown,
        kept: frame.readout.kept,
        lost: frame.readout.lost,
        figures: frame.readout.figures,
        violated: frame
            .claims
            .iter()
            .filter(|claim| claim.violation.is_some())
            .map(|claim| claim.name.clone())
            .collect(),
    }
}
