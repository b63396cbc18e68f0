//! Runs through the world itself: what waking costs, then seeds.

pub mod clients;
mod price;
mod seeds;

use super::LockQueue;

pub type Run = crate::sim::trial::Run<LockQueue>;
