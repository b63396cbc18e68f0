//! The side: the verdict and the readout always; below them what is selected, or what happened.

mod inspector;
mod operation;
mod programs;
mod readout;
mod sheet;
mod waiting;

pub use readout::{leader, operations_head, row as side_row, without_leader};
pub use waiting::{Stuck, blocked};

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html, use_mut_ref, use_state_eq};

use super::narration::{caption, narration};
use super::tenure_rows::ownership;
use super::{icon, verb_button};
use crate::lab::frame::Frame;
use crate::page::intent::Intent;
use crate::page::intent::verbs::{self, split};
use crate::page::stage::hint_pill;
use crate::page::state::DrawerView;
use crate::page::state::opening::Hint;
use crate::page::state::seen::Seen;
use crate::page::state::selection::Selection;
use crate::page::trail::course::Course;
use crate::page::words::digits;
use crate::page::words::{Words, fill};
use inspector::{headline, inspector};
use readout::{WaitingSince, lasting_waits, readout, waits};
use sheet::{Handle, Sheet};

#[derive(Properties, PartialEq)]
pub struct SideProps {
    pub words: &'static Words,
    pub seen: Option<Seen>,
    pub selection: Option<Selection>,
    pub course: Option<Rc<Course>>,
    pub playing: bool,
    pub hint: Option<Hint>,
    pub narrow: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Side(props: &SideProps) -> Html {
    let SideProps { words, seen, selection, course, playing, hint, narrow, on } = props;
    // It is found out after the selection was drawn, and till then another's.
    let course = course.as_deref().filter(|course| *selection == Some(Selection::Operation(course.id)));
    let since = use_mut_ref(WaitingSince::new);
    let sheet = use_state_eq(Sheet::default);
    let Some(seen) = seen else { return html! { <aside class="side"></aside> } };
    let mut lasting = lasting_waits(&seen.frame, *playing, &mut since.borrow_mut());
    // The picture of who waits for whom says it better.
    let stuck = Stuck::of(&seen.frame);
    lasting.retain(|wait| stuck.as_ref().is_none_or(|stuck| !stuck.waits.contains(&wait)));
    let graph = stuck.map(|stuck| stuck.graph(words));
    let waiting = waits(words, &seen.frame, &lasting);
    let inspected = selection.map(|selection| inspector(words, seen, selection, course, *narrow, on));
    if *narrow {
        let on_sheet = {
            let sheet = sheet.setter();
            Callback::from(move |height| sheet.set(height))
        };
        return html! {
            <aside class={sheet.class()}>
                { verdict(words, seen, on) }
                if let Some(hint) = hint { { hint_pill(seen, *hint, words, on) } } else { <p class="newest-sentence">{ caption(seen) }</p> }
                <div class="sheet">
                    <Handle {words} sheet={*sheet} {on_sheet} />
                    { readout(words, seen, true) }
                    if let Some(selection) = selection {
                        { headline(words, seen, *selection, course, on) }
                        <VerbRow {words} seen={seen.clone()} selection={*selection} on={on.clone()} />
                    }
                    <div class="scroll" tabindex="0" role="group" aria-label={words.what_happened}>
                        { blocked(&seen.frame, words) }{ graph }{ waiting }{ ownership(seen, words) }
                        { inspected.unwrap_or_else(|| narration(words, seen, true, on)) }
                    </div>
                </div>
            </aside>
        };
    }
    html! {
        <aside class="side">
            { verdict(words, seen, on) }
            { blocked(&seen.frame, words) }
            { readout(words, seen, false) }
            <div class="scroll" tabindex="0" role="group" aria-label={words.details}>
                // What was selected was asked for.
                { inspected.unwrap_or_default() }
                { graph }
                { waiting }
                { ownership(seen, words) }
            </div>
            if selection.is_none() { { narration(words, seen, false, on) } }
        </aside>
    }
}

/// How many claims hold, or how many are broken.
pub fn claims(words: &Words, frame: &Frame) -> String {
    let all = frame.claims.len();
    match frame.claims.iter().filter(|claim| claim.violation.is_some()).count() {
        _ if all == 0 => words.no_claims.into(),
        0 => fill(words.claims_hold, &[&all]),
        broken => fill(words.claims_broken, &[&broken, &all]),
    }
}

/// One line: all claims hold, or which broke first. A click goes there.
pub fn verdict(words: &'static Words, seen: &Seen, on: &Callback<Intent>) -> Html {
    let frame = &seen.frame;
    let broken = frame.claims.iter().filter_map(|claim| claim.violation.as_ref());
    if let Some(first) = broken.min_by_key(|violation| violation.at) {
        let to = first.at;
        return html! {
            <div class="verdict bad">
                { icon("warning") }
                <button onclick={Intent::Seek(to).on_click(on)} title={first.says.clone()}><span class="says">{ &first.says }</span></button>
                <span class="when">{ claims(words, frame) }</span>
                <button class="outlined" onclick={Intent::Cause(to).on_click(on)}>{ words.why }</button>
            </div>
        };
    }
    // That nothing wrong happens is half of it: where all stand still, nothing does.
    let blocked = frame.waits.iter().filter(|wait| wait.blocked.is_some()).count();
    html! {
        <button class="verdict" onclick={Intent::ToggleDrawer(DrawerView::Promises).on_click(on)}>
            <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="8.4" /><path d="M5.2 9.4l2.6 2.7 5.1-5.8" /></svg>
            <span class="says">{ claims(words, frame) }</span>
            if blocked > 0 { <span class="when stands">{ fill(words.blocked_count, &[&blocked]) }</span> }
            else { <span class="when">{ fill(words.at, &[&digits::stamp(frame.at.time)]) }</span> }
            if frame.readout.leaderless.is_some() && frame.readout.figures.is_empty() {
                <span class="when on-phone">{ without_leader(seen, words).to_lowercase() }{ " " }<b>{ digits::span_text(frame.readout.outage) }</b></span>
            }
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct VerbRowProps {
    words: &'static Words,
    seen: Seen,
    selection: Selection,
    on: Callback<Intent>,
}

/// On a phone the verbs stand in a row, within reach of the thumb.
#[component]
fn VerbRow(props: &VerbRowProps) -> Html {
    let VerbRowProps { words, seen, selection, on } = props;
    let open = use_state_eq(|| false);
    let (first, rest) = split(&verbs::of(&seen.frame, *selection, words));
    let (mut first, mut rest) = (first, rest);
    if first.len() > 3 && !rest.is_empty() {
        rest.splice(0..0, first.split_off(3));
    }
    let more = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    html! {
        <div class="verb-row" role="toolbar" aria-label={selection.text(&seen.frame)}>
            <>{ for first.iter().enumerate().map(|(i, verb)| verb_button(i, verb, on)) }</>
            if !rest.is_empty() {
                <button class="verb" onclick={more} aria-expanded={if *open { "true" } else { "false" }}>{ icon("dots") }{ words.more }</button>
                if *open { <>{ for rest.iter().enumerate().map(|(i, verb)| verb_button(i, verb, on)) }</> }
            }
        </div>
    }
}
