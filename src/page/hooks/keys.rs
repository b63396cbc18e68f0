use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlButtonElement, KeyboardEvent, MouseEvent};
use yew::{Callback, hook, use_effect_with};

/// Keys pressed and let go anywhere but in a field. The callback says whether it took the key. When the window is left, the
/// keys that are held are let go elsewhere.
#[hook]
pub fn use_keys(on_key: Callback<KeyboardEvent, bool>, on_leave: Callback<()>) {
    use_effect_with((), move |()| {
        let listener = EventListener::new(&gloo::utils::window(), "blur", move |_| on_leave.emit(()));
        move || drop(listener)
    });
    use_effect_with(on_key, |on_key| {
        let document = gloo::utils::document();
        let hear = |name: &'static str| {
            let on_key = on_key.clone();
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&document, name, options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let in_field = target
                    .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
                let free = !in_field || event.key() == "Escape";
                if free && on_key.emit(event.clone()) {
                    event.prevent_default();
                }
            })
        };
        let listeners = (hear("keydown"), hear("keyup"));
        // A button clicked by mouse gives the keyboard back: Space is the clock's, not the button's.
        let clicks = EventListener::new(&document, "click", |event| {
            let by_mouse = event.dyn_ref::<MouseEvent>().is_some_and(|event| event.detail() > 0);
            let focused = gloo::utils::document().active_element();
            let button = focused.and_then(|element| element.dyn_into::<HtmlButtonElement>().ok());
            if let (true, Some(button)) = (by_mouse, button) {
                let _ = button.blur();
            }
        });
        move || drop((listeners, clicks))
    });
}
