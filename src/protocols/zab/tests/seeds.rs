//! Seeds: a phase of faults in which nothing may go wrong, then healing, then everything must come right.

use super::Run;
use crate::sim::dice::Dice;
use crate::sim::{Crash, Fault, NodeId, Span, Verdict};

fn options(dice: &mut Dice) -> Vec<(&'static str, &'static str)> {
    vec![
        ("voters", *dice.one_of(&["3", "3", "4", "5", "5", "7"])),
        ("observers", *dice.one_of(&["0", "0", "1"])),
        ("tick_time", *dice.one_of(&["100ms", "200ms", "500ms"])),
        ("notification_max", "2s"),
        ("finalize_wait", *dice.one_of(&["1ms", "20ms", "200ms"])),
        ("election", *dice.one_of(&["fast", "fast", "fast", "fast", "fast", "oracle"])),
        ("bandwidth", *dice.one_of(&["125000000", "125000000", "4000"])),
        ("commit_log", *dice.one_of(&["1", "3", "500"])),
        ("snap_count", *dice.one_of(&["4", "10", "100000"])),
        ("purge", *dice.one_of(&["on", "off"])),
        ("retain", *dice.one_of(&["1", "3"])),
        ("snapshot_chunk", *dice.one_of(&["8", "64"])),
        ("session_timeout", "3s"),
        ("transport_timeout", *dice.one_of(&["3s", "20s"])),
        ("outstanding_limit", *dice.one_of(&["1", "3", "1000"])),
        ("jitter", *dice.one_of(&["on", "on", "off"])),
        ("disk", *dice.one_of(&["1ms", "5ms"])),
    ]
}

fn disturb(run: &mut Run, dice: &mut Dice, servers: u64) {
    let all = run.world.roster().len() as u64;
    let node = NodeId(dice.below(servers) as u16);
    let (from, to) = (NodeId(dice.below(all) as u16), NodeId(dice.below(all) as u16));
    match dice.below(24) {
        0 | 1 => run.fault(Fault::Crash { node, how: Crash::Process }),
        2 | 3 => run.fault(Fault::Crash { node, how: Crash::Power }),
        4 => run.fault(Fault::Crash { node, how: Crash::Torn }),
        5..=9 => run.fault(Fault::Restart { node }),
        10 => run.fault(Fault::Pause { node }),
        11 | 12 => run.fault(Fault::Resume { node }),
        13 | 14 if from != to => run.fault(Fault::Cut { from, to }),
        15 | 16 if from != to => run.fault(Fault::Mend { from, to }),
        17 => run.fault(Fault::SlowDisk { node, by: Span::millis(dice.below(300)) }),
        18 if from != to => run.fault(Fault::Reset { a: from, b: to }),
        19 if from != to => run.fault(Fault::Slow { from, to, by: Span::millis(dice.below(50)) }),
        20 => {
            let rest: Vec<u16> = (0..all as u16).filter(|other| *other != node.0).collect();
            run.part(&[node.0], &rest, true);
        }
        21 => {
            for node in (0..servers as u16).map(NodeId) {
                run.fault(Fault::Crash { node, how: Crash::Power });
            }
            for node in (0..servers as u16).map(NodeId) {
                run.fault(Fault::Restart { node });
            }
        }
        _ => {
            let everyone: Vec<u16> = (0..all as u16).collect();
            run.part(&everyone, &everyone, false);
        }
    }
}

fn write_something(run: &mut Run, dice: &mut Dice, servers: u64) {
    let client = (servers + dice.below(2)) as u16;
    let key = *dice.one_of(&["x", "y", "z"]);
    match dice.below(9) {
        0 => run.say(client, &format!("use n{}", 1 + dice.below(servers))),
        1 | 2 => run.say(client, &format!("get {key}")),
        3 => run.say(client, "sync"),
        4 => run.say(client, &format!("append {key} a")),
        _ => run.say(client, &format!("put {key} v{}", dice.turn())),
    }
}

fn play(seed: u64) -> Run {
    let mut dice = Dice::new(seed);
    let chosen = options(&mut dice);
    let mut run = Run::new(seed, &chosen, &[]);
    let servers = u64::from(run.world.config().servers());
    run.run(Span::millis(300));
    for _ in 0..80 {
        if dice.below(3) == 0 {
            disturb(&mut run, &mut dice, servers);
        } else {
            write_something(&mut run, &mut dice, servers);
        }
        run.run(Span::millis(dice.below(400)));
    }
    run.heal();
    run.run(Span::seconds(60));
    run
}

/// What a search by seeds should have met somewhere.
const MET: &[&str] = &[
    "diff sent",
    "trunc sent",
    "snap sent",
    "snapshot discarded",
    "snapshot taken",
    "superseded",
    "abdicated",
    "steps down",
    "it must find another server",
];

fn check(seed: u64, met: &mut [usize]) -> u64 {
    let mut run = play(seed);
    for (count, words) in met.iter_mut().zip(MET) {
        *count += run.count(words);
    }
    run.holds();
    if run.world.config().oracle {
        // It may name different servers to different ones for ever.
        return run.world.ghost().acknowledged.len();
    }
    for claim in ["a_quorum_follows", "everyone_catches_up"] {
        let verdict = run.claim(claim);
        assert_eq!(verdict, Verdict::Holds, "{run}");
    }
    let client = run.world.config().servers();
    // The first read may find that its connection has long been gone.
    run.say(client, "get x");
    run.run(Span::seconds(4));
    run.say(client, "put x last");
    run.say(client, "get x");
    run.run(Span::seconds(4));
    let answered = run.seen.lines.iter().rev().any(|line| line.contains("Done(Value(\"last\"))"));
    assert!(answered, "{run}");
    run.world.ghost().acknowledged.len()
}

#[test]
fn no_schedule_breaks_a_claim_and_all_come_right() {
    let mut met = [0; MET.len()];
    let acknowledged: u64 = (0..300).map(|seed| check(seed, &mut met)).sum();
    assert!(acknowledged > 1_500, "{acknowledged}");
    assert!(met.iter().filter(|count| **count == 0).count() <= 1, "{:?}", MET.iter().zip(met).collect::<Vec<_>>());
}

/// By hand: `cargo test --lib zab -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn ten_thousand_schedules() {
    let mut met = [0; MET.len()];
    let acknowledged: u64 = (0..10_000).map(|seed| check(seed, &mut met)).sum();
    assert!(acknowledged > 50_000 && !met.contains(&0), "{acknowledged} {:?}", MET.iter().zip(met).collect::<Vec<_>>());
}
