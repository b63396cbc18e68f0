//! A word about what was just done, calm and at the edge; and what is wrong with the engine, until it is not.

use yew::{Callback, Html, html};

use super::icon;
use crate::page::intent::Intent;
use crate::page::state::{EngineState, Notice};
use crate::page::words::Words;

pub fn toast(words: &'static Words, notice: Option<&Notice>, engine: EngineState, on: &Callback<Intent>) -> Html {
    let failure = match engine {
        EngineState::Old => Some(words.old_engine),
        EngineState::Dead => Some(words.dead),
        EngineState::Starting | EngineState::Running => None,
    };
    html! {
        <div class="toasts" role="status" aria-live="polite">
            if let Some(failure) = failure {
                <div class="toast"><span>{ failure }</span><button class="outlined" onclick={Intent::Reload.on_click(on)}>{ words.reload }</button></div>
            }
            if let Some(notice) = notice {
                <div class="toast">
                    <span>{ &notice.words }if !notice.hint.is_empty() { <em>{ &notice.hint }</em> }</span>
                    if let Some((name, intent)) = notice.offers.clone() {
                        <button class="outlined" onclick={intent.clone().on_click(on)}>{ name }</button>
                    }
                    <button class="plain" aria-label={words.close} onclick={Intent::Dismiss.on_click(on)}>{ icon("cross") }</button>
                </div>
            }
        </div>
    }
}
