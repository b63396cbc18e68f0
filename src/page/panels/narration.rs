//! What happened, in sentences; the speaker speaks them to those who listen.

use yew::{Callback, Html, html};

use crate::lab::frame::Position;
use crate::lab::wire::SentenceKind;
use crate::page::digits;
use crate::page::intent::Intent;
use crate::page::seen::Seen;
use crate::page::words::Words;

/// The newest comes last and stays in sight, unless somebody scrolled back; on a phone all of the sheet scrolls.
pub fn narration(words: &'static Words, seen: &Seen, narrow: bool, on: &Callback<Intent>) -> Html {
    let last = seen.narration.len().saturating_sub(1);
    html! {
        <section class="narration">
            <div class="line-head"><span>{ words.what_happened }</span><span class="right">{ words.select_hint }</span></div>
            if seen.narration.is_empty() { <p class="dim">{ words.nothing_yet }</p> }
            <div class="sentences" tabindex={(!narrow).then_some("0")} role="group" aria-label={words.what_happened}>
                <ol>
                    { for seen.narration.iter().enumerate().map(|(i, sentence)| {
                        let at = sentence.at;
                        let class = match sentence.kind {
                            SentenceKind::Said => "said",
                            _ if i == last => "newest",
                            _ => "",
                        };
                        html! {
                            <li {class} key={format!("{}-{}", at.0, sentence.words)}>
                                <button onclick={Intent::Seek(Position::at(at)).on_click(on)}>{ format!("{} s", digits::stamp(at)) }</button>
                                if sentence.kind == SentenceKind::Done { <code>{ &sentence.words }</code> } else { <span>{ &sentence.words }</span> }
                            </li>
                        }
                    }) }
                </ol>
            </div>
        </section>
    }
}

/// The newest sentence alone, for a phone.
pub fn caption(seen: &Seen) -> Html {
    let newest = seen.narration.last().map_or(&seen.run.caption, |sentence| &sentence.words).clone();
    html! { <p class="newest-sentence">{ newest }</p> }
}
