//! The verdict above a history, and what is to be said of one operation below it.

use yew::{Callback, Html, html};

use super::order::{Found, Standing};
use super::plan::label;
use crate::lab::frame::Position;
use crate::lab::hearing::{Hearing, Property};
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::words::digits;
use crate::page::words::{Words, fill};

/// What was promised and whether it is so, of so many operations that are told; `jump` goes to the first error, where there
/// is one to be seen.
pub fn finding(
    words: &'static Words,
    hearing: &Hearing,
    told: usize,
    found: Found,
    is_run: bool,
    jump: Option<Callback<()>>,
) -> Html {
    let name = |operation: u32| hearing.operations.get(operation as usize).map(label).unwrap_or_default();
    let row = |operation: u32| {
        let row = hearing.operations.get(operation as usize).and_then(|told| hearing.rows.get(told.row as usize));
        row.map(|row| row.name.clone()).unwrap_or_default()
    };
    let linearizable = hearing.judgement.as_ref().is_some_and(|judgement| judgement.property == Property::Linearizable);
    let (class, sign, says) = match found {
        Found::Nothing => ("finding", "dot", words.nothing_promised.to_owned()),
        Found::Holds if linearizable => ("finding", "check", words.is_linearizable.to_owned()),
        Found::Holds => ("finding", "check", words.is_sequential.to_owned()),
        Found::HoldsUntil(at) => ("finding ahead", "check", fill(words.holds_until, &[&stamp(at, is_run)])),
        Found::Broken(one) if linearizable => {
            ("finding bad", "warning", fill(words.not_linearizable, &[&row(one), &name(one)]))
        }
        Found::Broken(one) => ("finding bad", "warning", fill(words.not_sequential, &[&row(one), &name(one)])),
        Found::Unknown => ("finding", "dot", words.verdict_unknown.to_owned()),
    };
    let mut counts = fill(words.history_counts, &[&told, &hearing.rows.len()]);
    if !hearing.faults.is_empty() {
        counts += &format!(" · {}: {}", words.track_faults, hearing.faults.len());
    }
    let held_to = hearing.judgement.as_ref().map(|judgement| {
        let property = if linearizable { words.linearizable } else { words.sequential };
        fill(if is_run { words.promised } else { words.held_to }, &[&property, &judgement.model])
    });
    html! {
        <div {class} role="status">
            { icon(sign) }
            <div><p>{ says }</p><p class="dim">{ held_to.map(|held_to| format!("{held_to} · ")) }{ counts }</p></div>
            if let Some(jump) = jump {
                <button class="outlined" title="E" onclick={jump.reform(|_| ())}>{ words.first_error }</button>
            }
        </div>
    }
}

/// The faults of a recording for whoever does not see the picture.
pub fn faults(words: &'static Words, hearing: &Hearing) -> Html {
    html! {
        <ul class="unseen" aria-label={words.track_faults}>
            { for hearing.faults.iter().map(|bar| {
                let to = bar.to.map(|to| to.0.to_string());
                html! { <li>{ format!("{}: {} – {}", bar.words, bar.from.0, to.unwrap_or_default()) }</li> }
            }) }
        </ul>
    }
}

/// One operation: what, when, and how it stands in the order shown.
pub fn particulars(
    words: &'static Words,
    hearing: &Hearing,
    active: Option<u32>,
    standing: Option<Standing>,
    is_run: bool,
    messages: &Callback<u32>,
    on: &Callback<Intent>,
) -> Html {
    let told = active.and_then(|active| Some((active, hearing.operations.get(active as usize)?)));
    let Some(((active, told), standing)) = told.zip(standing) else {
        return html! { <div class="particulars dim" role="status">{ words.history_hint }</div> };
    };
    let row = hearing.rows.get(told.row as usize).map(|row| row.name.clone());
    let when = match told.ended {
        Some(ended) if is_run => format!("{} – {} s", stamp(told.called, true), stamp(ended, true)),
        None if is_run => format!("{} s –", stamp(told.called, true)),
        _ => fill(words.in_line, &[&told.entry]),
    };
    let says = match standing {
        Standing::Impossible => words.cannot_be_placed.to_owned(),
        Standing::Placed { place, of } => fill(words.placed, &[&place, &of]),
        Standing::Dispensable => words.dispensable.to_owned(),
        Standing::Refused => words.did_not_happen.to_owned(),
        Standing::Later => words.after_the_error.to_owned(),
        Standing::Unjudged => String::new(),
    };
    let to = told.called;
    html! {
        <div class={if standing == Standing::Impossible { "particulars bad" } else { "particulars" }} role="status">
            <p><b>{ row }</b><code>{ label(told) }</code><span class="dim mono">{ when }</span></p>
            if !says.is_empty() { <p>{ says }</p> }
            if is_run {
                <p class="drawer-row">
                    <button class="outlined" onclick={messages.reform(move |_| active)}>{ words.its_messages }</button>
                    <button class="plain" onclick={Intent::Seek(to).on_click(on)}>{ words.go_there }</button>
                </p>
            }
        </div>
    }
}

/// An instant of a run, or a place among the calls and returns of a recording.
pub fn stamp(at: Position, is_run: bool) -> String {
    if is_run { digits::stamp(at.time) } else { at.time.0.to_string() }
}
