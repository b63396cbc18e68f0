//! The page's workers as it sees them: one that runs, and hunters, which try seeds and judge recordings.
//!
//! `thread` is any of them, `runner` the one that runs, with its `queue`; `hunter` is one hunter, `hunting` what several do
//! for a hunt, `recordings` what one does for a file, `listener` when the running one is asked for a verdict again.

pub mod hunter;
pub mod hunting;
pub mod listener;
mod queue;
pub mod recordings;
pub mod runner;
mod thread;
