//! The page on a projector: a large stage, one view beside it, one sentence below, and a timeline that tells no future.

mod controls;
mod qr;
mod side;
mod timeline;
mod veil;

use std::rc::Rc;

use yew::{Callback, Html, html};

pub use self::qr::qr;
pub use self::veil::{unanswered, veiled};

use self::controls::controls;
use self::side::side;
use self::timeline::Timeline;
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::panels::caption;
use crate::page::state::State;
use crate::page::state::seen::Seen;

/// Everything beside the stage.
pub fn present(driver: &Rc<Driver>, state: &State, seen: &Seen, on: &Callback<Intent>) -> Html {
    let words = state.words;
    html! {
        <>
            { side(driver, state, seen, on) }
            <section class="caption-band" aria-label={words.what_happened}><h1 class="unseen">{ "Netsplit" }</h1><span>{ caption(seen) }</span></section>
            <footer class="present-dock">
                <Timeline driver={driver.clone()} {words} seen={seen.clone()} scale={state.scale} span={state.span} on={on.clone()} />
                { controls(state, on) }
            </footer>
        </>
    }
}
