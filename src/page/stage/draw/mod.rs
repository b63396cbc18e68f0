//! How each thing on the stage looks: a file for each, drawn by a brush.

pub mod crowd;
pub mod emblem;
pub mod flight;
pub mod hand;
pub mod key;
pub mod label;
pub mod link;
pub mod needle;
pub mod node;
pub mod operation;
pub mod programs;
pub mod queue;
pub mod strip;
pub mod tally;
pub mod territory;
