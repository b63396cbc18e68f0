//! `netsplit judge`: whether a recorded history is linearizable.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use netsplit::lab::hearing::Terms;
use netsplit::lab::histories::{self, Account, Fault, History, Illegal, Ruling};
use netsplit::lab::wire::Problem;
use serde_json::{Value as Json, json};

use super::{BadInput, cannot_be, print, progress};

/// Larger files are refused, and said to be: they would not fit into memory many times over.
const BYTES_AT_MOST: u64 = 1 << 30;
const UNKNOWN: u8 = 3;

#[derive(Args)]
pub struct JudgeArgs {
    /// The recorded history.
    file: String,
    /// What the system promises to be: register, cas-register, multi-register, key-value, queue, mutex, fenced-lock or bank.
    #[arg(long)]
    model: String,
    /// How it was recorded: jepsen-edn, jepsen-log, porcupine-kv or jsonl; told from the content if not given.
    #[arg(long)]
    format: Option<String>,
    /// What there is at the start: `0`, `nil`, `"text"`, `{x 1, y 2}`.
    #[arg(long, allow_hyphen_values = true)]
    initial: Option<String>,
    /// After so many seconds the verdict is "unknown".
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    limit: u64,
    #[arg(long)]
    json: bool,
}

pub fn judge(args: &JudgeArgs) -> Result<ExitCode, BadInput> {
    let bad = |problem| BadInput { source: args.file.clone(), problem };
    let told = |message: String, hint: String| bad(Problem { message, hint, ..Problem::default() });
    let terms = Terms { model: Some(args.model.clone()), format: args.format.clone(), initial: args.initial.clone() };
    let (kind, format) = histories::named(&terms).map_err(bad)?;
    let kind = kind.ok_or_else(|| told("no model".to_owned(), "name one with --model".to_owned()))?;
    let initial = terms.initial.as_deref().map(|text| {
        histories::initial(text, kind).map_err(|problem| BadInput { source: format!("--initial {text}"), problem })
    });
    let initial = initial.transpose()?;
    let unreadable = |error: std::io::Error| cannot_be("read", &args.file, &error);
    let size = std::fs::metadata(&args.file).map_err(unreadable)?.len();
    if size > BYTES_AT_MOST {
        let hint = "judge a part of it: the beginning, or one key".to_owned();
        return Err(told(format!("{size} bytes are more than can be judged at once"), hint));
    }
    let bytes = std::fs::read(&args.file).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let (message, hint) = ("this is no text in UTF-8", "is the file packed, or in another encoding?");
        let line = 1 + read.iter().filter(|byte| **byte == b'\n').count() as u32;
        bad(Problem { line, column: 1, message: message.to_owned(), hint: hint.to_owned() })
    })?;

    let start = Instant::now();
    let Account { history, faults, format } = histories::read(&text, format).map_err(bad)?;
    let premises = histories::premises(format, kind, initial);
    let mut progress = Progress { start, limit: Duration::from_secs(args.limit), shown: None };
    let verdict = histories::judge(&history, kind, &premises, &mut |tried| progress.goes_on(tried)).map_err(bad)?;
    progress.end();
    let seconds = start.elapsed().as_secs_f64();
    let words = match verdict.ruling {
        Ruling::Holds => "linearizable",
        Ruling::Violated => "not linearizable",
        Ruling::Unknown => "unknown",
    };
    if args.json {
        let first = verdict.illegal.as_ref().map(|illegal| first_illegal(&history, illegal));
        let operations = history.operations.len();
        let report = json!({"verdict": words, "operations": operations, "seconds": seconds, "first_illegal": first});
        print(&format!("{report}\n"));
    } else {
        print(&format!(
            "{words}: {} operations as {} of {}, {} configurations in {seconds:.3} s\n",
            history.operations.len(),
            kind.name(),
            format.name(),
            verdict.explored
        ));
        if let Some(illegal) = &verdict.illegal {
            print(&explained(&history, illegal, &faults));
        }
    }
    Ok(match verdict.ruling {
        Ruling::Holds => ExitCode::SUCCESS,
        Ruling::Violated => ExitCode::FAILURE,
        Ruling::Unknown => ExitCode::from(UNKNOWN),
    })
}

fn first_illegal(history: &History, illegal: &Illegal) -> Json {
    let operation = &history.operations[illegal.operation as usize];
    json!({
        "operation": illegal.operation,
        "line": operation.place.line,
        "process": operation.process.to_string(),
        "says": operation.to_string(),
        "events": illegal.prefix,
        "longest_partial": illegal.partial.first(),
    })
}

/// How many operations of an order are shown.
const SHOWN: usize = 8;

fn explained(history: &History, illegal: &Illegal, faults: &[Fault]) -> String {
    let say = |index: u32| {
        let operation = &history.operations[index as usize];
        format!("line {}, {operation}\n", operation.place.line)
    };
    let mut text = format!("no order explains {}", say(illegal.operation));
    let fewer = if illegal.is_shortest { ", and fewer are not" } else { "" };
    text += &format!("the first {} calls and returns are illegal{fewer}\n", illegal.prefix);
    let called = history.operations[illegal.operation as usize].called;
    let meanwhile = |fault: &&Fault| fault.from < illegal.prefix && fault.to.is_none_or(|to| to > called);
    for fault in faults.iter().filter(meanwhile) {
        text += &format!("meanwhile, since line {}: {}\n", fault.line, fault.words);
    }
    if let Some(longest) = illegal.partial.first() {
        let hidden = longest.len().saturating_sub(SHOWN);
        text += &format!("the longest order without it has {} operations", longest.len());
        text += if hidden > 0 { ", and ends\n" } else { "\n" };
        for &index in &longest[hidden..] {
            text += &format!("  {}", say(index));
        }
    }
    text
}

/// Says how far it is once that takes longer than half a second, and when to give up.
struct Progress {
    start: Instant,
    limit: Duration,
    shown: Option<Duration>,
}

impl Progress {
    fn goes_on(&mut self, tried: u64) -> bool {
        let now = self.start.elapsed();
        let since = now - self.shown.unwrap_or_default();
        if since > Duration::from_millis(500) {
            let rate = tried as f64 / now.as_secs_f64();
            progress::say(&format!("{tried} configurations, {rate:.0} a second"));
            self.shown = Some(now);
        }
        now < self.limit
    }

    fn end(&self) {
        if self.shown.is_some() {
            progress::end();
        }
    }
}
