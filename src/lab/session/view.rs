//! What a person is shown of the run at hand.

use super::OpenRun;
use crate::lab::schedule::Entry;
use crate::lab::wire::{BranchView, EntryView, FaultBar, FlawView, OptionView, RunCard, Stretch, TimelineView, View};
use crate::sim::{OptionSpec, PHYSICS, Range, Time};
use crate::sorting::sort_by_key;

/// What of a long run travels to the page.
const MOST_MARKS: usize = 400;
const MOST_STRETCHES: u64 = 400;
const SENTENCES: usize = 8;

impl OpenRun {
    pub(super) fn view(&mut self) -> View {
        self.branches[self.current as usize].reached(&self.timeline);
        let here = self.timeline.position().time;
        let stale = self.pace.is_none_or(|pace| here >= pace.until);
        let pace = match self.pace {
            Some(pace) if !stale => pace,
            _ => self.pace_here(),
        };
        self.pace = Some(pace);
        let engine = self.timeline.engine();
        let mut frame = engine.frame();
        for (name, violation) in &self.branch().unfulfilled {
            // Beyond the script's end it may have come right.
            let lasts = || engine.judge(name).is_some_and(|verdict| verdict.is_err());
            if let Some(claim) = frame.claims.iter_mut().find(|claim| claim.name == *name)
                && violation.at.time <= here
                && lasts()
            {
                claim.violation = Some(violation.clone());
            }
        }
        View {
            frame,
            run: self.run_card(),
            timeline: self.timeline_view(),
            pace,
            notice: self.notice.clone(),
            narration: self.timeline.engine().narration(SENTENCES),
            schedule: self.schedule_view(),
            looking: self.looking.is_some(),
        }
    }

    fn run_card(&self) -> RunCard {
        let (system, settings) = (self.system, &self.branch().settings);
        let option = |spec: &OptionSpec| OptionView {
            name: spec.name.to_owned(),
            title: spec.title.to_owned(),
            value: settings.text(spec.name).to_owned(),
            default: spec.default.to_owned(),
            choices: match spec.range {
                Range::Choice(choices) => choices.iter().map(|choice| (*choice).to_owned()).collect(),
                _ => Vec::new(),
            },
            range: spec.range.words(),
        };
        RunCard {
            system: system.name().to_owned(),
            title: system.title().to_owned(),
            scenario: self.scenario.clone(),
            caption: self.branch().title.clone(),
            seed: settings.seed,
            options: system.options().iter().chain(PHYSICS).map(option).collect(),
            flaws: system
                .flaws()
                .iter()
                .map(|flaw| FlawView {
                    name: flaw.name.to_owned(),
                    title: flaw.title.to_owned(),
                    violates: flaw.violates.to_owned(),
                    on: settings.has_flaw(flaw.name),
                })
                .collect(),
            workloads: system.workloads().iter().map(|(name, does)| ((*name).to_owned(), (*does).to_owned())).collect(),
            sample_input: system.sample_input().to_owned(),
            milestones: system.milestones().into_iter().map(|name| (name.to_owned(), name.to_owned())).collect(),
            selection: self.script.selection.clone(),
        }
    }

    fn timeline_view(&self) -> TimelineView {
        let branch = self.branch();
        let record = &branch.record;
        let newest = |len: usize| len.saturating_sub(MOST_MARKS);
        let mut faults = record.faults[newest(record.faults.len())..].to_vec();
        for bar in &mut faults {
            self.place(bar);
        }
        sort_by_key(&mut faults, |bar| bar.from);
        let mut tenures = record.tenures[newest(record.tenures.len())..].to_vec();
        sort_by_key(&mut tenures, |bar| bar.from);
        TimelineView {
            end: branch.end.max(branch.known.time),
            marks: record.marks[newest(record.marks.len())..].to_vec(),
            faults,
            leaders: record.leaders[newest(record.leaders.len())..].to_vec(),
            tenures,
            arrivals: record.arrivals[newest(record.arrivals.len())..].to_vec(),
            writes: record.writes[newest(record.writes.len())..].to_vec(),
            branches: self
                .branches
                .iter()
                .map(|branch| BranchView {
                    id: branch.id,
                    parent: branch.parent,
                    words: branch.words.clone(),
                    name: branch.name.clone(),
                    at: branch.at.time,
                    end: branch.end.max(branch.known.time),
                })
                .collect(),
            branch: self.current,
            violations: record.violations.clone(),
            heard: record.testimony.length(),
            story: thinned(record.story.stretches(branch.told.time)),
            revision: self.revision,
            kept: self.kept,
        }
    }

    /// Which entries of the schedule began and ended a fault.
    fn place(&self, bar: &mut FaultBar) {
        let find = |time: Time, line: &str| {
            let same = |entry: &Entry| entry.at.time == time && entry.command.to_string() == line;
            self.branch().schedule.iter().position(same).map_or(u32::MAX, |place| place as u32)
        };
        bar.entry = find(bar.from, &bar.line);
        if let (Some((line, entry)), Some(to)) = (&mut bar.ended_by, bar.to) {
            *entry = find(to, line);
        }
    }

    fn schedule_view(&self) -> Vec<EntryView> {
        let entries = self.timeline.schedule().iter().enumerate();
        entries
            .map(|(place, entry)| EntryView {
                at: entry.at,
                line: entry.command.to_string(),
                no_effect: self.timeline.ineffective(place as u32).map(str::to_owned),
            })
            .collect()
    }
}

/// A long story, with what would be too small to see joined to its neighbours.
fn thinned(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let whole: u64 = stretches.iter().map(|stretch| u64::from(stretch.screen_ms)).sum();
    let least = whole / MOST_STRETCHES;
    let mut thinned: Vec<Stretch> = Vec::new();
    for stretch in stretches {
        match thinned.last_mut() {
            Some(last) if u64::from(last.screen_ms.min(stretch.screen_ms)) < least => {
                let screen_ms = last.screen_ms.saturating_add(stretch.screen_ms);
                *last = Stretch { until: stretch.until, screen_ms, silence: false, beat: true };
            }
            _ => thinned.push(stretch),
        }
    }
    thinned
}
