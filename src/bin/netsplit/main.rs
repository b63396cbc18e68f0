//! The laboratory without a browser.

mod hunt;
mod judge;
mod progress;
mod scorecard;

use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, Parser, Subcommand, ValueEnum};
use netsplit::lab::catalog::{self, Keep, SYSTEMS, Settings, System};
use netsplit::lab::explore::{Limits, Report};
use netsplit::lab::play::{self, Played};
use netsplit::lab::script::Script;
use netsplit::lab::wire::{Problem, TraceLine};
use serde_json::json;

/// A laboratory of distributed coordination.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Lists the systems with their options, flaws and scenarios.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Plays a script and prints its transcript; exit code 1 where an expectation does not hold.
    Play {
        #[command(flatten)]
        run: RunArgs,
        #[arg(long)]
        json: bool,
    },
    /// Prints every event of a script with its cause.
    Trace {
        #[command(flatten)]
        run: RunArgs,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Tries every order in which things can happen, breadth first.
    Explore(ExploreArgs),
    /// Draws runs with faults from seeds until one violates a claim, and makes it small: exit code 1 where one does.
    Hunt(hunt::HuntArgs),
    /// How many runs the hunt needs for each flaw, as a table.
    Scorecard(scorecard::ScorecardArgs),
    /// Measures how fast the engines are on this machine.
    Bench {
        /// Only a run of so many things: its checkpoints, and the memory it takes.
        #[arg(long, value_name = "THINGS")]
        run: Option<u64>,
    },
    /// Judges a recorded history: exit code 0 where it is linearizable, 1 where not, 2 for bad input, 3 where the time was
    /// too short to know.
    Judge(judge::JudgeArgs),
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Args)]
struct RunArgs {
    /// A script file, or SYSTEM/SCENARIO.
    script: String,
    #[command(flatten)]
    changes: Changes,
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Args)]
struct Changes {
    /// Sets an option: `--option mode=synchronous`.
    #[arg(long = "option", value_name = "NAME=VALUE")]
    options: Vec<String>,
    /// Switches a flaw on.
    #[arg(long = "flaw", value_name = "NAME")]
    flaws: Vec<String>,
}

#[derive(Args)]
struct ExploreArgs {
    system: String,
    #[command(flatten)]
    changes: Changes,
    /// Counts states by a projection that the system offers.
    #[arg(long)]
    projection: Option<String>,
    /// What the network may deliver next; without this, what the system is made for.
    #[arg(long, value_enum)]
    network: Option<Network>,
    /// Steps at most, the initial state being 1.
    #[arg(long)]
    depth: Option<u32>,
    /// States at most.
    #[arg(long)]
    states: Option<u64>,
    /// Operations that each client offers.
    #[arg(long)]
    operations: Option<u32>,
    /// Crashes in all.
    #[arg(long)]
    crashes: Option<u32>,
    /// Connections torn in all, and with each what flies there. A datagram is lost by not being delivered, at no cost.
    #[arg(long)]
    resets: Option<u32>,
    /// Orders of the operator in all.
    #[arg(long)]
    orders: Option<u32>,
    /// Timers that may fire in all.
    #[arg(long)]
    timers: Option<u32>,
    /// How many threads; without this, one for each core. The report does not depend on it.
    #[arg(long, value_name = "N")]
    jobs: Option<u64>,
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Network {
    Fifo,
    Unordered,
    Set,
}

/// Bad input: where, what and a hint.
struct BadInput {
    source: String,
    problem: Problem,
}

const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let outcome = match Cli::parse().verb {
        Verb::List { json } => {
            list(json);
            Ok(ExitCode::SUCCESS)
        }
        Verb::Play { run, json } => play(&run, json),
        Verb::Trace { run, format } => trace(&run, format),
        Verb::Explore(args) => explore(&args),
        Verb::Bench { run } => {
            bench(run);
            Ok(ExitCode::SUCCESS)
        }
        Verb::Hunt(args) => hunt::hunt(&args),
        Verb::Scorecard(args) => scorecard::scorecard(&args),
        Verb::Judge(args) => judge::judge(&args),
    };
    outcome.unwrap_or_else(|bad| {
        let Problem { line, column, message, hint } = bad.problem;
        let place = if line > 0 { format!("{}:{line}:{column}", bad.source) } else { bad.source };
        eprintln!("{place}: {message}");
        if !hint.is_empty() {
            eprintln!("  {hint}");
        }
        ExitCode::from(BAD_INPUT)
    })
}

fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that has gone away is not an error.
    let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn cannot_be(done: &str, path: &str, error: &std::io::Error) -> BadInput {
    let message = format!("cannot be {done}: {error}");
    BadInput { source: path.to_owned(), problem: Problem { message, ..Problem::default() } }
}

/// How many run at once: as many as asked for, or one for each core.
fn jobs(asked: Option<u64>) -> u64 {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get() as u64)).max(1)
}

fn list(json: bool) {
    if !json {
        for system in SYSTEMS {
            print(&format!("{}  {}\n  {}\n", system.name(), system.title(), system.summary()));
            for option in system.options() {
                print(&format!("  option {}: {} (default {})\n", option.name, option.title, option.default));
            }
            for flaw in system.flaws() {
                print(&format!("  flaw {}: {} (violates {})\n", flaw.name, flaw.title, flaw.violates));
            }
            for (name, text) in system.scenarios() {
                print(&format!("  {}/{name}: {}\n", system.name(), catalog::title(text, name)));
            }
        }
        return;
    }
    let systems: Vec<_> = SYSTEMS
        .iter()
        .map(|system| {
            json!({
                "system": system.name(),
                "title": system.title(),
                "summary": system.summary(),
                "options": system.options().iter().map(|option| json!({
                    "name": option.name, "title": option.title, "default": option.default, "range": option.range.words(),
                })).collect::<Vec<_>>(),
                "flaws": system.flaws().iter().map(|flaw| json!({
                    "name": flaw.name, "title": flaw.title, "violates": flaw.violates,
                })).collect::<Vec<_>>(),
                "claims": system.claims(),
                "scenarios": system.scenarios().iter().map(|(name, text)| json!({
                    "name": name, "title": catalog::title(text, name),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    print(&format!("{}\n", json!(systems)));
}

/// The script that an argument names, and what to call it.
fn read(argument: &str) -> Result<(Script, String), BadInput> {
    let bad = |problem| BadInput { source: argument.to_owned(), problem };
    let text = if Path::new(argument).exists() {
        std::fs::read_to_string(argument).map_err(|error| cannot_be("read", argument, &error))?
    } else {
        let Some((system, scenario)) = argument.split_once('/') else {
            return Err(bad(Problem {
                message: "there is no such file".to_owned(),
                hint: "name a script file, or SYSTEM/SCENARIO as `netsplit list` shows them".to_owned(),
                ..Problem::default()
            }));
        };
        let system = catalog::find(system).map_err(bad)?;
        catalog::scenario(system, scenario).map_err(bad)?.to_owned()
    };
    let script = Script::parse(&text).map_err(bad)?;
    let name =
        Path::new(argument).file_stem().map_or_else(|| argument.to_owned(), |stem| stem.to_string_lossy().into_owned());
    Ok((script, name))
}

fn change(system: &'static dyn System, settings: &mut Settings, changes: &Changes) -> Result<(), BadInput> {
    for option in &changes.options {
        let bad = |problem| BadInput { source: format!("--option {option}"), problem };
        let (name, value) = option.split_once('=').ok_or_else(|| {
            bad(Problem {
                message: "an option has a name and a value".to_owned(),
                hint: "write --option NAME=VALUE".to_owned(),
                ..Problem::default()
            })
        })?;
        catalog::set_option(system, settings, name, value).map_err(bad)?;
    }
    for flaw in &changes.flaws {
        let bad = |problem| BadInput { source: format!("--flaw {flaw}"), problem };
        catalog::set_flaw(system, settings, flaw, true).map_err(bad)?;
    }
    Ok(())
}

fn played(run: &RunArgs, keep: Keep) -> Result<(Played, Script, String), BadInput> {
    let (script, name) = read(&run.script)?;
    let bad = |problem| BadInput { source: run.script.clone(), problem };
    let (system, mut settings) = catalog::settings(&script).map_err(bad)?;
    change(system, &mut settings, &run.changes)?;
    if let Some(seed) = run.seed {
        settings.seed = seed;
    }
    let played = play::play_with(&script, system, settings, keep).map_err(bad)?;
    Ok((played, script, name))
}

fn play(run: &RunArgs, json: bool) -> Result<ExitCode, BadInput> {
    let (played, _, name) = played(run, Keep { hash: json, ..Keep::default() })?;
    if json {
        let violations: Vec<_> = played
            .engine
            .claims()
            .into_iter()
            .filter_map(|claim| {
                claim.violation.map(|violation| {
                    json!({"property": claim.name, "at_ms": millis(violation.at.time.0), "says": violation.says})
                })
            })
            .collect();
        let report = json!({
            "system": played.system.name(),
            "scenario": name,
            "seed": played.settings.seed,
            "ok": played.ok(),
            "virtual_ms": millis(played.end.time.0),
            "actions": played.engine.events() + played.schedule.len() as u64,
            "violations": violations,
            "failures": played.failures.iter().map(|(line, why)| json!({"line": line, "says": why})).collect::<Vec<_>>(),
            "trace_hash": format!("{:016x}", played.engine.trace_hash()),
        });
        print(&format!("{report}\n"));
    } else {
        print(&played.transcript);
    }
    for (line, why) in &played.failures {
        eprintln!("{}:{line}: {why}", run.script);
    }
    Ok(if played.ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn millis(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

fn trace(run: &RunArgs, format: Format) -> Result<ExitCode, BadInput> {
    let (played, _, _) = played(run, Keep { trace: true, ..Keep::default() })?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut say = |line: &TraceLine| {
        let node = played.engine.node_name(line.node);
        match format {
            Format::Text => writeln!(
                out,
                "{:>7} {:>7}  {:<12}  {node:<4} {:<9} {}",
                line.number,
                line.cause,
                line.at.time.to_string(),
                line.code.word(),
                line.words
            ),
            Format::Json => {
                let event = json!({
                    "number": line.number, "cause": line.cause, "at_ms": millis(line.at.time.0), "node": node,
                    "event": line.code.word(), "says": line.words,
                });
                writeln!(out, "{event}")
            }
        }
    };
    // A reader that has gone away is not an error.
    let _closed = played.engine.trace().iter().try_for_each(&mut say).and_then(|()| out.flush());
    Ok(ExitCode::SUCCESS)
}

fn explore(args: &ExploreArgs) -> Result<ExitCode, BadInput> {
    let bad = |problem| BadInput { source: args.system.clone(), problem };
    let system = catalog::find(&args.system).map_err(bad)?;
    let network = args.network.map(|network| match network {
        Network::Fifo => ("delivery", "fifo"),
        Network::Unordered => ("delivery", "unordered"),
        Network::Set => ("delivery", "set"),
    });
    let mut settings = catalog::searching(system, network.as_slice()).map_err(bad)?;
    change(system, &mut settings, &args.changes)?;
    let default = Limits::default();
    let projection = match &args.projection {
        Some(name) => Some(system.projection(name).map_err(bad)?),
        None => None,
    };
    let limits = Limits {
        depth: args.depth.unwrap_or(default.depth),
        states: args.states.unwrap_or(default.states),
        operations: args.operations.unwrap_or(default.operations),
        crashes: args.crashes.unwrap_or(default.crashes),
        resets: args.resets.unwrap_or(default.resets),
        orders: args.orders.unwrap_or(default.orders),
        timers: args.timers.unwrap_or(default.timers),
        projection,
    };
    let start = Instant::now();
    let report = system.explore(&settings, &limits, jobs(args.jobs) as usize, &mut |report: &Report| {
        let rate = report.states as f64 / start.elapsed().as_secs_f64();
        progress::say(&format!("{} states, depth {}, {rate:.0} a second", report.states, report.depth));
    });
    progress::end();
    let seconds = start.elapsed().as_secs_f64();
    if args.json {
        let violations: Vec<_> = report
            .violations
            .iter()
            .map(|found| {
                json!({"property": found.property, "depth": found.depth, "says": found.says, "script": found.script})
            })
            .collect();
        let summary = json!({
            "system": system.name(), "distinct": report.distinct, "transitions": report.transitions,
            "depth": report.depth, "complete": report.complete, "seconds": seconds, "violations": violations,
        });
        print(&format!("{summary}\n"));
    } else {
        let all = if report.complete { "all of them" } else { "not all: a limit was reached" };
        print(&format!(
            "{} distinct states, {} transitions, depth {}; {all}\n",
            report.distinct, report.transitions, report.depth
        ));
        for found in &report.violations {
            print(&format!(
                "\n{} is violated at depth {}: {}\n\n{}",
                found.property, found.depth, found.says, found.script
            ));
        }
    }
    Ok(if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bench(things: Option<u64>) {
    let began = Instant::now();
    if let Some(things) = things {
        let timeline = netsplit::lab::bench::long_run(things);
        println!(
            "{} things, {} checkpoints, {} things between them",
            timeline.things(),
            timeline.checkpoint_count(),
            timeline.spacing()
        );
        if let Some(peak) = peak_memory() {
            println!("{peak} kB at most");
        }
        return;
    }
    for figure in netsplit::lab::bench::figures(&|| began.elapsed().as_micros() as u64) {
        println!("{figure}");
    }
    if let Some(peak) = peak_memory() {
        println!("{:<44} {peak:>9} kB", "memory at its highest");
    }
}

/// In kB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
