//! Two cursors, and what lies between them.

use std::rc::Rc;

use yew::{Callback, Html, html};

use crate::page::axis::Axis;
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::state::measure::Cursors;
use crate::page::words::digits;
use crate::page::words::{Words, fill};

pub fn measure(
    words: &'static Words,
    driver: &Rc<Driver>,
    axis: &Axis,
    cursors: Cursors,
    on: &Callback<Intent>,
) -> Html {
    let (from, to) = cursors.ordered();
    let trail = driver.trail.borrow();
    let counts = trail.count(from, to);
    let known = if trail.covers(from, to) { "" } else { " …" };
    let says = format!(
        "{}–{} s · {} · {}{known}",
        digits::stamp(from),
        digits::stamp(to),
        digits::span_text(cursors.length()),
        fill(words.measured, &[&counts.messages, &digits::bytes(counts.bytes), &counts.answered, &counts.failed])
    );
    // Within the timeline, however long it is.
    let middle = (axis.at(from) + axis.at(to)) * 50.0;
    let place = format!("left:{middle:.2}%;transform:translateX(-{middle:.2}%)");
    html! {
        <div class="measure">
            <i class="between" style={axis.bar(from, to)}></i>
            <i class="cursor" style={axis.left(from)}></i><i class="cursor" style={axis.left(to)}></i>
            <div class="measured" style={place} role="status">
                <span>{ if cursors.from == cursors.to { words.measure_hint.to_owned() } else { says } }</span>
                <button class="plain" aria-label={words.close} onclick={Intent::Measure(None).on_click(on)}>{ icon("cross") }</button>
            </div>
        </div>
    }
}
