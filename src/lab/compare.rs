//! "What differs": two schedules run beside each other to the first entry that is not the same, and on to an instant.

use super::frame::Position;
use super::timeline::Ahead;
use super::trace::Short;
use super::wire::{Balance, Brief, Comparison};
use crate::sim::Time;

/// What a comparison may carry out on each side.
const MOST_THINGS: u32 = 100_000;

/// Two runs from their beginnings, compared up to a time.
pub fn compare(mut left: Ahead, mut right: Ahead, until: Time) -> Comparison {
    let mut parted = None;
    let (mut read, mut things) = (1, 0);
    loop {
        let here = [&left, &right].map(|run| run.engine().segment().next_index());
        while parted.is_none() && read < here[0].min(here[1]) {
            let [a, b] = [&left, &right].map(|run| run.engine().segment().get(read).copied());
            if a != b {
                parted = Some([brief(&left, a), brief(&right, b)]);
            }
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
    let rest = |run: &Ahead| brief(run, run.engine().segment().get(read).copied());
    let [a, b] = [&left, &right].map(|run| run.engine().segment().next_index());
    let parted = parted.or_else(|| (a != b).then(|| [rest(&left), rest(&right)]));
    let whole = things < MOST_THINGS * 2;
    Comparison { until, whole, parted, balances: [balance(&left, until), balance(&right, until)] }
}

fn brief(run: &Ahead, entry: Option<Short>) -> Option<Brief> {
    entry.map(|entry| Brief {
        at: Position { time: entry.time, k: u32::MAX },
        node: entry.node,
        what: entry.code,
        message: run
            .engine()
            .messages()
            .get(usize::from(entry.kind))
            .filter(|_| entry.code.is_message())
            .map(|name| (*name).to_owned()),
    })
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
        violated: frame
            .claims
            .iter()
            .filter(|claim| claim.violation.is_some())
            .map(|claim| claim.name.clone())
            .collect(),
    }
}
