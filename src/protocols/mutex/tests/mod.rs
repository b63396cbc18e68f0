//! Runs through the world itself: every interleaving, then seeds, then what handing over costs.

mod interleavings;
mod price;
mod seeds;

use super::Mutex;

pub type Run = crate::sim::trial::Run<Mutex>;
