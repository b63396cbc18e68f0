//! What changes with every frame and is too quick for the virtual DOM: the clock, the needle, the playhead.

use std::cell::{Cell, RefCell};

use web_sys::{Element, HtmlElement};
use yew::NodeRef;

use super::frame_times::FrameTimes;
use crate::describe::Time;
use crate::lab::wire::View;
use crate::page::axis::Axis;
use crate::page::words::digits;

#[derive(Default)]
pub struct Instruments {
    pub clock: RefCell<Option<HtmlElement>>,
    pub clock_tail: RefCell<Option<HtmlElement>>,
    pub speed: RefCell<Option<HtmlElement>>,
    pub needle: RefCell<Option<HtmlElement>>,
    pub silence: RefCell<Option<HtmlElement>>,
    pub playhead: RefCell<Option<HtmlElement>>,
    pub flag: RefCell<Option<HtmlElement>>,
    /// The scale on which the tracks were last drawn.
    pub axis: RefCell<Option<Axis>>,
    /// The words around the speed: `1 s here = {} there`.
    pub speed_words: Cell<&'static str>,
    /// What stands there while nothing is to come.
    pub rest_words: Cell<&'static str>,
    /// Where the present silence began and ends.
    silence_span: Cell<Option<(Time, Time)>>,
    last_figures: Cell<f64>,
}

impl Instruments {
    /// `rate` is virtual microseconds for a second of screen, none where the clock rests; `crosses` is true where silences
    /// are crossed by themselves.
    pub fn show(&self, view: &View, rate: Option<f64>, crosses: bool) {
        let now = view.frame.at.time;
        let (head, tail) = digits::clock(now);
        write(&self.clock, &head);
        write(&self.clock_tail, &tail);
        if let Some(rate) = rate {
            write(&self.speed, &self.speed_words.get().replace("{}", &digits::rate(rate)));
            style(&self.needle, "left", &format!("{:.2}%", digits::on_scale(rate) * 100.0));
        } else {
            write(&self.speed, self.rest_words.get());
        }
        write(&self.silence, &self.silence_words(view, crosses));
        let left = self.axis.borrow().as_ref().map_or(0.0, |axis| axis.at(now));
        style(&self.playhead, "--at", &format!("{left:.5}"));
        write(&self.flag, &format!("{} s", digits::stamp(now)));
    }

    fn silence_words(&self, view: &View, crosses: bool) -> String {
        if !view.pace.silence || !crosses {
            self.silence_span.set(None);
            return String::new();
        }
        let now = view.frame.at.time;
        let (from, to) = match self.silence_span.get() {
            Some((from, to)) if to == view.pace.until => (from, to),
            _ => (now, view.pace.until),
        };
        self.silence_span.set(Some((from, to)));
        format!("▸▸ {}", digits::span_text(to.since(from)))
    }

    /// The frame figures as attributes of the body, once a second, for tests and the curious.
    pub fn show_frame_times(&self, now: f64, times: &FrameTimes) {
        if now - self.last_figures.get() < 1000.0 {
            return;
        }
        self.last_figures.set(now);
        let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
        if let (Some(body), Some(figures)) = (body, times.figures()) {
            let _ = body.set_attribute("data-frame-median-ms", &format!("{:.2}", figures.median));
            let _ = body.set_attribute("data-frame-p95-ms", &format!("{:.2}", figures.p95));
            let _ = body.set_attribute("data-frame-worst-ms", &format!("{:.2}", figures.worst));
        }
    }
}

/// Keeps a rendered element at hand, to be written to without the virtual DOM.
pub fn hold(slot: &RefCell<Option<HtmlElement>>, node: &NodeRef) {
    *slot.borrow_mut() = node.cast::<HtmlElement>();
}

fn write(place: &RefCell<Option<HtmlElement>>, words: &str) {
    if let Some(element) = &*place.borrow() {
        let element: &Element = element;
        if element.text_content().as_deref() != Some(words) {
            element.set_text_content(Some(words));
        }
    }
}

fn style(place: &RefCell<Option<HtmlElement>>, property: &str, value: &str) {
    if let Some(element) = &*place.borrow() {
        let _ = element.style().set_property(property, value);
    }
}
