//! Two-phase commit searched by both: stateright has the textbook's model, and netsplit its engine, whose states are
//! counted as states of that model.

use netsplit::lab::catalog;
use netsplit::lab::explore::Limits;
use stateright::{Checker, Model};

use crate::two_phase::TwoPhase;
use crate::{print, timed};

pub fn compare() {
    for participants in [3, 4, 5] {
        let (theirs, their_seconds) = timed(|| {
            let checker = TwoPhase { participants }.checker().threads(1).spawn_bfs().join();
            assert!(checker.discoveries().is_empty(), "nothing is violated");
            checker.unique_state_count() as u64
        });
        let (ours, our_seconds) = timed(|| search(participants));
        assert_eq!(theirs, ours.distinct, "distinct states of {participants} participants");
        print(
            format_args!("two-phase commit, {participants} participants: {theirs} states"),
            format_args!("{:.0} a second", theirs as f64 / their_seconds),
            format_args!(
                "{:.0} a second; states of its engine, {:.0} a second",
                ours.distinct as f64 / our_seconds,
                ours.states as f64 / our_seconds
            ),
        );
    }
}

fn search(participants: u8) -> netsplit::lab::explore::Report {
    let system = catalog::find("two_phase_commit").expect("a system");
    let settings = catalog::searching(system, &[("participants", &participants.to_string())]);
    let limits = Limits { projection: Some("twophase"), ..Limits::default() };
    let report = system.explore(&settings.expect("known options"), &limits, 1, &mut |_| {});
    assert!(report.complete && report.violations.is_empty(), "all of them, and nothing is violated");
    report
}
