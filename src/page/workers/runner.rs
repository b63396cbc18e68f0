//! The worker that runs, as the page sees it: requests go in, replies come out, and it may die.

use super::queue::Queue;
use super::thread::Thread;
use crate::lab::wire::{Numbered, Reply, Request, decode};

/// Silence of the worker, in milliseconds of waking time, after which it is given up.
const PATIENCE: f64 = 10_000.0;
/// A slow network is no fault of the worker: loading may take longer.
const PATIENCE_AT_START: f64 = 60_000.0;

pub struct Runner {
    thread: Thread,
    queue: Queue,
    /// It speaks first, for what is sent before it listens is lost.
    awake: bool,
    waited: f64,
}

impl Runner {
    /// Starts a worker; `hear` gets the bytes of each of its messages.
    pub fn start(hear: impl Fn(Vec<u8>) + 'static) -> Option<Runner> {
        let thread = Thread::start("worker", hear)?;
        Some(Runner { thread, queue: Queue::default(), awake: false, waited: 0.0 })
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
            self.thread.fail();
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
        self.thread.has_failed() || self.waited > if self.awake { PATIENCE } else { PATIENCE_AT_START }
    }

    fn send_next(&mut self) {
        if !self.awake {
            return;
        }
        if let Some((number, body)) = self.queue.next() {
            self.thread.send(&Numbered { number, body });
            self.waited = 0.0;
        }
    }
}
