//! Textbook pieces, pure: what several protocols are built from.

pub mod chunked_log;
pub mod lock_table;

pub use chunked_log::ChunkedLog;
pub use lock_table::LockTable;
