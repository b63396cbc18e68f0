//! The instrument: commands, schedules, timelines, sessions, frames. No pixels, and no protocol but through the catalogue.

pub mod frame;
pub mod wire;
