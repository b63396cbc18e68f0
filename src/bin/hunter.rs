//! A hunter's entry point: hunting runs here, away from the page's thread and from the worker that runs.

use js_sys::{Array, Uint8Array};
use netsplit::lab::hunter::Hunter;
use netsplit::lab::hunter::wire::{Reply, Request};
use netsplit::lab::session::build_id;
use netsplit::lab::wire::{decode, encode};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let scope = js_sys::global().unchecked_into::<DedicatedWorkerGlobalScope>();
    let send = {
        let scope = scope.clone();
        move |bytes: &[u8]| {
            let bytes = Uint8Array::from(bytes);
            scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())).expect("bytes can be sent");
        }
    };
    let hello = send.clone();
    let performance = scope.performance().expect("workers have a clock");
    let hunter = Hunter::new(move || (performance.now() * 1_000.0) as u64);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = event.data().unchecked_into::<Uint8Array>().to_vec();
        let Some(request) = decode::<Request>(&bytes) else { return };
        let say = |reply: Reply| send(&encode(&reply));
        say(hunter.answer(request, &mut |progress| say(progress)));
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    // What arrives before a handler is set is lost: the page waits for this, and hears of which build it is.
    hello(build_id().as_bytes());
}
