//! All operations as a list: the same for whoever does not see the picture. Only the lines in sight are in the document.

use std::rc::Rc;

use web_sys::KeyboardEvent;
use yew::{Callback, Html, Properties, classes, component, html, use_node_ref};

use super::finding::stamp;
use super::order::{Choice, Standing};
use super::plan::{Plan, label};
use crate::lab::frame::Position;
use crate::lab::hearing::Hearing;
use crate::page::hooks::{ROW, row_after, use_rows};
use crate::page::words::{Words, fill};

#[derive(Properties, PartialEq)]
pub struct ListProps {
    pub words: &'static Words,
    pub hearing: Rc<Hearing>,
    pub plan: Rc<(Plan, Choice)>,
    /// In a run: where it stands.
    pub now: Option<Position>,
    pub active: Option<u32>,
    /// So many are told, from the first on.
    pub told: usize,
    pub go: Callback<u32>,
}

#[component]
pub fn List(props: &ListProps) -> Html {
    let ListProps { words, hearing, plan, now, active, told: count, go } = props;
    let list = use_node_ref();
    let is_ahead = |at: Position| now.is_some_and(|now| at > now);
    let past = hearing.operations.partition_point(|told| !is_ahead(told.called));
    let count = *count;
    // What is pointed at, or else the newest at the playhead, is in sight.
    let row = active.map_or(past.saturating_sub(1), |active| active as usize);
    let rows = use_rows(&list, row, 0, 0.5);
    let on_key = {
        let go = go.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(to) = row_after(&event, row).filter(|to| *to < count) {
                go.emit(to as u32);
            }
        })
    };
    let lines = hearing.operations.iter().enumerate().take(count).skip(rows.first).take(rows.count);
    html! {
        <div class="event-list" ref={list} onscroll={rows.on_scroll} onkeydown={on_key} tabindex="0" role="listbox" aria-label={words.operations}
            aria-activedescendant={active.map(option_id)}>
            <div style={format!("height:{}px", count as f64 * ROW)}>
                { for lines.map(|(i, told)| {
                    let standing = plan.1.standing(hearing, i as u32);
                    let chosen = *active == Some(i as u32);
                    let class = classes!(
                        "event",
                        is_ahead(told.called).then_some("ahead"),
                        chosen.then_some("chosen"),
                        (standing == Standing::Impossible).then_some("bad-text"),
                    );
                    let when = if now.is_some() { stamp(told.called, true) } else { fill(words.in_line, &[&told.entry]) };
                    let place = match standing {
                        Standing::Placed { place, .. } => format!("#{place}"),
                        Standing::Impossible => format!("✕ {}", words.not_placed),
                        _ => String::new(),
                    };
                    html! {
                        <div {class} key={i} id={option_id(i as u32)} role="option" aria-selected={if chosen { "true" } else { "false" }}
                            aria-setsize={count.to_string()} aria-posinset={(i + 1).to_string()} style={format!("top:{}px", i as f64 * ROW)}
                            onclick={go.reform(move |_| i as u32)}>
                            <span class="when">{ when }</span><b>{ hearing.rows.get(told.row as usize).map(|row| row.name.clone()) }</b>
                            <span class="what">{ label(told) }</span><span class="dim">{ place }</span>
                        </div>
                    }
                }) }
            </div>
        </div>
    }
}

fn option_id(operation: u32) -> String {
    format!("operation-{operation}")
}
