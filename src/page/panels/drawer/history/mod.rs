//! The history: rows of clients, what each asked and was answered, whether some order explains it all, and which.

mod draw;
mod exhibit;
mod finding;
mod list;
mod order;
mod plan;
mod sight;
mod warp;

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{HtmlCanvasElement, KeyboardEvent, PointerEvent};
use yew::{
    Callback, Html, NodeRef, Properties, component, html, use_effect_with, use_memo, use_mut_ref, use_node_ref,
    use_state_eq,
};

use super::canvas::{Pointer, sheet, use_drawn, use_pointer, use_wheel};
use crate::describe::OperationId;
use crate::lab::frame::Position;
use crate::lab::hearing::Hearing;
use crate::page::axis::Scale;
use crate::page::driver::Driver;
use crate::page::hooks::use_size;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::stage::brush::Brush;
use crate::page::state::seen::Seen;
use crate::page::words::Words;

pub use exhibit::{exhibit, opener};
use finding::{faults, finding, particulars};
use list::List;
use order::{Choice, Found};
use plan::{Plan, label};
use sight::{Look, Setting, Sight};

const A_STEP: f64 = 1.5;
const A_TURN: f64 = 1.15;

#[derive(Properties, PartialEq)]
pub struct HistoryProps {
    pub words: &'static Words,
    pub driver: Rc<Driver>,
    pub seen: Seen,
    pub hearing: Rc<Hearing>,
    /// It is the run's own; another one has no playhead, no messages to show, and faults of its own.
    pub is_run: bool,
    /// The operation that is selected on the stage, by when it was asked.
    #[prop_or_default]
    pub followed: Option<(OperationId, Position)>,
    pub scale: Scale,
    /// What comes after the playhead is not to be seen.
    pub hides: bool,
    pub on: Callback<Intent>,
}

/// All that a picture depends on beside the instant, kept where the animation frame reads it.
struct Easel {
    canvas: NodeRef,
    /// On a projector without its future.
    seen: Seen,
    hearing: Rc<Hearing>,
    plan: Rc<(Plan, Choice)>,
    is_run: bool,
    hides: bool,
    look: Look,
    pointed: Option<u32>,
    pinned: Option<u32>,
}

impl Easel {
    fn sight(&self, now: Position) -> Option<(Sight<'_>, HtmlCanvasElement)> {
        let canvas = self.canvas.cast::<HtmlCanvasElement>()?;
        let sight = Sight::new(Setting {
            hearing: &self.hearing,
            plan: &self.plan.0,
            choice: &self.plan.1,
            look: self.look,
            now: self.is_run.then_some(now),
            faults: if self.is_run { &self.seen.timeline.faults } else { &self.hearing.faults },
            active: self.pinned.or(self.pointed),
            pointed: self.pointed,
            hides: self.hides,
            width: f64::from(canvas.client_width()),
            height: f64::from(canvas.client_height()),
        });
        Some((sight, canvas))
    }

    fn paint(&self, driver: &Driver, now: Position) {
        let (Some(palette), Some((sight, canvas))) = (driver.palette(), self.sight(now)) else { return };
        if let Some(on) = sheet(&canvas, sight.width, sight.height) {
            sight.draw(&Brush { on: &on, palette: &palette });
        }
    }

    /// Looks at it otherwise.
    fn change(&mut self, now: Position, change: impl FnOnce(&Sight<'_>) -> Look) {
        if let Some(look) = self.sight(now).map(|(sight, _)| change(&sight)) {
            self.look = look;
        }
    }
}

/// What a key asks of a history.
enum Step {
    To(u32),
    /// Pins what is looked at, or lets it go; what cannot be placed shows its messages.
    Pick,
    FirstError,
    Leave,
    Zoom(f64),
    Fresh,
}

/// Without an operation that is looked at, one begins with `start`.
fn step(press: &KeyboardEvent, active: Option<u32>, start: u32, plan: &Plan) -> Option<Step> {
    if press.alt_key() || press.ctrl_key() || press.meta_key() {
        return None;
    }
    let to = |next: &dyn Fn(u32) -> u32| Step::To(active.map_or(start, next));
    Some(match press.key().as_str() {
        "ArrowRight" => to(&|here| here + 1),
        "ArrowLeft" => to(&|here| here.saturating_sub(1)),
        "ArrowDown" => to(&|here| plan.beside(here, true).unwrap_or(here)),
        "ArrowUp" => to(&|here| plan.beside(here, false).unwrap_or(here)),
        "Enter" => Step::Pick,
        "e" | "E" => Step::FirstError,
        "Escape" if active.is_some() => Step::Leave,
        "+" | "=" => Step::Zoom(A_STEP),
        "-" => Step::Zoom(1.0 / A_STEP),
        "0" => Step::Fresh,
        _ => return None,
    })
}

#[component]
pub fn History(props: &HistoryProps) -> Html {
    let HistoryProps { words, driver, seen, hearing, is_run, followed, scale, hides, on } = props;
    let (words, is_run) = (*words, *is_run);
    let canvas = use_node_ref();
    let size = use_size(&canvas);
    let pointed = use_state_eq(|| None::<u32>);
    let pinned = use_state_eq(|| None::<u32>);
    let plan =
        use_memo((hearing.clone(), *scale), |(hearing, scale)| (Plan::new(hearing, *scale), Choice::new(hearing)));
    let easel: Rc<RefCell<Easel>> = use_mut_ref(|| Easel {
        canvas: canvas.clone(),
        seen: seen.clone(),
        hearing: hearing.clone(),
        plan: plan.clone(),
        is_run,
        hides: *hides,
        look: Look::FRESH,
        pointed: None,
        pinned: None,
    });
    let known = |operation: &u32| (*operation as usize) < hearing.operations.len();
    let (here, held) = (pointed.filter(known), pinned.filter(known));
    let active = held.or(here);
    {
        let mut easel = easel.borrow_mut();
        if easel.is_run != is_run {
            easel.look = Look::FRESH;
        }
        (easel.seen, easel.hearing, easel.plan) = (seen.clone(), hearing.clone(), plan.clone());
        (easel.is_run, easel.hides) = (is_run, *hides);
        (easel.pointed, easel.pinned) = (here, held);
    }
    {
        let (pinned, pointed, easel) = (pinned.setter(), pointed.setter(), easel.clone());
        use_effect_with((*scale, is_run, seen.timeline.revision), move |_| {
            easel.borrow_mut().look = Look::FRESH;
            pinned.set(None);
            pointed.set(None);
        });
    }
    {
        let (painter, easel) = (driver.clone(), easel.clone());
        use_drawn(driver, move |now| easel.borrow().paint(&painter, now));
    }
    {
        let driver = driver.clone();
        let picture = (size, plan.clone(), *hides, here, held, seen.clone(), words.language_tag);
        use_effect_with(picture, move |_| driver.touch());
    }
    let change = {
        let (driver, easel) = (driver.clone(), easel.clone());
        move |change: &dyn Fn(&Sight<'_>) -> Look| {
            let now = driver.position();
            easel.borrow_mut().change(now, change);
            driver.touch();
        }
    };
    // A wheel pans, with Ctrl it zooms.
    {
        let change = change.clone();
        use_wheel(&canvas, move |wheel| {
            let (x, across, down) = (f64::from(wheel.offset_x()), wheel.delta_x(), wheel.delta_y());
            if wheel.ctrl_key() || wheel.meta_key() {
                change(&|sight| sight.zoomed(if down < 0.0 { A_TURN } else { 1.0 / A_TURN }, x));
            } else if wheel.shift_key() && across == 0.0 {
                change(&|sight| Look { down: sight.down + down, ..sight.held() });
            } else {
                change(&|sight| Look { left: Some(sight.left + across + down), ..sight.held() });
            }
        });
    }
    let under = {
        let (driver, easel) = (driver.clone(), easel.clone());
        move |event: &PointerEvent| -> Option<u32> {
            let easel = easel.borrow();
            let (sight, _) = easel.sight(driver.position())?;
            sight.under(f64::from(event.offset_x()), f64::from(event.offset_y()))
        }
    };
    let pin = {
        let (pinned, pointed) = (pinned.setter(), pointed.setter());
        move |operation: Option<u32>| {
            pinned.set(operation);
            if operation.is_some() {
                pointed.set(operation);
            }
        }
    };
    let pointer = {
        let hold = {
            let (driver, easel) = (driver.clone(), easel.clone());
            move || easel.borrow().sight(driver.position()).map(|(sight, _)| sight.held())
        };
        let carry = {
            let change = change.clone();
            move |from: &Look, across: f64, down: f64| {
                let look = Look { left: from.left.map(|left| left - across), down: from.down - down, ..*from };
                change(&|_| look);
            }
        };
        let pick = {
            let (under, pin, change) = (under.clone(), pin.clone(), change.clone());
            move |event: &PointerEvent| {
                // What was clicked stays where it is, while the run goes on.
                change(&|sight| sight.held());
                pin(under(event).filter(|operation| held != Some(*operation)));
            }
        };
        let pointed = pointed.setter();
        use_pointer(hold, carry, pick, move |event| pointed.set(event.and_then(&under)))
    };
    // Brings an operation into sight, and keeps its order there.
    let go = {
        let (pin, change) = (pin.clone(), change.clone());
        Callback::from(move |operation: u32| {
            change(&|sight| sight.look_at(operation));
            pin(Some(operation));
        })
    };
    {
        let go = go.clone();
        let followed = followed.and_then(|(id, asked)| {
            let is_its = |row: u32| hearing.rows.get(row as usize).is_some_and(|row| row.node == Some(id.client));
            hearing.operations.iter().position(|told| told.called == asked && is_its(told.row))
        });
        use_effect_with(followed, move |followed| followed.iter().for_each(|place| go.emit(*place as u32)));
    }
    let found = Found::of(hearing, is_run.then_some(seen.frame.at));
    let broken = hearing.judgement.as_ref().and_then(|judgement| judgement.broken);
    let first_error = broken.filter(|_| !*hides || matches!(found, Found::Broken(_)));
    let jump = {
        let (go, on) = (go.clone(), on.clone());
        let is_ahead = matches!(found, Found::HoldsUntil(_));
        Callback::from(move |()| {
            if let Some(broken) = first_error {
                if is_ahead {
                    on.emit(Intent::Seek(broken.at));
                }
                go.emit(broken.operation);
            }
        })
    };
    {
        // A recording that is wrong is opened where.
        let (go, recorded) = (go.clone(), first_error.filter(|_| !is_run).map(|broken| broken.operation));
        use_effect_with((hearing.clone(), recorded), move |(_, recorded)| {
            recorded.iter().for_each(|place| go.emit(*place))
        });
    }
    let messages = {
        let (on, hearing) = (on.clone(), hearing.clone());
        Callback::from(move |operation: u32| {
            if let Some(told) = hearing.operations.get(operation as usize) {
                on.emit(Intent::Messages { entry: told.entry, at: told.ended.unwrap_or(told.called) });
            }
        })
    };
    let on_key = {
        let (plan, change, go, pin, jump, messages) =
            (plan.clone(), change.clone(), go.clone(), pin.clone(), jump.clone(), messages.clone());
        let pointed = pointed.setter();
        let (count, now) = (hearing.operations.len() as u32, is_run.then_some(seen.frame.at));
        let latest = hearing.operations.partition_point(|told| now.is_none_or(|now| told.called <= now));
        let start = (latest as u32).saturating_sub(1);
        Callback::from(move |press: KeyboardEvent| {
            let Some(step) = step(&press, active, start, &plan.0) else { return };
            press.prevent_default();
            press.stop_propagation();
            match (step, active) {
                (Step::To(next), _) if next >= count => {}
                (Step::To(next), _) if held.is_some() => go.emit(next),
                (Step::To(next), _) => {
                    change(&|sight| sight.look_at(next));
                    pointed.set(Some(next));
                }
                (Step::Pick, Some(here))
                    if is_run && held == Some(here) && broken.is_some_and(|broken| broken.operation == here) =>
                {
                    messages.emit(here);
                }
                (Step::Pick, here) => pin(here.filter(|_| held != here)),
                (Step::FirstError, _) => jump.emit(()),
                (Step::Leave, _) => {
                    pin(None);
                    pointed.set(None);
                }
                (Step::Zoom(by), _) => change(&|sight| sight.zoomed_by(by)),
                (Step::Fresh, _) => change(&|_| Look::FRESH),
            }
        })
    };
    let button = |label: &'static str, face: Html, look: Rc<dyn Fn(&Sight<'_>) -> Look>| {
        let change = change.clone();
        html! { <button aria-label={label} title={label} onclick={Callback::from(move |_| change(&*look))}>{ face }</button> }
    };
    let zoom = |by: f64| Rc::new(move |sight: &Sight<'_>| sight.zoomed_by(by)) as Rc<dyn Fn(&Sight<'_>) -> Look>;
    let (content, tip) = match easel.borrow().sight(seen.frame.at) {
        Some((sight, _)) => (
            sight.content(),
            here.filter(|here| held != Some(*here)).and_then(|here| {
                let place = sight.plan.places.get(here as usize)?;
                Some((sight.x(place.from).max(sight.gutter), sight.y(place.lane) + 16.0, here))
            }),
        ),
        None => (0.0, None),
    };
    let Pointer { on_down, on_move, on_up, on_cancel, on_leave } = pointer;
    let standing = |operation| plan.1.standing(hearing, operation);
    // What is to come is not even counted.
    let told = if *hides {
        hearing.operations.partition_point(|told| told.called <= seen.frame.at)
    } else {
        hearing.operations.len()
    };
    html! {
        <div class="history">
            { finding(words, hearing, told, found, is_run, first_error.map(|_| jump)) }
            <div class="history-place" style={format!("flex-basis:{content:.0}px")}>
                <canvas ref={canvas} tabindex="0" role="application" aria-label={words.history_label} onpointerdown={on_down} onpointermove={on_move}
                    onpointerup={on_up} onpointercancel={on_cancel} onpointerleave={on_leave} onkeydown={on_key}></canvas>
                if let Some((x, y, operation)) = tip {
                    <div class="tip" style={format!("left:{x:.0}px;top:{y:.0}px")}>{ label(&hearing.operations[operation as usize]) }</div>
                }
            </div>
            if !hearing.faults.is_empty() { { faults(words, hearing) } }
            <div class="particulars-row">
                { particulars(words, hearing, active, active.map(standing), is_run, &messages, on) }
                <div class="zoom">
                    { button(words.zoom_in, html! { "+" }, zoom(A_STEP)) }
                    { button(words.zoom_out, html! { "−" }, zoom(1.0 / A_STEP)) }
                    { button(words.zoom_back, icon("target"), Rc::new(|_| Look::FRESH)) }
                </div>
            </div>
            <List {words} hearing={hearing.clone()} plan={plan.clone()} now={is_run.then_some(seen.frame.at)} {active} {told} {go} />
        </div>
    }
}
