//! Seeds: any program, scheduling, interruption and death of threads; no claim may break, the promise to threads is kept,
//! and all must come to an end.

use std::collections::BTreeMap;

use super::Run;
use crate::describe::Describe;
use crate::judges::history::{History, Operation, Outcome, Place};
use crate::judges::models;
use crate::judges::value::Value;
use crate::judges::verdict::Ruling;
use crate::protocols::mutex::{Mutex, Node};
use crate::sim::dice::Dice;
use crate::sim::trial::Told;
use crate::sim::{Completion, Crash, NodeId, Span, Verdict};

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

fn play(seed: u64, machines: u16) -> Run {
    let mut dice = Dice::new(seed);
    let options = [
        ("machines", if machines == 1 { "1" } else { "2" }),
        ("threads", *dice.one_of(&["2", "3", "4", "6"])),
        ("handover", *dice.one_of(&["fair", "barging"])),
        ("reentrant", *dice.one_of(&["on", "off"])),
        ("detection", *dice.one_of(&["on", "off"])),
        ("processes", *dice.one_of(&["one", "each"])),
        ("scheduling", *dice.one_of(&["drawn", "drawn", "even"])),
        ("wake", *dice.one_of(&["1us", "3ms", "20ms"])),
    ];
    let mut run = Run::new(seed, &options, &[]);
    let threads = u64::from(run.world.config().threads);
    for _ in 0..120 {
        let node = if machines == 1 { 0 } else { dice.below(2) as u16 };
        let thread = 1 + dice.below(threads);
        match dice.below(14) {
            0 => run.say(node, &format!("t{thread} interrupt")),
            1 => run.say(node, &format!("t{thread} kill")),
            2 if dice.below(20) == 0 => {
                run.crash(node, Crash::Process);
                run.restart(node);
            }
            _ => {
                let program = *dice.one_of(PROGRAMS);
                run.say(node, &format!("t{thread} {program}"));
            }
        }
        run.run(Span::micros(dice.below(9_000)));
    }
    run.run(Span::seconds(60));
    run
}

/// What its threads asked and were answered. No number is given twice, whatever dies, and nothing ends that was not asked.
/// With how many still wait for an answer.
fn history(run: &Run) -> (History, usize) {
    let (mut history, mut asked) = (History::default(), BTreeMap::new());
    for (operation, told) in &run.seen.told {
        let at = history.events;
        history.events += 1;
        match told {
            Told::Asked(body) => {
                let said = Mutex::said(body, None);
                let place = said.is_some().then_some(history.operations.len());
                assert!(asked.insert(*operation, Some((body, place))).is_none(), "{operation:?} was asked already");
                history.operations.extend(said.map(|said| Operation {
                    process: Value::text(&format!("t{} of n{} since {}", body.thread, body.machine, body.life)),
                    function: said.function.into(),
                    asked: said.value,
                    called: at,
                    outcome: Outcome::Unknown,
                    place: Place::default(),
                }));
            }
            Told::Ended(completion) => {
                let (body, place) =
                    asked.get_mut(operation).and_then(Option::take).expect("asked, and not answered yet");
                let Some(operation) = place.map(|place| &mut history.operations[place]) else { continue };
                match completion {
                    Completion::Done(answer) => {
                        let said = Mutex::said(body, Some(answer)).expect("what was told when it was asked");
                        operation.function = said.function.into();
                        operation.outcome = Outcome::Done { at, value: said.value };
                    }
                    Completion::Refused(_) => operation.outcome = Outcome::Failed { at },
                    Completion::Unknown(_) => {}
                }
            }
        }
    }
    (history, asked.values().flatten().count())
}

fn ruling(run: &Run) -> Ruling {
    let guarantee = Mutex::guarantee(&run.world).expect("one machine's locks are promised");
    let goes_on = &mut |tried| tried < 200_000;
    let verdict = models::judge(&history(run).0, guarantee.model, &guarantee.premises, guarantee.property, goes_on);
    verdict.expect("it understands what it is told").ruling
}

fn check(seeds: std::ops::Range<u64>) {
    let (mut taken, mut waits, mut gave_up, mut died) = (0, 0, 0, 0);
    for seed in seeds {
        let run = play(seed, 1);
        run.holds();
        assert_eq!((ruling(&run), history(&run).1), (Ruling::Holds, 0), "{run}");
        let served = run.claim("every_waiter_is_served");
        assert!(!matches!(served, Verdict::Violated { .. }), "{served:?}\n{run}");
        let Some(Node(machine)) = run.world.node(NodeId(0)) else { panic!("it is up") };
        assert!(machine.threads.iter().all(|thread| !thread.is_busy()), "{run}");
        taken += run.count("lock taken");
        waits += run.count("thread waits");
        gave_up += run.count("thread gave up");
        died += run.count("owner died");
    }
    assert!(taken > 1_000 && waits > 200 && gave_up > 50 && died > 10, "{taken} {waits} {gave_up} {died}");
}

/// Locks of one name on two machines are two, and each is a mutex to its threads.
#[test]
fn each_machine_keeps_its_own_promise() {
    for seed in 0..100 {
        assert_eq!(ruling(&play(seed, 2)), Ruling::Holds, "seed {seed}");
    }
    let shared = Run::new(1, &[("machines", "2"), ("locks", "first")], &[]);
    assert_eq!(Mutex::guarantee(&shared.world), None);
}

/// Threads that wait have asked long before they are answered, and their intervals overlap.
#[test]
fn an_operation_lasts_as_long_as_its_thread_waits() {
    let mut run = Run::new(1, &[], &[]);
    for thread in 1..=3 {
        run.say(0, &format!("t{thread} lock a; work 5ms; unlock a"));
    }
    run.run(Span::seconds(1));
    let (history, open) = history(&run);
    assert_eq!(open, 0);
    let spans = history.operations.iter().map(|operation| match &operation.outcome {
        Outcome::Done { at, .. } => (&*operation.function, operation.called, *at),
        other => panic!("{other:?}"),
    });
    let spans: Vec<(&str, u32, u32)> = spans.collect();
    assert_eq!(
        spans,
        [
            ("acquire", 0, 1),
            ("acquire", 2, 6),
            ("acquire", 3, 9),
            ("release", 4, 5),
            ("release", 7, 8),
            ("release", 10, 11),
        ]
    );
}

/// A lock that is looked at before it is taken, and one that anybody may release, are not what threads are promised.
#[test]
fn the_judge_finds_what_is_no_mutex() {
    for (flaw, programs) in [
        ("test_then_set", ["lock a; add; unlock a", "lock a; add; unlock a"]),
        ("unlock_by_anyone", ["lock a; work 20ms; unlock a", "work 5ms; unlock a"]),
    ] {
        for (flaws, ruled) in [(&[flaw][..], Ruling::Violated), (&[], Ruling::Holds)] {
            let mut run = Run::new(1, &[], flaws);
            run.say(0, &format!("t1 {}", programs[0]));
            run.say(0, &format!("t2 {}", programs[1]));
            run.run(Span::seconds(1));
            assert_eq!(ruling(&run), ruled, "{flaw}");
        }
    }
}

/// Numbers tell where a thread stands: whoever came first, they are the same.
#[test]
fn numbers_do_not_tell_who_was_first() {
    let numbers = |first: u8, second: u8| {
        let mut run = Run::new(1, &[("threads", "2")], &[]);
        run.say(0, &format!("t{first} lock a; unlock a"));
        run.run(Span::micros(500));
        run.say(0, &format!("t{second} lock a; unlock a"));
        run.run(Span::seconds(1));
        run.say(0, "t1 add");
        run.run(Span::seconds(1));
        let asked = run.seen.told.iter().filter_map(|(operation, told)| match told {
            Told::Asked(body) => Some((operation.number, format!("t{} {body}", body.thread + 1))),
            Told::Ended(_) => None,
        });
        asked.collect::<BTreeMap<u64, String>>()
    };
    let told = numbers(1, 2);
    assert_eq!(told, numbers(2, 1));
    let words: Vec<(u64, &str)> = told.iter().map(|(number, words)| (*number, words.as_str())).collect();
    let first = [(1, "t1 lock a"), (2, "t2 lock a"), (3, "t1 unlock a"), (4, "t2 unlock a")];
    assert_eq!(words, [&first[..], &[(5, "t1 r = x"), (7, "t1 x = r + 1")]].concat());
}

/// The connection is still being opened when the time is over: nothing was asked, and nothing is left.
#[test]
fn who_gives_up_before_it_could_ask_is_done() {
    let mut run = Run::new(1, &[("machines", "2"), ("locks", "first"), ("threads", "1")], &[]);
    run.part(&[0], &[1], true);
    run.say(1, "t1 lock a for 10ms; unlock a");
    run.run(Span::millis(50));
    run.saw("timed out (ETIMEDOUT)");
    run.part(&[0], &[1], false);
    run.run(Span::seconds(10));
    run.say(0, "t1 lock a");
    run.run(Span::seconds(1));
    run.saw("#0 Done(Locked)");
    run.holds();
}

/// Both have seen the lock free, and who did so first is no matter.
#[test]
fn operations_that_are_open_stand_in_no_order_of_time() {
    let state = |first: u8, second: u8| {
        let mut run = Run::new(1, &[("threads", "2")], &["test_then_set"]);
        run.say(0, &format!("t{first} lock a; unlock a"));
        run.run(Span::micros(500));
        run.say(0, &format!("t{second} lock a; unlock a"));
        run.run(Span::micros(1_200));
        assert_eq!(run.seen.told.len(), 2, "both have asked, and neither has an answer");
        run.world.fingerprint()
    };
    assert_eq!(state(1, 2), state(2, 1));
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
