//! Faults as bars: selected by a click, dragged by the middle or an end, taken out by Delete. With the keyboard the arrows
//! carry a bar, Shift its end, Enter lets go.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};
use yew::{Callback, Html, NodeRef, Properties, classes, component, html, use_effect_with, use_mut_ref, use_state_eq};

use super::room::{LOW_ROW, MARGIN, ROW};
use crate::describe::Time;
use crate::lab::frame::Position;
use crate::lab::wire::FaultBar;
use crate::page::axis::Axis;
use crate::page::intent::Intent;
use crate::page::intent::reshape::{Grip, Shape, removal};
use crate::page::panels::icon;
use crate::page::state::seen::Seen;
use crate::page::words::digits;
use crate::page::words::{Words, fill};

/// An end is taken within so many pixels of it.
const EDGE: f64 = 8.0;
/// A press that moves less is a click.
const STILL: f64 = 3.0;

#[derive(Properties, PartialEq)]
pub struct FaultsProps {
    pub words: &'static Words,
    pub seen: Seen,
    pub axis: Axis,
    pub width: f64,
    pub height: f64,
    /// Whose bar is picked out.
    pub fault: Option<u32>,
    /// A press on the timeline measures, on a bar as elsewhere.
    pub measuring: bool,
    /// What times are measured on.
    pub field: NodeRef,
    pub on: Callback<Intent>,
}

/// A bar in somebody's hand: which, as it would become, and where it was taken.
#[derive(Clone, PartialEq)]
struct Held {
    entry: u32,
    shape: Shape,
    grip: Grip,
    /// The pointer's place when it was taken, none with the keyboard.
    since: Option<f64>,
    /// It was picked out before.
    again: bool,
}

/// Bars that overlap lie in rows: each bar's row, and how many there are.
pub fn rows(faults: &[FaultBar]) -> (Vec<usize>, usize) {
    let mut free: Vec<Time> = Vec::new();
    let row_of = |bar: &FaultBar| {
        let to = bar.to.unwrap_or(Time::MAX);
        match free.iter().position(|free| *free <= bar.from) {
            Some(row) => {
                free[row] = to;
                row
            }
            None => {
                free.push(to);
                free.len() - 1
            }
        }
    };
    let rows = faults.iter().map(row_of).collect();
    (rows, free.len().max(1))
}

#[component]
pub fn Faults(props: &FaultsProps) -> Html {
    let FaultsProps { words, seen, axis, width, height, fault, measuring, field, on } = props;
    let held = use_state_eq(|| None::<Held>);
    // The same, for handlers that come faster than renderings.
    let hand = use_mut_ref(|| None::<Held>);
    {
        let on = on.clone();
        use_effect_with(fault.is_some(), move |&picked| {
            let listener = picked.then(|| let_go_elsewhere(on));
            move || drop(listener)
        });
    }
    let timeline = &seen.timeline;
    let end = timeline.story.last().map_or(timeline.end, |last| last.until).max(seen.frame.at.time);
    let (places, count) = rows(&timeline.faults);
    let each = ((height - MARGIN) / count as f64).min(ROW);
    let above = (height - each * count as f64) / 2.0;

    let place = {
        let field = field.clone();
        move |x: f64| -> f64 {
            let bounds = field.cast::<HtmlElement>().map(|field| field.get_bounding_client_rect());
            bounds.map_or(0.0, |bounds| (x - bounds.left()) / bounds.width().max(1.0))
        }
    };
    let hold = {
        let (hand, held) = (hand.clone(), held.setter());
        move |value: Option<Held>| {
            *hand.borrow_mut() = value.clone();
            held.set(value);
        }
    };
    let bar = |i: usize, bar: &FaultBar| -> Html {
        let entry = bar.entry;
        let shape = match held.as_ref().filter(|held| held.entry == entry) {
            Some(held) => held.shape,
            None => Shape::of(bar),
        };
        let drawn_to = shape.to.unwrap_or(end);
        let pixels = (axis.at(drawn_to) - axis.at(shape.from)) * width;
        let is_selected = *fault == Some(entry) && entry != u32::MAX;
        let class = classes!(
            "fault",
            (each < ROW).then_some("low"),
            shape.to.is_none().then_some("lasting"),
            is_selected.then_some("chosen"),
            held.as_ref().is_some_and(|held| held.entry == entry).then_some("held"),
        );
        let top = above + each * places[i] as f64;
        let style = format!("{};top:{top:.1}px;height:{:.1}px", axis.bar(shape.from, drawn_to), each - 2.0);
        let title = says(bar, shape, words);
        let on_down = {
            let (hold, on, bar, measuring) = (hold.clone(), on.clone(), bar.clone(), *measuring);
            Callback::from(move |event: PointerEvent| {
                if event.button() != 0 || entry == u32::MAX || measuring {
                    return;
                }
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let Some(element) = target.and_then(|target| target.closest("button").ok().flatten()) else { return };
                let bounds = element.get_bounding_client_rect();
                let x = f64::from(event.client_x());
                let edge = EDGE.min(bounds.width() / 3.0);
                let grip = match () {
                    () if x - bounds.left() < edge => Grip::Start,
                    () if bounds.right() - x < edge => Grip::End,
                    () => Grip::Whole,
                };
                let _ = element.set_pointer_capture(event.pointer_id());
                on.emit(Intent::Fault(Some(entry)));
                hold(Some(Held { entry, shape: Shape::of(&bar), grip, since: Some(x), again: is_selected }));
            })
        };
        let on_move = {
            let (hand, hold, axis, place, bar) = (hand.clone(), hold.clone(), axis.clone(), place.clone(), bar.clone());
            Callback::from(move |event: PointerEvent| {
                let now = hand.borrow().clone();
                let Some((held, since)) = now.and_then(|held| held.since.map(|since| (held, since))) else { return };
                let x = f64::from(event.client_x());
                // The grip stays under the pointer, wherever the scale is wide or narrow.
                let gripped = match held.grip {
                    Grip::Whole | Grip::Start => bar.from,
                    Grip::End => bar.to.unwrap_or(end),
                };
                let there = axis.time(axis.at(gripped) + place(x) - place(since));
                let by = if (x - since).abs() < STILL { 0 } else { there.0 as i64 - gripped.0 as i64 };
                let shape = if by == 0 { Shape::of(&bar) } else { Shape::of(&bar).carried(held.grip, by, end) };
                hold(Some(Held { shape, ..held }));
            })
        };
        let let_go = {
            let (hand, hold, on, bar) = (hand.clone(), hold.clone(), on.clone(), bar.clone());
            let seen = seen.clone();
            move || {
                let last = hand.borrow().clone();
                hold(None);
                let changes =
                    last.as_ref().map(|held| held.shape.changes(&bar, &seen.timeline.faults)).unwrap_or_default();
                if !changes.is_empty() {
                    on.emit(Intent::Edit(changes));
                } else if last.is_some_and(|held| held.again) {
                    on.emit(Intent::Fault(None));
                }
            }
        };
        let on_up = {
            let let_go = let_go.clone();
            Callback::from(move |_: PointerEvent| let_go())
        };
        let on_cancel = {
            let hold = hold.clone();
            Callback::from(move |_: PointerEvent| hold(None))
        };
        let remove = {
            let (on, hold) = (on.clone(), hold.clone());
            let changes = removal(bar, &timeline.faults);
            move || {
                hold(None);
                on.emit(Intent::Edit(changes.clone()));
            }
        };
        let on_key = {
            let (hold, hand, axis, bar, remove, on, ruler) =
                (hold.clone(), hand.clone(), axis.clone(), bar.clone(), remove.clone(), on.clone(), field.clone());
            Callback::from(move |event: KeyboardEvent| {
                let start = Held { entry, shape: Shape::of(&bar), grip: Grip::Whole, since: None, again: false };
                let now = hand.borrow().clone().filter(|held| held.entry == entry).unwrap_or(start);
                match (event.key().as_str(), event.alt_key()) {
                    (arrow @ ("ArrowLeft" | "ArrowRight"), false) => {
                        let grip = if event.shift_key() { Grip::End } else { Grip::Whole };
                        let gripped = if grip == Grip::End { now.shape.to.unwrap_or(end) } else { now.shape.from };
                        let step = if arrow == "ArrowLeft" { -0.01 } else { 0.01 };
                        let by = axis.time(axis.at(gripped) + step).0 as i64 - gripped.0 as i64;
                        let shape = now.shape.carried(grip, by, end);
                        on.emit(Intent::Fault(Some(entry)));
                        hold(Some(Held { shape, ..now }));
                    }
                    ("Enter", _) => {
                        on.emit(Intent::Fault(Some(entry)));
                        let_go();
                    }
                    ("Delete" | "Backspace", _) => {
                        remove();
                        // The bar goes; the keyboard goes on from the timeline.
                        focus_ruler(&ruler);
                    }
                    ("Escape", _) => {
                        hold(None);
                        on.emit(Intent::Fault(None));
                    }
                    _ => return,
                }
                event.prevent_default();
                event.stop_propagation();
            })
        };
        let by_keyboard = held.as_ref().is_some_and(|held| held.entry == entry && held.since.is_none());
        let verbs = is_selected.then(|| {
            let remove = remove.clone();
            let from = bar.from;
            let place = if axis.at(shape.from) > 0.7 { "right:0" } else { "left:0" };
            html! {
                <div class="bar-verbs" style={format!("{};{place}", verbs_place(axis, shape, end, top + each))}>
                    <span>{ if by_keyboard { fill(words.fault_in_hand, &[&title]) } else { title.clone() } }</span>
                    <button onclick={Intent::Seek(Position::at(from)).on_click(on)}>{ words.go_there }</button>
                    <button onclick={Callback::from(move |_| remove())}>{ icon("cross") }{ words.remove_fault }</button>
                </div>
            }
        });
        html! {
            <>
                <button {class} {style} title={title.clone()} aria-label={title.clone()} aria-description={words.fault_keys}
                    aria-pressed={if is_selected { "true" } else { "false" }} disabled={entry == u32::MAX}
                    onpointerdown={on_down} onpointermove={on_move} onpointerup={on_up} onpointercancel={on_cancel} onkeydown={on_key}>
                    if pixels > 34.0 && each >= LOW_ROW { <span>{ &bar.words }</span> }
                </button>
                { verbs.unwrap_or_default() }
            </>
        }
    };
    html! {
        <div class="track faults" style={format!("--high:{height}px")}>
            { for timeline.faults.iter().enumerate().map(|(i, fault)| bar(i, fault)) }
        </div>
    }
}

fn focus_ruler(field: &NodeRef) {
    let ruler = field.cast::<Element>().and_then(|field| field.query_selector(".ruler").ok().flatten());
    if let Some(ruler) = ruler.and_then(|ruler| ruler.dyn_into::<HtmlElement>().ok()) {
        let _ = ruler.focus();
    }
}

/// A press anywhere but on a bar and its verbs lets go of it.
fn let_go_elsewhere(on: Callback<Intent>) -> EventListener {
    let options = EventListenerOptions::run_in_capture_phase();
    EventListener::new_with_options(&document(), "pointerdown", options, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_none_or(|element| element.closest(".fault, .bar-verbs").ok().flatten().is_none()) {
            on.emit(Intent::Fault(None));
        }
    })
}

/// Below the bar, on the side that has room.
fn verbs_place(axis: &Axis, shape: Shape, end: Time, top: f64) -> String {
    let (from, to) = (axis.at(shape.from), axis.at(shape.to.unwrap_or(end)));
    if from > 0.7 {
        format!("margin-right:{:.2}%;top:{top:.1}px", (1.0 - to).max(0.0) * 100.0)
    } else {
        format!("margin-left:{:.2}%;top:{top:.1}px", from * 100.0)
    }
}

/// `crash n5, 2.500 to 3.100 s`
fn says(bar: &FaultBar, shape: Shape, words: &Words) -> String {
    let from = digits::stamp(shape.from);
    match shape.to {
        Some(to) => format!("{}, {from} – {} s", bar.words, digits::stamp(to)),
        None => format!("{}, {from} s – {}", bar.words, words.lasts),
    }
}
