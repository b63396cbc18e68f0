//! Each flaw violates its claim, and without it the same run keeps it.

use super::Run;
use crate::sim::{Crash, Fault, NodeId, Span};

const SECOND: Span = Span::seconds(1);

#[track_caller]
fn violates(flaw: &str, claim: &str, run: impl Fn(&[&str]) -> Run) {
    run(&[]).holds();
    let flawed = run(&[flaw]);
    assert!(flawed.violations.iter().any(|(name, _)| *name == claim), "{:?}", flawed.seen.lines);
}

#[test]
fn acknowledging_before_the_sync_loses_a_write_to_a_power_failure() {
    violates("ack_before_sync", "acknowledged_writes_survive", |flaws| {
        let mut run = Run::new(1, &[("mode", "asynchronous"), ("jitter", "off")], flaws);
        run.run(SECOND);
        run.fault(Fault::SlowDisk { node: NodeId(0), by: Span::millis(200) });
        run.say(3, "put x 1");
        run.run(Span::millis(20));
        run.crash(0, Crash::Power);
        run.run(SECOND);
        run
    });
}

#[test]
fn applying_out_of_order_leaves_two_states_at_one_position() {
    violates("apply_out_of_order", "prefixes_agree", |flaws| {
        let mut run = Run::new(1, &[("mode", "asynchronous"), ("jitter", "off")], flaws);
        run.run(SECOND);
        run.fault(Fault::SlowDisk { node: NodeId(2), by: Span::millis(200) });
        for value in ["1", "2", "3", "4"] {
            run.say(3, &format!("put x {value}"));
        }
        run.run(SECOND);
        run
    });
}

#[test]
fn a_torn_snapshot_leaves_two_states_at_one_position() {
    violates("torn_snapshot_accepted", "prefixes_agree", |flaws| {
        let mut run = Run::new(1, &[("keep_entries", "2"), ("snapshot_chunk", "8"), ("jitter", "off")], flaws);
        run.run(SECOND);
        run.crash(2, Crash::Process);
        for i in 0..12 {
            run.say(3, &format!("put k{i} {i}"));
            run.run(Span::millis(100));
        }
        run.restart(2);
        while run.count("snapshot begun") == 0 {
            run.run(Span::millis(1));
        }
        run.run(Span::millis(3));
        run.fault(Fault::Reset { a: NodeId(0), b: NodeId(2) });
        run.run(SECOND.times(4));
        run
    });
}
