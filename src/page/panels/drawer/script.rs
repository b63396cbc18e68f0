//! The branch as a script, to read and to edit. A mistake is shown at its place, and the text is kept.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};
use yew::{Callback, Html, InputEvent, Properties, TargetCast, component, html, use_effect_with, use_node_ref};

use crate::lab::wire::Problem;
use crate::page::browser::fragment::text_address;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::panels::trouble::trouble;
use crate::page::state::seen::Seen;
use crate::page::words::Words;
use crate::page::words::digits;

#[derive(Properties, PartialEq)]
pub struct ScriptProps {
    pub words: &'static Words,
    pub script: Rc<str>,
    pub draft: Option<Rc<str>>,
    pub problem: Option<Problem>,
    pub seen: Option<Seen>,
    pub on: Callback<Intent>,
}

#[component]
pub fn Script(props: &ScriptProps) -> Html {
    let ScriptProps { words, script, draft, problem, seen, on } = props;
    let text = draft.as_deref().unwrap_or(script).to_string();
    let edit = on.reform(|event: InputEvent| {
        Intent::Draft(Some(event.target_unchecked_into::<HtmlTextAreaElement>().value().into()))
    });
    let run = {
        let text = text.clone();
        Intent::RunScript(text.clone()).on_click(on)
    };
    let editor = use_node_ref();
    {
        let editor = editor.clone();
        use_effect_with(problem.as_ref().map(|problem| problem.line), move |line| {
            if let (Some(line), Some(editor)) = (line, editor.cast::<Element>()) {
                show_line(&editor, *line);
            }
        });
    }
    let lines = text.lines().count().max(1) + usize::from(text.ends_with('\n'));
    let wrong = problem.as_ref().filter(|problem| problem.line > 0);
    let spot = wrong.map(|problem| {
        let (line, column) = (problem.line - 1, problem.column.max(1) - 1);
        html! {
            <>
                <i class="wrong-line" style={format!("top:calc({line} * var(--row))")}></i>
                <i class="wrong-place" style={format!("top:calc({} * var(--row) - 3px);left:calc({column} * 1ch)", line + 1)}></i>
            </>
        }
    });
    html! {
        <div class="script">
            <p class="note">{ words.script_note }</p>
            <div class="editor" ref={editor}>
                <pre class="numbers" aria-hidden="true">{ (1..=lines).map(|n| format!("{n}\n")).collect::<String>() }</pre>
                <div class="text">
                    { spot }
                    <textarea aria-label={words.script_label} rows={(lines + 1).to_string()} spellcheck="false" autocapitalize="off" autocomplete="off"
                        wrap="off" value={text} oninput={edit} aria-invalid={if problem.is_some() { "true" } else { "false" }} />
                </div>
            </div>
            if let Some(problem) = problem { { trouble(words, problem) } }
            { without_effect(seen.as_ref()) }
            <div class="drawer-foot">
                <button class="primary" onclick={run}>{ words.run }</button>
                if draft.is_some() { <button class="outlined" onclick={Intent::Draft(None).on_click(on)}>{ words.revert }</button> }
                <span class="spread"></span>
                <a class="plain" download="script.txt" href={text_address(script)}>{ icon("download") }{ words.download_script }</a>
                <button class="plain" onclick={Intent::Transcript.on_click(on)}>{ icon("download") }{ words.download_transcript }</button>
            </div>
        </div>
    }
}

/// Scrolls a line into sight, to the middle where it is out of it.
fn show_line(editor: &Element, line: u32) {
    let rows = editor.scroll_height() / editor.query_selector("textarea").ok().flatten().map_or(1, rows_of).max(1);
    let (top, high) = (rows * line.saturating_sub(1) as i32, editor.client_height());
    if top < editor.scroll_top() || top + 2 * rows > editor.scroll_top() + high {
        editor.set_scroll_top(top - high / 2);
    }
}

fn rows_of(text: Element) -> i32 {
    text.unchecked_into::<HtmlTextAreaElement>().rows() as i32
}

/// Lines that changed nothing stay in the script, and say why.
fn without_effect(seen: Option<&Seen>) -> Html {
    let entries = seen.map(|seen| seen.schedule.iter().filter(|entry| entry.no_effect.is_some()).collect::<Vec<_>>());
    let entries = entries.unwrap_or_default();
    if entries.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="no-effect">
            { for entries.iter().rev().take(4).map(|entry| html! {
                <li><code>{ format!("{}  {}", digits::stamp(entry.at.time), entry.line) }</code><span>{ entry.no_effect.clone() }</span></li>
            }) }
        </ul>
    }
}
