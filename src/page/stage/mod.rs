//! The stage: a canvas that the driver draws on, and over it real buttons for keyboard, screen reader and tests.

mod brush;
mod draw_flight;
mod draw_label;
mod draw_link;
mod draw_node;
mod draw_operation;
mod draw_territory;
mod gauge;
pub mod geometry;
mod halo;
pub mod layout;
mod legend;
pub mod paint;
mod palette;
mod pins;
mod tools;

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement, PointerEvent};
use yew::{Callback, Html, NodeRef, Properties, component, html, use_effect_with, use_node_ref, use_state_eq};

use self::gauge::Clock;
use self::geometry::{Point, point};
use self::halo::Halo;
use self::layout::{Hit, Layout, NEAR_FINGER, NEAR_MOUSE};
use self::legend::Legend;
use self::pins::Pins;
use self::tools::tools;
use crate::lab::frame::Frame;
use crate::page::driver::Driver;
use crate::page::hooks::use_size;
use crate::page::intent::Intent;
use crate::page::playback::Tempo;
use crate::page::seen::Seen;
use crate::page::selection::Selection;
use crate::page::words::Words;

pub use self::draw_label::role_words;

#[derive(Properties, PartialEq)]
pub struct StageProps {
    pub driver: Rc<Driver>,
    pub seen: Option<Seen>,
    pub selection: Option<Selection>,
    pub playing: bool,
    pub tempo: Tempo,
    pub words: &'static Words,
    pub narrow: bool,
    pub starting: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Stage(props: &StageProps) -> Html {
    let StageProps { driver, seen, selection, playing, tempo, words, narrow, starting, on } = props;
    let frame_ref = use_node_ref();
    let canvas_ref = use_node_ref();
    let size = use_size(&frame_ref);
    let hover = use_state_eq(|| None::<Hit>);
    {
        let driver = driver.clone();
        use_effect_with(canvas_ref.clone(), move |canvas| {
            if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                driver.attach(canvas);
            }
        });
    }
    {
        let driver = driver.clone();
        use_effect_with(size, move |&(width, height)| driver.resize(width, height));
    }
    {
        let driver = driver.clone();
        use_effect_with(*hover, move |&hover| driver.look(|look| look.hover = hover));
    }
    let layout = seen.as_ref().map(|seen| layout_of(&seen.frame, size)).unwrap_or_default();
    let on_pointer_move = {
        let (driver, frame_ref, hover) = (driver.clone(), frame_ref.clone(), hover.setter());
        Callback::from(move |event: PointerEvent| {
            if event.pointer_type() == "touch" || !is_canvas(&event) {
                return;
            }
            hover.set(meet(&driver, &frame_ref, &event));
        })
    };
    let on_pointer_leave = {
        let hover = hover.setter();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let on_pointer_up = {
        let (driver, frame_ref, on) = (driver.clone(), frame_ref.clone(), on.clone());
        Callback::from(move |event: PointerEvent| {
            if is_canvas(&event) && event.button() == 0 {
                on.emit(Intent::Select(pick(&driver, &frame_ref, &event)));
            }
        })
    };
    let marked = match (*hover, selection) {
        (_, Some(Selection::Link(a, b))) => Some((*a, *b)),
        (Some(Hit::Link(a, b)), _) => Some((a, b)),
        _ => None,
    };
    html! {
        <section class="stage" aria-label={words.stage} ref={frame_ref} onpointermove={on_pointer_move}
            onpointerleave={on_pointer_leave} onpointerup={on_pointer_up}>
            <canvas ref={canvas_ref} aria-hidden="true"></canvas>
            <Clock driver={driver.clone()} tempo={*tempo} {words} narrow={*narrow} />
            if *starting {
                <p class="starting" role="status"><span class="sweep" aria-hidden="true"></span>{ words.starting }</p>
            }
            if let Some(seen) = seen {
                { Pins { seen, layout: &layout, selection: *selection, marked, playing: *playing, words, on }.view() }
                if !*narrow {
                    <Halo seen={seen.clone()} layout={layout.clone()} selection={*selection} {words} on={on.clone()} />
                    <Legend seen={seen.clone()} {words} />
                }
                { tools(words, *narrow, on) }
            }
        </section>
    }
}

fn layout_of(frame: &Frame, (width, height): (f64, f64)) -> Layout {
    let kinds: Vec<_> = frame.nodes.iter().map(|node| node.kind).collect();
    Layout::new(&kinds, width, height)
}

fn is_canvas(event: &PointerEvent) -> bool {
    event.target().is_some_and(|target| target.has_type::<HtmlCanvasElement>())
}

fn within(frame: &NodeRef, event: &PointerEvent) -> Option<(Point, (f64, f64))> {
    let element = frame.cast::<HtmlElement>()?;
    let bounds = element.get_bounding_client_rect();
    let at = point(f64::from(event.client_x()) - bounds.left(), f64::from(event.client_y()) - bounds.top());
    Some((at, (bounds.width(), bounds.height())))
}

fn meet(driver: &Driver, frame: &NodeRef, event: &PointerEvent) -> Option<Hit> {
    let (at, size) = within(frame, event)?;
    let view = driver.view()?;
    let layout = layout_of(&view.frame, size);
    let near = if event.pointer_type() == "touch" { NEAR_FINGER } else { NEAR_MOUSE };
    layout.hit(at, near, view.frame.links.iter().map(|link| (link.a, link.b)))
}

/// A click picks a node, else a message, else a link, else nothing.
fn pick(driver: &Driver, frame: &NodeRef, event: &PointerEvent) -> Option<Selection> {
    let (at, size) = within(frame, event)?;
    let view = driver.view()?;
    let layout = layout_of(&view.frame, size);
    if let Some(id) = layout.node_at(at) {
        return Some(Selection::Node(id));
    }
    let now = view.frame.at.time;
    let near = view.frame.flights.iter().filter_map(|flight| {
        let distance = draw_flight::position(&layout, flight, now)?.0.distance(at);
        (distance < 13.0).then_some((distance, flight.number))
    });
    if let Some((_, number)) = near.min_by(|p, q| p.0.total_cmp(&q.0)) {
        return Some(Selection::Flight(number));
    }
    match meet(driver, frame, event)? {
        Hit::Node(id) => Some(Selection::Node(id)),
        Hit::Link(a, b) => Some(Selection::Link(a, b)),
    }
}
