//! The page: what is seen of a run and how one acts in it. It knows the lab's frames and no protocol.
//!
//! In reading order: `state` (what the chrome knows), `intent` (what a person wants), `driver` (the animation frame,
//! the clock, the worker), `stage` (the picture), `panels` (the chrome around it).

mod app;
mod axis;
mod course;
mod digits;
mod driver;
mod engine;
mod fragment;
mod frame_times;
mod group;
mod hooks;
mod hunter;
mod hunting;
mod instruments;
mod intent;
mod keyboard;
mod knife;
mod listener;
mod looping;
mod memory;
mod opening;
mod measure;
mod panels;
mod playback;
mod present;
mod queue;
mod recordings;
mod reports;
mod reshape;
mod seen;
mod selection;
mod sieve;
pub mod stage;
mod state;
mod state_text;
mod tally;
mod terms;
mod theme;
mod thread;
mod tint;
mod trail;
mod translation;
mod verbs;
pub mod words;

/// Replaces the loading words of index.html by the page.
pub fn start() {
    theme::project(false);
    let document = gloo::utils::document();
    let Some(place) = document.get_element_by_id("page") else { return };
    place.set_inner_html("");
    yew::Renderer::<app::App>::with_root(place).render();
}
