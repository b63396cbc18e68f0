//! The hand on the stage: pointer and wheel as the browser tells them, outside the virtual DOM. What moves while it
//! moves is the driver's picture; the chrome hears of it when the gesture has ended.

pub mod gesture;
pub mod halo;
pub mod pins;
mod ports;
pub mod severance;
pub mod tools;

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent, PointerEvent, WheelEvent};
use yew::{Callback, NodeRef, hook, use_effect_with, use_mut_ref};

use crate::lab::frame::Frame;
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::stage::draw::flight;
use crate::page::stage::draw::operation::Bubbles;
use crate::page::stage::place::geometry::{Point, point};
use crate::page::stage::place::layout::{Layout, Screen, lens};
use crate::page::stage::place::reach::{Hit, NEAR_FINGER, NEAR_MOUSE};
use crate::page::state::selection::Selection;
use gesture::{Ending, Gesture, Pointer, Press, Tool};

/// What the stage tells its hand at every render.
#[derive(Clone)]
pub struct Grasp {
    pub driver: Rc<Driver>,
    pub tool: Tool,
    pub screen: Screen,
    pub on: Callback<Intent>,
    pub on_hover: Callback<Option<Hit>>,
}

/// A finger that rests so long on something means its verbs.
const LONG_PRESS_MS: u32 = 500;
/// Pixels of the wheel for a factor of e.
const WHEEL: f64 = 450.0;

struct Hand {
    stage: NodeRef,
    grasp: Grasp,
    gesture: Gesture,
    long_press: Option<Timeout>,
    /// The last press began on the picture and not on what answers for itself.
    began_here: bool,
}

#[hook]
pub fn use_hand(stage: &NodeRef, grasp: Grasp) {
    let hand = {
        let (stage, grasp) = (stage.clone(), grasp.clone());
        use_mut_ref(move || Hand { stage, grasp, gesture: Gesture::default(), long_press: None, began_here: false })
    };
    hand.borrow_mut().grasp = grasp;
    use_effect_with(stage.clone(), move |stage| {
        let listeners = stage.cast::<HtmlElement>().map(|stage| listen(&stage, &hand));
        move || drop(listeners)
    });
}

fn listen(stage: &HtmlElement, hand: &Rc<RefCell<Hand>>) -> Vec<EventListener> {
    let pointer = |name: &'static str, does: fn(&Rc<RefCell<Hand>>, &PointerEvent)| {
        let hand = hand.clone();
        EventListener::new(stage, name, move |event| {
            if let Some(event) = event.dyn_ref::<PointerEvent>() {
                does(&hand, event);
            }
        })
    };
    let mouse = |name: &'static str, does: fn(&Rc<RefCell<Hand>>, &MouseEvent)| {
        let hand = hand.clone();
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(stage, name, options, move |event| {
            if let Some(event) = event.dyn_ref::<MouseEvent>() {
                does(&hand, event);
            }
        })
    };
    vec![
        pointer("pointerdown", on_down),
        pointer("pointermove", on_move),
        pointer("pointerup", on_up),
        pointer("pointercancel", |hand, _| {
            let mut this = hand.borrow_mut();
            this.give_up();
            // What was moved until then stays where it is, in the picture and under it.
            let (on, arrangement) = (this.grasp.on.clone(), this.grasp.driver.arrangement());
            drop(this);
            on.emit(Intent::Arrange(arrangement));
        }),
        pointer("pointerleave", |hand, _| {
            let on_hover = hand.borrow().grasp.on_hover.clone();
            on_hover.emit(None);
        }),
        mouse("wheel", on_wheel),
        mouse("contextmenu", on_context_menu),
        mouse("dblclick", on_double_click),
        stray_clicks(hand),
    ]
}

/// A finger's click comes after its selection has put scissors and verbs under it: it is not meant for them.
fn stray_clicks(hand: &Rc<RefCell<Hand>>) -> EventListener {
    let hand = hand.clone();
    let options = EventListenerOptions::run_in_capture_phase();
    EventListener::new_with_options(&gloo::utils::window(), "click", options, move |event| {
        let Some(event) = event.dyn_ref::<MouseEvent>() else { return };
        let by_pointer = event.detail() > 0;
        let on_stage = target(event).is_some_and(|target| target.closest(".stage").ok().flatten().is_some());
        if by_pointer && on_stage && is_control(event) && hand.borrow().began_here {
            event.stop_propagation();
        }
    })
}

fn on_down(hand: &Rc<RefCell<Hand>>, event: &PointerEvent) {
    let mut this = hand.borrow_mut();
    this.began_here = !is_control(event);
    if is_control(event) || event.button() == 2 {
        return;
    }
    let Some((pointer, layout)) = this.pointer(event) else { return };
    let meant = this.meaning(event, &pointer, &layout);
    this.gesture.press(pointer, meant);
    this.long_press = None;
    if pointer.finger && this.gesture.is_pressed() {
        let waiting = hand.clone();
        this.long_press = Some(Timeout::new(LONG_PRESS_MS, move || {
            let this = waiting.borrow();
            let picked = this.gesture.is_pressed().then(|| this.pick(pointer.at, true)).flatten();
            let on = this.grasp.on.clone();
            drop(this);
            if picked.is_some() {
                on.emit(Intent::Select(picked));
            }
        }));
    }
}

fn on_move(hand: &Rc<RefCell<Hand>>, event: &PointerEvent) {
    let mut this = hand.borrow_mut();
    let Some((pointer, layout)) = this.pointer(event) else { return };
    let driver = this.grasp.driver.clone();
    let mut arrangement = driver.arrangement();
    if this.gesture.travel(pointer, &mut arrangement, (layout.width, layout.height)) {
        this.long_press = None;
        let line = this.gesture.line().map(|(line, cuts)| (line.to_vec(), cuts));
        driver.look(|look| {
            look.arrangement = arrangement;
            look.line = line;
            look.hover = None;
        });
        if let Some(stage) = this.stage.cast::<Element>()
            && !stage.has_pointer_capture(pointer.id)
        {
            let _ = stage.set_pointer_capture(pointer.id);
        }
        return;
    }
    if pointer.finger || this.gesture.is_under_way() || is_control(event) {
        return;
    }
    let links = driver.view();
    let links = links.iter().flat_map(|view| view.frame.links.iter().map(|link| (link.a, link.b)));
    let met = layout.hit(pointer.at, NEAR_MOUSE, links);
    let on_hover = this.grasp.on_hover.clone();
    drop(this);
    on_hover.emit(met);
}

fn on_up(hand: &Rc<RefCell<Hand>>, event: &PointerEvent) {
    let mut this = hand.borrow_mut();
    this.long_press = None;
    let Some((pointer, layout)) = this.pointer(event) else { return };
    let ending = this.gesture.release(pointer);
    let Grasp { driver, on, .. } = this.grasp.clone();
    let view = driver.view();
    let intent = match ending {
        Ending::Nothing => return,
        // A button that lies there hears the click itself.
        Ending::Click(_) if is_pin(event) => return,
        Ending::Click(at) => Intent::Select(this.pick(at, pointer.finger)),
        Ending::Arranged => Intent::Arrange(driver.arrangement()),
        Ending::Lassoed(line) => Intent::Select(Selection::of(severance::enclosed(&layout, &line))),
        Ending::Cut(line) => {
            driver.knife.used();
            let lines = view.and_then(|view| cut(&view.frame, &layout, &line));
            lines.map_or(Intent::Dismiss, Intent::Act)
        }
    };
    driver.look(|look| look.line = None);
    drop(this);
    on.emit(intent);
}

fn cut(frame: &Frame, layout: &Layout, line: &[Point]) -> Option<String> {
    severance::cut(frame, &severance::crossed(frame, layout, line))
}

/// Ctrl and wheel, which is also how a trackpad tells of a pinch; a plain wheel is the page's.
fn on_wheel(hand: &Rc<RefCell<Hand>>, event: &MouseEvent) {
    let this = hand.borrow();
    let (Some(wheel), true) = (event.dyn_ref::<WheelEvent>(), event.ctrl_key()) else { return };
    event.prevent_default();
    let Some((pointer, layout)) = this.place(event) else { return };
    let mut arrangement = this.grasp.driver.arrangement();
    arrangement.zoom_by((-wheel.delta_y().clamp(-300.0, 300.0) / WHEEL).exp(), pointer);
    arrangement.keep_in_sight((layout.width, layout.height));
    let on = this.grasp.on.clone();
    drop(this);
    on.emit(Intent::Arrange(arrangement));
}

fn on_context_menu(hand: &Rc<RefCell<Hand>>, event: &MouseEvent) {
    let this = hand.borrow();
    if is_control(event) {
        return;
    }
    event.prevent_default();
    let Some((at, _)) = this.place(event) else { return };
    let (picked, on) = (this.pick(at, false), this.grasp.on.clone());
    drop(this);
    on.emit(Intent::Select(picked));
}

/// A node goes back to its place; on the empty stage everything does.
fn on_double_click(hand: &Rc<RefCell<Hand>>, event: &MouseEvent) {
    let this = hand.borrow();
    if is_control(event) {
        return;
    }
    let Some((at, layout)) = this.place(event) else { return };
    let mut arrangement = this.grasp.driver.arrangement();
    match layout.node_at(at) {
        Some(id) => arrangement.put_back(id),
        None if this.pick(at, false).is_none() => arrangement = Default::default(),
        None => return,
    }
    let on = this.grasp.on.clone();
    drop(this);
    on.emit(Intent::Arrange(arrangement));
}

impl Hand {
    fn give_up(&mut self) {
        self.gesture.cancel();
        self.long_press = None;
        self.grasp.driver.look(|look| look.line = None);
    }

    fn place(&self, event: &MouseEvent) -> Option<(Point, Layout)> {
        let bounds = self.stage.cast::<HtmlElement>()?.get_bounding_client_rect();
        let lens = lens(self.grasp.screen, bounds.width());
        let (x, y) = (f64::from(event.client_x()) - bounds.left(), f64::from(event.client_y()) - bounds.top());
        Some((point(x / lens, y / lens), self.grasp.driver.layout()?))
    }

    fn pointer(&self, event: &PointerEvent) -> Option<(Pointer, Layout)> {
        let (at, layout) = self.place(event)?;
        Some((Pointer { id: event.pointer_id(), at, finger: event.pointer_type() == "touch" }, layout))
    }

    fn meaning(&self, event: &PointerEvent, pointer: &Pointer, layout: &Layout) -> Press {
        let driver = &self.grasp.driver;
        let zoomed = driver.arrangement().zoom() != 1.0;
        if event.button() == 1 || event.ctrl_key() {
            Press::Pan
        } else if self.grasp.tool == Tool::Knife || driver.knife.is_held() {
            Press::Cut
        } else if let Some(id) = layout.node_at(pointer.at) {
            Press::Move(id)
        } else if layout.screen != Screen::Phone {
            Press::Lasso
        } else if zoomed {
            Press::Pan
        } else {
            Press::Still
        }
    }

    /// A click picks a node, else an operation, else a message, else a link, else nothing.
    fn pick(&self, at: Point, finger: bool) -> Option<Selection> {
        let driver = &self.grasp.driver;
        let (view, layout) = (driver.view()?, driver.layout()?);
        if let Some(id) = layout.node_at(at) {
            return Some(Selection::Node(id));
        }
        let bubbles = view.frame.nodes.iter().filter_map(|node| Bubbles::of(&layout, &view.frame, node.id));
        // Signs are too small for fingers.
        let areas = bubbles.filter(|one| one.in_words || !finger).flat_map(|one| one.areas().collect::<Vec<_>>());
        let mut held = areas.filter(|(_, area)| area.distance(at) == 0.0);
        if let Some((operation, _)) = held.next() {
            return Some(Selection::Operation(operation.id));
        }
        let now = view.frame.at.time;
        let near = view.frame.flights.iter().filter_map(|flight| {
            let distance = flight::position(&layout, flight, now)?.0.distance(at);
            (distance < 13.0).then_some((distance, flight.number))
        });
        if let Some((_, number)) = near.min_by(|p, q| p.0.total_cmp(&q.0)) {
            return Some(Selection::Flight(number));
        }
        let reach = if finger { NEAR_FINGER } else { NEAR_MOUSE };
        match layout.hit(at, reach, view.frame.links.iter().map(|link| (link.a, link.b)))? {
            Hit::Node(id) => Some(Selection::Node(id)),
            Hit::Link(a, b) => Some(Selection::Link(a, b)),
        }
    }
}

fn target(event: &MouseEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// What answers for itself: verbs, tools, scissors, hints.
fn is_control(event: &MouseEvent) -> bool {
    let control = target(event).and_then(|target| target.closest("button:not(.pin), input, a, .hint").ok().flatten());
    control.is_some()
}

fn is_pin(event: &MouseEvent) -> bool {
    target(event).is_some_and(|target| target.closest(".pin").ok().flatten().is_some())
}
