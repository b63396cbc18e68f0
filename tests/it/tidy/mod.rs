//! The laws of the house that a compiler does not hold: who may import whom, and what never appears where.

mod paths;
mod source;

use std::{
    fs,
    path::{Path, PathBuf},
};

use paths::named;
use source::{Placed, Token, tokens};

/// Who may import whom. What is not listed may import everything.
const MAY_IMPORT: [(&str, &[&str]); 11] = [
    ("sorting", &[]),
    ("sim", &[]),
    ("parts", &["sorting"]),
    ("machines", &["sorting", "parts"]),
    ("judges", &["sorting", "sim", "parts", "machines"]),
    ("describe", &["sorting", "sim", "judges"]),
    ("protocols", &["sorting", "sim", "parts", "machines", "judges", "describe"]),
    ("systems", &["sorting", "sim", "parts", "machines", "judges", "describe", "protocols"]),
    ("lab", &["sorting", "sim", "parts", "machines", "judges", "describe", "protocols", "systems"]),
    ("page", &["sorting", "lab", "describe"]),
    ("bin", &["lab", "page"]),
];

/// What runs inside a simulated world, whose every run must come out the same everywhere.
const SIMULATED: [&str; 6] = ["sorting", "sim", "parts", "machines", "protocols", "systems"];

/// Words that the simulated never says, and why.
const NEVER_SIMULATED: [(&str, &str); 26] = [
    ("f32", FLOAT),
    ("f64", FLOAT),
    ("HashMap", HASH_ORDER),
    ("HashSet", HASH_ORDER),
    ("hash_map", HASH_ORDER),
    ("hash_set", HASH_ORDER),
    ("RandomState", HASH_ORDER),
    ("DefaultHasher", HASH_ORDER),
    ("SystemTime", CLOCK),
    ("Instant", CLOCK),
    ("async", ASYNC),
    ("await", ASYNC),
    ("Future", ASYNC),
    ("thread_local", GLOBAL),
    ("OnceLock", GLOBAL),
    ("LazyLock", GLOBAL),
    ("rand", "randomness comes from the world's seed"),
    ("getrandom", "randomness comes from the world's seed"),
    ("println", PRINT),
    ("eprintln", PRINT),
    ("print", PRINT),
    ("eprint", PRINT),
    ("dbg", PRINT),
    ("tracing", PRINT),
    ("env", "a world knows nothing of the machine it runs on"),
    ("fs", "a world knows nothing of the machine it runs on"),
];
const FLOAT: &str = "floating point differs in its last bits between machines";
const HASH_ORDER: &str = "hash order differs between runs";
const CLOCK: &str = "time comes from the world's clocks";
const ASYNC: &str = "a step is a plain function";
const GLOBAL: &str = "state belongs to the world";
const PRINT: &str = "what happened is in the trace";

/// Crates of the browser, known to the page and the binaries alone.
const BROWSER: [&str; 7] =
    ["yew", "gloo", "web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "console_error_panic_hook"];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 8] = ["util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"];

struct File {
    /// Below src/, with forward slashes.
    path: String,
    tokens: Vec<Placed>,
}

impl File {
    fn new(path: &str, source: &str) -> File {
        File { path: path.into(), tokens: tokens(source) }
    }

    fn layer(&self) -> &str {
        self.path.split_once('/').map_or("", |(layer, _)| layer)
    }

    /// Where the file stands: `["sim", "world"]` for sim/world.rs, `["sim"]` for sim/mod.rs.
    fn module(&self) -> Vec<String> {
        let mut parts: Vec<String> = self.path.trim_end_matches(".rs").split('/').map(str::to_string).collect();
        parts.pop_if(|last| matches!(last.as_str(), "mod" | "lib"));
        parts
    }

    fn says(&self, line: usize, what: &str) -> String {
        format!("src/{}:{line}: {what}", self.path)
    }
}

fn imports(file: &File) -> Vec<String> {
    let module = file.module();
    let Some((layer, allowed)) = MAY_IMPORT.iter().find(|(layer, _)| *layer == file.layer()) else {
        return Vec::new();
    };
    let mut wrong = Vec::new();
    for name in named(&file.tokens, &module) {
        let Some(target) = name.path.first() else { continue };
        let known = MAY_IMPORT.iter().any(|(known, _)| known == target);
        if known && target != layer && !allowed.contains(&target.as_str()) {
            wrong.push(file.says(name.line, &format!("{layer} may not import {target}")));
        }
        if !known && target == "*" {
            wrong.push(file.says(name.line, "a glob of the crate hides who imports whom"));
        }
        let algorithm = matches!(target.as_str(), "protocols" | "systems");
        if algorithm && target == layer && module.len() > 1 && name.path.get(1).is_some_and(|one| *one != module[1]) {
            wrong.push(file.says(name.line, &format!("{} may not import its sibling {}", module[1], name.path[1])));
        }
        if algorithm && *layer == "lab" && module.get(1).is_none_or(|file| file != "catalog") && name.path.len() > 1 {
            let what = format!("only lab/catalog names {target}::{}", name.path[1]);
            wrong.push(file.says(name.line, &what));
        }
    }
    wrong
}

fn absences(file: &File) -> Vec<String> {
    let simulated = SIMULATED.contains(&file.layer());
    let browser = matches!(file.layer(), "page" | "bin");
    let mut wrong = Vec::new();
    for (index, placed) in file.tokens.iter().enumerate() {
        match &placed.token {
            Token::Word(word) => {
                if let Some((_, why)) = NEVER_SIMULATED.iter().find(|(never, _)| simulated && never == word) {
                    wrong.push(file.says(placed.line, &format!("`{word}` in {}: {why}", file.layer())));
                }
                if simulated && word == "thread" && is_of_std(&file.tokens[..index]) {
                    wrong.push(file.says(placed.line, &format!("`std::thread` in {}: {ASYNC}", file.layer())));
                }
                if !browser && BROWSER.contains(&word.as_str()) {
                    wrong.push(file.says(placed.line, &format!("`{word}` in {}: the library is pure", file.layer())));
                }
                let declared = index > 0 && file.tokens[index - 1].word() == Some("mod");
                if declared && EMPTY_NAMES.contains(&word.as_str()) {
                    wrong.push(file.says(placed.line, &format!("`mod {word}` says nothing of what is inside")));
                }
            }
            Token::Number(number) if simulated && is_float(number) => {
                wrong.push(file.says(placed.line, &format!("`{number}` in {}: {FLOAT}", file.layer())));
            }
            _ => (),
        }
    }
    if EMPTY_NAMES.iter().any(|name| file.module().iter().any(|part| part == name)) {
        wrong.push(file.says(1, "the name says nothing of what is inside"));
    }
    wrong
}

/// Whether the words before it make a name one of the standard library: a simulated machine may have threads of its own.
fn is_of_std(before: &[Placed]) -> bool {
    let statement = before.rsplit(|token| token.is(";")).next().unwrap_or_default();
    let is_path = matches!(before, [.., std, colons] if std.word() == Some("std") && colons.is("::"));
    let is_import = statement.iter().position(|token| token.word() == Some("use"));
    is_path || is_import.is_some_and(|at| statement.get(at + 1).is_some_and(|token| token.word() == Some("std")))
}

fn is_float(number: &str) -> bool {
    let number = number.replace('_', "");
    let exponent = number.split_once(['e', 'E']).is_some_and(|(digits, power)| {
        let all_digits = |text: &str| !text.is_empty() && text.chars().all(|char| char.is_ascii_digit());
        all_digits(digits) && (power.is_empty() || all_digits(power))
    });
    let hexadecimal = number.starts_with("0x");
    number.contains('.') || !hexadecimal && (exponent || number.ends_with("f32") || number.ends_with("f64"))
}

/// `usize` among the fields of a struct or an enum of the simulated: wasm has 32 bits, a laptop 64.
fn sizes_in_state(file: &File) -> Vec<String> {
    if !SIMULATED.contains(&file.layer()) {
        return Vec::new();
    }
    let mut wrong = Vec::new();
    for (index, placed) in file.tokens.iter().enumerate() {
        if !matches!(placed.word(), Some("struct" | "enum")) {
            continue;
        }
        let rest = &file.tokens[index..];
        let Some(opening) = rest.iter().position(|token| token.is("{") || token.is("(") || token.is(";")) else {
            continue;
        };
        let mut depth = 0;
        for token in &rest[opening..] {
            match &token.token {
                Token::Sign("{" | "(") => depth += 1,
                Token::Sign("}" | ")") => depth -= 1,
                Token::Word(word) if word == "usize" || word == "isize" => {
                    wrong.push(file.says(token.line, &format!("`{word}` in state: wasm is 32 bit")));
                }
                _ => (),
            }
            if depth == 0 {
                break;
            }
        }
    }
    wrong
}

/// The page draws what it is told: no algorithm's or system's name, as a word or within a text.
fn names_in_page(file: &File, algorithms: &[String]) -> Vec<String> {
    if file.layer() != "page" {
        return Vec::new();
    }
    let mut wrong = Vec::new();
    for placed in &file.tokens {
        let (Token::Word(text) | Token::Text(text)) = &placed.token else { continue };
        let words = words(text);
        for algorithm in algorithms {
            let name: Vec<&str> = algorithm.split('_').collect();
            if words.windows(name.len()).any(|window| window == name) {
                wrong.push(file.says(placed.line, &format!("the page names {algorithm}")));
            }
        }
    }
    wrong
}

/// `ZabNode`, `zab_node` and "of Zab" all have the word zab.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for char in text.chars() {
        let starts = !char.is_alphanumeric() || char.is_uppercase() && before.is_lowercase();
        if starts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if char.is_alphanumeric() {
            words.last_mut().expect("never empty").extend(char.to_lowercase());
        }
        before = char;
    }
    words
}

fn every_rule(file: &File, algorithms: &[String]) -> Vec<String> {
    [imports(file), absences(file), sizes_in_state(file), names_in_page(file, algorithms)].concat()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<File> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let below = path.strip_prefix(folder).expect("found below it").to_string_lossy().replace('\\', "/");
                found.push(File::new(&below, &fs::read_to_string(&path).expect("source is text")));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// The folders of protocols and systems: their names are the names that the page must not say.
fn algorithms() -> Vec<String> {
    let folders = ["protocols", "systems"].map(|layer| src().join(layer));
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_source_keeps_the_laws_of_the_house() {
    let files = rust_files(&src());
    assert!(files.iter().any(|file| file.path == "lib.rs"), "the source was not found");
    let algorithms = algorithms();
    let wrong: Vec<String> = files.iter().flat_map(|file| every_rule(file, &algorithms)).collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_top_module_is_in_the_table() {
    let lib = File::new("lib.rs", &fs::read_to_string(src().join("lib.rs")).expect("src/lib.rs"));
    for pair in lib.tokens.windows(2) {
        if let (Some("mod"), Some(name)) = (pair[0].word(), pair[1].word()) {
            assert!(MAY_IMPORT.iter().any(|(layer, _)| *layer == name), "{name} is missing in the table of imports");
        }
    }
}

#[test]
fn the_built_site_names_no_file_by_an_absolute_address() {
    let page = fs::read_to_string(src().with_file_name("index.html")).expect("index.html");
    for absolute in ["href=\"/", "src=\"/", "href=\"http", "src=\"http"] {
        assert!(!page.contains(absolute), "index.html has {absolute}…: it must work from any path");
    }
}

#[cfg(test)]
mod the_rules_catch {
    use super::{File, every_rule};

    #[track_caller]
    fn caught(path: &str, source: &str, complaint: &str) {
        let wrong = every_rule(&File::new(path, source), &["zab".into(), "lock_queue".into()]);
        assert!(wrong.iter().any(|wrong| wrong.contains(complaint)), "{source:?} in {path} gave {wrong:?}");
    }

    #[track_caller]
    fn fine(path: &str, source: &str) {
        let wrong = every_rule(&File::new(path, source), &["zab".into(), "lock_queue".into()]);
        assert!(wrong.is_empty(), "{source:?} in {path} gave {wrong:?}");
    }

    #[test]
    fn imports_against_the_table() {
        caught("sim/world.rs", "use crate::lab::Session;", "sim/world.rs:1: sim may not import lab");
        caught("sim/world.rs", "fn f() -> crate::describe::Badge { g() }", "sim may not import describe");
        caught(
            "parts/quorum.rs",
            "use crate::{\n  parts::tally,\n  sim::{World, Node},\n};",
            "parts/quorum.rs:3: parts may",
        );
        caught("sim/mod.rs", "use super::page;", "sim may not import page");
        caught("sim/disk/file.rs", "mod tests { use super::super::super::super::lab::x; }", "sim may not import lab");
        caught("page/stage.rs", "use crate::sim::World;", "page may not import sim");
        caught("bin/worker.rs", "use netsplit::sim::World;", "bin may not import sim");
        caught("judges/mod.rs", "use crate::*;", "a glob");
        fine("sim/world.rs", "use crate::sim::{disk::{self, File}, link::*}; use super::id::NodeId;");
        fine("sim/disk/file.rs", "mod tests { use super::super::super::id; use super::*; }");
        fine("judges/mod.rs", "use crate::{machines::Machine, sim::History as Past};");
        fine("lib.rs", "pub mod sim; pub use crate::lab::Session;");
        fine(
            "sim/world.rs",
            "// use crate::lab::Session;\n/* crate::page /* nested */ crate::lab */ const A: &str = \"crate::lab\";",
        );
    }

    #[test]
    fn siblings() {
        caught("protocols/zab/node.rs", "use crate::protocols::raft::Term;", "zab may not import its sibling raft");
        caught("protocols/zab/mod.rs", "use super::raft;", "zab may not import its sibling raft");
        caught("systems/etcd/mod.rs", "use crate::systems::consul;", "etcd may not import its sibling consul");
        caught("lab/session.rs", "use crate::protocols::zab::Node;", "only lab/catalog names protocols::zab");
        fine("protocols/zab/node.rs", "use crate::protocols::zab::message::Message; use super::message;");
        fine("protocols/mod.rs", "pub mod zab; pub use self::zab::Zab;");
        fine("systems/etcd/mod.rs", "use crate::protocols::raft;");
        fine("lab/catalog.rs", "use crate::systems::etcd;");
    }

    #[test]
    fn what_a_simulation_must_not_have() {
        caught("sim/clock.rs", "struct Clock { rate: f64 }", "`f64` in sim");
        caught("protocols/zab/node.rs", "let half = 0.5;", "`0.5` in protocols");
        caught("sim/clock.rs", "const BIG: T = 1e6;", "`1e6` in sim");
        caught("sim/clock.rs", "let x = 1_f64;", "`1_f64` in sim");
        fine("sim/random.rs", "const MIX: u64 = 0x9e37_79b9_f64; let n = 1usize; let m = 0xf32;");
        caught("parts/set.rs", "use std::collections::HashMap;", "hash order");
        caught("machines/bank.rs", "let now = Instant::now();", "world's clocks");
        caught("systems/etcd/mod.rs", "async fn step() {}", "plain function");
        caught("protocols/zab/node.rs", "use std::{fmt, thread};", "`std::thread` in protocols");
        caught("protocols/zab/node.rs", "fn f() { std::thread::yield_now() }", "`std::thread` in protocols");
        fine("protocols/zab/node.rs", "use std::fmt; use super::thread::Thread; fn f(thread: &Thread) {}");
        caught("protocols/zab/node.rs", "println!(\"here\");", "in the trace");
        fine("sim/clock.rs", "let x = 1..2; let y = pair.0.1; let z = 1.max(2); let c = 'f'; // f64");
        fine("lab/charts.rs", "let half: f64 = 0.5; let m = HashMap::new();");
    }

    #[test]
    fn sizes_in_the_fields_of_simulated_state() {
        caught(
            "protocols/zab/node.rs",
            "struct Node {\n  votes: BTreeMap<Id, (u8, usize)>,\n}",
            "node.rs:2: `usize` in state",
        );
        caught("sim/id.rs", "pub struct Index(usize);", "`usize` in state");
        caught("parts/log.rs", "enum Place<T> { Here(T), There { at: usize } }", "`usize` in state");
        fine("parts/log.rs", "struct Log { len: u64 } impl Log { fn len(&self) -> usize { self.len as usize } }");
        fine("parts/log.rs", "struct Empty; fn size() -> usize { 0 }");
        fine("lab/charts.rs", "struct Chart { width: usize }");
    }

    #[test]
    fn the_browser_outside_the_page() {
        caught("lab/session.rs", "use web_sys::Window;", "the library is pure");
        fine("page/stage.rs", "use yew::Html; use crate::lab::frame;");
        fine("bin/worker.rs", "use wasm_bindgen::JsCast; use netsplit::lab;");
    }

    #[test]
    fn algorithms_named_by_the_page() {
        caught("page/panels.rs", "let title = \"How Zab elects\";", "the page names zab");
        caught("page/panels.rs", "struct ZabPanel;", "the page names zab");
        caught("page/panels.rs", "fn lock_queue_rows() {}", "the page names lock_queue");
        caught("page/panels.rs", "html! { <p>{r#\"a lock queue\"#}</p> }", "the page names lock_queue");
        fine("page/panels.rs", "struct Lock; let queue = \"bazaar\"; // zab");
    }

    #[test]
    fn names_that_say_nothing() {
        caught("lab/mod.rs", "pub mod utils;", "`mod utils` says nothing");
        caught("page/common.rs", "", "the name says nothing");
        caught("sim/helpers/mod.rs", "", "the name says nothing");
        fine("lab/mod.rs", "pub mod utility_meter;");
    }
}
