//! A view without its future: what was computed beyond the instant on the screen is not told. "Who will win?"

use std::rc::Rc;

use crate::describe::Time;
use crate::lab::frame::{Outcome, Position};
use crate::lab::hearing::Hearing;
use crate::lab::wire::{Stretch, View};
use crate::page::state::seen::Seen;

pub fn veiled(seen: &Seen) -> Seen {
    let now = seen.frame.at;
    let mut view: View = (*seen.0).clone();
    let timeline = &mut view.timeline;
    timeline.end = now.time;
    timeline.marks.retain(|mark| mark.at <= now);
    timeline.faults.retain(|fault| fault.from <= now.time);
    timeline.leaders.retain(|leader| leader.from <= now.time);
    timeline.writes.retain(|write| *write <= now.time);
    timeline.arrivals.retain(|arrival| arrival.at <= now.time);
    timeline.tenures.retain(|tenure| tenure.from <= now.time);
    timeline.violations.retain(|(_, violation)| violation.at <= now);
    timeline.story = so_far(&timeline.story, now.time);
    for tenure in &mut timeline.tenures {
        tenure.to = tenure.to.filter(|to| *to <= now.time);
    }
    for fault in &mut timeline.faults {
        fault.to = fault.to.filter(|to| *to <= now.time);
    }
    for leader in &mut timeline.leaders {
        leader.to = leader.to.filter(|to| *to <= now.time);
    }
    for claim in &mut view.frame.claims {
        claim.violation = claim.violation.take().filter(|violation| violation.at <= now);
    }
    Seen(Rc::new(view))
}

/// What clients knew at an instant.
pub fn unanswered(hearing: &Hearing, now: Position) -> Hearing {
    let mut hearing = hearing.clone();
    for told in hearing.operations.iter_mut().filter(|told| told.ended.is_some_and(|ended| ended > now)) {
        (told.outcome, told.ended) = (Outcome::Pending, None);
        told.answered.clear();
    }
    hearing
}

/// The stretches behind an instant, and of the one it lies in what has passed.
fn so_far(story: &[Stretch], now: Time) -> Vec<Stretch> {
    let known = story.partition_point(|stretch| stretch.until <= now);
    let mut behind = story[..known].to_vec();
    let from = behind.last().map_or(Time::ZERO, |last| last.until);
    if let Some(current) = story.get(known).filter(|_| now > from) {
        let share = now.since(from).0 as f64 / current.until.since(from).0 as f64;
        let screen_ms = (f64::from(current.screen_ms) * share) as u32;
        behind.push(Stretch { until: now, screen_ms, ..*current });
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::NodeId;
    use crate::lab::frame::{Frame, Violation};
    use crate::lab::wire::{LeaderBar, Mark, MarkKind, Pace, RunCard, TimelineView};

    #[test]
    fn what_is_to_come_is_not_told() {
        let mark = |time: u64| Mark { at: Position::at(Time(time)), words: String::new(), kind: MarkKind::Milestone };
        let leader = LeaderBar { node: NodeId(0), epoch: None, from: Time(3), to: Some(Time(9)), believed: false };
        let at = |time: u64| Position::at(Time(time));
        let violation = |time: u64| (String::new(), Violation { at: at(time), says: String::new(), nodes: Vec::new() });
        let stretch = |until, screen_ms| Stretch { until: Time(until), screen_ms, silence: false, beat: true };
        let view = View {
            frame: Frame { at: Position::at(Time(5)), ..Frame::default() },
            run: RunCard::default(),
            timeline: TimelineView {
                end: Time(10),
                marks: vec![mark(1), mark(7)],
                leaders: vec![leader],
                writes: vec![Time(2), Time(8)],
                violations: vec![violation(4), violation(6)],
                story: vec![stretch(3, 100), stretch(8, 100), stretch(10, 100)],
                ..TimelineView::default()
            },
            pace: Pace::default(),
            notice: None,
            narration: Vec::new(),
            schedule: Vec::new(),
            looking: false,
        };
        let veiled = veiled(&Seen(Rc::new(view)));
        assert_eq!(veiled.timeline.marks.len(), 1);
        assert_eq!(veiled.timeline.writes, [Time(2)]);
        assert_eq!(veiled.timeline.leaders[0].to, None, "it still leads");
        assert_eq!(veiled.timeline.violations, [violation(4)]);
        assert_eq!(veiled.timeline.story, [stretch(3, 100), stretch(5, 40)]);
        assert_eq!(veiled.timeline.end, Time(5));
    }
}
