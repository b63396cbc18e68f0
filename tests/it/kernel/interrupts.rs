//! Crashes and pauses, also between two effects of one step.

use netsplit::sim::{Action, Crash, Due, Fault, Health, Interrupt, Loss, NoEffect};

use super::puppet::{Order::*, Perceived};
use super::stage::{Stage, ms, n};

fn arm(stage: &mut Stage, before: &'static str, interrupt: Interrupt) {
    stage.fault(Fault::Arm { node: n(1), before, nth: 1, interrupt });
}

#[test]
fn a_crash_between_two_effects_leaves_the_first() {
    let mut stage = Stage::connected(&[]);
    arm(&mut stage, "Word", Interrupt::Crash(Crash::Process));
    stage.tell(1, [Write(0, 1), Sync(0), Toss(3, 1), Set("bell", ms(1)), Say(2, 1), Write(0, 2), Toss(3, 2)]);
    assert_eq!(stage.world.slot(n(1)).health, Health::Crashed);
    stage.run(ms(10));
    assert_eq!(stage.words(3), [1], "what was sent before is on its way");
    assert_eq!(stage.diary(2)[1..], [Perceived::Lost(1, Loss::Closed)]);
    assert!(stage.find(1, "wrote (0, 1)").is_some() && stage.find(1, "wrote (0, 2)").is_none());
    stage.restart(1);
    stage.tell(1, [Connect(2)]);
    stage.run(ms(10));
    stage.tell(1, [Say(2, 3)]);
    stage.run(ms(10));
    assert_eq!(stage.words(2), [3], "an interrupt strikes once");
}

#[test]
fn the_rest_of_a_paused_step_is_performed_on_resume() {
    let mut stage = Stage::connected(&[]);
    arm(&mut stage, "Word", Interrupt::Pause);
    stage.tell(1, [Write(0, 1), Say(2, 1), Write(0, 2), Say(2, 2)]);
    let offered = stage.seen.0.iter().rev().find(|seen| seen.says == "offered").expect("seen").number;
    stage.run(ms(100));
    assert_eq!(stage.world.slot(n(1)).health, Health::Paused);
    assert_eq!(stage.words(2), [] as [u32; 0]);
    assert!(stage.find(1, "wrote (0, 1)").is_some() && stage.find(1, "wrote (0, 2)").is_none());
    stage.resume(1);
    stage.run(ms(1));
    assert_eq!(stage.words(2), [1, 2]);
    assert_eq!(
        stage.find(1, "wrote (0, 2)").expect("seen").cause,
        offered,
        "it follows from what the step followed from"
    );
}

#[test]
fn one_step_may_be_interrupted_twice() {
    let mut stage = Stage::connected(&[]);
    arm(&mut stage, "write", Interrupt::Pause);
    arm(&mut stage, "sync", Interrupt::Crash(Crash::Power));
    stage.tell(1, [Say(2, 1), Write(0, 1), Say(2, 2), Sync(0), Say(2, 3)]);
    stage.run(ms(10));
    assert_eq!(stage.words(2), [1]);
    stage.resume(1);
    assert_eq!(stage.world.slot(n(1)).health, Health::PowerLost);
    stage.run(ms(10));
    assert_eq!(stage.words(2), [1, 2]);
}

#[test]
fn an_effect_that_is_interrupted_counts_once_for_a_later_interrupt() {
    let mut stage = Stage::connected(&[]);
    stage.fault(Fault::Arm { node: n(1), before: "Word", nth: 2, interrupt: Interrupt::Pause });
    arm(&mut stage, "Word", Interrupt::Pause);
    stage.tell(1, [Say(2, 1), Say(2, 2)]);
    for said in [&[] as &[u32], &[1], &[1, 2]] {
        stage.run(ms(10));
        assert_eq!(stage.words(2), said);
        if said.len() < 2 {
            stage.resume(1);
        }
    }
}

#[test]
fn what_arrives_during_a_pause_waits_in_order() {
    let mut stage = Stage::connected(&[]);
    stage.tell(1, [Set("bell", ms(5)), On(Perceived::Fired("bell"), vec![Say(2, 9)])]);
    stage.pause(1);
    stage.tell(2, [Say(1, 1)]);
    stage.run(ms(5));
    stage.tell(2, [Say(1, 2)]);
    stage.run(ms(1_000));
    assert_eq!(stage.diary(1).len(), 1);
    assert_eq!(stage.world.slot(n(1)).inbox_len(), 3);
    stage.resume(1);
    assert_eq!(stage.diary(1)[1..], [Perceived::Word(2, 1), Perceived::Fired("bell"), Perceived::Word(2, 2)]);
    stage.run(ms(1));
    assert_eq!(stage.words(2), [9], "as late as the pause was long");
}

#[test]
fn a_timer_that_fired_into_a_pause_can_still_be_cancelled_or_moved() {
    for (orders, perceived) in [
        (vec![Cancel("bell")], vec![Perceived::Word(2, 1)]),
        (vec![Set("bell", ms(50))], vec![Perceived::Word(2, 1), Perceived::Fired("bell")]),
        (vec![], vec![Perceived::Word(2, 1), Perceived::Fired("bell")]),
    ] {
        let mut stage = Stage::connected(&[]);
        stage.tell(1, [Set("bell", ms(5)), On(Perceived::Word(2, 1), orders.clone())]);
        stage.tell(2, [Say(1, 1)]);
        stage.pause(1);
        stage.run(ms(100));
        stage.resume(1);
        stage.run(ms(100));
        assert_eq!(stage.diary(1)[1..], perceived, "{orders:?}");
    }
}

#[test]
fn a_timer_that_waits_in_an_inbox_fires_no_second_time() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Set("bell", ms(5))]);
    stage.pause(1);
    stage.run(ms(10));
    stage.fault(Fault::SkewClock { node: n(1), ppm: 500_000 });
    let again = stage.act(Action::Happen(Due::Fire { node: n(1), timer: "bell" }));
    assert_eq!(again, Err(NoEffect("that timer is not set".to_owned())));
    stage.run(ms(10));
    stage.resume(1);
    assert_eq!(stage.diary(1), [Perceived::Fired("bell")]);
    assert_eq!(stage.seen.0.iter().filter(|seen| seen.says.starts_with("fired")).count(), 1);
}

#[test]
fn a_crash_during_a_pause_forgets_what_waited() {
    let mut stage = Stage::connected(&[]);
    arm(&mut stage, "Word", Interrupt::Pause);
    stage.tell(2, [Say(1, 1)]);
    stage.tell(1, [Say(2, 1), Invoke]);
    stage.run(ms(10));
    stage.crash(1, Crash::Process);
    stage.restart(1);
    stage.run(ms(10));
    assert_eq!((stage.words(1), stage.words(2)), (vec![], vec![]));
    assert_eq!(stage.find(1, "invoked"), None);
}

#[test]
fn a_paused_node_is_connected_as_any_other() {
    let mut stage = Stage::new(&[]);
    stage.pause(2);
    stage.tell(1, [Connect(2)]);
    stage.run(ms(10));
    assert_eq!(stage.diary(1), [Perceived::Connected(2)], "dead or slow is not to be told apart");
    stage.resume(2);
    assert_eq!(stage.diary(2), [Perceived::Connected(1)]);
}

/// What it has yet to process came over the old connection, and so would its answers.
#[test]
fn after_a_pause_nothing_is_said_on_a_connection_not_yet_heard_of() {
    let mut stage = Stage::connected(&[]);
    stage.tell(1, [On(Perceived::Word(2, 1), vec![Say(2, 11), Close(2)]), On(Perceived::Word(2, 2), vec![Say(2, 12)])]);
    stage.pause(1);
    stage.tell(2, [Say(1, 1)]);
    stage.run(ms(5));
    stage.fault(Fault::Reset { a: n(1), b: n(2) });
    stage.tell(2, [Connect(1)]);
    stage.run(ms(5));
    stage.tell(2, [Say(1, 2)]);
    stage.run(ms(5));
    stage.resume(1);
    stage.run(ms(5));
    let lost = Perceived::Lost(2, Loss::Reset);
    let heard = [Perceived::Word(2, 1), lost, Perceived::Connected(2), Perceived::Word(2, 2)];
    assert_eq!(stage.diary(1)[1..], heard);
    assert_eq!(stage.words(2), [12]);
    assert!(stage.find(1, "unsent to 2 Word(11)").is_some());
    assert_eq!(stage.diary(2).len(), 4, "nor does it close what it does not know");
}

#[test]
fn an_operation_whose_client_goes_down_is_unknown_and_the_next_has_a_fresh_number() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Invoke, Invoke]);
    stage.crash(1, Crash::Process);
    stage.restart(1);
    stage.tell(1, [Invoke]);
    let told: Vec<&str> = stage.seen.0.iter().map(|seen| seen.says.as_str()).collect();
    for expected in ["unknown 1", "unknown 2", "invoked 3"] {
        assert!(told.contains(&expected), "{expected}");
    }
}

#[test]
fn what_no_longer_applies_says_why() {
    let mut stage = Stage::new(&[]);
    let (node, how) = (n(1), Crash::Process);
    let (from, to) = (n(1), n(2));
    stage.crash(1, how);
    stage.cut(1, 2);
    stage.pause(2);
    stage.fault(Fault::Hold);
    for (fault, why) in [
        (Fault::Crash { node, how }, "n1 is already down"),
        (Fault::Pause { node }, "n1 is not running"),
        (Fault::Resume { node }, "n1 is not paused"),
        (Fault::Pause { node: n(2) }, "n2 is not running"),
        (Fault::Restart { node: n(2) }, "n2 is not down"),
        (Fault::Cut { from, to }, "n1 -> n2 is already cut"),
        (Fault::Mend { from: to, to: from }, "n2 -> n1 is not cut"),
        (Fault::ReleaseLane { from, to }, "n1 -> n2 is not held"),
        (Fault::Hold, "everything is already held"),
    ] {
        assert_eq!(stage.refused(fault), why);
    }
}

#[test]
fn a_fault_is_the_cause_of_what_it_does() {
    let mut stage = Stage::connected(&[]);
    stage.crash(1, Crash::Process);
    let (fault, crash) = (stage.find(1, "faulted").expect("seen"), stage.find(1, "crash").expect("seen"));
    assert_eq!((fault.cause, crash.cause), (0, fault.number));
}
