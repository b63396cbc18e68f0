//! The native binary, as a person or a script meets it.

use std::process::{Command, Output};

use serde_json::Value;

pub fn netsplit(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_netsplit")).args(args).output().expect("it starts")
}

pub fn json(args: &[&str]) -> (Value, Option<i32>) {
    let output = netsplit(args);
    let text = String::from_utf8(output.stdout).expect("text");
    (serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}\n{text}")), output.status.code())
}

fn script(name: &str, text: &str) -> String {
    let path = std::env::temp_dir().join(format!("netsplit-{}-{name}.txt", std::process::id()));
    std::fs::write(&path, text).expect("a temporary file can be written");
    path.to_string_lossy().into_owned()
}

#[test]
fn list_tells_systems_options_flaws_and_scenarios() {
    let (list, code) = json(&["list", "--json"]);
    assert_eq!(code, Some(0));
    let system = &list[0];
    for field in ["system", "title"] {
        assert!(system[field].is_string(), "{field}");
    }
    assert!(system["options"][0]["name"].is_string() && system["options"][0]["default"].is_string());
    for field in ["name", "title", "violates"] {
        assert!(system["flaws"][0][field].is_string(), "{field}");
    }
    assert!(system["scenarios"].as_array().is_some_and(|scenarios| scenarios.len() >= 8));
}

#[test]
fn play_reports_and_exits_by_its_expectations() {
    let (list, _) = json(&["list", "--json"]);
    let (system, scenario) =
        (list[0]["system"].as_str().expect("a name"), list[0]["scenarios"][0]["name"].as_str().expect("a name"));
    let (report, code) = json(&["play", &format!("{system}/{scenario}"), "--json"]);
    assert_eq!((code, &report["ok"]), (Some(0), &Value::Bool(true)));
    assert!(report["virtual_ms"].as_f64().is_some_and(|ms| ms > 0.0));
    assert!(report["actions"].as_u64().is_some_and(|actions| actions > 10));
    assert_eq!(report["trace_hash"].as_str().map(str::len), Some(16));

    let vain = script("vain", &format!("system {system}\nrun 1s\nexpect n1 is asleep\n"));
    let (report, code) = json(&["play", &vain, "--json"]);
    assert_eq!((code, &report["ok"]), (Some(1), &Value::Bool(false)));
}

#[test]
fn bad_input_exits_2_with_file_line_column_and_hint() {
    let (list, _) = json(&["list", "--json"]);
    let system = list[0]["system"].as_str().expect("a name");
    let bad = script("bad", &format!("system {system}\n\n  crsh n1\n"));
    let output = netsplit(&["play", &bad]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with(&format!("{bad}:3:3: ")) && said.contains("did you mean crash?"), "{said}");
    for args in [
        vec!["play", "nowhere/nothing"],
        vec!["play", "no-such-file.txt"],
        vec!["play", &bad, "--option", "latency"],
        vec!["explore", "nowhere"],
        vec!["explore", system, "--projection", "nothing"],
        vec!["explore", system, "--flaw", "nothing"],
        vec!["play"],
    ] {
        let output = netsplit(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn what_cannot_be_read_or_written_is_said() {
    let folder = std::env::temp_dir().to_string_lossy().into_owned();
    for (args, says) in [
        (&["play", &folder][..], "cannot be read"),
        (&["hunt", "replication", "--seeds", "1..3", "--resume", &folder], "cannot be read"),
        (&["hunt", "replication", "--seeds", "1..3", "--resume", "/no/such/folder/state.json"], "cannot be written"),
        (&["scorecard", "--starts", "0"], "--starts"),
        (&["scorecard", "--runs", "18446744073709551615"], "--runs"),
        (&["scorecard", "--clean", "18446744073709551615"], "--clean"),
    ] {
        let output = netsplit(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(says) && !said.contains("panicked"), "{args:?}: {said}");
    }
}

#[test]
fn a_trace_names_causes_that_came_before() {
    let (list, _) = json(&["list", "--json"]);
    let (system, scenario) =
        (list[0]["system"].as_str().expect("a name"), list[0]["scenarios"][0]["name"].as_str().expect("a name"));
    let output = netsplit(&["trace", &format!("{system}/{scenario}"), "--format", "json"]);
    let text = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON a line")).collect();
    assert!(lines.len() > 50);
    let mut caused = 0;
    for (index, line) in lines.iter().enumerate() {
        let (number, cause) = (line["number"].as_u64().expect("a number"), line["cause"].as_u64().expect("a cause"));
        assert_eq!(number, index as u64 + 1);
        assert!(cause < number);
        if line["event"] == "deliver" {
            assert_eq!(lines[cause as usize - 1]["event"], "send", "{line}");
            caused += 1;
        }
    }
    assert!(caused > 5);
}

#[test]
fn explore_counts_and_says_whether_that_was_all() {
    let (list, _) = json(&["list", "--json"]);
    let system = list[0]["system"].as_str().expect("a name");
    let (report, code) = json(&["explore", system, "--states", "2000", "--json"]);
    assert_eq!(code, Some(0), "{report}");
    for field in ["distinct", "transitions", "depth"] {
        assert!(report[field].as_u64().is_some_and(|n| n > 1), "{field}");
    }
    assert!(report["complete"].is_boolean() && report["violations"].is_array());
}

/// As TLA+'s TwoPhase has them, and at the same depth.
#[test]
fn two_phase_commit_has_as_many_states_as_the_textbook() {
    for n in 1..=4_u32 {
        let participants = format!("participants={n}");
        let args = ["explore", "two_phase_commit", "--option", &participants, "--projection", "twophase", "--json"];
        let (report, code) = json(&args);
        let distinct = 6_u64.pow(n) + 4_u64.pow(n) + 2_u64.pow(n);
        assert_eq!((code, &report["complete"]), (Some(0), &Value::Bool(true)), "{report}");
        assert_eq!(
            (report["distinct"].as_u64(), report["depth"].as_u64()),
            (Some(distinct), Some(3 * u64::from(n) + 2))
        );
    }
}

#[test]
fn a_counterexample_is_the_shortest_and_plays() {
    let args = ["explore", "two_phase_commit", "--flaw", "majority", "--projection", "twophase", "--json"];
    let (report, code) = json(&args);
    assert_eq!(code, Some(1), "{report}");
    let violations = report["violations"].as_array().expect("a list");
    let found = violations.iter().find(|found| found["property"] == "all_or_nothing").expect("the flaw's claim");
    // Two promise, the coordinator hears of both and commits, the third refuses, one commits: with the first, eight states.
    assert_eq!(found["depth"], 8, "{found}");
    let text = found["script"].as_str().expect("a script");
    let (played, code) = json(&["play", &script("majority", text), "--json"]);
    assert_eq!((code, &played["ok"]), (Some(0), &Value::Bool(true)), "{played}\n{text}");
    assert!(played["violations"].as_array().is_some_and(|all| all.iter().any(|it| it["property"] == "all_or_nothing")));
}

/// The broker delivers again after a broken connection, and the flaw takes that for the death of whoever has the lock.
#[test]
fn a_torn_connection_is_found_where_it_is_the_cause() {
    let args = ["explore", "lock_queue", "--flaw", "redelivery_is_the_lock", "--option", "clients=2", "--timers", "1"];
    let args = [&args[..], &["--depth", "19", "--json"]].concat();
    let (report, code) = json(&args);
    assert_eq!(code, Some(0), "{report}");
    let (report, code) = json(&[&args[..], &["--resets", "1"]].concat());
    assert_eq!(code, Some(1), "{report}");
    let text = report["violations"][0]["script"].as_str().expect("a script");
    assert!(text.contains("\nreset b1 n1\n"), "{text}");
    let (played, code) = json(&["play", &script("redelivery", text), "--json"]);
    assert_eq!((code, &played["ok"]), (Some(0), &Value::Bool(true)), "{played}\n{text}");
}

/// Threads decide neither what is counted nor which counterexample is shown.
#[test]
fn a_search_reports_the_same_for_any_number_of_jobs() {
    for line in [
        "lock_queue --option clients=2 --operations 2 --resets 1",
        "two_phase_commit --option participants=2 --crashes 1 --network unordered --states 5000",
        "two_phase_commit --option participants=2 --flaw no_overlooked",
        "two_phase_commit --projection twophase --flaw majority",
        "replication --flaw ack_before_sync --crashes 1 --orders 1 --states 20000",
        "mutex --option threads=3 --flaw test_then_set",
    ] {
        let report = |jobs: &str| {
            let args: Vec<&str> =
                ["explore"].into_iter().chain(line.split(' ')).chain(["--json", "--jobs", jobs]).collect();
            let (mut report, _) = json(&args);
            report["seconds"] = Value::Null;
            report
        };
        let [one, two, three] = ["1", "2", "3"].map(report);
        assert_eq!(one, two, "{line}");
        assert_eq!(one, three, "{line}");
        for (place, found) in one["violations"].as_array().into_iter().flatten().enumerate() {
            let text = found["script"].as_str().expect("a script");
            let (played, code) = json(&["play", &script(&format!("jobs-{place}"), text), "--json"]);
            assert_eq!((code, &played["ok"]), (Some(0), &Value::Bool(true)), "{line}: {played}\n{text}");
        }
    }
}

#[test]
fn a_run_of_a_million_things_stays_small_and_its_seeks_short() {
    let output = netsplit(&["bench", "--run", "1000000"]);
    let text = String::from_utf8(output.stdout).expect("text");
    let numbers: Vec<u64> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
    let [things, checkpoints, between, rest @ ..] = numbers.as_slice() else { panic!("{text}") };
    assert!(*things >= 1_000_000 && *checkpoints <= 64, "{text}");
    // At a microsecond a thing, which is slow, a seek executes again for less than 50 ms.
    assert!(*between <= 32_768, "{text}");
    // Only where the system tells.
    assert!(rest.first().is_none_or(|kilobytes| *kilobytes < 100_000), "{text}");
}
