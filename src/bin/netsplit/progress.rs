//! How far something is, on one line of a terminal; a file or a pipe is told nothing.

use std::io::IsTerminal as _;

pub fn say(words: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r{words} ");
    }
}

/// What is printed next begins a line.
pub fn end() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}
