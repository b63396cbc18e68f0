//! Light or dark, and the language: as the system says, until a person says otherwise.

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, MediaQueryList, window};

use super::memory;
use crate::page::words::Words;

fn root() -> Option<Element> {
    window()?.document()?.document_element()
}

pub fn query(media: &str) -> Option<MediaQueryList> {
    window()?.match_media(media).ok()?
}

/// As a person chose, or else as the system says.
fn suit() {
    let dark = || query("(prefers-color-scheme: dark)").is_some_and(|list| list.matches());
    set(&memory::theme().unwrap_or_else(|| if dark() { "dark" } else { "light" }.to_owned()));
}

pub fn toggle() {
    let dark = root().and_then(|root| root.get_attribute("data-theme")).as_deref() == Some("dark");
    let other = if dark { "light" } else { "dark" };
    memory::remember_theme(other);
    set(other);
}

/// A projector is light, whatever the room's screens are; afterwards everything is as before.
pub fn project(on: bool) {
    if on { set("light") } else { suit() }
}

/// Calls back once the page's own letters have arrived: what was measured with others is measured again.
pub fn on_fonts(then: impl FnOnce() + 'static) {
    let document: JsValue = gloo::utils::document().into();
    let ready = Reflect::get(&document, &"fonts".into()).and_then(|fonts| Reflect::get(&fonts, &"ready".into()));
    if let Some(ready) = ready.ok().and_then(|ready| ready.dyn_into::<Promise>().ok()) {
        spawn_local(async move {
            let _ = JsFuture::from(ready).await;
            then();
        });
    }
}

fn set(theme: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme);
    }
}

pub fn set_language(words: &Words) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", words.language_tag);
    }
}

pub fn suited_words() -> &'static Words {
    let language = memory::language().or_else(|| window()?.navigator().language());
    Words::suited(&language.unwrap_or_default())
}
