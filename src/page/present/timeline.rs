//! The run as far as it was seen: who led, and what was broken, with at most six times above it. A click seeks.

use std::rc::Rc;

use web_sys::PointerEvent;
use yew::{Callback, Html, Properties, classes, component, html, use_node_ref};

use crate::describe::{Certainty, Time};
use crate::lab::frame::Position;
use crate::lab::wire::{FaultBar, TenureBar, TimelineView};
use crate::page::axis::{Axis, Scale};
use crate::page::driver::Driver;
use crate::page::hooks::use_size;
use crate::page::intent::Intent;
use crate::page::panels::tenure_rows::{row, truths};
use crate::page::panels::tracks::{has_leader, instants, leaders, rows, time_under, use_playhead};
use crate::page::state::looping::LoopSpan;
use crate::page::state::seen::Seen;
use crate::page::words::Words;
use crate::page::words::digits;

#[derive(Properties, PartialEq)]
pub struct TimelineProps {
    pub driver: Rc<Driver>,
    pub words: &'static Words,
    /// Without its future.
    pub seen: Seen,
    pub scale: Scale,
    pub span: Option<LoopSpan>,
    pub on: Callback<Intent>,
}

const MOST_LABELS: u64 = 6;

/// So much larger is what is written here than on the tracks.
const LARGER: f64 = 2.2;
/// Heights of all rows below the ruler, and of the lowest with a name in it, in units of the projected page.
const ROWS: f64 = 124.0;
const TOP_ROW: f64 = 52.0;
const READABLE: f64 = 36.0;

#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let TimelineProps { driver, words, seen, scale, span, on } = props;
    let field = use_node_ref();
    let width = use_size(&field).0 / LARGER;
    let timeline = &seen.timeline;
    let now = seen.frame.at.time;
    let axis = Axis::new(*scale, timeline, now);
    let (playhead, flag) = use_playhead(driver, &axis);
    let seek = {
        let (field, on, axis) = (field.clone(), on.clone(), axis.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(time) = time_under(&field, &event, &axis) {
                // Beyond the playhead nothing is known.
                on.emit(Intent::Seek(Position::at(time.min(now))));
            }
        })
    };
    let held = truths(timeline);
    let leads = has_leader(seen, &held);
    let top = if leads || !held.is_empty() { TOP_ROW } else { 0.0 };
    html! {
        <div class="present-field" ref={field} onpointerdown={seek} aria-label={words.timeline} role="group">
            <div class="present-ruler">
                { for labels(&axis, *scale, width, timeline).into_iter().map(|(at, text)| html! { <span style={format!("left:{:.3}%", at * 100.0)}>{ text }</span> }) }
            </div>
            if leads {
                <div class="present-leaders">{ leaders(seen, &axis, width, words) }</div>
            } else if let Some(bars) = unsettled(&held, now) {
                <div class="present-leaders tenures">{ row(bars, now, |from, to| axis.bar(from, to)) }</div>
            }
            <div class="present-faults">{ faults(timeline, now, &axis, ROWS - top) }</div>
            if let Some(span) = span {
                <div class="loop-span" style={axis.bar(span.from, span.to.unwrap_or(now).max(span.from))}></div>
            }
            <div class="playhead" ref={playhead} style={format!("--at:{:.5}", axis.at(now))}><span class="flag" ref={flag}></span></div>
        </div>
    }
}

/// The one row that there is room for: the oldest in which something still goes on, or else the newest.
fn unsettled<'a, 'b>(rows: &'a [(String, Vec<&'b TenureBar>)], now: Time) -> Option<&'a [&'b TenureBar]> {
    let goes_on = |bar: &&TenureBar| bar.to.is_none_or(|to| to > now) && bar.tenure.certainty != Certainty::Settled;
    rows.iter().find(|(_, bars)| bars.iter().any(goes_on)).or(rows.last()).map(|(_, bars)| &bars[..])
}

/// Places and words: by the clock evenly, otherwise the beginning and what matters most.
fn labels(axis: &Axis, scale: Scale, width: f64, timeline: &TimelineView) -> Vec<(f64, String)> {
    if scale == Scale::Clock {
        return ruler(axis.length() as u64).map(|time| (axis.at(time), seconds(time))).collect();
    }
    let mut instants = instants(timeline);
    // The playhead says itself where the end is.
    instants.retain(|instant| *instant < timeline.end);
    instants.truncate(MOST_LABELS as usize - 1);
    let ticks = axis.ticks(scale, width, &instants).into_iter().filter(|tick| !tick.silence);
    ticks.map(|tick| (tick.at / width, tick.words)).collect()
}

fn ruler(horizon: u64) -> impl Iterator<Item = Time> {
    let step = digits::ruler_step(horizon, MOST_LABELS - 1);
    (0..=horizon / step).map(move |i| Time(i * step))
}

/// `2.5`, `14`: what a last row can read.
fn seconds(time: Time) -> String {
    let text = format!("{:.3}", time.0 as f64 / 1e6);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Bars that overlap lie in rows that can be read; of more the newest have a row, and the last row says how many have none.
fn faults(timeline: &TimelineView, now: Time, axis: &Axis, height: f64) -> Html {
    let most = (height / READABLE).floor().max(1.0) as usize;
    let mut shown = timeline.faults.clone();
    let (places, high) = loop {
        let (places, count) = rows(&shown);
        if count <= most {
            break (places, (height / count as f64).min(TOP_ROW));
        }
        // The oldest of those at once goes, so that what has just begun is seen.
        let crowded = places.iter().position(|place| *place >= most).unwrap_or(0);
        let at_once = |bar: &FaultBar| bar.to.is_none_or(|to| to > shown[crowded].from);
        let oldest = shown[..crowded].iter().position(at_once).unwrap_or(0);
        shown.remove(oldest);
    };
    let left_out = timeline.faults.len() - shown.len();
    let bar = |(fault, place): (&FaultBar, usize)| {
        let class = classes!("fault", fault.to.is_none().then_some("lasting"));
        let style = format!("{};--row:{place};--high:{high:.1}", axis.bar(fault.from, fault.to.unwrap_or(now)));
        html! { <div {class} {style} title={fault.words.clone()}><span>{ &fault.words }</span></div> }
    };
    html! {
        <>
            { for shown.iter().zip(places).map(bar) }
            if left_out > 0 { <b class="left-out">{ format!("+{left_out}") }</b> }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_six_times_stand_above() {
        for end in [1, 900_000, 14_000_000, 25_501_100, 3_600_000_000] {
            let count = ruler(digits::horizon(end)).count() as u64;
            assert!((2..=MOST_LABELS).contains(&count), "{count} for {end}");
        }
    }

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Time(2_500_000)), "2.5");
        assert_eq!(seconds(Time(14_000_000)), "14");
    }
}
