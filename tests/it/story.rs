//! The run as beats and silences: golden tables for recorded runs, and the pace that follows from nothing else.

use expect_test::expect_file;
use netsplit::lab::catalog::{self, Keep};
use netsplit::lab::pace::pace;
use netsplit::lab::play::{self, Played};
use netsplit::lab::script::Script;
use netsplit::lab::story::Story;
use netsplit::lab::timeline::Timeline;
use netsplit::lab::wire::Stretch;
use netsplit::sim::{Span, Time};

use netsplit::lab::frame::Position;

const TOLD: [(&str, &str); 5] = [
    ("zab", "opening"),
    ("zab", "minority_partition"),
    ("replication", "two_primaries"),
    ("two_phase_commit", "blocked"),
    ("lock_queue", "paused_holder"),
];

fn played(system: &str, name: &str) -> Played {
    let system = catalog::find(system).expect("a system");
    let text = catalog::scenario(system, name).expect("a scenario");
    play::play(&Script::parse(text).expect("reads"), Keep::default()).expect("plays")
}

fn stretches(played: &Played) -> Vec<Stretch> {
    played.engine.record().story.stretches(played.end.time)
}

fn timeline(played: &Played) -> Timeline {
    Timeline::new(played.system.start(&played.settings, Keep::default()), played.schedule.clone())
}

/// Every stretch with its length there and here, and where the whole stands by its end.
fn table(played: &Played) -> String {
    let mut text = format!("{:>12} {:>12} {:>9} {:>9}\n", "from", "lasts", "on screen", "by then");
    let (mut from, mut screen) = (Time::ZERO, 0);
    for stretch in stretches(played) {
        screen += u64::from(stretch.screen_ms);
        let lasts = stretch.until.since(from).to_string();
        let here = format!("{:.2} s", f64::from(stretch.screen_ms) / 1e3);
        let what = match (stretch.beat, stretch.silence) {
            (true, _) => "beat",
            (_, true) => "silence",
            _ => "",
        };
        let line = format!(
            "{:>12} {lasts:>12} {here:>9} {:>9} {what}",
            from.to_string(),
            format!("{:.1} s", screen as f64 / 1e3)
        );
        text.push_str(line.trim_end());
        text.push('\n');
        from = stretch.until;
    }
    text
}

#[test]
fn beats_and_silences_of_recorded_runs() {
    for (system, name) in TOLD {
        let path = format!("{}/tests/data/stories/{system}-{name}.txt", env!("CARGO_MANIFEST_DIR"));
        expect_file![path].assert_eq(&table(&played(system, name)));
    }
}

/// Wherever one comes from, and whatever was seen before: the pace is that of the recorded run.
#[test]
fn seeking_recording_and_playing_go_at_one_pace() {
    for (system, name) in TOLD {
        let played = played(system, name);
        let mut run = timeline(&played);
        let mut from = Time::ZERO;
        let all = stretches(&played);
        // The last stretch may go on behind the end of the script.
        let whole = &all[..all.len().saturating_sub(2)];
        for stretch in whole.iter().rev().step_by(1 + whole.len() / 60).chain(&whole[..whole.len().min(20)]) {
            let began =
                whole.iter().rev().find(|other| other.until < stretch.until).map_or(Time::ZERO, |other| other.until);
            for part in [0, 1, 2] {
                from = Time(began.0 + stretch.until.since(began).0 * part / 3);
                run.seek(Position { time: from, k: u32::MAX }, u64::MAX);
                let alone = pace(&run, &Story::default(), Time::ZERO);
                let known = pace(&run, &played.engine.record().story, Time(played.end.time.0 - 1));
                assert_eq!(alone, known, "{system}/{name} at {from}");
                assert_eq!(alone.until, stretch.until, "{system}/{name} at {from}");
                assert_eq!((alone.beat, alone.silence), (stretch.beat, stretch.silence), "{system}/{name} at {from}");
            }
        }
        assert!(from > Time::ZERO || whole.len() < 2);
    }
}

#[test]
fn no_scenario_stands_still() {
    for system in catalog::SYSTEMS {
        for (name, _) in system.scenarios() {
            let played = played(system.name(), name);
            for stretch in stretches(&played).iter().take(2_000) {
                let longest = if stretch.beat { 14_000 } else { 1_800 };
                assert!(stretch.screen_ms <= longest, "{}/{name}: {stretch:?}", system.name());
            }
        }
    }
}

/// Time-outs of seconds and elections of milliseconds are both watchable without touching a control.
#[test]
fn nothing_takes_too_long_to_watch() {
    for (system, name) in TOLD {
        let played = played(system, name);
        for stretch in stretches(&played) {
            let longest = if stretch.beat { 14_000 } else { 1_800 };
            assert!(stretch.screen_ms <= longest, "{system}/{name}: {stretch:?}");
        }
    }
    let opening = played("zab", "opening");
    let record = opening.engine.record();
    let followed =
        record.marks.iter().find(|mark| mark.words == "n5 epoch accepted").expect("a quorum promises").at.time;
    let screen: u64 = record.story.stretches(followed).iter().map(|one| u64::from(one.screen_ms)).sum();
    assert!(Span::millis(screen) <= Span::seconds(12), "a quorum follows after {screen} ms of screen");
}
