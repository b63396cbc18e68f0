//! The top bar: what runs, from which seed, and what one can do with it as a whole.

use yew::{Callback, Html, html};

use super::icon;
use super::tracks::letter;
use crate::page::intent::Intent;
use crate::page::stage::hand::gesture::Tool;
use crate::page::state::Panel;
use crate::page::state::seen::Seen;
use crate::page::words::{Words, fill};

pub fn bar(words: &'static Words, seen: Option<&Seen>, tool: Tool, narrow: bool, on: &Callback<Intent>) -> Html {
    let open = |panel: Panel| Intent::Open(panel.clone()).on_click(on);
    let run = seen.as_ref().map(|seen| &seen.run);
    let caption = run.map(|run| if run.caption.is_empty() { run.scenario.clone() } else { run.caption.clone() });
    let system = run.map(|run| run.title.clone());
    let share = Intent::Share.on_click(on);
    if narrow {
        return html! {
            <header class="bar">
                <button class="plain" aria-label={words.menu} onclick={open(Panel::Menu)}>{ icon("menu") }</button>
                <h1 class="unseen">{ "Netsplit" }</h1><h2 class="title">{ caption }</h2>
                <span class="spread"></span>
                { branch(words, seen, on) }
                { knife(words, tool, on) }
                <button class="plain" aria-label={words.share} onclick={share}>{ icon("share") }</button>
            </header>
        };
    }
    html! {
        <header class="bar">
            <h1 class="logo">{ logo() }{ "Netsplit" }</h1>
            <button class="plain" onclick={open(Panel::Menu)}>{ icon("menu") }{ words.scenarios }</button>
            <span class="rule"></span>
            <h2 class="title">{ caption }</h2><span class="dim system">{ system }</span>
            <span class="spread"></span>
            if let Some(run) = run {
                <span class="seed"><span class="dim">{ words.seed }</span>{ run.seed }</span>
                <span class="rule"></span>
            }
            <button class="plain" onclick={open(Panel::Setup)}>{ icon("sliders") }{ words.setup }</button>
            <button class="plain" onclick={share}>{ icon("share") }{ words.share }</button>
            <button class="plain" onclick={Intent::Present.on_click(on)} title={format!("{} (P)", words.present)}>{ icon("present") }{ words.present }<kbd aria-hidden="true">{ "P" }</kbd></button>
            <button class="plain" lang={words.other().language_tag} onclick={Intent::Language.on_click(on)}>{ words.other_language }</button>
            <button class="plain" aria-label={words.theme} title={words.theme} onclick={Intent::Theme.on_click(on)}>{ icon("theme") }</button>
            <button class="plain" aria-label={words.keys} title={words.keys} onclick={open(Panel::Keys)}><kbd>{ "?" }</kbd></button>
        </header>
    }
}

/// On a phone there is no room for tools on the stage: the knife is taken and laid down here.
fn knife(words: &'static Words, tool: Tool, on: &Callback<Intent>) -> Html {
    let (pressed, other) = match tool {
        Tool::Knife => ("true", Tool::Select),
        Tool::Select => ("false", Tool::Knife),
    };
    html! { <button class="plain" aria-pressed={pressed} aria-label={words.tool_knife} onclick={Intent::Tool(other).on_click(on)}>{ icon("knife") }</button> }
}

/// The branch on the screen, once there are two; a tap goes to the next.
fn branch(words: &'static Words, seen: Option<&Seen>, on: &Callback<Intent>) -> Html {
    let Some(timeline) = seen.map(|seen| &seen.timeline).filter(|timeline| timeline.branches.len() > 1) else {
        return Html::default();
    };
    let at = timeline.branches.iter().position(|branch| branch.id == timeline.branch).unwrap_or(0);
    let next = timeline.branches[(at + 1) % timeline.branches.len()].id;
    let label = fill(words.next_branch, &[&letter(at)]);
    html! { <button class="branch-chip" aria-label={label} onclick={Intent::Switch(next).on_click(on)}>{ letter(at) }</button> }
}

fn logo() -> Html {
    html! {
        <svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" aria-hidden="true">
            <circle cx="3.9" cy="10" r="2.5" /><circle cx="16.1" cy="10" r="2.5" /><path d="M6.6 10h2.1M11.3 10h2.1M8.7 6.9v6.2M11.3 6.9v6.2" />
        </svg>
    }
}
