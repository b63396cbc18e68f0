//! A verb as a button; one that cannot be done now says why.

use yew::{Callback, Html, html};

use super::icon;
use crate::lab::frame::Verb;
use crate::page::intent::Intent;
use crate::page::intent::verbs;

/// Known by its place: a verb that gives way to its opposite is the same button, and keeps the focus.
pub fn verb_button(place: usize, verb: &Verb, on: &Callback<Intent>) -> Html {
    let line = verb.line.clone();
    let refused = verb.refused.clone();
    // Not `disabled`: such a button could not be reached to hear why.
    let act = {
        let (on, allowed) = (on.clone(), refused.is_none());
        Callback::from(move |_| {
            if allowed {
                on.emit(Intent::Act(line.clone()));
            }
        })
    };
    // A process is paused here, and not the clock, whose button has the same word.
    let label = (verbs::command(verb) == "pause" && !verb.line.contains('\n'))
        .then(|| verb.line.replacen("pause", &verb.word, 1));
    let title = refused.clone().unwrap_or_else(|| verb.line.clone());
    html! {
        <button key={place} class="verb" onclick={act} {title} aria-label={label} aria-disabled={refused.is_some().then_some("true")}
            aria-description={refused} data-line={verb.line.clone()}>
            { icon(verbs::icon(verb)) }<span>{ &verb.word }</span>
            if let Some(key) = verbs::key(verb) { <kbd aria-hidden="true" data-key={key}></kbd> }
        </button>
    }
}
