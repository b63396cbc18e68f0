//! A branch is a parent and an edit. Nothing is thrown away but what can be computed again.

use std::fmt::Write as _;

use super::catalog::System;
use super::engine::Record;
use super::frame::{Position, Violation};
use super::schedule::Schedule;
use super::timeline::Timeline;
use super::wire::{Mark, MarkKind};
use crate::sim::{PHYSICS, Settings, Time};

pub struct Branch {
    pub id: u32,
    pub parent: Option<u32>,
    /// Of the script that it came from.
    pub title: String,
    /// What made it.
    pub words: String,
    /// What the person calls it, if anything.
    pub name: String,
    /// Where it leaves its parent.
    pub at: Position,
    pub settings: Settings,
    pub schedule: Schedule,
    /// Where its script ends, and how far it has been seen.
    pub end: Time,
    pub known: Position,
    /// The whole run as far as it was computed, which may be ahead of what was seen.
    pub record: Record,
    pub told: Position,
    /// What should be so eventually and is not where the script ends.
    pub unfulfilled: Vec<(String, Violation)>,
}

impl Branch {
    pub fn first(title: String, settings: Settings, schedule: Schedule, end: Time) -> Branch {
        Branch {
            id: 0,
            parent: None,
            title,
            words: "as recorded".to_owned(),
            name: String::new(),
            at: Position::default(),
            settings,
            schedule,
            end,
            known: Position::default(),
            record: Record::default(),
            told: Position::default(),
            unfulfilled: Vec::new(),
        }
    }

    pub fn child(&self, id: u32, words: String, schedule: Schedule, at: Position) -> Branch {
        Branch {
            id,
            parent: Some(self.id),
            title: self.title.clone(),
            words,
            name: String::new(),
            at,
            settings: self.settings.clone(),
            schedule,
            end: self.end,
            known: at,
            record: Record::default(),
            told: at,
            unfulfilled: Vec::new(),
        }
    }

    /// Takes in what the cursor has come to, where that is news.
    pub fn reached(&mut self, timeline: &Timeline) {
        let here = timeline.position();
        self.known = self.known.max(here);
        if here >= self.told {
            self.tell(timeline.engine().record(), here);
        }
    }

    /// The whole run, up to an instant, with what it left unfulfilled where its script ends.
    pub fn tell(&mut self, record: Record, to: Position) {
        (self.record, self.told) = (record, to);
        for (name, violation) in self.unfulfilled.iter().filter(|(_, violation)| violation.at <= to) {
            let mark = Mark { at: violation.at, words: violation.says.clone(), kind: MarkKind::Violation };
            let place = self.record.marks.partition_point(|other| other.at <= mark.at);
            self.record.marks.insert(place, mark);
            self.record.violations.push((name.clone(), violation.clone()));
        }
    }

    pub fn forget_after(&mut self, at: Position) {
        self.known = self.known.min(at);
        self.told = self.told.min(at);
        self.unfulfilled.retain(|(_, violation)| violation.at <= at);
    }

    /// The branch as a script whose every line has its instant.
    pub fn script(&self, system: &dyn System) -> String {
        let mut text = String::new();
        let title =
            [&self.name, &self.title].into_iter().find(|title| !title.is_empty()).map_or("A run", String::as_str);
        let _infallible = write!(text, "# {title}\n\nsystem {}\n", system.name());
        for spec in system.options().iter().chain(PHYSICS) {
            let value = self.settings.text(spec.name);
            if value != spec.default {
                let _infallible = writeln!(text, "option {} {value}", spec.name);
            }
        }
        for flaw in self.settings.flaws() {
            let _infallible = writeln!(text, "flaw {flaw}");
        }
        let _infallible = writeln!(text, "seed {}\n", self.settings.seed);
        let mut last = None;
        for entry in self.schedule.iter() {
            if last != Some(entry.at) {
                let _infallible = writeln!(text, "at {}", entry.at.words());
                last = Some(entry.at);
            }
            let _infallible = writeln!(text, "{}", entry.command);
        }
        let end = Position::at(self.end.max(self.known.time));
        let judged = self.unfulfilled.iter().map(|(_, violation)| violation.at);
        let end = judged.filter(|at| at.time == end.time).fold(end, Position::max);
        if last.is_none_or(|last| last < end) {
            let _infallible = writeln!(text, "at {}", end.words());
        }
        // What it is known to violate is no surprise to whoever opens it.
        let lasts = |broken: &(String, Violation)| broken.1.at == end || !self.unfulfilled.contains(broken);
        for (claim, _) in self.record.violations.iter().filter(|broken| broken.1.at <= end && lasts(broken)) {
            let _infallible = writeln!(text, "expect {claim} violated");
        }
        text
    }
}
