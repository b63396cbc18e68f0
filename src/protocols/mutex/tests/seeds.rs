//! Seeds: any program, scheduling, interruption and death of threads; no claim may break, and all must come to an end.

use super::Run;
use crate::protocols::mutex::Node;
use crate::sim::random::{below, fold};
use crate::sim::{Crash, NodeId, Span, Verdict};

/// Choices of one seed, each for its own purpose.
struct Chooser {
    seed: u64,
    turn: u64,
}

impl Chooser {
    fn below(&mut self, bound: u64) -> u64 {
        self.turn += 1;
        below(fold(&[self.seed, 77, self.turn]), bound)
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// Programs that keep to the rules: what is shared is guarded by a, and a comes before b.
const PROGRAMS: &[&str] = &[
    "lock a; add; unlock a",
    "lock a; add; unlock a",
    "lock a; consistent a; add; work 4ms; add; unlock a",
    "lock a for 6ms; consistent a; add; unlock a",
    "try a; add; unlock a",
    "lock a; lock b; add; unlock b; unlock a",
    "lock a; lock b for 3ms; add; unlock b; add; unlock a",
    "lock b; work 5ms; unlock b",
    "lock a; unlock a; unlock a",
];

fn play(seed: u64) -> Run {
    let mut choose = Chooser { seed, turn: 0 };
    let options = [
        ("threads", choose.one_of(&["2", "3", "4", "6"])),
        ("handover", choose.one_of(&["fair", "barging"])),
        ("reentrant", choose.one_of(&["on", "off"])),
        ("detection", choose.one_of(&["on", "off"])),
        ("processes", choose.one_of(&["one", "each"])),
        ("scheduling", choose.one_of(&["drawn", "drawn", "even"])),
        ("wake", choose.one_of(&["1us", "3ms", "20ms"])),
    ];
    let mut run = Run::new(seed, &options, &[]);
    let threads = u64::from(run.world.config().threads);
    for _ in 0..120 {
        let thread = 1 + choose.below(threads);
        match choose.below(14) {
            0 => run.say(0, &format!("t{thread} interrupt")),
            1 => run.say(0, &format!("t{thread} kill")),
            2 if choose.below(20) == 0 => {
                run.crash(0, Crash::Process);
                run.restart(0);
            }
            _ => {
                let program = choose.one_of(PROGRAMS);
                run.say(0, &format!("t{thread} {program}"));
            }
        }
        run.run(Span::micros(choose.below(9_000)));
    }
    run.run(Span::seconds(60));
    run
}

fn check(seeds: std::ops::Range<u64>) {
    let (mut taken, mut waits, mut gave_up, mut died) = (0, 0, 0, 0);
    for seed in seeds {
        let run = play(seed);
        let story = || run.seen.lines.join("\n");
        let sound = run.violations.is_empty() && run.seen.broken.is_empty();
        assert!(sound, "seed {seed}: {:?} {:?}\n{}", run.violations, run.seen.broken, story());
        let served = run.claim("every_waiter_is_served");
        assert!(!matches!(served, Verdict::Violated { .. }), "seed {seed}: {served:?}\n{}", story());
        let Some(Node(machine)) = run.world.node(NodeId(0)) else { panic!("it is up") };
        assert!(machine.threads.iter().all(|thread| !thread.is_busy()), "seed {seed}\n{}", story());
        taken += run.count("lock taken");
        waits += run.count("thread waits");
        gave_up += run.count("thread gave up");
        died += run.count("owner died");
    }
    assert!(taken > 1_000 && waits > 200 && gave_up > 50 && died > 10, "{taken} {waits} {gave_up} {died}");
}

#[test]
fn no_schedule_breaks_a_claim_and_all_come_to_an_end() {
    check(0..300);
}

/// By hand: `cargo test --release --lib mutex -- --ignored`.
#[test]
#[ignore = "ten thousand, by hand"]
fn ten_thousand_schedules() {
    check(300..10_300);
}
