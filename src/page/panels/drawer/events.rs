//! Every entry of the trace as a line: filtered, gone to, and asked why. Only the lines in sight are in the document.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::{
    Callback, Event, Html, InputEvent, Properties, TargetCast, classes, component, html, use_memo, use_node_ref,
    use_state_eq,
};

use crate::lab::wire::{Code, TraceLine};
use crate::page::driver::Driver;
use crate::page::hooks::{ROW, row_after, use_rows};
use crate::page::intent::Intent;
use crate::page::state::seen::Seen;
use crate::page::state::selection::name;
use crate::page::trail::Trail;
use crate::page::trail::sieve::{Kind, Sieve};
use crate::page::words::digits;
use crate::page::words::{Words, fill};

/// Causes that are told at once.
const REASONS: usize = 12;

#[derive(Properties, PartialEq)]
pub struct EventsProps {
    pub words: &'static Words,
    pub driver: Rc<Driver>,
    pub seen: Seen,
    pub event: Option<u32>,
    pub version: u32,
    pub on: Callback<Intent>,
}

#[component]
pub fn Events(props: &EventsProps) -> Html {
    let EventsProps { words, driver, seen, event, version, on } = props;
    let sieve = use_state_eq(Sieve::default);
    let list = use_node_ref();
    let names: Vec<String> = seen.frame.nodes.iter().map(|node| node.name.clone()).collect();
    let kept: Rc<Vec<u32>> = {
        let driver = driver.clone();
        use_memo(((*sieve).clone(), *version, names.clone(), *words), move |(sieve, _, names, words)| {
            sieve.pass(&driver.trail.borrow(), names, words)
        })
    };
    let trail = driver.trail.borrow();
    let now = trail.index_at(seen.frame.at);
    let present = trail.entries().get(now.saturating_sub(1)).map_or(0, |entry| entry.number);
    // The last line at or before the playhead is in sight whenever the playhead moves; of several of one instant the chosen one.
    let row = kept.partition_point(|number| *number <= present).saturating_sub(1);
    let chosen = event.filter(|number| trail.get(*number).is_some_and(|entry| entry.at == seen.frame.at));
    let here = chosen.and_then(|number| kept.binary_search(&number).ok()).unwrap_or(row);
    let rows = use_rows(&list, here, kept.len(), 0.6);
    let go = {
        let on = on.clone();
        move |entry: &TraceLine| {
            on.emit(Intent::Event(Some(entry.number)));
            on.emit(Intent::Seek(entry.at));
        }
    };
    let on_key = {
        let (kept, driver, go) = (kept.clone(), driver.clone(), go.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(to) = row_after(&event, here) else { return };
            let entry = kept.get(to).and_then(|number| driver.trail.borrow().get(*number).cloned());
            if let Some(entry) = entry {
                go(&entry);
            }
        })
    };
    let lines = kept
        .iter()
        .enumerate()
        .skip(rows.first)
        .take(rows.count)
        .filter_map(|(i, number)| Some((i, trail.get(*number)?)));
    html! {
        <div class="events">
            { fields(words, &sieve, &names, {
                let sieve = sieve.setter();
                Callback::from(move |next| sieve.set(next))
            }) }
            <p class="caption" role="status">
                { fill(words.events_count, &[&kept.len(), &trail.entries().len()]) }
                if !trail.is_at_rest() { { words.still_reading } }
            </p>
            <div class="event-list" ref={list} onscroll={rows.on_scroll} onkeydown={on_key} tabindex="0" role="listbox" aria-label={words.view_events}
                aria-activedescendant={kept.get(here).map(|number| option_id(*number))}>
                <div style={format!("height:{}px", kept.len() as f64 * ROW)}>
                    { for lines.map(|(i, entry)| {
                        let class = classes!(
                            "event",
                            (entry.number > present).then_some("ahead"),
                            (i == row && entry.number <= present).then_some("now"),
                            (*event == Some(entry.number)).then_some("chosen"),
                            entry.routine.then_some("routine"),
                            (entry.code == Code::Broken).then_some("bad-text"),
                        );
                        let (go, line) = (go.clone(), entry.clone());
                        html! {
                            <div {class} key={entry.number} id={option_id(entry.number)} role="option" aria-selected={if *event == Some(entry.number) { "true" } else { "false" }}
                                aria-setsize={kept.len().to_string()} aria-posinset={(i + 1).to_string()} style={format!("top:{}px", i as f64 * ROW)}
                                title={entry.words.clone()} onclick={Callback::from(move |_| go(&line))}>
                                <span class="when">{ digits::stamp(entry.at.time) }</span><b>{ name(&seen.frame, entry.node) }</b>
                                <span class="what">{ what(words, &trail, entry) }</span><span class="dim">{ &entry.words }</span>
                            </div>
                        }
                    }) }
                </div>
            </div>
            if let Some(number) = event { { why(words, &trail, seen, *number, on) } }
        </div>
    }
}

fn option_id(number: u32) -> String {
    format!("entry-{number}")
}

fn what(words: &Words, trail: &Trail, entry: &TraceLine) -> String {
    match trail.message(entry) {
        Some(message) => format!("{} {message}", words.code(entry.code)),
        None => words.code(entry.code).to_owned(),
    }
}

/// Text, node and kind.
fn fields(words: &'static Words, sieve: &Sieve, names: &[String], change: Callback<Sieve>) -> Html {
    let typed = {
        let sieve = sieve.clone();
        change.reform(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            Sieve { text, ..sieve.clone() }
        })
    };
    let node = {
        let sieve = sieve.clone();
        change.reform(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            Sieve { node: value.parse().ok(), ..sieve.clone() }
        })
    };
    let kind = {
        let sieve = sieve.clone();
        change.reform(move |event: Event| {
            let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
            Sieve { kind: Kind::ALL.get(index as usize).copied().unwrap_or_default(), ..sieve.clone() }
        })
    };
    html! {
        <div class="event-fields">
            <input type="search" aria-label={words.filter} placeholder={words.filter} value={sieve.text.clone()} oninput={typed} />
            <select aria-label={words.of_node} onchange={node}>
                <option value="" selected={sieve.node.is_none()}>{ words.all_nodes }</option>
                { for names.iter().enumerate().map(|(i, name)| html! { <option value={i.to_string()} selected={sieve.node == Some(i as u16)}>{ name }</option> }) }
            </select>
            <select aria-label={words.of_kind} onchange={kind}>
                { for Kind::ALL.into_iter().map(|kind| html! { <option selected={sieve.kind == kind}>{ kind_name(kind, words) }</option> }) }
            </select>
        </div>
    }
}

fn kind_name(kind: Kind, words: &Words) -> &'static str {
    match kind {
        Kind::Interesting => words.kind_interesting,
        Kind::All => words.kind_all,
        Kind::Messages => words.kind_messages,
        Kind::Timers => words.kind_timers,
        Kind::Disk => words.kind_disk,
        Kind::Clients => words.kind_clients,
        Kind::Notes => words.kind_notes,
        Kind::Faults => words.kind_faults,
    }
}

/// The entry and the ones it follows from, down to a person or the beginning.
pub fn why(words: &'static Words, trail: &Trail, seen: &Seen, number: u32, on: &Callback<Intent>) -> Html {
    let chain = trail.why(number);
    let more = chain.len() > REASONS;
    html! {
        <div class="why" role="group" aria-label={words.why}>
            <div class="line-head"><span>{ words.why }</span>
                <button class="plain right" onclick={Intent::Event(None).on_click(on)}>{ words.close }</button></div>
            <ol>
                { for chain.into_iter().take(REASONS).map(|entry| {
                    let (to, number) = (entry.at, entry.number);
                    let on = on.clone();
                    let go = Callback::from(move |_| {
                        on.emit(Intent::Event(Some(number)));
                        on.emit(Intent::Seek(to));
                    });
                    html! {
                        <li key={number}><button onclick={go}><span class="when">{ digits::stamp(to.time) }</span><b>{ name(&seen.frame, entry.node) }</b>
                            <span class="what">{ what(words, trail, entry) }</span><span class="dim">{ &entry.words }</span></button></li>
                    }
                }) }
                if more { <li class="dim">{ "…" }</li> }
            </ol>
        </div>
    }
}
