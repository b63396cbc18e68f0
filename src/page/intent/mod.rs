//! What a person wants, wherever they said it: a button, a key, a click on the stage.

pub mod keyboard;
pub mod reshape;
pub mod verbs;

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{File, HtmlElement, MouseEvent};
use yew::{Callback, UseReducerDispatcher};

use crate::describe::NodeId;
use crate::lab::frame::Position;
use crate::lab::hearing::Terms;
use crate::lab::hunter::wire::{Find, Quarry};
use crate::lab::wire::{Change, Request, Source};
use crate::page::axis::Scale;
use crate::page::browser::fragment;
use crate::page::browser::memory;
use crate::page::browser::theme;
use crate::page::driver::Driver;
use crate::page::driver::playback::{Mode, Tempo};
use crate::page::hooks::focused;
use crate::page::reports;
use crate::page::stage::hand::gesture::Tool;
use crate::page::stage::place::arrangement::Arrangement;
use crate::page::stage::place::geometry::point;
use crate::page::state::looping::LoopSpan;
use crate::page::state::measure::Cursors;
use crate::page::state::opening::Opening;
use crate::page::state::selection::Selection;
use crate::page::state::{self, DrawerView, Panel, State};
use crate::page::words::fill;
use crate::page::words::state_text;
use crate::page::workers::recordings::Exhibit;

#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    Select(Option<Selection>),
    /// A line of script, now.
    Act(String),
    /// An option, a flaw or the seed.
    Set(String),
    PlayPause,
    Events(i64),
    Mark {
        ahead: bool,
    },
    Start,
    Live,
    Seek(Position),
    Tempo(Tempo),
    Scenario {
        system: String,
        name: String,
    },
    /// A shared run, by its fragment.
    Link(String),
    RunScript(String),
    /// What was typed over the branch's script, or that it is given up.
    Draft(Option<Rc<str>>),
    /// From a field of the drawer to the drawer.
    LeaveField,
    Switch(u32),
    /// Calls a branch by a name of the person's own.
    Name(u32, String),
    /// Changes of the schedule: a branch.
    Edit(Vec<Change>),
    /// From beat to beat.
    StepBeat {
        ahead: bool,
    },
    Scale(Scale),
    /// Two cursors on the timeline, or none.
    Measure(Option<Cursors>),
    /// Runs on until a condition holds, or a claim is broken.
    RunUntil(String),
    /// The same schedule under many seeds.
    Sample,
    StopSample,
    Compare(u32, u32),
    /// Looks for a run that violates a claim, from a seed on.
    Hunt {
        quarry: Quarry,
        from: u64,
    },
    StopHunt,
    /// Opens what was found, shortly before the violation.
    Watch(Rc<Find>),
    /// An entry of the trace picked out.
    Event(Option<u32>),
    /// A fault's bar on the timeline picked out, by its line's place in the schedule.
    Fault(Option<u32>),
    /// A recorded history is judged.
    Judge {
        file: File,
        terms: Terms,
    },
    /// The recorded history stays, and nobody judges it any more.
    StopJudging,
    /// Back from a recorded history to the run's own.
    CloseHistory,
    /// What belongs to an entry of the trace, on the space-time diagram.
    Messages {
        entry: u32,
        at: Position,
    },
    /// Why a message flies, on the space-time diagram.
    Why(u64),
    /// What led to what happened at an instant, there too.
    Cause(Position),
    Transcript,
    Undo,
    Share,
    /// A node's state as text, into the clipboard.
    Copy(NodeId),
    /// A link as a code for telephones.
    Qr,
    Present,
    /// On to the end of the next beat, playing.
    PlayBeat,
    /// The scene as it was opened, standing still.
    ResetScene,
    /// Begins a range, loops it, ends that.
    Loop,
    SkipOpening,
    ToggleDrawer(DrawerView),
    CloseDrawer,
    /// Opens that view, or leaves it open.
    Drawer(DrawerView),
    Tool(Tool),
    Arrange(Arrangement),
    Zoom {
        nearer: bool,
    },
    /// Or closes it, if it is open.
    Open(Panel),
    ClosePanel,
    Dismiss,
    Language,
    Theme,
    Reload,
}

impl Intent {
    /// For a button: one function for all of them, where closures of their own would be code of their own.
    pub fn on_click(self, on: &Callback<Intent>) -> Callback<MouseEvent> {
        on.reform(move |_| self.clone())
    }
}

/// What lies beside the stage, and not the view of a projector's.
pub const DRAWER: &str = ".app > .drawer";
/// How much nearer a key brings the stage.
const ZOOM_STEP: f64 = 1.25;

pub fn perform(driver: &Rc<Driver>, dispatch: &UseReducerDispatcher<State>, state: &State, intent: Intent) {
    if let Some(next) = state.opening.after(state.hint(), &intent) {
        dispatch.dispatch(state::Change::Opening(next));
        if next == Opening::Done {
            memory::remember_opening();
        }
    }
    match intent {
        Intent::Select(selection) => {
            if selection.is_none() {
                from_verbs_to_pin();
            }
            dispatch.dispatch(state::Change::Select(selection));
        }
        Intent::Act(line) => driver.act(line),
        Intent::Set(line) => driver.ask(Request::Set { line }),
        Intent::PlayPause if state.tempo.mode == Mode::Step => driver.ask(Request::Step { events: 1 }),
        Intent::PlayPause => driver.play(!state.playing),
        Intent::Events(events) => {
            driver.play(false);
            driver.ask(Request::Step { events });
        }
        Intent::Mark { ahead } => {
            driver.play(false);
            driver.ask(Request::StepMark { ahead });
        }
        Intent::Start => {
            driver.play(false);
            driver.seek(Position::default());
        }
        Intent::Live => {
            if let Some(seen) = &state.seen {
                driver.seek(Position { time: seen.timeline.end, k: u32::MAX });
            }
            if state.tempo.mode != Mode::Step {
                driver.play(true);
            }
        }
        Intent::Seek(to) => {
            driver.play(false);
            driver.seek(to);
        }
        Intent::Tempo(tempo) => {
            driver.set_tempo(tempo);
            dispatch.dispatch(state::Change::Tempo(tempo));
        }
        Intent::Scenario { system, name } => {
            dispatch.dispatch(state::Change::Opening(Opening::Done));
            dispatch.dispatch(state::Change::Panel(None));
            dispatch.dispatch(state::Change::Select(None));
            fragment::put(&format!("{system}/{name}"));
            driver.ask(Request::Open { source: Source::Scenario { system, name } });
            driver.play(state.tempo.mode != Mode::Step);
        }
        Intent::Link(fragment) => {
            driver.play(false);
            driver.ask(Request::Open { source: Source::Link { fragment } });
        }
        Intent::RunScript(text) => {
            driver.play(false);
            driver.ask(Request::Open { source: Source::Script { text } });
        }
        Intent::Draft(draft) => dispatch.dispatch(state::Change::Draft(draft)),
        Intent::LeaveField => {
            let drawer = gloo::utils::document().query_selector(DRAWER).ok().flatten();
            if let Some(drawer) = drawer.and_then(|drawer| drawer.dyn_into::<HtmlElement>().ok()) {
                let _ = drawer.focus();
            }
        }
        Intent::Switch(branch) => driver.ask(Request::Switch { branch }),
        Intent::Name(branch, name) => driver.ask(Request::Name { branch, name }),
        Intent::Edit(changes) => driver.ask(Request::Edit { changes }),
        Intent::StepBeat { ahead } => {
            driver.play(false);
            driver.ask(Request::StepBeat { ahead });
        }
        Intent::Scale(scale) => dispatch.dispatch(state::Change::Scale(scale)),
        Intent::Measure(cursors) => dispatch.dispatch(state::Change::Measure(cursors)),
        Intent::RunUntil(condition) => driver.run_until(condition),
        Intent::Sample => driver.sample(true),
        Intent::StopSample => driver.sample(false),
        Intent::Hunt { quarry, from } => driver.hunting.start(quarry, from),
        Intent::StopHunt => driver.hunting.stop(),
        Intent::Watch(find) => {
            dispatch.dispatch(state::Change::Opening(Opening::Done));
            dispatch.dispatch(state::Change::Select(None));
            dispatch.dispatch(state::Change::Drawer(None));
            fragment::clear();
            driver.play(false);
            let words = fill(state.words.hunt_branch, &[&find.seed]);
            driver.ask(Request::Open { source: Source::Found { text: find.script.clone(), words } });
        }
        Intent::Compare(left, right) => driver.ask(Request::Compare { left, right }),
        Intent::Event(number) => dispatch.dispatch(state::Change::Event(number)),
        Intent::Fault(entry) => dispatch.dispatch(state::Change::Fault(entry)),
        Intent::Judge { file, terms } => judge(driver, dispatch.clone(), state, file, terms),
        Intent::StopJudging => {
            driver.judge.stop();
            let stopped = state.exhibit.as_ref().map(|exhibit| Rc::new(exhibit.stopped()));
            dispatch.dispatch(state::Change::Exhibit(stopped));
        }
        Intent::CloseHistory => {
            driver.judge.stop();
            dispatch.dispatch(state::Change::Exhibit(None));
        }
        Intent::Messages { entry, at } => {
            driver.play(false);
            dispatch.dispatch(state::Change::Drawer(Some(DrawerView::Diagram)));
            dispatch.dispatch(state::Change::Event(Some(entry)));
            driver.seek(at);
        }
        Intent::Why(flight) => {
            driver.play(false);
            dispatch.dispatch(state::Change::Drawer(Some(DrawerView::Diagram)));
            let sent = driver.trail.borrow().flight(flight).0.map(|entry| entry.number);
            dispatch.dispatch(state::Change::Event(sent));
        }
        Intent::Cause(at) => {
            driver.play(false);
            dispatch.dispatch(state::Change::Drawer(Some(DrawerView::Diagram)));
            driver.seek(at);
            driver.point_at(at);
        }
        Intent::Transcript => driver.ask(Request::Transcript),
        Intent::Undo => {
            dispatch.dispatch(state::Change::Notice(None));
            driver.ask(Request::Undo);
        }
        Intent::Share => share(driver, state),
        Intent::Copy(id) => {
            if let Some(seen) = &state.seen
                && let Some(node) = seen.frame.nodes.get(usize::from(id.0))
            {
                reports::offer_text(dispatch.clone(), state.words, state_text::of_node(&seen.frame, node, state.words));
            }
        }
        Intent::Qr => {
            dispatch.dispatch(state::Change::Panel(Some(Panel::Qr(String::new()))));
            share(driver, state);
        }
        Intent::Present => dispatch.dispatch(state::Change::Present(!state.present)),
        Intent::PlayBeat => driver.play_beat(),
        Intent::ResetScene => {
            driver.play(false);
            dispatch.dispatch(state::Change::Loop(None));
            dispatch.dispatch(state::Change::Select(None));
            dispatch.dispatch(state::Change::Arrange(Arrangement::default()));
            match &state.seen {
                Some(seen) if !seen.run.scenario.is_empty() => {
                    let (system, name) = (seen.run.system.clone(), seen.run.scenario.clone());
                    driver.ask(Request::Open { source: Source::Scenario { system, name } });
                }
                _ => driver.seek(Position::default()),
            }
        }
        Intent::Loop => {
            let span = LoopSpan::pressed(state.span, driver.position().time);
            dispatch.dispatch(state::Change::Loop(span));
        }
        Intent::SkipOpening => {}
        Intent::ToggleDrawer(view) => {
            dispatch.dispatch(state::Change::Panel(None));
            let view = (state.drawer != Some(view)).then_some(view);
            dispatch.dispatch(state::Change::Drawer(view));
        }
        Intent::CloseDrawer => dispatch.dispatch(state::Change::Drawer(None)),
        Intent::Drawer(view) => dispatch.dispatch(state::Change::Drawer(Some(view))),
        Intent::Tool(tool) => dispatch.dispatch(state::Change::Tool(tool)),
        Intent::Arrange(arrangement) => dispatch.dispatch(state::Change::Arrange(arrangement)),
        Intent::Zoom { nearer } => {
            if let Some(layout) = driver.layout() {
                let mut arrangement = driver.arrangement();
                let middle = point(layout.width / 2.0, layout.height / 2.0);
                arrangement.zoom_by(if nearer { ZOOM_STEP } else { 1.0 / ZOOM_STEP }, middle);
                dispatch.dispatch(state::Change::Arrange(arrangement));
            }
        }
        Intent::Open(panel) => {
            let open = state.panel.as_ref() == Some(&panel);
            dispatch.dispatch(state::Change::Panel((!open).then_some(panel)));
        }
        Intent::ClosePanel => dispatch.dispatch(state::Change::Panel(None)),
        Intent::Dismiss => dispatch.dispatch(state::Change::Notice(None)),
        Intent::Language => {
            let words = state.words.other();
            theme::set_language(words);
            memory::remember_language(words.language_tag);
            driver.speak(words);
            dispatch.dispatch(state::Change::Words(words));
        }
        Intent::Theme => {
            theme::toggle();
            driver.retheme();
        }
        Intent::Reload => fragment::reload(),
    }
}

fn judge(driver: &Rc<Driver>, dispatch: UseReducerDispatcher<State>, state: &State, file: File, terms: Terms) {
    dispatch.dispatch(state::Change::Panel(None));
    dispatch.dispatch(state::Change::Drawer(Some(DrawerView::History)));
    let speaker = driver.clone();
    let before = state.exhibit.as_ref().filter(|exhibit| exhibit.file == file);
    let last = before.and_then(|exhibit| exhibit.verdict().cloned());
    driver.judge.begin(file.clone(), terms.clone(), move |mut step| {
        speaker.translate(|say| step.speak(say));
        let exhibit = Exhibit { file: file.clone(), terms: terms.clone(), step, last: last.clone() };
        dispatch.dispatch(state::Change::Exhibit(Some(Rc::new(exhibit))));
    });
}

/// When a selection goes, its verbs go; a focus that was on one of them is then on what they belong to.
fn from_verbs_to_pin() {
    let verbs = ".halo, .verb-row, .snip, .port, .inspector-head";
    let on_verb = focused().is_some_and(|element| element.closest(verbs).ok().flatten().is_some());
    let pin = gloo::utils::document().query_selector(".pin[aria-pressed='true']").ok().flatten();
    if let (true, Some(pin)) = (on_verb, pin.and_then(|pin| pin.dyn_into::<HtmlElement>().ok())) {
        let _ = pin.focus();
    }
}

fn share(driver: &Rc<Driver>, state: &State) {
    driver.play(false);
    let selection = state.selection.zip(state.seen.as_ref()).map(|(selection, seen)| selection.text(&seen.frame));
    driver.ask(Request::Link { at: driver.position(), selection });
}
