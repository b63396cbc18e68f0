//! The worker's entry point: the engines run here, away from the page's thread.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use netsplit::lab::session::Session;
use netsplit::lab::wire::{Numbered, Request, decode, encode};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let scope = js_sys::global().unchecked_into::<DedicatedWorkerGlobalScope>();
    let sender = scope.clone();
    let session = RefCell::new(Session::new());
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = event.data().unchecked_into::<Uint8Array>().to_vec();
        // Of what a page of another build says, only the silence is understood: it gives this worker up.
        let Some(Numbered { number, body }) = decode::<Numbered<Request>>(&bytes) else { return };
        let reply = Numbered { number, body: session.borrow_mut().answer(body) };
        let bytes = Uint8Array::from(encode(&reply).as_slice());
        sender.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())).expect("bytes can be sent");
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    // What arrives before a handler is set is lost: the page waits for this before it speaks.
    scope.post_message(&Uint8Array::new_with_length(0)).expect("an empty message can be sent");
}
