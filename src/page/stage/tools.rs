//! What can be done to the cluster as a whole.

use yew::{Callback, Html, Properties, component, html};

use crate::page::intent::{Intent, PanelName};
use crate::page::panels::icon;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct ToolsProps {
    pub words: &'static Words,
    pub narrow: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Tools(props: &ToolsProps) -> Html {
    let ToolsProps { words, narrow, on } = props;
    html! {
        <div class="tools" role="toolbar">
            <button onclick={on.reform(|_| Intent::Open(PanelName::Write))} aria-label={words.write} title={words.write}>
                { icon("pencil") }if !*narrow { { words.write } }
            </button>
            <button onclick={on.reform(|_| Intent::Act("heal".into()))} aria-label={words.heal_all} title={format!("{} (H)", words.heal_all)}>
                { icon("mend") }if !*narrow { { words.heal_all } }
            </button>
        </div>
    }
}
