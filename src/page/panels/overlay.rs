//! What lies over the page for a while: the menu, the options, the keys, a line to type. One at a time; Esc closes it.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_node_ref};

use super::icon;
use super::keys::keys;
use super::menu::{Timing, menu};
use super::setup::setup;
use super::write::Write;
use crate::lab::wire::{Problem, SystemCard};
use crate::page::intent::Intent;
use crate::page::present::qr;
use crate::page::seen::Seen;
use crate::page::state::{DrawerView, Panel};
use crate::page::words::Words;

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
    {
        let dialog = dialog.clone();
        use_effect_with(panel.as_ref().map(std::mem::discriminant), move |open| {
            // The focus goes back to where the keyboard left it; a mouse left it nowhere.
            let before = gloo::utils::document().active_element();
            let before = before.filter(|element| element.matches(":focus-visible").unwrap_or(false));
            let before = before.and_then(|element| element.dyn_into::<HtmlElement>().ok());
            if let (Some(_), Some(element)) = (open, dialog.cast::<HtmlElement>()) {
                let first = element.query_selector("input, [autofocus]").ok().flatten();
                let target = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()).unwrap_or(element);
                let _ = target.focus();
            }
            let opened = open.is_some();
            move || {
                if let (true, Some(before)) = (opened, before) {
                    let _ = before.focus();
                }
            }
        });
    }
    let Some(panel) = panel else { return Html::default() };
    // A list of keys has nothing to focus, and is scrolled by keyboard all the same.
    let scrolls = (*panel == Panel::Keys).then_some("0");
    let close = on.reform(|_| Intent::ClosePanel);
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
    html! {
        <>
            <div class="scrim" onclick={close.clone()}></div>
            <div class={format!("panel {class}")} role="dialog" aria-modal="true" aria-label={title} tabindex="-1" ref={dialog}>
                <div class="panel-head"><h2>{ title }</h2><span class="spread"></span>
                    <button class="plain" aria-label={words.close} title="Esc" onclick={close}>{ icon("cross") }</button></div>
                <div class="panel-body" tabindex={scrolls}>{ body }</div>
            </div>
        </>
    }
}
