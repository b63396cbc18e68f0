//! Where things stand on the stage, and what a pointer meets there. Pure.

pub mod arrangement;
pub mod clients;
pub mod fan;
pub mod furniture;
pub mod geometry;
pub mod labels;
pub mod layout;
pub mod reach;
pub mod stations;
