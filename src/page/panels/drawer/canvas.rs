//! What canvases of the drawer have in common.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, PointerEvent, WheelEvent};
use yew::{Callback, NodeRef, hook, use_effect_with, use_mut_ref};

use crate::lab::frame::Position;
use crate::page::driver::Driver;

/// A press that moves less is a click.
const STILL: f64 = 4.0;

/// A canvas as sharp as the screen, to be drawn on in CSS pixels; on a projector it is enlarged.
pub fn sheet(canvas: &HtmlCanvasElement, width: f64, height: f64) -> Option<CanvasRenderingContext2d> {
    let enlarged = canvas.get_bounding_client_rect().width() / width.max(1.0);
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()) * enlarged.clamp(1.0, 3.0);
    let (across, down) = ((width * ratio) as u32, (height * ratio) as u32);
    if (canvas.width(), canvas.height()) != (across, down) {
        canvas.set_width(across);
        canvas.set_height(down);
    }
    let on = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let _ = on.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    Some(on)
}

/// Has the driver draw with every frame of the run, for the instant on the screen, while this is open.
#[hook]
pub fn use_drawn(driver: &Rc<Driver>, draw: impl Fn(Position) + 'static) {
    let driver = driver.clone();
    use_effect_with((), move |()| {
        *driver.drawn.borrow_mut() = Some(Rc::new(draw));
        move || *driver.drawn.borrow_mut() = None
    });
}

/// Gives a canvas the wheel; the page behind stays where it is.
#[hook]
pub fn use_wheel(canvas: &NodeRef, turn: impl Fn(&WheelEvent) + 'static) {
    use_effect_with(canvas.clone(), move |canvas| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener = canvas.cast::<Element>().map(|canvas| {
            EventListener::new_with_options(&canvas, "wheel", options, move |event| {
                let Some(wheel) = event.dyn_ref::<WheelEvent>() else { return };
                wheel.prevent_default();
                turn(wheel);
            })
        });
        move || drop(listener)
    });
}

/// What a canvas listens to.
pub struct Pointer {
    pub on_down: Callback<PointerEvent>,
    pub on_move: Callback<PointerEvent>,
    pub on_up: Callback<PointerEvent>,
    pub on_cancel: Callback<PointerEvent>,
    pub on_leave: Callback<PointerEvent>,
}

struct Press<H> {
    held: H,
    from: (i32, i32),
    moved: bool,
}

/// A pointer looks at what is on a canvas (at nothing once it leaves), picks it with a click, and carries all of it: by
/// how far since what was held.
#[hook]
pub fn use_pointer<H: 'static>(
    hold: impl Fn() -> Option<H> + 'static,
    carry: impl Fn(&H, f64, f64) + 'static,
    pick: impl Fn(&PointerEvent) + 'static,
    look: impl Fn(Option<&PointerEvent>) + 'static,
) -> Pointer {
    let pressed = use_mut_ref(|| None::<Press<H>>);
    let look = Rc::new(look);
    let on_down = {
        let pressed = pressed.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() == 0 {
                let from = (event.client_x(), event.client_y());
                *pressed.borrow_mut() = hold().map(|held| Press { held, from, moved: false });
                capture(&event);
            }
        })
    };
    let on_move = {
        let (pressed, look) = (pressed.clone(), look.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(Press { held, from, moved }) = &mut *pressed.borrow_mut() else { return look(Some(&event)) };
            let (across, down) = (f64::from(event.client_x() - from.0), f64::from(event.client_y() - from.1));
            *moved |= across.hypot(down) > STILL;
            if *moved {
                carry(held, across, down);
            }
        })
    };
    let on_up = {
        let pressed = pressed.clone();
        Callback::from(move |event: PointerEvent| {
            let press = pressed.borrow_mut().take();
            if press.is_some_and(|press| !press.moved) {
                pick(&event);
            }
        })
    };
    let on_cancel = Callback::from(move |_| *pressed.borrow_mut() = None);
    let on_leave = Callback::from(move |_| look(None));
    Pointer { on_down, on_move, on_up, on_cancel, on_leave }
}

/// Keeps the pointer, so that a drag may leave the canvas.
fn capture(event: &PointerEvent) {
    if let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}
