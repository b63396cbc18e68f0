//! What is worth going back to, as flags whose names keep out of each other's way.

use yew::{Callback, Classes, Html, classes, html};

use crate::lab::frame::Position;
use crate::lab::news::news;
use crate::lab::wire::{Mark, MarkKind, TimelineView};
use crate::page::axis::Axis;
use crate::page::intent::Intent;
use crate::page::words::digits;

/// What is clicked stands at least this far apart.
const TARGET: f64 = 24.0;

/// A flag's own width, and what the shortest name of a violation takes, in pixels.
const FLAG: f64 = 22.0;
const SHORTEST: f64 = 40.0;

pub fn marks(timeline: &TimelineView, axis: &Axis, width: f64, now: Position, on: &Callback<Intent>) -> Vec<Html> {
    let place = |mark: &Mark| axis.at(mark.at.time) * width;
    let (mut apart, mut again): (Vec<&Mark>, Vec<&Mark>) = Default::default();
    for (mark, new) in timeline.marks.iter().zip(news(&timeline.marks)) {
        let kept = if new { &mut apart } else { &mut again };
        let crowded = kept.last().is_some_and(|last| place(mark) - place(last) < 4.0);
        if !crowded || mark.kind == MarkKind::Violation {
            kept.push(mark);
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
    let ticks = again.into_iter().map(|mark| html! { <i class="again" style={axis.left(mark.at.time)}></i> });
    let flags = apart.iter().enumerate().map(|(i, mark)| {
        let next = apart.get(i + 1).map_or(width + 8.0, |next| place(next));
        let room = next - place(mark) - FLAG;
        // What was violated is named in the room that there is.
        let least = if mark.kind == MarkKind::Violation { SHORTEST } else { text_width(&mark.words) };
        let name = (least.min(LONGEST) <= room).then_some(room.min(LONGEST));
        let flag = Flag { mark, axis, name, ahead: mark.at > now };
        if targets.binary_search(&i).is_ok() { flag.button(on) } else { flag.plain() }
    });
    ticks.chain(flags).collect()
}

/// The longest name, in pixels.
const LONGEST: f64 = 148.0;

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

struct Flag<'a> {
    mark: &'a Mark,
    axis: &'a Axis,
    /// How long its name may be, where it has one.
    name: Option<f64>,
    ahead: bool,
}

impl Flag<'_> {
    fn class(&self) -> Classes {
        classes!("mark", kind(self.mark), self.ahead.then_some("ahead"))
    }

    fn inside(&self) -> Html {
        let name = |room| html! { <span style={format!("max-width:{room:.0}px")}>{ &self.mark.words }</span> };
        html! { <><i></i>{ self.name.map(name) }</> }
    }

    fn plain(&self) -> Html {
        html! { <span class={self.class()} style={self.axis.left(self.mark.at.time)}>{ self.inside() }</span> }
    }

    fn button(&self, on: &Callback<Intent>) -> Html {
        let to = self.mark.at;
        let title = format!("{} · {} s", self.mark.words, digits::stamp(to.time));
        html! {
            <button class={self.class()} style={self.axis.left(to.time)} title={title.clone()} aria-label={title} onclick={Intent::Seek(to).on_click(on)}>
                { self.inside() }
            </button>
        }
    }
}
