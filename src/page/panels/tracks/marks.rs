//! What is worth going back to, as flags whose names keep out of each other's way.

use yew::{Callback, Html, classes, html};

use crate::lab::wire::{Mark, MarkKind, TimelineView};
use crate::page::axis::Axis;
use crate::page::digits;
use crate::page::intent::Intent;

pub fn marks(timeline: &TimelineView, axis: &Axis, width: f64, on: &Callback<Intent>) -> Vec<Html> {
    let place = |mark: &Mark| axis.at(mark.at.time) * width;
    let mut apart: Vec<&Mark> = Vec::new();
    for mark in &timeline.marks {
        let crowded = apart.last().is_some_and(|last| place(mark) - place(last) < 4.0);
        if !crowded || mark.kind == MarkKind::Violation {
            apart.push(mark);
        }
    }
    let room = |i: usize| apart.get(i + 1).map_or(width + 8.0, |next| place(next)) - place(apart[i]);
    apart.iter().enumerate().map(|(i, mark)| button(mark, axis, length(&mark.words) <= room(i), on)).collect()
}

/// About how long a mark with its words is, in pixels.
fn length(words: &str) -> f64 {
    22.0 + text_width(words).min(148.0)
}

/// About how long words on a track are, in pixels.
pub fn text_width(words: &str) -> f64 {
    words.chars().map(|char| if char.is_ascii() { 6.6 } else { 12.0 }).sum()
}

fn button(mark: &Mark, axis: &Axis, named: bool, on: &Callback<Intent>) -> Html {
    let to = mark.at;
    let kind = match mark.kind {
        MarkKind::Milestone => "milestone",
        MarkKind::Fault => "of-fault",
        MarkKind::Violation => "violation",
        MarkKind::Say => "say",
    };
    let title = format!("{} · {} s", mark.words, digits::stamp(to.time));
    html! {
        <button class={classes!("mark", kind)} style={axis.left(to.time)} title={title.clone()} aria-label={title} onclick={on.reform(move |_| Intent::Seek(to))}>
            <i></i>if named { <span>{ &mark.words }</span> }
        </button>
    }
}
