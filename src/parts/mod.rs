//! Textbook pieces, pure: what several protocols are built from.

pub mod chunked_log;

pub use chunked_log::ChunkedLog;
