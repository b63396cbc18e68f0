//! A recorded history: its file, the model that it is held to, how far the judge has come, and the same view as of a run.

use std::rc::Rc;

use web_sys::{File, HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, TargetCast, html};

use super::History;
use crate::lab::hearing::models;
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::panels::trouble::trouble;
use crate::page::recordings::{Exhibit, Step};
use crate::page::state::State;
use crate::page::words::{Words, fill};

/// Work that is over sooner needs no progress.
const WORTH_SAYING: u64 = 500_000;

pub fn exhibit(driver: &Rc<Driver>, state: &State, exhibit: &Exhibit, on: &Callback<Intent>) -> Html {
    let words = state.words;
    let body = match (&exhibit.step, &state.seen) {
        (Step::Reading, _) => html! { <p class="dim pad" role="status">{ words.still_reading }</p> },
        (Step::Judging { operations, explored, micros }, _) if *micros >= WORTH_SAYING => {
            let rate = explored * 1_000_000 / micros.max(&1);
            html! {
                <div class="drawer-row pad" role="status">
                    <p>{ fill(words.judging, &[operations, explored, &rate]) }</p>
                    <button class="outlined" onclick={on.reform(|_| Intent::CloseHistory)}>{ words.stop }</button>
                </div>
            }
        }
        (Step::Judged { hearing, .. }, Some(seen)) => html! {
            <History {words} driver={driver.clone()} seen={seen.clone()} hearing={hearing.clone()} is_run=false
                scale={state.scale} hides=false on={on.clone()} />
        },
        (Step::Judging { .. } | Step::Judged { .. }, _) => Html::default(),
        (Step::Wrong(problem), _) => trouble(words, problem),
    };
    html! {
        <>
            <div class="exhibit">
                <b>{ exhibit.file.name() }</b>
                if let Step::Judged { format, micros, .. } = &exhibit.step {
                    <span class="dim">{ fill(words.judged_in, &[format, &(micros / 1_000)]) }</span>
                }
                <span class="spread"></span>
                { model(words, exhibit, on) }
                <button class="plain" aria-label={words.back_to_run} title={words.back_to_run} onclick={on.reform(|_| Intent::CloseHistory)}>{ icon("cross") }</button>
            </div>
            { body }
        </>
    }
}

/// What it is held to: told from its functions, or chosen.
fn model(words: &'static Words, exhibit: &Exhibit, on: &Callback<Intent>) -> Html {
    let file = exhibit.file.clone();
    let choose = on.reform(move |event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        Intent::Judge { file: file.clone(), model: (!value.is_empty()).then_some(value) }
    });
    let chosen = exhibit.model.as_deref();
    html! {
        <select aria-label={words.model} onchange={choose}>
            <option value="" selected={chosen.is_none()}>{ words.model_guessed }</option>
            { for models().map(|name| html! { <option value={name} selected={chosen == Some(name)}>{ name }</option> }) }
        </select>
    }
}

/// Opens a file; others are dropped on the page.
pub fn opener(words: &'static Words, on: &Callback<Intent>) -> Html {
    let take = on.clone();
    let choose = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let file: Option<File> = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        if let Some(file) = file {
            take.emit(Intent::Judge { file, model: None });
        }
    });
    html! {
        <div class="drawer-foot">
            <label class="outlined opener">{ icon("download") }{ words.open_history }
                <input type="file" class="unseen" accept=".edn,.log,.txt,.jsonl,.json" onchange={choose} /></label>
            <span class="dim">{ words.open_history_note }</span>
        </div>
    }
}
