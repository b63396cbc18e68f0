//! Seeds: a phase of faults in which nothing may go wrong, then healing, then everything must come right.

use super::Run;
use crate::sim::dice::Dice;
use crate::sim::{Crash, Fault, NodeId, Span, Verdict};

fn options(dice: &mut Dice) -> Vec<(&'static str, &'static str)> {
    vec![
        ("backups", *dice.one_of(&["1", "2", "2", "3", "4"])),
        ("mode", *dice.one_of(&["asynchronous", "semi_synchronous", "synchronous"])),
        ("acknowledgements", *dice.one_of(&["1", "2"])),
        ("reads", *dice.one_of(&["primary", "anywhere"])),
        ("sessions", *dice.one_of(&["on", "on", "off"])),
        ("keep_entries", *dice.one_of(&["2", "5", "100"])),
        ("snapshot_chunk", *dice.one_of(&["8", "32"])),
        ("transport_timeout", *dice.one_of(&["3s", "20s"])),
    ]
}

fn disturb(run: &mut Run, dice: &mut Dice, servers: u64) {
    let all = run.world.roster().len() as u64;
    let node = NodeId(dice.below(servers) as u16);
    let (from, to) = (NodeId(dice.below(all) as u16), NodeId(dice.below(all) as u16));
    match dice.below(22) {
        0 => run.fault(Fault::Crash { node, how: Crash::Process }),
        1 | 2 => run.fault(Fault::Crash { node, how: Crash::Power }),
        3 => run.fault(Fault::Crash { node, how: Crash::Torn }),
        4..=7 => run.fault(Fault::Restart { node }),
        8 => run.fault(Fault::Pause { node }),
        9 | 10 => run.fault(Fault::Resume { node }),
        11 | 12 if from != to => run.fault(Fault::Cut { from, to }),
        13 | 14 if from != to => run.fault(Fault::Mend { from, to }),
        15 => run.say(node.0, "promote"),
        16 => run.say(node.0, "demote"),
        17 => run.fault(Fault::SlowDisk { node, by: Span::millis(dice.below(300)) }),
        18 if from != to => run.fault(Fault::Reset { a: from, b: to }),
        19 if from != to => run.fault(Fault::Slow { from, to, by: Span::millis(dice.below(50)) }),
        20 => {
            let rest: Vec<u16> = (0..all as u16).filter(|other| *other != node.0).collect();
            run.part(&[node.0], &rest, true);
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
    match dice.below(8) {
        0 => run.say(client, &format!("use n{}", 1 + dice.below(servers))),
        1..=3 => run.say(client, &format!("get {key}")),
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
    for _ in 0..60 {
        if dice.below(3) == 0 {
            disturb(&mut run, &mut dice, servers);
        } else {
            write_something(&mut run, &mut dice, servers);
        }
        run.run(Span::millis(dice.below(400)));
    }
    run.heal();
    // The operator's part: whoever was promoted last may since have been demoted, and only a higher number is heard.
    for _ in 0..6 {
        run.run(Span::seconds(10));
        if run.claim("backups_catch_up") == Verdict::Holds {
            break;
        }
        run.say(0, "promote");
    }
    run
}

#[test]
fn no_schedule_breaks_a_claim_and_all_come_right() {
    let mut acknowledged = 0;
    for seed in 0..1_000 {
        let mut run = play(seed);
        run.holds();
        assert_eq!(run.claim("backups_catch_up"), Verdict::Holds, "{run}");
        let servers = run.world.config().servers();
        // The first may meet a connection that died in the troubles.
        for command in ["put x last", "put x last", "get x"] {
            let primary = run.world.ghost().newest().map_or(0, |reign| reign.primary.0);
            run.say(servers, &format!("use n{}", primary + 1));
            run.say(servers, command);
            run.run(Span::seconds(2));
        }
        let answered = run.seen.lines.iter().rev().any(|line| line.contains("Done(Value(\"last\"))"));
        let forgotten = run.count("what this session has seen was lost") > 0;
        assert!(answered || forgotten, "{run}");
        acknowledged += run.world.ghost().acknowledged.len();
    }
    assert!(acknowledged > 1_000, "{acknowledged}");
}
