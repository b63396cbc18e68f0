//! All keys, behind `?`.

use yew::{Html, Properties, component, html};

use crate::page::keyboard;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct KeysProps {
    pub words: &'static Words,
}

#[component]
pub fn Keys(props: &KeysProps) -> Html {
    let words = props.words;
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
