//! Ten thousand damaged scripts and links go through the parsers, and what can still be read is played. Nothing panics.

use netsplit::lab::catalog::{Keep, SYSTEMS};
use netsplit::lab::script::Script;
use netsplit::lab::{play, share};
use netsplit::sim::random::{below, fold};

fn mutate(text: &str, seed: u64) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let draws = |i: u64, bound: usize| below(fold(&[seed, i]), bound.max(1) as u64) as usize;
    let words = [
        "n1",
        "n99",
        "->",
        "|",
        "99999999999999999999",
        "0s",
        "\"",
        "crash",
        "at 1s #4294967295",
        "until",
        "é",
        "\u{0}",
        "-1",
        "#",
        "hold",
        "1e9s",
    ];
    for round in 0..=draws(0, 4) as u64 {
        let at = draws(round * 7 + 1, chars.len());
        match draws(round * 7 + 2, 5) {
            0 if !chars.is_empty() => {
                chars.remove(at.min(chars.len() - 1));
            }
            1 => {
                let word = words[draws(round * 7 + 3, words.len())];
                chars.splice(at..at, word.chars());
            }
            2 => {
                let end = (at + draws(round * 7 + 4, 12)).min(chars.len());
                chars.drain(at..end);
            }
            3 => {
                let end = (at + draws(round * 7 + 5, 30)).min(chars.len());
                let piece: Vec<char> = chars[at..end].to_vec();
                let to = draws(round * 7 + 6, chars.len());
                chars.splice(to..to, piece);
            }
            _ => chars.truncate(at),
        }
    }
    chars.into_iter().collect()
}

/// The commands of every scenario, without transcript and without what takes long.
fn sources() -> Vec<String> {
    let texts = SYSTEMS.iter().flat_map(|system| system.scenarios()).map(|(_, text)| *text);
    texts.map(|text| text.split("\n---").next().unwrap_or("").to_owned()).collect()
}

#[test]
fn damaged_scripts_are_refused_with_a_place() {
    let sources = sources();
    let (mut refused, mut read) = (0, 0);
    for seed in 0..10_000 {
        let text = mutate(&sources[seed as usize % sources.len()], seed);
        match Script::parse(&text) {
            Err(problem) => {
                assert!(!problem.message.is_empty(), "{text}");
                assert!(problem.line as usize <= text.lines().count().max(1), "{problem:?}");
                refused += 1;
            }
            Ok(_) => read += 1,
        }
    }
    assert!(refused > 500 && read > 500, "{refused} refused, {read} read: the damage is too great or too small");
}

#[test]
fn damaged_scripts_that_can_still_be_read_play_without_panic() {
    let sources = sources();
    let mut played = 0;
    for seed in 0..1_500 {
        let text = mutate(&sources[seed as usize % sources.len()], seed + 50_000);
        let Ok(script) = Script::parse(&text) else { continue };
        // Whole minutes of virtual time are for other tests.
        if text.contains("9999") || text.contains("1e9") {
            continue;
        }
        if play::play(&script, Keep::default()).is_ok() {
            played += 1;
        }
    }
    assert!(played > 100, "{played}");
}

#[test]
fn damaged_links_are_refused_with_a_reason() {
    let links: Vec<String> = sources().iter().map(|text| share::pack(text)).collect();
    let mut refused = 0;
    for seed in 0..10_000 {
        let link = mutate(&links[seed as usize % links.len()], seed);
        match share::unpack(&link) {
            Err(problem) => {
                assert!(!problem.message.is_empty() && !problem.hint.is_empty());
                refused += 1;
            }
            Ok(text) => drop(Script::parse(&text)),
        }
    }
    assert!(refused > 5_000, "{refused}");
}
