//! The instrument: no pixels, and no protocol but through the catalogue.
//!
//! In reading order: `command` is what someone says, `script` the text it stands in, `words` how lines are read;
//! `schedule` is the only input of a run; `engine` is the seam to the systems, `run` what stands behind it, `chronicle`
//! what a run leaves behind, `telling` how that is said, `faults` its bars, `narration` its sentences, `deed` those of what was done, `tenures` its
//! rows and times, `testimony` what clients saw, `hearing` what a judge makes of it, `picture` how it becomes a
//! `frame`; `play` runs a script to its end, `timeline` goes anywhere in a run, `branch` and `session` are a person's
//! work on it, `share` puts it into a link, `story` tells its beats and silences, `news` which marks are new, `pace` sets the clock's speed,
//! `reading` tells the trace in words, `sample` runs a schedule under many seeds and `compare` two schedules, `explore`
//! searches all orders, `hunt` draws runs with faults and `shrink` makes what it found small, `hunter` does so beside a
//! page, `bench` tells how fast things are; `histories` reads what real systems recorded; `wire` is what page and
//! worker say to each other, `spoken` which of it is for people, and `dictionary` puts that into another language.

pub mod command;
pub mod script;
pub mod words;
pub mod schedule;
pub mod catalog;
pub mod engine;
pub mod entry;
pub mod run;
pub mod chronicle;
mod faults;
mod narration;
mod deed;
mod telling;
mod tenures;
pub mod testimony;
pub mod hearing;
pub mod trace;
mod reading;
mod sample;
mod compare;
pub mod frame;
mod picture;
mod plain;
pub mod play;
pub mod timeline;
mod branch;
pub mod session;
pub mod share;
pub mod pace;
pub mod story;
pub mod news;
#[cfg(feature = "search")]
pub mod explore;
#[cfg(feature = "hunt")]
pub mod hunt;
#[cfg(feature = "hunt")]
pub mod shrink;
pub mod hunter;
#[cfg(feature = "histories")]
pub mod histories;
pub mod wire;
pub mod spoken;
pub mod dictionary;
#[cfg(feature = "search")]
pub mod bench;
