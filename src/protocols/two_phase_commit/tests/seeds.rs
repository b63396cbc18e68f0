//! Seeds: a phase of faults in which nothing may go wrong, then healing, then every transaction must end.

use super::Run;
use crate::protocols::two_phase_commit::{Input, TwoPhaseCommit};
use crate::sim::dice::Dice;
use crate::sim::{Action, Crash, Fault, NodeId, Protocol, Span, Verdict};

fn options(dice: &mut Dice) -> Vec<(&'static str, &'static str)> {
    vec![
        ("participants", *dice.one_of(&["2", "3", "3", "5"])),
        ("clients", *dice.one_of(&["2", "3"])),
        ("termination", *dice.one_of(&["cooperative", "cooperative", "coordinator"])),
        ("transport_timeout", "3s"),
        ("jitter", "on"),
    ]
}

fn one_of(nodes: u64, dice: &mut Dice) -> NodeId {
    NodeId(dice.below(nodes) as u16)
}

fn disturb(run: &mut Run, dice: &mut Dice) {
    let all = run.world.roster().len() as u64;
    let servers = u64::from(run.world.config().participants) + 1;
    let node = one_of(servers, dice);
    let (from, to) = (one_of(all, dice), one_of(all, dice));
    run.fault(match dice.below(16) {
        0 => Fault::Crash { node, how: Crash::Process },
        1 | 2 => Fault::Crash { node, how: Crash::Power },
        3 => Fault::Crash { node, how: Crash::Torn },
        4..=7 => Fault::Restart { node },
        8 => Fault::Pause { node },
        9 | 10 => Fault::Resume { node },
        11 if from != to => Fault::Cut { from, to },
        12 | 13 if from != to => Fault::Mend { from, to },
        14 if from != to => Fault::Reset { a: from, b: to },
        _ => Fault::SlowDisk { node, by: Span::millis(dice.below(200)) },
    });
}

fn ask(run: &mut Run, dice: &mut Dice) {
    let servers = run.world.config().participants + 1;
    let client = NodeId(servers + dice.below(u64::from(run.world.config().clients)) as u16);
    let input = TwoPhaseCommit::workload("mixed", client, dice.turn(), dice.bits());
    let Some(Input::Ask { order, mut via }) = input else { return };
    if dice.below(3) == 0 {
        via = one_of(u64::from(servers), dice);
    }
    run.apply(Action::Offer { node: client, input: Input::Ask { order, via } });
}

/// How many transactions committed somewhere, of those remembered.
fn play(seed: u64) -> usize {
    let mut dice = Dice::new(seed);
    let chosen = options(&mut dice);
    let mut run = Run::new(seed, &chosen, &[]);
    for _ in 0..60 {
        match dice.below(5) {
            0 | 1 => disturb(&mut run, &mut dice),
            _ => ask(&mut run, &mut dice),
        }
        run.run(Span(dice.below(60_000)));
    }
    run.heal();
    run.run(Span::seconds(120));
    run.holds();
    let ends = run.claim("every_transaction_ends");
    assert!(!matches!(ends, Verdict::Violated { .. }), "{ends:?}\n{run}");
    run.world.ghost().stories.values().filter(|story| !story.committed.is_empty()).count()
}

#[test]
fn whatever_happens_nothing_is_half_done_and_everything_ends() {
    let count = 200;
    let committed: usize = (1..=count).map(play).sum();
    assert!(committed > count as usize, "{committed}");
}

/// By hand: `cargo test --release --lib two_phase_commit -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn ten_thousand_schedules() {
    let count = 10_000;
    let committed: usize = (1..=count).map(play).sum();
    assert!(committed > count as usize, "{committed}");
}
