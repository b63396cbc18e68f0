//! Textbook pieces, pure: what several protocols are built from.

pub mod chunked_log;
pub mod strict_locks;

pub use chunked_log::ChunkedLog;
pub use strict_locks::StrictLocks;
