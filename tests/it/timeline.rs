//! Time travel: a seek is the run, a branch leaves its parent alone, and long runs stay small.

use netsplit::lab::catalog::{self, Keep, SYSTEMS};
use netsplit::lab::frame::Position;
use netsplit::lab::play;
use netsplit::lab::schedule::{Entry, Schedule};
use netsplit::lab::script::Script;
use netsplit::lab::timeline::Timeline;
use netsplit::lab::trace::Code;
use netsplit::sim::Time;

fn recorded(text: &str) -> (Timeline, Position) {
    let script = Script::parse(text).expect("reads");
    let played = play::play(&script, Keep::default()).expect("plays");
    let start = played.system.start(&played.settings, Keep::default());
    (Timeline::new(start, played.schedule), played.end)
}

fn seen(timeline: &Timeline) -> (u64, String) {
    (timeline.engine().fingerprint(), format!("{:?}", timeline.engine().frame()))
}

#[test]
fn a_recorded_schedule_replays_the_script_it_came_from() {
    for system in SYSTEMS {
        for (name, text) in system.scenarios() {
            let script = Script::parse(text).expect("reads");
            let played = play::play(&script, Keep::default()).expect("plays");
            let mut timeline =
                Timeline::new(played.system.start(&played.settings, Keep::default()), played.schedule.clone());
            timeline.seek(played.end, u64::MAX);
            assert_eq!(timeline.engine().fingerprint(), played.engine.fingerprint(), "{name}");
            assert_eq!(timeline.engine().events(), played.engine.events(), "{name}");
        }
    }
}

#[test]
fn a_seek_is_the_run() {
    for system in SYSTEMS {
        let (name, text) = system.scenarios()[0];
        let (mut timeline, end) = recorded(text);
        let (mut fresh, _) = recorded(text);
        timeline.seek(end, u64::MAX);
        let all = timeline.things();
        for part in [all / 2, all / 3, 7, all - 1, 0, all] {
            timeline.seek_thing(part);
            fresh = {
                let (new, _) = recorded(text);
                drop(fresh);
                new
            };
            fresh.seek_thing(part);
            assert_eq!(seen(&timeline), seen(&fresh), "{name} at {part} of {all}");
        }
        // By time: there and back again.
        let half = Position { time: Time(end.time.0 / 2), k: u32::MAX };
        timeline.seek(half, u64::MAX);
        let there = seen(&timeline);
        timeline.seek(end, u64::MAX);
        timeline.seek(half, u64::MAX);
        assert_eq!(seen(&timeline), there, "{name}");
    }
}

#[test]
fn a_step_back_undoes_a_step() {
    let (_, text) = SYSTEMS[0].scenarios()[0];
    let (mut timeline, end) = recorded(text);
    timeline.seek(Position { time: Time(end.time.0 / 2), k: 0 }, u64::MAX);
    for _ in 0..50 {
        let before = seen(&timeline);
        let things = timeline.things();
        timeline.seek_thing(things + 1);
        timeline.seek_thing(things);
        timeline.seek_thing(things + 1);
        let after = seen(&timeline);
        timeline.seek_thing(things);
        assert_eq!(before.0, seen(&timeline).0);
        timeline.seek_thing(things + 1);
        assert_eq!(after, seen(&timeline));
    }
}

#[test]
fn a_branch_never_changes_its_parent() {
    let (_, text) = SYSTEMS[0].scenarios()[0];
    let (mut parent, end) = recorded(text);
    parent.seek(end, u64::MAX);
    let before = seen(&parent);
    let at = Position { time: Time(end.time.0 / 2), k: 0 };
    let mut schedule: Schedule = parent.schedule().clone();
    let crash = Script::parse(&format!("system {}\ncrash n1\n", SYSTEMS[0].name())).expect("reads");
    let netsplit::lab::script::Item::Do(command) = crash.items[0].1.clone() else { panic!("a command") };
    schedule.insert(Entry { at, command });
    let mut child = parent.branch(schedule, at);
    child.seek(end, u64::MAX);
    assert_ne!(seen(&child).0, before.0, "the edit changed the child");
    assert_eq!(seen(&parent), before);
    parent.seek(Position::default(), u64::MAX);
    parent.seek(end, u64::MAX);
    assert_eq!(seen(&parent), before);
}

#[test]
fn a_long_run_keeps_few_checkpoints_and_seeks_by_re_executing_little() {
    let name = SYSTEMS[0].name();
    let text = format!("system {name}\nworkload c1 {} every 2ms\n", catalog_workload());
    let (mut timeline, _) = recorded(&text);
    while timeline.things() < 200_000 {
        let more = timeline.position().time.0 + 1_000_000;
        timeline.seek(Position { time: Time(more), k: u32::MAX }, u64::MAX);
    }
    assert!(timeline.checkpoint_count() <= 65, "{}", timeline.checkpoint_count());
    // A seek starts at most one spacing before where it goes: 200,000 things over at least 32 checkpoints.
    assert!(timeline.spacing() <= 200_000 / 32, "{}", timeline.spacing());
    let middle = timeline.things() / 2 + 17;
    timeline.seek_thing(middle);
    assert_eq!(timeline.things(), middle);
}

#[test]
fn a_branch_still_knows_what_had_no_effect_before_it() {
    let name = SYSTEMS[0].name();
    let text = format!("system {name}\nrestart n1\nworkload c1 {} every 2ms\nrun 4s\n", catalog_workload());
    let (mut parent, end) = recorded(&text);
    parent.seek(end, u64::MAX);
    assert!(parent.checkpoint_count() > 1, "what came before is not carried out again");
    let why = parent.ineffective(0).expect("n1 is not down").to_owned();
    let mut child = parent.branch(parent.schedule().clone(), end);
    child.seek(end, u64::MAX);
    assert_eq!(child.ineffective(0), Some(why.as_str()));
    let before = parent.branch(parent.schedule().clone(), Position::default());
    assert_eq!(before.ineffective(0), None, "it may come out otherwise");
}

/// The first workload of the first system; every system has one.
fn catalog_workload() -> &'static str {
    SYSTEMS[0].workloads()[0].0
}

#[test]
fn settings_are_those_of_the_script() {
    let script = Script::parse(&format!("system {}\nseed 9\noption latency 3ms\n", SYSTEMS[0].name())).expect("reads");
    let (_, settings) = catalog::settings(&script).expect("settles");
    assert_eq!((settings.seed, settings.text("latency")), (9, "3ms"));
}

#[test]
fn why_is_walked_across_checkpoints_to_what_a_person_did() {
    let name = SYSTEMS[0].name();
    let text = format!("system {name}\nworkload c1 {} every 2ms\nrun 1s\ncrash n1\n", catalog_workload());
    let (mut timeline, end) = recorded(&text);
    timeline.seek(end, u64::MAX);
    let lost =
        timeline.engine().segment().iter().find(|(_, entry)| entry.code == Code::Crash).map(|(number, _)| number);
    let crash = lost.expect("the crash is in the trace") as u32;
    while timeline.things() < 30_000 {
        let more = timeline.position().time.0 + 1_000_000;
        timeline.seek(Position { time: Time(more), k: u32::MAX }, u64::MAX);
    }
    assert!(timeline.checkpoint_count() > 3, "{}", timeline.checkpoint_count());
    let chain = timeline.why(crash + 1, 50);
    assert_eq!(chain[0].0, crash + 1, "an entry long before the last checkpoint is found again");
    assert!(chain.windows(2).all(|pair| pair[0].1.cause == pair[1].0));
    let last = chain.last().expect("a chain has an end").1;
    assert!(last.cause == 0 || chain.len() == 50, "{last:?}");
}
