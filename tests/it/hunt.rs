//! The hunt: the same seed is the same run, nothing is violated without a flaw, and what it finds plays.

use std::collections::BTreeMap;

use netsplit::lab::catalog::{self, Keep, SYSTEMS, Settings, System};
use netsplit::lab::hunt::{Found, Hunt};
use netsplit::lab::play;
use netsplit::lab::script::Script;
use netsplit::lab::shrink;

use super::command_line::{json, netsplit};

fn hunt(system: &'static dyn System, flaw: Option<&str>) -> Hunt {
    let mut settings = Settings::defaults(system.options());
    if let Some(flaw) = flaw {
        catalog::set_flaw(system, &mut settings, flaw, true).expect("a flaw of the system");
    }
    Hunt { system, settings, fixed: Vec::new() }
}

fn first(hunt: &Hunt, seeds: std::ops::Range<u64>) -> Option<Found> {
    let seed = seeds.into_iter().find(|seed| hunt.run(*seed).violation.is_some())?;
    let plan = hunt.plan(seed);
    let tried = plan.run(hunt.system);
    shrink::shrink(hunt.system, seed, plan, tried, &mut |_| true)
}

#[test]
fn a_seed_is_the_same_run_every_time() {
    for system in SYSTEMS {
        let hunt = hunt(*system, None);
        let told = |seed| {
            let tried = hunt.run(seed);
            (hunt.plan(seed), tried.events, tried.counts, tried.effective)
        };
        for seed in 1..6 {
            assert_eq!(told(seed), told(seed), "{} {seed}", system.name());
        }
        assert_ne!(hunt.plan(1).cues, hunt.plan(2).cues);
    }
}

#[test]
fn without_a_flaw_nothing_is_violated() {
    for system in SYSTEMS {
        let hunt = hunt(*system, None);
        let mut counted = 0;
        for seed in 1..151 {
            let tried = hunt.run(seed);
            assert_eq!(tried.violation, None, "{} {seed}", system.name());
            counted += u64::from(tried.counts);
        }
        assert!(counted > 50, "{}: only {counted} of 150 runs count", system.name());
    }
}

/// They may take hundreds or thousands of runs, which the score card counts.
const RARE: [&str; 5] = ["wakeup_lost", "no_fencing", "timed_out_is_granted", "wall_clock_leases", "epoch_before_log"];

#[test]
fn flaws_are_found_and_what_is_found_plays() {
    for system in SYSTEMS {
        for flaw in system.flaws() {
            let hunt = hunt(*system, Some(flaw.name));
            let Some(found) = first(&hunt, 1..150) else {
                assert!(RARE.contains(&flaw.name), "{} is not found within 150 runs", flaw.name);
                continue;
            };
            let text = found.script(&hunt);
            let script = Script::parse(&text).unwrap_or_else(|problem| panic!("{problem:?}\n{text}"));
            let played = play::play(&script, Keep::default()).unwrap_or_else(|problem| panic!("{problem:?}\n{text}"));
            assert!(played.ok(), "{:?}\n{text}", played.failures);
            assert!(found.entries() <= 20, "{} entries\n{text}", found.entries());
        }
    }
}

/// Two machines with a lock each lose updates, whatever silence is taken for.
#[test]
fn what_is_violated_without_the_flaw_as_well_is_no_find() {
    let mut hunt = hunt(catalog::find("mutex").expect("known"), Some("silence_is_death"));
    for (name, value) in [("machines", "2"), ("locks", "own")] {
        catalog::set_option(hunt.system, &mut hunt.settings, name, value).expect("allowed");
        hunt.fixed.push(name.to_owned());
    }
    assert!((1..200).all(|seed| hunt.run(seed).violation.is_none()));
    hunt.settings.clear_flaws();
    assert!((1..200).any(|seed| hunt.run(seed).violation.is_some()));
}

#[test]
fn the_command_line_reports_what_it_finds() {
    let args = ["hunt", "zab", "--flaw", "vote_by_id", "--seeds", "1..1000", "--json"];
    let (report, code) = json(&args);
    assert_eq!(code, Some(1));
    let keys: Vec<&str> = report.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 6, "{keys:?}");
    for key in ["system", "flaw", "runs", "counted", "seconds", "violation"] {
        assert!(keys.contains(&key), "{key}");
    }
    let violation = &report["violation"];
    assert!(violation["property"].is_string() && violation["says"].is_string() && violation["entries"].is_u64());
    assert_eq!(violation["seed"].as_u64(), Some(report["runs"].as_u64().expect("a number")), "seeds begin at 1");
    let one = json(&[&args[..], &["--jobs", "1"]].concat()).0;
    assert_eq!(one["violation"], *violation, "the answer does not depend on how many work at once");
    let state = std::env::temp_dir().join(format!("netsplit-{}-find.json", std::process::id()));
    let _absent = std::fs::remove_file(&state);
    for _ in 0..2 {
        let again = json(&[&args[..], &["--resume", &state.to_string_lossy()]].concat()).0;
        assert_eq!((&again["runs"], &again["counted"]), (&report["runs"], &report["counted"]), "a find is found again");
    }
    let script = std::env::temp_dir().join(format!("netsplit-{}-found.txt", std::process::id()));
    std::fs::write(&script, violation["script"].as_str().expect("a script")).expect("written");
    assert_eq!(netsplit(&["play", &script.to_string_lossy()]).status.code(), Some(0));
}

#[test]
fn shards_and_resumption_run_every_seed_once() {
    let whole = json(&["hunt", "replication", "--seeds", "1..41", "--json"]).0;
    assert_eq!((whole["runs"].as_u64(), whole["violation"].is_null(), whole["flaw"].is_null()), (Some(40), true, true));
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let (part, code) = json(&["hunt", "replication", "--seeds", "1..41", "--shard", shard, "--json"]);
        assert_eq!(code, Some(0));
        for key in ["runs", "counted"] {
            *sums.entry(key).or_default() += part[key].as_u64().expect("a number");
        }
    }
    assert_eq!((Some(sums["runs"]), Some(sums["counted"])), (Some(40), whole["counted"].as_u64()));
    let state = std::env::temp_dir().join(format!("netsplit-{}-state.json", std::process::id()));
    let _absent = std::fs::remove_file(&state);
    let state = state.to_string_lossy().into_owned();
    for _ in 0..2 {
        let again = json(&["hunt", "replication", "--seeds", "1..41", "--resume", &state, "--json"]).0;
        assert_eq!(again["runs"], whole["runs"], "what was run is not run again");
    }
    assert_eq!(netsplit(&["hunt", "replication", "--seeds", "1..99", "--resume", &state]).status.code(), Some(2));
}

#[test]
fn what_a_hunt_is_told_wrongly_exits_2() {
    for args in [
        &["hunt", "nowhere"][..],
        &["hunt", "zab", "--flaw", "nothing"],
        &["hunt", "zab", "--option", "voters=none"],
        &["hunt", "zab", "--seeds", "7"],
        &["hunt", "zab", "--seeds", "7..7"],
        &["hunt", "zab", "--shard", "5/4"],
        &["hunt", "zab", "--shard", "0/0"],
    ] {
        let output = netsplit(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty());
    }
}
