//! What the browser remembers of a person between visits; nothing where it keeps nothing.

use gloo::storage::{LocalStorage, Storage};

/// The opening was finished or skipped.
const OPENED: &str = "netsplit.opening";

pub fn was_here() -> bool {
    LocalStorage::get::<bool>(OPENED).unwrap_or(false)
}

pub fn remember_opening() {
    let _refused = LocalStorage::set(OPENED, true);
}
