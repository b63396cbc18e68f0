//! The heart of the page, outside the virtual DOM: one animation frame after the other it moves the clock, asks the
//! worker, draws, and now and then tells the chrome.

mod clock;
pub mod frame_times;
pub mod instruments;
pub mod knife;
mod picture;
pub mod playback;
mod replies;
mod trace;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::{JsCast, closure::Closure};

use self::clock::{Past, Watched};
use self::frame_times::FrameTimes;
use self::instruments::Instruments;
use self::knife::Knife;
use self::playback::{Metronome, Tempo};
use crate::describe::Time;
use crate::lab::dictionary::Dictionary;
use crate::lab::frame::Position;
use crate::lab::hearing::Hearing;
use crate::lab::wire::{Outcomes, Problem, Request, Source, SystemCard, View};
use crate::page::browser::memory;
use crate::page::stage::paint::{Look, Painter};
use crate::page::stage::palette::Palette;
use crate::page::state::Compared;
use crate::page::state::looping::LoopSpan;
use crate::page::trail::Trail;
use crate::page::workers::hunting::{Hunted, Hunting};
use crate::page::workers::listener::Listener;
use crate::page::workers::recordings::Judge;
use crate::page::workers::runner::Runner;

/// What the runner said of the last request, and whether that was an edit, which can be undone.
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
    /// A step was asked for, and nothing follows by itself.
    StoryOver,
    /// An entry of the trace, which was sought.
    Pointed(u32),
    /// The worker died and another took over.
    Restarted,
    /// It died too often.
    Dead,
    /// What engines say stays English: the tables of another language could not be fetched.
    Untranslated,
}

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
    runner: RefCell<Option<Runner>>,
    /// The runner has said its first word.
    greeted: Cell<bool>,
    /// For what engines say, where the page speaks another language than they do.
    dictionary: RefCell<Option<Dictionary>>,
    shown: RefCell<Option<Rc<View>>>,
    painter: RefCell<Option<Painter>>,
    pub instruments: Instruments,
    pub knife: Knife,
    pub hunting: Rc<Hunting>,
    watched: Cell<Option<Watched>>,
    /// The past of which all was told, and at which time that was so.
    all_told: Cell<Option<(Past, Time)>>,
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
const DEATHS_ALLOWED: u32 = 4;

impl Driver {
    pub fn new(look: Look, report: impl Fn(&Driver, Report) + 'static) -> Rc<Driver> {
        Rc::new_cyclic(|me| Driver {
            me: me.clone(),
            runner: RefCell::default(),
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
            all_told: Cell::new(None),
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
        self.start_runner();
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

    fn start_runner(&self) {
        let me = self.me.clone();
        let runner = Runner::start(move |bytes| {
            if let Some(driver) = me.upgrade() {
                driver.hear(&bytes);
            }
        });
        let found = runner.is_some();
        *self.runner.borrow_mut() = runner;
        self.greeted.set(false);
        if !found {
            (self.report)(self, Report::Dead);
        }
        self.greet();
    }

    pub fn ask(&self, request: Request) {
        if let Some(runner) = &mut *self.runner.borrow_mut() {
            runner.ask(request);
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

    pub fn view(&self) -> Option<Rc<View>> {
        self.shown.borrow().clone()
    }

    fn frame(&self, now: f64) {
        let started = performance_now();
        let passed = (now - self.last_frame.replace(now)).clamp(0.0, 100.0);
        let dead = self.runner.borrow_mut().as_mut().is_some_and(|runner| runner.is_dead(passed));
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

    fn publish(&self, notice: Option<Said>) {
        self.unpublished.set(false);
        if let Some(view) = self.view() {
            (self.report)(self, Report::View { view, notice });
        }
    }

    fn revive(&self) {
        *self.runner.borrow_mut() = None;
        self.trail.borrow_mut().forget();
        self.fetching.set(false);
        self.sample(false);
        self.listener.borrow_mut().forget();
        self.deaths.set(self.deaths.get() + 1);
        self.play(false);
        if self.deaths.get() > DEATHS_ALLOWED {
            (self.report)(self, Report::Dead);
        } else {
            self.start_runner();
        }
    }
}

pub fn performance_now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}
