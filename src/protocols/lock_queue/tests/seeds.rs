//! Seeds: a phase of faults in which nothing may go wrong, then healing, then everybody must be served.

use super::Run;
use super::clients::{ask, come_right};
use crate::sim::dice::Dice;
use crate::sim::{Crash, Fault, Interrupt, NodeId, Span};

fn options(dice: &mut Dice) -> Vec<(&'static str, &'static str)> {
    vec![
        ("clients", *dice.one_of(&["2", "3", "5"])),
        ("resources", "2"),
        ("jitter", "on"),
        ("lease", *dice.one_of(&["1s", "3s", "10s"])),
        ("wait", *dice.one_of(&["2s", "30s"])),
        ("margin", *dice.one_of(&["0s", "500ms"])),
        ("renewal", *dice.one_of(&["on", "on", "off"])),
        ("grant_timeout", *dice.one_of(&["500ms", "3s"])),
        ("notify", *dice.one_of(&["next", "next", "all"])),
        ("loss", *dice.one_of(&["0", "0", "5", "20"])),
        ("transport_timeout", *dice.one_of(&["2s", "20s"])),
    ]
}

fn disturb(run: &mut Run, dice: &mut Dice) {
    let all = run.world.roster().len() as u64;
    let node = NodeId(dice.below(all) as u16);
    let (from, to) = (NodeId(dice.below(all) as u16), NodeId(dice.below(all) as u16));
    match dice.below(20) {
        0 => run.fault(Fault::Crash { node, how: Crash::Process }),
        1 => run.fault(Fault::Crash { node, how: Crash::Power }),
        2 => run.fault(Fault::Crash { node, how: Crash::Torn }),
        3..=5 => run.fault(Fault::Restart { node }),
        6 => {
            let client = NodeId(dice.below(u64::from(run.world.config().clients)) as u16);
            run.fault(Fault::Arm { node: client, before: "WRITE", nth: 1, interrupt: Interrupt::Pause });
        }
        7 | 8 => run.fault(Fault::Pause { node }),
        9 | 10 => run.fault(Fault::Resume { node }),
        11 if from != to => run.fault(Fault::Cut { from, to }),
        12 | 13 if from != to => run.fault(Fault::Mend { from, to }),
        14 => run.fault(Fault::SlowDisk { node, by: Span::millis(dice.below(300)) }),
        15 => run.fault(Fault::Reset { a: run.world.config().broker(), b: run.world.config().server() }),
        16 if from != to => run.fault(Fault::Slow { from, to, by: Span::millis(dice.below(2_000)) }),
        17 if from != to => run.fault(Fault::Double { from, to, percent: 50 }),
        18 => run.fault(Fault::StepClock { node, by_micros: dice.below(120_000_000) as i64 - 60_000_000 }),
        _ => run.fault(Fault::SkewClock { node, ppm: dice.below(600_000) as i32 - 300_000 }),
    }
}

fn play(seed: u64) -> Run {
    let mut dice = Dice::new(seed);
    let chosen = options(&mut dice);
    let mut run = Run::new(seed, &chosen, &[]);
    run.run(Span::millis(100));
    let clients = run.world.config().clients;
    for _ in 0..80 {
        if dice.below(3) == 0 {
            disturb(&mut run, &mut dice);
        } else {
            ask(&mut run, clients, &mut dice);
        }
        run.run(Span::millis(dice.below(500)));
    }
    run.heal();
    run
}

fn check(seeds: std::ops::Range<u64>) {
    let (mut offers, mut refused, mut over) = (0, 0, 0);
    for seed in seeds {
        let mut run = play(seed);
        let clients = run.world.config().clients;
        come_right(&mut run, clients, "Granted");
        run.holds();
        let ghost = run.world.ghost();
        offers += ghost.offers;
        refused += ghost.refused;
        over += ghost.leases_over;
    }
    assert!(offers > 100 && refused > 0 && over > 0, "{offers} offers, {refused} refused, {over} leases over");
}

#[test]
fn no_schedule_breaks_a_claim_and_all_come_right() {
    check(0..300);
}

#[test]
#[ignore = "ten thousand, by hand"]
fn ten_thousand_schedules() {
    check(300..10_300);
}
