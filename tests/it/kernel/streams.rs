//! What flows over a connection: everything, once, in order, however long it takes.

use netsplit::sim::{Crash, Fault, Loss, Span, Time};

use super::puppet::{Order::*, Perceived};
use super::stage::{Stage, ms, n};

const NOTHING: [u32; 0] = [];

#[test]
fn a_cut_stalls_and_nothing_is_lost() {
    for ways in [vec![(1, 2)], vec![(1, 2), (2, 1)]] {
        let mut stage = Stage::connected(&[]);
        stage.tell(1, [Say(2, 1)]);
        stage.run(Span(500));
        for &(from, to) in &ways {
            stage.cut(from, to);
        }
        for number in 2..=20 {
            stage.tell(1, [Say(2, number)]);
            stage.run(ms(100));
        }
        assert_eq!(stage.words(2), NOTHING);
        for &(from, to) in &ways {
            stage.mend(from, to);
        }
        stage.tell(1, [Say(2, 21)]);
        stage.run(ms(1));
        assert_eq!(stage.words(2), Vec::from_iter(1..=21), "one latency after the mending, in order");
        stage.run(ms(60_000));
        assert_eq!((stage.diary(1).len(), stage.diary(2).len()), (1, 22), "nobody was told of anything");
    }
}

#[test]
fn a_stream_keeps_its_order_however_latencies_vary() {
    let mut stage = Stage::connected(&[("jitter", "on"), ("latency", "2ms")]);
    for number in 1..=300 {
        stage.tell(1, [Say(2, number)]);
        stage.run(Span(u64::from(number) * 37 % 1_000));
    }
    stage.run(ms(1_000));
    assert_eq!(stage.words(2), Vec::from_iter(1..=300));
}

/// A window of ten words.
#[test]
fn a_one_way_cut_starves_the_other_direction() {
    let mut stage = Stage::connected(&[("send_window", "640"), ("transport_timeout", "2s")]);
    stage.cut(1, 2);
    for number in 1..=30 {
        stage.tell(2, [Say(1, number)]);
        stage.run(ms(10));
    }
    assert_eq!(stage.words(1), Vec::from_iter(1..=10), "as much as may go unacknowledged");
    stage.mend(1, 2);
    stage.run(ms(2));
    assert_eq!(stage.words(1), Vec::from_iter(1..=30));
    stage.run(ms(10_000));
    assert_eq!((stage.diary(2).len(), stage.diary(1).len()), (1, 31));

    stage.cut(1, 2);
    let (from, patience) = (stage.now(), ms(2_000));
    stage.tell(2, [Say(1, 31)]);
    stage.run(ms(5_000));
    assert_eq!(stage.words(1).last(), Some(&31), "it did get through");
    let lost = (Time::ZERO + from + patience, Perceived::Lost(1, Loss::TimedOut));
    assert_eq!(stage.dated(2).last(), Some(&lost), "but no acknowledgement came back");
    assert_eq!(stage.diary(1).len(), 32, "and its reader is not told");
}

#[test]
fn the_window_is_counted_once() {
    let mut stage = Stage::connected(&[("send_window", "640")]);
    stage.slow(2, 1, ms(100));
    for number in 1..=10 {
        stage.tell(2, [Say(1, number)]);
    }
    stage.cut(1, 2);
    stage.cut(2, 1);
    stage.run(ms(50));
    stage.mend(2, 1);
    stage.run(ms(200));
    assert_eq!(stage.words(1), Vec::from_iter(1..=10), "ten words fit, whatever stalled in between");
}

#[test]
fn acknowledgements_come_back_as_soon_as_their_own_direction_is_mended() {
    let mut stage = Stage::connected(&[("send_window", "640")]);
    let say = |stage: &mut Stage, numbers: std::ops::RangeInclusive<u32>| {
        numbers.for_each(|number| stage.tell(2, [Say(1, number)]));
        stage.run(ms(10));
    };
    stage.cut(1, 2);
    say(&mut stage, 1..=10);
    stage.cut(2, 1);
    stage.mend(1, 2);
    stage.cut(1, 2);
    stage.mend(2, 1);
    say(&mut stage, 11..=30);
    assert_eq!(stage.words(1), Vec::from_iter(1..=20), "the window was open again");
}

#[test]
fn a_host_without_power_opens_no_window() {
    let mut stage = Stage::connected(&[("send_window", "640")]);
    stage.crash(2, Crash::Power);
    for number in 1..=30 {
        stage.tell(1, [Say(2, number)]);
        stage.run(ms(10));
    }
    let vanished = stage.seen.0.iter().filter(|seen| seen.says.ends_with("nobody is there")).count();
    assert_eq!(vanished, 10);
}

#[test]
fn a_large_message_takes_as_long_as_it_is_large() {
    let mut stage = Stage::connected(&[("bandwidth", "1000000")]);
    stage.tell(2, [Say(1, 9)]);
    stage.tell(1, [Ship(2, 1, 500_000), Say(2, 2)]);
    stage.run(ms(5));
    assert_eq!(stage.words(1), [9], "the other direction has its own wire");
    stage.run(ms(495));
    assert_eq!(stage.words(2), NOTHING);
    stage.run(ms(2));
    assert_eq!(stage.words(2), [1, 2]);

    stage.fault(Fault::Narrow { from: n(1), to: n(2), bandwidth: Some(64) });
    stage.tell(1, [Say(2, 3)]);
    stage.run(ms(1_000));
    assert_eq!(stage.words(2), [1, 2]);
    stage.run(ms(1));
    assert_eq!(stage.words(2), [1, 2, 3]);
}

#[test]
fn a_cut_takes_what_is_on_the_wire_back_to_the_sender() {
    let mut stage = Stage::connected(&[("bandwidth", "1000000")]);
    stage.tell(1, [Ship(2, 1, 10_000_000)]);
    stage.run(ms(100));
    stage.cut(1, 2);
    stage.mend(1, 2);
    stage.run(ms(10_001));
    assert_eq!(stage.words(2), [1], "it is sent again from the beginning, and not after itself");
}

#[test]
fn loss_delays_a_stream_and_nothing_else() {
    let mut stage = Stage::connected(&[]);
    stage.fault(Fault::Lose { from: n(1), to: n(2), percent: 30 });
    for number in 1..=200 {
        stage.tell(1, [Say(2, number)]);
        stage.run(ms(50));
    }
    stage.run(ms(10_000));
    assert_eq!(stage.words(2), Vec::from_iter(1..=200));
    let at = |number: u32| stage.when(2, &format!("got from 1 #{} ", number + 1)).expect("delivered").0;
    let late = (1..=200).filter(|&number| at(number) > 10_000 + u64::from(number - 1) * 50_000 + 1_000).count();
    assert!((60..200).contains(&late), "{late} came late, for lost packets keep back those behind them");
}

#[test]
fn what_is_dropped_by_hand_is_sent_again() {
    let mut stage = Stage::connected(&[]);
    stage.tell(1, [Say(2, 1), Say(2, 2), Say(2, 3)]);
    let second = stage.world.network().in_flight(n(1), n(2)).nth(1).expect("three fly").id;
    stage.fault(Fault::Drop(second));
    stage.run(ms(199));
    assert_eq!(stage.words(2), [1]);
    stage.run(ms(1));
    assert_eq!(stage.words(2), [1, 2, 3]);
    assert!(stage.refused(Fault::Drop(second)).contains("no longer in flight"));
    assert!(stage.refused(Fault::Duplicate(second)).contains("datagram"));
}

#[test]
fn a_held_lane_waits_for_whoever_holds_it_and_times_nothing_out() {
    let mut stage = Stage::connected(&[("transport_timeout", "2s")]);
    let (from, to) = (n(1), n(2));
    stage.tell(1, [Say(2, 1), Toss(2, 2)]);
    stage.fault(Fault::HoldLane { from, to });
    stage.tell(1, [Say(2, 3), Toss(2, 4)]);
    stage.tell(2, [Say(1, 5)]);
    stage.run(ms(30_000));
    assert_eq!((stage.words(2), stage.words(1)), (vec![], vec![5]));
    let numbers: Vec<_> = stage.world.network().in_flight(from, to).map(|flight| flight.id.number).collect();
    assert_eq!(numbers.len(), 4);
    assert!(stage.deliver(1, 2, numbers[1]).is_err(), "the first word comes first");
    stage.deliver(1, 2, numbers[0]).expect("by hand");
    stage.fault(Fault::ReleaseLane { from, to });
    stage.run(ms(5));
    assert_eq!(stage.words(2), [1, 2, 3, 4]);
    assert_eq!((stage.diary(1).len(), stage.diary(2).len()), (2, 5));
}
