//! Runs through the world itself: behaviours one by one, then seeds.

mod appearance;
mod behaviours;
mod seeds;
mod tables;

use super::Zab;

pub type Run = crate::sim::trial::Run<Zab>;
