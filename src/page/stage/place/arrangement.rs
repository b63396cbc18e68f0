//! How a person arranged the stage: what they moved, how near they stand and where they look. Nothing here is of the
//! run: it lasts while the run is open, and a link does not carry it.

use litemap::LiteMap;

use super::geometry::{Point, point};
use crate::describe::NodeId;

#[derive(Clone, Debug, PartialEq)]
pub struct Arrangement {
    /// Where a moved node stands, in shares of the stage's width and height, as they are without zoom.
    moved: LiteMap<NodeId, Point>,
    zoom: f64,
    /// What lies at the stage's upper left corner, in pixels of the stage without zoom.
    corner: Point,
}

impl Default for Arrangement {
    fn default() -> Arrangement {
        Arrangement { moved: LiteMap::new(), zoom: 1.0, corner: point(0.0, 0.0) }
    }
}

/// Nearer, one would see a single node; farther, none.
const ZOOM: std::ops::RangeInclusive<f64> = 0.5..=4.0;
/// A node is kept so far from the stage's edge, in shares.
const EDGE: f64 = 0.04;

impl Arrangement {
    pub fn is_plain(&self) -> bool {
        *self == Arrangement::default()
    }

    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    pub fn moved(&self, id: NodeId) -> Option<Point> {
        self.moved.get(&id).copied()
    }

    /// Where a point of the stage without zoom is seen.
    pub fn seen(&self, at: Point) -> Point {
        point((at.x - self.corner.x) * self.zoom, (at.y - self.corner.y) * self.zoom)
    }

    fn unseen(&self, at: Point) -> Point {
        point(at.x / self.zoom + self.corner.x, at.y / self.zoom + self.corner.y)
    }

    /// Puts a node's middle where it is seen at `to`, on a stage of that size.
    pub fn put(&mut self, id: NodeId, to: Point, (width, height): (f64, f64)) {
        let at = self.unseen(to);
        let share = |value: f64, whole: f64| (value / whole.max(1.0)).clamp(EDGE, 1.0 - EDGE);
        self.moved.insert(id, point(share(at.x, width), share(at.y, height)));
    }

    /// A node goes back to where it stood.
    pub fn put_back(&mut self, id: NodeId) {
        self.moved.remove(&id);
    }

    /// Zooms so that what is seen at `about` stays there.
    pub fn zoom_by(&mut self, factor: f64, about: Point) {
        let held = self.unseen(about);
        self.zoom = (self.zoom * factor).clamp(*ZOOM.start(), *ZOOM.end());
        self.corner = point(held.x - about.x / self.zoom, held.y - about.y / self.zoom);
        if (self.zoom - 1.0).abs() < 1e-3 {
            self.zoom = 1.0;
        }
    }

    pub fn pan(&mut self, by: Point) {
        self.corner = point(self.corner.x - by.x / self.zoom, self.corner.y - by.y / self.zoom);
    }

    /// Not so far away that nothing would be left to see.
    pub fn keep_in_sight(&mut self, (width, height): (f64, f64)) {
        let keep = |corner: f64, whole: f64| {
            let spare = whole * (1.0 - 0.5 / self.zoom.max(0.5));
            corner.clamp(-whole * 0.5 / self.zoom, spare.max(0.0) + whole * 0.25)
        };
        self.corner = point(keep(self.corner.x, width), keep(self.corner.y, height));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let mut arrangement = Arrangement::default();
        let about = point(300.0, 200.0);
        arrangement.zoom_by(1.6, about);
        let seen = arrangement.seen(about);
        assert!(seen.distance(about) < 1e-9, "{seen:?}");
        arrangement.pan(point(30.0, -10.0));
        assert!(arrangement.seen(about).distance(point(330.0, 190.0)) < 1e-9);
    }

    #[test]
    fn a_node_is_put_where_the_pointer_is_at_any_zoom() {
        let mut arrangement = Arrangement::default();
        arrangement.zoom_by(2.0, point(100.0, 100.0));
        arrangement.put(NodeId(1), point(400.0, 300.0), (1000.0, 600.0));
        let share = arrangement.moved(NodeId(1)).unwrap();
        let seen = arrangement.seen(point(share.x * 1000.0, share.y * 600.0));
        assert!(seen.distance(point(400.0, 300.0)) < 1e-9, "{seen:?}");
        arrangement.put_back(NodeId(1));
        assert_eq!(arrangement.moved(NodeId(1)), None);
    }

    #[test]
    fn nothing_is_zoomed_or_moved_out_of_sight() {
        let mut arrangement = Arrangement::default();
        arrangement.zoom_by(1e9, point(0.0, 0.0));
        assert_eq!(arrangement.zoom(), 4.0);
        arrangement.pan(point(1e6, -1e6));
        arrangement.keep_in_sight((1000.0, 600.0));
        let middle = arrangement.seen(point(500.0, 300.0));
        assert!(middle.x.is_finite() && middle.x < 5_000.0 && middle.y > -5_000.0, "{middle:?}");
        arrangement.put(NodeId(0), point(-1e6, 1e6), (1000.0, 600.0));
        let share = arrangement.moved(NodeId(0)).unwrap();
        assert!(share.x > 0.0 && share.y < 1.0);
    }
}
