//! The tracks of the timeline: who led, what was broken, what was written, what is worth going back to. A click seeks.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};
use yew::{Callback, Html, NodeRef, Properties, classes, component, html, use_effect_with, use_mut_ref, use_node_ref};

use super::icon;
use super::tenure_rows::{row, truths};
use super::transport::letter;
use crate::describe::Time;
use crate::lab::wire::{Mark, MarkKind, TimelineView};
use crate::page::digits;
use crate::page::driver::Driver;
use crate::page::hooks::use_size;
use crate::page::instruments::hold;
use crate::page::intent::Intent;
use crate::page::seen::Seen;
use crate::page::selection::name;
use crate::page::tint::{chip, tint};
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct TracksProps {
    pub driver: Rc<Driver>,
    pub words: &'static Words,
    pub seen: Seen,
    pub narrow: bool,
    pub on: Callback<Intent>,
}

/// Where a time stands on the tracks, as a percentage.
#[derive(Clone, Copy)]
struct Scale {
    horizon: f64,
}

impl Scale {
    fn at(self, time: Time) -> f64 {
        (time.0 as f64 / self.horizon * 100.0).clamp(0.0, 100.0)
    }

    fn left(self, time: Time) -> String {
        format!("left:{:.3}%", self.at(time))
    }

    fn bar(self, from: Time, to: Time) -> String {
        format!("left:{:.3}%;width:{:.3}%", self.at(from), (self.at(to) - self.at(from)).max(0.0))
    }
}

#[component]
pub fn Tracks(props: &TracksProps) -> Html {
    let TracksProps { driver, words, seen, narrow, on } = props;
    let field = use_node_ref();
    let (width, _) = use_size(&field);
    let (playhead, flag) = (use_node_ref(), use_node_ref());
    {
        let (driver, playhead, flag) = (driver.clone(), playhead.clone(), flag.clone());
        use_effect_with((), move |()| {
            hold(&driver.instruments.playhead, &playhead);
            hold(&driver.instruments.flag, &flag);
        });
    }
    let timeline = &seen.timeline;
    let now = seen.frame.at.time;
    let horizon = digits::horizon(timeline.end.max(now).0);
    let scale = Scale { horizon: horizon as f64 };
    let dragging = use_mut_ref(|| false);
    let seek = {
        let (field, on) = (field.clone(), on.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(time) = time_under(&field, &event, horizon) {
                on.emit(Intent::SeekTime(time));
            }
        })
    };
    let on_down = {
        let (dragging, seek) = (dragging.clone(), seek.clone());
        Callback::from(move |event: PointerEvent| {
            let on_button = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|element| element.closest("button").ok().flatten().is_some());
            if event.button() != 0 || on_button {
                return;
            }
            *dragging.borrow_mut() = true;
            if let Some(element) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            seek.emit(event);
        })
    };
    let on_move = {
        let dragging = dragging.clone();
        Callback::from(move |event: PointerEvent| {
            if *dragging.borrow() {
                seek.emit(event);
            }
        })
    };
    let on_up = Callback::from(move |_: PointerEvent| *dragging.borrow_mut() = false);
    let on_key = {
        let on = on.clone();
        Callback::from(move |event: KeyboardEvent| {
            let ahead = match event.key().as_str() {
                "PageDown" | "ArrowDown" => false,
                "PageUp" | "ArrowUp" => true,
                _ => return,
            };
            event.prevent_default();
            on.emit(Intent::Mark { ahead });
        })
    };
    let value = format!("{} s", digits::stamp(now));
    let rows = truths(timeline);
    html! {
        <div class="tracks">
            if !*narrow { { names(words, timeline) } }
            <div class="field" ref={field} onpointerdown={on_down} onpointermove={on_move} onpointerup={on_up.clone()} onpointercancel={on_up}>
                <div class="ruler" role="slider" tabindex="0" aria-label={words.timeline} aria-valuemin="0" aria-valuemax={(horizon / 1000).to_string()}
                    aria-valuenow={(now.0 / 1000).to_string()} aria-valuetext={value.clone()} onkeydown={on_key}>
                    { for ruler(horizon, width, scale) }
                </div>
                if rows.is_empty() {
                    <div class="track leaders">{ leaders(seen, scale, width, words) }</div>
                }
                { for rows.iter().map(|(name, bars)| html! {
                    <div class="track tenures" key={name.clone()}>{ row(bars, timeline.end.max(now), |from, to| scale.bar(from, to)) }</div>
                }) }
                <div class="track faults">{ faults(timeline, scale, words, on, now) }</div>
                <div class="track writes">{ writes(timeline, scale, width) }</div>
                <div class="track marks">{ for marks(timeline, scale, width, on) }</div>
                if timeline.branches.len() > 1 && !*narrow { { branches(timeline, scale, words, on) } }
                <div class="playhead" ref={playhead} style={scale.left(now)}><span class="flag" ref={flag}>{ value }</span></div>
            </div>
            if !*narrow && timeline.faults.is_empty() && timeline.branches.len() < 2 { <p class="dock-hint">{ words.dock_hint }</p> }
        </div>
    }
}

fn time_under(field: &NodeRef, event: &PointerEvent, horizon: u64) -> Option<Time> {
    let bounds = field.cast::<HtmlElement>()?.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
    Some(Time((share.clamp(0.0, 1.0) * horizon as f64) as u64))
}

fn names(words: &Words, timeline: &TimelineView) -> Html {
    let rows = truths(timeline);
    html! {
        <div class="track-names" aria-hidden="true">
            <span></span>
            if rows.is_empty() { <span>{ words.track_leader }</span> }
            { for rows.iter().map(|(name, _)| html! { <span class="tenures">{ name }</span> }) }
            <span>{ words.track_faults }</span>
            <span>{ words.track_writes }</span><span class="marks">{ words.track_marks }</span>
            if timeline.branches.len() > 1 { <span class="branches">{ words.track_branches }</span> }
        </div>
    }
}

fn ruler(horizon: u64, width: f64, scale: Scale) -> Vec<Html> {
    let step = digits::ruler_step(horizon, ((width / 84.0) as u64).max(2));
    (0..=horizon / step)
        .map(|i| {
            let at = i * step;
            html! { <span style={scale.left(Time(at))}>{ digits::tick(at, step) }</span> }
        })
        .collect()
}

fn leaders(seen: &Seen, scale: Scale, width: f64, words: &Words) -> Html {
    let timeline = &seen.timeline;
    let end = timeline.end.max(seen.frame.at.time);
    let mut parts = Vec::new();
    let mut free_from = Time::ZERO;
    for bar in &timeline.leaders {
        let to = bar.to.unwrap_or(end);
        if bar.from > free_from {
            parts.push(gap(scale, free_from, bar.from, width, words));
        }
        free_from = free_from.max(to);
        let pixels = (scale.at(to) - scale.at(bar.from)) / 100.0 * width;
        let leader = name(&seen.frame, bar.node);
        let epoch = bar.epoch.map(chip).unwrap_or_default();
        let class = classes!("leader", format!("t{}", tint(bar.epoch)));
        parts.push(html! {
            <div {class} style={scale.bar(bar.from, to)} title={format!("{leader} {epoch}")}>
                if pixels > 64.0 { { icon("crown") } }
                if pixels > 26.0 { <b>{ leader }</b> }
                if pixels > 84.0 { { epoch } }
            </div>
        });
    }
    // What lies ahead is not known yet.
    let now = seen.frame.at.time;
    if now > free_from && seen.frame.readout.leaderless.is_some() {
        parts.push(gap(scale, free_from, now, width, words));
    }
    html! { <>{ for parts }</> }
}

/// A stretch without a leader, with its length where there is room.
fn gap(scale: Scale, from: Time, to: Time, width: f64, words: &Words) -> Html {
    let pixels = (scale.at(to) - scale.at(from)) / 100.0 * width;
    if pixels < 3.0 {
        return Html::default();
    }
    html! {
        <div class="leaderless" style={scale.bar(from, to)}>
            if pixels > 110.0 { <span>{ format!("{} {}", words.none, digits::span_text(to.since(from))) }</span> }
        </div>
    }
}

fn faults(timeline: &TimelineView, scale: Scale, words: &'static Words, on: &Callback<Intent>, now: Time) -> Html {
    let end = timeline.end.max(now);
    // Bars that overlap share the track in thin rows.
    let mut rows: Vec<Time> = Vec::new();
    let placed: Vec<(usize, usize)> = timeline
        .faults
        .iter()
        .enumerate()
        .map(|(i, fault)| {
            let row = rows.iter().position(|&free| free <= fault.from).unwrap_or(rows.len());
            let to = fault.to.unwrap_or(Time::MAX);
            if row == rows.len() {
                rows.push(to)
            } else {
                rows[row] = to
            }
            (i, row)
        })
        .collect();
    let count = rows.len().max(1);
    html! {
        <>
            { for placed.into_iter().map(|(i, row)| {
                let fault = &timeline.faults[i];
                let (from, entry) = (fault.from, fault.entry);
                let class = classes!("fault", fault.to.is_none().then_some("lasting"));
                let style = format!("{};top:calc({row} * 22px / {count} + 4px);height:calc(22px / {count} - 1px)", scale.bar(from, fault.to.unwrap_or(end)));
                html! {
                    <button {class} {style} title={format!("{} · {} s", fault.words, digits::stamp(from))} onclick={on.reform(move |_| Intent::SeekTime(from))}
                        oncontextmenu={on.reform(move |event: web_sys::MouseEvent| { event.prevent_default(); Intent::RemoveFault(entry) })}
                        aria-label={fault.words.clone()} aria-description={words.remove_fault}>
                        if count < 3 { <span>{ &fault.words }</span> }
                    </button>
                }
            }) }
        </>
    }
}

/// Many ticks are one path: an element each would be slow.
fn writes(timeline: &TimelineView, scale: Scale, width: f64) -> Html {
    let mut path = String::new();
    let mut last = f64::MIN;
    for &write in &timeline.writes {
        let x = scale.at(write) / 100.0 * width;
        if x - last >= 2.0 {
            path.push_str(&format!("M{x:.1} 9h3.5v11h-3.5z"));
            last = x;
        }
    }
    html! { <svg aria-hidden="true"><path d={path} /></svg> }
}

fn marks(timeline: &TimelineView, scale: Scale, width: f64, on: &Callback<Intent>) -> Vec<Html> {
    let place = |mark: &Mark| scale.at(mark.at.time) / 100.0 * width;
    let mut apart: Vec<&Mark> = Vec::new();
    for mark in &timeline.marks {
        let crowded = apart.last().is_some_and(|last| place(mark) - place(last) < 4.0);
        if !crowded || mark.kind == MarkKind::Violation {
            apart.push(mark);
        }
    }
    let room = |i: usize| apart.get(i + 1).map_or(width + 8.0, |next| place(next)) - place(apart[i]);
    apart.iter().enumerate().map(|(i, mark)| mark_button(mark, scale, length(&mark.words) <= room(i), on)).collect()
}

/// About how long a mark with its words is, in pixels.
fn length(words: &str) -> f64 {
    22.0 + words.chars().map(|char| if char.is_ascii() { 6.6 } else { 12.0 }).sum::<f64>().min(148.0)
}

fn mark_button(mark: &Mark, scale: Scale, named: bool, on: &Callback<Intent>) -> Html {
    let to = mark.at;
    let kind = match mark.kind {
        MarkKind::Milestone => "milestone",
        MarkKind::Fault => "of-fault",
        MarkKind::Violation => "violation",
        MarkKind::Say => "say",
    };
    let title = format!("{} · {} s", mark.words, digits::stamp(to.time));
    html! {
        <button class={classes!("mark", kind)} style={scale.left(to.time)} title={title.clone()} aria-label={title} onclick={on.reform(move |_| Intent::Seek(to))}>
            <i></i>if named { <span>{ &mark.words }</span> }
        </button>
    }
}

/// The newest branches as lines that leave their parents.
fn branches(timeline: &TimelineView, scale: Scale, words: &Words, on: &Callback<Intent>) -> Html {
    let from = timeline.branches.len().saturating_sub(2);
    html! {
        <div class="track branches">
            { for timeline.branches.iter().enumerate().skip(from).map(|(i, branch)| {
                let id = branch.id;
                let label = if branch.words.is_empty() { words.first_branch.to_string() } else { branch.words.clone() };
                let class = classes!("branch", (id == timeline.branch).then_some("present"));
                html! {
                    <button {class} style={scale.bar(branch.at, branch.end)} title={label.clone()} onclick={on.reform(move |_| Intent::Switch(id))}>
                        <span><b>{ letter(i) }</b>{ label.clone() }</span>
                    </button>
                }
            }) }
        </div>
    }
}
