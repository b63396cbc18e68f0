//! The page's side of the wire, by loopback: every request answered once, bytes and all.

use netsplit::describe::{Fill, Kind, NodeId};
use netsplit::lab::catalog::Keep;
use netsplit::lab::frame::{Flight, Health, LinkFrame, Position};
use netsplit::lab::play::play;
use netsplit::lab::script::Script;
use netsplit::lab::session::{LONGEST_NAME, Session};
use netsplit::lab::wire::{
    Change, Code, Comparison, MarkKind, Numbered, Outcomes, Problem, Reply, Request, Source, TraceLine, View, decode,
    encode,
};
use netsplit::sim::{Span, Time};

struct Page {
    session: Session,
    number: u64,
}

impl Page {
    fn open() -> (Page, View) {
        let mut page = Page { session: Session::new(), number: 0 };
        let Reply::Hello { catalog, .. } = page.ask(Request::Hello { build: String::new() }) else { panic!("hello") };
        let (system, name) = (catalog[0].name.clone(), catalog[0].scenarios[0].name.clone());
        let view = page.view(Request::Open { source: Source::Scenario { system, name } });
        (page, view)
    }

    /// Through the encoding, as between page and worker.
    fn ask(&mut self, body: Request) -> Reply {
        self.number += 1;
        let sent = encode(&Numbered { number: self.number, body });
        let Numbered { number, body } = decode::<Numbered<Request>>(&sent).expect("a request decodes");
        let answered = encode(&Numbered { number, body: self.session.answer(body) });
        decode::<Numbered<Reply>>(&answered).expect("a reply decodes").body
    }

    fn view(&mut self, request: Request) -> View {
        match self.ask(request) {
            Reply::View(view) => *view,
            other => panic!("a view was expected: {other:?}"),
        }
    }

    fn refused(&mut self, request: Request) -> Problem {
        match self.ask(request) {
            Reply::Refused(problem) => problem,
            other => panic!("a refusal was expected: {other:?}"),
        }
    }

    fn play_to(&mut self, time: Time) -> View {
        for _ in 0..10_000 {
            let view = self.view(Request::Advance { to: time });
            if view.frame.at.time >= time {
                return view;
            }
        }
        panic!("it never got to {time}");
    }
}

/// By its own pace, as a person watches it. No clock of this machine is asked.
#[test]
fn the_opening_elects_within_twelve_seconds_of_screen_time() {
    let (mut page, _) = Page::open();
    let mut view = page.view(Request::Open { source: Source::Opening });
    let mut screen = 0.0;
    while view.frame.readout.leader.is_none() {
        // A tenth of a second of screen at a time: the leader may be there long before a beat is over.
        let to = view.pace.until.min(Time(view.frame.at.time.0 + view.pace.rate / 10));
        let to = to.max(Time(view.frame.at.time.0 + 1));
        screen += to.since(view.frame.at.time).0 as f64 / view.pace.rate as f64;
        assert!(screen < 12.0, "nobody leads at {} after {screen:.1} s", view.frame.at.time);
        view = page.play_to(to);
    }
    assert!(screen > 3.0, "too quick to be seen: {screen:.1} s");
    // From the first write on there is one every two seconds.
    let view = page.play_to(Time(view.frame.at.time.0 + 9_000_000));
    assert!((4..=6).contains(&view.frame.readout.kept), "{} writes", view.frame.readout.kept);
}

fn health(view: &View, name: &str) -> Health {
    view.frame.nodes.iter().find(|node| node.name == name).unwrap_or_else(|| panic!("{name}")).health
}

#[test]
fn a_run_opens_at_its_beginning_and_plays() {
    let (mut page, view) = Page::open();
    assert_eq!(view.frame.at.time, Time::ZERO);
    assert!(view.frame.nodes.len() > 2 && !view.run.title.is_empty());
    let later = page.play_to(Time::ZERO + Span::seconds(3));
    assert_eq!(later.frame.at.time, Time::ZERO + Span::seconds(3));
    assert!(!later.timeline.marks.is_empty());
}

#[test]
fn a_gesture_lands_at_the_instant_that_was_seen() {
    let (mut page, _) = Page::open();
    let seen = page.play_to(Time::ZERO + Span::seconds(2)).frame.at;
    // It has been watched for another second since.
    for tenth in 1..=10 {
        page.play_to(seen.time + Span::millis(tenth * 100));
    }
    let view = page.view(Request::Act { at: seen, line: "crash n1".to_owned() });
    assert_eq!((view.frame.at, health(&view, "n1")), (seen, Health::Crashed));
    assert_eq!(view.notice.as_deref(), Some("New branch; the old one is kept"));
    assert_eq!(view.timeline.branches.len(), 2);
}

#[test]
fn what_was_computed_beyond_the_screen_is_dropped_unseen() {
    let (mut page, _) = Page::open();
    page.view(Request::Act { at: Position::default(), line: "say \"nothing after this\"".to_owned() });
    let end = page.play_to(Time::ZERO + Span::seconds(20));
    let seen = page.play_to(end.frame.at.time + Span::millis(16)).frame.at;
    page.play_to(seen.time + Span::millis(16));
    let branches = page.play_to(seen.time + Span::millis(32)).timeline.branches.len();
    let view = page.view(Request::Act { at: seen, line: "crash n1".to_owned() });
    assert_eq!((view.frame.at, health(&view, "n1")), (seen, Health::Crashed));
    assert_eq!(view.timeline.branches.len(), branches, "{:?}", view.notice);
    assert_eq!(view.notice, None);
}

#[test]
fn undo_goes_back_to_the_instant_before_the_act() {
    let (mut page, _) = Page::open();
    let before = page.play_to(Time::ZERO + Span::seconds(2));
    let acted = page.view(Request::Act { at: before.frame.at, line: "crash n1".to_owned() });
    assert_eq!(health(&acted, "n1"), Health::Crashed);
    let back = page.view(Request::Undo);
    assert_eq!(back.frame, before.frame);
    page.refused(Request::Undo);
}

#[test]
fn what_followed_from_an_act_is_undone_with_it() {
    let (mut page, _) = Page::open();
    let before = page.play_to(Time::ZERO + Span::seconds(2));
    page.view(Request::Act { at: before.frame.at, line: "crash n1".to_owned() });
    let later = page.play_to(Time::ZERO + Span::seconds(4));
    assert!(!later.timeline.faults.is_empty());
    let back = page.view(Request::Undo);
    assert_eq!(back.timeline.faults, []);
    assert!(back.timeline.marks.iter().all(|mark| mark.at <= before.frame.at), "{:?}", back.timeline.marks);
}

#[test]
fn a_branch_can_be_left_and_found_again() {
    let (mut page, _) = Page::open();
    let before = page.play_to(Time::ZERO + Span::seconds(2));
    for tenth in 21..=30 {
        page.play_to(Time::ZERO + Span::millis(tenth * 100));
    }
    let child = page.view(Request::Act { at: before.frame.at, line: "crash n1".to_owned() });
    let parent = page.view(Request::Switch { branch: 0 });
    assert_eq!((health(&parent, "n1"), parent.timeline.branch), (Health::Up, 0));
    let again = page.view(Request::Switch { branch: 1 });
    assert_eq!(again.frame, child.frame);
    page.refused(Request::Switch { branch: 7 });
}

#[test]
fn a_branch_goes_by_the_name_that_a_person_gives_it() {
    let (mut page, _) = Page::open();
    let name = |name: &str| Request::Name { branch: 0, name: name.to_owned() };
    let named = page.view(name("  two leaders\n# at once  "));
    assert_eq!(named.timeline.branches[0].name, "two leaders # at once", "a line");
    let script = |page: &mut Page| {
        let Reply::Script { text } = page.ask(Request::Script) else { panic!("the script") };
        text
    };
    assert!(script(&mut page).starts_with("# two leaders # at once\n"));
    let child = page.view(Request::Act { at: named.frame.at, line: "crash n1".to_owned() });
    assert_eq!(child.timeline.branches.last().expect("a branch").name, "", "a name is of one branch");
    let long = page.view(name(&"long ".repeat(100)));
    assert_eq!(long.timeline.branches[0].name.chars().count(), LONGEST_NAME);
    page.view(name(""));
    page.view(Request::Switch { branch: 0 });
    assert!(!script(&mut page).contains("leaders"));
    page.refused(Request::Name { branch: 7, name: "none".to_owned() });
}

#[test]
fn steps_go_there_and_back() {
    let (mut page, _) = Page::open();
    let here = page.play_to(Time::ZERO + Span::seconds(2));
    let ahead = page.view(Request::Step { events: 5 });
    assert!(ahead.frame.at > here.frame.at);
    page.view(Request::Step { events: -5 });
    let again = page.view(Request::Step { events: 5 });
    assert_eq!(again.frame, ahead.frame);
    let mark = page.view(Request::StepMark { ahead: false });
    assert!(mark.frame.at < ahead.frame.at);
    assert!(mark.timeline.marks.iter().any(|known| known.at == mark.frame.at) || mark.frame.at == Position::default());
}

#[test]
fn a_link_opens_at_the_same_instant_elsewhere() {
    let (mut page, _) = Page::open();
    let here = page.play_to(Time::ZERO + Span::seconds(2));
    let acted = page.view(Request::Act { at: here.frame.at, line: "crash n1".to_owned() });
    let at = page.play_to(acted.frame.at.time + Span::millis(1_234));
    let link = Request::Link { at: at.frame.at, selection: Some("n2".to_owned()) };
    let Reply::Link { fragment } = page.ask(link) else { panic!("a link") };
    assert!(fragment.len() < 2_000, "{} characters", fragment.len());
    let mut colleague = Page { session: Session::new(), number: 0 };
    let theirs = colleague.view(Request::Open { source: Source::Link { fragment } });
    assert_eq!(theirs.frame, at.frame);
    assert_eq!(theirs.run.selection.as_deref(), Some("n2"));
    assert_eq!(theirs.notice, None, "the same revision gives the same run");
}

#[test]
fn a_link_of_a_run_that_differs_says_from_when_on() {
    let (mut page, _) = Page::open();
    let at = page.play_to(Time::ZERO + Span::seconds(4)).frame.at;
    let Reply::Link { fragment } = page.ask(Request::Link { at, selection: None }) else { panic!("a link") };
    let text = netsplit::lab::share::unpack(&fragment).expect("unpacks");
    let (head, digest) = text.split_once("digest ").expect("a digest");
    let mut words: Vec<&str> = digest.split_whitespace().collect();
    let last = words.len() - 1;
    words[last] = if words[last] == "0000" { "0001" } else { "0000" };
    let forged = netsplit::lab::share::pack(&format!("{head}digest {}\n", words.join(" ")));
    let view = page.view(Request::Open { source: Source::Link { fragment: forged } });
    let notice = view.notice.expect("a notice");
    assert!(notice.contains("another revision") && notice.contains("3.7"), "{notice}");
}

#[test]
fn an_exported_script_is_the_same_run() {
    let (mut page, _) = Page::open();
    let here = page.play_to(Time::ZERO + Span::seconds(2));
    page.view(Request::Act { at: here.frame.at, line: "crash n1".to_owned() });
    let there = page.play_to(Time::ZERO + Span::seconds(3));
    let Reply::Script { text } = page.ask(Request::Script) else { panic!("a script") };
    let mut other = Page { session: Session::new(), number: 0 };
    let resumed = other.view(Request::Open { source: Source::Resume { text, at: there.frame.at } });
    assert_eq!(resumed.frame, there.frame);
}

#[test]
fn bad_requests_leave_the_run_as_it_was() {
    let (mut page, _) = Page::open();
    let here = page.play_to(Time::ZERO + Span::seconds(2));
    for line in ["crsh n1", "crash n99", "c1 fly to the moon", "deliver n1 -> n2 Nothing", "say hello", ""] {
        let problem = page.refused(Request::Act { at: here.frame.at, line: line.to_owned() });
        assert!(!problem.message.is_empty() && problem.column > 0, "{line}: {problem:?}");
    }
    for line in ["option latency fast", "option nothing 1", "flaw nothing on", "seed -1", "weather fine"] {
        let problem = page.refused(Request::Set { line: line.to_owned() });
        assert!(!problem.message.is_empty() && !problem.hint.is_empty(), "{line}: {problem:?}");
    }
    page.refused(Request::Open { source: Source::Link { fragment: "v1.nonsense".to_owned() } });
    page.refused(Request::Open { source: Source::Script { text: "system nowhere\n".to_owned() } });
    page.refused(Request::Edit { changes: vec![Change::Remove { entry: 999 }] });
    assert_eq!(page.view(Request::Advance { to: Time::ZERO }).frame, here.frame);
}

#[test]
fn a_command_without_effect_says_so_and_stays() {
    let (mut page, _) = Page::open();
    let here = page.play_to(Time::ZERO + Span::seconds(2));
    page.view(Request::Act { at: here.frame.at, line: "crash n1".to_owned() });
    let again = page.view(Request::Act { at: here.frame.at, line: "crash n1".to_owned() });
    assert_eq!(again.notice.as_deref(), Some("No effect: n1 is already down"));
    assert!(again.schedule.iter().any(|entry| entry.no_effect.is_some()));
}

#[test]
fn an_option_changes_the_conditions_of_the_same_schedule() {
    let (mut page, _) = Page::open();
    page.play_to(Time::ZERO + Span::seconds(2));
    let view = page.view(Request::Set { line: "option latency 7ms".to_owned() });
    let option = view.run.options.iter().find(|option| option.name == "latency").expect("an option of every system");
    assert_eq!(option.value, "7ms");
    assert_eq!(view.timeline.branches.len(), 2);
}

#[test]
fn pace_slows_for_flights_and_hurries_through_silence() {
    let (mut page, _) = Page::open();
    let mut slowest = u64::MAX;
    let mut quickest = 0;
    for step in 1..4_000 {
        let view = page.view(Request::Advance { to: Time(step * 1_000) });
        slowest = slowest.min(view.pace.rate);
        quickest = quickest.max(view.pace.rate);
        assert!(view.pace.until > view.frame.at.time);
    }
    assert!(slowest * 100 < quickest, "{slowest} and {quickest} virtual microseconds a second");
}

impl Page {
    fn open_scenario(system: &str, name: &str) -> (Page, View) {
        let mut page = Page { session: Session::new(), number: 0 };
        let (system, name) = (system.to_owned(), name.to_owned());
        let view = page.view(Request::Open { source: Source::Scenario { system, name } });
        (page, view)
    }

    /// The whole trace that is known, slice by slice.
    fn trace(&mut self) -> Vec<TraceLine> {
        let mut entries: Vec<TraceLine> = Vec::new();
        loop {
            let after = entries.last().map_or(0, |entry| entry.number);
            let Reply::Trace(part) = self.ask(Request::Trace { after }) else { panic!("a part of the trace") };
            assert!(encode(&part).len() < 200_000, "a part is small");
            entries.extend(part.entries);
            if !part.more {
                return entries;
            }
        }
    }
}

/// A decision is drawn halfway to its receiver while the worker has long delivered it. The receiver crashes at what the
/// person sees: it never got it.
#[test]
fn what_is_drawn_halfway_has_not_arrived() {
    let (mut page, view) = Page::open_scenario("zab", "opening");
    let decides = |flight: &&Flight| flight.tag.fill == Fill::Agreed && flight.tag.label.starts_with("COMMIT");
    let decision = |view: &View| view.frame.flights.iter().find(decides).cloned();
    let mut at = view.frame.at.time;
    let flight = loop {
        at += Span::micros(100);
        if let Some(flight) = decision(&page.view(Request::Advance { to: at })) {
            break flight;
        }
        assert!(at < Time::ZERO + Span::seconds(10), "a write is decided");
    };
    let arrives = flight.arrives.expect("nothing is cut");
    let halfway = Time(flight.sent.0 + arrives.since(flight.sent).0 / 2);
    let seen = page.view(Request::Seek { to: Position { time: halfway, k: u32::MAX } });
    let receiver = usize::from(flight.to.0);
    let before = seen.frame.nodes[receiver].view.committed.clone();
    let later = page.play_to(arrives + Span::millis(1));
    assert_ne!(later.frame.nodes[receiver].view.committed, before, "it does arrive if nobody acts");
    let name = seen.frame.nodes[receiver].name.clone();
    let acted = page.view(Request::Act { at: seen.frame.at, line: format!("crash {name}") });
    assert_eq!((acted.frame.at, health(&acted, &name)), (seen.frame.at, Health::Crashed));
    page.play_to(arrives + Span::millis(1));
    let arrived = page
        .trace()
        .iter()
        .any(|entry| entry.code == Code::Deliver && entry.detail == flight.number && entry.node == flight.to);
    assert!(!arrived, "it had not arrived");
}

#[test]
fn the_trace_is_read_in_slices_and_each_entry_names_its_instant() {
    let (mut page, view) = Page::open_scenario("zab", "leader_crash_under_load");
    let entries = page.trace();
    assert!(entries.len() > 1_000, "{}", entries.len());
    assert!(entries.iter().zip(1..).all(|(entry, number)| entry.number == number));
    assert!(entries.iter().all(|entry| entry.cause < entry.number && entry.at.time <= view.timeline.end));
    let deliver = entries.iter().find(|entry| entry.code == Code::Deliver && !entry.routine).expect("a delivery");
    let sent = &entries[deliver.cause as usize - 1];
    assert_eq!((sent.code, sent.detail), (Code::Send, deliver.detail));
    let there = page.view(Request::Seek { to: deliver.at });
    assert_eq!(there.frame.at, deliver.at);
    // From the middle, as after an edit.
    let after = entries[entries.len() / 2].number;
    let Reply::Trace(part) = page.ask(Request::Trace { after }) else { panic!("a part") };
    assert_eq!(part.entries[0], entries[after as usize]);
}

#[test]
fn a_fault_is_one_bar_named_by_its_line_and_can_be_dragged() {
    let (mut page, view) = Page::open_scenario("replication", "two_primaries");
    let bar = view.timeline.faults.iter().find(|bar| bar.words.starts_with("partition")).expect("a bar").clone();
    assert_eq!(view.timeline.faults.len(), 1, "one bar for all the links that it cut");
    let (healed, heal) = bar.ended_by.clone().expect("it ends");
    assert_eq!((healed.as_str(), bar.remedy.as_str()), ("heal", "mend n1 c1 | n2 n3 c2"));
    let end = bar.to.expect("it ends");
    page.view(Request::Seek { to: Position { time: Time(bar.from.0 / 2), k: 0 } });
    let later = Span::millis(200);
    let changes =
        vec![Change::Move { entry: bar.entry, to: bar.from + later }, Change::Move { entry: heal, to: end + later }];
    let moved = page.view(Request::Edit { changes });
    let there = &moved.timeline.faults[0];
    assert_eq!((there.from, there.to, &there.words), (bar.from + later, Some(end + later), &bar.words));
    assert_eq!(moved.timeline.branches.len(), 2);
    let notice = moved.notice.expect("it says what changed");
    assert!(notice.contains("partition") && notice.contains("New branch"), "{notice}");
    // Removed altogether, and taken back.
    let without = page.view(Request::Edit { changes: vec![Change::Remove { entry: there.entry }] });
    assert!(without.timeline.faults.iter().all(|bar| !bar.words.starts_with("partition")));
    assert_eq!(page.view(Request::Undo).timeline.faults[0].from, bar.from + later);
}

#[test]
fn a_fault_that_lasts_can_be_given_an_end() {
    let (mut page, _) = Page::open_scenario("zab", "opening");
    let here = page.play_to(Time::ZERO + Span::seconds(2));
    let acted = page.view(Request::Act { at: here.frame.at, line: "crash n5".to_owned() });
    let bar = acted.timeline.faults.first().expect("a bar").clone();
    assert_eq!((bar.words.as_str(), bar.to, bar.remedy.as_str()), ("crash n5", None, "restart n5"));
    page.play_to(here.frame.at.time + Span::seconds(2));
    let at = here.frame.at.time + Span::seconds(1);
    let ended = page.view(Request::Edit { changes: vec![Change::Insert { at, line: bar.remedy }] });
    assert_eq!(ended.timeline.faults[0].to, Some(at));
}

#[test]
fn looking_for_something_stops_where_it_is_so() {
    let (mut page, view) = Page::open_scenario("zab", "opening");
    let mut until = |condition: &str| loop {
        let view = page.view(Request::Until { condition: condition.to_owned() });
        if !view.looking {
            return view;
        }
    };
    assert!(view.run.milestones.iter().any(|(name, _)| name == "established"));
    let led = until("established");
    assert!(led.frame.readout.leader.is_some() && led.notice.is_none());
    let again = until("no leader");
    assert_eq!(again.notice.as_deref(), Some("`no leader` does not come about within 600s from here"));
    assert_eq!(again.frame, led.frame, "back where it was");
    assert_eq!(until("violation").notice.as_deref(), Some("No claim is broken within 600s from here"));
    let problem = page.refused(Request::Until { condition: "establishd".to_owned() });
    assert!(problem.hint.contains("established"), "{problem:?}");
}

#[test]
fn a_hundred_seeds_make_a_distribution() {
    let (mut page, _) = Page::open_scenario("zab", "opening");
    let until = Time::ZERO + Span::seconds(2);
    let mut slices = 0;
    let outcomes: Outcomes = loop {
        let Reply::Outcomes(outcomes) = page.ask(Request::Sample { until }) else { panic!("outcomes") };
        slices += 1;
        if outcomes.done == outcomes.seeds {
            break outcomes;
        }
    };
    assert!(slices > 2, "{slices}");
    assert_eq!(outcomes.outcomes.iter().map(|outcome| outcome.times).sum::<u32>(), 100);
    assert!(outcomes.outcomes.iter().all(|outcome| outcome.violated.is_empty() && !outcome.lost));
    assert!(outcomes.leaderless.is_sorted() && outcomes.leaderless.len() == 100);
}

#[test]
fn what_differs_is_found_between_two_branches() {
    let (mut page, _) = Page::open_scenario("zab", "opening");
    let here = page.play_to(Time::ZERO + Span::seconds(3)).frame.at;
    for tenth in 1..=10 {
        page.play_to(here.time + Span::millis(tenth * 100));
    }
    page.view(Request::Act { at: here, line: "crash n5".to_owned() });
    let Reply::Comparison(compared) = page.ask(Request::Compare { left: 0, right: 1 }) else { panic!("a comparison") };
    let Comparison { parted: Some([Some(left), Some(right)]), balances, whole: true, .. } = *compared.clone() else {
        panic!("{compared:?}")
    };
    assert!(left.at.time >= here.time && right.at.time == here.time);
    assert_eq!((right.code, right.words.as_str()), (Code::Fault, "Crash: node n5, how Process"));
    assert_eq!(balances[0].leader.as_deref(), Some("n5"));
    assert_ne!(balances[1].leader.as_deref(), Some("n5"));
    let Reply::Comparison(same) = page.ask(Request::Compare { left: 1, right: 1 }) else { panic!("a comparison") };
    assert_eq!(same.parted, None);
}

#[test]
fn what_differs_is_told_in_the_systems_own_figures() {
    let (mut page, view) = Page::open_scenario("two_phase_commit", "blocked");
    let heal = view.schedule.iter().position(|entry| entry.line == "heal").expect("a line") as u32;
    page.view(Request::Edit { changes: vec![Change::Remove { entry: heal }] });
    let Reply::Comparison(compared) = page.ask(Request::Compare { left: 0, right: 1 }) else { panic!("a comparison") };
    let [left, right] = &compared.balances;
    assert!(left.figures.iter().zip(&right.figures).all(|(a, b)| a.label == b.label));
    assert_ne!(left.figures, right.figures);
    let Some([Some(healed), _]) = &compared.parted else { panic!("{:?}", compared.parted) };
    assert!(healed.words.starts_with("Mend: "), "{}", healed.words);
    // Other conditions differ from the first entry on.
    page.view(Request::Set { line: "option participants 5".to_owned() });
    let Reply::Comparison(compared) = page.ask(Request::Compare { left: 0, right: 2 }) else { panic!("a comparison") };
    assert!(compared.parted.is_some_and(|sides| sides.iter().all(Option::is_some)));
}

#[test]
fn a_changed_script_is_a_branch_beside_the_old_one() {
    let (mut page, _) = Page::open_scenario("replication", "stale_read");
    let here = page.play_to(Time(400_000));
    let Reply::Script { text } = page.ask(Request::Script) else { panic!("the script") };
    let changed = format!("{text}run 1s\ncrash n3\nrun 1s\n");
    let view = page.view(Request::Open { source: Source::Script { text: changed } });
    assert_eq!((view.timeline.branches.len(), view.timeline.branch), (2, 1));
    assert_eq!(view.frame.at.time, here.frame.at.time, "one looks at the same instant");
    assert!(view.timeline.faults.iter().any(|fault| fault.words == "crash n3"), "what lies ahead is known");
    let back = page.view(Request::Undo);
    assert_eq!((back.timeline.branch, &back.frame), (0, &here.frame));
}

#[test]
fn a_transcript_tells_what_happened_and_when_and_plays_again() {
    let (mut page, _) = Page::open_scenario("replication", "two_primaries");
    let Reply::Transcript { text } = page.ask(Request::Transcript) else { panic!("the transcript") };
    let (script, told) = text.split_once("---\n").expect("a script and what it comes to");
    assert!(
        told.lines().count() > 20 && told.lines().all(|line| line.starts_with(|c: char| c.is_ascii_digit())),
        "{told}"
    );
    let script = Script::parse(script).expect("a script");
    assert_eq!(play(&script, Keep::default()).expect("plays").transcript, told);
}

#[test]
fn under_other_conditions_the_run_is_known_as_far_as_before() {
    let (mut page, opened) = Page::open_scenario("zab", "minority_partition");
    let faults = |view: &View| view.timeline.faults.iter().map(|fault| fault.words.clone()).collect::<Vec<_>>();
    let view = page.view(Request::Set { line: "seed 7".to_owned() });
    assert_eq!(faults(&view), faults(&opened));
    assert!(!faults(&view).is_empty());
}

/// A client looks for another server, also across a cut: it stands where it can reach somebody all the same.
#[test]
fn a_client_stands_on_the_side_that_it_can_reach() {
    for (system, scenario) in
        [("zab", "minority_partition"), ("lock_service", "leader_cut_off"), ("replication", "two_primaries")]
    {
        let (mut page, opened) = Page::open_scenario(system, scenario);
        let end = opened.timeline.end.0;
        let mut stood = 0;
        for hundredth in 1..100 {
            let frame = page.view(Request::Seek { to: Position::at(Time(end / 100 * hundredth)) }).frame;
            let is_client = |id: &NodeId| frame.nodes[usize::from(id.0)].kind == Kind::Client;
            for territory in &frame.territories {
                let (clients, servers): (Vec<NodeId>, Vec<NodeId>) =
                    territory.members.iter().partition(|id| is_client(id));
                for client in clients {
                    // What is whole and idle is no link to be drawn.
                    let reaches = |server: &NodeId| {
                        let between =
                            |link: &&LinkFrame| [(link.a, link.b), (link.b, link.a)].contains(&(client, *server));
                        !frame.links.iter().filter(between).any(|link| link.a_to_b.cut || link.b_to_a.cut)
                    };
                    stood += 1;
                    assert!(servers.iter().any(reaches), "{system} {client:?} at {:?}: {territory:?}", frame.at);
                }
            }
        }
        assert!(stood > 10, "{system}: {stood}");
    }
}

/// A client that belongs to no side goes from one to the other: what came of an operation stays where it was asked.
#[test]
fn operations_are_counted_on_the_side_that_was_asked() {
    let text = "system zab\nworkload c1 writes every 400ms\nrun 1s\npartition n1 n2 n5 | n3 n4\nrun 2s\ncrash n2\n\
        crash n5\nrun 8s\n";
    let mut page = Page::open().0;
    page.view(Request::Open { source: Source::Script { text: text.to_owned() } });
    let mut before: Vec<(u32, u32, u32)> = Vec::new();
    for tenth in 10..90 {
        let view = page.view(Request::Seek { to: Position { time: Time(tenth * 100_000), k: u32::MAX } });
        let sides = &view.frame.readout.sides;
        let counts: Vec<_> = sides.iter().map(|side| (side.answered, side.refused, side.unknown)).collect();
        if counts.len() == before.len() {
            for (now, then) in counts.iter().zip(&before) {
                assert!(now.0 >= then.0 && now.1 >= then.1 && now.2 >= then.2, "{tenth}: {before:?}, then {counts:?}");
            }
        }
        before = counts;
    }
    assert!(before.len() == 2 && before.iter().any(|side| side.2 > 3), "{before:?}");
}

#[test]
fn nobody_leads_without_a_quorum_in_reach() {
    let mut page = Page::open_scenario("zab", "opening").0;
    let here = page.play_to(Time(5_000_000));
    let leader = here.frame.readout.leader.expect("it was elected");
    let name = here.frame.nodes[usize::from(leader.0)].name.clone();
    let view = page.view(Request::Act { at: here.frame.at, line: format!("isolate {name}") });
    assert_eq!(view.frame.readout.leader, None);
    let view = page.view(Request::Act { at: view.frame.at, line: format!("rejoin {name}") });
    assert_eq!(view.frame.readout.leader, Some(leader));
}

#[test]
fn what_a_hunt_found_is_a_branch_beside_the_persons_own() {
    let (mut page, opened) = Page::open();
    let mine = page.play_to(Time(2_000_000));
    let text = "# A lost write\n\nsystem replication\nseed 5\noption mode asynchronous\nrun 1s\ncrash n1\nrun 3s\n\
        playhead 900ms\n";
    let found = |text: &str| Source::Found { text: text.into(), words: "found with seed 5".into() };
    let view = page.view(Request::Open { source: found(text) });
    assert_eq!((view.frame.at.time, view.run.seed, view.run.caption.as_str()), (Time(900_000), 5, "A lost write"));
    assert_eq!((view.timeline.branches.len(), view.timeline.branch), (2, 1));
    assert_eq!(view.timeline.branches[1].words, "found with seed 5");
    assert!(view.timeline.faults.iter().any(|fault| fault.words == "crash n1"), "what lies ahead is known");
    let Reply::Link { fragment } = page.ask(Request::Link { at: view.frame.at, selection: None }) else {
        panic!("a link")
    };
    let elsewhere = Page::open().0.view(Request::Open { source: Source::Link { fragment } });
    assert_eq!((&elsewhere.frame, &elsewhere.run.caption), (&view.frame, &view.run.caption));
    assert_eq!(elsewhere.notice, None);
    let back = page.view(Request::Undo);
    assert_eq!((&back.frame, &back.run.caption), (&mine.frame, &opened.run.caption));
    let other = page.view(Request::Open { source: found("system mutex\nrun 1s\n") });
    assert_eq!(
        (other.run.system.as_str(), other.timeline.branches.len()),
        ("mutex", 1),
        "another system is another run"
    );
}

#[test]
fn what_should_be_so_eventually_is_marked_where_its_script_ends() {
    let text = "system two_phase_commit\nc1 transfer a b 30\nuntil prepared\nexpect every_transaction_ends violated\n";
    let broken = |view: &View| {
        let claim =
            view.frame.claims.iter().find(|claim| claim.name == "every_transaction_ends").expect("it is claimed");
        claim.violation.is_some()
    };
    let is_marked = |view: &View| {
        let known = view.timeline.violations.iter().find(|(name, _)| name == "every_transaction_ends");
        let last = view.timeline.marks.iter().rev().find(|mark| mark.kind == MarkKind::Violation);
        assert_eq!(known.map(|(_, violation)| violation.at), last.map(|mark| mark.at));
        known.is_some_and(|(_, violation)| violation.at.time == view.timeline.end)
    };
    let mut page = Page { session: Session::new(), number: 0 };
    let view = page.view(Request::Open { source: Source::Script { text: text.to_owned() } });
    assert!(is_marked(&view) && !broken(&view), "it is known from the beginning, and comes at the end");
    let end = view.timeline.end;
    assert!(page.view(Request::StepMark { ahead: true }).frame.at.time <= end);
    let view = page.view(Request::Seek { to: Position { time: end + Span::seconds(1), k: 0 } });
    assert!(!broken(&view), "it came right later");
    let mut page = Page { session: Session::new(), number: 0 };
    page.view(Request::Open { source: Source::Script { text: text.to_owned() } });
    let view = page.view(Request::Seek { to: Position { time: end, k: u32::MAX } });
    assert!(is_marked(&view) && broken(&view));
    // A link keeps it, also where it is read beside another run.
    let Reply::Link { fragment } = page.ask(Request::Link { at: view.frame.at, selection: None }) else {
        panic!("a link")
    };
    let text = netsplit::lab::share::unpack(&fragment).expect("unpacks");
    let view = page.view(Request::Open { source: Source::Found { text, words: "found".to_owned() } });
    assert!(is_marked(&view) && broken(&view));
    // Another past may end otherwise; and where something is broken to the end, nothing was promised yet.
    let view = page.view(Request::Seek { to: Position::default() });
    let view = page.view(Request::Act { at: view.frame.at, line: "crash n1".to_owned() });
    assert!(!is_marked(&view));
    let text = "system two_phase_commit\nc1 transfer a b 30\nuntil prepared\ncrash n1\nexpect every_transaction_ends violated\n";
    let view = page.view(Request::Open { source: Source::Script { text: text.to_owned() } });
    assert!(!is_marked(&view));
}

fn told_at_the_end(system: &str, name: &str) -> (View, Vec<String>) {
    let mut page = Page { session: Session::new(), number: 0 };
    let opened =
        page.view(Request::Open { source: Source::Scenario { system: system.to_owned(), name: name.to_owned() } });
    let end = Position { time: opened.timeline.end, k: u32::MAX };
    let view = page.view(Request::Seek { to: end });
    let told = view.narration.iter().map(|sentence| sentence.words.clone()).collect();
    (view, told)
}

/// A branch whose future nobody has seen states no expectations, and what is violated in it is no failure of its script.
#[test]
fn a_link_of_a_branch_that_was_not_played_out_opens_without_an_alarm() {
    let mut page = Page { session: Session::new(), number: 0 };
    let source = Source::Scenario { system: "zab".to_owned(), name: "commit_without_quorum".to_owned() };
    page.view(Request::Open { source });
    let at = Position { time: Time(208_064), k: u32::MAX };
    page.view(Request::Seek { to: at });
    let view = page.view(Request::Act { at, line: "pause n3".to_owned() });
    assert!(view.timeline.branches.len() > 1);
    let Reply::Link { fragment } = page.ask(Request::Link { at: view.frame.at, selection: None }) else {
        panic!("a link")
    };
    let mut other = Page { session: Session::new(), number: 0 };
    let opened = other.view(Request::Open { source: Source::Link { fragment } });
    assert_eq!((opened.notice, opened.frame.at), (None, view.frame.at));
    assert!(!opened.timeline.violations.is_empty(), "it is known to be violated later");
}

/// Every write is a mark, and after the first none is news.
#[test]
fn from_mark_to_mark_there_is_something_new() {
    let (mut page, _) = Page::open();
    let source = Source::Scenario { system: "zab".to_owned(), name: "leader_crash_under_load".to_owned() };
    let view = page.view(Request::Open { source });
    let crash = view.timeline.faults[0].from;
    page.view(Request::Seek { to: Position::default() });
    let steps = (1..100).find(|_| page.view(Request::StepMark { ahead: true }).frame.at.time >= crash);
    assert!(steps.is_some_and(|steps| steps < 20), "{steps:?} steps to the crash");
}

#[test]
fn what_happens_at_one_instant_is_told_in_its_order() {
    let (_, told) = told_at_the_end("mutex", "by_hand");
    assert_eq!(
        told,
        [
            "t2 releases the lock a, which goes to t1",
            "t1 of n1 goes on",
            "t1 wakes up and has the lock a",
            "t1 of n1 goes on",
            "t1 of n1 goes on",
            "t1 of n1 goes on",
            "t1 releases the lock a",
            "whatever the order, each has added one",
        ]
    );
    let text =
        "system two_phase_commit\nc1 transfer a b 30\nuntil commit decided\ncrash t1\nsay \"down\"\nrestart t1\n";
    let mut page = Page { session: Session::new(), number: 0 };
    let view = page.view(Request::Open { source: Source::Script { text: text.to_owned() } });
    let view = page.view(Request::Seek { to: Position { time: view.timeline.end, k: u32::MAX } });
    let told: Vec<&str> = view.narration.iter().rev().take(5).rev().map(|sentence| &*sentence.words).collect();
    assert_eq!(
        told,
        [
            "t1 has decided: the commit of T1 is on its disk",
            "t1 crashes",
            "down",
            "t1 starts again",
            "t1 finds its commit of T1 in the log and tells it again",
        ]
    );
}

#[test]
fn a_process_that_is_killed_is_a_fault() {
    let (view, told) = told_at_the_end("mutex", "owner_dies_not_robust");
    assert_eq!(told.last().map(String::as_str), Some("t1 dies with the lock a, which nobody else may release"));
    let [bar] = &view.timeline.faults[..] else { panic!("one bar: {:?}", view.timeline.faults) };
    assert_eq!((bar.words.as_str(), bar.to), ("n1 t1 kill", None));
    let entry = &view.schedule[bar.entry as usize];
    assert_eq!((entry.line.as_str(), entry.at.time), ("n1 t1 kill", bar.from));

    let text = "system mutex\noption processes each\nn1 t1 kill\nrun 5ms\nn1 t1 add\nrun 5ms\n";
    let mut page = Page { session: Session::new(), number: 0 };
    let view = page.view(Request::Open { source: Source::Script { text: text.to_owned() } });
    let bars: Vec<_> = view.timeline.faults.iter().map(|bar| (bar.from, bar.to, bar.ended_by.clone())).collect();
    assert_eq!(bars, [(Time::ZERO, Some(Time(5_000)), None)], "until the thread is another process's");
}
