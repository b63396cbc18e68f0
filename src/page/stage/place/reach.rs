//! Where links run, and what a pointer meets.

use super::geometry::{Point, Segment};
use super::layout::{Layout, Place};
use crate::describe::{Kind, NodeId};

/// What a pointer meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    Node(NodeId),
    Link(NodeId, NodeId),
}

/// Half the distance between the two lanes of a link, at full size.
const LANE: f64 = 3.6;
/// How near to a link a mouse and a finger must come.
pub const NEAR_MOUSE: f64 = 9.0;
pub const NEAR_FINGER: f64 = 18.0;
/// Off the middle, so that the diameters of a ring do not meet there.
const SNIP: f64 = 0.345;
/// From where a lane begins to scissors that leave its ports free.
pub const BEYOND_PORTS: f64 = 33.0;
/// Half the width of what a link is held by.
pub const GRIP: f64 = 13.0;

impl Layout {
    /// From centre to centre.
    pub fn axis(&self, a: NodeId, b: NodeId) -> Option<Segment> {
        Some(Segment { a: self.place(a)?.at, b: self.place(b)?.at })
    }

    /// The lane that messages from one node to another travel, rim to rim.
    pub fn lane(&self, from: NodeId, to: NodeId) -> Option<Segment> {
        let (start, end) = (self.clearance(from, to)?, self.clearance(to, from)?);
        let axis = self.axis(from, to)?;
        let room = axis.length();
        let shrink = (room * 0.9 / (start + end).max(1.0)).min(1.0);
        Some(axis.trimmed(start * shrink, end * shrink).shifted(LANE * self.scale().max(0.7)))
    }

    /// How far from a node's centre its lanes begin.
    fn clearance(&self, from: NodeId, to: NodeId) -> Option<f64> {
        let (place, other) = (self.place(from)?, self.place(to)?);
        let gap = 12.0 * self.scale().max(0.6);
        if place.kind == Kind::Server {
            return Some(place.half.x + gap);
        }
        let direction = place.at.to(other.at).unit();
        let across = place.half.x / direction.x.abs().max(1e-6);
        let down = place.half.y / direction.y.abs().max(1e-6);
        Some(across.min(down) + gap * 0.6)
    }

    /// Where the scissors of a link appear.
    pub fn snip(&self, a: NodeId, b: NodeId) -> Option<Point> {
        let axis = self.axis(a, b)?;
        let free = (self.clearance(a, b)? + BEYOND_PORTS) / axis.length().max(1.0);
        Some(axis.at(free.clamp(SNIP, 0.5)))
    }

    /// Where a link is held by the keyboard: opposite its scissors.
    pub fn grip(&self, a: NodeId, b: NodeId) -> Option<Point> {
        Some(self.axis(a, b)?.at(1.0 - SNIP))
    }

    /// The same of all links: each as far from the others' and from nodes as it needs.
    pub fn grips(&self, links: impl Iterator<Item = (NodeId, NodeId)>) -> Vec<Option<Point>> {
        let mut taken: Vec<Point> = Vec::new();
        let room = |at: Point, taken: &[Point]| {
            let others = taken.iter().map(|other| other.distance(at));
            let nodes = self.places.iter().map(|place| place.glyph().distance(at) + GRIP);
            others.chain(nodes).fold(2.0 * GRIP, f64::min)
        };
        let grip = |(a, b)| {
            let axis = self.axis(a, b)?;
            // The last of equals is taken.
            let spots = [0.42, 0.58, 0.73, 0.5, 1.0 - SNIP].map(|share| axis.at(share));
            let best = spots.into_iter().max_by(|p, q| room(*p, &taken).total_cmp(&room(*q, &taken)))?;
            taken.push(best);
            Some(best)
        };
        links.map(grip).collect()
    }

    pub fn node_at(&self, at: Point) -> Option<NodeId> {
        let near = |place: &Place| {
            let reach = if self.compact { 10.0 } else { 6.0 };
            (at.x - place.at.x).abs() <= place.half.x + reach && (at.y - place.at.y).abs() <= place.half.y + reach
        };
        self.places.iter().position(near).map(|i| NodeId(i as u16))
    }

    /// The node under a point, or else the nearest of the links that are near enough.
    pub fn hit(&self, at: Point, near: f64, links: impl Iterator<Item = (NodeId, NodeId)>) -> Option<Hit> {
        if let Some(id) = self.node_at(at) {
            return Some(Hit::Node(id));
        }
        let distances = links.filter_map(|(a, b)| {
            let distance = self.axis(a, b)?.distance(at);
            (distance <= near).then_some((distance, a, b))
        });
        let nearest = distances.min_by(|p, q| p.0.total_cmp(&q.0))?;
        Some(Hit::Link(nearest.1, nearest.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::stage::place::geometry::point;
    use crate::page::stage::place::layout::Screen;

    fn roster(servers: usize, clients: usize) -> Vec<Kind> {
        [vec![Kind::Server; servers], vec![Kind::Client; clients]].concat()
    }

    #[test]
    fn a_pointer_meets_nodes_before_links() {
        let layout = Layout::new(Screen::Desk, &roster(3, 0), 1040.0, 620.0);
        let (a, b) = (NodeId(0), NodeId(1));
        let links = || [(a, b), (a, NodeId(2))].into_iter();
        assert_eq!(layout.hit(layout.places[0].at, NEAR_MOUSE, links()), Some(Hit::Node(a)));
        assert_eq!(layout.hit(layout.snip(a, b).unwrap(), NEAR_MOUSE, links()), Some(Hit::Link(a, b)));
        assert_eq!(layout.hit(point(2.0, 2.0), NEAR_FINGER, links()), None);
    }

    #[test]
    fn what_links_are_held_and_cut_by_lies_apart() {
        for (screen, width, height) in [(Screen::Desk, 1040.0, 620.0), (Screen::Phone, 390.0, 398.0)] {
            for servers in 2..=5 {
                let layout = Layout::new(screen, &roster(servers, 1), width, height);
                let links: Vec<(NodeId, NodeId)> = (0..servers as u16)
                    .flat_map(|a| (a + 1..servers as u16).map(move |b| (NodeId(a), NodeId(b))))
                    .collect();
                let grips: Vec<Point> = layout.grips(links.iter().copied()).into_iter().flatten().collect();
                for (i, grip) in grips.iter().enumerate() {
                    let others = grips[i + 1..].iter().map(|other| other.distance(*grip));
                    assert!(others.fold(f64::MAX, f64::min) >= 24.0, "{servers} at {width}x{height}: {grips:?}");
                }
                for &(a, b) in &links {
                    let (snip, lane) = (layout.snip(a, b).unwrap(), layout.lane(a, b).unwrap());
                    let ports = lane.length() >= 2.0 * BEYOND_PORTS;
                    assert!(!ports || snip.distance(lane.a) > BEYOND_PORTS - 0.1, "{servers} at {width}x{height}");
                }
            }
        }
    }

    #[test]
    fn lanes_of_a_link_lie_side_by_side() {
        let layout = Layout::new(Screen::Desk, &roster(5, 1), 1040.0, 620.0);
        let there = layout.lane(NodeId(0), NodeId(1)).unwrap();
        let back = layout.lane(NodeId(1), NodeId(0)).unwrap();
        assert!((there.a.distance(back.b) - 7.2).abs() < 1.5);
        assert!(layout.lane(NodeId(0), NodeId(9)).is_none());
    }
}
