use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File};
use yew::{Callback, hook, use_effect_with};

/// Takes a file that is dropped anywhere on the page; while one is above it, the page says so.
#[hook]
pub fn use_file_drop(take: Callback<File>) {
    use_effect_with((), move |()| {
        let window = gloo::utils::window();
        let options = EventListenerOptions::enable_prevent_default;
        let over = EventListener::new_with_options(&window, "dragover", options(), |event| {
            let drag = event.dyn_ref::<DragEvent>();
            if drag.and_then(DragEvent::data_transfer).is_some_and(|data| data.types().includes(&"Files".into(), 0)) {
                event.prevent_default();
                say(true);
            }
        });
        let leave = EventListener::new(&window, "dragleave", |event| {
            if event.dyn_ref::<DragEvent>().is_some_and(|drag| drag.related_target().is_none()) {
                say(false);
            }
        });
        let drop_here = EventListener::new_with_options(&window, "drop", options(), move |event| {
            say(false);
            let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
            if let Some(file) = data.and_then(|data| data.files()).and_then(|files| files.get(0)) {
                event.prevent_default();
                take.emit(file);
            }
        });
        move || drop((over, leave, drop_here))
    });
}

fn say(dropping: bool) {
    if let Some(root) = gloo::utils::document().document_element() {
        let _ = root.toggle_attribute_with_force("data-dropping", dropping);
    }
}
