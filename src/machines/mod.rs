//! Deterministic machines: what protocols replicate, and what judges replay.

pub mod key_value;
