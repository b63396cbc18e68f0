//! The page: what is seen of a run and how one acts in it. It knows the lab's frames and no protocol.
//!
//! In reading order: `state` (what the chrome knows), `intent` (what a person wants), `driver` (the animation frame and
//! the clock), `workers` (who is asked), `trail` (the trace, and what can be read from it), `stage` (the picture), `panels`
//! (the chrome around it), `present` (the same for a projector). `words` has all texts, `browser` what the page has of it.

mod app;
mod axis;
mod browser;
mod driver;
mod hooks;
mod intent;
mod panels;
mod present;
mod reports;
pub mod stage;
mod state;
mod tint;
mod trail;
pub mod words;
mod workers;

/// Replaces the loading words of index.html by the page.
pub fn start() {
    browser::theme::project(false);
    let document = gloo::utils::document();
    let Some(place) = document.get_element_by_id("page") else { return };
    place.set_inner_html("");
    yew::Renderer::<app::App>::with_root(place).render();
}
