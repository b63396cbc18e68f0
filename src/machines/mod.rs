//! Deterministic machines: what protocols replicate, and what judges replay.

pub mod bank;
pub mod cas_register;
pub mod key_value;
pub mod ledger;
pub mod multi_register;
pub mod mutex;
pub mod queue;
pub mod register;
pub mod lock_table;
