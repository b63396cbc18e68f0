//! The built page, end to end: dist/ as any static host would serve it, in a real Chromium.
//!
//! `cargo xtask e2e` builds the page and runs these; a plain `cargo test` leaves them out.
//! The vocabulary is in `page`: open, find, click, press, wait for, screenshot.

mod axe;
mod election;
mod experiment;
mod figures;
mod focus;
mod gestures;
mod hints;
mod history;
mod hunt;
mod language;
mod narrow;
mod opening;
mod ownership;
mod page;
mod present;
mod setup;
mod shots;
mod site;
mod timeline;
mod size;
mod vocabulary;
mod webdriver;
