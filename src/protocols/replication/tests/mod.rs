//! Runs through the world itself: behaviours one by one, then seeds.

mod appearance;
mod behaviours;
mod flaws;
mod seeds;

use super::Replication;

pub type Run = crate::sim::trial::Run<Replication>;
