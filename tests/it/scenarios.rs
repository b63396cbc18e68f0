//! Every scenario file is a fixed point of its runner: what it says is what happens.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use netsplit::lab::catalog::{self, Keep, SYSTEMS, System};
use netsplit::lab::play;
use netsplit::lab::script::Script;

fn folder(system: &dyn System) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let homes = ["protocols", "systems"].map(|home| root.join(home).join(system.name()).join("scenarios"));
    homes.into_iter().find(|folder| folder.is_dir()).unwrap_or_else(|| panic!("{} has no scenarios", system.name()))
}

fn play_text(text: &str) -> (play::Played, Script) {
    let script = Script::parse(text).unwrap_or_else(|problem| panic!("{problem:?}"));
    let played =
        play::play(&script, Keep { hash: true, ..Keep::default() }).unwrap_or_else(|problem| panic!("{problem:?}"));
    (played, script)
}

#[test]
fn every_scenario_comes_out_as_it_is_written() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for system in SYSTEMS {
        for (name, _) in system.scenarios() {
            let path = folder(*system).join(format!("{name}.txt"));
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let script = match Script::parse(&text) {
                Ok(script) => script,
                Err(problem) => {
                    wrong.push(format!("{name}: {problem:?}"));
                    continue;
                }
            };
            match play::play(&script, Keep::default()) {
                Err(problem) => wrong.push(format!("{name}: {problem:?}")),
                Ok(played) if !played.ok() => {
                    wrong.push(format!("{name}: {:?}\n{}", played.failures, played.transcript));
                }
                Ok(played) if played.file(&script) != text => {
                    if update {
                        fs::write(&path, played.file(&script)).unwrap_or_else(|error| panic!("{error}"));
                    } else {
                        wrong.push(format!("{name} comes out differently:\n{}", played.transcript));
                    }
                }
                Ok(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n\nUPDATE_EXPECT=1 rewrites transcripts, never expectations.", wrong.join("\n\n"));
}

#[test]
fn every_scenario_file_is_in_the_catalogue() {
    for system in SYSTEMS {
        let listed: BTreeSet<String> = system.scenarios().iter().map(|(name, _)| format!("{name}.txt")).collect();
        let found: BTreeSet<String> = fs::read_dir(folder(*system))
            .expect("the folder can be read")
            .map(|entry| entry.expect("so can its entries").file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(listed, found, "{}", system.name());
    }
}

#[test]
fn the_same_schedule_gives_the_same_trace_twice() {
    for system in SYSTEMS {
        for (name, text) in system.scenarios() {
            let (first, second) = (play_text(text).0, play_text(text).0);
            assert_eq!(first.engine.trace_hash(), second.engine.trace_hash(), "{name}");
            assert_ne!(first.engine.trace_hash(), 0, "{name}");
            assert_eq!(first.engine.fingerprint(), second.engine.fingerprint(), "{name}");
        }
    }
}

#[test]
fn another_seed_gives_another_trace() {
    let system = SYSTEMS[0];
    let (_, text) = system.scenarios()[0];
    let hash = |seed: u64| {
        let (script, mut settings) = {
            let script = Script::parse(text).expect("reads");
            let (_, settings) = catalog::settings(&script).expect("settles");
            (script, settings)
        };
        settings.seed = seed;
        catalog::set_option(system, &mut settings, "jitter", "on").expect("an option of every system");
        let keep = Keep { hash: true, ..Keep::default() };
        play::play_with(&script, system, settings, keep).expect("plays").engine.trace_hash()
    };
    assert_ne!(hash(1), hash(2));
}

#[test]
fn each_flaw_is_caught_in_its_scenario_and_only_with_the_flaw() {
    for system in SYSTEMS {
        for flaw in system.flaws() {
            let text = catalog::scenario(*system, flaw.scenario).unwrap_or_else(|problem| panic!("{problem:?}"));
            let violated = |text: &str| {
                let claims = play_text(text).0.engine.claims();
                claims.into_iter().any(|claim| claim.name == flaw.violates && claim.violation.is_some())
            };
            assert!(violated(text), "{}: {} does not violate {}", system.name(), flaw.scenario, flaw.violates);
            let mended = text.replace(&format!("flaw {}", flaw.name), "");
            assert_ne!(mended, text, "{} does not switch {} on", flaw.scenario, flaw.name);
            assert!(!violated(&mended), "{}: {} is violated without the flaw", system.name(), flaw.violates);
        }
    }
}

#[test]
fn every_claim_is_judged_somewhere() {
    for system in SYSTEMS {
        let mut judged: BTreeSet<&str> = BTreeSet::new();
        for (_, text) in system.scenarios() {
            judged.extend(
                play_text(text)
                    .0
                    .engine
                    .claims()
                    .into_iter()
                    .filter(|claim| claim.premises > 0)
                    .map(|claim| claim.name),
            );
        }
        let eventual = play_text(system.scenarios()[0].1).0.engine.claims();
        let always: BTreeSet<&str> = eventual
            .into_iter()
            .filter(|claim| claim.expectation != netsplit::sim::Expectation::Eventually)
            .map(|claim| claim.name)
            .collect();
        let never: Vec<&&str> = always.difference(&judged).collect();
        assert!(never.is_empty(), "{}: nothing ever tested {never:?}", system.name());
    }
}

#[test]
fn a_run_that_nobody_looks_at_comes_to_the_same() {
    for system in SYSTEMS {
        for (name, text) in system.scenarios() {
            let come_to = |nothing: bool| {
                let script = Script::parse(text).expect("reads");
                let engine =
                    play::play(&script, Keep { hash: true, nothing, ..Keep::default() }).expect("plays").engine;
                let told = (engine.trace_hash(), engine.fingerprint(), engine.position(), engine.events());
                (told, engine.claims(), engine.reached(), engine.answered(), engine.contradicted())
            };
            assert_eq!(come_to(false), come_to(true), "{}/{name}", system.name());
        }
    }
}
