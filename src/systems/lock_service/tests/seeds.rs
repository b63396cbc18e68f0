//! Seeds: a phase of faults in which nothing may go wrong, then healing, then everybody must be served.

use super::Run;
use crate::sim::random::{below, fold};
use crate::sim::{Crash, Fault, Interrupt, NodeId, Span, Verdict};

/// Choices of one seed, each for its own purpose.
struct Chooser {
    seed: u64,
    turn: u64,
}

impl Chooser {
    fn below(&mut self, bound: u64) -> u64 {
        self.turn += 1;
        below(fold(&[self.seed, 91, self.turn]), bound)
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

fn options(choose: &mut Chooser) -> Vec<(&'static str, &'static str)> {
    let loss = choose.one_of(&["0", "0", "5", "20"]);
    // A lost packet of a connection comes 200 ms later, and holds up those behind it: limits must bear several of these.
    let tick = if loss == "0" { choose.one_of(&["100ms", "500ms"]) } else { "500ms" };
    vec![
        ("clients", choose.one_of(&["2", "3"])),
        ("servers", choose.one_of(&["3", "3", "4", "5"])),
        ("resources", "2"),
        ("jitter", "on"),
        ("lease", choose.one_of(&["1s", "3s", "10s"])),
        ("wait", choose.one_of(&["2s", "30s"])),
        ("margin", choose.one_of(&["0s", "500ms"])),
        ("renewal", choose.one_of(&["on", "on", "off"])),
        ("grant_timeout", choose.one_of(&["500ms", "3s"])),
        ("notify", choose.one_of(&["next", "next", "all"])),
        ("tick_time", tick),
        ("commit_log", choose.one_of(&["2", "500"])),
        ("loss", loss),
        ("transport_timeout", choose.one_of(&["2s", "20s"])),
    ]
}

fn disturb(run: &mut Run, choose: &mut Chooser) {
    let all = run.world.roster().len() as u64;
    let (first, servers) = (run.world.config().zab.first, u64::from(run.world.config().zab.servers()));
    let node = NodeId(choose.below(all) as u16);
    let server = NodeId(first + choose.below(servers) as u16);
    let (from, to) = (NodeId(choose.below(all) as u16), NodeId(choose.below(all) as u16));
    match choose.below(24) {
        0 => run.crash(node.0, Crash::Process),
        1 => run.crash(node.0, Crash::Power),
        2 => run.crash(node.0, Crash::Torn),
        3 => run.crash(server.0, Crash::Process),
        4 => run.crash(server.0, Crash::Power),
        5..=9 => run.restart(choose.below(all) as u16),
        10 => {
            let client = NodeId(choose.below(u64::from(first)) as u16);
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
        19 => run.fault(Fault::SlowDisk { node: server, by: Span::millis(choose.below(300)) }),
        20 if from != to => run.fault(Fault::Slow { from, to, by: Span::millis(choose.below(1_000)) }),
        21 if from != to => run.fault(Fault::Double { from, to, percent: 50 }),
        22 => run.fault(Fault::StepClock { node, by_micros: choose.below(120_000_000) as i64 - 60_000_000 }),
        _ => run.fault(Fault::SkewClock { node, ppm: choose.below(400_000) as i32 - 200_000 }),
    }
}

fn ask(run: &mut Run, choose: &mut Chooser) {
    let client = choose.below(u64::from(run.world.config().locks.clients)) as u16;
    let resource = choose.one_of(&["printer", "printer", "scanner"]);
    let input = match choose.below(9) {
        0 | 1 => format!("lock {resource}"),
        2 => format!("lock {resource} wait 500ms lease 800ms"),
        3 => format!("unlock {resource}"),
        4 => format!("cancel {resource}"),
        5 | 6 => format!("write {resource} x"),
        _ => format!("use {resource} for {}ms", 1 + choose.below(400)),
    };
    run.say(client, &input);
}

fn heal(run: &mut Run) {
    let everyone: Vec<u16> = run.world.roster().ids().map(|id| id.0).collect();
    run.part(&everyone, &everyone, false);
    for node in run.world.roster().ids().collect::<Vec<_>>() {
        run.fault(Fault::Resume { node });
        run.fault(Fault::Restart { node });
        run.fault(Fault::SlowDisk { node, by: Span::ZERO });
        run.fault(Fault::SkewClock { node, ppm: 0 });
        for to in everyone.iter().map(|id| NodeId(*id)).filter(|to| *to != node) {
            run.fault(Fault::Slow { from: node, to, by: Span::ZERO });
            run.fault(Fault::Double { from: node, to, percent: 0 });
        }
    }
}

fn play(seed: u64) -> Run {
    let mut choose = Chooser { seed, turn: 0 };
    let chosen = options(&mut choose);
    let mut run = Run::new(seed, &chosen, &[]);
    run.run(Span::seconds(2));
    for _ in 0..80 {
        if choose.below(3) == 0 {
            disturb(&mut run, &mut choose);
        } else {
            ask(&mut run, &mut choose);
        }
        run.run(Span::millis(choose.below(500)));
    }
    heal(&mut run);
    run
}

/// After healing all who wait are served, and whoever asks is.
fn come_right(run: &mut Run, seed: u64) {
    let clients = run.world.config().locks.clients;
    for _ in 0..20 {
        run.run(Span::seconds(5));
        for client in 0..clients {
            // An armed pause may strike late.
            run.fault(Fault::Resume { node: NodeId(client) });
            run.say(client, "unlock printer");
            run.say(client, "unlock scanner");
        }
    }
    let served = run.claim("every_waiter_is_served");
    assert!(!matches!(served, Verdict::Violated { .. }), "seed {seed}: {served:?}\n{}", story(run));
    for client in 0..clients {
        let granted = format!("#{client} Done(Lock(Granted");
        let before = run.count(&granted);
        run.say(client, "lock printer wait forever");
        for _ in 0..60 {
            run.run(Span::seconds(2));
            if run.count(&granted) > before {
                break;
            }
        }
        assert!(run.count(&granted) > before, "seed {seed}, client {client}\n{}", story(run));
        run.say(client, "unlock printer");
        run.run(Span::seconds(10));
    }
}

fn story(run: &Run) -> String {
    run.seen.lines.join("\n")
}

fn check(seeds: std::ops::Range<u64>) {
    let (mut offers, mut refused, mut over, mut anew) = (0, 0, 0, 0);
    for seed in seeds {
        let mut run = play(seed);
        come_right(&mut run, seed);
        let sound = run.violations.is_empty() && run.seen.broken.is_empty();
        assert!(sound, "seed {seed}: {:?} {:?}\n{}", run.violations, run.seen.broken, story(&run));
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
