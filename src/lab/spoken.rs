//! Which texts of a reply are for people: all that may be put into another language. What a script says, names, and what
//! the page knows things by are not.

use super::frame::{ClaimFrame, FigureFrame, FigureValue, Frame, Verb};
use super::hearing::Hearing;
use super::trace::Code;
use super::wire::{MarkKind, Problem, Reply, RunCard, SystemCard, TimelineView, TraceLine, View};
use crate::describe::{Gauge, NodeView, Party, Row, Stamp, Viewpoint};

/// What becomes of a text.
pub type Say<'a> = &'a mut dyn FnMut(&mut String);

pub fn in_reply(reply: &mut Reply, say: Say) {
    match reply {
        Reply::Hello { catalog, .. } => catalog.iter_mut().for_each(|card| in_card(card, say)),
        Reply::View(view) => in_view(view, say),
        Reply::Trace(part) => part.entries.iter_mut().for_each(|line| in_line(line, say)),
        Reply::Hearing { hearing, .. } => in_hearing(hearing, say),
        Reply::Refused(problem) => in_problem(problem, say),
        Reply::Comparison(comparison) => {
            comparison.parted.iter_mut().flatten().flatten().for_each(|line| in_line(line, say));
            let figures = comparison.balances.iter_mut().flat_map(|balance| &mut balance.figures);
            figures.for_each(|figure| in_figure(figure, say));
        }
        Reply::Script { .. } | Reply::Link { .. } | Reply::Transcript { .. } | Reply::Outcomes(_) => {}
    }
}

pub fn in_problem(problem: &mut Problem, say: Say) {
    say(&mut problem.message);
    say(&mut problem.hint);
}

pub fn in_hearing(hearing: &mut Hearing, say: Say) {
    hearing.operations.iter_mut().for_each(|told| say(&mut told.answered));
}

fn in_card(card: &mut SystemCard, say: Say) {
    say(&mut card.title);
    say(&mut card.summary);
    for scenario in &mut card.scenarios {
        say(&mut scenario.title);
        say(&mut scenario.caption);
    }
    card.flaws.iter_mut().for_each(|(_, title)| say(title));
    for (term, says) in &mut card.names {
        say(term);
        say(says);
    }
}

fn in_view(view: &mut View, say: Say) {
    in_frame(&mut view.frame, say);
    in_run(&mut view.run, say);
    in_timeline(&mut view.timeline, say);
    view.notice.iter_mut().for_each(&mut *say);
    view.narration.iter_mut().for_each(|sentence| say(&mut sentence.words));
    view.schedule.iter_mut().filter_map(|entry| entry.no_effect.as_mut()).for_each(say);
}

fn in_run(run: &mut RunCard, say: Say) {
    say(&mut run.title);
    say(&mut run.caption);
    for option in &mut run.options {
        say(&mut option.title);
        if option.choices.is_empty() {
            say(&mut option.range);
        }
    }
    run.flaws.iter_mut().for_each(|flaw| say(&mut flaw.title));
    run.workloads.iter_mut().for_each(|(_, about)| say(about));
    run.milestones.iter_mut().for_each(|(_, words)| say(words));
}

fn in_timeline(timeline: &mut TimelineView, say: Say) {
    for mark in &mut timeline.marks {
        match mark.kind {
            MarkKind::Milestone => after_name(&mut mark.words, say),
            MarkKind::Say | MarkKind::Violation => say(&mut mark.words),
            MarkKind::Fault => {}
        }
    }
    // Where no line began it, it is told in words.
    timeline.faults.iter_mut().filter(|fault| fault.entry == u32::MAX).for_each(|fault| say(&mut fault.words));
    timeline.tenures.iter_mut().for_each(|bar| say(&mut bar.tenure.words));
    let levels = timeline.tenures.iter_mut().filter(|bar| bar.tenure.view == Viewpoint::Level);
    levels.for_each(|bar| say(&mut bar.tenure.row));
    timeline.arrivals.iter_mut().for_each(|arrival| in_stamp(&mut arrival.stamp, say));
    // Those that an edit made are called by its lines.
    timeline.branches.iter_mut().take(1).for_each(|branch| say(&mut branch.words));
    timeline.violations.iter_mut().for_each(|(_, violation)| say(&mut violation.says));
}

/// `n1 established`
fn after_name(text: &mut String, say: Say) {
    if let Some((name, words)) = text.split_once(' ') {
        let mut words = words.to_owned();
        say(&mut words);
        *text = format!("{name} {words}");
    }
}

fn in_frame(frame: &mut Frame, say: Say) {
    for node in &mut frame.nodes {
        in_node(&mut node.view, say);
        in_verbs(&mut node.verbs, say);
    }
    frame.links.iter_mut().for_each(|link| in_verbs(&mut link.verbs, say));
    for flight in &mut frame.flights {
        in_rows(&mut flight.tag.rows, say);
        in_verbs(&mut flight.verbs, say);
    }
    frame.operations.iter_mut().filter_map(|operation| operation.answer.as_mut()).for_each(&mut *say);
    frame.territories.iter_mut().for_each(|territory| say(&mut territory.says));
    for wait in &mut frame.waits {
        say(&mut wait.what);
        wait.from.iter_mut().chain([&mut wait.who]).for_each(|party| in_party(party, say));
        wait.blocked.iter_mut().for_each(&mut *say);
    }
    frame.legend.iter_mut().for_each(|line| say(&mut line.words));
    frame.readout.figures.iter_mut().for_each(|figure| in_figure(figure, say));
    frame.claims.iter_mut().for_each(|claim| in_claim(claim, say));
}

fn in_stamp(stamp: &mut Stamp, say: Say) {
    say(&mut stamp.title);
    stamp.says.iter_mut().for_each(say);
}

fn in_node(view: &mut NodeView, say: Say) {
    say(&mut view.label);
    say(&mut view.detail);
    in_gauges(view.gauges.iter_mut(), say);
    if let Some(lane) = &mut view.lane {
        lane.pointers.iter_mut().for_each(|pointer| say(&mut pointer.label));
    }
    in_rows(&mut view.rows, say);
    view.tallies.iter_mut().for_each(|tally| say(&mut tally.title));
    view.programs.iter_mut().for_each(|program| say(&mut program.state));
    for queue in &mut view.queues {
        in_gauges(queue.holders.iter_mut().filter_map(|holder| holder.gauge.as_mut()), say);
        in_gauges(queue.waiters.iter_mut().filter_map(|ticket| ticket.gauge.as_mut()), say);
    }
    in_gauges(view.beliefs.iter_mut().filter_map(|belief| belief.gauge.as_mut()), say);
    if let Some(strip) = &mut view.strip {
        say(&mut strip.title);
        say(&mut strip.note);
        strip.stamps.iter_mut().for_each(|stamp| in_stamp(stamp, say));
    }
    if let Some(emblem) = &mut view.emblem {
        say(&mut emblem.words);
        say(&mut emblem.detail);
    }
}

fn in_gauges<'a>(gauges: impl Iterator<Item = &'a mut Gauge>, say: Say) {
    gauges.for_each(|gauge| say(&mut gauge.label));
}

fn in_rows(rows: &mut [Row], say: Say) {
    for row in rows {
        say(&mut row.label);
        say(&mut row.value);
    }
}

fn in_verbs(verbs: &mut [Verb], say: Say) {
    for verb in verbs {
        say(&mut verb.word);
        verb.refused.iter_mut().for_each(&mut *say);
    }
}

fn in_party(party: &mut Party, say: Say) {
    say(&mut party.name);
    say(&mut party.words);
}

fn in_figure(figure: &mut FigureFrame, say: Say) {
    say(&mut figure.label);
    if let FigureValue::Words(words) = &mut figure.value {
        say(words);
    }
}

fn in_claim(claim: &mut ClaimFrame, say: Say) {
    say(&mut claim.says);
    claim.violation.iter_mut().for_each(|violation| say(&mut violation.says));
}

/// Messages and records are shown as the program has them; whom they go to and come from is said.
fn in_line(line: &mut TraceLine, say: Say) {
    match line.code {
        Code::Fire | Code::Lose | Code::Complete | Code::Mark | Code::Note | Code::Crash | Code::Broken => {
            say(&mut line.words)
        }
        Code::Send | Code::Deliver => {
            if let Some((whom, message)) = line.words.split_once(" #") {
                let mut whom = whom.to_owned();
                say(&mut whom);
                line.words = format!("{whom} #{message}");
            }
        }
        _ => {}
    }
}
