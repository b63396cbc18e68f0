//! Datagrams: lost, doubled, overtaken.

use netsplit::sim::{Crash, Fault, Span};

use super::puppet::Order::*;
use super::stage::{Stage, ms, n};

fn toss(stage: &mut Stage, count: u32) {
    for number in 1..=count {
        stage.tell(1, [Toss(2, number)]);
        stage.run(ms(1));
    }
}

#[test]
fn a_datagram_needs_no_connection() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Toss(2, 1), Say(2, 2)]);
    stage.run(ms(1));
    assert_eq!(stage.words(2), [1]);
    assert!(stage.find(1, "unsent to 2 Word(2)").is_some());
}

#[test]
fn loss_takes_its_share() {
    for (everywhere, here, expected) in
        [("0", 0, 0..1), ("20", 0, 150..250), ("0", 70, 640..760), ("20", 100, 1_000..1_001)]
    {
        let mut stage = Stage::new(&[("loss", everywhere)]);
        stage.fault(Fault::Lose { from: n(1), to: n(2), percent: here });
        toss(&mut stage, 1_000);
        stage.run(ms(10));
        let lost = 1_000 - stage.words(2).len();
        assert!(expected.contains(&lost), "{lost} of 1000 lost at {everywhere} and {here} in a hundred");
        let told = stage.seen.0.iter().filter(|seen| seen.says.ends_with("lost on the way")).count();
        assert_eq!(told, lost);
    }
}

#[test]
fn doubles_are_the_same_twice() {
    let mut stage = Stage::new(&[("jitter", "on")]);
    stage.fault(Fault::Double { from: n(1), to: n(2), percent: 30 });
    toss(&mut stage, 1_000);
    stage.run(ms(10));
    let mut words = stage.words(2);
    words.sort_unstable();
    assert!((1_250..1_350).contains(&words.len()), "{}", words.len());
    assert!(words.windows(3).all(|three| three[0] != three[2]), "never three");
    words.dedup();
    assert_eq!(words, Vec::from_iter(1..=1_000));
}

#[test]
fn datagrams_overtake_one_another() {
    let mut stage = Stage::new(&[("jitter", "on"), ("latency", "20ms")]);
    toss(&mut stage, 200);
    stage.run(ms(1_000));
    let mut words = stage.words(2);
    assert!(!words.is_sorted());
    words.sort_unstable();
    assert_eq!(words, Vec::from_iter(1..=200));
}

#[test]
fn at_a_cut_datagrams_are_lost() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Toss(2, 1)]);
    stage.run(Span(500));
    stage.cut(1, 2);
    stage.tell(1, [Toss(2, 2)]);
    stage.tell(2, [Toss(1, 3)]);
    stage.run(ms(10));
    stage.mend(1, 2);
    stage.tell(1, [Toss(2, 4)]);
    stage.run(ms(10));
    assert_eq!((stage.words(1), stage.words(2)), (vec![3], vec![4]));
    assert_eq!(stage.seen.0.iter().filter(|seen| seen.says.ends_with("the link is cut")).count(), 2);
}

#[test]
fn nobody_is_told_of_a_datagram_to_the_dead() {
    for how in [Crash::Process, Crash::Power] {
        let mut stage = Stage::new(&[]);
        stage.tell(1, [Toss(2, 1)]);
        stage.crash(2, how);
        stage.run(ms(100));
        stage.restart(2);
        stage.run(ms(100));
        assert_eq!((stage.diary(1), stage.diary(2)), (vec![], vec![]));
    }
}

#[test]
fn by_hand_a_datagram_is_dropped_or_doubled() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Toss(2, 1), Toss(2, 2)]);
    let flights: Vec<_> = stage.world.network().in_flight(n(1), n(2)).map(|flight| flight.id).collect();
    stage.fault(Fault::Drop(flights[0]));
    stage.fault(Fault::Duplicate(flights[1]));
    stage.run(ms(10));
    assert_eq!(stage.words(2), [2, 2]);
}
