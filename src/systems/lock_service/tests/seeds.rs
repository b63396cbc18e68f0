//! Seeds: a phase of faults in which nothing may go wrong, then healing, then everybody must be served.

use super::Run;
use crate::protocols::lock_queue::tests::clients::{ask, come_right};
use crate::sim::dice::Dice;
use crate::sim::{Crash, Fault, Interrupt, NodeId, Span};

fn options(dice: &mut Dice) -> Vec<(&'static str, &'static str)> {
    let loss = *dice.one_of(&["0", "0", "5", "20"]);
    // A lost packet of a connection comes 200 ms later, and holds up those behind it: limits must bear several of these.
    let tick = if loss == "0" { *dice.one_of(&["100ms", "500ms"]) } else { "500ms" };
    vec![
        ("clients", *dice.one_of(&["2", "3"])),
        ("servers", *dice.one_of(&["3", "3", "4", "5"])),
        ("resources", "2"),
        ("jitter", "on"),
        ("lease", *dice.one_of(&["1s", "3s", "10s"])),
        ("wait", *dice.one_of(&["2s", "30s"])),
        ("margin", *dice.one_of(&["0s", "500ms"])),
        ("renewal", *dice.one_of(&["on", "on", "off"])),
        ("grant_timeout", *dice.one_of(&["500ms", "3s"])),
        ("notify", *dice.one_of(&["next", "next", "all"])),
        ("tick_time", tick),
        ("commit_log", *dice.one_of(&["2", "500"])),
        ("loss", loss),
        ("transport_timeout", *dice.one_of(&["2s", "20s"])),
    ]
}

fn disturb(run: &mut Run, dice: &mut Dice) {
    let all = run.world.roster().len() as u64;
    let (first, servers) = (run.world.config().zab.first, u64::from(run.world.config().zab.servers()));
    let node = NodeId(dice.below(all) as u16);
    let server = NodeId(first + dice.below(servers) as u16);
    let (from, to) = (NodeId(dice.below(all) as u16), NodeId(dice.below(all) as u16));
    match dice.below(24) {
        0 => run.crash(node.0, Crash::Process),
        1 => run.crash(node.0, Crash::Power),
        2 => run.crash(node.0, Crash::Torn),
        3 => run.crash(server.0, Crash::Process),
        4 => run.crash(server.0, Crash::Power),
        5..=9 => run.restart(dice.below(all) as u16),
        10 => {
            let client = NodeId(dice.below(u64::from(first)) as u16);
            run.fault(Fault::Arm { node: client, before: "WRITE", nth: 1, interrupt: Interrupt::Pause });
        }
        11 => run.fault(Fault::Pause { node }),
        12..=14 => run.fault(Fault::Resume { node }),
        15 if from != to => run.fault(Fault::Cut { from, to }),
        16 => {
            let rest: Vec<u16> = (0..all as u16).filter(|id| *id != server.0).collect();
            run.part(&[server.0], &rest, true);
        }
        17 | 18 => {
            let everyone: Vec<u16> = (0..all as u16).collect();
            run.part(&everyone, &everyone, false);
        }
        19 => run.fault(Fault::SlowDisk { node: server, by: Span::millis(dice.below(300)) }),
        20 if from != to => run.fault(Fault::Slow { from, to, by: Span::millis(dice.below(1_000)) }),
        21 if from != to => run.fault(Fault::Double { from, to, percent: 50 }),
        22 => run.fault(Fault::StepClock { node, by_micros: dice.below(120_000_000) as i64 - 60_000_000 }),
        _ => run.fault(Fault::SkewClock { node, ppm: dice.below(400_000) as i32 - 200_000 }),
    }
}

fn play(seed: u64) -> Run {
    let mut dice = Dice::new(seed);
    let chosen = options(&mut dice);
    let mut run = Run::new(seed, &chosen, &[]);
    run.run(Span::seconds(2));
    let clients = run.world.config().locks.clients;
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
    let (mut offers, mut refused, mut over, mut anew) = (0, 0, 0, 0);
    for seed in seeds {
        let mut run = play(seed);
        let clients = run.world.config().locks.clients;
        come_right(&mut run, clients, "Lock(Granted");
        run.holds();
        let ghost = &run.world.ghost().locks;
        offers += ghost.offers;
        refused += ghost.refused;
        over += ghost.leases_over;
        anew += run.count("leases begin anew");
    }
    let counts = format!("{offers} offers, {refused} refused, {over} leases over, {anew} leaders");
    assert!(offers > 100 && refused > 0 && over > 0 && anew > 100, "{counts}");
}

#[test]
fn no_schedule_breaks_a_claim_and_all_come_right() {
    check(0..200);
}

/// By hand: `cargo test --release --lib lock_service -- --ignored`.
#[test]
#[ignore = "ten thousand, by hand"]
fn ten_thousand_schedules() {
    check(200..10_200);
}
