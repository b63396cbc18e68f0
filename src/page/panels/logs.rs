//! All nodes' logs side by side.

use yew::{Callback, Html, html};

use super::cells::Cells;
use crate::page::intent::Intent;
use crate::page::seen::Seen;
use crate::page::selection::Selection;
use crate::page::stage::role_words;
use crate::page::tint::{chip, tint};
use crate::page::words::Words;

pub fn logs(words: &'static Words, seen: &Seen, on: &Callback<Intent>) -> Html {
    let keepers: Vec<_> = seen.frame.nodes.iter().filter_map(|node| Some((node, node.view.lane.clone()?))).collect();
    if keepers.is_empty() {
        return html! { <p class="dim pad">{ words.no_logs }</p> };
    }
    html! {
        <ul class="logs">
            { for keepers.into_iter().map(|(node, lane)| {
                let here = Selection::Node(node.id);
                html! {
                    <li key={node.name.clone()}>
                        <button class="log-head" onclick={on.reform(move |_| Intent::Select(Some(here)))}>
                            <strong>{ &node.name }</strong><span class="dim">{ role_words(node, words) }</span>
                            if let Some(epoch) = node.view.epoch { <span class={format!("chip t{}", tint(Some(epoch)))}>{ chip(epoch) }</span> }
                        </button>
                        <Cells {words} {lane} most={24} at={seen.frame.at} />
                    </li>
                }
            }) }
        </ul>
    }
}
