//! All operations as a list: the same for whoever does not see the picture. Only the lines in sight are in the document.

use std::rc::Rc;

use web_sys::{Element, KeyboardEvent};
use yew::{
    Callback, Event, Html, Properties, TargetCast, classes, component, html, use_effect_with, use_node_ref,
    use_state_eq,
};

use super::finding::stamp;
use super::order::{Choice, Standing};
use super::plan::{Plan, label};
use crate::lab::frame::Position;
use crate::lab::hearing::Hearing;
use crate::page::hooks::use_size;
use crate::page::words::{Words, fill};

/// A line's height in pixels.
const ROW: f64 = 22.0;
/// Lines kept beyond what is in sight.
const MARGIN: usize = 12;

#[derive(Properties, PartialEq)]
pub struct ListProps {
    pub words: &'static Words,
    pub hearing: Rc<Hearing>,
    pub plan: Rc<(Plan, Choice)>,
    /// In a run: where it stands.
    pub now: Option<Position>,
    pub active: Option<u32>,
    pub hides: bool,
    pub go: Callback<u32>,
}

#[component]
pub fn List(props: &ListProps) -> Html {
    let ListProps { words, hearing, plan, now, active, hides, go } = props;
    let scrolled = use_state_eq(|| 0.0);
    let list = use_node_ref();
    let (_, height) = use_size(&list);
    let is_ahead = |at: Position| now.is_some_and(|now| at > now);
    let past = hearing.operations.partition_point(|told| !is_ahead(told.called));
    let count = if *hides { past } else { hearing.operations.len() };
    // What is pointed at, or else the newest at the playhead, is in sight.
    let row = active.map_or(past.saturating_sub(1), |active| active as usize);
    {
        let list = list.clone();
        use_effect_with((row, height as u32), move |&(row, height)| {
            if let Some(list) = list.cast::<Element>() {
                let (top, high) = (row as f64 * ROW, f64::from(height));
                let scroll = f64::from(list.scroll_top());
                if top < scroll || top + ROW > scroll + high {
                    list.set_scroll_top((top - high * 0.5).max(0.0) as i32);
                }
            }
        });
    }
    let on_scroll = {
        let scrolled = scrolled.setter();
        Callback::from(move |event: Event| {
            scrolled.set(f64::from(event.target_unchecked_into::<Element>().scroll_top()));
        })
    };
    let on_key = {
        let go = go.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowDown" => row + 1,
                "ArrowUp" => row.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if to < count {
                go.emit(to as u32);
            }
        })
    };
    let first = ((*scrolled / ROW) as usize).saturating_sub(MARGIN);
    let shown = (height / ROW) as usize + 2 * MARGIN + 2;
    let lines = hearing.operations.iter().enumerate().take(count).skip(first).take(shown);
    html! {
        <div class="event-list" ref={list} onscroll={on_scroll} onkeydown={on_key} tabindex="0" role="listbox" aria-label={words.operations}>
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
                        <div {class} key={i} role="option" aria-selected={if chosen { "true" } else { "false" }}
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
