//! `netsplit scorecard`: how long the hunt takes to find each flaw, as a table of the documentation.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, value_parser};
use netsplit::lab::catalog::{self, SYSTEMS, Settings, System};
use netsplit::lab::hunt::Hunt;

use super::hunt::{Sought, seek, small};
use super::{BadInput, cannot_be, jobs, print, progress};

#[derive(Args)]
pub struct ScorecardArgs {
    /// Only these systems.
    systems: Vec<String>,
    /// From how many starting seeds, the first of them.
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u64).range(1..=1_000))]
    starts: u64,
    /// Runs at most from each.
    #[arg(long, default_value_t = 10_000, value_parser = value_parser!(u64).range(1..=APART))]
    runs: u64,
    /// Runs of each system without a flaw.
    #[arg(long, default_value_t = 10_000, value_parser = value_parser!(u64).range(..=1_000_000_000))]
    clean: u64,
    /// How many runs at once; without this, one for each core.
    #[arg(long, value_name = "N")]
    jobs: Option<u64>,
    /// Writes the table there.
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

/// Where the seeds of a start begin: starts share none.
const APART: u64 = 1_000_000;

fn head(starts: u64) -> String {
    format!(
        "\
# Score card of the hunt

Each flaw of each protocol, and how many runs the hunt needs until one violates a claim. It is told which flaw is switched
on and nothing else. Searches begin at seeds 1,000,000, 2,000,000 and so on, {starts} of them; none is chosen, and all have the
table's middle. *Entries* are the commands of the script to which the run was shrunk, of the first search. Made by
`netsplit scorecard --file SCORECARD.md`.
"
    )
}

pub fn scorecard(args: &ScorecardArgs) -> Result<ExitCode, BadInput> {
    let mut systems: Vec<&'static dyn System> = Vec::new();
    for name in &args.systems {
        systems.push(catalog::find(name).map_err(|problem| BadInput { source: name.clone(), problem })?);
    }
    if systems.is_empty() {
        systems.extend(SYSTEMS);
    }
    let jobs = jobs(args.jobs);
    let mut text = head(args.starts);
    let mut missed = false;
    for system in systems {
        let _ = write!(
            text,
            "\n## {}\n\n| flaw | runs, median | least | most | seconds, median | claim violated | entries |\n|---|--:|--:|--:|--:|---|--:|\n",
            system.title()
        );
        for flaw in system.flaws() {
            let (line, found_by_all) = flaw_line(system, flaw.name, args, jobs);
            missed |= !found_by_all;
            let _ = writeln!(text, "{line}");
            eprintln!("{}: {line}", system.name());
        }
        let hunt = Hunt { system, settings: Settings::defaults(system.options()), fixed: Vec::new() };
        let (sought, seconds) = timed(&hunt, 1, 1 + args.clean, jobs);
        let clean = match sought.seed {
            None => "nothing was violated".to_owned(),
            Some(seed) => format!("seed {seed} violates a claim"),
        };
        let tally = sought.tally;
        let line = format!(
            "\nWithout a flaw: {} runs, of which {} count, in {seconds:.0} s; {clean}.\n",
            tally.runs, tally.counted
        );
        text += &line;
        eprintln!("{}: {}", system.name(), line.trim());
        missed |= sought.seed.is_some();
    }
    match &args.file {
        None => print(&text),
        Some(path) => std::fs::write(path, &text).map_err(|error| cannot_be("written", path, &error))?,
    }
    Ok(if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn timed(hunt: &Hunt, from: u64, to: u64, jobs: u64) -> (Sought, f64) {
    let began = Instant::now();
    let sought = seek(hunt, from, to, jobs, &mut |sound| progress::say(&format!("{} runs", sound.runs)));
    progress::end();
    (sought, began.elapsed().as_secs_f64())
}

/// A flaw's row, and whether every search found it.
fn flaw_line(system: &'static dyn System, flaw: &str, args: &ScorecardArgs, jobs: u64) -> (String, bool) {
    let mut settings = Settings::defaults(system.options());
    // It is one of the system's own.
    let _known = catalog::set_flaw(system, &mut settings, flaw, true);
    let hunt = Hunt { system, settings, fixed: Vec::new() };
    let (mut runs, mut seconds, mut first, mut found) = (Vec::new(), Vec::new(), None, 0);
    for start in 1..=args.starts {
        let from = start * APART;
        let (sought, took) = timed(&hunt, from, from + args.runs, jobs);
        found += u64::from(sought.seed.is_some());
        runs.push(sought.tally.runs);
        seconds.push(took);
        first = first.or(sought.seed);
    }
    runs.sort_unstable();
    seconds.sort_by(f64::total_cmp);
    let [least, most] = [runs[0], runs[runs.len() - 1]];
    let middle = runs[runs.len() / 2];
    let took = seconds[seconds.len() / 2];
    let shown = first.and_then(|seed| small(&hunt, seed));
    let (claim, entries) =
        shown.map_or(("—", "—".to_owned()), |found| (found.violated.property, found.entries().to_string()));
    let missed = if found < args.starts {
        format!(" (not found by {} of {})", args.starts - found, args.starts)
    } else {
        String::new()
    };
    let row = format!("| `{flaw}` | {middle}{missed} | {least} | {most} | {took:.2} | {claim} | {entries} |");
    (row, found == args.starts)
}
