//! The trace as far as the page has fetched it, entry by entry, with what can be read from it: causes, flights, counts.

pub mod course;
pub mod sieve;
pub mod tally;

use std::collections::{HashMap, VecDeque};

use crate::describe::{NodeId, Time};
use crate::lab::frame::{Outcome, Position};
use crate::lab::wire::{Code, TimelineView, TraceLine, TracePart};

/// A page keeps no more; of a longer run the oldest entries go.
const MOST: usize = 120_000;
/// Of a run that is known to its end no more is fetched ahead of the playhead, for which what is around it would go.
const AHEAD: usize = MOST / 2;
const AT_ONCE: usize = 10_000;

#[derive(Debug, Default)]
pub struct Trail {
    revision: u32,
    /// Without gaps: each entry's number is one more than the last one's.
    entries: VecDeque<TraceLine>,
    /// Nothing that happened later is told.
    veil: Option<Position>,
    /// What is behind the veil.
    ahead: VecDeque<TraceLine>,
    messages: Vec<String>,
    /// By flight: the entries with which it left and ended, 0 where that is not known.
    flights: HashMap<u64, (u32, u32)>,
    outages: Vec<Outage>,
    /// All that was known when it was last asked has been fetched.
    complete: bool,
    /// As much as is kept ahead of the playhead has been fetched.
    ample: bool,
    known: Time,
    /// Counts the changes, for whoever draws it.
    version: u32,
}

/// A time in which a node was down or paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    pub node: NodeId,
    pub from: Time,
    /// None while it lasts.
    pub to: Option<Time>,
    pub paused: bool,
}

/// What causes it and what it causes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cone {
    /// By number, in order.
    pub numbers: Vec<u32>,
}

impl Cone {
    pub fn has(&self, number: u32) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }
}

impl Trail {
    /// Follows the run on screen and its playhead: what belongs to another past is dropped. True if there is more to fetch.
    pub fn follow(&mut self, timeline: &TimelineView, now: Position) -> bool {
        // What has gone is fetched again.
        if self.all().next().is_some_and(|first| first.number > 1 && first.at > now) {
            self.forget();
        }
        if timeline.revision != self.revision {
            self.entries.append(&mut self.ahead);
            let kept = if timeline.revision == self.revision + 1 { timeline.kept } else { Position::default() };
            let length = self.entries.partition_point(|entry| entry.at < kept);
            self.entries.truncate(length);
            (self.flights, self.outages) = Default::default();
            let kept = std::mem::take(&mut self.entries);
            kept.iter().for_each(|entry| self.note(entry));
            self.entries = kept;
            self.tell_until(self.veil);
            self.revision = timeline.revision;
            self.complete = false;
            self.version += 1;
        }
        let known = timeline.story.last().map_or(Time::ZERO, |last| last.until);
        if known != self.known {
            self.known = known;
            self.complete = false;
        }
        let told = self.entries.len() - self.index_at(now);
        self.ample = told + self.ahead.len() >= AHEAD;
        !self.complete && !self.ample
    }

    /// All is to be fetched once more; what is on its way is of no use.
    pub fn forget(&mut self) {
        *self = Trail { version: self.version + 1, veil: self.veil, ..Trail::default() };
    }

    /// Tells nothing that happened after an instant; or everything again.
    pub fn tell_until(&mut self, now: Option<Position>) {
        self.veil = now;
        let before = self.entries.len();
        while let Some(entry) = self.ahead.pop_front_if(|entry| now.is_none_or(|now| entry.at <= now)) {
            self.entries.push_back(entry);
        }
        while let Some(entry) = self.entries.pop_back_if(|entry| now.is_some_and(|now| entry.at > now)) {
            self.ahead.push_front(entry);
        }
        self.version += u32::from(self.entries.len() != before);
    }

    /// What happened at an instant of the run on screen, as against what it led to there.
    pub fn event_at(&self, at: Position, timeline: &TimelineView) -> Option<u32> {
        if timeline.revision != self.revision {
            return None;
        }
        let first = self.entries.partition_point(|entry| entry.at < at);
        self.entries.get(first).filter(|entry| entry.at == at).map(|entry| entry.number)
    }

    /// The number behind which fetching goes on.
    pub fn last(&self) -> u32 {
        self.ahead.back().or(self.entries.back()).map_or(0, |entry| entry.number)
    }

    pub fn take(&mut self, part: TracePart) {
        if part.revision != self.revision {
            return;
        }
        let next = self.last() + 1;
        let fits = part.entries.first().is_none_or(|first| first.number == next || next == 1);
        if !fits {
            return;
        }
        self.complete = !part.more;
        self.messages = part.messages;
        part.entries.iter().for_each(|entry| self.note(entry));
        self.ahead.extend(part.entries);
        self.tell_until(self.veil);
        if self.entries.len() + self.ahead.len() > MOST && self.entries.len() > AT_ONCE {
            self.drop_the_oldest();
        }
        self.version += 1;
    }

    fn drop_the_oldest(&mut self) {
        self.entries.drain(..AT_ONCE);
        let Some(first) = self.entries.front() else { return };
        let (number, time) = (first.number, first.at.time);
        self.flights.retain(|_, (_, ended)| *ended == 0 || *ended >= number);
        self.outages.retain(|outage| outage.to.is_none_or(|to| to >= time));
    }

    fn note(&mut self, entry: &TraceLine) {
        let paused = match entry.code {
            Code::Send => {
                self.flights.entry(entry.detail).or_default().0 = entry.number;
                return;
            }
            Code::Deliver | Code::Drop => {
                self.flights.entry(entry.detail).or_default().1 = entry.number;
                return;
            }
            Code::Crash => false,
            Code::Pause => true,
            Code::Boot | Code::Resume => {
                let lasts = |outage: &&mut Outage| outage.node == entry.node && outage.to.is_none();
                self.outages.iter_mut().filter(lasts).for_each(|outage| outage.to = Some(entry.at.time));
                return;
            }
            _ => return,
        };
        self.outages.push(Outage { node: entry.node, from: entry.at.time, to: None, paused });
    }

    /// The entries with which a flight left and ended, where they are known.
    pub fn flight(&self, detail: u64) -> (Option<&TraceLine>, Option<&TraceLine>) {
        let (left, ended) = self.flights.get(&detail).copied().unwrap_or_default();
        (self.get(left), self.get(ended))
    }

    pub fn outages(&self) -> impl Iterator<Item = Outage> {
        let is_told = |time: Time| self.veil.is_none_or(|veil| time <= veil.time);
        let told = self.outages.iter().filter(move |outage| is_told(outage.from));
        told.map(move |outage| Outage { to: outage.to.filter(|to| is_told(*to)), ..*outage })
    }

    pub fn version(&self) -> u32 {
        self.version
    }

    /// Nothing is being fetched.
    pub fn is_at_rest(&self) -> bool {
        self.complete || self.ample
    }

    /// All between two times is here.
    pub fn covers(&self, from: Time, to: Time) -> bool {
        let begins = self.entries.front().is_none_or(|first| first.number <= 1 || first.at.time < from);
        begins && (self.complete || self.all().next_back().is_some_and(|last| last.at.time > to))
    }

    pub fn entries(&self) -> &VecDeque<TraceLine> {
        &self.entries
    }

    /// Also what is not told yet.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &TraceLine> {
        self.entries.iter().chain(&self.ahead)
    }

    /// All behind an entry.
    pub fn after(&self, number: u32) -> impl Iterator<Item = &TraceLine> {
        let first = self.all().next().map_or(0, |entry| entry.number);
        self.all().skip((number + 1).saturating_sub(first) as usize)
    }

    pub fn get(&self, number: u32) -> Option<&TraceLine> {
        let first = self.entries.front()?.number;
        self.entries.get(number.checked_sub(first)? as usize)
    }

    /// A message's short name.
    pub fn message(&self, entry: &TraceLine) -> Option<&str> {
        self.messages.get(usize::from(entry.kind)).filter(|_| entry.code.is_message()).map(String::as_str)
    }

    /// The last entry at or before an instant: its index, counted from the oldest that is kept.
    pub fn index_at(&self, at: Position) -> usize {
        self.entries.partition_point(|entry| entry.at <= at)
    }

    /// An entry and the ones it follows from, newest first.
    pub fn why(&self, number: u32) -> Vec<&TraceLine> {
        let mut chain = Vec::new();
        let mut next = self.get(number);
        while let Some(entry) = next {
            chain.push(entry);
            next = self.get(entry.cause).filter(|cause| cause.number < entry.number);
        }
        chain
    }

    /// An entry and all that it follows from.
    pub fn roots(&self, number: u32) -> Cone {
        Cone { numbers: self.why(number).iter().rev().map(|entry| entry.number).collect() }
    }

    /// All that an entry follows from, and all that follows from it.
    pub fn cone(&self, number: u32) -> Cone {
        let mut cone = self.roots(number);
        // Numbers rise along causes, so that one pass sees all that follows.
        for entry in self.after(number) {
            if entry.cause >= number && cone.has(entry.cause) {
                cone.numbers.push(entry.number);
            }
        }
        cone
    }

    /// Messages sent, their bytes, and operations ended, between two times.
    pub fn count(&self, from: Time, to: Time) -> Counts {
        let mut counts = Counts::default();
        let begins = self.entries.partition_point(|entry| entry.at.time < from);
        for entry in self.entries.iter().skip(begins).take_while(|entry| entry.at.time <= to) {
            match entry.code {
                Code::Send => {
                    counts.messages += 1;
                    counts.bytes += u64::from(entry.bytes);
                }
                Code::Complete if entry.outcome() == Outcome::Done => counts.answered += 1,
                Code::Complete => counts.failed += 1,
                _ => {}
            }
        }
        counts
    }
}

/// A flight's number names both ends.
pub fn receiver(entry: &TraceLine) -> NodeId {
    NodeId((entry.detail >> 32) as u16)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub messages: u32,
    pub bytes: u64,
    pub answered: u32,
    pub failed: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::NodeId;
    use crate::lab::wire::Stretch;

    fn line(number: u32, cause: u32, time: u64, code: Code) -> TraceLine {
        TraceLine {
            number,
            cause,
            at: Position { time: Time(time), k: 1 },
            node: NodeId(0),
            code,
            kind: 0,
            detail: 0,
            bytes: 10,
            routine: false,
            words: String::new(),
        }
    }

    fn timeline(revision: u32, known: u64, kept: u64) -> TimelineView {
        let until = Stretch { until: Time(known), screen_ms: 1, silence: false, beat: true };
        let kept = Position::at(Time(kept));
        TimelineView { revision, kept, story: vec![until], ..TimelineView::default() }
    }

    fn part(revision: u32, entries: Vec<TraceLine>, more: bool) -> TracePart {
        TracePart { revision, entries, more, messages: Vec::new() }
    }

    fn trail() -> Trail {
        let mut trail = Trail::default();
        assert!(trail.follow(&timeline(1, 100, 0), Position::default()));
        let causes = [0, 1, 1, 2, 0, 4];
        let lines = (1..=6).zip(causes).map(|(n, cause)| line(n, cause, u64::from(n) * 10, Code::Send)).collect();
        trail.take(part(1, lines, false));
        trail
    }

    #[test]
    fn what_is_ahead_is_not_told() {
        let mut trail = trail();
        let at = |time: u64| Position { time: Time(time), k: 9 };
        trail.tell_until(Some(at(35)));
        assert_eq!((trail.entries().len(), trail.last(), trail.get(4)), (3, 6, None));
        trail.take(part(1, vec![line(7, 6, 70, Code::Send)], false));
        trail.tell_until(Some(at(40)));
        assert_eq!((trail.entries().len(), trail.last()), (4, 7));
        trail.tell_until(None);
        assert_eq!(trail.entries().iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    }

    /// The playhead is never farther from what is kept than a part, however long the run.
    #[test]
    fn a_long_run_is_fetched_around_the_playhead() {
        let known = timeline(1, 1_000_000, 0);
        let at = |time: u64| Position { time: Time(time), k: 1 };
        let mut trail = Trail::default();
        let mut fetch = |now: u64| {
            let mut parts = 0;
            while trail.follow(&known, at(now)) {
                let from = trail.last() + 1;
                let lines = (from..from + 10_000).map(|n| line(n, 0, u64::from(n), Code::Fire)).collect();
                trail.take(part(1, lines, true));
                parts += 1;
            }
            let kept =
                trail.entries().front().map(|entry| entry.number).zip(trail.entries().back().map(|entry| entry.number));
            (parts, kept)
        };
        assert_eq!(fetch(0), (6, Some((1, 60_000))));
        assert_eq!(fetch(500), (1, Some((1, 70_000))));
        assert_eq!(fetch(100_000), (9, Some((40_001, 160_000))));
        assert_eq!(fetch(60_000).0, 0, "it is there still");
        assert_eq!(fetch(1_000), (7, Some((1, 70_000))), "it had gone");
    }

    #[test]
    fn it_is_fetched_until_it_is_whole_and_again_when_more_is_known() {
        let mut trail = trail();
        assert!(!trail.follow(&timeline(1, 100, 0), Position::default()));
        assert!(trail.follow(&timeline(1, 120, 0), Position::default()));
        assert_eq!(trail.last(), 6);
    }

    #[test]
    fn another_past_keeps_what_both_share() {
        let mut trail = trail();
        assert!(trail.follow(&timeline(2, 100, 35), Position::default()));
        assert_eq!(trail.last(), 3);
        trail.take(part(1, vec![line(4, 0, 40, Code::Send)], false));
        assert_eq!(trail.last(), 3, "an answer about the old past is late");
        assert!(trail.follow(&timeline(4, 100, 35), Position::default()));
        assert_eq!(trail.last(), 0, "one was missed: nothing is sure");
    }

    #[test]
    fn causes_are_walked_both_ways() {
        let trail = trail();
        assert_eq!(trail.why(6).iter().map(|entry| entry.number).collect::<Vec<_>>(), [6, 4, 2, 1]);
        assert_eq!(trail.cone(2).numbers, [1, 2, 4, 6]);
        assert_eq!(trail.cone(1).numbers, [1, 2, 3, 4, 6]);
    }

    #[test]
    fn what_lies_between_two_cursors_is_counted() {
        let counts = trail().count(Time(20), Time(40));
        assert_eq!((counts.messages, counts.bytes, counts.answered), (3, 30, 0));
    }
}
