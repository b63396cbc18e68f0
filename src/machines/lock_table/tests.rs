//! The table line by line.

use super::*;

const NEXT: Rules = Rules { wakes_all: false, forgets_requests: false, trusts_releases: false, keeps_timed_out: false };

fn id(client: u16, number: u32) -> RequestId {
    RequestId { client, life: 1, number }
}

/// Says operations one by one, as `who verb`, and writes down what clients were told.
fn play(table: &mut LockTable, rules: Rules, script: &str) -> String {
    let mut told = Vec::new();
    for line in script.split(';') {
        let words: Vec<&str> = line.split_whitespace().collect();
        let client = words[0].parse::<u16>().expect("a client") - 1;
        let (request, resource) = (id(client, words.get(3).map_or(1, |n| n.parse().expect("n"))), Word::from("a"));
        let token = words.get(2).map_or(0, |token| token.parse().expect("a token"));
        let op = match words[1] {
            "acquire" => Op::Acquire { request, resource, wait: None, lease: 10 },
            "accept" => Op::Accept { request, resource, token },
            "release" => Op::Release { request, resource, token },
            "cancel" => Op::Cancel { request, resource },
            "confirm" => Op::Confirm { upto: request },
            "timeout" => Op::TimeOut { request, resource },
            "expire" => Op::Expire { request, resource, token },
            "pass" => Op::Pass { request, resource, token },
            other => panic!("{other}"),
        };
        for outcome in table.apply(&op, rules).0 {
            if let Outcome::Tell { request, news, .. } = outcome {
                told.push(format!("{} {news:?}", request.client + 1));
            }
        }
    }
    told.join("; ").replace(" { ", " ").replace(" }", "").replace("lease: 10", "").replace(", ", "")
}

#[test]
fn the_table_line_by_line() {
    for (script, told) in [
        ("1 acquire; 1 accept 1; 1 release 1", "1 Granted token: 1; 1 Renewed token: 1; 1 Released token: 1"),
        (
            "1 acquire; 2 acquire; 3 acquire; 1 release 1",
            "1 Granted token: 1; 2 Queued place: 1; 3 Queued place: 2; 1 Released token: 1; 2 Granted token: 2; \
             3 Queued place: 1",
        ),
        // Repetitions are answered and not done again.
        ("1 acquire; 1 acquire", "1 Granted token: 1; 1 Granted token: 1"),
        ("1 acquire; 2 acquire; 2 acquire", "1 Granted token: 1; 2 Queued place: 1; 2 Queued place: 1"),
        ("1 acquire; 1 release 1; 1 release 1", "1 Granted token: 1; 1 Released token: 1; 1 Released token: 1"),
        // After the client's confirmation the entry is gone, and a late repetition finds the floor.
        ("1 acquire; 1 release 1; 1 confirm; 1 acquire", "1 Granted token: 1; 1 Released token: 1"),
        // A release by whoever does not hold it.
        (
            "1 acquire; 2 acquire; 1 accept 1; 1 expire 1; 1 release 1",
            "1 Granted token: 1; 2 Queued place: 1; 1 Renewed token: 1; 1 Lost token: 1; 2 Granted token: 2; \
             1 NotHolder token: 1",
        ),
        // An offer that nobody saw goes on; a held lock is not passed on, and an offered one does not expire.
        (
            "1 acquire; 2 acquire; 1 expire 1; 1 pass 1; 2 accept 2; 2 pass 2",
            "1 Granted token: 1; 2 Queued place: 1; 1 Lost token: 1; 2 Granted token: 2; 2 Renewed token: 2",
        ),
        // Who timed out is never served; who cancelled before asking is not queued.
        (
            "1 acquire; 2 acquire; 2 timeout; 1 release 1; 2 acquire",
            "1 Granted token: 1; 2 Queued place: 1; 2 TimedOut; 1 Released token: 1; 2 TimedOut",
        ),
        ("1 cancel; 1 acquire", "1 Cancelled; 1 Cancelled"),
        ("1 acquire; 2 acquire; 1 cancel", "1 Granted token: 1; 2 Queued place: 1; 1 Cancelled; 2 Granted token: 2"),
    ] {
        assert_eq!(play(&mut LockTable::default(), NEXT, script).replace(" ;", ";").trim(), told, "{script}");
    }
}

#[test]
fn waking_all_gives_the_lock_to_who_asks_first() {
    let rules = Rules { wakes_all: true, ..NEXT };
    let told =
        play(&mut LockTable::default(), rules, "1 acquire; 2 acquire; 3 acquire; 1 release 1; 3 acquire; 2 acquire");
    assert!(told.contains("2 Free; 3 Free; 3 Granted token: 2") && told.ends_with("2 Queued place: 1"), "{told}");
}

#[test]
fn nothing_is_remembered_of_what_was_confirmed() {
    let mut table = LockTable::default();
    play(&mut table, NEXT, "1 acquire; 1 release 1");
    assert_eq!(table.remembered(), 1);
    play(&mut table, NEXT, "1 confirm");
    assert_eq!(table.remembered(), 0);
}

#[test]
fn a_circle_is_found() {
    let mut table = LockTable::default();
    let mut acquire = |client, number, resource: &str| {
        let op = Op::Acquire { request: id(client, number), resource: resource.into(), wait: None, lease: 10 };
        table.apply(&op, NEXT);
    };
    acquire(0, 1, "a");
    acquire(1, 1, "b");
    acquire(0, 2, "b");
    acquire(2, 1, "a");
    acquire(1, 2, "a");
    assert_eq!(table.circle(1), Some(vec![(1, Word::from("a")), (0, Word::from("b"))]));
    assert_eq!(table.circle(2), None);
}
