//! The algorithms, a folder each, in teaching order.

pub mod replication;
pub mod mutex;
pub mod lock_queue;
pub mod two_phase_commit;
pub mod zab;
