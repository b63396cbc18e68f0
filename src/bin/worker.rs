//! The worker's entry point: the engines run here, away from the page's thread.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let scope = js_sys::global().unchecked_into::<DedicatedWorkerGlobalScope>();
    let sender = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        sender.post_message(&event.data()).expect("what came can be sent back");
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    // What arrives before a handler is set is lost: the page waits for this before it speaks.
    scope.post_message(&Uint8Array::new_with_length(0)).expect("an empty message can be sent");
}
