//! What the browser remembers of a person between visits, and of a run while its page is loaded again; nothing where it
//! keeps nothing.

use gloo::storage::{LocalStorage, SessionStorage, Storage};

use crate::describe::Time;
use crate::lab::frame::Position;

/// The opening was finished or skipped.
const OPENED: &str = "netsplit.opening";
const LANGUAGE: &str = "netsplit.language";
const THEME: &str = "netsplit.theme";
const RUN: &str = "netsplit.run";

pub fn was_here() -> bool {
    LocalStorage::get::<bool>(OPENED).unwrap_or(false)
}

pub fn remember_opening() {
    let _refused = LocalStorage::set(OPENED, true);
}

/// The language's tag that a person chose, if they did.
pub fn language() -> Option<String> {
    LocalStorage::get(LANGUAGE).ok()
}

pub fn remember_language(tag: &str) {
    let _refused = LocalStorage::set(LANGUAGE, tag);
}

/// `dark` or `light`, if a person chose.
pub fn theme() -> Option<String> {
    LocalStorage::get(THEME).ok()
}

pub fn remember_theme(theme: &str) {
    let _refused = LocalStorage::set(THEME, theme);
}

/// The run on the screen, as this tab leaves it: its script, and the instant.
pub fn keep_run(script: &str, at: Position) {
    let _refused = SessionStorage::set(RUN, (at.time.0, at.k, script));
}

pub fn kept_run() -> Option<(String, Position)> {
    let (time, k, script) = SessionStorage::get::<(u64, u32, String)>(RUN).ok()?;
    Some((script, Position { time: Time(time), k }))
}
