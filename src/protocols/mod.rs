//! The algorithms, a folder each, in teaching order.

pub mod lock_queue;
pub mod replication;
pub mod two_phase_commit;
pub mod zab;
