//! The space-time diagram: a line for each node, an arrow for each message, and what follows from what.

mod draw;
mod lay;
mod layer;

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{HtmlCanvasElement, KeyboardEvent, MouseEvent, PointerEvent};
use yew::{
    Callback, Html, NodeRef, Properties, component, html, use_effect_with, use_mut_ref, use_node_ref, use_state_eq,
};

use super::canvas::{Pointer, sheet, use_drawn, use_pointer, use_wheel};
use super::events::why;
use crate::lab::frame::Position;
use crate::page::axis::{Axis, Scale};
use crate::page::driver::Driver;
use crate::page::hooks::use_size;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::stage::brush::Brush;
use crate::page::state::seen::Seen;
use crate::page::trail::Cone;
use crate::page::trail::course::Course;
use crate::page::words::Words;

use draw::Scene;
use lay::{Lay, Look};

/// Pixels for a second of screen at first, and for the whole by the clock.
const A_SECOND: f64 = 62.0;
const NEAREST: f64 = 4_000_000.0;
const FARTHEST: f64 = 200.0;
const A_STEP: f64 = 1.5;

#[derive(Properties, PartialEq)]
pub struct DiagramProps {
    pub words: &'static Words,
    pub driver: Rc<Driver>,
    pub seen: Seen,
    pub scale: Scale,
    pub event: Option<u32>,
    pub version: u32,
    /// What the selected operation has caused.
    pub course: Option<Rc<Course>>,
    pub on: Callback<Intent>,
}

/// All that a picture depends on beside the instant, kept where the animation frame reads it.
struct Easel {
    canvas: NodeRef,
    /// On a projector without its future.
    seen: Seen,
    scale: Scale,
    /// None until it is zoomed: then it suits the run.
    whole: Option<f64>,
    pushed: f64,
    chosen: Option<(u32, Cone)>,
    /// What the cone was found for: the entry, the trail's version, and else an operation.
    of: (Option<u32>, u32, Option<Rc<Course>>),
    hovered: Option<u32>,
}

impl Easel {
    fn axis(&self, now: Position) -> Axis {
        Axis::new(self.scale, &self.seen.timeline, now.time)
    }

    fn look(&self, axis: &Axis) -> Look {
        let suited = match self.scale {
            Scale::Story => axis.length() / 1_000.0 * A_SECOND,
            Scale::Clock => 1_600.0,
        };
        Look { whole: self.whole.unwrap_or(suited), pushed: self.pushed }
    }

    /// The picture as the run stands, and the canvas that it belongs on.
    fn with<T>(
        &self,
        driver: &Driver,
        now: Position,
        use_it: impl FnOnce(&Scene<'_>, &HtmlCanvasElement) -> T,
    ) -> Option<T> {
        let canvas = self.canvas.cast::<HtmlCanvasElement>()?;
        let axis = self.axis(now);
        let lay = Lay {
            look: self.look(&axis),
            axis: &axis,
            now: now.time,
            width: f64::from(canvas.client_width()),
            height: f64::from(canvas.client_height()),
            nodes: self.seen.frame.nodes.len(),
        };
        let trail = driver.trail.borrow();
        let chosen = self.chosen.as_ref().map(|(number, cone)| (*number, cone));
        let scene = Scene { lay, view: &self.seen, now, trail: &trail, chosen, hovered: self.hovered };
        Some(use_it(&scene, &canvas))
    }

    fn paint(&self, driver: &Driver, now: Position) {
        let Some(palette) = driver.palette() else { return };
        self.with(driver, now, |scene, canvas| {
            if let Some(on) = sheet(canvas, scene.lay.width, scene.lay.height) {
                scene.draw(&Brush { on: &on, palette: &palette });
            }
        });
    }

    fn zoom(&mut self, now: Position, by: f64) {
        let whole = self.look(&self.axis(now)).whole;
        let next = (whole * by).clamp(FARTHEST, NEAREST);
        self.pushed *= next / whole;
        self.whole = Some(next);
    }
}

#[component]
pub fn Diagram(props: &DiagramProps) -> Html {
    let DiagramProps { words, driver, seen, scale, event, version, course, on } = props;
    let canvas = use_node_ref();
    let size = use_size(&canvas);
    let easel: Rc<RefCell<Easel>> = use_mut_ref(|| Easel {
        canvas: canvas.clone(),
        seen: seen.clone(),
        scale: *scale,
        whole: None,
        pushed: 0.0,
        chosen: None,
        of: (None, 0, None),
        hovered: None,
    });
    let tip = use_state_eq(|| None::<(f64, f64, u32)>);
    {
        let mut easel = easel.borrow_mut();
        easel.seen = seen.clone();
        if easel.scale != *scale {
            easel.scale = *scale;
            (easel.whole, easel.pushed) = (None, 0.0);
        }
        let of = (*event, *version, course.clone());
        if easel.of != of {
            easel.of = of;
            let of_event = event.map(|number| (number, driver.trail.borrow().cone(number)));
            let of_course = || course.as_ref().map(|course| (course.asked.number, course.cone.clone()));
            easel.chosen = of_event.or_else(of_course);
        }
    }
    {
        let (painter, easel) = (driver.clone(), easel.clone());
        use_drawn(driver, move |now| easel.borrow().paint(&painter, now));
    }
    let repaint = {
        let driver = driver.clone();
        move || driver.touch()
    };
    {
        let repaint = repaint.clone();
        use_effect_with((size, *version, *scale, *event, course.clone(), seen.clone()), move |_| repaint());
    }
    let zoom = {
        let (driver, easel, repaint) = (driver.clone(), easel.clone(), repaint.clone());
        move |by: f64| {
            easel.borrow_mut().zoom(driver.position(), by);
            repaint();
        }
    };
    // A wheel pans, with Ctrl it zooms.
    {
        let (zoom, easel, repaint) = (zoom.clone(), easel.clone(), repaint.clone());
        use_wheel(&canvas, move |wheel| {
            if wheel.ctrl_key() || wheel.meta_key() {
                zoom(if wheel.delta_y() < 0.0 { 1.15 } else { 1.0 / 1.15 });
            } else {
                easel.borrow_mut().pushed -= wheel.delta_y();
                repaint();
            }
        });
    }
    let under = {
        let (driver, easel) = (driver.clone(), easel.clone());
        move |event: &PointerEvent| -> Option<(f64, f64, u32)> {
            let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
            let easel = easel.borrow();
            let number = easel.with(&driver, driver.position(), |scene, _| scene.lay.under(scene.trail, x, y))??;
            Some((x, y, number))
        }
    };
    let choose = {
        let (on, driver) = (on.clone(), driver.clone());
        move |number: u32| {
            let at = driver.trail.borrow().get(number).map(|entry| entry.at);
            on.emit(Intent::Event(Some(number)));
            if let Some(at) = at {
                on.emit(Intent::Seek(at));
            }
        }
    };
    let pointer = {
        let hold = {
            let easel = easel.clone();
            move || Some(easel.borrow().pushed)
        };
        let carry = {
            let (easel, tip, repaint) = (easel.clone(), tip.setter(), repaint.clone());
            move |pushed: &f64, _: f64, down: f64| {
                easel.borrow_mut().pushed = *pushed + down;
                tip.set(None);
                repaint();
            }
        };
        let pick = {
            let (under, choose, on) = (under.clone(), choose.clone(), on.clone());
            move |event: &PointerEvent| match under(event) {
                Some((_, _, number)) => choose(number),
                None => on.emit(Intent::Event(None)),
            }
        };
        let (easel, tip, repaint) = (easel.clone(), tip.setter(), repaint.clone());
        use_pointer(hold, carry, pick, move |event| {
            let found = event.and_then(&under);
            let number = found.map(|(_, _, number)| number);
            if easel.borrow().hovered != number {
                easel.borrow_mut().hovered = number;
                repaint();
            }
            tip.set(found);
        })
    };
    let on_key = {
        let (driver, choose, zoom, event) = (driver.clone(), choose.clone(), zoom.clone(), *event);
        Callback::from(move |press: KeyboardEvent| {
            let by = match press.key().as_str() {
                "ArrowDown" => 1,
                "ArrowUp" => -1,
                "+" | "=" => {
                    zoom(A_STEP);
                    0
                }
                "-" => {
                    zoom(1.0 / A_STEP);
                    0
                }
                _ => return,
            };
            press.prevent_default();
            press.stop_propagation();
            if by != 0 {
                let trail = driver.trail.borrow();
                let here = event.or_else(|| {
                    let at = driver.position();
                    trail.entries().get(trail.index_at(at).saturating_sub(1)).map(|entry| entry.number)
                });
                let next = here.map(|here| here.saturating_add_signed(by)).filter(|next| trail.get(*next).is_some());
                drop(trail);
                if let Some(next) = next {
                    choose(next);
                }
            }
        })
    };
    let back = {
        let (easel, repaint) = (easel.clone(), repaint.clone());
        Callback::from(move |_: MouseEvent| {
            {
                let mut easel = easel.borrow_mut();
                (easel.whole, easel.pushed) = (None, 0.0);
            }
            repaint();
        })
    };
    let (nearer, farther) = (zoom.clone(), zoom);
    let Pointer { on_down, on_move, on_up, on_cancel, on_leave } = pointer;
    let trail = driver.trail.borrow();
    html! {
        <div class="diagram">
            <div class="diagram-place">
                <canvas ref={canvas} tabindex="0" role="application" aria-label={words.diagram_label} onpointerdown={on_down} onpointermove={on_move}
                    onpointerup={on_up} onpointercancel={on_cancel} onpointerleave={on_leave} onkeydown={on_key}></canvas>
                if let Some((x, y, number)) = *tip {
                    if let Some(entry) = trail.get(number) {
                        <div class="tip" style={format!("left:{x:.0}px;top:{:.0}px", y + 16.0)}>
                            <b>{ seen.frame.nodes.get(usize::from(entry.node.0)).map(|node| node.name.clone()) }</b>
                            { format!(" {} {} {}", words.code(entry.code), trail.message(entry).unwrap_or_default(), entry.words) }
                        </div>
                    }
                }
                <div class="zoom">
                    <button aria-label={words.zoom_in} onclick={Callback::from(move |_| nearer(A_STEP))}>{ "+" }</button>
                    <button aria-label={words.zoom_out} onclick={Callback::from(move |_| farther(1.0 / A_STEP))}>{ "−" }</button>
                    <button aria-label={words.zoom_back} onclick={back}>{ icon("target") }</button>
                </div>
                if !trail.is_at_rest() { <p class="still-reading" role="status">{ words.still_reading }</p> }
            </div>
            if let Some(number) = event { { why(words, &trail, seen, *number, on) } }
        </div>
    }
}
