//! The instrument: commands, schedules, timelines, sessions, frames. No pixels, and no protocol but through the catalogue.

pub mod chronicle;
pub mod command;
pub mod engine;
pub mod frame;
mod picture;
pub mod run;
pub mod script;
pub mod wire;
pub mod words;
