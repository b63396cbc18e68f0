//! The way of the protocol, through the world itself.

use super::Run;
use crate::protocols::zab::invariants::established;
use crate::sim::{Crash, Span, Verdict};

const SECOND: Span = Span::seconds(1);

fn calm(options: &[(&str, &str)]) -> Run {
    let mut run = Run::new(1, options, &[]);
    run.run(SECOND);
    run
}

#[track_caller]
fn leads(run: &Run) -> (u16, u32) {
    let (id, epoch) = established(&run.world).unwrap_or_else(|| panic!("nobody leads:\n{run}"));
    (id.0, epoch)
}

#[test]
fn every_size_elects_the_largest_id_among_equals_and_writes() {
    for voters in 1..=9_u16 {
        let mut run = calm(&[("voters", &voters.to_string()), ("observers", "1")]);
        assert_eq!(leads(&run), (voters - 1, 1));
        run.say(voters + 1, "put x 1");
        run.say(voters + 1, "get x");
        run.run(SECOND.times(2));
        run.saw("Done(Value(\"1\"))");
        assert_eq!(run.claim("everyone_catches_up"), Verdict::Holds, "{run}");
        run.holds();
    }
}

#[test]
fn a_crashed_leader_is_followed_by_the_next() {
    let mut run = calm(&[]);
    run.say(5, "put x 1");
    run.run(SECOND);
    run.crash(4, Crash::Power);
    run.run(SECOND.times(15));
    assert_eq!(leads(&run), (3, 2));
    run.say(5, "put x 2");
    run.run(SECOND);
    run.restart(4);
    run.run(SECOND.times(5));
    assert_eq!(run.claim("everyone_catches_up"), Verdict::Holds, "{run}");
    run.holds();
}

#[test]
fn many_proposals_are_outstanding_under_load() {
    let mut run = calm(&[("disk", "20ms")]);
    for i in 0..12 {
        run.say(5, &format!("put x {i}"));
    }
    run.run(Span::millis(10));
    let most = run.world.roster().ids().filter_map(|id| {
        let crate::protocols::zab::Node::Server(server) = run.world.node(id)? else { return None };
        match &server.phase {
            crate::protocols::zab::server::Phase::Leading(leader) => Some(leader.outstanding.len()),
            _ => None,
        }
    });
    assert!(most.max() >= Some(10));
    run.run(SECOND);
    assert_eq!(run.count("Done"), 12);
    run.holds();
}

/// Whatever the oracle says, no claim breaks; and as it names another one each round, some leader comes of it.
#[test]
fn any_election_will_do() {
    for voters in ["1", "2", "3", "5"] {
        let mut run = Run::new(1, &[("voters", voters), ("election", "oracle")], &[]);
        run.run(SECOND.times(5));
        leads(&run);
        run.crash(0, Crash::Power);
        run.run(SECOND);
        run.restart(0);
        run.run(SECOND.times(60));
        run.holds();
    }
}
