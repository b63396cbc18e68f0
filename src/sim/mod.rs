//! The kernel: what a world is. It knows no protocol.

pub mod id;
pub mod time;

pub use id::{Kind, Member, NodeId, Roster};
pub use time::{Span, Time};
