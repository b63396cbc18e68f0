//! The heart of the page, outside the virtual DOM: one animation frame after the other it moves the clock, asks the
//! worker, draws, and now and then tells the chrome.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlCanvasElement;

use super::course::Course;
use super::engine::Engine;
use super::frame_times::FrameTimes;
use super::hunting::{Hunted, Hunting};
use super::instruments::Instruments;
use super::knife::Knife;
use super::listener::Listener;
use super::looping::LoopSpan;
use super::memory;
use super::playback::{Metronome, Mode, Tempo};
use super::recordings::Judge;
use super::selection::Selection;
use super::stage::arrangement::Arrangement;
use super::stage::layout::Layout;
use super::stage::paint::{Look, Painter};
use super::stage::palette::Palette;
use super::stage::reach::Hit;
use super::state::{Compared, DrawerView};
use super::trail::Trail;
use super::translation;
use super::words::Words;
use crate::describe::{OperationId, Time};
use crate::lab::dictionary::Dictionary;
use crate::lab::frame::Position;
use crate::lab::hearing::Hearing;
use crate::lab::session::build_id;
use crate::lab::spoken;
use crate::lab::wire::{Outcomes, Pace, Problem, Reply, Request, Source, SystemCard, View};

/// What the engine said of the last request, and whether that was an edit, which can be undone.
pub struct Said {
    pub words: String,
    pub of_edit: bool,
}

/// What the driver tells the chrome.
pub enum Report {
    /// What there is to run, and whether a run is still to be opened.
    Catalog {
        cards: Vec<SystemCard>,
        opens: bool,
    },
    /// The worker is of another build: an old one was cached.
    OldEngine,
    /// A new instant, and a word about what a person did.
    View {
        view: Rc<View>,
        notice: Option<Said>,
    },
    Script(String),
    Link(String),
    Outcomes(Option<Outcomes>),
    Compared(Compared),
    Hearing(Hearing),
    Transcript(String),
    Hunted(Hunted),
    Refused {
        request: Request,
        problem: Problem,
    },
    Playing(bool),
    /// An entry of the trace, which was sought.
    Pointed(u32),
    /// The worker died and another took over.
    Restarted,
    /// It died too often.
    Dead,
    /// What engines say stays English: the tables of another language could not be fetched.
    Untranslated,
}

/// What is played to the end of a beat that had something to tell.
#[derive(Clone, Copy)]
struct Watched {
    since: Time,
    beat: Beat,
    /// When it is given up, in milliseconds of waking time.
    until: f64,
}

/// So long a person waits for something to be told, in milliseconds.
const UNTOLD: f64 = 8_000.0;

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

/// What is over in less than so many seconds of screen is over.
const VISIBLE: f64 = 0.4;

type Reporter = Box<dyn Fn(&Driver, Report)>;
type OnFrame = Closure<dyn FnMut(f64)>;
/// Draws the drawer's canvas for an instant.
pub type DrawAt = Rc<dyn Fn(Position)>;

impl PartialEq for Driver {
    fn eq(&self, other: &Driver) -> bool {
        std::ptr::eq(self, other)
    }
}

pub struct Driver {
    me: Weak<Driver>,
    engine: RefCell<Option<Engine>>,
    /// The engine that runs has said its first word.
    greeted: Cell<bool>,
    /// For what engines say, where the page speaks another language than they do.
    dictionary: RefCell<Option<Dictionary>>,
    shown: RefCell<Option<Rc<View>>>,
    painter: RefCell<Option<Painter>>,
    pub instruments: Instruments,
    pub knife: Knife,
    pub hunting: Rc<Hunting>,
    watched: Cell<Option<Watched>>,
    looping: Cell<Option<LoopSpan>>,
    look: RefCell<Look>,
    /// The trace, fetched while somebody looks at it.
    pub trail: RefCell<Trail>,
    /// No future is to be seen.
    veiled: Cell<bool>,
    /// The instant whose event is to be picked out, once it has been fetched.
    pointing: Cell<Option<Position>>,
    reading: Cell<bool>,
    measuring: Cell<bool>,
    fetching: Cell<bool>,
    sampling: Cell<bool>,
    looking: Cell<bool>,
    pub judge: Rc<Judge>,
    /// Asks for what clients saw, while somebody looks at it.
    listener: RefCell<Listener>,
    /// The colours of the drawer's canvas, read once a theme.
    palette: RefCell<Option<Rc<Palette>>>,
    /// Draws the drawer's canvas with every frame of the run.
    pub drawn: RefCell<Option<DrawAt>>,
    dirty: Cell<bool>,
    playing: Cell<bool>,
    calm: Cell<bool>,
    tempo: Cell<Tempo>,
    metronome: RefCell<Metronome>,
    /// The script of the branch on screen, from which a new worker can go on.
    script: RefCell<String>,
    deaths: Cell<u32>,
    last_frame: Cell<f64>,
    last_published: Cell<f64>,
    unpublished: Cell<bool>,
    times: RefCell<FrameTimes>,
    report: Reporter,
    on_frame: RefCell<Option<OnFrame>>,
}

/// While playing, the chrome is told at most every so many milliseconds.
const CHROME_EVERY: f64 = 125.0;
/// With reduced motion one beat follows the other at this distance.
const BEAT_EVERY: f64 = 900.0;
const DEATHS_ALLOWED: u32 = 4;

impl Driver {
    pub fn new(look: Look, report: impl Fn(&Driver, Report) + 'static) -> Rc<Driver> {
        Rc::new_cyclic(|me| Driver {
            me: me.clone(),
            engine: RefCell::default(),
            greeted: Cell::new(false),
            dictionary: RefCell::default(),
            shown: RefCell::default(),
            painter: RefCell::default(),
            instruments: Instruments::default(),
            knife: Knife::default(),
            hunting: {
                let me = me.clone();
                Hunting::new(move |mut hunted| {
                    if let Some(driver) = me.upgrade() {
                        driver.translate(|say| hunted.speak(say));
                        (driver.report)(&driver, Report::Hunted(hunted));
                    }
                })
            },
            watched: Cell::new(None),
            looping: Cell::new(None),
            look: RefCell::new(look),
            trail: RefCell::default(),
            veiled: Cell::new(false),
            pointing: Cell::new(None),
            reading: Cell::new(false),
            measuring: Cell::new(false),
            fetching: Cell::new(false),
            sampling: Cell::new(false),
            looking: Cell::new(false),
            judge: Rc::default(),
            listener: RefCell::default(),
            palette: RefCell::default(),
            drawn: RefCell::default(),
            dirty: Cell::new(true),
            playing: Cell::new(false),
            calm: Cell::new(false),
            tempo: Cell::default(),
            metronome: RefCell::default(),
            script: RefCell::default(),
            deaths: Cell::new(0),
            last_frame: Cell::new(0.0),
            last_published: Cell::new(0.0),
            unpublished: Cell::new(false),
            times: RefCell::default(),
            report: Box::new(report),
            on_frame: RefCell::default(),
        })
    }

    pub fn start(&self) {
        self.start_engine();
        let me = self.me.clone();
        *self.on_frame.borrow_mut() = Some(Closure::new(move |now| {
            if let Some(driver) = me.upgrade() {
                driver.frame(now);
                driver.next_frame();
            }
        }));
        self.next_frame();
    }

    fn next_frame(&self) {
        if let (Some(window), Some(closure)) = (web_sys::window(), &*self.on_frame.borrow()) {
            let _ = window.request_animation_frame(closure.as_ref().unchecked_ref());
        }
    }

    fn start_engine(&self) {
        let me = self.me.clone();
        let engine = Engine::start(move |bytes| {
            if let Some(driver) = me.upgrade() {
                driver.hear(&bytes);
            }
        });
        let found = engine.is_some();
        *self.engine.borrow_mut() = engine;
        self.greeted.set(false);
        if !found {
            (self.report)(self, Report::Dead);
        }
        self.greet();
    }

    fn greet(&self) {
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

    pub fn ask(&self, request: Request) {
        if let Some(engine) = &mut *self.engine.borrow_mut() {
            engine.ask(request);
        }
    }

    /// Leaves the run in the browser's hands, for the page when it is loaded again.
    pub fn keep(&self) {
        let script = self.script.borrow();
        if !script.is_empty() {
            memory::keep_run(&script, self.position());
        }
    }

    /// What a newcomer sees first, playing.
    pub fn open_default(&self) {
        self.ask(Request::Open { source: Source::Opening });
        self.play(true);
    }

    /// A line of script at the instant on the screen.
    pub fn act(&self, line: String) {
        self.ask(Request::Act { at: self.position(), line });
    }

    /// The drawer shows another view; some need the trace.
    pub fn show_drawer(&self, view: Option<DrawerView>) {
        self.reading.set(view.is_some_and(DrawerView::reads_trace));
        self.fetch();
        self.listener.borrow_mut().listens = view == Some(DrawerView::History);
    }

    /// The trace tells nothing beyond the instant on the screen, or all again.
    pub fn veil(&self, on: bool) {
        self.veiled.set(on);
        self.tell();
    }

    fn tell(&self) {
        let until = self.veiled.get().then(|| self.position());
        self.trail.borrow_mut().tell_until(until);
    }

    pub fn select(&self, selection: Option<Selection>) {
        self.look(|look| look.selection = selection);
        self.follow();
        self.fetch();
    }

    /// The operation that is followed.
    fn operation(&self) -> Option<OperationId> {
        match self.look.borrow().selection {
            Some(Selection::Operation(id)) => Some(id),
            _ => None,
        }
    }

    fn follow(&self) {
        let course = self.operation().and_then(|id| Course::of(&self.trail.borrow(), id));
        if self.course().as_deref() != course.as_ref() {
            self.look(|look| look.course = course.map(Rc::new));
            self.unpublished.set(true);
        }
    }

    /// What the selected operation has caused.
    pub fn course(&self) -> Option<Rc<Course>> {
        self.look.borrow().course.clone()
    }

    /// How fast the clock should go in auto pace.
    fn pace(&self, view: &View) -> Pace {
        self.course().map_or(view.pace, |course| course.pace(&view.frame, view.pace))
    }

    pub fn measure(&self, on: bool) {
        self.measuring.set(on);
        self.fetch();
    }

    /// Asks for the next part of the trace, if somebody looks and there is more.
    /// Picks out the event of an instant.
    pub fn point_at(&self, at: Position) {
        self.pointing.set(Some(at));
        self.point();
    }

    fn point(&self) {
        let event = self.pointing.get().and_then(|at| self.trail.borrow().event_at(at));
        if let Some(event) = event {
            self.pointing.set(None);
            (self.report)(self, Report::Pointed(event));
        }
    }

    fn fetch(&self) {
        let Some(view) = self.view() else { return };
        let asked = matches!(self.look.borrow().selection, Some(Selection::Operation(_) | Selection::Flight(_)));
        let wanted = self.reading.get() || self.measuring.get() || asked;
        if !wanted || self.fetching.get() || !self.trail.borrow_mut().follow(&view.timeline, view.frame.at) {
            return;
        }
        let after = self.trail.borrow().last();
        self.fetching.set(true);
        self.ask(Request::Trace { after });
    }

    /// Asks for what clients saw, if somebody looks and there is more.
    fn listen(&self) {
        let Some(view) = self.view() else { return };
        if self.listener.borrow_mut().asks(&view.timeline, performance_now()) {
            self.ask(Request::Hear);
        }
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
        self.metronome.borrow_mut().rest();
        self.ask(Request::Seek { to });
    }

    pub fn position(&self) -> Position {
        self.shown.borrow().as_ref().map(|view| view.frame.at).unwrap_or_default()
    }

    pub fn view(&self) -> Option<Rc<View>> {
        self.shown.borrow().clone()
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

    /// Plays on until a beat has ended of which there is a sentence.
    pub fn play_beat(&self) {
        let watched = self.view().map(|view| Watched {
            since: view.frame.at.time,
            beat: Beat::next(&view, self.tempo.get().rate(&self.pace(&view))),
            until: performance_now() + UNTOLD,
        });
        self.play(true);
        self.watched.set(watched);
    }

    pub fn loop_over(&self, span: Option<LoopSpan>) {
        self.looping.set(span);
        if let Some(LoopSpan { from, to: Some(_) }) = span {
            self.seek(Position::at(from));
            self.play(true);
        }
    }

    /// What playing comes to: the end of the beat that was asked for, or of the range that is looped.
    fn arrived(&self, view: &View) {
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
                Beat::Ahead { .. } if !within && performance_now() > watched.until => self.play(false),
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

    pub fn look(&self, change: impl FnOnce(&mut Look)) {
        let mut look = self.look.borrow_mut();
        let before = look.clone();
        change(&mut look);
        if *look != before {
            self.dirty.set(true);
        }
    }

    /// Where everything stands in the picture; none before there is one.
    pub fn layout(&self) -> Option<Layout> {
        Some(self.painter.borrow().as_ref()?.layout().clone())
    }

    pub fn arrangement(&self) -> Arrangement {
        self.look.borrow().arrangement.clone()
    }

    /// What the pointer, or else the keyboard, is on.
    pub fn hover(&self) -> Option<Hit> {
        self.look.borrow().hover
    }

    pub fn attach(&self, canvas: HtmlCanvasElement) {
        *self.painter.borrow_mut() = Painter::new(canvas);
        self.dirty.set(true);
    }

    pub fn resize(&self, width: f64, height: f64) {
        if let Some(painter) = &mut *self.painter.borrow_mut() {
            painter.resize(width, height, pixel_ratio());
        }
        self.redraw(0.0);
    }

    /// As sharp as the screen that the window is on now.
    fn sharpen(&self) {
        if let Some(painter) = &mut *self.painter.borrow_mut()
            && painter.sharpen(pixel_ratio())
        {
            self.dirty.set(true);
        }
    }

    pub fn palette(&self) -> Option<Rc<Palette>> {
        let mut palette = self.palette.borrow_mut();
        if palette.is_none() {
            *palette = Palette::read().map(Rc::new);
        }
        palette.clone()
    }

    pub fn retheme(&self) {
        *self.palette.borrow_mut() = None;
        if let Some(painter) = &mut *self.painter.borrow_mut() {
            painter.retheme();
        }
        self.dirty.set(true);
    }

    fn frame(&self, now: f64) {
        let started = performance_now();
        let passed = (now - self.last_frame.replace(now)).clamp(0.0, 100.0);
        let dead = self.engine.borrow_mut().as_mut().is_some_and(|engine| engine.is_dead(passed));
        if dead {
            self.revive();
        }
        self.hunting.look_after(passed);
        self.sharpen();
        self.move_clock(passed);
        self.listen();
        self.judge.look_after(passed);
        if self.dirty.replace(false) {
            self.redraw(passed);
        }
        if self.unpublished.get() && (!self.playing.get() || now - self.last_published.get() >= CHROME_EVERY) {
            self.last_published.set(now);
            self.publish(None);
        }
        let mut times = self.times.borrow_mut();
        times.add(performance_now() - started);
        self.instruments.show_frame_times(now, &times);
    }

    fn move_clock(&self, passed: f64) {
        if !self.playing.get() {
            return;
        }
        let Some(view) = self.view() else { return };
        let mut metronome = self.metronome.borrow_mut();
        metronome.tick(passed);
        let idle = self.engine.borrow().as_ref().is_some_and(Engine::is_idle);
        if !idle {
            return;
        }
        let (shown, tempo) = (view.frame.at.time, self.tempo.get());
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

    fn redraw(&self, passed: f64) {
        let Some(view) = self.view() else { return };
        let moving = self.playing.get();
        let rate = self.tempo.get().rate(&self.pace(&view));
        self.look.borrow_mut().rate = if moving { rate } else { 0.0 };
        if let Some(painter) = &mut *self.painter.borrow_mut() {
            let settles = painter.paint(&view.frame, &self.look.borrow(), passed);
            self.dirty.set(settles);
        }
        // It looks how large its canvas is, which costs least before the instruments change the page.
        let draw = self.drawn.borrow().clone();
        if let Some(draw) = draw {
            draw(view.frame.at);
        }
        self.instruments.show(&view, rate, moving && self.tempo.get().mode == Mode::Auto);
    }

    /// The next frame draws stage and drawer, however often it is asked for until then.
    pub fn touch(&self) {
        self.dirty.set(true);
    }

    fn hear(&self, bytes: &[u8]) {
        let heard = self.engine.borrow_mut().as_mut().and_then(|engine| engine.take(bytes));
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
            if dictionary.is_none() {
                (driver.report)(&driver, Report::Untranslated);
            }
            *driver.dictionary.borrow_mut() = dictionary;
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
                // What was counted under many seeds is of another past.
                self.sampling.set(false);
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

    fn publish(&self, notice: Option<Said>) {
        self.unpublished.set(false);
        if let Some(view) = self.view() {
            (self.report)(self, Report::View { view, notice });
        }
    }

    fn revive(&self) {
        *self.engine.borrow_mut() = None;
        self.trail.borrow_mut().forget();
        self.fetching.set(false);
        self.sample(false);
        self.listener.borrow_mut().forget();
        self.deaths.set(self.deaths.get() + 1);
        self.play(false);
        if self.deaths.get() > DEATHS_ALLOWED {
            (self.report)(self, Report::Dead);
        } else {
            self.start_engine();
        }
    }
}

fn violations(view: &View) -> usize {
    view.frame.claims.iter().filter(|claim| claim.violation.is_some()).count()
}

pub fn performance_now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

fn pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio())
}
