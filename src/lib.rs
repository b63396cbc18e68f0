//! Netsplit: a laboratory of distributed coordination.
//!
//! The modules in reading order:

/// The words in which a protocol shows itself.
pub mod describe;
/// The instrument: scripts, timelines, branches, sessions, frames.
pub mod lab;
/// Textbook pieces, pure.
pub mod parts;
/// The kernel: what a world is, what can happen in it, and in which order.
pub mod sim;
