//! What comes of the engine's replies.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::{Driver, Report, Said, performance_now};
use crate::lab::session::build_id;
use crate::lab::spoken;
use crate::lab::wire::{Reply, Request, Source, SystemCard, View};
use crate::page::browser::translation;
use crate::page::state::Compared;
use crate::page::words::Words;

impl Driver {
    pub(super) fn greet(&self) {
        self.ask(Request::Hello { build: build_id().into() });
    }

    /// From now on everything is said in another language: what is on screen is asked for again.
    pub fn speak(&self, words: &'static Words) {
        self.look(|look| look.words = words);
        self.greet();
    }

    /// The one place where what the engines say is put into the page's language.
    pub fn translate(&self, walk: impl FnOnce(spoken::Say)) {
        if let (Some(dictionary), true) = (&*self.dictionary.borrow(), self.look.borrow().words.is_translated()) {
            walk(&mut |text| {
                if let Some(translation) = dictionary.translate(text) {
                    *text = translation.to_string();
                }
            });
        }
    }

    pub(super) fn hear(&self, bytes: &[u8]) {
        let heard = self.runner.borrow_mut().as_mut().and_then(|runner| runner.take(bytes));
        let Some((request, reply)) = heard else { return };
        let unread = self.look.borrow().words.is_translated() && self.dictionary.borrow().is_none();
        match &reply {
            Reply::Hello { build, catalog } if unread && build == build_id() => {
                let systems = catalog.iter().map(|card| card.name.clone()).collect();
                self.learn(systems, (request, reply));
            }
            _ => self.take(&request, reply),
        }
    }

    /// Fetches what the engines say in the page's language, before the first that they say is shown.
    fn learn(&self, systems: Vec<String>, (request, reply): (Request, Reply)) {
        let me = self.me.clone();
        spawn_local(async move {
            let dictionary = translation::fetch(&systems).await;
            let Some(driver) = me.upgrade() else { return };
            match dictionary {
                Some(dictionary) => *driver.dictionary.borrow_mut() = Some(dictionary),
                None => (driver.report)(&driver, Report::Untranslated),
            }
            driver.take(&request, reply);
        });
    }

    fn take(&self, request: &Request, mut reply: Reply) {
        self.translate(|say| spoken::in_reply(&mut reply, say));
        match reply {
            Reply::Hello { build, .. } if build != build_id() => (self.report)(self, Report::OldEngine),
            Reply::Hello { catalog, .. } => self.welcome(catalog),
            Reply::View(view) => self.show(request, *view),
            Reply::Script { text } => {
                *self.script.borrow_mut() = text.clone();
                (self.report)(self, Report::Script(text));
            }
            Reply::Link { fragment } => (self.report)(self, Report::Link(fragment)),
            Reply::Transcript { text } => (self.report)(self, Report::Transcript(text)),
            Reply::Trace(part) => {
                self.fetching.set(false);
                self.trail.borrow_mut().take(part);
                self.point();
                self.follow();
                self.dirty.set(true);
                self.unpublished.set(true);
                self.fetch();
            }
            Reply::Hearing { revision, hearing } => {
                self.listener.borrow_mut().heard(revision, hearing.heard, performance_now());
                (self.report)(self, Report::Hearing(*hearing));
            }
            Reply::Outcomes(outcomes) => {
                if self.sampling.get() {
                    let until = outcomes.until;
                    let more = outcomes.done < outcomes.seeds;
                    self.sampling.set(more);
                    (self.report)(self, Report::Outcomes(Some(outcomes)));
                    if more {
                        self.ask(Request::Sample { until });
                    }
                }
            }
            Reply::Comparison(comparison) => {
                if let Request::Compare { left, right } = request {
                    (self.report)(
                        self,
                        Report::Compared(Compared { left: *left, right: *right, comparison: *comparison }),
                    );
                }
            }
            Reply::Refused(problem) => {
                match request {
                    Request::Advance { .. } => self.play(false),
                    Request::Until { .. } => self.looking.set(false),
                    Request::Sample { .. } => self.sample(false),
                    Request::Trace { .. } => self.fetching.set(false),
                    Request::Hear => self.listener.borrow_mut().forget(),
                    _ => {}
                }
                (self.report)(self, Report::Refused { request: request.clone(), problem });
            }
        }
    }

    /// The first word of a worker, or of a language. A worker that took over goes on where the last stood; the first gets
    /// its run from the chrome.
    fn welcome(&self, cards: Vec<SystemCard>) {
        let is_new = !self.greeted.replace(true);
        let text = self.script.borrow().clone();
        let shown = self.view();
        let opens = is_new && (shown.is_none() || text.is_empty());
        (self.report)(self, Report::Catalog { cards, opens });
        match shown {
            Some(view) if is_new && !opens => {
                self.ask(Request::Open { source: Source::Resume { text, at: view.frame.at } });
                (self.report)(self, Report::Restarted);
            }
            Some(view) if !is_new => {
                self.seek(view.frame.at);
                self.trail.borrow_mut().forget();
                self.fetch();
                self.listener.borrow_mut().forget();
                self.hunting.tell_again();
            }
            _ => {}
        }
    }

    fn show(&self, request: &Request, view: View) {
        let view = Rc::new(view);
        if let Some(before) = self.shown.replace(Some(view.clone())) {
            if violations(&view) > violations(&before) {
                // A broken claim stops the clock and shows itself.
                self.play(false);
            }
            if view.timeline.revision != before.timeline.revision {
                // What was counted under many seeds, and what was pointed at, is of another past.
                self.sampling.set(false);
                self.pointing.set(None);
            }
        }
        self.tell();
        self.dirty.set(true);
        self.unpublished.set(true);
        if view.looking && self.looking.get() {
            self.ask(request.clone());
        }
        self.fetch();
        let of_edit = match request {
            Request::Open { source } => matches!(source, Source::Found { .. }),
            request => matches!(request, Request::Act { .. } | Request::Edit { .. } | Request::Set { .. }),
        };
        let said = view.notice.clone().map(|words| Said { words, of_edit });
        let routine = matches!(request, Request::Advance { .. });
        if routine {
            self.arrived(&view);
        }
        if !routine {
            let changed = !matches!(
                request,
                Request::Seek { .. }
                    | Request::Step { .. }
                    | Request::StepMark { .. }
                    | Request::StepBeat { .. }
                    | Request::Until { .. }
            );
            if changed {
                self.metronome.borrow_mut().rest();
                self.ask(Request::Script);
            }
            self.publish(said);
        } else if said.is_some() {
            self.publish(said);
        }
    }
}

fn violations(view: &View) -> usize {
    view.frame.claims.iter().filter(|claim| claim.violation.is_some()).count()
}
