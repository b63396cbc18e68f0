use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::{Callback, hook, use_effect_with};

/// Keys pressed anywhere but in a field. The callback says whether it took the key.
#[hook]
pub fn use_keys(on_key: Callback<KeyboardEvent, bool>) {
    use_effect_with(on_key, |on_key| {
        let on_key = on_key.clone();
        let options = EventListenerOptions::enable_prevent_default();
        let document = gloo::utils::document();
        let listener = EventListener::new_with_options(&document, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let in_field =
                target.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
            let free = !in_field || event.key() == "Escape";
            if free && !event.ctrl_key() && !event.meta_key() && on_key.emit(event.clone()) {
                event.prevent_default();
            }
        });
        move || drop(listener)
    });
}
