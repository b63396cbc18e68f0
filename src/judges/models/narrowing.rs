//! When writes can have happened at all, by what answers say of it: where every word is written once, each text is there once,
//! from the write that made it to the next. Whoever saw it comes between the two.

use std::collections::BTreeMap;
use std::slice;

use super::super::history::EventNumber;
use super::super::model::Task;
use super::spelling::{Place, Spelling};
use crate::machines::key_value::Word;
use crate::sorting::sort_by_key;

/// What a task does with its key's text.
pub(super) enum Deed {
    Writes(Word),
    Sees(Word),
}

/// Narrows the spans of a key's tasks, which come in the order of their calls. Answers that contradict each other narrow
/// nothing: they need no help to be refuted.
pub(super) fn narrow<Op>(tasks: &mut [Task<Op>], deeds: &[Deed], spelling: &Spelling) {
    let Some(chains) = spelling.chains() else { return };
    let mut writers: BTreeMap<Place, usize> = BTreeMap::new();
    let mut seers: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
    for (deed, task) in deeds.iter().zip(0..) {
        match deed {
            Deed::Writes(word) => writers.extend(spelling.place(word).map(|word| (word, task))),
            Deed::Sees(text) => {
                let last = spelling.spell(text).and_then(|words| words.last().copied());
                last.into_iter().for_each(|word| seers.entry(word).or_default().push(task));
            }
        }
    }
    for words in chains {
        let stages = words.iter().flat_map(|word| {
            let seers = seers.get(word).map_or(&[][..], Vec::as_slice);
            [writers.get(word).map_or(&[][..], slice::from_ref), seers]
        });
        let stages: Vec<&[usize]> = stages.collect();
        let mut after = 0;
        for stage in &stages {
            let calls = stage.iter().map(|&task| begin_after(&mut tasks[task], after));
            after = calls.max().unwrap_or(after);
        }
        let mut before = EventNumber::MAX;
        for stage in stages.iter().rev() {
            let ends = stage.iter().map(|&task| end_before(&mut tasks[task], before));
            before = ends.min().unwrap_or(before);
        }
    }
    sort_by_key(tasks, |task| task.call);
}

fn begin_after<Op>(task: &mut Task<Op>, after: EventNumber) -> EventNumber {
    task.call = task.call.max(after);
    task.call
}

/// What was seen has happened, whether anybody was told or not.
fn end_before<Op>(task: &mut Task<Op>, before: EventNumber) -> EventNumber {
    let until = task.until.map_or(before, |until| until.min(before));
    task.until = Some(until);
    until
}
