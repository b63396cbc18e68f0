//! `netsplit hunt`: seeds on all cores, until one violates something.

use std::io::ErrorKind;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Args;
use netsplit::lab::catalog::{self, Settings};
use netsplit::lab::hunt::{Found, Hunt};
use netsplit::lab::hunter::seeds::{Seeds, Sound};
use netsplit::lab::hunter::tally::Tally;
use netsplit::lab::shrink;
use netsplit::lab::wire::Problem;
use serde_json::json;

use super::{BadInput, Changes, cannot_be, change, jobs, print, progress};

#[derive(Args)]
pub struct HuntArgs {
    system: String,
    #[command(flatten)]
    changes: Changes,
    /// From A up to and without B.
    #[arg(long, value_name = "A..B", default_value = "1..100001")]
    seeds: String,
    /// How many at once; without this, one for each core.
    #[arg(long, value_name = "N")]
    jobs: Option<u64>,
    /// Only a part of the seeds: the I-th of N equal ranges, counted from 0 or from 1 (N is then what 0 is).
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// Where to go on: written while it runs, and read if it exists.
    #[arg(long, value_name = "FILE")]
    resume: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn hunt(args: &HuntArgs) -> Result<ExitCode, BadInput> {
    let bad = |problem| BadInput { source: args.system.clone(), problem };
    let system = catalog::find(&args.system).map_err(bad)?;
    let mut settings = Settings::defaults(system.options());
    change(system, &mut settings, &args.changes)?;
    let fixed =
        args.changes.options.iter().filter_map(|option| option.split_once('=')).map(|(name, _)| name.to_owned());
    let hunt = Hunt { system, settings, fixed: fixed.collect() };
    let (from, to) = shard(args.shard.as_deref(), seeds(&args.seeds)?)?;
    let began = Instant::now();
    let (from, before) = match &args.resume {
        Some(path) => resumed(path, &key(args), from)?,
        None => (from, Before::default()),
    };
    let seconds = || before.seconds + began.elapsed().as_secs_f64();
    let keep = |path: &str, next: u64, runs: u64, counted: u64| {
        let state = json!({"hunt": key(args), "next": next, "runs": runs, "counted": counted, "seconds": seconds()});
        std::fs::write(path, format!("{state}\n")).map_err(|error| cannot_be("written", path, &error))
    };
    // What cannot be written is said before it is missed.
    args.resume.as_deref().map_or(Ok(()), |path| keep(path, from, before.runs, before.counted))?;
    let mut kept = Ok(());
    let sought = seek(&hunt, from, to, jobs(args.jobs), &mut |Sound { runs, counted, next }| {
        let rate = runs as f64 / began.elapsed().as_secs_f64();
        let (runs, counted) = (before.runs + runs, before.counted + counted);
        progress::say(&format!("{runs} runs, {counted} counted, {rate:.0} a second"));
        kept = args.resume.as_deref().map_or(Ok(()), |path| keep(path, next, runs, counted));
    });
    progress::end();
    let (runs, counted) = (before.runs + sought.tally.runs, before.counted + sought.tally.counted);
    let seconds = seconds();
    let found = sought.seed.and_then(|seed| small(&hunt, seed));
    if args.json {
        let violation = found.as_ref().map(|found| {
            json!({
                "property": found.violated.property, "seed": found.seed, "says": found.violated.says,
                "script": found.script(&hunt), "entries": found.entries(),
            })
        });
        let flaw: Vec<&str> = hunt.settings.flaws().collect();
        let flaw = (!flaw.is_empty()).then(|| flaw.join(","));
        let report = json!({
            "system": system.name(), "flaw": flaw, "runs": runs, "counted": counted,
            "seconds": seconds, "violation": violation,
        });
        print(&format!("{report}\n"));
    } else {
        print(&format!(
            "# {runs} runs, of which {counted} count, in {seconds:.1} s; {}\n",
            if found.is_some() { "one violates a claim" } else { "nothing is violated" }
        ));
        if let Some(found) = &found {
            print(&format!("\n{}", found.script(&hunt)));
        }
    }
    // What was found is worth more than where to go on.
    if found.is_some() { Ok(ExitCode::FAILURE) } else { kept.map(|()| ExitCode::SUCCESS) }
}

pub struct Sought {
    pub tally: Tally,
    /// The smallest seed that violates something.
    pub seed: Option<u64>,
}

/// Runs the seeds in their order, several at once, until one violates something; all before that one are run too.
pub fn seek(hunt: &Hunt, from: u64, to: u64, jobs: u64, progress: &mut dyn FnMut(Sound)) -> Sought {
    let shared = Mutex::new(Seeds::new(from..to));
    let locked = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        let work = || {
            loop {
                let Some(seeds) = locked().take(1) else { break };
                let (tried, tally) = hunt.count(seeds.start);
                locked().tried(seeds, tally, tried.violation.is_some());
            }
        };
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        let mut told = Instant::now();
        while workers.iter().any(|worker| !worker.is_finished()) {
            std::thread::sleep(Duration::from_millis(2));
            if told.elapsed() > Duration::from_millis(500) {
                told = Instant::now();
                let sound = locked().sound();
                progress(sound);
            }
        }
    });
    let seeds = locked();
    progress(seeds.sound());
    Sought { tally: seeds.tally().clone(), seed: seeds.answer() }
}

/// The run of a seed, made small.
pub fn small(hunt: &Hunt, seed: u64) -> Option<Found> {
    let plan = hunt.plan(seed);
    let tried = plan.run(hunt.system);
    shrink::shrink(hunt.system, seed, plan, tried, &mut |_| true)
}

fn told(source: String, message: String, hint: &str) -> BadInput {
    BadInput { source, problem: Problem { message, hint: hint.to_owned(), ..Problem::default() } }
}

fn seeds(text: &str) -> Result<(u64, u64), BadInput> {
    let range = text.split_once("..").and_then(|(from, to)| Some((from.parse::<u64>().ok()?, to.parse::<u64>().ok()?)));
    range.filter(|(from, to)| from < to).ok_or_else(|| {
        told(format!("--seeds {text}"), "that is no range of seeds".to_owned(), "write --seeds 1..1001 for a thousand")
    })
}

fn shard(text: Option<&str>, (from, to): (u64, u64)) -> Result<(u64, u64), BadInput> {
    let Some(text) = text else { return Ok((from, to)) };
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse::<u64>().ok()?, n.parse::<u64>().ok()?)));
    let (index, count) = parts.filter(|(index, count)| *count > 0 && index <= count).ok_or_else(|| {
        let hint = "write --shard 0/4, 1/4, 2/4 and 3/4 for four parts";
        told(format!("--shard {text}"), "that is no part of a whole".to_owned(), hint)
    })?;
    let place = |index: u64| from + ((u128::from(to - from) * u128::from(index)) / u128::from(count)) as u64;
    let index = index % count;
    Ok((place(index), place(index + 1)))
}

/// What a file of `--resume` belongs to.
fn key(args: &HuntArgs) -> String {
    let (options, flaws) = (args.changes.options.join(" "), args.changes.flaws.join(" "));
    let shard = args.shard.as_deref().unwrap_or("0/1");
    format!("{} {options} {flaws} {} {shard}", args.system, args.seeds)
}

/// What was counted before it was stopped.
#[derive(Default)]
struct Before {
    runs: u64,
    counted: u64,
    seconds: f64,
}

/// Where to go on, and what was counted before.
fn resumed(path: &str, key: &str, from: u64) -> Result<(u64, Before), BadInput> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((from, Before::default())),
        read => read.map_err(|error| cannot_be("read", path, &error))?,
    };
    let wrong = |message: &str| told(path.to_owned(), message.to_owned(), "give another file, or remove this one");
    let state: serde_json::Value = serde_json::from_str(&text).map_err(|_| wrong("this is not the state of a hunt"))?;
    if state["hunt"].as_str() != Some(key) {
        return Err(wrong("this is the state of another hunt"));
    }
    let number = |name: &str| state[name].as_u64().ok_or_else(|| wrong("this is not the state of a hunt"));
    let seconds = state["seconds"].as_f64().unwrap_or_default();
    Ok((number("next")?.max(from), Before { runs: number("runs")?, counted: number("counted")?, seconds }))
}
