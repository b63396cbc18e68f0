//! What happened, in sentences: what protocols note, what was done, and what a scenario says, in their order.

use std::collections::VecDeque;

use super::deed::deed;
use super::wire::{Mark, MarkKind, Sentence, SentenceKind};
use crate::parts::ChunkedLog;
use crate::sim::{Arg, Span, Time};
use crate::sorting::sort_by_key;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub at: Time,
    pub template: &'static str,
    pub args: Vec<Arg>,
    /// How many marks came before it.
    after: u64,
    /// It follows from the line that is being carried out, whose mark is made when that is done.
    by_line: bool,
}

/// The newest notes, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Notes(VecDeque<Note>);

const NOTES: usize = 24;
/// So many of the newest marks are looked through for what was done and said.
const MARKS: u64 = 64;

impl Notes {
    pub fn put(&mut self, at: Time, template: &'static str, args: Vec<Arg>, marks: &ChunkedLog<Mark>, by_line: bool) {
        if self.0.len() == NOTES {
            self.0.pop_front();
        }
        self.0.push_back(Note { at, template, args, after: marks.next_index(), by_line });
    }

    /// When there was one last.
    pub fn newest(&self) -> Option<Time> {
        self.0.back().map(|note| note.at)
    }

    /// The newest sentences; `say` fills a template.
    pub fn narration(
        &self,
        marks: &ChunkedLog<Mark>,
        newest: usize,
        say: &dyn Fn(&'static str, &[Arg]) -> String,
    ) -> Vec<Sentence> {
        let mut all: Vec<((u64, u8), Topic)> = Vec::new();
        for (place, mark) in marks.iter_from(marks.next_index().saturating_sub(MARKS)) {
            let kind = match mark.kind {
                MarkKind::Say => SentenceKind::Said,
                MarkKind::Fault => SentenceKind::Done,
                MarkKind::Violation => SentenceKind::Violated,
                MarkKind::Milestone => continue,
            };
            let words = if kind == SentenceKind::Done { deed(&mark.words) } else { mark.words.clone() };
            all.push(((place, 1), Topic::Marked(Sentence { at: mark.at.time, words, kind })));
        }
        for note in &self.0 {
            // What follows from a line stands behind it.
            let mut behind = marks.iter_from(note.after);
            let line = if note.by_line { behind.find(|(_, mark)| mark.kind == MarkKind::Fault) } else { None };
            all.push((line.map_or((note.after, 0), |(line, _)| (line, 2)), Topic::Noted(vec![note])));
        }
        sort_by_key(&mut all, |(place, _)| *place);
        let mut told: Vec<Topic> = Vec::new();
        for (_, next) in all {
            match (next, told.last_mut()) {
                (Topic::Noted(next), Some(Topic::Noted(notes))) if is_alike(notes, next[0]) => notes.extend(next),
                (next, _) => told.push(next),
            }
        }
        told.drain(..told.len().saturating_sub(newest));
        told.into_iter().map(|told| told.sentence(say)).collect()
    }
}

/// What becomes one sentence.
enum Topic<'n> {
    Marked(Sentence),
    /// The same of several nodes.
    Noted(Vec<&'n Note>),
}

impl Topic<'_> {
    fn sentence(self, say: &dyn Fn(&'static str, &[Arg]) -> String) -> Sentence {
        let notes = match self {
            Topic::Marked(sentence) => return sentence,
            Topic::Noted(notes) => notes,
        };
        let first = notes[0];
        let mut words = say(first.template, &first.args);
        for (nth, note) in notes.iter().enumerate().skip(1) {
            let Some(place) = differing(first, note) else { continue };
            words.push_str(if nth == 1 { "; likewise " } else { ", " });
            words.push_str(&say("{0}", &note.args[place..=place]));
        }
        Sentence { at: first.at, words, kind: SentenceKind::Noted }
    }
}

/// What comes so soon after the first is told together with it.
const TOGETHER: Span = Span::millis(20);

/// Whether a note says of one more node what these say.
fn is_alike(notes: &[&Note], note: &Note) -> bool {
    let place = differing(notes[0], note);
    place.is_some()
        && note.at.since(notes[0].at) <= TOGETHER
        && notes[1..].iter().all(|other| differing(notes[0], other) == place && other.args != note.args)
}

/// The one place at which two notes name different nodes; none if they differ elsewhere too.
fn differing(one: &Note, other: &Note) -> Option<usize> {
    if one.template != other.template {
        return None;
    }
    let mut places = one.args.iter().zip(&other.args).enumerate().filter(|(_, (one, other))| one != other);
    let (place, pair) = places.next()?;
    (matches!(pair, (Arg::Node(_), Arg::Node(_))) && places.next().is_none()).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::frame::Position;
    use crate::sim::NodeId;

    #[test]
    fn what_several_nodes_do_is_one_sentence() {
        let (mut notes, mut marks) = (Notes::default(), ChunkedLog::default());
        let follows = |at, who: u16, whom: u16| {
            (Time(at), "{0} follows {1}", vec![Arg::Node(NodeId(who)), Arg::Node(NodeId(whom))])
        };
        let mut put =
            |(at, template, args), marks: &ChunkedLog<Mark>| notes.put(Time::clone(&at), template, args, marks, false);
        put(follows(100, 1, 5), &marks);
        put(follows(101, 2, 5), &marks);
        put(follows(102, 2, 5), &marks);
        put(follows(103, 3, 5), &marks);
        put(follows(104, 3, 4), &marks);
        let at = Position::at(Time(105));
        marks.push(Mark { at, words: "look".to_owned(), kind: MarkKind::Say });
        put(follows(106, 1, 4), &marks);
        put(follows(107, 2, 4), &marks);
        put(follows(108, 3, 4), &marks);
        put((Time(109), "{0} leads", vec![Arg::Node(NodeId(4))]), &marks);
        put(follows(110 + TOGETHER.0, 5, 4), &marks);
        let say = |template: &'static str, args: &[Arg]| {
            args.iter().enumerate().fold(template.to_owned(), |words, (place, arg)| match arg {
                Arg::Node(id) => words.replace(&format!("{{{place}}}"), &format!("n{}", id.0)),
                _ => words,
            })
        };
        let told: Vec<String> = notes.narration(&marks, 9, &say).into_iter().map(|sentence| sentence.words).collect();
        assert_eq!(
            told,
            [
                "n1 follows n5; likewise n2",
                "n2 follows n5; likewise n3",
                "n3 follows n4",
                "look",
                "n1 follows n4; likewise n2, n3",
                "n4 leads",
                "n5 follows n4",
            ]
        );
    }
}
