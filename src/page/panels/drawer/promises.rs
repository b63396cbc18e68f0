//! The claims and how each stands now.

use yew::{Callback, Html, html};

use crate::lab::frame::{ClaimFrame, ClaimKind, Violation};
use crate::page::intent::Intent;
use crate::page::state::seen::Seen;
use crate::page::words::digits;
use crate::page::words::{Words, fill};

pub fn promises(words: &'static Words, seen: &Seen, on: &Callback<Intent>) -> Html {
    if seen.frame.claims.is_empty() {
        return html! { <p class="dim pad">{ words.no_claims }</p> };
    }
    html! { <ul class="promises" tabindex="0" aria-label={words.view_promises}>{ for seen.frame.claims.iter().map(|claim| row(claim, ahead(seen, claim), words, on)) }</ul> }
}

/// Where a claim that still holds is broken later in the run, as far as that is known.
fn ahead<'a>(seen: &'a Seen, claim: &ClaimFrame) -> Option<&'a Violation> {
    let known = seen.timeline.violations.iter().find(|(name, _)| *name == claim.name);
    known.map(|(_, violation)| violation).filter(|_| claim.violation.is_none())
}

fn row(claim: &ClaimFrame, ahead: Option<&Violation>, words: &'static Words, on: &Callback<Intent>) -> Html {
    let kind = match claim.kind {
        ClaimKind::Always => words.always,
        ClaimKind::Sometimes => words.sometimes,
        ClaimKind::Eventually => words.eventually,
    };
    let vacuous = claim.premises == 0;
    let (class, verdict) = match (&claim.violation, vacuous) {
        (Some(_), _) => ("broken", words.broken),
        (None, true) => ("vacuous", words.not_yet),
        (None, false) => ("held", words.held_so_far),
    };
    let premises = if vacuous { words.never_seen.to_string() } else { fill(words.seen_times, &[&claim.premises]) };
    html! {
        <li {class} key={claim.name.clone()}>
            <i aria-hidden="true"></i>
            <div>
                <p>{ &claim.says }</p>
                <p class="dim"><code>{ &claim.name }</code>{ format!(" · {kind} · {premises}") }</p>
                if let Some(violation) = claim.violation.as_ref().or(ahead) {
                    <p class={claim.violation.is_some().then_some("bad-text")}>
                        { fill(if ahead.is_some() { words.broken_ahead } else { words.broken_behind }, &[&digits::stamp(violation.at.time)]) }
                        { ": " }{ &violation.says }
                    </p>
                    <button class="outlined" onclick={{ let to = violation.at; Intent::Seek(to).on_click(on) }}>
                        { format!("{} {} s", words.show_violation, digits::stamp(violation.at.time)) }
                    </button>{ " " }
                    <button class="outlined" onclick={Intent::Cause(violation.at).on_click(on)}>{ words.why }</button>
                }
            </div>
            <span class="verdict-word">{ verdict }</span>
        </li>
    }
}
