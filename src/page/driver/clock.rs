//! The virtual clock: how fast it goes, and what playing comes to.

use super::playback::{Mode, Tempo};
use super::{Driver, Report, performance_now};
use crate::describe::{Span, Time};
use crate::lab::frame::Position;
use crate::lab::wire::{Pace, Request, View};
use crate::page::state::looping::LoopSpan;
use crate::page::workers::runner::Runner;

/// What is played to the end of a beat that had something to tell.
#[derive(Clone, Copy)]
pub(super) struct Watched {
    since: Time,
    beat: Beat,
    /// When waiting is given up, in milliseconds of waking time.
    until: f64,
}

/// So long a person waits for something to be told, in milliseconds; then it goes to what is.
const UNTOLD: f64 = 5_000.0;

#[derive(Clone, Copy)]
enum Beat {
    Ahead { after: Time },
    Within,
}

impl Beat {
    /// What is left of this one, if it can be seen; `rate` is virtual microseconds for a second of screen.
    fn next(view: &View, rate: f64) -> Beat {
        let left = view.pace.until.since(view.frame.at.time).0 as f64;
        match view.pace.beat {
            true if left > rate * VISIBLE => Beat::Within,
            true => Beat::Ahead { after: view.pace.until },
            false => Beat::Ahead { after: Time::ZERO },
        }
    }
}

/// A silence that goes on for so long ends with nothing that one could wait for.
const FOR_GOOD: Span = Span::seconds(45);

/// Nothing of interest follows by itself, and nothing that the script says.
fn is_over(view: &View) -> bool {
    let Pace { silence, until, .. } = view.pace;
    silence && until.since(view.frame.at.time) >= FOR_GOOD && until >= view.timeline.end
}

/// The clock stands at the end of all that is known, and nothing is to come.
pub(super) fn rests(view: &View) -> bool {
    view.pace.rests && view.frame.at.time >= view.timeline.end
}

/// A branch's past: which one it is, and how much was done in it.
pub(super) type Past = (u32, usize);

fn past(view: &View) -> Past {
    (view.timeline.revision, view.schedule.len())
}

/// What is over in less than so many seconds of screen is over.
const VISIBLE: f64 = 0.4;

/// With reduced motion one beat follows the other at this distance.
const BEAT_EVERY: f64 = 900.0;

impl Driver {
    /// How fast the clock should go in auto pace.
    pub(super) fn pace(&self, view: &View) -> Pace {
        self.course().map_or(view.pace, |course| course.pace(&view.frame, view.pace))
    }

    pub fn run_until(&self, condition: String) {
        self.play(false);
        self.looking.set(true);
        self.ask(Request::Until { condition });
    }

    /// Runs the schedule under many seeds, up to the instant on screen; or no longer.
    pub fn sample(&self, on: bool) {
        self.sampling.set(on);
        if on {
            self.ask(Request::Sample { until: self.position().time });
        } else {
            (self.report)(self, Report::Outcomes(None));
        }
    }

    pub fn seek(&self, to: Position) {
        self.looking.set(false);
        self.pointing.set(None);
        self.metronome.borrow_mut().rest();
        self.ask(Request::Seek { to });
    }

    pub fn position(&self) -> Position {
        self.shown.borrow().as_ref().map(|view| view.frame.at).unwrap_or_default()
    }

    pub fn play(&self, on: bool) {
        self.watched.set(None);
        self.looking.set(false);
        if self.playing.replace(on) != on {
            self.metronome.borrow_mut().rest();
            self.look.borrow_mut().moving = on;
            self.dirty.set(true);
            self.unpublished.set(true);
            self.last_published.set(0.0);
            (self.report)(self, Report::Playing(on));
        }
    }

    /// Plays on until a beat has ended of which there is a sentence; asked for again while it does, goes to the beat's end.
    pub fn play_beat(&self) {
        if self.watched.get().is_some() {
            self.play(false);
            return self.ask(Request::StepBeat { ahead: true });
        }
        if self.view().is_some_and(|view| self.is_all_told(&view) || is_over(&view)) {
            return (self.report)(self, Report::StoryOver);
        }
        let watched = self.view().map(|view| Watched {
            since: view.frame.at.time,
            beat: Beat::next(&view, self.tempo.get().rate(&self.pace(&view))),
            until: performance_now() + UNTOLD,
        });
        self.play(true);
        self.watched.set(watched);
    }

    fn is_all_told(&self, view: &View) -> bool {
        self.all_told.get().is_some_and(|(known, since)| known == past(view) && since <= view.frame.at.time)
    }

    pub fn loop_over(&self, span: Option<LoopSpan>) {
        self.looping.set(span);
        if let Some(LoopSpan { from, to: Some(_) }) = span {
            self.seek(Position::at(from));
            self.play(true);
        }
    }

    /// What playing comes to: the end of the beat that was asked for, or of the range that is looped.
    pub(super) fn arrived(&self, view: &View) {
        let (within, now) = (view.pace.beat, view.frame.at.time);
        if let Some(watched) = self.watched.get() {
            match watched.beat {
                Beat::Ahead { after } if within && now >= after => {
                    self.watched.set(Some(Watched { beat: Beat::Within, ..watched }));
                }
                Beat::Within if !within => {
                    let told = view.narration.last().is_some_and(|newest| newest.at > watched.since);
                    if told {
                        self.play(false);
                    } else {
                        self.watched.set(Some(Watched { beat: Beat::Ahead { after: now }, ..watched }));
                    }
                }
                Beat::Ahead { .. } if !within && (performance_now() > watched.until || is_over(view)) => {
                    self.play(false);
                    let follows = view.timeline.marks.last().is_some_and(|mark| mark.at.time > now);
                    if follows || now < view.timeline.end {
                        self.ask(Request::StepMark { ahead: true });
                    } else {
                        self.all_told.set(Some((past(view), now)));
                        (self.report)(self, Report::StoryOver);
                    }
                }
                Beat::Ahead { .. } | Beat::Within => {}
            }
        }
        if let Some(from) = self.looping.get().and_then(|span| span.again(view.frame.at.time)) {
            self.seek(Position::at(from));
        }
    }

    pub fn set_tempo(&self, tempo: Tempo) {
        self.tempo.set(tempo);
        self.metronome.borrow_mut().rest();
        if tempo.mode == Mode::Step {
            self.play(false);
        }
        self.dirty.set(true);
    }

    /// Reduced motion: nothing flies, and the clock goes from one beat to the next.
    pub fn set_calm(&self, calm: bool) {
        self.calm.set(calm);
        self.look(|look| look.calm = calm);
    }

    pub(super) fn move_clock(&self, passed: f64) {
        if !self.playing.get() {
            return;
        }
        let Some(view) = self.view() else { return };
        let mut metronome = self.metronome.borrow_mut();
        metronome.tick(passed);
        let idle = self.runner.borrow().as_ref().is_some_and(Runner::is_idle);
        if !idle {
            return;
        }
        let (shown, tempo) = (view.frame.at.time, self.tempo.get());
        if tempo.mode == Mode::Auto && rests(&view) {
            return metronome.rest();
        }
        let due = if self.calm.get() && tempo.mode == Mode::Auto {
            metronome.beat(passed, BEAT_EVERY).then(|| view.pace.until.max(Time(shown.0 + 1)))
        } else {
            metronome.due(shown, tempo, &self.pace(&view))
        };
        drop(metronome);
        if let Some(to) = due {
            self.ask(Request::Advance { to });
        }
    }
}
