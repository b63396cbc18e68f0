//! The drawer: one view at a time, beside the stage.

mod branch_name;
mod branch_tree;
mod canvas;
mod charts;
mod diagram;
mod events;
mod history;
mod hunt;
mod logs;
mod promises;
mod script;

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{Callback, Html, html};

use super::icon;
use super::transport::{view_name, views};
use crate::lab::hearing::Hearing;
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::present::unanswered;
use crate::page::state::seen::Seen;
use crate::page::state::{DrawerView, State};
use branch_tree::branch_tree;
use charts::charts;
use diagram::Diagram;
use events::Events;
use history::{History, exhibit, opener};
use hunt::Hunt;
use logs::logs;
use promises::promises;
use script::Script;

pub fn drawer(
    driver: &Rc<Driver>,
    state: &State,
    seen: Option<&Seen>,
    view: DrawerView,
    on: &Callback<Intent>,
) -> Html {
    let words = state.words;
    // What is fetched part by part is drawn anew with each part.
    let version = driver.trail.borrow().version();
    html! {
        <section class="drawer" tabindex="-1" aria-label={view_name(view, words)}>
            <div class="drawer-head">
                { views(words, Some(view), on) }<span class="spread"></span>
                <button class="plain" aria-label={words.close} title="Esc" onclick={Intent::CloseDrawer.on_click(on)}>{ icon("cross") }</button>
            </div>
            { match (view, seen) {
                (DrawerView::Script, seen) => html! {
                    <Script {words} script={state.script.clone()} draft={state.draft.clone()} problem={state.script_problem.clone()} seen={seen.cloned()} on={on.clone()} />
                },
                (_, None) => Html::default(),
                (DrawerView::Promises, Some(seen)) => promises(words, seen, on),
                (DrawerView::Logs, Some(seen)) => logs(words, seen, on),
                (DrawerView::Diagram, Some(seen)) => html! {
                    <Diagram {words} driver={driver.clone()} seen={seen.clone()} scale={state.scale} event={state.event} {version}
                        course={driver.course()} on={on.clone()} />
                },
                (DrawerView::Events, Some(seen)) => html! {
                    <Events {words} driver={driver.clone()} seen={seen.clone()} event={state.event} {version} on={on.clone()} />
                },
                (DrawerView::Charts, Some(seen)) => charts(words, driver, seen, state.scale, state.outcomes.as_deref(), on),
                (DrawerView::Hunt, Some(seen)) => html! {
                    <Hunt {words} seen={seen.clone()} catalog={state.catalog.clone()} hunted={state.hunted.clone()} on={on.clone()} />
                },
                (DrawerView::Branches, Some(seen)) => branch_tree(words, seen, state.comparison.as_deref(), on),
                (DrawerView::History, Some(seen)) => history(driver, state, seen, on),
            } }
        </section>
    }
}

/// The run's own, or the recorded one that was opened.
fn history(driver: &Rc<Driver>, state: &State, seen: &Seen, on: &Callback<Intent>) -> Html {
    let words = state.words;
    html! {
        <>
            { match (&state.exhibit, &state.hearing) {
                (Some(shown), _) => exhibit(driver, state, shown, on),
                (None, Some(hearing)) => html! {
                    <History {words} driver={driver.clone()} seen={seen.clone()} hearing={heard(hearing, state, seen)} is_run=true
                        followed={driver.course().map(|course| (course.id, course.asked.at))}
                        scale={state.scale} hides={state.present} on={on.clone()} />
                },
                (None, None) => html! { <p class="dim pad" role="status">{ words.still_reading }</p> },
            } }
            if !state.present { { opener(words, on) } }
        </>
    }
}

fn heard(hearing: &Rc<Hearing>, state: &State, seen: &Seen) -> Rc<Hearing> {
    if state.present { Rc::new(unanswered(hearing, seen.frame.at)) } else { hearing.clone() }
}

/// Where the names of the views have no room beside each other, the open one is scrolled to.
pub fn show_open_view() {
    let open = gloo::utils::document().query_selector(".drawer-head [aria-pressed='true']").ok().flatten();
    let Some(open) = open.and_then(|open| open.dyn_into::<HtmlElement>().ok()) else { return };
    if let Some(views) = open.parent_element() {
        let first = views.first_element_child().and_then(|first| first.dyn_into::<HtmlElement>().ok());
        let before = open.offset_left() - first.map_or(0, |first| first.offset_left());
        views.set_scroll_left(before + open.offset_width() / 2 - views.client_width() / 2);
    }
}
