//! All keys, behind `?`.

use yew::{Html, html};

use crate::page::intent::keyboard;
use crate::page::words::Words;

pub fn keys(words: &'static Words) -> Html {
    html! {
        <>
            <dl class="key-list">
                { for keyboard::list(words).into_iter().map(|(keys, does)| html! {
                    <><dt>{ for keys.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }</dt><dd>{ does }</dd></>
                }) }
            </dl>
            <p class="dim">{ words.keys_note }</p>
        </>
    }
}
