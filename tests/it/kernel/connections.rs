//! How connections open and end, and what their ends can know.

use netsplit::sim::{Crash, Fault, Loss, Time};

use super::puppet::{Order::*, Perceived};
use super::stage::{Stage, ms, n};

#[test]
fn opening_takes_a_round_trip() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Connect(2)]);
    stage.run(ms(5));
    assert_eq!(stage.dated(2), [(Time(1_000), Perceived::Connected(1))]);
    assert_eq!(stage.dated(1), [(Time(2_000), Perceived::Connected(2))]);
}

#[test]
fn who_accepts_may_speak_at_once() {
    let mut stage = Stage::new(&[]);
    stage.tell(2, [On(Perceived::Connected(1), vec![Say(1, 7)])]);
    stage.tell(1, [Connect(2)]);
    stage.run(ms(5));
    assert_eq!(stage.diary(1), [Perceived::Connected(2), Perceived::Word(2, 7)]);
    assert_eq!(stage.diary(2), [Perceived::Connected(1)]);
}

#[test]
fn two_that_seek_each_other_find_one_connection() {
    for later in [0, 500, 999, 1_000] {
        let mut stage = Stage::new(&[]);
        stage.tell(1, [Connect(2)]);
        stage.run(netsplit::sim::Span(later));
        stage.tell(2, [Connect(1)]);
        stage.run(ms(5));
        stage.tell(1, [Say(2, 1)]);
        stage.tell(2, [Say(1, 2)]);
        stage.run(ms(5));
        assert_eq!(stage.diary(1), [Perceived::Connected(2), Perceived::Word(2, 2)], "{later} us later");
        assert_eq!(stage.diary(2), [Perceived::Connected(1), Perceived::Word(1, 1)], "{later} us later");
        let (_, here, there) = stage.world.network().channels(n(1), n(2)).next().expect("a connection");
        assert_eq!(here, there);
    }
}

/// The first of two that seek each other may have spoken to nobody.
#[test]
fn a_call_that_nobody_heard_does_not_answer_a_later_one() {
    let mut stage = Stage::new(&[]);
    stage.crash(2, Crash::Power);
    stage.tell(1, [Connect(2)]);
    stage.run(ms(100));
    stage.restart(2);
    stage.tell(2, [Connect(1)]);
    stage.run(ms(100));
    assert_eq!(stage.diary(1), [Perceived::Connected(2)]);
    assert_eq!(stage.diary(2), [Perceived::Connected(1)]);
}

/// The first call was taken, and its answer died with who took it.
#[test]
fn a_call_is_answered_even_by_one_who_is_calling() {
    let mut stage = Stage::new(&[]);
    stage.cut(2, 1);
    stage.tell(1, [Connect(2)]);
    stage.run(ms(10));
    stage.crash(2, Crash::Power);
    stage.mend(2, 1);
    stage.restart(2);
    stage.tell(2, [Connect(1)]);
    stage.run(ms(10));
    assert_eq!(stage.diary(1), [Perceived::Connected(2)]);
    assert_eq!(stage.diary(2), [Perceived::Connected(1)]);
}

#[test]
fn a_dead_process_refuses_and_a_host_without_power_says_nothing() {
    for (how, at, why) in [
        (Crash::Process, 2, Loss::Refused),
        (Crash::Power, 1_000, Loss::TimedOut),
        (Crash::Torn, 1_000, Loss::TimedOut),
    ] {
        let mut stage = Stage::new(&[("connect_timeout", "1s")]);
        stage.crash(2, how);
        stage.tell(1, [Connect(2)]);
        stage.run(ms(5_000));
        assert_eq!(stage.dated(1), [(Time::ZERO + ms(at), Perceived::Lost(2, why))], "{how}");
    }
}

#[test]
fn only_the_peer_of_a_process_that_dies_is_told_and_one_latency_later() {
    let told = |fault: Fault| {
        let mut stage = Stage::connected(&[]);
        stage.fault(fault);
        stage.run(ms(60_000));
        stage.dated(1)[1..].to_vec()
    };
    let node = n(2);
    assert_eq!(told(Fault::Crash { node, how: Crash::Process }), [(Time(11_000), Perceived::Lost(2, Loss::Closed))]);
    assert_eq!(told(Fault::Crash { node, how: Crash::Power }), []);
    assert_eq!(told(Fault::Pause { node }), []);
}

#[test]
fn behind_a_cut_nobody_hears_that_a_process_died() {
    let mut stage = Stage::connected(&[]);
    stage.cut(2, 1);
    stage.crash(2, Crash::Process);
    stage.run(ms(500));
    assert_eq!(stage.diary(1), [Perceived::Connected(2)]);
    stage.mend(2, 1);
    stage.run(ms(1));
    assert_eq!(stage.dated(1)[1..], [(Time(511_000), Perceived::Lost(2, Loss::Closed))]);
}

#[test]
fn what_was_said_before_a_close_still_arrives() {
    for dies in [false, true] {
        let mut stage = Stage::connected(&[]);
        stage.tell(
            1,
            [Say(2, 1), Say(2, 2), Close(2), Say(2, 3)].into_iter().take(if dies { 2 } else { 4 }).collect::<Vec<_>>(),
        );
        if dies {
            stage.crash(1, Crash::Process);
        }
        stage.run(ms(5));
        let heard = [Perceived::Word(1, 1), Perceived::Word(1, 2), Perceived::Lost(1, Loss::Closed)];
        assert_eq!(stage.diary(2)[1..], heard);
        assert_eq!(stage.find(1, "unsent to 2 Word(3)").is_some(), !dies);
    }
}

#[test]
fn what_a_dead_process_left_behind_is_sent_until_its_host_gives_up() {
    for (cut_for, words) in [(500, vec![1]), (3_000, vec![])] {
        let mut stage = Stage::connected(&[("transport_timeout", "2s")]);
        stage.cut(1, 2);
        stage.tell(1, [Say(2, 1)]);
        stage.crash(1, Crash::Process);
        stage.run(ms(cut_for));
        stage.mend(1, 2);
        stage.run(ms(50));
        assert_eq!(stage.words(2), words, "cut for {cut_for} ms");
    }
}

#[test]
fn a_peer_behind_a_cut_finds_out_by_its_own_time_out() {
    let mut stage = Stage::connected(&[("transport_timeout", "2s")]);
    stage.cut(1, 2);
    stage.cut(2, 1);
    stage.run(ms(500));
    stage.tell(1, [Say(2, 1)]);
    stage.run(ms(10_000));
    assert_eq!(stage.dated(1)[1..], [(Time(2_510_000), Perceived::Lost(2, Loss::TimedOut))]);
    assert_eq!(stage.diary(2), [Perceived::Connected(1)], "who says nothing learns nothing");
    let lost = stage.find(1, "lost 2 timed out").expect("seen");
    assert_eq!(stage.find(1, "sent to 2").expect("seen").number, lost.cause);

    stage.mend(1, 2);
    stage.mend(2, 1);
    stage.run(ms(100));
    assert_eq!(stage.words(2), [] as [u32; 0], "what the transport gave up on is lost");
    stage.tell(2, [Say(1, 2)]);
    stage.run(ms(100));
    assert_eq!(
        stage.diary(2)[1..],
        [Perceived::Lost(1, Loss::Reset)],
        "the end that stayed open hears that it is alone"
    );
    assert_eq!(stage.words(1), [] as [u32; 0]);
}

#[test]
fn a_time_out_counts_from_when_answers_can_no_longer_come() {
    let mut stage = Stage::connected(&[("transport_timeout", "2s")]);
    stage.fault(Fault::Narrow { from: n(1), to: n(2), bandwidth: Some(100_000) });
    stage.tell(1, [Ship(2, 1, 1_000_000)]);
    stage.run(ms(5_000));
    stage.cut(1, 2);
    stage.run(ms(1_900));
    assert_eq!(stage.diary(1).len(), 1, "a slow transfer was no silence");
    stage.mend(1, 2);
    stage.run(ms(60_000));
    assert_eq!((stage.diary(1).len(), stage.words(2)), (1, vec![1]));
}

#[test]
fn a_host_that_comes_back_knows_no_old_connection() {
    let mut stage = Stage::connected(&[]);
    stage.crash(2, Crash::Power);
    stage.tell(1, [Say(2, 1)]);
    stage.run(ms(100));
    assert_eq!(stage.diary(1).len(), 1);
    stage.restart(2);
    stage.run(ms(2));
    assert_eq!(stage.diary(1)[1..], [Perceived::Lost(2, Loss::Reset)]);
    assert_eq!(stage.diary(2), []);

    let mut stage = Stage::connected(&[]);
    stage.crash(2, Crash::Power);
    stage.restart(2);
    stage.run(ms(2));
    assert_eq!(stage.diary(1).len(), 1, "who says nothing learns nothing");
    stage.tell(2, [Connect(1)]);
    stage.run(ms(5));
    assert_eq!(stage.diary(1)[1..], [Perceived::Lost(2, Loss::Replaced), Perceived::Connected(2)]);
}

#[test]
fn without_power_nobody_acknowledges() {
    let mut stage = Stage::connected(&[("transport_timeout", "2s")]);
    stage.crash(2, Crash::Power);
    stage.run(ms(90));
    stage.tell(1, [Say(2, 1)]);
    stage.run(ms(5_000));
    assert_eq!(stage.dated(1)[1..], [(Time(2_100_000), Perceived::Lost(2, Loss::TimedOut))]);
}

#[test]
fn a_reset_is_told_to_both_ends_at_once() {
    let mut stage = Stage::connected(&[]);
    stage.tell(1, [Say(2, 1)]);
    stage.fault(Fault::Reset { a: n(2), b: n(1) });
    let now = stage.world.now();
    assert_eq!(stage.dated(1)[1..], [(now, Perceived::Lost(2, Loss::Reset))]);
    assert_eq!(stage.dated(2)[1..], [(now, Perceived::Lost(1, Loss::Reset))]);
    stage.run(ms(100));
    assert_eq!((stage.words(2), stage.diary(1).len()), (vec![], 2));
    assert!(stage.refused(Fault::Reset { a: n(1), b: n(2) }).contains("no connection"));
}

#[test]
fn old_packets_never_reach_a_new_connection() {
    let mut stage = Stage::connected(&[("connections", "given")]);
    stage.slow(1, 2, ms(50));
    stage.slow(2, 1, ms(50));
    stage.tell(1, [Say(2, 1)]);
    stage.tell(2, [Say(1, 2)]);
    stage.fault(Fault::Reset { a: n(1), b: n(2) });
    stage.tell(1, [Connect(2)]);
    stage.tell(1, [Say(2, 3)]);
    stage.run(ms(500));
    assert_eq!(stage.words(2), [3]);
    assert_eq!(stage.words(1), [] as [u32; 0]);
    for node in [1, 2] {
        let losses = stage.diary(node).into_iter().filter(|perceived| matches!(perceived, Perceived::Lost(..)));
        assert_eq!(losses.count(), 1, "an answer to an old packet does not end the new connection");
    }
    assert!(stage.find(1, "dropped #1 Word(1): its connection is gone").is_some());
}

#[test]
fn a_late_call_opens_nothing_that_lasts() {
    let mut stage = Stage::new(&[("connect_timeout", "1s")]);
    stage.slow(1, 2, ms(3_000));
    stage.tell(1, [Connect(2)]);
    stage.run(ms(5_000));
    assert_eq!(stage.diary(1), [Perceived::Lost(2, Loss::TimedOut)]);
    stage.run(ms(5_000));
    assert_eq!(stage.diary(2), [Perceived::Connected(1), Perceived::Lost(1, Loss::Reset)]);
}

#[test]
fn a_late_call_does_not_replace_a_newer_connection() {
    let mut stage = Stage::new(&[("connect_timeout", "1s")]);
    stage.slow(1, 2, ms(1_600));
    stage.tell(1, [Connect(2)]);
    stage.run(ms(1_500));
    stage.slow(1, 2, ms(0));
    stage.tell(2, [Connect(1)]);
    stage.run(ms(5_000));
    assert_eq!(stage.diary(1), [Perceived::Lost(2, Loss::TimedOut), Perceived::Connected(2)]);
    assert_eq!(stage.diary(2), [Perceived::Connected(1)]);
    stage.tell(1, [Say(2, 1)]);
    stage.tell(2, [Say(1, 2)]);
    stage.run(ms(100));
    assert_eq!((stage.words(1), stage.words(2)), (vec![2], vec![1]));
}

#[test]
fn a_call_waits_at_a_cut_and_gives_up_by_its_own_time_out() {
    let mut stage = Stage::new(&[("connect_timeout", "1s")]);
    stage.cut(1, 2);
    stage.tell(1, [Connect(2)]);
    stage.tell(3, [Connect(2)]);
    stage.run(ms(900));
    stage.mend(1, 2);
    stage.run(ms(5));
    assert_eq!(stage.diary(1), [Perceived::Connected(2)]);

    let mut stage = Stage::new(&[("connect_timeout", "1s"), ("transport_timeout", "2s")]);
    stage.cut(2, 1);
    stage.tell(1, [Connect(2)]);
    stage.run(ms(9_000));
    assert_eq!(stage.dated(1), [(Time(1_000_000), Perceived::Lost(2, Loss::TimedOut))]);
    let heard = [(Time(1_000), Perceived::Connected(1)), (Time(2_001_000), Perceived::Lost(1, Loss::TimedOut))];
    assert_eq!(stage.dated(2), heard, "the answer never got through");
}

#[test]
fn given_connections_take_no_packets() {
    let stage = Stage::new(&[("connections", "given"), ("eager", "yes")]);
    for node in 1..=3 {
        assert_eq!(stage.diary(node).len(), 2, "n{node} is connected before anything happens");
        let booted = stage.find(node, "booted").expect("seen").number;
        assert!(stage.find(node, "perceived").expect("seen").number > booted);
        for peer in 1..=3 {
            assert_eq!(stage.world.network().control(n(node), n(peer)).count(), 0);
        }
    }
    assert_eq!(stage.world.next(), None);
}

#[test]
fn a_given_connection_interrupts_no_step() {
    let mut stage = Stage::new(&[("connections", "given")]);
    stage.tell(1, [On(Perceived::Connected(2), vec![Cancel("patience")])]);
    stage.tell(1, [Connect(2), Set("patience", ms(10))]);
    stage.run(ms(50));
    assert_eq!(stage.diary(1), [Perceived::Connected(2)], "the timer was set before the connection was perceived");
}

#[test]
fn a_given_connection_respects_cuts_and_the_dead() {
    let mut stage = Stage::new(&[("connections", "given"), ("connect_timeout", "1s")]);
    stage.cut(2, 1);
    stage.crash(3, Crash::Process);
    stage.tell(1, [Connect(2), Connect(3)]);
    assert_eq!(stage.diary(1), []);
    stage.run(ms(5_000));
    assert_eq!(stage.diary(1), [Perceived::Lost(3, Loss::Refused), Perceived::Lost(2, Loss::TimedOut)]);
}
