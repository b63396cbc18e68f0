//! Histories from outside: a file is read, held to a model by a hunter, and shown. Another file, or giving up, ends that
//! hunter.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::hunter::Hunter;
use crate::lab::hearing::{Hearing, Terms};
use crate::lab::hunter::wire::{Judged, Recording, Reply, Request};
use crate::lab::spoken;
use crate::lab::wire::Problem;

/// Larger files are refused, and said to be: they would not fit into a tab many times over.
const BYTES_AT_MOST: f64 = 128.0 * 1_048_576.0;

/// A file, and how far it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Exhibit {
    pub file: File,
    pub terms: Terms,
    pub step: Step,
    /// What there was to see of the same file before.
    pub last: Option<Verdict>,
}

impl Exhibit {
    /// What there is to see: under other terms as well, until these came to something.
    pub fn verdict(&self) -> Option<&Verdict> {
        match &self.step {
            Step::Judged(verdict) => Some(verdict),
            _ => self.last.as_ref(),
        }
    }

    /// The same, judged no further.
    pub fn stopped(&self) -> Exhibit {
        let step = Step::Wrong(Problem::new(
            "stopped before it was known",
            "choose a model to judge it again, or a part of it with `netsplit judge`",
        ));
        Exhibit { step, ..self.clone() }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub hearing: Rc<Hearing>,
    pub format: String,
    /// What there is at the start if nobody says so.
    pub initial: String,
    pub micros: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Reading,
    Judging { operations: u32, explored: u64, micros: u64 },
    Judged(Verdict),
    Wrong(Problem),
}

impl Step {
    /// Texts for people.
    pub fn speak(&mut self, say: spoken::Say) {
        if let Step::Wrong(problem) = self {
            spoken::in_problem(problem, say);
        }
    }
}

type Say = Rc<dyn Fn(Step)>;

/// Judges one recording at a time.
#[derive(Default)]
pub struct Judge {
    work: RefCell<Option<(Hunter, Say)>>,
    /// Counts what was begun: an answer to something earlier is nobody's.
    turn: Cell<u32>,
}

impl Judge {
    pub fn stop(&self) {
        self.turn.set(self.turn.get() + 1);
        *self.work.borrow_mut() = None;
    }

    /// Called each animation frame: of a hunter that died it is said so.
    pub fn look_after(&self, milliseconds: f64) {
        let is_dead = self.work.borrow_mut().as_mut().is_some_and(|(hunter, _)| hunter.is_dead(milliseconds));
        if is_dead && let Some((_, say)) = self.work.take() {
            say(Step::Wrong(Problem::new("the judge stopped", "perhaps the history is too large for a browser")));
        }
    }

    pub fn begin(self: &Rc<Self>, file: File, terms: Terms, say: impl Fn(Step) + 'static) {
        self.stop();
        let (me, turn, say) = (self.clone(), self.turn.get(), Rc::new(say));
        if file.size() > BYTES_AT_MOST {
            say(Step::Wrong(Problem::new(
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
                Some(text) => me.ask(Recording { text, terms }, say),
                None => say(Step::Wrong(Problem::new("the file cannot be read", "is it still there?"))),
            }
        });
    }

    fn ask(self: &Rc<Self>, recording: Recording, say: Say) {
        let (me, turn, hear) = (Rc::downgrade(self), self.turn.get(), say.clone());
        let hunter = Hunter::start(move |bytes| {
            let Some(judge) = me.upgrade().filter(|judge| judge.turn.get() == turn) else { return };
            let reply = judge.work.borrow_mut().as_mut().and_then(|(hunter, _)| hunter.take(&bytes));
            let Some(reply) = reply else { return };
            let is_last = reply.is_last();
            match reply {
                Reply::Judging { operations, explored, micros } => hear(Step::Judging { operations, explored, micros }),
                Reply::Judged(judged) => {
                    let Judged { hearing, format, initial, micros } = *judged;
                    hear(Step::Judged(Verdict { hearing: Rc::new(hearing), format, initial, micros }));
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
        match hunter {
            Some(mut hunter) => {
                hunter.ask(Request::Judge { recording });
                *self.work.borrow_mut() = Some((hunter, say));
            }
            None => say(Step::Wrong(Problem::new("the judge did not start", "reload the page"))),
        }
    }
}
