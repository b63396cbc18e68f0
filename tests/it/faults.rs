//! Faults as bars: what would end each alone, and what an edit of one leaves of the others.

use netsplit::lab::catalog::Keep;
use netsplit::lab::frame::Position;
use netsplit::lab::play;
use netsplit::lab::script::Script;
use netsplit::lab::session::Session;
use netsplit::lab::wire::{Change, FaultBar, Reply, Request, Source, View};
use netsplit::sim::{Span, Time};

fn view(session: &mut Session, request: Request) -> View {
    match session.answer(request) {
        Reply::View(view) => *view,
        other => panic!("a view was expected: {other:?}"),
    }
}

fn opened(text: &str) -> (Session, View) {
    let mut session = Session::new();
    let view = view(&mut session, Request::Open { source: Source::Script { text: text.to_owned() } });
    (session, view)
}

fn bar<'a>(view: &'a View, line: &str) -> &'a FaultBar {
    view.timeline.faults.iter().find(|bar| bar.line == line).unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn a_remedy_names_the_nodes_that_were_meant() {
    for (line, remedy) in [
        ("crash leader", "restart n5"),
        ("pause leader", "resume n5"),
        ("isolate leader", "rejoin n5"),
        ("slow leader n1 20ms", "slow n5 n1 0s"),
        ("narrow leader -> n1 900", "narrow n5 -> n1 off"),
        ("partition leader | n1 n2", "mend n5 | n1 n2"),
        ("slow-disk leader 20ms", "slow-disk n5 0s"),
        ("clock leader rate 200ppm", "clock n5 rate 0ppm"),
    ] {
        let (mut session, begun) = opened(&format!("system zab\nuntil established\nrun 1s\n{line}\nrun 30s\n"));
        let fault = bar(&begun, line);
        assert_eq!((fault.to, fault.remedy.as_str()), (None, remedy));
        assert_eq!(fault.words, format!("{line}: n5"), "a bar says whom its line meant");
        let at = Time(begun.timeline.end.0 - 1_000_000);
        let changes = vec![Change::Insert { at, line: fault.remedy.clone() }];
        let ended = view(&mut session, Request::Edit { changes });
        assert_eq!(bar(&ended, line).to, Some(at), "{line}");
        assert!(ended.notice.is_some_and(|notice| !notice.contains("No effect")), "{line}");
    }
}

#[test]
fn an_edit_without_effect_says_so() {
    let (mut session, opened) = opened("system zab\nuntil established\nrun 1s\ncrash n1\nrun 5s\n");
    let at = Time(opened.timeline.end.0 - 1_000_000);
    let edited =
        view(&mut session, Request::Edit { changes: vec![Change::Insert { at, line: "restart n2".to_owned() }] });
    let notice = edited.notice.expect("it says what changed");
    assert!(notice.contains("No effect: n2 is not down") && notice.contains("New branch"), "{notice}");
    assert_eq!(edited.frame.at, Position::default());
    assert!(edited.schedule.iter().any(|entry| entry.no_effect.is_some()), "ahead of what is shown");
}

/// One line ends three faults; each can be ended alone, earlier and later.
#[test]
fn each_of_several_faults_has_a_remedy_of_its_own() {
    let mut session = Session::new();
    let source = Source::Scenario { system: "two_phase_commit".to_owned(), name: "blocked".to_owned() };
    let begun = view(&mut session, Request::Open { source });
    let healed = |bar: &&FaultBar| bar.ended_by.as_ref().is_some_and(|(line, _)| line == "heal");
    let bars: Vec<FaultBar> = begun.timeline.faults.iter().filter(healed).cloned().collect();
    let remedies: Vec<&str> = bars.iter().map(|bar| bar.remedy.as_str()).collect();
    assert_eq!(remedies, ["mend t1 n1", "mend t1 n2", "mend n1 n2 | n3"]);
    let (was, heal) = (bars[2].to.expect("it ends"), bars[2].ended_by.clone().expect("it ends").1);
    let insert = |at: Time, bar: &FaultBar| Change::Insert { at, line: bar.remedy.clone() };
    let later = was + Span::millis(500);
    let sooner = was - Span::millis(500);
    let alone = vec![insert(sooner, &bars[2])];
    let after =
        vec![Change::Remove { entry: heal }, insert(was, &bars[0]), insert(was, &bars[1]), insert(later, &bars[2])];
    for (changes, to) in [(alone, sooner), (after, later)] {
        let edited = view(&mut session, Request::Edit { changes });
        let ends = bars.iter().map(|fault| bar(&edited, &fault.line).to).collect::<Vec<_>>();
        assert_eq!(ends, [Some(was), Some(was), Some(to)]);
        view(&mut session, Request::Undo);
    }
}

#[test]
fn a_crash_ends_a_pause() {
    let text = "system replication\nrun 1s\npause n1\nrun 1s\ncrash n1\nrun 1s\nrestart n1\nrun 1s\n";
    let (_, view) = opened(text);
    let paused = bar(&view, "pause n1");
    assert_eq!(
        (paused.to, paused.ended_by.as_ref().map(|(line, _)| line.as_str())),
        (Some(Time(2_000_000)), Some("crash n1"))
    );
    assert_eq!(bar(&view, "crash n1").to, Some(Time(3_000_000)));
}

/// The turns that fall into the hold are missed; those behind it are taken.
#[test]
fn a_workload_goes_on_after_a_hold() {
    for (text, asked) in [
        ("system replication\nworkload c1 writes every 2s\nrun 3s\nhold\nrun 10s\nrelease\nrun 5s\n", [2, 14, 16, 18]),
        // On the grid when it is released.
        ("system replication\nworkload c1 writes every 2s\nrun 3s\nhold\nrun 9s\nrelease\nrun 5s\n", [2, 12, 14, 16]),
    ] {
        let script = Script::parse(text).expect("reads");
        let played = play::play(&script, Keep { trace: true, ..Keep::default() }).expect("plays");
        assert!(played.ok(), "{:?}", played.failures);
        let invoked = played.engine.trace().iter().filter(|line| line.code == netsplit::lab::wire::Code::Invoke);
        assert_eq!(invoked.map(|line| line.at.time.0 / 1_000_000).collect::<Vec<_>>(), asked, "{text}");
    }
}
