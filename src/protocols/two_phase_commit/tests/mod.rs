//! Searches counted and refined, then seeds.

mod counting;
mod seeds;

use super::TwoPhaseCommit;

pub type Run = crate::sim::trial::Run<TwoPhaseCommit>;
