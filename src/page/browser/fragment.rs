//! The address: a run travels in its fragment.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Clipboard, HtmlElement, window};

/// What stands behind `#`, if anything.
pub fn current() -> Option<String> {
    let hash = window()?.location().hash().ok()?;
    let fragment = hash.trim_start_matches('#');
    (!fragment.is_empty()).then(|| fragment.to_string())
}

/// `system/scenario`: one by its name. No shared run has a slash.
pub fn named(fragment: &str) -> Option<(String, String)> {
    fragment.split_once('/').map(|(system, name)| (system.into(), name.into()))
}

/// Puts a run, or the name of a scenario, into the address without a step in the browser's history.
pub fn put(fragment: &str) {
    replace(&format!("#{fragment}"));
}

pub fn clear() {
    if current().is_some() {
        let path = window().and_then(|window| window.location().pathname().ok());
        replace(&path.unwrap_or_else(|| ".".into()));
    }
}

fn replace(address: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

pub fn address() -> String {
    window().and_then(|window| window.location().href().ok()).unwrap_or_default()
}

/// The person asked for the same page again.
pub fn is_reload() -> bool {
    let performance: JsValue = window().and_then(|window| window.performance()).into();
    let navigation = Reflect::get(&performance, &"navigation".into());
    // Of `PerformanceNavigation`: 1 is a reload.
    navigation.and_then(|navigation| Reflect::get(&navigation, &"type".into())).is_ok_and(|kind| kind == 1.0)
}

pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Hands a text to the person as a file.
pub fn download(name: &str, text: &str) {
    let link = gloo::utils::document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        let _ = link.set_attribute("href", &text_address(text));
        let _ = link.set_attribute("download", name);
        link.click();
    }
}

/// A text as an address that needs no server.
pub fn text_address(text: &str) -> String {
    format!("data:text/plain;charset=utf-8,{}", js_sys::encode_uri_component(text))
}

/// Puts a text into the clipboard; false where that is not allowed, or where there is none: a page that was not served
/// securely.
pub async fn copied(text: &str) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}

fn clipboard() -> Option<Clipboard> {
    let navigator: JsValue = window()?.navigator().into();
    Reflect::get(&navigator, &"clipboard".into()).ok()?.dyn_into().ok()
}
