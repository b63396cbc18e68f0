//! The instrument: commands, schedules, timelines, sessions, frames. No pixels, and no protocol but through the catalogue.

pub mod command;
pub mod frame;
pub mod script;
pub mod wire;
pub mod words;
