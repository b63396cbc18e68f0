//! Histories on which a naive search would not end: judged by how much is tried, not by the clock.

use netsplit::judges::history::{Entry, History, Phase};
use netsplit::judges::models::{self, Kind, Premises, Property};
use netsplit::judges::value::Value;
use netsplit::judges::verdict::{Ruling, Verdict};
use netsplit::lab::bench::histories::{Run, START, crowd, entry, spoil};

fn judge(run: &Run, entries: Vec<Entry>) -> Verdict {
    let initial = match run.kind {
        Kind::Register | Kind::CasRegister | Kind::MultiRegister => Some(Value::Int(0)),
        Kind::Bank => Some(Value::list((0..run.size).map(|_| Value::Int(START)))),
        _ => None,
    };
    let history = History::from_entries(entries).expect("well formed");
    let premises = Premises { initial, ..Premises::default() };
    let limit = if std::env::var("FAR").is_ok() { 4_000_000 } else { u64::MAX };
    models::judge(&history, run.kind, &premises, Property::Linearizable, &mut |tried| tried < limit)
        .expect("understood")
}

#[track_caller]
fn check(run: &Run, seeds: std::ops::Range<u64>, at_most: u64) {
    for seed in seeds {
        for (good, ruling) in [(true, Ruling::Holds), (false, Ruling::Violated)] {
            let entries = run.entries(seed);
            let start = std::time::Instant::now();
            let verdict = judge(run, if good { entries } else { spoil(run.kind, entries) });
            let told = format!(
                "{:?} {} clients, {} operations, {} % unknown, size {}, seed {seed}: {:?}, {} tried",
                run.kind, run.clients, run.operations, run.unknown, run.size, verdict.ruling, verdict.explored
            );
            if std::env::var("FAR").is_ok() {
                println!("{told}, {:?}", start.elapsed());
                continue;
            }
            assert_eq!(verdict.ruling, ruling, "{told}");
            assert!(verdict.explored <= at_most, "{told}");
        }
    }
}

#[test]
fn thousands_of_operations() {
    for (kind, at_most) in [
        (Kind::Register, 60_000),
        (Kind::CasRegister, 60_000),
        (Kind::MultiRegister, 100_000),
        (Kind::KeyValue, 200_000),
        (Kind::Queue, 2_000),
        (Kind::Mutex, 60_000),
        (Kind::FencedLock, 60_000),
        (Kind::Bank, 200_000),
    ] {
        check(&Run { kind, clients: 5, operations: 2_000, unknown: 0, size: 5 }, 1..4, at_most);
    }
}

/// What answers give away of the order of appends is used: without it these take millions.
#[test]
fn appends_of_dozens_of_clients() {
    check(&Run { kind: Kind::KeyValue, clients: 50, operations: 2_000, unknown: 0, size: 10 }, 1..4, 60_000);
}

/// No order of twelve appends makes it, and none has to be tried out; how short a prefix would do is not claimed to be known.
#[test]
fn an_answer_that_nobody_wrote() {
    let text = |text: &str| Value::list([Value::text("x"), Value::text(text)]);
    let append = |phase: Phase| (0..12).map(move |process| (process, phase, "append", text(&format!("{process},"))));
    let read = [
        (20, Phase::Invoke, "get", Value::list([Value::text("x"), Value::Nil])),
        (20, Phase::Ok, "get", text("nobody's")),
    ];
    let all = append(Phase::Invoke).chain(append(Phase::Ok)).chain(read);
    let entries = all.map(|(process, phase, function, value)| entry(process, phase, function, value)).collect();
    let verdict = judge(&Run { kind: Kind::KeyValue, clients: 0, operations: 0, unknown: 0, size: 0 }, entries);
    assert!(verdict.ruling == Ruling::Violated && verdict.explored < 100_000, "{verdict:?}");
    let illegal = verdict.illegal.expect("violated");
    assert_eq!((illegal.operation, illegal.prefix, illegal.is_shortest), (12, 26, false));
}

/// Refuted as if each could be done ever again.
#[test]
fn hundreds_of_unknown_outcomes() {
    check(&Run { kind: Kind::CasRegister, clients: 5, operations: 1_000, unknown: 20, size: 5 }, 1..3, 300_000);
    check(&Run { kind: Kind::CasRegister, clients: 20, operations: 3_000, unknown: 5, size: 30 }, 1..3, 2_000_000);
    check(&Run { kind: Kind::KeyValue, clients: 20, operations: 1_000, unknown: 20, size: 5 }, 2..4, 60_000);
}

/// Values that are put once each are compared, and none is searched for.
#[test]
fn queues_of_dozens_of_clients() {
    for (clients, operations, unknown) in [(5, 400, 10), (20, 5_000, 0), (50, 5_000, 10)] {
        check(&Run { kind: Kind::Queue, clients, operations, unknown, size: 5 }, 1..4, operations);
    }
}

/// Who took what is guessed, and an order is an order whoever guessed; what was taken once too often needs no search to end.
#[test]
fn queues_into_which_a_value_is_put_again() {
    let run = Run { kind: Kind::Queue, clients: 5, operations: 2_000, unknown: 0, size: 5 };
    let mut entries = run.entries(1);
    for entry in &mut entries {
        entry.value = entry.value.as_int().map_or(Value::Nil, |number| Value::Int(number % 20));
    }
    let good = judge(&run, entries.clone());
    assert!(good.ruling == Ruling::Holds && good.explored <= 2_000, "{good:?}");
    entries.push(entry(-1, Phase::Invoke, "dequeue", Value::Nil));
    entries.push(entry(-1, Phase::Ok, "dequeue", Value::Int(20)));
    let bad = judge(&run, entries);
    assert!(bad.ruling == Ruling::Violated && bad.explored <= 400_000, "{:?}, {}", bad.ruling, bad.explored);
}

/// Pending for ever and never seen: two to the power of their number orders, if one tried them all.
#[test]
fn dozens_of_unknown_writes() {
    let write = |process, value| entry(process, Phase::Invoke, "write", Value::Int(value));
    let mut entries: Vec<Entry> = (0..60).map(|number| write(number, number % 30 + 1)).collect();
    for (value, process) in [(3, 100), (4, 101), (3, 102), (3, 103)] {
        entries.push(entry(process, Phase::Invoke, "read", Value::Nil));
        entries.push(entry(process, Phase::Ok, "read", Value::Int(value)));
    }
    let run = Run { kind: Kind::Register, clients: 0, operations: 0, unknown: 0, size: 0 };
    let good = judge(&run, entries.clone());
    assert!(good.ruling == Ruling::Holds && good.explored < 200, "{good:?}");
    for (value, process) in [(4, 104), (3, 105)] {
        entries.push(entry(process, Phase::Invoke, "read", Value::Nil));
        entries.push(entry(process, Phase::Ok, "read", Value::Int(value)));
    }
    let bad = judge(&run, entries);
    assert!(bad.ruling == Ruling::Violated && bad.explored < 5_000, "{bad:?}");
    assert_eq!(bad.illegal.expect("violated").operation, 65, "3 was written twice, and seen for the third time");
}

#[test]
fn crowds_at_one_register() {
    let run = Run { kind: Kind::Register, clients: 0, operations: 0, unknown: 0, size: 0 };
    for (clients, operations, unknown, at_most) in
        [(20, 4_000, 0, 150_000), (40, 2_000, 0, 400_000), (20, 2_000, 5, 400_000)]
    {
        for seed in 1..4 {
            let entries = crowd(clients, operations, unknown, seed);
            let good = judge(&run, entries.clone());
            let told = format!("{clients} clients, {unknown} % unknown, seed {seed}: {} tried", good.explored);
            println!("{told}");
            assert!(good.ruling == Ruling::Holds && good.explored < at_most, "{:?}, {told}", good.ruling);
            let bad = judge(&run, spoil(run.kind, entries));
            let told = format!("spoiled, {clients} clients, {unknown} % unknown, seed {seed}: {} tried", bad.explored);
            println!("{told}");
            assert!(bad.ruling == Ruling::Violated && bad.explored < at_most, "{:?}, {told}", bad.ruling);
        }
    }
}

/// What grows is not kept as often as it grows.
#[test]
fn tens_of_thousands_in_a_row() {
    let said = |function: &str, asked: Value, told: Value| {
        [entry(0, Phase::Invoke, function, asked), entry(0, Phase::Ok, function, told)]
    };
    let numbers = || (0..20_000).map(Value::Int);
    let puts = numbers().map(|number| said("enqueue", number.clone(), number));
    let takes = numbers().map(|number| said("dequeue", Value::Nil, number));
    let appends = numbers().map(|number| Value::list([Value::text("x"), Value::text(&format!("{number};"))]));
    let appends = appends.map(|asked| said("append", asked.clone(), asked));
    for (kind, entries) in [
        (Kind::Queue, puts.chain(takes).flatten().collect()),
        (Kind::KeyValue, appends.flatten().collect::<Vec<Entry>>()),
    ] {
        let verdict = judge(&Run { kind, clients: 0, operations: 0, unknown: 0, size: 0 }, entries);
        assert_eq!(verdict.ruling, Ruling::Holds, "{kind:?}");
    }
}

#[test]
fn told_to_stop_it_does_not_know() {
    let run = Run { kind: Kind::CasRegister, clients: 40, operations: 4_000, unknown: 2, size: 10 };
    let history = History::from_entries(run.entries(5)).expect("well formed");
    let premises = Premises { initial: Some(Value::Int(0)), ..Premises::default() };
    let verdict = models::judge(&history, run.kind, &premises, Property::Linearizable, &mut |_| false);
    assert_eq!(verdict.expect("understood").ruling, Ruling::Unknown);
}

/// By hand, for one kind of history: `FAR="register 20 2000 3 10" cargo test --release --test it judges::hard::far --
/// --nocapture`: model, clients, operations, how many of a hundred have unknown outcomes, and size.
#[test]
fn far() {
    let Ok(settings) = std::env::var("FAR") else { return };
    for setting in settings.split(',') {
        let mut words = setting.split_whitespace();
        let kind = words.next().and_then(Kind::named).expect("a model");
        let numbers: Vec<u64> = words.map(|word| word.parse().expect("a number")).collect();
        let [clients, operations, unknown, size] = numbers[..] else { panic!("{setting}: four numbers") };
        check(&Run { kind, clients, operations, unknown, size }, 1..4, 0);
    }
}
