//! Deterministic machines: what protocols replicate, and what judges replay.

pub mod bank;
pub mod key_value;
pub mod lock_table;
