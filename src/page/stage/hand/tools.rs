//! What the hand holds, and what can be done to the cluster as a whole.

use yew::{Callback, Html, html};

use super::gesture::Tool;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::stage::place::layout::{Layout, Screen};
use crate::page::state::Panel;
use crate::page::words::Words;

pub fn tools(words: &'static Words, tool: Tool, layout: &Layout, on: &Callback<Intent>) -> Html {
    let narrow = layout.screen == Screen::Phone;
    let named = !narrow && layout.names_tools();
    let held = |which: Tool, name: &'static str, label: &'static str, keys: &'static str| {
        let pressed = if tool == which { "true" } else { "false" };
        html! {
            <button aria-pressed={pressed} aria-label={label} title={format!("{label}{keys}")} onclick={Intent::Tool(which).on_click(on)}>
                { icon(name) }if named { { label } }
            </button>
        }
    };
    html! {
        <div class="tools" role="toolbar" aria-label={words.tools}>
            if !narrow {
                { held(Tool::Select, "pointer", words.tool_select, "") }
                { held(Tool::Knife, "knife", words.tool_knife, words.knife_hold) }
            }
            <button onclick={Intent::Open(Panel::Write).on_click(on)} aria-label={words.write} title={words.write}>
                { icon("pencil") }if named { { words.write } }
            </button>
            <button onclick={Intent::Act("heal".into()).on_click(on)} aria-label={words.heal_all} title={format!("{} (H)", words.heal_all)}>
                { icon("mend") }if named { { words.heal_all } }
            </button>
        </div>
    }
}
