//! Runs through the world itself.

mod seeds;

use super::LockService;

pub type Run = crate::sim::trial::Run<LockService>;
