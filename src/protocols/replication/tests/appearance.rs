//! What the viewer is told.

use super::Run;
use crate::describe::{CellState, Describe, Standing, Vote};
use crate::protocols::replication::Replication;
use crate::sim::{Crash, Fault, NodeId, Span};

const SECOND: Span = Span::seconds(1);

fn run(mode: &str) -> Run {
    let mut run = Run::new(1, &[("mode", mode), ("jitter", "off")], &[]);
    run.run(SECOND);
    run
}

#[test]
fn a_write_in_progress_shows_what_it_waits_for() {
    let mut run = run("synchronous");
    run.fault(Fault::SlowDisk { node: NodeId(2), by: SECOND });
    run.say(3, "put x 1");
    run.run(Span::millis(100));
    let primary = Replication::node(&run.world, NodeId(0));
    assert_eq!((primary.label.as_str(), primary.standing), ("primary", Standing::Leader));
    assert_eq!((primary.last.as_deref(), primary.committed.as_deref()), (Some("1"), Some("0")));
    let tally = &primary.tallies[0];
    assert_eq!((tally.title.as_str(), tally.needed), ("write 1 needs 3 disks", 3));
    assert_eq!(tally.votes[2], (NodeId(2), Vote::Awaited));
    let backup = Replication::node(&run.world, NodeId(2));
    assert_eq!(backup.lane.expect("a log").cells[0].state, CellState::Volatile);
    let waits = Replication::waits(&run.world);
    assert_eq!(waits[0].what, "an answer to put x 1");
    assert_eq!(waits[1].what, "1 more disk with write 1");
    assert_eq!(waits[1].nodes().collect::<Vec<_>>(), [NodeId(2)]);
}

#[test]
fn two_primaries_show_as_one_and_one_superseded() {
    let mut run = run("asynchronous");
    run.part(&[0, 3], &[1, 2, 4], true);
    run.say(3, "put x 1");
    run.run(SECOND.times(3));
    assert_eq!(Replication::ledger(&run.world).kept, 1);
    run.say(1, "promote");
    run.run(SECOND);
    let old = Replication::node(&run.world, NodeId(0));
    assert_eq!((old.label.as_str(), old.standing, old.behind), ("primary, superseded", Standing::Alone, true));
    assert_eq!(
        Replication::leader(&run.world).map(|(id, epoch)| (id, epoch.map(|e| e.number))),
        Some((NodeId(1), Some(2)))
    );
    let ledger = Replication::ledger(&run.world);
    assert_eq!((ledger.kept, ledger.lost, ledger.entries[0].holders, ledger.entries[0].lost), (0, 1, 1, true));
    let sides = Replication::territories(&run.world).into_iter().map(|side| (side.share, side.says));
    assert_eq!(
        sides.collect::<Vec<_>>(),
        [(Some((1, 3)), "primary n1, writes go on".to_owned()), (Some((2, 3)), "primary n2, writes go on".to_owned())]
    );
    let promote = &Replication::verbs(&run.world, NodeId(0))[0];
    assert_eq!(promote.refused.as_deref(), Some("n1 is primary already"));
}

#[test]
fn a_server_that_is_down_shows_its_disk() {
    let mut run = run("asynchronous");
    run.say(3, "put x 1");
    run.run(SECOND);
    run.crash(0, Crash::Power);
    let view = Replication::node(&run.world, NodeId(0));
    assert_eq!((view.label.as_str(), view.last.as_deref()), ("primary when it went down", Some("1")));
    assert_eq!(view.lane.expect("a log").cells[0].state, CellState::Durable);
    assert_eq!(Replication::leader(&run.world), None);
}
