//! Netsplit: a laboratory of distributed coordination.
//!
//! The modules in reading order:

/// Lists in order.
pub mod sorting;
/// The kernel: what a world is, what can happen in it, and in which order.
pub mod sim;
/// Textbook pieces, pure: the chunked log, and the locks of two-phase locking.
pub mod parts;
/// Deterministic machines: what protocols replicate, and what judges replay.
pub mod machines;
/// Mathematics about histories: what a run promised, and whether it kept it.
pub mod judges;
/// The words in which a protocol shows itself.
pub mod describe;
/// The algorithms, a folder each.
pub mod protocols;
/// What people run, composed of protocols.
pub mod systems;
/// The instrument: scripts, timelines, branches, sessions, frames.
pub mod lab;
/// The page in the browser.
#[cfg(feature = "page")]
pub mod page;
