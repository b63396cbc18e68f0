//! What a lecturer's keys do, for the mouse: quiet, in the corner of the timeline.

use yew::{Callback, Html, html};

use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::state::State;

pub fn controls(state: &State, on: &Callback<Intent>) -> Html {
    let words = state.words;
    let button = |name: &'static str, label: &'static str, keys: &'static str, intent: Intent| {
        html! { <button aria-label={label} title={format!("{label} ({keys})")} onclick={intent.clone().on_click(on)}>{ icon(name) }</button> }
    };
    let (play_icon, play) = if state.playing { ("pause", words.pause) } else { ("play", words.play) };
    let looping = if state.span.is_some_and(|span| span.to.is_some()) { "true" } else { "false" };
    html! {
        <div class="present-controls" role="toolbar" aria-label={words.present}>
            { button("mark-back", words.beat_back, "PageUp", Intent::StepBeat { ahead: false }) }
            { button(play_icon, play, "Space", Intent::PlayPause) }
            { button("mark-forward", words.beat_forward, "PageDown", Intent::PlayBeat) }
            { button("start", words.reset_scene, "R", Intent::ResetScene) }
            <button aria-pressed={looping} aria-label={words.loop_range} title={format!("{} (L)", words.loop_range)} onclick={Intent::Loop.on_click(on)}>{ icon("loop") }</button>
            { button("qr", words.qr, "Q", Intent::Qr) }
            { button("cross", words.leave_present, "Esc", Intent::Present) }
        </div>
    }
}
