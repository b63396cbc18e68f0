//! What is drawn of a history: of a run what its clients saw, of a recording what its file says; and in which orders it
//! makes sense.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use netsplit::lab::frame::Outcome;
use netsplit::lab::hearing::{Hearing, Judgement, Ruling, Terms};
use netsplit::lab::hunter::Hunter;
use netsplit::lab::hunter::wire::{self, Judged, Recording};
use netsplit::lab::session::Session;
use netsplit::lab::wire::{Problem, Reply, Request, Source};

/// A scenario, known to its end.
fn open(system: &str, name: &str) -> Session {
    let mut session = Session::new();
    let source = Source::Scenario { system: system.to_owned(), name: name.to_owned() };
    assert!(matches!(session.answer(Request::Open { source }), Reply::View(_)));
    session
}

fn hear(session: &mut Session) -> Hearing {
    match session.answer(Request::Hear) {
        Reply::Hearing { hearing, .. } => *hearing,
        other => panic!("{other:?}"),
    }
}

fn words(hearing: &Hearing) -> Vec<String> {
    let row = |row: u32| &hearing.rows[row as usize].name;
    let told = |told: &netsplit::lab::hearing::Told| {
        let (row, asked, answered) = (row(told.row), &told.asked, &told.answered);
        format!("{row} {asked} {:?} {answered}", told.outcome)
    };
    hearing.operations.iter().map(told).collect()
}

/// Every order names each operation once at most, and none that was refused.
fn is_sound(hearing: &Hearing, judgement: &Judgement) {
    for order in &judgement.orders {
        let mut once = order.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), order.len());
        assert!(order.iter().all(|one| hearing.operations[*one as usize].outcome != Outcome::Refused));
    }
    assert!(judgement.nearest as usize <= judgement.orders.len());
}

#[test]
fn a_lost_write_makes_a_read_that_cannot_be_placed() {
    let mut session = open("replication", "ack_before_sync");
    let hearing = hear(&mut session);
    assert_eq!(words(&hearing), ["c1 put x 1 Done ok", "c2 get x Done nothing"]);
    let judgement = hearing.judgement.as_ref().expect("clients are promised something");
    is_sound(&hearing, judgement);
    assert_eq!((judgement.ruling, &*judgement.model), (Ruling::Violated, "key-value"));
    let broken = judgement.broken.expect("it is broken");
    assert_eq!((broken.operation, Some(broken.at)), (1, hearing.operations[1].ended));
    assert_eq!(judgement.orders, [[0]]);
    // Its messages are found in the trace: the entry is the client's own, and at the end of the operation.
    let entry = hearing.operations[1].entry;
    let Reply::Trace(part) = session.answer(Request::Trace { after: entry - 1 }) else { panic!("the trace") };
    assert_eq!((part.entries[0].number, part.entries[0].at), (entry, broken.at));
    assert_eq!(Some(part.entries[0].node), hearing.rows[1].node);
}

#[test]
fn what_holds_has_an_order_of_all_that_was_answered() {
    let mut session = open("zab", "two_partitions_in_turn");
    let hearing = hear(&mut session);
    let judgement = hearing.judgement.as_ref().expect("clients are promised something");
    is_sound(&hearing, judgement);
    assert_eq!((judgement.ruling, judgement.broken, judgement.nearest), (Ruling::Holds, None, 0));
    // A sync tells nothing of what is stored.
    let tells = |told: &netsplit::lab::hearing::Told| told.outcome == Outcome::Done && told.asked != "sync";
    for (told, operation) in hearing.operations.iter().zip(0..).filter(|(told, _)| tells(told)) {
        assert!(judgement.orders.iter().any(|order| order.contains(&operation)), "{told:?}");
    }
    assert!(hearing.operations.iter().any(|told| told.outcome == Outcome::Unknown && told.ended.is_some()));
}

#[test]
fn where_nothing_is_promised_there_is_a_history_all_the_same() {
    let hearing = hear(&mut open("replication", "stale_read"));
    assert_eq!(hearing.judgement, None);
    assert_eq!(words(&hearing).len(), 4);
    assert!(!hear(&mut open("lock_queue", "all_are_woken")).operations.is_empty());
}

/// Threads ask for themselves: a row each, and whoever waits for a lock has asked for it long before it is theirs.
#[test]
fn the_threads_of_a_machine_have_rows_of_their_own() {
    let mut session = open("mutex", "unlock_by_anyone");
    let hearing = hear(&mut session);
    assert_eq!(
        words(&hearing),
        ["n1 t1 lock a Done locked", "n1 t2 unlock a Done released", "n1 t3 lock a Done locked"]
    );
    assert!(hearing.rows.iter().all(|row| row.node == hearing.rows[0].node));
    let judgement = hearing.judgement.as_ref().expect("threads are promised something");
    is_sound(&hearing, judgement);
    assert_eq!((judgement.ruling, &*judgement.model), (Ruling::Violated, "mutex"));
    assert_eq!(judgement.broken.expect("it is broken").operation, 1);

    let hearing = hear(&mut open("mutex", "first_come"));
    let judgement = hearing.judgement.as_ref().expect("threads are promised something");
    assert_eq!(judgement.ruling, Ruling::Holds);
    let waits = hearing.operations.iter().filter(|told| told.ended.is_some_and(|ended| ended.time > told.called.time));
    assert!(waits.count() > 1);
    let overlap = |one: &netsplit::lab::hearing::Told, other: &netsplit::lab::hearing::Told| {
        one.row != other.row && one.called < other.called && one.ended > Some(other.called)
    };
    assert!(hearing.operations.iter().any(|one| hearing.operations.iter().any(|other| overlap(one, other))));
}

/// Who dies while it waits does not know what came of it, and a machine that comes back has another lock of that name.
#[test]
fn what_threads_are_promised_outlives_their_death_and_not_the_memory() {
    let told = words(&hear(&mut open("mutex", "the_process_dies")));
    assert!(told.contains(&"n1 t3 lock a Unknown its client went down".to_owned()), "{told:?}");
    let text =
        "system mutex\noption processes each\nn1 t1 lock a; work 1s\nn1 t2 lock a\nrun 5ms\nn1 t2 kill\nrun 1ms\n";
    let mut session = Session::new();
    assert!(matches!(
        session.answer(Request::Open { source: Source::Script { text: text.to_owned() } }),
        Reply::View(_)
    ));
    assert_eq!(words(&hear(&mut session))[1], "n1 t2 lock a Unknown its process died");
}

#[test]
fn what_another_machine_answers_for_is_not_promised() {
    assert_eq!(hear(&mut open("mutex", "asked_over_the_network")).judgement, None);
    assert!(hear(&mut open("mutex", "another_machine")).judgement.is_some());
}

/// What a page says of more that was heard is what it is then told.
#[test]
fn the_timeline_tells_how_much_there_is_to_hear() {
    let mut session = open("replication", "two_primaries");
    let Reply::View(view) = session.answer(Request::Step { events: 1 }) else { panic!("a view") };
    let hearing = hear(&mut session);
    assert!(view.timeline.heard > 0);
    assert_eq!(hearing.heard, view.timeline.heard);
}

fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/histories").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Judged by a hunter whose clock moves on by so much whenever it is read, with what it told on the way.
fn judge(text: String, model: Option<&str>, microseconds: u64) -> (Result<Judged, Problem>, Vec<wire::Reply>) {
    judge_by(text, Terms { model: model.map(str::to_owned), ..Terms::default() }, microseconds)
}

fn judge_by(text: String, terms: Terms, microseconds: u64) -> (Result<Judged, Problem>, Vec<wire::Reply>) {
    let now = Rc::new(Cell::new(0));
    let hunter = Hunter::new(move || now.replace(now.get() + microseconds));
    let mut told = Vec::new();
    let recording = Recording { text, terms };
    let answer = match hunter.answer(wire::Request::Judge { recording }, &mut |reply| told.push(reply)) {
        wire::Reply::Judged(judged) => Ok(*judged),
        wire::Reply::Refused(problem) => Err(problem),
        other => panic!("{other:?}"),
    };
    (answer, told)
}

#[test]
fn recordings_are_judged_as_their_functions_say() {
    for (name, format, model, ruling) in [
        ("knossos/cas-register-bad-cas-failure.edn", "jepsen-edn", "cas-register", Ruling::Violated),
        ("knossos/cas-register-good-memstress3-0.edn", "jepsen-edn", "cas-register", Ruling::Holds),
        ("knossos/mutex-bad-etcd.edn", "jepsen-edn", "mutex", Ruling::Violated),
        ("porcupine/c01-ok.txt", "porcupine-kv", "key-value", Ruling::Holds),
        ("porcupine/c10-bad.txt", "porcupine-kv", "key-value", Ruling::Violated),
        ("porcupine/etcd_000.log", "jepsen-log", "cas-register", Ruling::Violated),
    ] {
        let judged = judge(sample(name), None, 0).0.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        let hearing = &judged.hearing;
        let judgement = hearing.judgement.as_ref().expect("it was judged");
        assert_eq!((&*judged.format, &*judgement.model, judgement.ruling), (format, model, ruling), "{name}");
        is_sound(hearing, judgement);
        assert!(hearing.operations.is_sorted_by_key(|told| told.called), "{name}");
        if let Some(broken) = judgement.broken {
            let told = &hearing.operations[broken.operation as usize];
            assert_eq!(Some(broken.at), told.ended, "{name}");
            assert!(
                judgement.orders[..judgement.nearest as usize].iter().all(|order| !order.contains(&broken.operation))
            );
        }
    }
}

#[test]
fn format_and_initial_value_can_be_said() {
    let text = "{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :read :value 3}\n";
    let judge = |format: Option<&str>, initial: Option<&str>| {
        let terms = Terms { model: None, format: format.map(str::to_owned), initial: initial.map(str::to_owned) };
        judge_by(text.to_owned(), terms, 0).0
    };
    let ruling = |judged: Judged| judged.hearing.judgement.map(|judgement| judgement.ruling);
    let usual = judge(None, None).expect("it is a history");
    assert_eq!((usual.format.as_str(), usual.initial.as_str()), ("jepsen-edn", "0"));
    assert_eq!(judge(Some("jepsen-edn"), None), Ok(usual.clone()));
    assert_eq!(ruling(usual), Some(Ruling::Violated));
    assert_eq!(judge(None, Some(" 3 ")).map(ruling), Ok(Some(Ruling::Holds)));
    assert_eq!(judge(None, Some("nil")).map(ruling), Ok(Some(Ruling::Violated)));
    for (format, initial, line, column, says) in [
        (None, Some("[1 2x]"), 1, 4, "initial value: this is no number"),
        (Some("jsonl"), None, 1, 2, "no JSON"),
        (Some("xml"), None, 0, 0, "no format `xml`"),
    ] {
        let problem = judge(format, initial).expect_err(says);
        assert!(problem.message.contains(says) && !problem.hint.is_empty(), "{problem:?}");
        assert_eq!((problem.line, problem.column), (line, column), "{problem:?}");
    }
}

#[test]
fn a_recording_that_is_damaged_says_where() {
    let whole = sample("knossos/cas-register-bad-rethink-fail-minimal.edn");
    let half = whole[..whole.len() / 2].to_owned();
    let problem = judge(half, None, 0).0.expect_err("half of it is missing");
    assert!(problem.line > 1 && !problem.hint.is_empty(), "{problem:?}");
    let problem =
        judge(r#"{"process": 0, "type": "invoke", "f": "dance"}"#.to_owned(), None, 0).0.expect_err("no model");
    assert!(problem.hint.contains("model"), "{problem:?}");
    let problem = judge(whole, Some("mutex"), 0).0.expect_err("another model");
    assert!(problem.line > 0, "{problem:?}");
}

/// Twelve append at once what cannot be told apart, since 1 begins 10, and then something is read that none of all their orders
/// makes.
fn hard() -> String {
    let line = |process: u32, phase: &str, function: &str, value: &str| {
        format!(
            "{{\"process\": {process}, \"type\": \"{phase}\", \"f\": \"{function}\", \"key\": \"x\", \"value\": {value}}}\n"
        )
    };
    let append =
        |phase: &'static str| (0..12).map(move |process| line(process, phase, "append", &format!("\"{process}\"")));
    let read = [line(20, "invoke", "get", "null"), line(20, "ok", "get", "\"nobody's\"")];
    append("invoke").chain(append("ok")).chain(read).collect()
}

#[test]
fn what_takes_long_says_how_far_it_is_and_gives_up() {
    // Whenever the judge asks the clock, a quarter of a second has passed.
    let (answer, told) = judge(hard(), None, 250_000);
    let judgement = answer.expect("it can be read").hearing.judgement.expect("it was judged");
    assert_eq!((judgement.ruling, judgement.broken), (Ruling::Unknown, None));
    let explored: Vec<u64> = told
        .iter()
        .map(|reply| match reply {
            wire::Reply::Judging { operations: 13, explored, .. } => *explored,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(explored.len() > 100 && explored.is_sorted(), "{explored:?}");
}
