//! Chance: nothing is random but the seed, and what is disturbed here leaves what is elsewhere as it was.

use std::collections::BTreeMap;

use netsplit::sim::random::{Draws, Latency, below, fold, mix, name};
use netsplit::sim::{Crash, Fault, NodeId, Span, Time, World};

use super::courier::{Courier, Posted, post};
use super::puppet::{Order::*, Perceived, Puppet};
use super::stage::{Stage, ms, n, settings};

#[test]
fn a_world_can_be_sent_to_another_thread() {
    fn sendable<T: Send + Clone>() {}
    sendable::<World<Puppet>>();
    sendable::<World<Courier>>();
}

/// Links that people share are re-executed everywhere and for ever.
#[test]
fn draws_are_pinned() {
    assert_eq!([mix(0), mix(1), mix(u64::MAX)], [0xe220_a839_7b1d_cdaf, 0x910a_2dec_8902_5cc1, 0xe4d9_7177_1b65_2c20]);
    assert_eq!(fold(&[1, 2, 3]), 0x0755_0f75_4537_79f3);
    assert_ne!(fold(&[1, 2, 3]), fold(&[1, 3, 2]));
    assert_eq!(name("election"), 0x4f73_0862_9232_1e7a);
    let mut draws = Draws::default();
    let thousandths: Vec<u64> =
        [0, 1, 99_999, 100_000, 250_000].map(|at| below(draws.draw(7, 1, || 11, Time(at)), 1_000)).into();
    assert_eq!(thousandths, [450, 393, 977, 230, 916]);
    let latency = Latency::Varied(Span(1_000));
    assert_eq!([0, u64::MAX / 2, u64::MAX].map(|bits| latency.at(bits).0), [700, 999, 2_598]);
}

#[test]
fn a_node_draws_by_purpose() {
    let drawn = |orders: Vec<super::puppet::Order>| {
        let mut stage = Stage::new(&[]);
        stage.tell(1, orders);
        stage.diary(1)
    };
    let (plain, disturbed) = (drawn(vec![Draw("patience")]), drawn(vec![Draw("backoff"), Draw("patience")]));
    assert_eq!(plain[0], disturbed[1]);
    assert_ne!(disturbed[0], disturbed[1]);
    let mut stage = Stage::new(&[("chance", "lowest")]);
    stage.tell(1, [Draw("patience")]);
    assert_eq!(stage.diary(1), [Perceived::Drew(0)]);
}

fn play(chosen: &[(&str, &str)], seed: u64) -> Stage {
    let mut stage =
        Stage::new(&[&[("jitter", "on"), ("loss", "5"), ("eager", "yes"), ("nodes", "5")], chosen].concat());
    if seed != 1 {
        let mut settings = settings::<Puppet>(&[("jitter", "on"), ("loss", "5"), ("eager", "yes"), ("nodes", "5")]);
        settings.seed = seed;
        stage.seen = super::stage::Trace::default();
        stage.world = World::new(&settings, &mut stage.seen);
    }
    for turn in 0..200_u32 {
        let (from, to) = (1 + (turn * 3 % 5) as u16, 1 + (turn * 7 % 5) as u16);
        if stage.world.node(n(from)).is_some() {
            stage.tell(from, [Say(to, turn), Toss(to, turn), Write(0, turn), Sync(0), Set("bell", ms(9)), Connect(to)]);
        }
        match turn {
            20 => stage.cut(1, 2),
            40 => stage.crash(3, Crash::Power),
            60 => stage.restart(3),
            70 => stage.pause(5),
            80 => stage.resume(5),
            90 => stage.mend(1, 2),
            _ => {}
        }
        stage.run(ms(3));
    }
    stage
}

#[test]
fn the_same_schedule_gives_the_same_trace_twice() {
    let (first, second) = (play(&[], 1), play(&[], 1));
    assert!(first.seen.0.len() > 2_000, "{}", first.seen.0.len());
    assert_eq!(first.seen, second.seen);
    assert_eq!(first.world.fingerprint(), second.world.fingerprint());
    assert_ne!(play(&[], 2).seen, first.seen);
    for (index, seen) in first.seen.0.iter().enumerate() {
        assert_eq!(seen.number as usize, index + 1);
        assert!(seen.cause < seen.number, "{seen:?}");
    }
}

#[test]
fn a_copy_of_a_world_goes_its_own_way() {
    let mut stage = play(&[], 1);
    let (copy, before) = (stage.world.clone(), stage.world.fingerprint());
    stage.tell(1, [Say(2, 1), Write(0, 1)]);
    stage.run(ms(1_000));
    assert_ne!(stage.world.fingerprint(), before);
    assert_eq!(copy.fingerprint(), before);

    let mut again = Stage { world: copy, seen: super::stage::Trace::default() };
    again.tell(1, [Say(2, 1), Write(0, 1)]);
    again.run(ms(1_000));
    assert_eq!(again.world.fingerprint(), stage.world.fingerprint());
}

/// How many in a thousand of the messages that fit are in both runs, to the microsecond and the letter.
fn unchanged(one: &[Posted], other: &[Posted], fits: impl Fn(&Posted) -> bool) -> u64 {
    let count = |posts: &[Posted]| {
        let mut counted: BTreeMap<Posted, u64> = BTreeMap::new();
        posts.iter().filter(|posted| fits(posted)).for_each(|posted| *counted.entry(posted.clone()).or_default() += 1);
        counted
    };
    let (one, other) = (count(one), count(other));
    let both: u64 = one.iter().map(|(posted, times)| *times.min(other.get(posted).unwrap_or(&0))).sum();
    let most = one.values().sum::<u64>().max(other.values().sum());
    assert!(most > 1_000, "enough to judge by");
    both * 1_000 / most
}

/// In a hundred. Chance has a part in every message, and some are sent again.
const LOSS: &str = "1";

const fn at(millis: u64) -> Time {
    Time(millis * 1_000)
}

#[test]
fn one_operation_more_leaves_the_later_messages_as_they_were() {
    let (plain, disturbed) = (post(LOSS, None, &[]), post(LOSS, Some(at(2_000)), &[]));
    assert!(disturbed.len() > plain.len());
    let share = unchanged(&plain, &disturbed, |posted| posted.sent >= at(3_000));
    assert!(share > 950, "{share} in a thousand");
    assert_eq!(unchanged(&plain, &disturbed, |posted| posted.sent < at(2_000)), 1_000);
}

#[test]
fn a_fault_dragged_by_a_little_leaves_what_it_does_not_touch() {
    let node = NodeId(4);
    let crashed = |millis| {
        let how = Crash::Process;
        post(LOSS, None, &[(at(millis), Fault::Crash { node, how }), (at(2_500), Fault::Restart { node })])
    };
    let (plain, dragged) = (crashed(2_000), crashed(2_030));
    assert_ne!(plain, dragged);
    let share = unchanged(&plain, &dragged, |posted| posted.sent >= at(3_000));
    assert!(share > 950, "{share} in a thousand after 3 s");
    let elsewhere = |posted: &Posted| posted.from != node && posted.to != node;
    let share = unchanged(&plain, &dragged, elsewhere);
    assert!(share > 950, "{share} in a thousand between others");
}
