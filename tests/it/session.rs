//! The page's side of the wire, by loopback: every request answered once, bytes and all.

use netsplit::lab::frame::{Health, Position};
use netsplit::lab::session::Session;
use netsplit::lab::wire::{Numbered, Problem, Reply, Request, Source, View, decode, encode};
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
        let to = view.pace.until.max(Time(view.frame.at.time.0 + 1));
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
    page.refused(Request::Edit { entry: 999, to: None });
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
