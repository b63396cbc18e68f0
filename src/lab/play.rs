//! Runs a script from beginning to end: its transcript, its verdict, and the schedule that it comes to.

use std::fmt::Write as _;

use super::catalog::{self, Keep, System};
use super::engine::{Claim, Engine, Reached};
use super::frame::{Position, Violation};
use super::schedule::{Entry, Schedule};
use super::script::{Condition, Item, Script};
use super::wire::Problem;
use crate::sim::{Expectation, Settings, Span, Time};

/// What a script came to.
pub struct Played {
    pub system: &'static dyn System,
    pub settings: Settings,
    pub engine: Box<dyn Engine>,
    pub schedule: Schedule,
    pub end: Position,
    pub transcript: String,
    /// What was expected and is not so, each with its line.
    pub failures: Vec<(u32, String)>,
    /// What should be so eventually and, as the script expects, is not at its end, though all has healed.
    pub unfulfilled: Vec<(String, Violation)>,
}

/// Nothing of interest for so long is calm.
const CALM: Span = Span::seconds(1);
/// Events that a script may take: one that never ends is stopped and says so.
const MOST_EVENTS: u64 = 5_000_000;

impl Played {
    pub fn ok(&self) -> bool {
        self.failures.is_empty()
    }

    /// The whole file again: the source, and the transcript that belongs to it.
    pub fn file(&self, script: &Script) -> String {
        format!("{}---\n{}", script.source, self.transcript)
    }
}

/// # Errors
/// The first mistake in the script, with its place.
pub fn play(script: &Script, keep: Keep) -> Result<Played, Problem> {
    let (system, settings) = catalog::settings(script)?;
    play_with(script, system, settings, keep)
}

/// Like [`play`], with settings that may differ from the script's own.
///
/// # Errors
/// The first mistake in the script, with its place.
pub fn play_with(
    script: &Script,
    system: &'static dyn System,
    settings: Settings,
    keep: Keep,
) -> Result<Played, Problem> {
    play_within(script, system, settings, keep, MOST_EVENTS)
}

fn play_within(
    script: &Script,
    system: &'static dyn System,
    settings: Settings,
    keep: Keep,
    most: u64,
) -> Result<Played, Problem> {
    let mut player = Player {
        most,
        engine: system.start(&settings, keep),
        schedule: Schedule::default(),
        transcript: String::new(),
        failures: Vec::new(),
        since: Reached::default(),
        times: false,
        expected_violations: Vec::new(),
        unfulfilled: Vec::new(),
        cited: Vec::new(),
        told: Vec::new(),
    };
    player.check(script)?;
    player.engine.listen(false, false);
    for (line, item) in &script.items {
        player.is_ahead(script, *line, item)?;
        player.carry_out(*line, item);
        if player.is_exhausted() {
            player.fail(*line, format!("this does not end: {most} events happened"));
            break;
        }
    }
    player.close();
    let end = player.engine.position();
    let mut unfulfilled = player.unfulfilled;
    unfulfilled.retain(|(_, violation)| violation.at == end);
    if !unfulfilled.is_empty() && player.engine.record().faults.iter().any(|bar| bar.to.is_none()) {
        unfulfilled.clear();
    }
    Ok(Played {
        system,
        settings,
        schedule: player.schedule,
        end,
        transcript: player.transcript,
        failures: player.failures,
        unfulfilled,
        engine: player.engine,
    })
}

struct Player {
    /// Events that may happen in all.
    most: u64,
    engine: Box<dyn Engine>,
    schedule: Schedule,
    transcript: String,
    failures: Vec<(u32, String)>,
    /// Milestones reached when the script last stopped waiting.
    since: Reached,
    times: bool,
    expected_violations: Vec<String>,
    unfulfilled: Vec<(String, Violation)>,
    cited: Vec<(u32, String)>,
    /// Claims of which a failure says already that they are violated.
    told: Vec<String>,
}

impl Player {
    fn check(&self, script: &Script) -> Result<(), Problem> {
        for (line, item) in &script.items {
            let checked = match item {
                Item::Do(command) => self.engine.check(command),
                Item::Until { condition, .. } | Item::Expect(condition) => self.engine.check_condition(condition),
                Item::Run(_) | Item::At(_) | Item::Settle { .. } | Item::Show { .. } => Ok(()),
            };
            checked.map_err(|(message, hint)| Problem { line: *line, column: column(script, *line), message, hint })?;
        }
        Ok(())
    }

    /// What stands behind an instant that is over would happen at another than it says.
    fn is_ahead(&self, script: &Script, line: u32, item: &Item) -> Result<(), Problem> {
        let now = self.engine.position().time;
        match item {
            Item::At(position) if position.time < now => Err(Problem {
                line,
                column: column(script, line),
                message: format!("{} is over: it is {now} s already", position.words()),
                hint: "times go forward: put the line where its time is, or name a later one".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn carry_out(&mut self, line: u32, item: &Item) {
        match item {
            Item::Do(command) => {
                let at = self.engine.position();
                self.schedule.insert(Entry { at, command: command.clone() });
                self.write(at.time, &format!("> {command}"));
                let outcome = self.engine.act(command);
                self.drain();
                if let Err(none) = outcome {
                    self.write(at.time, &format!("  no effect: {}", none.0));
                }
            }
            Item::Run(span) => {
                let until = self.engine.position().time + *span;
                self.run(until);
            }
            Item::At(position) => self.run_to(*position),
            Item::Until { condition, within } => self.wait(line, condition, *within),
            Item::Settle { within } => self.settle(line, *within),
            Item::Expect(condition) => self.expect(line, condition),
            Item::Show { notes, messages, times } => {
                self.times = *times;
                self.engine.listen(*notes, *messages);
            }
        }
    }

    fn write(&mut self, time: Time, words: &str) {
        if self.times {
            let _infallible = write!(self.transcript, "{:<12}  ", time.to_string());
        }
        self.transcript.push_str(words);
        self.transcript.push('\n');
    }

    fn drain(&mut self) {
        for (time, words) in self.engine.heard() {
            self.write(time, &words);
        }
    }

    fn run(&mut self, until: Time) {
        self.step_while(|engine| engine.next().is_some_and(|next| next <= until));
        self.engine.advance(until);
        self.since = self.engine.reached();
    }

    fn run_to(&mut self, position: Position) {
        self.step_while(|engine| {
            let here = engine.position();
            engine.next().is_some_and(|next| {
                let k = if next > here.time { 0 } else { here.k };
                Position { time: next, k: k + 1 } <= position
            })
        });
        self.engine.advance(position.time);
        self.since = self.engine.reached();
    }

    /// Steps while something should still happen, and the script may still go on.
    fn step_while(&mut self, mut goes_on: impl FnMut(&dyn Engine) -> bool) {
        while !self.is_exhausted() && goes_on(self.engine.as_ref()) && self.engine.step() {}
        self.drain();
    }

    fn is_exhausted(&self) -> bool {
        self.engine.events() >= self.most
    }

    fn wait(&mut self, line: u32, condition: &Condition, within: Span) {
        let deadline = self.engine.position().time + within;
        let since = std::mem::take(&mut self.since);
        self.step_while(|engine| {
            !engine.satisfies(condition, &since) && engine.next().is_some_and(|next| next <= deadline)
        });
        if !self.is_exhausted() && !self.engine.satisfies(condition, &since) {
            let why = self.engine.explain(condition);
            self.fail(line, format!("waited {within} in vain: {why}"));
        }
        self.since = self.engine.reached();
    }

    fn settle(&mut self, line: u32, within: Span) {
        let deadline = self.engine.position().time + within;
        let mut calm_since = self.engine.position().time;
        self.step_while(|engine| {
            let now = engine.position().time;
            if !engine.is_calm() {
                calm_since = now;
            }
            calm_since = calm_since.max(engine.last_of_interest());
            let is_over = |next: Time| engine.is_calm() && next.since(calm_since) > CALM;
            engine.next().is_some_and(|next| next <= deadline && !is_over(next))
        });
        let calm_until = (calm_since + CALM).min(deadline);
        self.engine.advance(calm_until);
        // Where nothing is to come, whoever waits does so for ever.
        let goes_on = self.engine.next().is_some();
        if !self.is_exhausted() && goes_on && !self.engine.is_calm() {
            self.fail(line, format!("it did not settle within {within}"));
        }
        self.since = self.engine.reached();
    }

    fn expect(&mut self, line: u32, condition: &Condition) {
        if let Condition::Claim { name, holds } = condition {
            if *holds {
                self.cited.push((line, name.clone()));
            } else {
                self.expected_violations.push(name.clone());
            }
        }
        let time = self.engine.position().time;
        let so = self.engine.satisfies(condition, &Reached::default());
        let words = condition_words(condition);
        if so {
            self.write(time, &format!("expect {words}: so"));
        } else {
            if let Condition::Claim { name, holds: true } = condition {
                self.told.push(name.clone());
            }
            let why = self.engine.explain(condition);
            self.write(time, &format!("expect {words}: NOT SO, {why}"));
            self.failures.push((line, format!("expected {words}: {why}")));
        }
        if let (Condition::Claim { name, holds: false }, true) = (condition, so)
            && let Some(Err(says)) = self.engine.judge(name)
        {
            self.write(time, &format!("  {says}"));
            let eventual = |claim: &Claim| claim.name == name && claim.expectation == Expectation::Eventually;
            if self.engine.claims().iter().any(eventual) {
                let violation = Violation { at: self.engine.position(), says, nodes: Vec::new() };
                self.unfulfilled.push((name.clone(), violation));
            }
        }
    }

    fn fail(&mut self, line: u32, words: String) {
        let time = self.engine.position().time;
        self.write(time, &format!("FAILED: {words}"));
        self.failures.push((line, words));
    }

    /// A violation that no line expected, and a claim that was cited and never had anything to judge, are failures.
    fn close(&mut self) {
        for Claim { name, expectation, premises, violation, .. } in self.engine.claims() {
            let expected = self.expected_violations.iter().any(|other| other == name);
            if let Some(violation) = violation.filter(|_| !expected && !self.told.iter().any(|told| told == name)) {
                self.fail(0, format!("{name} is violated at {}: {}", violation.at.time, violation.says));
            }
            if premises == 0 && expectation != Expectation::Eventually {
                let cited = self.cited.iter().find(|(_, other)| other == name).map(|(line, _)| *line);
                if let Some(line) = cited {
                    self.fail(line, format!("{name} never had anything to judge here"));
                }
            }
        }
    }
}

fn condition_words(condition: &Condition) -> String {
    match condition {
        Condition::Milestone { name, times: 1 } => name.clone(),
        Condition::Milestone { name, times } => format!("{name} x{times}"),
        Condition::Claim { name, holds } => format!("{name} {}", if *holds { "holds" } else { "violated" }),
        Condition::Is { node, words, so } => format!("{node} is {}{words}", if *so { "" } else { "not " }),
        Condition::Last { client, outcome, answer } => {
            let outcome = format!("{outcome:?}").to_lowercase();
            answer.as_ref().map_or(format!("{client} {outcome}"), |answer| format!("{client} {outcome} {answer}"))
        }
        Condition::Leader { node } => format!("leader {node}"),
        Condition::NoLeader => "no leader".to_owned(),
        Condition::Kept(n) => format!("kept {n}"),
        Condition::Lost(n) => format!("lost {n}"),
    }
}

fn column(script: &Script, line: u32) -> u32 {
    let raw = script.source.lines().nth(line.saturating_sub(1) as usize).unwrap_or("");
    (raw.len() - raw.trim_start().len()) as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(text: &str, most: u64) -> Vec<(u32, String)> {
        let script = Script::parse(text).expect("reads");
        let (system, settings) = catalog::settings(&script).expect("settles");
        play_within(&script, system, settings, Keep::default(), most).expect("plays").failures
    }

    #[test]
    fn a_script_that_does_not_end_is_stopped_once() {
        let text = "system replication\nworkload c1 writes every 1ms\nrun 1s\nrun 100s\nrun 100s\nuntil promoted\n";
        let failures = failures(text, 20_000);
        assert_eq!(failures, [(4, "this does not end: 20000 events happened".to_owned())]);
    }

    #[test]
    fn an_instant_that_is_over_is_no_silent_wait() {
        let script = Script::parse("system replication\nrun 5s\nat 5s\n  at 1s\ncrash n1\nrun 1s\n").expect("reads");
        let problem = play(&script, Keep::default()).map(|_| ()).expect_err("time goes backwards");
        assert_eq!((problem.line, problem.column), (4, 3));
        assert_eq!(problem.message, "1s is over: it is 5.000 s already");
    }

    /// The name of one claim is in the words of another failure.
    #[test]
    fn a_violation_is_told_whatever_else_failed() {
        let text = "system replication\noption mode asynchronous\nflaw ack_before_sync\nuntil backup joined x2\n\
            slow-disk n1 200ms\ncrash n1 power before APPEND\nc1 put x 1\nuntil c1 done\nrestart n1\nrun 1s\n\
            expect c1 done acknowledged_writes_survive\n";
        let failures = failures(text, MOST_EVENTS);
        assert!(failures.iter().any(|(line, why)| *line == 0 && why.contains("is violated at")), "{failures:?}");
    }
}
