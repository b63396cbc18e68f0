//! What a viewer is told of locks and transactions: who holds, who waits, who only believes, and for how long.

use netsplit::describe::{Admission, Certainty, Time, Viewpoint};
use netsplit::lab::frame::{FigureValue, NodeFrame, Position};
use netsplit::lab::session::Session;
use netsplit::lab::wire::{Reply, Request, Source, View};

/// A scenario's run, gone to its end, so that all of its timeline is known.
fn played(system: &str, name: &str) -> (Session, View) {
    let mut session = Session::new();
    let source = Source::Scenario { system: system.into(), name: name.into() };
    let view = ask(&mut session, Request::Open { source });
    let to = Position { time: view.timeline.end, k: u32::MAX };
    let view = ask(&mut session, Request::Seek { to });
    (session, view)
}

fn ask(session: &mut Session, request: Request) -> View {
    match session.answer(request) {
        Reply::View(view) => *view,
        other => panic!("a view was expected: {other:?}"),
    }
}

fn node<'a>(view: &'a View, name: &str) -> &'a NodeFrame {
    view.frame.nodes.iter().find(|node| node.name == name).unwrap_or_else(|| panic!("{name}"))
}

fn figure<'a>(view: &'a View, label: &str) -> &'a FigureValue {
    let figures = &view.frame.readout.figures;
    &figures.iter().find(|figure| figure.label == label).unwrap_or_else(|| panic!("{label}")).value
}

/// When a mark with these words was made.
fn marked(view: &View, words: &str) -> Position {
    view.timeline.marks.iter().find(|mark| mark.words == words).unwrap_or_else(|| panic!("{words}")).at
}

#[test]
fn a_paused_holder_believes_while_the_next_one_holds() {
    let (mut session, view) = played("lock_queue", "paused_holder");
    let bars = |view: Viewpoint, row: &str, tenures: &View| -> Vec<(String, Certainty)> {
        let bars = tenures.timeline.tenures.iter().map(|bar| &bar.tenure);
        let wanted = bars.filter(|tenure| tenure.view == view && tenure.row == row);
        wanted.map(|tenure| (tenure.words.clone(), tenure.certainty)).collect()
    };
    let truth = bars(Viewpoint::Truth, "", &view);
    assert!(truth.contains(&("c1 #1".into(), Certainty::Settled)), "{truth:?}");
    assert!(truth.contains(&("c2 #2".into(), Certainty::Settled)), "{truth:?}");
    let believed = bars(Viewpoint::Belief, "c1", &view);
    let wanted = [Certainty::Waiting, Certainty::Settled, Certainty::Uncertain];
    assert_eq!(believed, wanted.map(|certainty| ("#1".into(), certainty)));
    let trapped =
        view.timeline.faults.iter().find(|bar| bar.words == "c1 paused").expect("a trap that went off is a fault");
    assert!(trapped.to.is_some(), "it went on");
    assert_eq!(*figure(&view, "Stale writes refused"), FigureValue::Count(1));
    assert_eq!(*figure(&view, "Stale writes accepted"), FigureValue::Count(0));
    assert_eq!(*figure(&view, "Handovers"), FigureValue::Count(2));
    let FigureValue::Time { passed, is_running: false } = figure(&view, "Two believe they hold it") else {
        panic!("it has ended")
    };
    assert!(passed.0 > 0);
    let strip = node(&view, "r1").view.strip.as_ref().expect("a strip");
    let last = strip.stamps.last().expect("a stamp");
    assert_eq!((last.label.as_str(), last.admission), ("#1", Admission::Refused));
    assert_eq!(last.says.as_deref(), Some("stale #1 < #2: refused"));
    // At the instant of the pause c1 holds and c2 stands in line.
    let view = ask(&mut session, Request::Seek { to: marked(&view, "pause c1 before WRITE") });
    let queue = &node(&view, "n1").view.queues[0];
    assert_eq!((queue.resource.as_str(), queue.next_token.as_deref()), ("printer", Some("#2")));
    assert_eq!(queue.holders[0].token.as_deref(), Some("#1"));
    assert!(queue.holders[0].gauge.is_some(), "its lease runs");
    assert_eq!(queue.waiters.iter().map(|ticket| ticket.name.as_str()).collect::<Vec<_>>(), ["c2"]);
    assert_eq!(node(&view, "c1").view.beliefs[0].certainty, Certainty::Settled);
}

#[test]
fn without_fencing_the_stale_write_is_marked_where_it_got_in() {
    let (_, view) = played("lock_queue", "paused_holder_no_fencing");
    let strip = node(&view, "r1").view.strip.as_ref().expect("a strip");
    let bad = strip.stamps.iter().find(|stamp| stamp.admission == Admission::Violation).expect("it got in");
    assert_eq!(bad.says.as_deref(), Some("stale #1 < #2: taken all the same"));
    assert_eq!(*figure(&view, "Stale writes accepted"), FigureValue::Count(1));
}

#[test]
fn what_came_to_a_resource_and_how_many_wait_is_known_over_time() {
    let (_, view) = played("lock_queue", "paused_holder_no_fencing");
    let arrivals = view.timeline.arrivals.iter();
    let arrivals: Vec<_> = arrivals.map(|arrival| (arrival.stamp.label.as_str(), arrival.stamp.admission)).collect();
    assert_eq!(arrivals, [("#2", Admission::Accepted), ("#1", Admission::Violation)]);
    let (_, view) = played("lock_queue", "contention");
    let levels = view.timeline.tenures.iter().filter(|bar| bar.tenure.view == Viewpoint::Level);
    let mut levels: Vec<_> = levels.map(|bar| (bar.from, bar.tenure.words.as_str())).collect();
    levels.sort();
    let levels: Vec<&str> = levels.into_iter().map(|(_, words)| words).collect();
    assert_eq!(levels, ["1", "2", "3", "4", "3", "2", "1"]);
    assert!(
        view.timeline.tenures.iter().all(|bar| bar.tenure.view != Viewpoint::Level || bar.to.is_some()),
        "all were served"
    );
}

/// A leader that was cut off performs its whole log before it looks for another one; what nobody agreed to holds nothing.
#[test]
fn a_table_that_nobody_agreed_on_holds_nothing() {
    let (_, view) = played("lock_service", "leader_cut_off");
    let held = view.timeline.tenures.iter().filter(|bar| bar.tenure.view == Viewpoint::Truth);
    let mut held: Vec<_> = held.map(|bar| (bar.from, bar.tenure.words.as_str())).collect();
    held.sort();
    let held: Vec<&str> = held.into_iter().map(|(_, words)| words).collect();
    assert_eq!(held, ["c1 #1", "c1 #1", "c3 #2"], "offered, held, offered");
}

#[test]
fn clients_in_a_circle_are_blocked_and_nobody_else_is() {
    let (mut session, view) = played("lock_queue", "deadlock");
    let view = ask(&mut session, Request::Seek { to: marked(&view, "n1 deadlock") });
    let waits = &view.frame.waits;
    assert_eq!(waits.len(), 2, "{waits:?}");
    let says = waits[0].blocked.as_deref().expect("a circle");
    assert!(says.starts_with("c1 and c2 wait for one another: c1 for the "), "{says}");
    assert_eq!(waits[1].blocked.as_deref(), Some(says));
    let (_, view) = played("lock_queue", "contention");
    assert!(view.frame.waits.iter().all(|wait| wait.blocked.is_none()));
}

#[test]
fn servers_without_a_quorum_are_blocked_whether_cut_off_or_alone() {
    let mut session = Session::new();
    let text = "system zab\nuntil established\nrun 1s\ncrash n1\ncrash n2\nrun 1s\ncrash n3\nrun 20s\n";
    let _opened = ask(&mut session, Request::Open { source: Source::Script { text: text.into() } });
    let mut reasons_after = |seconds: u64| -> Vec<String> {
        let to = Position { time: Time(seconds * 1_000_000), k: u32::MAX };
        let waits = ask(&mut session, Request::Seek { to }).frame.waits;
        waits.into_iter().filter_map(|wait| wait.blocked).collect()
    };
    assert!(reasons_after(2).is_empty(), "three of five are a quorum");
    let reasons = reasons_after(22);
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert!(reasons.iter().all(|why| why == "n4 n5 are 2 of 5 servers, and 3 have to agree."), "{reasons:?}");
}

#[test]
fn a_blocked_transaction_shows_who_could_free_it() {
    let (mut session, view) = played("two_phase_commit", "blocked");
    let healed = view.timeline.marks.iter().find(|mark| mark.words == "heal").expect("it heals").at;
    let end = view;
    let before = Position { time: Time(healed.time.0 - 1), k: u32::MAX };
    let view = ask(&mut session, Request::Seek { to: before });
    let emblem = node(&view, "n1").view.emblem.as_ref().expect("in doubt");
    assert_eq!((emblem.certainty, emblem.words.as_str()), (Certainty::Uncertain, "T1 in doubt"));
    assert_eq!(emblem.detail, "holds 1, blocks 1");
    assert!(emblem.since.is_some_and(|since| since > Time::ZERO && since < healed.time));
    assert_eq!(node(&view, "n3").view.emblem.as_ref().expect("it knows").certainty, Certainty::Settled);
    let says = "n1 and n2 voted yes on T1 and may not decide alone. t1, which decided, is down. \
                n3, which knows the outcome, is cut off.";
    let waits = &view.frame.waits;
    assert_eq!(waits.iter().filter(|wait| wait.blocked.as_deref() == Some(says)).count(), 2, "{waits:#?}");
    let behind = waits.iter().find(|wait| wait.who.name == "T2").expect("T2 waits as well");
    assert_eq!((behind.who.words.as_str(), behind.from[0].name.as_str()), ("wants a", "T1 at n1"));
    let stuck = waits.iter().find(|wait| wait.who.name == "T1 at n1").expect("as that one does");
    let from: Vec<&str> = stuck.from.iter().map(|party| party.words.as_str()).collect();
    assert_eq!(from, ["down", "cut off"]);
    assert_eq!(*figure(&view, "Locks held in doubt"), FigureValue::Count(2));
    let row: Vec<(&str, Certainty)> =
        end.timeline.tenures.iter().map(|bar| (bar.tenure.words.as_str(), bar.tenure.certainty)).collect();
    assert!(row.contains(&("n1 n2 in doubt", Certainty::Uncertain)), "{row:?}");
    assert!(row.contains(&("waits for a, held by T1 at n1", Certainty::Waiting)), "{row:?}");
    assert_eq!(row.last(), Some(&("committed", Certainty::Settled)));
}

#[test]
fn rows_are_bounded_however_long_a_run() {
    let mut session = Session::new();
    let text = "system two_phase_commit\nworkload c1 mixed every 50ms\nworkload c2 mixed every 50ms\nrun 60s\n";
    let _opened = ask(&mut session, Request::Open { source: Source::Script { text: text.into() } });
    let to = Position { time: Time(60_000_000), k: u32::MAX };
    let mut view = ask(&mut session, Request::Seek { to });
    while view.frame.at.time < to.time {
        view = ask(&mut session, Request::Seek { to });
    }
    let lasting = view.timeline.tenures.iter().filter(|bar| bar.to.is_none()).count();
    assert!(view.timeline.tenures.len() <= 400 && lasting <= 8, "{lasting} last");
    assert!(matches!(figure(&view, "Committed"), FigureValue::Count(count) if *count > 100));
}

#[test]
fn belief_outlives_a_change_of_leader() {
    let (_, view) = played("lock_service", "two_believe");
    assert_eq!(node(&view, "n2").view.queues[0].holders[0].name, "c2");
    assert!(node(&view, "n1").view.queues.is_empty(), "only who leads gives anything away");
    let bars = view.timeline.tenures.iter().map(|bar| &bar.tenure);
    let uncertain: Vec<_> = bars.filter(|bar| bar.certainty == Certainty::Uncertain).map(|bar| &*bar.row).collect();
    assert!(uncertain.contains(&"c1"), "{uncertain:?}");
    assert_eq!(*figure(&view, "Stale writes refused"), FigureValue::Count(1));
}

#[test]
fn a_thread_that_was_taken_for_dead_believes_on() {
    let (_, view) = played("mutex", "slow_is_not_dead");
    let bars = view.timeline.tenures.iter().map(|bar| &bar.tenure);
    let believed: Vec<_> = bars.filter(|bar| bar.view == Viewpoint::Belief).collect();
    let uncertain = |row: &str| believed.iter().any(|bar| bar.row == row && bar.certainty == Certainty::Uncertain);
    assert!(uncertain("n2's t1") && !uncertain("t1"), "{believed:?}");
    assert_eq!(*figure(&view, "Updates lost"), FigureValue::Count(1));
}
