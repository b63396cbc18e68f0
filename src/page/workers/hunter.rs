//! A hunter as the page sees it: started when there is something for it to do, asked one thing at a time, and ended by
//! being let go, whatever it does.

use super::thread::Thread;
use crate::lab::hunter::wire::{Reply, Request};
use crate::lab::session::build_id;
use crate::lab::wire::decode;

/// Milliseconds within which it should be there: a slow network is no fault of it.
const PATIENCE: f64 = 60_000.0;

pub struct Hunter {
    thread: Thread,
    awake: bool,
    waited: f64,
    /// What it was asked before it was awake.
    waiting: Option<Request>,
    is_idle: bool,
}

impl Hunter {
    /// Starts one; `hear` gets the bytes of each of its messages.
    pub fn start(hear: impl Fn(Vec<u8>) + 'static) -> Option<Hunter> {
        let thread = Thread::start("hunter", hear)?;
        Some(Hunter { thread, awake: false, waited: 0.0, waiting: None, is_idle: true })
    }

    pub fn ask(&mut self, request: Request) {
        self.is_idle = false;
        if self.awake {
            self.thread.send(&request);
        } else {
            self.waiting = Some(request);
        }
    }

    pub fn is_idle(&self) -> bool {
        self.is_idle
    }

    /// What a message of it means.
    pub fn take(&mut self, bytes: &[u8]) -> Option<Reply> {
        if !self.awake {
            // The first names its build.
            self.awake = bytes == build_id().as_bytes();
            match self.waiting.take() {
                _ if !self.awake => self.thread.fail(),
                Some(request) => self.thread.send(&request),
                None => {}
            }
            return None;
        }
        let reply = decode::<Reply>(bytes);
        match &reply {
            Some(reply) => self.is_idle = reply.is_last(),
            None => self.thread.fail(),
        }
        reply
    }

    /// Called each animation frame: true once it has failed, or does not come.
    pub fn is_dead(&mut self, milliseconds: f64) -> bool {
        if !self.awake {
            self.waited += milliseconds;
        }
        self.thread.has_failed() || self.waited > PATIENCE
    }
}
