//! What canvases of the drawer have in common.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, PointerEvent, WheelEvent};
use yew::{NodeRef, hook, use_effect_with};

use crate::lab::wire::View;
use crate::page::driver::Driver;

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

/// Has the driver draw with every frame of the run while this is open.
#[hook]
pub fn use_drawn(driver: &Rc<Driver>, draw: impl Fn(&View) + 'static) {
    let driver = driver.clone();
    use_effect_with((), move |()| {
        *driver.diagram.borrow_mut() = Some(Rc::new(draw));
        move || *driver.diagram.borrow_mut() = None
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

/// Keeps the pointer, so that a drag may leave the canvas.
pub fn capture(event: &PointerEvent) {
    if let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}
