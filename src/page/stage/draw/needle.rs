//! A vote as a needle: it leaves its server towards the one that is voted for, and points inward where that is the server
//! itself.

use crate::describe::NodeId;
use crate::page::stage::brush::Brush;
use crate::page::stage::place::geometry::{Point, Segment};
use crate::page::stage::place::layout::{Layout, Place};

/// From the broad end to the point.
const LENGTH: f64 = 31.0;
const HALF_WIDTH: f64 = 6.4;
/// From the rim to the nearer end.
const GAP: f64 = 10.5;

/// The needle's axis from its broad end to its point; none while the candidate is not on stage.
pub fn needle(layout: &Layout, voter: NodeId, candidate: NodeId) -> Option<Segment> {
    let place = layout.place(voter)?;
    let s = layout.scale().max(0.62);
    let near = place.half.x + GAP * s;
    let far = near + LENGTH * s;
    if voter == candidate {
        let way = outside(place);
        return Some(Segment { a: place.at.plus(way, far), b: place.at.plus(way, near) });
    }
    let way = place.at.to(layout.place(candidate)?.at).unit();
    Some(Segment { a: place.at.plus(way, near), b: place.at.plus(way, far) })
}

/// Beside the ray on which the words stand.
fn outside(place: &Place) -> Point {
    place.outward.turned(if place.outward.x > 0.2 { -48.0 } else { 48.0 })
}

pub fn draw_needle(brush: &Brush, layout: &Layout, axis: Segment) {
    let half = HALF_WIDTH * layout.scale().max(0.62);
    let way = axis.direction();
    let (left, right) = (axis.a.plus(way.right(), -half), axis.a.plus(way.right(), half));
    let notch = axis.a.plus(way, half * 0.55);
    brush.path(&[left, axis.b, right, notch], true);
    brush.on.set_line_join("round");
    brush.fill(&brush.palette.ink);
    brush.stroke(&brush.palette.ink, 1.0);
}
