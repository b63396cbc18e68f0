//! What happened, in sentences: what protocols note, what was done, and what a scenario says, in their order.

use std::collections::VecDeque;

use super::deed::deed;
use super::wire::{Mark, MarkKind, Sentence, SentenceKind};
use crate::parts::ChunkedLog;
use crate::sim::{Arg, Time};

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

    pub fn narration(
        &self,
        marks: &ChunkedLog<Mark>,
        newest: usize,
        sentence: &dyn Fn(&Note) -> String,
    ) -> Vec<Sentence> {
        let mut all: Vec<((u64, u8), Sentence)> = Vec::new();
        for (place, mark) in marks.iter_from(marks.next_index().saturating_sub(MARKS)) {
            let kind = match mark.kind {
                MarkKind::Say => SentenceKind::Said,
                MarkKind::Fault => SentenceKind::Done,
                MarkKind::Violation => SentenceKind::Violated,
                MarkKind::Milestone => continue,
            };
            all.push(((place, 1), Sentence { at: mark.at.time, words: mark.words.clone(), kind }));
        }
        for note in &self.0 {
            // What follows from a line stands behind it.
            let mut behind = marks.iter_from(note.after);
            let line = if note.by_line { behind.find(|(_, mark)| mark.kind == MarkKind::Fault) } else { None };
            let place = line.map_or((note.after, 0), |(line, _)| (line, 2));
            all.push((place, Sentence { at: note.at, words: sentence(note), kind: SentenceKind::Noted }));
        }
        all.sort_by_key(|(place, _)| *place);
        all.drain(..all.len().saturating_sub(newest));
        let told = all.into_iter().map(|(_, sentence)| match sentence.kind {
            SentenceKind::Done => Sentence { words: deed(&sentence.words), ..sentence },
            SentenceKind::Said | SentenceKind::Noted | SentenceKind::Violated => sentence,
        });
        told.collect()
    }
}
