//! What can happen next, in which order, and when two worlds are the same.

use netsplit::sim::{Action, Crash, Due, Fault, Interrupt, NoEffect, Span};

use super::puppet::{Order::*, Perceived};
use super::stage::{Stage, ms, n};

#[test]
fn what_is_held_waits_for_a_hand() {
    let mut stage = Stage::connected(&[]);
    stage.tell(1, [Set("bell", ms(5)), Write(0, 1), Sync(0), Say(2, 1), Say(2, 2)]);
    stage.fault(Fault::Hold);
    stage.run(ms(1_000));
    assert_eq!((stage.diary(1).len(), stage.diary(2).len()), (2, 1));
    assert_eq!(stage.world.next(), None);

    let first = stage.world.network().in_flight(n(1), n(2)).next().expect("two fly").id.number;
    let out_of_turn = stage.deliver(1, 2, first + 1).expect_err("a connection keeps its order");
    assert!(out_of_turn.0.contains("order"), "{out_of_turn:?}");
    stage.deliver(1, 2, first).expect("the first");
    assert!(stage.deliver(1, 2, first).is_err());
    stage.act(Action::Happen(Due::Fire { node: n(1), timer: "bell" })).expect("set");
    stage.act(Action::Happen(Due::Persist { node: n(1), file: 0 })).expect("under way");
    assert_eq!(stage.words(2), [1]);
    assert_eq!(stage.diary(1)[2..], [Perceived::Fired("bell"), Perceived::Durable(0, 1)]);

    stage.fault(Fault::Release);
    stage.run(ms(0));
    assert_eq!(stage.words(2), [1, 2], "what is overdue happens at once");
    stage.run(ms(1_000));
    assert_eq!(stage.diary(1).len(), 4, "and nothing twice");
}

#[test]
fn no_hand_carries_a_message_over_a_cut() {
    let mut stage = Stage::connected(&[]);
    stage.tell(1, [Say(2, 1)]);
    stage.cut(1, 2);
    let number = stage.world.network().in_flight(n(1), n(2)).next().expect("one flies").id.number;
    assert_eq!(stage.deliver(1, 2, number), Err(NoEffect("the link is cut".to_owned())));
    assert_eq!(stage.world.actions(), []);

    let mut stage = Stage::connected(&[("send_window", "64")]);
    stage.cut(2, 1);
    stage.tell(1, [Say(2, 1), Say(2, 2)]);
    stage.run(ms(5));
    let number = stage.world.network().in_flight(n(1), n(2)).next().expect("one waits").id.number;
    assert!(stage.deliver(1, 2, number).expect_err("no room").0.contains("send window"));
    assert_eq!(stage.world.actions(), []);
}

/// The same doings under different latencies and in a different order of setting.
#[test]
fn actions_do_not_depend_on_latencies() {
    let actions = |chosen: &[(&str, &str)], swapped: bool| {
        let mut stage = Stage::new(&[&[("connections", "given"), ("eager", "yes")], chosen].concat());
        stage.fault(Fault::Hold);
        stage.tell(3, [Say(1, 1), Toss(2, 2), Say(2, 3), Say(2, 4)]);
        let bells = [Set("bell", ms(50)), Set("alarm", ms(60))];
        stage.tell(2, if swapped { vec![bells[1].clone(), bells[0].clone()] } else { bells.to_vec() });
        stage.tell(1, [Write(1, 1), Sync(1), Write(0, 1), Sync(0), Toss(2, 5)]);
        stage.world.actions()
    };
    let plain = actions(&[], false);
    assert_eq!(plain.len(), 2 + 2 + 4, "{plain:?}");
    for chosen in [[("latency", "40ms"), ("jitter", "on")], [("disk", "1us"), ("latency", "1us")]] {
        assert_eq!(actions(&chosen, false), plain);
    }
    assert_eq!(actions(&[], true), plain);
}

#[test]
fn every_listed_action_has_an_effect() {
    let mut stage = Stage::new(&[("eager", "yes")]);
    stage.fault(Fault::Hold);
    stage.tell(1, [Set("bell", ms(5)), Write(0, 1), Sync(0), Sync(0), Toss(2, 1)]);
    stage.tell(2, [On(Perceived::Connected(1), vec![Say(1, 1), Say(1, 2)])]);
    let mut steps = 0;
    while let Some(action) = stage.world.actions().pop() {
        stage.act(action).expect("an effect");
        steps += 1;
    }
    assert_eq!(steps, 1 + 2 + 1 + 2 * 3 + 2, "a timer, two syncs, a datagram, three handshakes, two words");
}

#[test]
fn worlds_are_the_same_when_order_left_no_mark() {
    let both = |first: u16, second: u16, to: [u16; 2]| {
        let mut stage = Stage::new(&[("connections", "given"), ("eager", "yes")]);
        stage.fault(Fault::Hold);
        stage.tell(1, [Say(to[0], 1)]);
        stage.tell(2, [Say(to[1], 1)]);
        let flights = |stage: &Stage| {
            stage
                .world
                .actions()
                .into_iter()
                .filter_map(|action| match action {
                    Action::Happen(Due::Arrive(flight)) => Some(flight),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        for from in [first, second] {
            let flight = flights(&stage).into_iter().find(|flight| flight.from == n(from)).expect("flying");
            stage.act(Action::Happen(Due::Arrive(flight))).expect("delivered");
        }
        stage.world.fingerprint()
    };
    assert_eq!(both(1, 2, [2, 1]), both(2, 1, [2, 1]), "two messages to two nodes");
    assert_ne!(both(1, 2, [3, 3]), both(2, 1, [3, 3]), "two messages to one node, which remembers their order");
}

/// Nodes that forget are needed here: a puppet's diary remembers when.
#[test]
fn a_fingerprint_leaves_out_time_draws_and_ordinals() {
    let world = |later: Span, tossed: u32, latency: &str| {
        let mut stage = Stage::new(&[("latency", latency)]);
        stage.crash(3, Crash::Power);
        for number in 0..tossed {
            stage.tell(1, [Toss(3, number), Set("bell", ms(1_000)), Cancel("bell")]);
        }
        stage.run(ms(100) + later);
        stage.tell(2, [Set("bell", ms(1_000)), Toss(1, 1)]);
        stage.world.fingerprint()
    };
    let plain = world(ms(0), 0, "1ms");
    assert_eq!(world(ms(70), 0, "1ms"), plain);
    assert_eq!(world(ms(0), 5, "1ms"), plain);
    assert_eq!(world(ms(0), 0, "7ms"), plain);
}

#[test]
fn connections_that_began_anew_are_like_the_first() {
    let fingerprint = |resets: u32| {
        let mut stage = Stage::new(&[("connections", "given")]);
        stage.tell(1, [Connect(2)]);
        for _ in 0..resets {
            stage.fault(Fault::Reset { a: n(1), b: n(2) });
            stage.tell(1, [Connect(2)]);
        }
        // Diaries go with the processes.
        stage.crash(1, Crash::Power);
        stage.crash(2, Crash::Power);
        stage.restart(1);
        stage.restart(2);
        stage.tell(1, [Connect(2)]);
        stage.tell(1, [Say(2, 1)]);
        stage.crash(2, Crash::Power);
        stage.restart(2);
        stage.world.fingerprint()
    };
    assert_eq!(fingerprint(0), fingerprint(4));
}

/// One thing more or less, and the world is another.
#[test]
fn a_fingerprint_sees_everything_that_can_matter() {
    let base = || {
        let mut stage = Stage::connected(&[]);
        stage.tell(1, [Write(0, 1), Sync(0), Say(2, 1), Toss(2, 2), Set("bell", ms(50))]);
        stage
    };
    type Change = (&'static str, fn(&mut Stage));
    let changes: [Change; 17] = [
        ("nothing", |_| ()),
        ("a cut", |s| s.cut(1, 2)),
        ("the other cut", |s| s.cut(2, 1)),
        ("a held lane", |s| s.fault(Fault::HoldLane { from: n(1), to: n(2) })),
        ("a hold", |s| s.fault(Fault::Hold)),
        ("a dropped datagram", |s| {
            let card = s.world.network().in_flight(n(1), n(2)).nth(1).expect("flying").id;
            s.fault(Fault::Drop(card));
        }),
        ("one word more", |s| s.tell(1, [Say(2, 1)])),
        ("another record", |s| s.tell(1, [Write(0, 1)])),
        ("a record in another file", |s| s.tell(1, [Write(1, 1)])),
        ("another sync", |s| s.tell(1, [Sync(0)])),
        ("a timer", |s| s.tell(1, [Set("gong", ms(50))])),
        ("a timer elsewhere", |s| s.tell(2, [Set("gong", ms(50))])),
        ("a pause", |s| s.pause(1)),
        ("a crash", |s| s.crash(3, Crash::Process)),
        ("a loss of power", |s| s.crash(3, Crash::Power)),
        ("a skewed clock", |s| s.fault(Fault::SkewClock { node: n(3), ppm: 1 })),
        ("an armed crash", |s| {
            s.fault(Fault::Arm { node: n(3), before: "Word", nth: 1, interrupt: Interrupt::Crash(Crash::Process) });
        }),
    ];
    let mut known = Vec::new();
    for (what, change) in changes {
        let mut stage = base();
        change(&mut stage);
        known.push((stage.world.fingerprint(), what));
    }
    known.sort_unstable();
    for pair in known.windows(2) {
        assert_ne!(pair[0].0, pair[1].0, "{} and {}", pair[0].1, pair[1].1);
    }
}

#[test]
fn an_unordered_network_delivers_any_message_and_a_set_delivers_it_again() {
    for (delivery, again) in [("unordered", false), ("set", true)] {
        let mut stage = Stage::connected(&[("delivery", delivery)]);
        stage.fault(Fault::Hold);
        stage.tell(1, [Say(2, 1), Say(2, 2), Toss(2, 3), Close(2)]);
        let numbers: Vec<u32> = stage.world.network().in_flight(n(1), n(2)).map(|flight| flight.id.number).collect();
        for index in [1, 2, 0] {
            stage.deliver(1, 2, numbers[index]).expect("in any order");
            assert_eq!(stage.deliver(1, 2, numbers[index]).is_ok(), again, "{delivery}");
        }
        let heard = if again { vec![2, 2, 3, 3, 1, 1] } else { vec![2, 3, 1] };
        assert_eq!(stage.words(2), heard);
        let (close, name) = stage.world.network().control(n(1), n(2)).next().expect("a close is on its way");
        assert_eq!(name, "FIN");
        stage.deliver(1, 2, close.number).expect("the close comes after what it follows");
        assert_eq!(stage.diary(2).len(), heard.len() + 2);
    }
}

#[test]
fn a_close_keeps_its_place_in_an_unordered_network() {
    let mut stage = Stage::connected(&[("delivery", "unordered")]);
    stage.fault(Fault::Hold);
    stage.tell(1, [Say(2, 1), Close(2)]);
    let (close, _) = stage.world.network().control(n(1), n(2)).next().expect("a close is on its way");
    assert!(stage.deliver(1, 2, close.number).is_err());
}

#[test]
fn in_a_set_sending_again_changes_nothing() {
    let mut stage = Stage::connected(&[("delivery", "set")]);
    stage.fault(Fault::Hold);
    stage.tell(1, [Say(2, 1)]);
    let before = stage.world.fingerprint();
    stage.tell(1, [Say(2, 1)]);
    assert_eq!(stage.world.fingerprint(), before);
}
