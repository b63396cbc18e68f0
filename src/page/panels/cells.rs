//! A log as cells: dashed is not durable, filled is agreed, a foot is applied.

use yew::{Html, html};

use crate::describe::{Cell, CellState, Lane};
use crate::page::tint::tint;
use crate::page::words::{Words, fill};

pub fn cells(words: &'static Words, lane: &Lane, most: usize) -> Html {
    // The words about what came before take the room of one.
    let cut_short = lane.before > 0 || lane.cells.len() > most;
    let hidden = lane.cells.len().saturating_sub(most - usize::from(cut_short));
    let before = lane.before + hidden as u64;
    if lane.cells.is_empty() {
        return html! { <p class="dim">{ words.log_empty }</p> };
    }
    let pointed = |i: usize| {
        let labels: Vec<&str> = lane
            .pointers
            .iter()
            .filter(|pointer| pointer.cell as usize == i)
            .map(|pointer| pointer.label.as_str())
            .collect();
        if labels.is_empty() {
            return Html::default();
        }
        html! { <span class="pointer"><i></i>{ for labels.into_iter().map(|label| html! { <em>{ label }</em> }) }</span> }
    };
    html! {
        <div class="cells">
            if before > 0 { <span class="before">{ fill(words.log_before, &[&before]) }</span> }
            <ol>
                { for lane.cells.iter().enumerate().skip(hidden).map(|(i, cell)| html! {
                    <li key={i}><span class={class(cell)} title={cell.title.clone()}>{ &cell.label }</span>{ pointed(i) }</li>
                }) }
            </ol>
        </div>
    }
}

fn class(cell: &Cell) -> String {
    let state = match cell.state {
        CellState::Volatile => "volatile",
        CellState::Durable => "durable",
        CellState::Committed => "committed",
        CellState::Applied => "committed applied",
        CellState::Truncated => "truncated",
    };
    format!("cell t{} {state}", tint(cell.epoch))
}
