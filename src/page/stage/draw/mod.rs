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

use super::place::geometry::Area;
use super::place::layout::{Layout, Place};
use crate::lab::frame::NodeFrame;

/// What a node's lock tables and writes fill.
pub fn holdings(layout: &Layout, place: &Place, node: &NodeFrame) -> Vec<Area> {
    let strip = node.view.strip.as_ref().and_then(|strip| strip::strip_area(layout, place, strip));
    queue::queue_areas(layout, place, node).into_iter().chain(strip).collect()
}
