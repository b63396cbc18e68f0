//! A hint over the stage, with a line to what it speaks of; and a scenario's own words in the same place.

use yew::{Callback, Html, html};

use crate::lab::wire::SentenceKind;
use crate::page::intent::Intent;
use crate::page::stage::place::geometry::{Point, Segment, point};
use crate::page::stage::place::layout::Layout;
use crate::page::stage::place::reach::Hit;
use crate::page::state::opening::Hint;
use crate::page::state::seen::Seen;
use crate::page::state::selection::name;
use crate::page::words::{Words, fill};

/// Where the line leaves the hint: the middle of its lower edge.
const LOWER_EDGE: f64 = 56.0;

/// The pill, and a line from it to what it speaks of; on a phone the pill stands in the place of the caption.
pub fn hint(seen: &Seen, layout: &Layout, hint: Hint, words: &'static Words, on: &Callback<Intent>) -> Html {
    html! {
        <>
            { hint.target().map(|target| pointer(layout, target)) }
            if layout.note().is_some() { { hint_pill(seen, hint, words, on) } }
        </>
    }
}

pub fn hint_pill(seen: &Seen, hint: Hint, words: &'static Words, on: &Callback<Intent>) -> Html {
    let frame = &seen.frame;
    let text = match hint {
        Hint::Crash { node } if frame.readout.leader == Some(node) => {
            fill(words.hint_crash_leader, &[&name(frame, node)])
        }
        Hint::Crash { node } => fill(words.hint_crash, &[&name(frame, node)]),
        Hint::Cut { a, b } => fill(words.hint_cut, &[&name(frame, a), &name(frame, b)]),
        Hint::StepBack { node } => fill(words.hint_step_back, &[&name(frame, node)]),
    };
    html! {
        <div class="hint" role="note">
            <span>{ text }</span>
            <button class="plain" onclick={Intent::SkipOpening.on_click(on)}>{ words.skip }</button>
        </div>
    }
}

/// A ring around the target, and a line to it from the hint.
fn pointer(layout: &Layout, target: Hit) -> Html {
    let (at, reach) = match target {
        Hit::Node(id) => match layout.place(id) {
            Some(place) => (place.at, place.half.x + 14.0),
            None => return Html::default(),
        },
        Hit::Link(a, b) => match layout.snip(a, b) {
            Some(at) => (at, 18.0),
            None => return Html::default(),
        },
    };
    let from = point(layout.note().map_or(0.0, |note| note.x + note.w / 2.0), LOWER_EDGE);
    let direction = from.to(at).unit();
    let tip = at.plus(direction, -(reach + 4.0));
    html! {
        <svg class="hint-line" width={layout.width.to_string()} height={layout.height.to_string()} aria-hidden="true">
            <circle cx={px(at.x)} cy={px(at.y)} r={px(reach)} />
            if layout.note().is_some() && from.distance(at) > reach + 30.0 && is_clear(layout, from, tip) { <path d={arrow(from, tip, direction)} /> }
        </svg>
    }
}

/// No other node stands in the line's way.
fn is_clear(layout: &Layout, from: Point, tip: Point) -> bool {
    let line = Segment { a: from, b: tip };
    layout.places.iter().all(|place| line.distance(place.at) > place.half.x + 6.0)
}

fn arrow(from: Point, tip: Point, direction: Point) -> String {
    let side = |by: f64| tip.plus(direction, -7.0).plus(direction.right(), by);
    let (left, right) = (side(-4.0), side(4.0));
    format!(
        "M{:.1} {:.1}L{:.1} {:.1}M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}",
        from.x, from.y, tip.x, tip.y, left.x, left.y, tip.x, tip.y, right.x, right.y
    )
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}

/// What the scenario last said, as long as it is among the newest sentences and nothing was done to the cluster since.
pub fn said(seen: &Seen) -> Html {
    let newest = || seen.narration.iter().rev();
    let Some(sentence) = newest().find(|sentence| sentence.kind == SentenceKind::Said) else { return Html::default() };
    if newest().any(|other| other.kind == SentenceKind::Done && other.at > sentence.at) {
        return Html::default();
    }
    html! { <p class="said-pill" key={sentence.at.0}>{ &sentence.words }</p> }
}
