//! The dock, always there: transport, and the run's whole length as tracks.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::tracks::Tracks;
use super::transport::transport;
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::state::State;

pub fn dock(driver: &Rc<Driver>, state: &State, narrow: bool, on: &Callback<Intent>) -> Html {
    let State { words, seen, scale, cursors, fault, .. } = state;
    // What is counted between the cursors comes with the trace, part by part.
    let trail = cursors.map_or(0, |_| driver.trail.borrow().version());
    html! {
        <footer class="dock">
            { transport(state, narrow, on) }
            if let Some(seen) = seen {
                <Tracks driver={driver.clone()} words={*words} seen={seen.clone()} scale={*scale} cursors={*cursors} fault={*fault} {trail} {narrow} on={on.clone()} />
            }
        </footer>
    }
}
