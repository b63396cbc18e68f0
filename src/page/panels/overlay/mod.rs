//! What lies over the page for a while: the menu, the options, the keys, a line to type. One at a time; Esc closes it.

mod keys;
mod menu;
mod scenarios;
mod setup;
mod workload;
mod write;

pub use menu::Timing;

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement, HtmlElement, MouseEvent};
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_node_ref};

use super::icon;
use crate::lab::wire::{Problem, SystemCard};
use crate::page::hooks::{use_focus_back, use_media};
use crate::page::intent::Intent;
use crate::page::present::qr;
use crate::page::state::seen::Seen;
use crate::page::state::{DrawerView, Panel};
use crate::page::words::Words;
use keys::keys;
use menu::menu;
use setup::setup;
use write::Write;

#[derive(Properties, PartialEq)]
pub struct OverlayProps {
    pub words: &'static Words,
    pub panel: Option<Panel>,
    pub catalog: Option<Rc<Vec<SystemCard>>>,
    pub seen: Option<Seen>,
    pub problem: Option<Problem>,
    pub timing: Timing,
    pub drawer: Option<DrawerView>,
    pub narrow: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Overlay(props: &OverlayProps) -> Html {
    let OverlayProps { words, panel, catalog, seen, problem, timing, drawer, narrow, on } = props;
    let dialog = use_node_ref();
    use_focus_back(panel.is_some());
    let coarse = use_media("(pointer: coarse)");
    {
        let dialog = dialog.clone();
        let is_list = coarse && *panel == Some(Panel::Menu);
        use_effect_with(panel.as_ref().map(std::mem::discriminant), move |_| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
                // The first field; of a list that is read from its top none, nor on a touch screen of one that its keyboard
                // would hide.
                let first = dialog.query_selector("input:not([type='range'])").ok().flatten().filter(|_| !is_list);
                let target = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()).unwrap_or(dialog.into());
                let _ = target.focus();
            }
        });
    }
    let Some(panel) = panel else { return Html::default() };
    // A list of keys has nothing to focus, and is scrolled by keyboard all the same.
    let scrolls = (*panel == Panel::Keys).then_some("0");
    let close = Intent::ClosePanel.on_click(on);
    let (class, title, body) = match panel {
        Panel::Menu => (
            "menu",
            words.scenarios,
            html! { { menu(words, catalog.as_ref(), seen.as_ref(), *timing, *drawer, *narrow, on) } },
        ),
        Panel::Setup => ("setup", words.setup, html! { { setup(words, seen.as_ref(), problem.as_ref(), on) } }),
        Panel::Keys => ("keys", words.keys, html! { { keys(words) } }),
        Panel::Write => (
            "write",
            words.command,
            html! { <Write {words} seen={seen.clone()} problem={problem.clone()} on={on.clone()} /> },
        ),
        Panel::Link(address) => (
            "link",
            words.share_title,
            html! {
                <><p>{ words.copy_by_hand }</p><input readonly=true value={address.clone()} aria-label={words.share_title} />{ qr(address, words) }</>
            },
        ),
        Panel::Qr(address) if address.is_empty() => ("link qr-panel", words.share_title, Html::default()),
        Panel::Qr(address) => ("link qr-panel", words.share_title, qr(address, words)),
        Panel::Text(text) => (
            "link",
            words.copy_state,
            html! {
                <><p>{ words.copy_text_by_hand }</p><textarea readonly=true rows="12" value={text.clone()} aria-label={words.copy_state} /></>
            },
        ),
    };
    // A click on the dialog itself, and on nothing in it, is one beside it.
    let beside = {
        let (close, dialog) = (close.clone(), dialog.clone());
        Callback::from(move |event: MouseEvent| {
            if event.target() == dialog.cast::<HtmlElement>().map(Into::into) {
                close.emit(event);
            }
        })
    };
    // What else closes a dialog, as a phone's way back, is an intent, too.
    let cancel = on.reform(|event: Event| {
        event.prevent_default();
        Intent::ClosePanel
    });
    html! {
        <dialog class={format!("panel {class}")} aria-label={title} tabindex="-1" ref={dialog} onclick={beside} oncancel={cancel}>
            <div class="panel-head"><h2>{ title }</h2><span class="spread"></span>
                <button class="plain" aria-label={words.close} title="Esc" onclick={close}>{ icon("cross") }</button></div>
            <div class="panel-body" tabindex={scrolls}>{ body }</div>
        </dialog>
    }
}
