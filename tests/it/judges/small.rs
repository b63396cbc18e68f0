//! Small histories, a reason each. As lines of a log: what is absent, and what a register holds at the start, is nil.

use netsplit::judges::models::{self, Kind, Property};
use netsplit::judges::verdict::Ruling;
use netsplit::lab::histories::{self, Account, Format};

#[track_caller]
fn check(kind: Kind, property: Property, ruling: Ruling, lines: &[&str]) {
    let Account { history, format, .. } =
        histories::read(&lines.join("\n"), Some(Format::JepsenLog)).expect("a history");
    let premises = histories::premises(format, kind, None);
    let verdict = models::judge(&history, kind, &premises, property, &mut |_| true).expect("understood");
    assert_eq!(verdict.ruling, ruling, "{lines:#?}");
}

/// Of one client: what it does, with the answers.
#[track_caller]
fn alone(kind: Kind, ruling: Ruling, done: &[&str]) {
    let lines = done.iter().flat_map(|done| [format!("0 :invoke {done}"), format!("0 :ok {done}")]);
    let lines: Vec<String> = lines.collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    check(kind, Property::Linearizable, ruling, &lines);
}

#[test]
fn registers_are_together_in_what_was_answered() {
    alone(Kind::MultiRegister, Ruling::Holds, &[":write {y 2}", ":read {x nil, y 2}"]);
    alone(Kind::MultiRegister, Ruling::Violated, &[":write {y 2}", ":read {x nil, y nil}"]);
}

#[test]
fn what_a_cas_expected_was_there_only_if_it_happened() {
    check(
        Kind::KeyValue,
        Property::Linearizable,
        Ruling::Holds,
        &[
            r#"0 :invoke :append ["x" "a;"]"#,
            r#"1 :invoke :append ["x" "b;"]"#,
            r#"2 :invoke :cas ["x" ["b;a;" "z;"]]"#,
            r#"3 :invoke :cas ["x" ["z;" "y;"]]"#,
            r#"0 :ok :append ["x" "a;"]"#,
            r#"1 :ok :append ["x" "b;"]"#,
            r#"4 :invoke :get ["x" nil]"#,
            r#"4 :ok :get ["x" "a;b;"]"#,
        ],
    );
}

#[test]
fn what_is_absent_reads_as_the_empty_text() {
    for (ruling, done) in [
        (Ruling::Holds, [r#":cas ["x" [nil "1"]]"#, r#":get ["x" "1"]"#]),
        (Ruling::Holds, [r#":cas ["x" ["" "1"]]"#, r#":get ["x" "1"]"#]),
        (Ruling::Violated, [r#":cas ["x" ["1" "2"]]"#, r#":get ["x" "2"]"#]),
        (Ruling::Violated, [r#":cas ["x" [nil "1"]]"#, r#":cas ["x" [nil "2"]]"#]),
        (Ruling::Holds, [r#":cas ["x" [nil ""]]"#, r#":cas ["x" [nil "2"]]"#]),
        (Ruling::Holds, [r#":put ["x" ""]"#, r#":get ["x" nil]"#]),
    ] {
        alone(Kind::KeyValue, ruling, &done);
    }
}

#[test]
fn some_balances_there_were_at_the_start() {
    for (ruling, done) in [
        (Ruling::Holds, &[":txn [[:r a 10]]", ":txn [[:r b 10]]"][..]),
        (Ruling::Violated, &[":txn [[:r a 10]]", ":txn [[:r a 11]]"]),
        (Ruling::Violated, &[":txn [[:w a 5]]", ":read {a 3, b 1}"]),
        (Ruling::Holds, &[":txn [[:w a 5] [:r a 5]]"]),
        (Ruling::Holds, &[":txn [[:r a 1] [:w a 5] [:r a 5]]", ":read {a 5}"]),
        (Ruling::Violated, &[":txn [[:w a 5] [:r a 4]]"]),
        (Ruling::Violated, &[":txn [[:r a 1] [:r a 2]]"]),
        (Ruling::Holds, &[":transfer {:from a, :to b, :amount 5}", ":read {a 0, b 5}"]),
        (Ruling::Violated, &[":transfer {:from a, :to b, :amount 5}", ":read {a -1}"]),
        (Ruling::Violated, &[":txn [[:w b 0]]", ":transfer {:from a, :to b, :amount 5}", ":read {b 4}"]),
    ] {
        alone(Kind::Bank, ruling, done);
    }
}

/// 2 is taken before anybody asks for 1, which stood before it.
#[test]
fn real_time_counts_where_it_is_promised() {
    let lines = [
        "0 :invoke :enqueue 1",
        "0 :ok :enqueue 1",
        "0 :invoke :enqueue 2",
        "0 :ok :enqueue 2",
        "1 :invoke :dequeue nil",
        "1 :ok :dequeue 2",
        "2 :invoke :dequeue nil",
        "2 :ok :dequeue 1",
    ];
    check(Kind::Queue, Property::Linearizable, Ruling::Violated, &lines);
    check(Kind::Queue, Property::SequentiallyConsistent, Ruling::Holds, &lines);
}
