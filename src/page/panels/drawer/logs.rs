//! All nodes' logs, one below the other, with the same position in the same column.

use yew::{Callback, Html, html};

use crate::describe::{Lane, LedgerEntry};
use crate::lab::frame::NodeFrame;
use crate::page::intent::Intent;
use crate::page::panels::cells::{cell_box, lost};
use crate::page::stage::role_words;
use crate::page::state::seen::Seen;
use crate::page::state::selection::Selection;
use crate::page::tint::{chip, tint};
use crate::page::words::{Words, fill};

/// As many positions as a log tells of at most: the newest ones, of which the last are in sight at first.
const COLUMNS: u64 = 16;

pub fn logs(words: &'static Words, seen: &Seen, on: &Callback<Intent>) -> Html {
    let keepers: Vec<(&NodeFrame, &Lane)> =
        seen.frame.nodes.iter().filter_map(|node| Some((node, node.view.lane.as_ref()?))).collect();
    if keepers.is_empty() {
        return html! { <p class="dim pad">{ words.no_logs }</p> };
    }
    let lost = lost(&seen.frame);
    let end = keepers.iter().map(|(_, lane)| lane.before + lane.cells.len() as u64).max().unwrap_or_default();
    let begin = end.saturating_sub(COLUMNS);
    html! {
        <div class="logs" style={format!("--columns:{}", (end - begin).max(1))}>
            if begin > 0 { <p class="caption">{ fill(words.older_positions, &[&begin]) }</p> }
            <ul>{ for keepers.into_iter().map(|(node, lane)| log(words, (node, lane), begin, &lost, on)) }</ul>
        </div>
    }
}

fn log(
    words: &'static Words,
    (node, lane): (&NodeFrame, &Lane),
    begin: u64,
    lost: &[LedgerEntry],
    on: &Callback<Intent>,
) -> Html {
    let here = Selection::Node(node.id);
    let position = |index: usize| lane.before + index as u64;
    let cells = lane.cells.iter().enumerate().filter(|(index, _)| position(*index) >= begin);
    let pointers = |index: usize| {
        let labels = lane.pointers.iter().filter(move |pointer| pointer.cell as usize == index);
        labels.map(|pointer| pointer.label.as_str()).collect::<Vec<_>>().join(" ")
    };
    html! {
        <li key={node.name.clone()}>
            <button class="log-head" onclick={Intent::Select(Some(here)).on_click(on)}>
                <strong>{ &node.name }</strong><span class="dim">{ role_words(node, words) }</span>
                if let Some(epoch) = node.view.epoch { <span class={format!("chip t{}", tint(Some(epoch)))}>{ chip(epoch) }</span> }
            </button>
            if lane.cells.is_empty() && lane.snapshot.is_empty() {
                <p class="dim">{ words.log_empty }</p>
            } else {
                <ol class="aligned">
                    if lane.before > begin && !lane.snapshot.is_empty() {
                        <li style={format!("grid-column:1/{}", lane.before - begin + 1)}>
                            <span class="cell snapshot">{ fill(words.log_snapshot, &[&lane.snapshot]) }</span>
                        </li>
                    }
                    { for cells.map(|(index, cell)| {
                        let column = position(index) - begin + 1;
                        html! {
                            <li key={index} style={format!("grid-column:{column}")}>
                                { cell_box(words, cell, lost) }
                                <em>{ pointers(index) }</em>
                            </li>
                        }
                    }) }
                </ol>
            }
        </li>
    }
}
