use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::MediaQueryListEvent;
use yew::{hook, use_effect_with, use_state_eq};

use crate::page::browser::theme::query;

/// Whether a media query holds, kept up to date.
#[hook]
pub fn use_media(media: &'static str) -> bool {
    let holds = use_state_eq(|| query(media).is_some_and(|list| list.matches()));
    let setter = holds.setter();
    use_effect_with(media, move |media| {
        let list = query(media);
        let on_change = Closure::<dyn FnMut(MediaQueryListEvent)>::new(move |event: MediaQueryListEvent| {
            setter.set(event.matches());
        });
        if let Some(list) = &list {
            let _ = list.add_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
        }
        move || {
            if let Some(list) = list {
                let _ = list.remove_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
            }
            drop(on_change);
        }
    });
    *holds
}
