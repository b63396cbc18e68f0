//! Judges held to brute force, to recordings with known verdicts, and to bad input.

mod draw;
mod growing;
mod hard;
mod input;
mod oracle;
mod samples;
mod small;
