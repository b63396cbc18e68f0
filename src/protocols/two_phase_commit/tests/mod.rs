//! Searches counted and refined, then seeds.

mod counting;
mod seeds;
