//! Keys and what they mean, and the list of them behind `?`.

use super::Intent;
use super::reshape::removal;
use super::verbs;
use crate::lab::wire::Change;
use crate::page::stage::place::arrangement::Arrangement;
use crate::page::stage::place::reach::Hit;
use crate::page::state::measure::Cursors;
use crate::page::state::selection::Selection;
use crate::page::state::{DrawerView, Panel, State};
use crate::page::words::Words;

pub struct Press<'a> {
    pub key: &'a str,
    pub alt: bool,
    pub shift: bool,
    /// Control, or Command.
    pub command: bool,
    /// A button was reached by keyboard: Space is its own.
    pub on_button: bool,
    /// The focus is in the drawer: that is what Escape means, once it has left the field.
    pub in_drawer: bool,
    pub in_field: bool,
    /// What the pointer or the focus is on.
    pub hover: Option<Hit>,
}

/// What a key press asks for, if it is one of the page's. X is not among them: see [`cut`].
pub fn intent(press: &Press, state: &State) -> Option<Intent> {
    if state.panel.is_some() && !matches!(press.key, "Escape" | "?") {
        // What opened the code closes it.
        if let (Some(Panel::Qr(_)), "q" | "Q" | "p" | "P") = (&state.panel, press.key) {
            return Some(Intent::ClosePanel);
        }
        // What lies beneath a panel is not at hand.
        return None;
    }
    if press.command {
        return matches!(press.key, "z" | "Z").then_some(Intent::Undo).filter(|_| !press.shift && !press.alt);
    }
    let intent = match (press.key, press.alt) {
        (" ", false) if !press.on_button => Intent::PlayPause,
        ("ArrowLeft", false) if press.shift => Intent::StepBeat { ahead: false },
        ("ArrowRight", false) if press.shift => Intent::StepBeat { ahead: true },
        ("a" | "A", false) => Intent::Scale(state.scale.other()),
        ("m" | "M", false) => Intent::Measure(measured(state)),
        ("ArrowLeft", true) => Intent::Mark { ahead: false },
        ("ArrowRight", true) => Intent::Mark { ahead: true },
        ("ArrowLeft", false) => Intent::Events(-1),
        ("ArrowRight", false) => Intent::Events(1),
        ("Home", false) => Intent::Start,
        ("End", false) => Intent::Live,
        ("p" | "P", false) => Intent::Present,
        ("s" | "S", false) => Intent::Open(Panel::Menu),
        ("PageDown", false) => Intent::PlayBeat,
        ("PageUp", false) => Intent::StepBeat { ahead: false },
        ("r" | "R", false) if state.present => Intent::ResetScene,
        ("l" | "L", false) if state.present => Intent::Loop,
        ("q" | "Q", false) => Intent::Qr,
        ("?", _) => Intent::Open(Panel::Keys),
        ("Escape", _) if press.in_drawer && press.in_field && state.panel.is_none() => Intent::LeaveField,
        ("Escape", _) if press.in_drawer && state.panel.is_none() => Intent::CloseDrawer,
        ("Escape", _) => escape(state)?,
        ("Delete" | "Backspace", false) => Intent::Edit(without_fault(state)?),
        ("h" | "H", false) => Intent::Act("heal".into()),
        ("0", false) => Intent::Arrange(Arrangement::default()),
        ("+" | "=", false) => Intent::Zoom { nearer: true },
        ("-", false) => Intent::Zoom { nearer: false },
        ("g" | "G", false) => match press.hover? {
            Hit::Node(id) => Intent::Select(Selection::toggled(state.selection, id)),
            Hit::Link(..) => return None,
        },
        (key, false) => {
            if let Some(view) = DrawerView::ALL.into_iter().find(|view| view.key() == key) {
                return (!state.present || !view.tells_ahead()).then_some(Intent::ToggleDrawer(view));
            }
            return verb(key, press.hover, state);
        }
        _ => return None,
    };
    Some(intent)
}

/// X, once it is let go: held down it is the knife.
pub fn cut(hover: Option<Hit>, state: &State) -> Option<Intent> {
    verb("x", hover, state)
}

/// The verb of that key, of what is selected or else of what is under the pointer.
fn verb(key: &str, hover: Option<Hit>, state: &State) -> Option<Intent> {
    let seen = state.seen.as_ref().filter(|_| state.panel.is_none())?;
    let hovered = hover.map(|hit| match hit {
        Hit::Node(id) => Selection::Node(id),
        Hit::Link(a, b) => Selection::Link(a, b),
    });
    // Of several nodes that are selected none is meant alone.
    let hovered = hovered.filter(|_| !matches!(state.selection, Some(Selection::Group(_))));
    [state.selection, hovered].into_iter().flatten().find_map(|selection| {
        let verbs = verbs::of(&seen.frame, selection, state.words);
        let verb = verbs::by_key(&verbs, key).filter(|verb| verb.refused.is_none())?;
        Some(Intent::Act(verb.line.clone()))
    })
}

/// Two cursors at the playhead, or none if there are some.
fn measured(state: &State) -> Option<Cursors> {
    let at = state.seen.as_ref()?.frame.at.time;
    state.cursors.is_none().then_some(Cursors { from: at, to: at })
}

/// The changes that take the fault whose bar is picked out of the schedule.
fn without_fault(state: &State) -> Option<Vec<Change>> {
    let faults = &state.seen.as_ref()?.timeline.faults;
    let bar = faults.iter().find(|bar| Some(bar.entry) == state.fault)?;
    Some(removal(bar, faults))
}

/// From the top layer down.
fn escape(state: &State) -> Option<Intent> {
    if state.panel.is_some() {
        Some(Intent::ClosePanel)
    } else if state.fault.is_some() {
        Some(Intent::Fault(None))
    } else if state.cursors.is_some() {
        Some(Intent::Measure(None))
    } else if state.selection.is_some() {
        Some(Intent::Select(None))
    } else if state.notice.is_some() {
        Some(Intent::Dismiss)
    } else if state.present {
        Some(Intent::Present)
    } else {
        state.drawer.map(|_| Intent::CloseDrawer)
    }
}

/// The list behind `?`.
pub fn list(words: &Words) -> Vec<(&'static [&'static str], &'static str)> {
    vec![
        (&["Space"], words.key_play),
        (&["←", "→"], words.key_events),
        (&["Shift ←", "Shift →"], words.key_beats),
        (&["Alt ←", "Alt →"], words.key_marks),
        (&["Home", "End"], words.key_ends),
        (&["K"], words.key_crash),
        (&["Z"], words.key_pause),
        (&["X"], words.key_cut),
        (&["I"], words.key_isolate),
        (&["G"], words.key_group),
        (&["H"], words.key_heal),
        (&["Ctrl Z"], words.undo_last),
        (&["Del"], words.key_remove_fault),
        (&["+", "−", "0"], words.key_zoom),
        (&["S"], words.scenarios),
        (&["P"], words.key_present),
        (&["PgUp", "PgDn"], words.key_beats),
        (&["R", "L"], words.key_lecture),
        (&["Q"], words.key_qr),
        (&["A"], words.key_axis),
        (&["M"], words.key_measure),
        (&["1", "–", "9"], words.key_drawer),
        (&["Tab"], words.key_nodes),
        (&["Esc"], words.key_escape),
        (&["?"], words.key_help),
    ]
}
