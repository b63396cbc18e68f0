//! What is worth going back to, as flags whose names keep out of each other's way.

use yew::{Callback, Html, classes, html};

use crate::lab::wire::{Mark, MarkKind, TimelineView};
use crate::page::axis::Axis;
use crate::page::digits;
use crate::page::intent::Intent;

/// What is clicked stands at least this far apart.
const TARGET: f64 = 24.0;

pub fn marks(timeline: &TimelineView, axis: &Axis, width: f64, on: &Callback<Intent>) -> Vec<Html> {
    let place = |mark: &Mark| axis.at(mark.at.time) * width;
    let mut apart: Vec<&Mark> = Vec::new();
    for mark in &timeline.marks {
        let crowded = apart.last().is_some_and(|last| place(mark) - place(last) < 4.0);
        if !crowded || mark.kind == MarkKind::Violation {
            apart.push(mark);
        }
    }
    // Those too near to the last that can be clicked are drawn alone.
    let mut targets: Vec<usize> = Vec::new();
    for (i, mark) in apart.iter().enumerate() {
        let near = targets.last().is_some_and(|&last| place(mark) - place(apart[last]) < TARGET);
        if near && mark.kind == MarkKind::Violation {
            targets.pop();
        }
        if !near || mark.kind == MarkKind::Violation {
            targets.push(i);
        }
    }
    let room = |i: usize| apart.get(i + 1).map_or(width + 8.0, |next| place(next)) - place(apart[i]);
    let flags = apart.iter().enumerate().map(|(i, mark)| {
        let named = length(&mark.words) <= room(i);
        if targets.binary_search(&i).is_ok() { button(mark, axis, named, on) } else { flag(mark, axis, named) }
    });
    flags.collect()
}

/// About how long a mark with its words is, in pixels.
fn length(words: &str) -> f64 {
    22.0 + text_width(words).min(148.0)
}

/// About how long words on a track are, in pixels.
pub fn text_width(words: &str) -> f64 {
    words.chars().map(|char| if char.is_ascii() { 6.6 } else { 12.0 }).sum()
}

fn kind(mark: &Mark) -> &'static str {
    match mark.kind {
        MarkKind::Milestone => "milestone",
        MarkKind::Fault => "of-fault",
        MarkKind::Violation => "violation",
        MarkKind::Say => "say",
    }
}

fn flag(mark: &Mark, axis: &Axis, named: bool) -> Html {
    html! { <span class={classes!("mark", kind(mark))} style={axis.left(mark.at.time)}><i></i>if named { <span>{ &mark.words }</span> }</span> }
}

fn button(mark: &Mark, axis: &Axis, named: bool, on: &Callback<Intent>) -> Html {
    let to = mark.at;
    let title = format!("{} · {} s", mark.words, digits::stamp(to.time));
    html! {
        <button class={classes!("mark", kind(mark))} style={axis.left(to.time)} title={title.clone()} aria-label={title} onclick={Intent::Seek(to).on_click(on)}>
            <i></i>if named { <span>{ &mark.words }</span> }
        </button>
    }
}
