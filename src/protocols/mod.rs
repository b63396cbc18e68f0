//! The algorithms, a folder each, in teaching order.

pub mod replication;
pub mod zab;
