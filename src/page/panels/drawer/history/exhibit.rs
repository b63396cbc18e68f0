//! A recorded history: its file, the model that it is held to, how far the judge has come, and the same view as of a run.

use std::rc::Rc;

use web_sys::{File, HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, TargetCast, html};

use super::History;
use crate::lab::hearing::{Format, Terms, models};
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::panels::field::Field;
use crate::page::panels::icon;
use crate::page::panels::trouble::trouble;
use crate::page::state::State;
use crate::page::words::{Words, fill};
use crate::page::workers::recordings::{Exhibit, Step, Verdict};

/// Work that is over sooner needs no progress.
const WORTH_SAYING: u64 = 500_000;

pub fn exhibit(driver: &Rc<Driver>, state: &State, exhibit: &Exhibit, on: &Callback<Intent>) -> Html {
    let words = state.words;
    let verdict = exhibit.verdict();
    let step = match &exhibit.step {
        Step::Reading if verdict.is_none() => html! { <p class="dim pad" role="status">{ words.still_reading }</p> },
        Step::Judging { operations, explored, micros } if *micros >= WORTH_SAYING => {
            let rate = explored * 1_000_000 / micros.max(&1);
            html! {
                <div class="drawer-row pad" role="status">
                    <p>{ fill(words.judging, &[operations, explored, &rate]) }</p>
                    <button class="outlined" onclick={Intent::StopJudging.on_click(on)}>{ words.stop }</button>
                </div>
            }
        }
        Step::Wrong(problem) => trouble(words, problem),
        _ => Html::default(),
    };
    html! {
        <>
            <div class="exhibit">
                <b>{ exhibit.file.name() }</b>
                if let Some(Verdict { format, micros, .. }) = verdict {
                    <span class="dim">{ fill(words.judged_in, &[format, &(micros / 1_000)]) }</span>
                }
                <span class="spread"></span>
                <button class="plain" aria-label={words.back_to_run} title={words.back_to_run} onclick={Intent::CloseHistory.on_click(on)}>{ icon("cross") }</button>
            </div>
            { terms(words, exhibit, on) }
            { step }
            if let (Some(verdict), Some(seen)) = (verdict, &state.seen) {
                <History {words} driver={driver.clone()} seen={seen.clone()} hearing={verdict.hearing.clone()} is_run=false
                    scale={state.scale} hides=false on={on.clone()} />
            }
        </>
    }
}

/// What it is held to, how it is read, what there was at the start: each told by itself, or chosen.
fn terms(words: &'static Words, exhibit: &Exhibit, on: &Callback<Intent>) -> Html {
    let change = |change: fn(&mut Terms, Option<String>)| {
        let (file, before) = (exhibit.file.clone(), exhibit.terms.clone());
        on.reform(move |value: String| {
            let mut terms = before.clone();
            change(&mut terms, (!value.trim().is_empty()).then_some(value));
            Intent::Judge { file: file.clone(), terms }
        })
    };
    let choice = |name, by_itself, chosen: Option<&str>, names: Vec<&'static str>, change: Callback<String>| {
        let choose = change.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
        html! {
            <select aria-label={name} onchange={choose}>
                <option value="" selected={chosen.is_none()}>{ by_itself }</option>
                { for names.into_iter().map(|name| html! { <option value={name} selected={chosen == Some(name)}>{ name }</option> }) }
            </select>
        }
    };
    let Terms { model, format, initial } = &exhibit.terms;
    let usual = exhibit.verdict().map(|verdict| verdict.initial.as_str()).filter(|usual| !usual.is_empty());
    let placeholder = usual.map_or(words.initial.to_owned(), |usual| fill(words.initially, &[&usual]));
    let models = choice(
        words.model,
        words.model_guessed,
        model.as_deref(),
        models().collect(),
        change(|terms, model| terms.model = model),
    );
    let formats = choice(
        words.format,
        words.format_guessed,
        format.as_deref(),
        Format::ALL.map(Format::name).into(),
        change(|terms, format| terms.format = format),
    );
    let write = change(|terms, initial| terms.initial = initial);
    html! {
        <div class="terms">
            { models }
            { formats }
            <Field label={words.initial} {placeholder} value={initial.clone().unwrap_or_default()} on={write} />
        </div>
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
            take.emit(Intent::Judge { file, terms: Terms::default() });
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
