//! The tracks of the timeline: who led, what was broken, what was written, what is worth going back to. A click seeks,
//! bars are dragged.

mod arrivals;
mod branches;
mod faults;
mod leaders;
mod ledger;
mod levels;
mod marks;
mod measure;
mod room;
mod ruler;

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};
use yew::{Callback, Html, NodeRef, Properties, component, hook, html, use_effect_with, use_mut_ref, use_node_ref};

use super::tenure_rows::{Row, levels, row, truths};
use crate::describe::Time;
use crate::lab::frame::Position;
use crate::page::axis::{Axis, Scale};
use crate::page::driver::Driver;
use crate::page::driver::instruments::hold;
use crate::page::hooks::{use_media, use_size};
use crate::page::intent::Intent;
use crate::page::state::measure::Cursors;
use crate::page::state::seen::Seen;
use crate::page::words::Words;
use crate::page::words::digits;

use branches::branches;
use faults::Faults;
use levels::steps;
use measure::measure;
use room::Shares;

pub use branches::{letter, name, origin};
pub use faults::rows;
pub use leaders::leaders;
pub use ruler::instants;

/// Rows of what is so, where levels are to have room beside them.
const MOST_ROWS: usize = 3;
/// A cursor is taken within so many pixels of it.
const NEAR: f64 = 8.0;

#[derive(Properties, PartialEq)]
pub struct TracksProps {
    pub driver: Rc<Driver>,
    pub words: &'static Words,
    pub seen: Seen,
    pub scale: Scale,
    pub cursors: Option<Cursors>,
    /// The fault whose bar is picked out.
    pub fault: Option<u32>,
    /// The trail's version, where something is counted in it.
    pub trail: u32,
    pub narrow: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Tracks(props: &TracksProps) -> Html {
    let TracksProps { driver, words, seen, scale, cursors, fault, narrow, on, .. } = props;
    let field = use_node_ref();
    let (width, _) = use_size(&field);
    let low_window = use_media("(max-height: 760px)");
    let timeline = &seen.timeline;
    let now = seen.frame.at.time;
    let axis = Axis::new(*scale, timeline, now);
    let (playhead, flag) = use_playhead(driver, &axis);
    let dragging = use_mut_ref(|| false);
    let measuring = cursors.is_some();
    let seek = {
        let (field, on, axis, cursors) = (field.clone(), on.clone(), axis.clone(), *cursors);
        Callback::from(move |(event, begins): (PointerEvent, bool)| {
            let Some(time) = time_under(&field, &event, &axis) else { return };
            let near = |other: Time| ((axis.at(other) - axis.at(time)) * width).abs() < NEAR;
            on.emit(match (cursors, begins) {
                (Some(cursors), true) => Intent::Measure(Some(cursors.taken(time, near))),
                (Some(cursors), false) => Intent::Measure(Some(Cursors { to: time, ..cursors })),
                (None, _) => Intent::Seek(Position::at(time)),
            });
        })
    };
    let on_down = {
        let (dragging, seek, field) = (dragging.clone(), seek.clone(), field.clone());
        Callback::from(move |event: PointerEvent| {
            let others = if measuring { ".measured button" } else { "button, .bar-verbs" };
            let on_other = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|element| element.closest(others).ok().flatten().is_some());
            if event.button() != 0 || on_other {
                return;
            }
            *dragging.borrow_mut() = true;
            if let Some(element) = field.cast::<Element>() {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            seek.emit((event, true));
        })
    };
    let on_move = {
        let dragging = dragging.clone();
        Callback::from(move |event: PointerEvent| {
            if *dragging.borrow() {
                seek.emit((event, false));
            }
        })
    };
    let on_up = Callback::from(move |_: PointerEvent| *dragging.borrow_mut() = false);
    let on_key = {
        let on = on.clone();
        Callback::from(move |event: KeyboardEvent| {
            let ahead = match event.key().as_str() {
                "ArrowDown" => false,
                "ArrowUp" => true,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            on.emit(Intent::Mark { ahead });
        })
    };
    let value = format!("{} s", digits::stamp(now));
    let rows_of_truth = truths(timeline);
    let leads = has_leader(seen, &rows_of_truth);
    let mut levels = levels(timeline);
    levels.truncate(if *narrow { 0 } else { MOST_ROWS.saturating_sub(rows_of_truth.len()) });
    let room = Shares::room(leads, rows_of_truth.len() + levels.len(), low_window);
    let shares = Shares::new(room, rows(&timeline.faults).1, timeline.branches.len());
    let names = names(words, seen, leads, &rows_of_truth, &levels, shares);
    html! {
        <div class="tracks" style={format!("--spare:{}px", shares.spare)}>
            if !*narrow { { names } }
            <div class={if measuring { "field measuring" } else { "field" }} ref={field.clone()} onpointerdown={on_down} onpointermove={on_move}
                onpointerup={on_up.clone()} onpointercancel={on_up}>
                <div class="ruler" role="slider" tabindex="0" aria-label={words.timeline} aria-valuemin="0"
                    aria-valuemax={(timeline.end.max(now).0 / 1000).to_string()} aria-valuenow={(now.0 / 1000).to_string()}
                    aria-valuetext={value.clone()} onkeydown={on_key}>
                    { for ruler::labels(&axis, *scale, width, timeline, now) }
                </div>
                { ruler::zigzags(&axis, width) }
                if leads {
                    <div class="track leaders">{ leaders(seen, &axis, width, words) }</div>
                }
                { for rows_of_truth.iter().map(|(name, bars)| html! {
                    <div class="track tenures" key={name.clone()}>{ row(bars, timeline.end.max(now), |from, to| axis.bar(from, to)) }</div>
                }) }
                <Faults words={*words} seen={seen.clone()} axis={axis.clone()} width={width} height={shares.faults} fault={*fault} {measuring} field={field.clone()} on={on.clone()} />
                if !*narrow && timeline.faults.is_empty() && timeline.branches.len() < 2 { <p class="dock-hint">{ words.dock_hint }</p> }
                { for levels.iter().map(|(name, bars)| html! {
                    <div class="track tenures" key={name.clone()}>{ steps(bars, timeline.end.max(now), &axis, width) }</div>
                }) }
                <div class="track writes">
                    if timeline.arrivals.is_empty() { { ledger::ledger(seen, &axis, width) } } else { { arrivals::arrivals(seen, &axis, width) } }
                </div>
                <div class="track marks">{ for marks::marks(timeline, &axis, width, seen.frame.at, on) }</div>
                if !*narrow && shares.lanes > 0 { { branches(timeline, shares, &axis, width, words, on) } }
                if let Some(cursors) = cursors { { measure(words, driver, &axis, *cursors, on) } }
                <div class="playhead" ref={playhead} style={format!("--at:{:.5}", axis.at(now))}><span class="flag" ref={flag}>{ value }</span></div>
            </div>
        </div>
    }
}

/// The playhead and its flag, which the driver moves along the axis with every frame.
#[hook]
pub fn use_playhead(driver: &Rc<Driver>, axis: &Axis) -> (NodeRef, NodeRef) {
    let (playhead, flag) = (use_node_ref(), use_node_ref());
    *driver.instruments.axis.borrow_mut() = Some(axis.clone());
    {
        let (driver, playhead, flag) = (driver.clone(), playhead.clone(), flag.clone());
        use_effect_with((), move |()| {
            hold(&driver.instruments.playhead, &playhead);
            hold(&driver.instruments.flag, &flag);
        });
    }
    (playhead, flag)
}

pub fn time_under(field: &NodeRef, event: &PointerEvent, axis: &Axis) -> Option<Time> {
    let bounds = field.cast::<HtmlElement>()?.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
    Some(axis.time(share))
}

/// Who leads has a track where somebody can, and nothing else is told to be so.
pub fn has_leader(seen: &Seen, rows_of_truth: &[Row]) -> bool {
    rows_of_truth.is_empty() && seen.frame.readout.leaderless.is_some()
}

/// Each name as high as its track.
fn names(words: &Words, seen: &Seen, leads: bool, rows_of_truth: &[Row], levels: &[Row], shares: Shares) -> Html {
    let high = |height: f64| format!("height:{height}px");
    html! {
        <div class="track-names" aria-hidden="true">
            <span class="over-ruler"></span>
            if leads { <span>{ words.track_leader }</span> }
            { for rows_of_truth.iter().map(|(name, _)| html! { <span class="tenures">{ name }</span> }) }
            <span style={high(shares.faults)}>{ words.track_faults }</span>
            { for levels.iter().map(|(name, _)| html! { <span class="tenures">{ name }</span> }) }
            <span>{ arrivals::title(seen, words) }</span><span class="of-marks">{ words.track_marks }</span>
            if shares.lanes > 0 { <span style={high(shares.branches)}>{ words.track_branches }</span> }
        </div>
    }
}
