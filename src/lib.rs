//! Netsplit: a laboratory of distributed coordination.
//!
//! The modules in reading order:

/// The words in which a protocol shows itself.
pub mod describe;
/// Mathematics about histories: what a run promised, and whether it kept it.
pub mod judges;
/// The instrument: scripts, timelines, branches, sessions, frames.
pub mod lab;
/// Deterministic machines: what protocols replicate, and what judges replay.
pub mod machines;
/// The page in the browser.
#[cfg(feature = "page")]
pub mod page;
/// Textbook pieces, pure: the chunked log.
pub mod parts;
/// The algorithms, a folder each.
pub mod protocols;
/// The kernel: what a world is, what can happen in it, and in which order.
pub mod sim;

/// The nouns that every layer shares, the page too, which otherwise knows the lab and the describing words alone.
pub use sim::{Kind, NodeId, Span, Time};
