//! The dock, always there: transport, and the run's whole length as tracks.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::tracks::Tracks;
use super::transport::transport;
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::state::State;

pub fn dock(driver: &Rc<Driver>, state: &State, narrow: bool, on: &Callback<Intent>) -> Html {
    let State { words, seen, playing, tempo, drawer, .. } = state;
    let timeline = seen.as_ref().map(|seen| &seen.timeline);
    let branches = timeline.filter(|timeline| timeline.branches.len() > 1);
    html! {
        <footer class="dock">
            { transport(words, *playing, *tempo, *drawer, narrow, branches, on) }
            if let Some(seen) = seen {
                <Tracks driver={driver.clone()} words={*words} seen={seen.clone()} {narrow} on={on.clone()} />
            }
        </footer>
    }
}
