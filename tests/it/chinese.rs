//! All that is shown to people is in the Chinese tables: every scenario is played, and what is seen on the way is looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use netsplit::lab::catalog::SYSTEMS;
use netsplit::lab::dictionary::{Dictionary, fixed_parts, hole_numbers, pairs};
use netsplit::lab::frame::Position;
use netsplit::lab::session::Session;
use netsplit::lab::spoken;
use netsplit::lab::wire::{Reply, Request, Source};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The tables that are served beside the page: under which name, and from where.
fn served() -> BTreeMap<String, String> {
    let index = fs::read_to_string(root().join("index.html")).expect("index.html is text");
    let files =
        index.lines().filter_map(|line| line.split_once("href=\"")?.1.split_once("\" data-target-path=\"chinese/"));
    files.map(|(file, rest)| (rest.split('"').next().unwrap_or_default().to_owned(), file.to_owned())).collect()
}

fn tables() -> String {
    let read = |file: &String| fs::read_to_string(root().join(file)).expect("a table is text");
    served().values().map(read).collect::<Vec<_>>().join("\n")
}

/// Every text for people, with where it was met first.
fn texts() -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut collect = |reply: &mut Reply, place: &str| {
        assert!(!matches!(reply, Reply::Refused(_)), "{place}: {reply:?}");
        spoken::in_reply(reply, &mut |text: &mut String| {
            if !texts.contains_key(text) {
                texts.insert(text.clone(), place.to_owned());
            }
        });
    };
    let hello = Request::Hello { build: String::new() };
    collect(&mut Session::new().answer(hello), "the menu");
    for system in SYSTEMS {
        for (name, _) in system.scenarios() {
            let place = format!("{}/{name}", system.name());
            let mut session = Session::new();
            let source = Source::Scenario { system: system.name().to_owned(), name: (*name).to_owned() };
            let Reply::View(view) = session.answer(Request::Open { source }) else { panic!("{place}") };
            let timeline = view.timeline;
            let end = Position { time: timeline.end, k: u32::MAX };
            let mut last = Position::default();
            for at in [Position::default()].into_iter().chain(timeline.marks.iter().map(|mark| mark.at)).chain([end]) {
                // Just before and just behind what is marked.
                for to in [Position { k: at.k.saturating_sub(1), ..at }, at] {
                    if last != to {
                        collect(&mut session.answer(Request::Seek { to }), &place);
                    }
                    last = to;
                }
            }
            collect(&mut session.answer(Request::Hear), &place);
            let mut after = 0;
            loop {
                let mut part = session.answer(Request::Trace { after });
                collect(&mut part, &place);
                let Reply::Trace(part) = part else { panic!("{place}") };
                match part.entries.last() {
                    Some(last) if part.more => after = last.number,
                    _ => break,
                }
            }
        }
    }
    texts
}

/// Words that stay: names that scripts give, what scripts say, and what programs are called.
const KEPT: [&str; 39] = [
    "accept",
    "acquire",
    "alpha",
    "autopurge",
    "beta",
    "confirm",
    "delta",
    "epsilon",
    "etcd",
    "expire",
    "fresh",
    "gamma",
    "get",
    "ghost",
    "hello",
    "late",
    "ledger",
    "letter",
    "ms",
    "next",
    "ok",
    "orders",
    "page",
    "printer",
    "put",
    "read",
    "release",
    "report",
    "scanner",
    "sync",
    "tick",
    "time",
    "out",
    "transfer",
    "write",
    "zeta",
    "zxid",
    "zxids",
    "nil",
];

/// English words in a translation, apart from what stands in backquotes.
fn english(text: &str) -> Vec<&str> {
    let prose = text.split('`').step_by(2);
    let words = prose.flat_map(|part| part.split(|char: char| !char.is_ascii_alphanumeric() && char != '_'));
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.filter(is_word).filter(|word| !KEPT.contains(word)).collect()
}

#[test]
fn every_text_is_translated() {
    let dictionary = Dictionary::new(&tables());
    let mut missing = Vec::new();
    for (text, place) in texts() {
        let translation = dictionary.translate(&text).unwrap_or_else(|| text.as_str().into());
        if !english(&translation).is_empty() {
            missing.push(format!("{place}: {text} => {translation}"));
        }
        if dictionary.rivals(&text) > 1 {
            missing.push(format!("{place}: more than one sentence fits {text}"));
        }
    }
    assert!(missing.is_empty(), "{} without a translation:\n{}", missing.len(), missing.join("\n"));

    // What no scenario says is at least said somewhere in the sources.
    let (tables, sources) = (tables(), sources());
    let used: BTreeSet<usize> = dictionary.used().into_iter().collect();
    let unused = pairs(&tables).map(|(sentence, _)| sentence).enumerate().filter(|(at, _)| !used.contains(at));
    let idle: Vec<&str> = unused
        .map(|(_, sentence)| sentence)
        .filter(|sentence| !fixed_parts(sentence).iter().all(|part| sources.contains(part.trim())))
        .collect();
    assert!(idle.is_empty(), "nothing says this:\n{}", idle.join("\n"));
}

/// All sources, with texts that go over several lines as one.
fn sources() -> String {
    let mut sources = String::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = fs::read_to_string(&path).expect("source is text");
                let mut lines = source.split("\\\n");
                sources.push_str(lines.next().unwrap_or_default());
                lines.for_each(|line| sources.push_str(line.trim_start()));
            }
        }
    }
    sources
}

/// The page asks for them by these names.
#[test]
fn each_system_has_a_table() {
    let served = served();
    let names: BTreeSet<&str> = SYSTEMS.iter().map(|system| system.name()).chain(["common"]).collect();
    assert_eq!(served.keys().map(String::as_str).collect::<BTreeSet<_>>(), names);
    for (name, file) in served {
        assert!(name == "common" || file.ends_with(&format!("/{name}/chinese.txt")), "{name}: {file}");
    }
}

#[test]
fn tables_are_in_order() {
    let mut sentences = BTreeMap::new();
    for (sentence, translation) in pairs(&tables()) {
        let holes = hole_numbers(sentence);
        assert_eq!(holes, (0..holes.len()).collect::<Vec<_>>(), "{sentence}");
        let translated: BTreeSet<usize> = hole_numbers(translation).into_iter().collect();
        assert_eq!(translated, holes.into_iter().collect(), "{sentence}: {translation}");
        assert!(sentences.insert(sentence.to_owned(), ()).is_none(), "twice: {sentence}");
    }
    assert!(sentences.len() > 900);
}
