//! Keys and what they mean. One table serves the handler and the list behind `?`.

use super::intent::{Intent, PanelName};
use super::selection::Selection;
use super::state::{DrawerView, State};
use super::verbs::by_key;
use super::words::Words;
use crate::lab::frame::{Frame, Verb};

pub struct Press<'a> {
    pub key: &'a str,
    pub alt: bool,
    /// A button was reached by keyboard: Space is its own.
    pub on_button: bool,
}

/// What a key press asks for, if it is one of the page's.
pub fn intent(press: &Press, state: &State) -> Option<Intent> {
    let intent = match (press.key, press.alt) {
        (" ", false) if !press.on_button => Intent::PlayPause,
        ("ArrowLeft", true) => Intent::Mark { ahead: false },
        ("ArrowRight", true) => Intent::Mark { ahead: true },
        ("ArrowLeft", false) => Intent::Events(-1),
        ("ArrowRight", false) => Intent::Events(1),
        ("Home", false) => Intent::Start,
        ("End", false) => Intent::Live,
        ("?", _) => Intent::Open(PanelName::Keys),
        ("Escape", _) => escape(state)?,
        ("h" | "H", false) => Intent::Act("heal".into()),
        (key, false) => {
            if let Some(view) = DrawerView::ALL.into_iter().find(|view| view.key() == key) {
                return Some(Intent::ToggleDrawer(view));
            }
            let seen = state.seen.as_ref()?;
            let verb = by_key(selected_verbs(&seen.frame, state.selection?), key)?;
            if verb.refused.is_some() {
                return None;
            }
            Intent::Act(verb.line.clone())
        }
        _ => return None,
    };
    Some(intent)
}

/// From the top layer down.
fn escape(state: &State) -> Option<Intent> {
    if state.panel.is_some() {
        Some(Intent::ClosePanel)
    } else if state.selection.is_some() {
        Some(Intent::Select(None))
    } else if state.notice.is_some() {
        Some(Intent::Dismiss)
    } else {
        state.drawer.map(|_| Intent::CloseDrawer)
    }
}

pub fn selected_verbs(frame: &Frame, selection: Selection) -> &[Verb] {
    let found = match selection {
        Selection::Node(id) => frame.nodes.get(usize::from(id.0)).map(|node| &node.verbs),
        Selection::Link(a, b) => frame.links.iter().find(|link| (link.a, link.b) == (a, b)).map(|link| &link.verbs),
        Selection::Flight(number) => {
            frame.flights.iter().find(|flight| flight.number == number).map(|flight| &flight.verbs)
        }
    };
    found.map_or(&[], Vec::as_slice)
}

/// The list behind `?`.
pub fn list(words: &Words) -> Vec<(&'static [&'static str], &'static str)> {
    vec![
        (&["Space"], words.key_play),
        (&["←", "→"], words.key_events),
        (&["Alt ←", "Alt →"], words.key_marks),
        (&["Home", "End"], words.key_ends),
        (&["K"], words.key_crash),
        (&["Z"], words.key_pause),
        (&["X"], words.key_cut),
        (&["I"], words.key_isolate),
        (&["H"], words.key_heal),
        (&["2", "4", "6"], words.key_drawer),
        (&["Tab"], words.key_nodes),
        (&["Esc"], words.key_escape),
        (&["?"], words.key_help),
    ]
}
