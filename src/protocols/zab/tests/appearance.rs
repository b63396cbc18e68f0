//! What the viewer is told.

use super::Run;
use crate::describe::{Describe, Standing, Vote};
use crate::protocols::zab::Zab;
use crate::sim::{Crash, Fault, NodeId, Span};

const SECOND: Span = Span::seconds(1);

#[test]
fn an_election_shows_votes_and_the_wait() {
    let mut run = Run::new(1, &[], &[]);
    run.run(Span::millis(50));
    let view = Zab::node(&run.world, NodeId(0));
    assert_eq!((view.label.as_str(), view.standing), ("looking, round 1", Standing::Looking));
    assert_eq!((view.detail.as_str(), view.vote_for), ("votes n5", Some(NodeId(4))));
    assert_eq!((view.tallies[0].title.as_str(), view.tallies[0].needed), ("votes for n5 in round 1", 3));
    assert!(view.gauges.iter().any(|gauge| gauge.label == "final wait"), "{:?}", view.gauges);
    assert_eq!(Zab::leader(&run.world), None);
}

#[test]
fn a_partition_shows_an_old_leader_and_who_has_a_quorum() {
    let mut run = Run::new(1, &[], &[]);
    run.run(SECOND);
    run.say(5, "put x 1");
    run.run(SECOND);
    run.part(&[0, 4, 5], &[1, 2, 3, 6], true);
    run.say(5, "put x 2");
    while Zab::leader(&run.world).is_none_or(|(id, _)| id == NodeId(4)) {
        run.run(Span::millis(1));
    }
    let old = Zab::node(&run.world, NodeId(4));
    assert_eq!((old.label.as_str(), old.standing, old.behind), ("old, e1", Standing::Alone, true));
    assert_eq!((old.last.as_deref(), old.committed.as_deref()), (Some("1:2"), Some("1:1")));
    assert_eq!(old.tallies[0].title, "1:2 needs 3 of 5");
    assert_eq!(old.tallies[0].votes[1], (NodeId(1), Vote::Awaited));
    assert_eq!(Zab::node(&run.world, NodeId(0)).label, "following n5");
    let sides = Zab::territories(&run.world).into_iter().map(|side| (side.share, side.says));
    let [two, three] = [(Some((2, 5)), "no quorum".to_owned()), (Some((3, 5)), "quorum".to_owned())];
    assert_eq!(sides.collect::<Vec<_>>(), [two, three]);
    let ledger = Zab::ledger(&run.world);
    assert_eq!((ledger.kept, ledger.lost, ledger.entries[0].holders), (1, 0, 5));
    assert!(Zab::waits(&run.world).iter().any(|waits| waits.what == "a quorum for 1:2"));
}

#[test]
fn a_server_that_is_down_shows_its_disk() {
    let mut run = Run::new(1, &[("voters", "3")], &[]);
    run.run(SECOND);
    run.say(3, "put x 1");
    run.run(SECOND);
    run.crash(0, Crash::Power);
    let view = Zab::node(&run.world, NodeId(0));
    assert_eq!((view.label.as_str(), view.last.as_deref()), ("down", Some("1:1")));
    run.fault(Fault::Restart { node: NodeId(0) });
    assert_eq!(Zab::node(&run.world, NodeId(0)).standing, Standing::Looking);
}
