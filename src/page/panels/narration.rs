//! What happened, in sentences; spoken politely to those who listen.

use yew::{Callback, Html, Properties, component, html};

use crate::page::digits;
use crate::page::intent::Intent;
use crate::page::seen::Seen;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct NarrationProps {
    pub words: &'static Words,
    pub seen: Seen,
    pub on: Callback<Intent>,
}

#[component]
pub fn Narration(props: &NarrationProps) -> Html {
    let NarrationProps { words, seen, on } = props;
    let last = seen.narration.len().saturating_sub(1);
    html! {
        <section class="narration">
            <div class="line-head"><span>{ words.what_happened }</span><span class="right">{ words.select_hint }</span></div>
            if seen.narration.is_empty() { <p class="dim">{ words.nothing_yet }</p> }
            <ol aria-live="polite">
                { for seen.narration.iter().enumerate().map(|(i, sentence)| {
                    let at = sentence.at;
                    let class = if sentence.said { "said" } else if i == last { "newest" } else { "" };
                    html! {
                        <li {class} key={format!("{}-{}", at.0, sentence.words)}>
                            <button onclick={on.reform(move |_| Intent::SeekTime(at))}>{ format!("{} s", digits::stamp(at)) }</button>
                            <span>{ &sentence.words }</span>
                        </li>
                    }
                }) }
            </ol>
        </section>
    }
}

#[derive(Properties, PartialEq)]
pub struct CaptionProps {
    pub seen: Seen,
}

/// The newest sentence alone, for a phone.
#[component]
pub fn Caption(props: &CaptionProps) -> Html {
    let newest = props.seen.narration.last().map(|sentence| sentence.words.clone());
    html! { <p class="newest-sentence" aria-live="polite">{ newest }</p> }
}
