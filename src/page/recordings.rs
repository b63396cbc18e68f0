//! Histories from outside: a file is read, held to a model by a hunter, and shown. Another file, or giving up, ends that
//! hunter.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::thread::Thread;
use crate::lab::hearing::Hearing;
use crate::lab::hunter::wire::{Recording, Reply, Request};
use crate::lab::session::build_id;
use crate::lab::wire::{Problem, decode};

/// Larger files are refused, and said to be: they would not fit into a tab many times over.
const BYTES_AT_MOST: f64 = 128.0 * 1_048_576.0;

/// A file, and how far it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Exhibit {
    pub file: File,
    /// None: told from its functions.
    pub model: Option<String>,
    pub step: Step,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Reading,
    Judging { operations: u32, explored: u64, micros: u64 },
    Judged { hearing: Rc<Hearing>, format: String, micros: u64 },
    Wrong(Problem),
}

type Say = Rc<dyn Fn(Step)>;

/// Judges one recording at a time.
#[derive(Default)]
pub struct Judge {
    work: RefCell<Option<(Thread, Say)>>,
    /// Counts what was begun: an answer to something earlier is nobody's.
    turn: Cell<u32>,
}

impl Judge {
    pub fn stop(&self) {
        self.turn.set(self.turn.get() + 1);
        *self.work.borrow_mut() = None;
    }

    /// Called each animation frame: a hunter that died says so.
    pub fn watch(&self) {
        let failed = self.work.borrow().as_ref().is_some_and(|(thread, _)| thread.has_failed());
        if failed && let Some((_, say)) = self.work.take() {
            say(Step::Wrong(problem("the judge stopped", "perhaps the history is too large for a browser")));
        }
    }

    pub fn begin(self: &Rc<Self>, file: File, model: Option<String>, say: impl Fn(Step) + 'static) {
        self.stop();
        let (me, turn, say) = (self.clone(), self.turn.get(), Rc::new(say));
        if file.size() > BYTES_AT_MOST {
            say(Step::Wrong(problem(
                "the file is larger than can be judged here",
                "judge a part of it, or `netsplit judge`",
            )));
            return;
        }
        say(Step::Reading);
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            if me.turn.get() != turn {
                return;
            }
            match text {
                Some(text) => me.ask(Recording { text, model }, say),
                None => say(Step::Wrong(problem("the file cannot be read", "is it still there?"))),
            }
        });
    }

    fn ask(self: &Rc<Self>, recording: Recording, say: Say) {
        let (me, turn, hear) = (Rc::downgrade(self), self.turn.get(), say.clone());
        let request = Cell::new(Some(Request::Judge { recording }));
        let thread = Thread::start("hunter", move |bytes| {
            let Some(judge) = me.upgrade().filter(|judge| judge.turn.get() == turn) else { return };
            if let Some(request) = request.take() {
                // Its first word is of which build it is.
                match &*judge.work.borrow() {
                    Some((thread, _)) if bytes == build_id().as_bytes() => thread.send(&request),
                    Some((thread, _)) => thread.fail(),
                    None => {}
                }
                return;
            }
            let Some(reply) = decode::<Reply>(&bytes) else { return };
            let is_last = reply.is_last();
            match reply {
                Reply::Judging { operations, explored, micros } => hear(Step::Judging { operations, explored, micros }),
                Reply::Judged(judged) => {
                    hear(Step::Judged {
                        hearing: Rc::new(judged.hearing),
                        format: judged.format,
                        micros: judged.micros,
                    });
                }
                Reply::Refused(problem) => hear(Step::Wrong(problem)),
                _ => {}
            }
            if is_last {
                // Not from within its own voice.
                spawn_local(async move {
                    if judge.turn.get() == turn {
                        judge.stop();
                    }
                });
            }
        });
        match thread {
            Some(thread) => *self.work.borrow_mut() = Some((thread, say)),
            None => say(Step::Wrong(problem("the judge did not start", "reload the page"))),
        }
    }
}

fn problem(message: &str, hint: &str) -> Problem {
    Problem { message: message.to_owned(), hint: hint.to_owned(), ..Problem::default() }
}
