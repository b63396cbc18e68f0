//! A selected operation in full: what came of it, and the messages that it has caused.

use yew::{Callback, Html, html};

use super::inspector::rows;
use super::waiting::unblocking;
use crate::describe::{OperationId, Row};
use crate::lab::frame::{Frame, OperationFrame, Outcome};
use crate::page::intent::Intent;
use crate::page::panels::glyphs::outcome;
use crate::page::stage::outcome_words;
use crate::page::state::DrawerView;
use crate::page::state::selection::{Selection, name};
use crate::page::trail::course::{Course, Message};
use crate::page::words::digits::{span_text, stamp};
use crate::page::words::{Words, fill};

/// Of more only the newest are listed.
const LISTED: usize = 12;

/// As its client shows it, or else as the trail tells.
pub fn told(frame: &Frame, course: Option<&Course>, id: OperationId) -> Option<OperationFrame> {
    let shown = frame.operations.iter().find(|operation| operation.id == id).cloned();
    shown.or_else(|| course?.frame(frame.at))
}

pub fn operation_title(frame: &Frame, operation: &OperationFrame, words: &Words) -> Html {
    let OperationFrame { id, outcome: how, .. } = operation;
    let stands = format!("{}, {}", name(frame, id.client), outcome_words(*how, words));
    html! { <>{ outcome(*how) }<strong class="mono">{ &operation.words }</strong><span class="dim">{ stands }</span></> }
}

pub fn operation_body(
    frame: &Frame,
    operation: &OperationFrame,
    course: Option<&Course>,
    words: &'static Words,
    on: &Callback<Intent>,
) -> Html {
    let OperationFrame { id, process, invoked, ended, answer, outcome, .. } = operation;
    let at = |label, time| Row::new(label, format!("{} s", stamp(time)));
    let took = ended.unwrap_or(frame.at.time).since(*invoked);
    let own = [
        answer.clone().map(|answer| Row::new(words.answer, answer)),
        Some(at(words.asked_at, *invoked)),
        ended.map(|ended| at(words.ended_at, ended)),
        Some(Row::new(words.took, span_text(took))),
    ];
    html! {
        <>
            if *outcome == Outcome::Pending { { unblocking(frame, id.client, process.as_deref(), words) } }
            { rows(own.into_iter().flatten()) }
            if let Some(course) = course { { caused(frame, course, words, on) } }
        </>
    }
}

/// The messages that it has caused by now, each leading to where it left; and why it came out as it did.
fn caused(frame: &Frame, course: &Course, words: &'static Words, on: &Callback<Intent>) -> Html {
    let sent: Vec<&Message> = course.messages.iter().filter(|message| message.left <= frame.at).collect();
    let earlier = sent.len().saturating_sub(LISTED);
    let last = course.answered.as_ref().filter(|entry| entry.at <= frame.at).unwrap_or(&course.asked);
    let goes = |entry, at| Intent::Messages { entry, at }.on_click(on);
    let row = |message: &&Message| {
        let arrived = match message.ended.filter(|(at, _)| *at <= frame.at) {
            Some((at, true)) => stamp(at.time),
            Some((_, false)) => "✕".into(),
            None => "…".into(),
        };
        let ends = format!("{} → {}", name(frame, message.from), name(frame, message.to));
        html! {
            <li key={message.entry}><button onclick={goes(message.entry, message.left)}>
                <span class="when">{ stamp(message.left.time) }</span><span class="what">{ &message.name }</span><span>{ ends }</span><span class="value">{ arrived }</span>
            </button></li>
        }
    };
    html! {
        <section class="sent">
            if !sent.is_empty() { <h3 class="caption">{ words.its_messages }</h3> }
            if earlier > 0 { <p class="dim">{ fill(words.earlier, &[&earlier]) }</p> }
            <ul>{ for sent[earlier..].iter().map(row) }</ul>
            <p class="drawer-row">
                <button class="outlined" onclick={goes(last.number, last.at)}>{ words.why }</button>
                <button class="plain" onclick={Intent::Drawer(DrawerView::History).on_click(on)}>{ words.view_history }</button>
            </p>
        </section>
    }
}

/// One of a client's, which selects it.
pub fn operation_row(operation: &OperationFrame, on: &Callback<Intent>) -> Html {
    let here = Selection::Operation(operation.id);
    html! {
        <li><button onclick={Intent::Select(Some(here)).on_click(on)}>{ outcome(operation.outcome) }<code>{ &operation.words }</code>
            <span class="dim">{ operation.answer.clone() }</span><span class="value">{ format!("{} s", stamp(operation.invoked)) }</span></button></li>
    }
}
