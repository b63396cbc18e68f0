//! What can be done to the cluster as a whole.

use yew::{Callback, Html, html};

use crate::page::intent::{Intent, PanelName};
use crate::page::panels::icon;
use crate::page::words::Words;

pub fn tools(words: &'static Words, narrow: bool, on: &Callback<Intent>) -> Html {
    html! {
        <div class="tools" role="toolbar">
            <button onclick={on.reform(|_| Intent::Open(PanelName::Write))} aria-label={words.write} title={words.write}>
                { icon("pencil") }if !narrow { { words.write } }
            </button>
            <button onclick={on.reform(|_| Intent::Act("heal".into()))} aria-label={words.heal_all} title={format!("{} (H)", words.heal_all)}>
                { icon("mend") }if !narrow { { words.heal_all } }
            </button>
        </div>
    }
}
