//! A worker of the page: bytes go to it and come from it, and it may fail.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, MessageEvent, Url, Worker};

use crate::lab::session::build_id;
use crate::lab::wire::encode;

pub struct Thread {
    worker: Worker,
    failed: Rc<Cell<bool>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Thread {
    /// Starts one of the binaries; `hear` gets the bytes of each of its messages. The first says that it listens: what is
    /// sent before is lost.
    pub fn start(name: &str, hear: impl Fn(Vec<u8>) + 'static) -> Option<Thread> {
        let base = web_sys::window()?.document()?.base_uri().ok()??;
        // The build in the address keeps a browser from bringing back an older worker.
        let start = format!("worker_start.js?{name}-{}", build_id());
        let address = Url::new_with_base(&start, &base).ok()?.href();
        let worker = Worker::new(&address).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            hear(event.data().unchecked_into::<Uint8Array>().to_vec());
        });
        let failed = Rc::new(Cell::new(false));
        let flag = failed.clone();
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            flag.set(true);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Thread { worker, failed, _on_message: on_message, _on_error: on_error })
    }

    pub fn send(&self, message: &impl Serialize) {
        let bytes = Uint8Array::from(encode(message).as_slice());
        if self.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())).is_err() {
            self.fail();
        }
    }

    pub fn fail(&self) {
        self.failed.set(true);
    }

    pub fn has_failed(&self) -> bool {
        self.failed.get()
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
