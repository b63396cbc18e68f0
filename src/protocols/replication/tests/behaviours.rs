//! One behaviour a test.

use super::Run;
use crate::sim::{Crash, Fault, NodeId, Span, Verdict};

const SECOND: Span = Span::seconds(1);

fn mode(name: &str) -> Run {
    let mut run = Run::new(1, &[("mode", name), ("jitter", "off")], &[]);
    run.run(SECOND);
    run
}

#[test]
fn every_mode_boots_replicates_and_answers() {
    for name in ["asynchronous", "semi_synchronous", "synchronous"] {
        let mut run = mode(name);
        run.saw("primary ready");
        assert_eq!(run.count("backup joined"), 2, "{name}");
        for (command, answer) in
            [("put x 1", "Ok"), ("append x 2", "Ok"), ("get x", "Value(\"12\")"), ("get y", "Absent")]
        {
            run.say(3, command);
            run.run(Span::millis(50));
            run.saw(&format!("#3 Done({answer})"));
        }
        run.run(SECOND);
        run.holds();
        assert_eq!(run.claim("backups_catch_up"), Verdict::Holds);
        assert_eq!(run.claim("prefixes_agree"), Verdict::Holds);
    }
}

#[test]
fn a_promoted_backup_takes_over_and_the_old_primary_rejoins() {
    let mut run = mode("semi_synchronous");
    run.say(3, "put x 1");
    run.run(SECOND);
    run.crash(0, Crash::Process);
    run.run(SECOND.times(3));
    run.saw("primary suspected");
    run.say(1, "promote");
    run.run(SECOND);
    run.saw("#1 promoted");
    run.say(3, "get x");
    run.run(SECOND.times(2));
    run.saw("#3 Done(Value(\"1\"))");
    run.say(3, "put x 2");
    run.run(SECOND);
    run.restart(0);
    run.run(SECOND.times(5));
    run.saw("#0 primary superseded");
    run.holds();
    assert_eq!(run.claim("backups_catch_up"), Verdict::Holds);
}

#[test]
fn asynchronous_failover_loses_what_only_the_old_primary_had() {
    let mut run = mode("asynchronous");
    run.part(&[0], &[1, 2], true);
    run.say(3, "put x lost");
    run.run(SECOND.times(3));
    run.saw("#3 Done(Ok)");
    run.say(1, "promote");
    run.run(SECOND);
    run.say(4, "use n2");
    run.say(4, "put x kept");
    run.run(SECOND);
    run.saw("#4 Done(Ok)");
    run.part(&[0], &[1, 2], false);
    run.run(SECOND.times(5));
    run.saw("writes discarded");
    run.say(3, "get x");
    run.run(SECOND);
    run.saw("what this session has seen was lost");
    run.say(3, "get x");
    run.run(SECOND);
    run.saw("#3 Done(Value(\"kept\"))");
    run.holds();
    assert_eq!(run.claim("backups_catch_up"), Verdict::Holds);
}

#[test]
fn synchronous_mode_refuses_under_a_partition_and_two_primaries_cannot_both_write() {
    let mut run = mode("synchronous");
    run.part(&[0, 3], &[1, 2, 4], true);
    run.say(3, "put x 1");
    run.run(SECOND.times(4));
    run.saw("#3 Unknown(\"no answer in time\")");
    run.say(3, "use n1");
    run.say(3, "put x 2");
    run.run(SECOND);
    run.saw("#3 Refused(\"too few backups answer\")");
    run.say(1, "promote");
    run.run(SECOND);
    run.say(4, "use n2");
    run.say(4, "put x 3");
    run.run(SECOND);
    run.saw("#4 Refused(\"too few backups answer\")");
    run.part(&[0, 3], &[1, 2, 4], false);
    run.run(SECOND.times(6));
    run.holds();
    assert_eq!(run.claim("backups_catch_up"), Verdict::Holds);
}

#[test]
fn a_stale_backup_joins_by_log_and_a_staler_one_by_snapshot() {
    for (keep, way) in [("100", "is given the rest of the log"), ("2", "snapshot installed")] {
        let mut run = Run::new(1, &[("keep_entries", keep), ("snapshot_chunk", "8"), ("jitter", "off")], &[]);
        run.run(SECOND);
        run.crash(2, Crash::Power);
        for i in 0..12 {
            run.say(3, &format!("put k{} {i}", i % 5));
            run.run(Span::millis(100));
        }
        run.restart(2);
        run.run(SECOND.times(5));
        run.saw(way);
        run.holds();
        assert_eq!(run.claim("backups_catch_up"), Verdict::Holds, "{keep}");
    }
}

#[test]
fn half_a_snapshot_is_thrown_away_and_sent_again() {
    let options = [("keep_entries", "2"), ("snapshot_chunk", "8"), ("jitter", "off")];
    let mut run = Run::new(1, &options, &[]);
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
    run.saw("snapshot discarded");
    run.run(SECOND.times(5));
    assert_eq!(run.count("#2 snapshot installed"), 1);
    run.holds();
    assert_eq!(run.claim("backups_catch_up"), Verdict::Holds);
}

#[test]
fn a_read_elsewhere_is_stale_unless_its_session_has_seen_more() {
    for (sessions, answer) in [("on", "Value(\"1\")"), ("off", "Absent")] {
        let options = [("reads", "anywhere"), ("sessions", sessions), ("jitter", "off"), ("mode", "asynchronous")];
        let mut run = Run::new(1, &options, &[]);
        run.run(SECOND);
        run.fault(Fault::Slow { from: NodeId(0), to: NodeId(2), by: Span::millis(100) });
        run.say(3, "put x 1");
        run.run(Span::millis(10));
        run.saw("#3 Done(Ok)");
        run.say(3, "use n3");
        run.say(3, "get x");
        run.run(SECOND);
        run.saw(&format!("#3 Done({answer})"));
        run.holds();
    }
}

#[test]
fn a_demoted_primary_serves_nobody_until_another_is_promoted() {
    let mut run = mode("asynchronous");
    run.say(3, "put x 1");
    run.run(SECOND);
    run.say(0, "demote");
    run.run(Span::millis(100));
    run.say(3, "put x 2");
    run.run(SECOND.times(2));
    run.saw("#3 Refused");
    run.say(2, "promote");
    run.run(SECOND.times(2));
    run.say(4, "use n3");
    run.say(4, "get x");
    run.run(SECOND);
    run.saw("#4 Done(Value(\"1\"))");
    run.holds();
    assert_eq!(run.claim("backups_catch_up"), Verdict::Holds);
}
