//! What the chrome knows, and how it changes. The run itself belongs to the worker; this is only what is on screen.

pub mod group;
pub mod looping;
pub mod measure;
pub mod opening;
pub mod seen;
pub mod selection;

use std::rc::Rc;

use yew::Reducible;

use crate::describe::Time;
use crate::lab::hearing::Hearing;
use crate::lab::wire::{Comparison, Outcomes, Problem, SystemCard};
use crate::page::axis::Scale;
use crate::page::driver::playback::Tempo;
use crate::page::intent::Intent;
use crate::page::stage::hand::gesture::Tool;
use crate::page::stage::place::arrangement::Arrangement;
use crate::page::words::{Words, fill};
use crate::page::workers::hunting::{Hunted, Stand};
use crate::page::workers::recordings::Exhibit;
use looping::LoopSpan;
use measure::Cursors;
use opening::{Hint, Opening};
use seen::Seen;
use selection::Selection;

#[derive(Clone, PartialEq)]
pub struct State {
    pub words: &'static Words,
    pub catalog: Option<Rc<Vec<SystemCard>>>,
    pub seen: Option<Seen>,
    pub playing: bool,
    pub tempo: Tempo,
    pub selection: Option<Selection>,
    pub tool: Tool,
    pub arrangement: Arrangement,
    /// Which hint of the opening is next.
    pub opening: Opening,
    /// On a projector.
    pub present: bool,
    pub span: Option<LoopSpan>,
    pub drawer: Option<DrawerView>,
    /// The view that was open last.
    pub last_drawer: DrawerView,
    pub scale: Scale,
    pub cursors: Option<Cursors>,
    /// An entry of the trace picked out, by its number.
    pub event: Option<u32>,
    /// A fault's bar picked out, by its line's place in the schedule.
    pub fault: Option<u32>,
    pub outcomes: Option<Rc<Outcomes>>,
    pub comparison: Option<Rc<Compared>>,
    /// What clients saw.
    pub hearing: Option<Rc<Hearing>>,
    /// A recorded history that is looked at instead.
    pub exhibit: Option<Rc<Exhibit>>,
    pub hunted: Option<Rc<Hunted>>,
    pub panel: Option<Panel>,
    pub notice: Option<Notice>,
    /// The branch as the worker last wrote it.
    pub script: Rc<str>,
    /// What was typed over it.
    pub draft: Option<Rc<str>>,
    /// What was wrong with the script that was last run, if it was not taken.
    pub script_problem: Option<Problem>,
    /// What was wrong with the line last typed into a field.
    pub line_problem: Option<Problem>,
    pub engine: EngineState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EngineState {
    Starting,
    Running,
    /// Another build's worker was cached.
    Old,
    Dead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawerView {
    Diagram,
    Logs,
    Events,
    Promises,
    Charts,
    Script,
    Branches,
    History,
    Hunt,
}

impl DrawerView {
    pub const ALL: [DrawerView; 9] = [
        DrawerView::Diagram,
        DrawerView::Logs,
        DrawerView::Events,
        DrawerView::Promises,
        DrawerView::Charts,
        DrawerView::Script,
        DrawerView::Branches,
        DrawerView::History,
        DrawerView::Hunt,
    ];

    /// The key that opens it.
    pub fn key(self) -> &'static str {
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"][self as usize]
    }

    /// It shows what is still to come, whatever is veiled.
    pub fn tells_ahead(self) -> bool {
        self == DrawerView::Script
    }

    /// It shows the trace, which has to be fetched.
    pub fn reads_trace(self) -> bool {
        matches!(self, DrawerView::Diagram | DrawerView::Events | DrawerView::Charts)
    }
}

/// Two branches and what differs between them.
#[derive(Clone, PartialEq)]
pub struct Compared {
    pub left: u32,
    pub right: u32,
    pub comparison: Comparison,
}

/// What lies over the page for a while; one at a time.
#[derive(Clone, Debug, PartialEq)]
pub enum Panel {
    Menu,
    Setup,
    Keys,
    /// A link that could not be put into the clipboard.
    Link(String),
    /// A link to be read by a telephone; empty until it is made.
    Qr(String),
    /// Text that could not be put into the clipboard.
    Text(String),
    Write,
}

#[derive(Clone, PartialEq)]
pub struct Notice {
    pub words: String,
    pub hint: String,
    /// What can be done about it, by which name.
    pub offers: Option<(&'static str, Intent)>,
    /// Stays until it is closed.
    pub lasting: bool,
}

impl Notice {
    pub fn brief(words: impl Into<String>) -> Notice {
        Notice { words: words.into(), hint: String::new(), offers: None, lasting: false }
    }
}

pub enum Change {
    Catalog(Rc<Vec<SystemCard>>),
    Engine(EngineState),
    Seen(Seen),
    Playing(bool),
    Tempo(Tempo),
    Select(Option<Selection>),
    Tool(Tool),
    Opening(Opening),
    Present(bool),
    Loop(Option<LoopSpan>),
    /// A link was made, and whether it is in the clipboard.
    Linked {
        address: String,
        copied: bool,
    },
    Arrange(Arrangement),
    Drawer(Option<DrawerView>),
    Scale(Scale),
    Measure(Option<Cursors>),
    Event(Option<u32>),
    Fault(Option<u32>),
    Outcomes(Option<Rc<Outcomes>>),
    Comparison(Rc<Compared>),
    Hearing(Rc<Hearing>),
    Exhibit(Option<Rc<Exhibit>>),
    Hunted(Rc<Hunted>),
    Panel(Option<Panel>),
    Notice(Option<Notice>),
    Script(Rc<str>),
    Draft(Option<Rc<str>>),
    ScriptProblem(Option<Problem>),
    /// A typed line or a verb was refused: shown at its field, or else as a notice.
    LineProblem(Problem),
    Words(&'static Words),
}

impl State {
    pub fn new(words: &'static Words) -> State {
        State {
            words,
            catalog: None,
            seen: None,
            playing: false,
            tempo: Tempo::default(),
            selection: None,
            tool: Tool::default(),
            arrangement: Arrangement::default(),
            opening: Opening::Done,
            present: false,
            span: None,
            drawer: None,
            last_drawer: DrawerView::Diagram,
            scale: Scale::default(),
            cursors: None,
            event: None,
            fault: None,
            outcomes: None,
            comparison: None,
            hearing: None,
            exhibit: None,
            hunted: None,
            panel: None,
            notice: None,
            script: "".into(),
            draft: None,
            script_problem: None,
            line_problem: None,
            engine: EngineState::Starting,
        }
    }
}

impl State {
    /// The hint of the opening whose event has come.
    pub fn hint(&self) -> Option<Hint> {
        self.opening.hint(&self.seen.as_ref()?.frame)
    }
}

impl Reducible for State {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut next = (*self).clone();
        match change {
            Change::Catalog(catalog) => {
                next.catalog = Some(catalog);
                next.engine = EngineState::Running;
            }
            Change::Engine(engine) => next.engine = engine,
            Change::Seen(seen) => {
                next.selection = next.selection.filter(|selection| selection.exists(&seen.frame));
                let renewed = next.seen.as_ref().is_none_or(|old| old.run.selection != seen.run.selection);
                if let (true, Some(text)) = (renewed, &seen.run.selection) {
                    next.selection = Selection::parse(text, &seen.frame);
                }
                next.fault =
                    next.fault.filter(|&entry| next.seen.as_ref().is_some_and(|old| same_fault(old, &seen, entry)));
                if next.seen.as_ref().is_some_and(|old| !same_run(old, &seen)) {
                    next.arrangement = Arrangement::default();
                    next.span = None;
                    next.notice = None;
                    // The hints are about the story that the page opened with.
                    next.opening = Opening::Done;
                }
                let other_past = next.seen.as_ref().is_some_and(|old| old.timeline.revision != seen.timeline.revision);
                if let (Some(cursors), Some(old)) = (next.cursors, &next.seen) {
                    next.cursors = Some(cursors.following(old.frame.at.time, seen.frame.at.time));
                }
                if other_past {
                    next.line_problem = None;
                    (next.event, next.comparison, next.hearing, next.outcomes) = (None, None, None, None);
                }
                next.engine = EngineState::Running;
                next.seen = Some(seen);
            }
            Change::Playing(playing) => next.playing = playing,
            Change::Tempo(tempo) => next.tempo = tempo,
            Change::Select(selection) => {
                next.selection = selection;
                next.line_problem = None;
            }
            Change::Tool(tool) => next.tool = tool,
            Change::Arrange(arrangement) => next.arrangement = arrangement,
            Change::Opening(opening) => next.opening = opening,
            Change::Present(present) => {
                next.present = present;
                next.fault = None;
                next.panel = None;
                next.drawer = None;
                next.span = None;
            }
            Change::Loop(span) => next.span = span,
            Change::Linked { address, copied } => match next.panel {
                Some(Panel::Qr(_)) => next.panel = Some(Panel::Qr(address)),
                _ if copied => next.notice = Some(Notice::brief(next.words.link_copied)),
                _ => next.panel = Some(Panel::Link(address)),
            },
            Change::Drawer(drawer) => {
                next.drawer = drawer;
                next.last_drawer = drawer.unwrap_or(next.last_drawer);
            }
            Change::Scale(scale) => next.scale = scale,
            Change::Measure(cursors) => next.cursors = cursors,
            Change::Event(event) => next.event = event,
            Change::Fault(fault) => next.fault = fault,
            Change::Outcomes(outcomes) => next.outcomes = outcomes,
            Change::Comparison(comparison) => next.comparison = Some(comparison),
            Change::Hearing(hearing) => next.hearing = Some(hearing),
            Change::Exhibit(exhibit) => next.exhibit = exhibit,
            Change::Hunted(hunted) => {
                if let (Stand::Found(find), true) = (&hunted.stand, next.drawer != Some(DrawerView::Hunt)) {
                    let words = fill(next.words.hunt_found, &[&find.claim]);
                    let offers = Some((next.words.hunt_watch, Intent::Watch(find.clone())));
                    next.notice = Some(Notice { lasting: true, offers, ..Notice::brief(words) });
                }
                next.hunted = Some(hunted);
            }
            Change::Panel(panel) => {
                next.panel = panel;
                next.line_problem = None;
            }
            Change::Notice(notice) => next.notice = notice,
            Change::Script(script) => {
                if next.script != script {
                    next.draft = None;
                }
                next.script = script;
                next.script_problem = None;
            }
            // The mistake was in what stood there before.
            Change::Draft(draft) => (next.draft, next.script_problem) = (draft, None),
            Change::ScriptProblem(problem) => next.script_problem = problem,
            Change::LineProblem(problem) if matches!(next.panel, Some(Panel::Write | Panel::Setup)) => {
                next.line_problem = Some(problem);
            }
            Change::LineProblem(problem) => {
                let words = format!("{}: {}", next.words.refused, problem.message);
                next.notice = Some(Notice { hint: problem.hint, ..Notice::brief(words) });
            }
            Change::Words(words) => next.words = words,
        }
        Rc::new(next)
    }
}

/// A fault is the same where the same line stands in the same place of the schedule.
fn same_fault(one: &Seen, other: &Seen, entry: u32) -> bool {
    fn line(seen: &Seen, entry: u32) -> Option<(&str, Time)> {
        let bar = seen.timeline.faults.iter().find(|bar| bar.entry == entry)?;
        Some((&bar.line, bar.from))
    }
    same_run(one, other) && line(one, entry) == line(other, entry)
}

/// What a person moved stays while the run is open, whatever its branch and its language.
fn same_run(one: &Seen, other: &Seen) -> bool {
    let same_past = one.timeline.revision == other.timeline.revision;
    same_past
        || (&one.run.system, &one.run.scenario, &one.run.caption)
            == (&other.run.system, &other.run.scenario, &other.run.caption)
}
