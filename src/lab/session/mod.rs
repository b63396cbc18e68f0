//! A person's work on one run: branches of a schedule, a cursor, and answers to the page. It keeps no clock: each
//! request does a bounded amount of work and is answered at once.

mod link;
mod view;

use std::collections::VecDeque;

use crate::lab::branch::Branch;
use crate::lab::catalog::{self, Keep, System};
use crate::lab::command::Command;
use crate::lab::compare::compare;
use crate::lab::engine::{Engine, Reached};
use crate::lab::frame::Position;
use crate::lab::news::news;
use crate::lab::pace;
use crate::lab::play::{self, Played};
use crate::lab::reading::Reader;
use crate::lab::sample::Sample;
use crate::lab::schedule::{Entry, Schedule};
use crate::lab::script::{Condition, Script};
use crate::lab::share;
use crate::lab::timeline::Timeline;
use crate::lab::wire::{Change, Pace, Problem, Reply, Request, Source, TracePart};
use crate::lab::words::{Line, Wrong};
use crate::sim::{Settings, Span, Time};

/// Things that one request may carry out while playing, and while seeking.
const ADVANCE_BUDGET: u64 = 3_000;
const SEEK_BUDGET: u64 = 200_000;
/// Things that are carried out ahead of what is shown, after an edit.
const FORETELL_BUDGET: u32 = 40_000;
/// Things that one request carries out while it looks for something, and how far ahead it looks.
const LOOK_BUDGET: u32 = 3_000;
const FARTHEST: Span = Span::seconds(600);
/// How far ahead a mark is looked for where none is known.
const QUIET: Span = Span::seconds(60);
/// How many characters a branch's name has at most.
pub const LONGEST_NAME: usize = 60;
/// What is said of scripts that become branches.
const BESIDE_THE_OLD: &str = "A branch of its own; the old one is kept";
const BEFORE_IT_BREAKS: &str = "It stands just before the claim is broken: play, or step";
/// Runs of which "does it always happen?" makes a distribution.
const SEEDS: u32 = 100;
/// A silence may come in pieces.
const STRETCHES_OF_A_STEP: u32 = 12;
#[derive(Default)]
pub struct Session {
    open: Option<OpenRun>,
    /// Counts the pasts that were shown, over all runs.
    revision: u32,
}

/// A run that is open.
struct OpenRun {
    system: &'static dyn System,
    script: Script,
    scenario: String,
    branches: Vec<Branch>,
    current: u32,
    /// Where the person has been, to go back to: the branch, its schedule before the edit, and the instant.
    undo: Vec<Undo>,
    timeline: Timeline,
    pace: Option<Pace>,
    notice: Option<String>,
    /// The instants of the last answers while playing: what a person saw when they acted may be as old as this.
    played: VecDeque<Position>,
    /// Another past has another number; up to here it is the one before it.
    revision: u32,
    kept: Position,
    reader: Option<(u32, Reader)>,
    sample: Option<(u32, Time, Sample)>,
    /// What is looked for, since when, and up to when.
    looking: Option<Looking>,
}

struct Looking {
    condition: String,
    /// Where the person was.
    from: Position,
    since: Reached,
    violations: usize,
    until: Time,
}

/// The page has one request out and one waiting, so it acts on one of the last three answers.
const ON_SCREEN: usize = 3;

struct Undo {
    branch: u32,
    schedule: Schedule,
    at: Position,
}

impl Session {
    pub fn new() -> Session {
        Session::default()
    }

    pub fn answer(&mut self, request: Request) -> Reply {
        match self.try_answer(request) {
            Ok(reply) => reply,
            Err(problem) => Reply::Refused(problem),
        }
    }

    fn try_answer(&mut self, request: Request) -> Result<Reply, Problem> {
        match request {
            Request::Hello { .. } => {
                return Ok(Reply::Hello { build: build_id().to_owned(), catalog: catalog::cards() });
            }
            Request::Open { source: Source::Found { text, words } } => {
                let script = Script::parse(&text)?;
                match &mut self.open {
                    Some(open) if open.system.name() == script.system.text => {
                        open.take_in(script, words, Position::default(), BEFORE_IT_BREAKS)?;
                    }
                    _ => {
                        let opened = OpenRun::new(Source::Script { text }, self.revision + 1)?;
                        self.open.insert(opened).notice.get_or_insert_with(|| BEFORE_IT_BREAKS.to_owned());
                    }
                }
            }
            // Nothing is thrown away for a script that was changed.
            Request::Open { source: Source::Script { text } } => {
                let script = Script::parse(&text)?;
                match &mut self.open {
                    Some(open) if open.system.name() == script.system.text => {
                        let here = open.timeline.position();
                        open.take_in(script, "another script".to_owned(), here, BESIDE_THE_OLD)?;
                    }
                    _ => self.open = Some(OpenRun::new(Source::Script { text }, self.revision + 1)?),
                }
            }
            Request::Open { source } => {
                let opened = OpenRun::new(source, self.revision + 1)?;
                self.open = Some(opened);
            }
            other => {
                let open = self.open.as_mut().ok_or_else(|| Problem::new("no run is open", "choose a scenario"))?;
                if let Some(reply) = open.answer(other)? {
                    return Ok(reply);
                }
            }
        }
        let open = self.open.as_mut().ok_or_else(|| Problem::new("no run is open", "choose a scenario"))?;
        self.revision = open.revision;
        Ok(Reply::View(Box::new(open.view())))
    }
}

/// What a line of a script expects and is not so. What else is violated shows itself.
fn failure(played: &Played) -> Option<String> {
    let (line, why) = played.failures.iter().find(|(line, _)| *line > 0)?;
    Some(format!("What line {line} of its script expects is not so: {why}"))
}

/// `option NAME VALUE`, `flaw NAME on`, `seed N`
fn change_setting(system: &dyn System, settings: &mut Settings, line: &str) -> Result<(), Problem> {
    let mut words = Line::new(line);
    let wrong = |wrong: Wrong| wrong.at_line(0);
    let what = words.word("option, flaw or seed").map_err(wrong)?;
    match what.text {
        "seed" => settings.seed = words.number("a seed", 0, u64::MAX).map_err(wrong)?,
        "option" => {
            let name = words.word("an option's name").map_err(wrong)?.text;
            let value = words.word("its value").map_err(wrong)?.text;
            catalog::set_option(system, settings, name, value)?;
        }
        "flaw" => {
            let name = words.word("a flaw's name").map_err(wrong)?.text;
            let on = words.skip("on") || !words.skip("off");
            catalog::set_flaw(system, settings, name, on)?;
        }
        _ => return Err(wrong(words.unknown(what, "setting", ["option", "flaw", "seed"].into_iter()))),
    }
    words.end().map_err(wrong)
}

/// Identifies the build: page and worker must be of the same.
pub fn build_id() -> &'static str {
    option_env!("NETSPLIT_BUILD").unwrap_or(env!("CARGO_PKG_VERSION"))
}

impl OpenRun {
    fn new(source: Source, revision: u32) -> Result<OpenRun, Problem> {
        let (text, scenario, resume) = match source {
            Source::Opening => {
                let (system, name) = catalog::OPENING;
                (catalog::scenario(catalog::find(system)?, name)?.to_owned(), name.to_owned(), None)
            }
            Source::Scenario { system, name } => {
                (catalog::scenario(catalog::find(&system)?, &name)?.to_owned(), name, None)
            }
            Source::Script { text } | Source::Found { text, .. } => (text, String::new(), None),
            Source::Link { fragment } => (share::unpack(&fragment)?, String::new(), None),
            Source::Resume { text, at } => (text, String::new(), Some(at)),
        };
        let script = Script::parse(&text)?;
        let played = play::play(&script, Keep::default())?;
        let failure = failure(&played);
        let start = played.system.start(&played.settings, Keep::default());
        let mut branch = Branch::first(script.title.clone(), played.settings, played.schedule.clone(), played.end.time);
        branch.unfulfilled = played.unfulfilled;
        branch.tell(played.engine.record(), played.end);
        let mut open = OpenRun {
            system: played.system,
            timeline: Timeline::new(start, played.schedule),
            branches: vec![branch],
            current: 0,
            undo: Vec::new(),
            pace: None,
            played: VecDeque::new(),
            notice: failure,
            revision,
            kept: Position::default(),
            reader: None,
            sample: None,
            looking: None,
            scenario,
            script,
        };
        if let Some(at) = resume.or(open.script.playhead) {
            open.compare_digest(at);
            open.timeline.seek(at, SEEK_BUDGET);
        }
        Ok(open)
    }

    /// Answers what is not a view, and otherwise changes what the view shows.
    fn answer(&mut self, request: Request) -> Result<Option<Reply>, Problem> {
        match request {
            Request::Script => return Ok(Some(Reply::Script { text: self.script_text(None, None) })),
            Request::Transcript => {
                let script = Script::parse(&self.timed_text())?;
                return Ok(Some(Reply::Transcript { text: play::play(&script, Keep::default())?.file(&script) }));
            }
            Request::Link { at, selection } => {
                let text = self.script_text(Some(at), selection.as_deref());
                return Ok(Some(Reply::Link { fragment: share::pack(&text) }));
            }
            Request::Trace { after } => return Ok(Some(Reply::Trace(self.read(after)))),
            Request::Sample { until } => return Ok(Some(self.sample(until)?)),
            Request::Hear => return Ok(Some(self.hear())),
            Request::Compare { left, right } => return Ok(Some(self.compare(left, right)?)),
            Request::Until { condition } => return self.look_for(condition).map(|()| None),
            Request::Advance { to } => {
                let to = Position { time: to, k: u32::MAX };
                if to > self.timeline.position() {
                    self.timeline.seek(to, ADVANCE_BUDGET);
                }
                if self.played.len() == ON_SCREEN {
                    self.played.pop_front();
                }
                self.played.push_back(self.timeline.position());
                self.notice = None;
            }
            Request::Seek { to } => {
                self.timeline.seek(to, SEEK_BUDGET);
                self.moved();
            }
            Request::Step { events } => {
                let target = self.timeline.things().saturating_add_signed(events);
                self.timeline.seek_thing(target);
                self.moved();
            }
            Request::StepMark { ahead } => self.step_mark(ahead),
            Request::StepBeat { ahead } => self.step_beat(ahead),
            Request::Act { at, line } => self.act(at, &line)?,
            Request::Edit { changes } => self.edit(&changes)?,
            Request::Set { line } => self.set(&line)?,
            Request::Switch { branch } => self.switch(branch)?,
            Request::Name { branch, name } => self.name(branch, &name)?,
            Request::Undo => self.undo()?,
            Request::Hello { .. } | Request::Open { .. } => {}
        }
        Ok(None)
    }

    fn branch_mut(&mut self) -> &mut Branch {
        &mut self.branches[self.current as usize]
    }

    fn branch(&self) -> &Branch {
        &self.branches[self.current as usize]
    }

    fn find(&self, branch: u32) -> Result<&Branch, Problem> {
        let none = || Problem::new("there is no such branch", "choose one that is listed");
        self.branches.get(branch as usize).ok_or_else(none)
    }

    fn moved(&mut self) {
        self.looking = None;
        self.pace = None;
        self.played.clear();
        self.notice = None;
    }

    fn step_mark(&mut self, ahead: bool) {
        let here = self.timeline.position();
        let marks = &self.branch().record.marks;
        let mut new = marks.iter().zip(news(marks)).filter(|(_, new)| *new).map(|(mark, _)| mark.at);
        let target = if ahead {
            new.find(|at| *at > here)
        } else {
            Some(new.take_while(|at| *at < here).last().unwrap_or_default())
        };
        let found = match target {
            Some(at) => {
                self.timeline.seek(at, SEEK_BUDGET);
                true
            }
            None => self.look_for_mark(here),
        };
        self.moved();
        if !found {
            self.notice = Some("Nothing is marked in the minute after this".to_owned());
        }
    }

    fn step_beat(&mut self, ahead: bool) {
        let here = self.timeline.position();
        if ahead {
            // To the end of this beat, and over the silence behind it.
            for _ in 0..STRETCHES_OF_A_STEP {
                let pace = self.pace_here();
                self.timeline.seek(Position::at(pace.until), SEEK_BUDGET);
                if self.timeline.upcoming().is_none() || self.pace_here().beat {
                    break;
                }
            }
        } else {
            let story = &self.branch().record.story;
            let before = story.beats().map(|beat| beat.from).take_while(|from| *from < here.time).last();
            self.timeline.seek(Position::at(before.unwrap_or_default()), SEEK_BUDGET);
        }
        self.moved();
    }

    fn pace_here(&self) -> Pace {
        let branch = self.branch();
        let known = Time(branch.told.time.0.saturating_sub(1));
        pace::pace(&self.timeline, &branch.record.story, known)
    }

    /// Runs on until something is marked, be it news or not; where nothing is for a while, it stays.
    fn look_for_mark(&mut self, here: Position) -> bool {
        let before = self.timeline.engine().record_len();
        for _ in 0..SEEK_BUDGET {
            if self.timeline.upcoming().is_none_or(|next| next.time > here.time + QUIET) {
                break;
            }
            let things = self.timeline.things();
            self.timeline.seek_thing(things + 1);
            if self.timeline.engine().record_len() > before {
                return true;
            }
        }
        self.timeline.seek(here, SEEK_BUDGET);
        false
    }

    /// Runs on until a condition holds, or `violation`: until another claim is broken.
    fn look_for(&mut self, condition: String) -> Result<(), Problem> {
        let wanted = match condition.as_str() {
            "violation" => None,
            text => {
                let wanted = Condition::read(text).map_err(|wrong| wrong.at_line(0))?;
                let checked = self.timeline.engine().check_condition(&wanted);
                checked.map_err(|(message, hint)| Problem { line: 0, column: 1, message, hint })?;
                Some(wanted)
            }
        };
        let broken =
            |timeline: &Timeline| timeline.engine().claims().iter().filter(|claim| claim.violation.is_some()).count();
        let begun = self.looking.take().filter(|looking| looking.condition == condition);
        let looking = begun.unwrap_or_else(|| Looking {
            since: self.timeline.engine().reached(),
            violations: broken(&self.timeline),
            from: self.timeline.position(),
            until: self.timeline.position().time + FARTHEST,
            condition,
        });
        self.moved();
        for _ in 0..LOOK_BUDGET {
            let things = self.timeline.things();
            let ended = self.timeline.upcoming().is_none_or(|next| next.time > looking.until);
            if !ended {
                self.timeline.seek_thing(things + 1);
            }
            let found = match &wanted {
                Some(wanted) => self.timeline.engine().satisfies(wanted, &looking.since),
                None => broken(&self.timeline) > looking.violations,
            };
            if found {
                return Ok(());
            }
            if ended {
                self.timeline.seek(looking.from, SEEK_BUDGET);
                self.notice = Some(match &wanted {
                    Some(_) => format!("`{}` does not come about within {FARTHEST} from here", looking.condition),
                    None => format!("No claim is broken within {FARTHEST} from here"),
                });
                return Ok(());
            }
        }
        self.looking = Some(looking);
        Ok(())
    }

    /// The trace behind an entry.
    fn read(&mut self, after: u32) -> TracePart {
        let until = self.branch().told.time;
        let begun = self.reader.take().filter(|(of, reader)| *of == self.revision && reader.told() == after);
        let mut reader = match begun {
            Some((_, reader)) => reader,
            None => Reader::new(&self.timeline, after, || self.start(self.branch(), true)),
        };
        let (entries, more) = reader.read(until);
        self.reader = Some((self.revision, reader));
        let messages = self.timeline.engine().messages().iter().map(|name| (*name).to_owned()).collect();
        TracePart { revision: self.revision, entries, more, messages }
    }

    fn hear(&self) -> Reply {
        let record = &self.branch().record;
        let name = |client| self.timeline.engine().node_name(client);
        let hearing = Box::new(record.testimony.hearing(record.guarantee.as_ref(), name));
        Reply::Hearing { revision: self.revision, hearing }
    }

    fn sample(&mut self, until: Time) -> Result<Reply, Problem> {
        let begun = self.sample.take().filter(|(of, to, _)| (*of, *to) == (self.revision, until));
        let mut sample = match begun {
            Some((_, _, sample)) => sample,
            None => {
                Sample::new(self.system, self.branch().settings.clone(), self.branch().schedule.clone(), until, SEEDS)
            }
        };
        let outcomes = sample.go_on();
        self.sample = (outcomes.done < outcomes.seeds).then_some((self.revision, until, sample));
        Ok(Reply::Outcomes(outcomes))
    }

    fn compare(&self, left: u32, right: u32) -> Result<Reply, Problem> {
        let (left, right) = (self.find(left)?, self.find(right)?);
        let until = left.told.time.max(left.end).min(right.told.time.max(right.end));
        let begin = |side: usize, trace: bool| {
            let branch = [left, right][side];
            Timeline::new(self.start(branch, trace), branch.schedule.clone()).look_ahead()
        };
        Ok(Reply::Comparison(Box::new(compare(&begin, until))))
    }

    /// A branch's run at its very beginning.
    fn start(&self, branch: &Branch, trace: bool) -> Box<dyn Engine> {
        self.system.start(&branch.settings, Keep { trace, ..Keep::default() })
    }

    fn parse(&self, line: &str) -> Result<Command, Problem> {
        let mut words = Line::new(line);
        let command = Command::parse(&mut words).map_err(|wrong| wrong.at_line(0))?;
        let checked = self.timeline.engine().check(&command);
        checked.map_err(|(message, hint)| Problem { line: 0, column: 1, message, hint })?;
        Ok(command)
    }

    /// A person acts at the instant that they saw; what one gesture says in several lines is one act.
    fn act(&mut self, at: Position, lines: &str) -> Result<(), Problem> {
        let commands = lines.split('\n').map(|line| self.parse(line)).collect::<Result<Vec<_>, _>>()?;
        let mut schedule = self.timeline.schedule().clone();
        // Behind everything that was said at that instant already.
        let places: Vec<u32> = commands.into_iter().map(|command| schedule.insert(Entry { at, command })).collect();
        let live = at >= self.branch().known || self.played.contains(&at);
        let in_place = live && !self.timeline.schedule().goes_on_after(at);
        self.adopt(schedule, at, at, in_place, &format!("{} at {}", lines.replace('\n', ", "), at.time));
        let why: Option<Vec<&str>> = places.iter().map(|&place| self.timeline.ineffective(place)).collect();
        let why = why.and_then(|why| why.first().map(|why| format!("No effect: {why}")));
        self.notice = why.or_else(|| (!in_place).then(|| "New branch; the old one is kept".to_owned()));
        Ok(())
    }

    /// Changes entries of the schedule; the run is told again as far as it was known.
    fn edit(&mut self, changes: &[Change]) -> Result<(), Problem> {
        let gone = || Problem::new("that entry is gone", "look at the script again");
        let mut entries: Vec<Option<Entry>> = self.timeline.schedule().iter().cloned().map(Some).collect();
        let mut take = |place: u32| entries.get_mut(place as usize).and_then(Option::take).ok_or_else(gone);
        let (mut added, mut words) = (Vec::new(), Vec::new());
        let clock = |at: &Time| format!("{} s", Time(at.0 - at.0 % 1_000));
        let mut from: Option<Position> = None;
        let mut touched = |at: Position| from = Some(from.map_or(at, |from| from.min(at)));
        for change in changes {
            match change {
                Change::Remove { entry } => {
                    let Entry { at, command } = take(*entry)?;
                    touched(at);
                    words.push(format!("without {command}"));
                }
                Change::Move { entry, to } => {
                    let Entry { at, command } = take(*entry)?;
                    touched(at);
                    words.push(format!("{command} at {}", clock(to)));
                    added.push(Entry { at: Position::at(*to), command });
                }
                Change::Insert { at, line } => {
                    let command = self.parse(line)?;
                    words.push(format!("{command} at {}", clock(at)));
                    added.push(Entry { at: Position::at(*at), command });
                }
            }
        }
        for entry in &added {
            touched(entry.at);
        }
        let from = from.ok_or_else(|| Problem::new("nothing is to be changed", "name an entry"))?;
        let mut schedule = Schedule::default();
        for entry in entries.into_iter().flatten().chain(added.iter().cloned()) {
            schedule.insert(entry);
        }
        let (seen, told) = (self.timeline.position(), self.branch().told);
        let words = words.join(", ");
        self.adopt(schedule, from, seen, false, &words);
        self.timeline.seek(seen, SEEK_BUDGET);
        self.foretell(told.time);
        let places = self.timeline.schedule().iter().zip(0..).filter(|(entry, _)| added.contains(entry));
        let vain = places.filter_map(|(_, place)| self.timeline.ineffective(place)).next();
        let vain = vain.map(|why| format!(". No effect: {why}")).unwrap_or_default();
        self.notice = Some(format!("{words}{vain}. New branch; the old one is kept"));
        Ok(())
    }

    /// Tells the present branch ahead of what is shown.
    fn foretell(&mut self, until: Time) {
        self.branches[self.current as usize].reached(&self.timeline);
        let mut ahead = self.timeline.look_ahead();
        for _ in 0..FORETELL_BUDGET {
            if ahead.step(until).is_none() {
                break;
            }
        }
        let branch = self.branch_mut();
        branch.tell(ahead.engine().record(), branch.told.max(ahead.engine().position()));
        self.timeline.learn(ahead);
    }

    /// Makes a changed schedule the present one, at the instant of the change.
    fn adopt(&mut self, schedule: Schedule, at: Position, seen: Position, in_place: bool, words: &str) {
        self.undo.push(Undo { branch: self.current, schedule: self.timeline.schedule().clone(), at: seen });
        self.timeline = self.timeline.branch(schedule.clone(), at);
        self.revision += 1;
        self.kept = at;
        if in_place {
            let branch = self.branch_mut();
            branch.schedule = schedule;
            branch.forget_after(at);
        } else {
            let id = self.branches.len() as u32;
            let branch = self.branch().child(id, words.to_owned(), schedule, at);
            self.branches.push(branch);
            self.current = id;
        }
        self.timeline.seek(at, SEEK_BUDGET);
        self.moved();
    }

    /// Changes an option, a flaw or the seed: the same schedule under other conditions.
    fn set(&mut self, lines: &str) -> Result<(), Problem> {
        let mut settings = self.branch().settings.clone();
        for line in lines.lines() {
            change_setting(self.system, &mut settings, line)?;
        }
        let (seen, told) = (self.timeline.position(), self.branch().told);
        self.undo.push(Undo { branch: self.current, schedule: self.timeline.schedule().clone(), at: seen });
        let id = self.branches.len() as u32;
        let mut branch =
            self.branch().child(id, lines.replace('\n', ", "), self.timeline.schedule().clone(), Position::default());
        branch.settings = settings;
        self.branches.push(branch);
        self.reopen(id, seen);
        self.foretell(told.time);
        self.notice = Some("The same run under other conditions; the old one is kept".to_owned());
        Ok(())
    }

    /// A run of the same system, as a branch beside what the person has done; at the place that it names, or at another.
    fn take_in(&mut self, script: Script, words: String, otherwise: Position, notice: &str) -> Result<(), Problem> {
        let played = play::play(&script, Keep::default())?;
        let failure = failure(&played);
        let to = script.playhead.unwrap_or(otherwise.min(played.end));
        let (schedule, at) = (self.timeline.schedule().clone(), self.timeline.position());
        self.undo.push(Undo { branch: self.current, schedule, at });
        let id = self.branches.len() as u32;
        let mut branch = Branch {
            title: script.title,
            settings: played.settings,
            end: played.end.time,
            unfulfilled: played.unfulfilled,
            ..self.branch().child(id, words, played.schedule, Position::default())
        };
        branch.tell(played.engine.record(), played.end);
        self.branches.push(branch);
        self.reopen(id, to);
        self.notice = failure.or_else(|| Some(notice.to_owned()));
        Ok(())
    }

    fn switch(&mut self, branch: u32) -> Result<(), Problem> {
        self.find(branch)?;
        let seen = self.timeline.position();
        self.reopen(branch, seen);
        Ok(())
    }

    /// One line, since it is the title of the branch's script.
    fn name(&mut self, branch: u32, name: &str) -> Result<(), Problem> {
        self.find(branch)?;
        let line: Vec<&str> = name.split_whitespace().collect();
        self.branches[branch as usize].name = line.join(" ").chars().take(LONGEST_NAME).collect();
        self.notice = None;
        Ok(())
    }

    fn undo(&mut self) -> Result<(), Problem> {
        let undo = self.undo.pop().ok_or_else(|| Problem::new("there is nothing to undo", "act first"))?;
        let branch = &mut self.branches[undo.branch as usize];
        if branch.schedule != undo.schedule {
            branch.schedule = undo.schedule;
            branch.forget_after(undo.at);
        }
        self.reopen(undo.branch, undo.at);
        self.notice = Some("Undone".to_owned());
        Ok(())
    }

    /// Takes up a branch at an instant, from its beginning: its caches were thrown away.
    fn reopen(&mut self, branch: u32, at: Position) {
        self.current = branch;
        self.revision += 1;
        self.kept = Position::default();
        self.timeline = Timeline::new(self.start(self.branch(), false), self.branch().schedule.clone());
        self.timeline.seek(at, SEEK_BUDGET);
        self.moved();
    }
}
