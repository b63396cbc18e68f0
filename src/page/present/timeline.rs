//! The run as far as it was seen: who led, and what was broken, with at most six times above it. A click seeks.

use std::rc::Rc;

use web_sys::{HtmlElement, PointerEvent};
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_node_ref};

use crate::describe::Time;
use crate::lab::wire::TimelineView;
use crate::page::digits;
use crate::page::driver::Driver;
use crate::page::instruments::hold;
use crate::page::intent::Intent;
use crate::page::looping::LoopSpan;
use crate::page::panels::icon;
use crate::page::seen::Seen;
use crate::page::selection::name;
use crate::page::tint::{chip, tint};
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct TimelineProps {
    pub driver: Rc<Driver>,
    pub words: &'static Words,
    /// Without its future.
    pub seen: Seen,
    pub span: Option<LoopSpan>,
    pub on: Callback<Intent>,
}

const MOST_LABELS: u64 = 6;

#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let TimelineProps { driver, words, seen, span, on } = props;
    let field = use_node_ref();
    let (playhead, flag) = (use_node_ref(), use_node_ref());
    {
        let (driver, playhead, flag) = (driver.clone(), playhead.clone(), flag.clone());
        use_effect_with((), move |()| {
            hold(&driver.instruments.playhead, &playhead);
            hold(&driver.instruments.flag, &flag);
            driver.instruments.tells_no_future.set(true);
            move || driver.instruments.tells_no_future.set(false)
        });
    }
    let now = seen.frame.at.time;
    let horizon = horizon(now);
    let seek = {
        let (field, on) = (field.clone(), on.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(element) = field.cast::<HtmlElement>() else { return };
            let bounds = element.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
            let time = Time((share.clamp(0.0, 1.0) * horizon as f64) as u64);
            // Beyond the playhead nothing is known.
            on.emit(Intent::SeekTime(time.min(now)));
        })
    };
    let at = |time: Time| time.0 as f64 / horizon as f64 * 100.0;
    let bar = |from: Time, to: Time| format!("left:{:.3}%;width:{:.3}%", at(from), (at(to) - at(from)).max(0.0));
    html! {
        <div class="present-field" ref={field} onpointerdown={seek} aria-label={words.timeline} role="group">
            <div class="present-ruler">{ for ruler(horizon).map(|time| html! { <span style={format!("left:{:.3}%", at(time))}>{ seconds(time) }</span> }) }</div>
            <div class="present-leaders">
                { for seen.timeline.leaders.iter().map(|leader| html! {
                    <div class={format!("leader t{}", tint(leader.epoch))} style={bar(leader.from, leader.to.unwrap_or(now))}>
                        { icon("crown") }<b>{ name(&seen.frame, leader.node) }</b>{ leader.epoch.map(chip) }
                    </div>
                }) }
            </div>
            <div class="present-faults">{ for faults(&seen.timeline, now, &bar) }</div>
            if let Some(span) = span {
                <div class="loop-span" style={bar(span.from, span.to.unwrap_or(now).max(span.from))}></div>
            }
            <div class="playhead" ref={playhead} style={format!("left:{:.3}%", at(now))}><span class="flag" ref={flag}></span></div>
        </div>
    }
}

/// Room ahead of the playhead, which says nothing of how long the run is.
pub fn horizon(now: Time) -> u64 {
    digits::horizon(now.0 + now.0 / 8)
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

fn faults<'a>(
    timeline: &'a TimelineView,
    now: Time,
    bar: &'a impl Fn(Time, Time) -> String,
) -> impl Iterator<Item = Html> + 'a {
    timeline.faults.iter().map(move |fault| {
        let class = if fault.to.is_none() { "fault lasting" } else { "fault" };
        html! { <div {class} style={bar(fault.from, fault.to.unwrap_or(now))}><span>{ &fault.words }</span></div> }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_six_times_stand_above() {
        for end in [1, 900_000, 14_000_000, 25_501_100, 3_600_000_000] {
            let count = ruler(horizon(Time(end))).count() as u64;
            assert!((2..=MOST_LABELS).contains(&count), "{count} for {end}");
        }
    }

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Time(2_500_000)), "2.5");
        assert_eq!(seconds(Time(14_000_000)), "14");
    }
}
