//! The worker as the page sees it: requests go in, replies come out, and it may die.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, MessageEvent, Url, Worker};

use super::queue::Queue;
use crate::lab::session::build_id;
use crate::lab::wire::{Numbered, Reply, Request, decode, encode};

/// Silence of the worker, in milliseconds of waking time, after which it is given up.
const PATIENCE: f64 = 10_000.0;
/// A slow network is no fault of the worker: loading may take longer.
const PATIENCE_AT_START: f64 = 60_000.0;

pub struct Engine {
    worker: Worker,
    queue: Queue,
    /// It speaks first, for what is sent before it listens is lost.
    awake: bool,
    waited: f64,
    failed: Rc<Cell<bool>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Engine {
    /// Starts a worker; `hear` gets the bytes of each of its messages.
    pub fn start(hear: impl Fn(Vec<u8>) + 'static) -> Option<Engine> {
        let base = web_sys::window()?.document()?.base_uri().ok()??;
        // The build in the address keeps a browser from bringing back an older worker.
        let name = format!("worker_start.js?{}", build_id());
        let address = Url::new_with_base(&name, &base).ok()?.href();
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
        let queue = Queue::default();
        Some(Engine { worker, queue, awake: false, waited: 0.0, failed, _on_message: on_message, _on_error: on_error })
    }

    pub fn ask(&mut self, request: Request) {
        self.queue.push(request);
        self.send_next();
    }

    pub fn is_idle(&self) -> bool {
        self.awake && self.queue.is_idle()
    }

    /// What a message of the worker means, with the request that it answers. The next request is on its way by then.
    pub fn take(&mut self, bytes: &[u8]) -> Option<(Request, Reply)> {
        self.waited = 0.0;
        if bytes.is_empty() {
            self.awake = true;
            self.send_next();
            return None;
        }
        let Some(Numbered { number, body }) = decode::<Numbered<Reply>>(bytes) else {
            self.failed.set(true);
            return None;
        };
        let request = self.queue.answered(number)?;
        self.send_next();
        Some((request, body))
    }

    /// Called each animation frame: true once the worker has failed, or has been silent for too long.
    pub fn is_dead(&mut self, milliseconds: f64) -> bool {
        if !self.awake || self.queue.is_waiting_for_answer() {
            self.waited += milliseconds;
        }
        self.failed.get() || self.waited > if self.awake { PATIENCE } else { PATIENCE_AT_START }
    }

    fn send_next(&mut self) {
        if !self.awake {
            return;
        }
        if let Some((number, body)) = self.queue.next() {
            let bytes = Uint8Array::from(encode(&Numbered { number, body }).as_slice());
            if self.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())).is_err() {
                self.failed.set(true);
            }
            self.waited = 0.0;
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
