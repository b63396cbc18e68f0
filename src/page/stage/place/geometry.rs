//! Points, segments and outlines: arithmetic without a browser.

use crate::sorting::sorted_by;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

pub const fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Point {
    pub fn to(self, other: Point) -> Point {
        point(other.x - self.x, other.y - self.y)
    }

    pub fn plus(self, direction: Point, by: f64) -> Point {
        point(self.x + direction.x * by, self.y + direction.y * by)
    }

    pub fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    /// The direction, of length one; to the right where there is none.
    pub fn unit(self) -> Point {
        let length = self.length();
        if length < 1e-9 { point(1.0, 0.0) } else { point(self.x / length, self.y / length) }
    }

    /// To the right of someone who travels this way, on a screen where y grows downward.
    pub fn right(self) -> Point {
        point(-self.y, self.x)
    }

    /// Turned clockwise, as one sees it, by so many degrees.
    pub fn turned(self, degrees: f64) -> Point {
        let (sin, cos) = degrees.to_radians().sin_cos();
        point(self.x * cos - self.y * sin, self.x * sin + self.y * cos)
    }

    pub fn distance(self, other: Point) -> f64 {
        self.to(other).length()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    pub a: Point,
    pub b: Point,
}

impl Segment {
    pub fn at(&self, share: f64) -> Point {
        self.a.plus(self.a.to(self.b), share)
    }

    pub fn direction(&self) -> Point {
        self.a.to(self.b).unit()
    }

    pub fn length(&self) -> f64 {
        self.a.distance(self.b)
    }

    pub fn distance(&self, from: Point) -> f64 {
        let along = self.a.to(self.b);
        let square = along.x * along.x + along.y * along.y;
        let to = self.a.to(from);
        let share = if square < 1e-9 { 0.0 } else { ((to.x * along.x + to.y * along.y) / square).clamp(0.0, 1.0) };
        self.at(share).distance(from)
    }

    /// The segment moved to the right of its own direction.
    pub fn shifted(&self, by: f64) -> Segment {
        let right = self.direction().right();
        Segment { a: self.a.plus(right, by), b: self.b.plus(right, by) }
    }

    /// The segment without what lies within `from` of its start and `to` of its end.
    pub fn trimmed(&self, from: f64, to: f64) -> Segment {
        let direction = self.direction();
        Segment { a: self.a.plus(direction, from), b: self.b.plus(direction, -to) }
    }
}

/// A box that is kept free: left, top, width, height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Area {
    pub fn around(centre: Point, half_w: f64, half_h: f64) -> Area {
        Area { x: centre.x - half_w, y: centre.y - half_h, w: 2.0 * half_w, h: 2.0 * half_h }
    }

    /// How far two boxes are apart; negative where they overlap.
    pub fn gap(&self, other: &Area) -> f64 {
        let across = (other.x - (self.x + self.w)).max(self.x - (other.x + other.w));
        let down = (other.y - (self.y + self.h)).max(self.y - (other.y + other.h));
        match (across > 0.0, down > 0.0) {
            (true, true) => across.hypot(down),
            _ => across.max(down),
        }
    }

    pub fn grown(&self, by: f64) -> Area {
        Area { x: self.x - by, y: self.y - by, w: self.w + 2.0 * by, h: self.h + 2.0 * by }
    }

    pub fn moved(&self, by: Point) -> Area {
        Area { x: self.x + by.x, y: self.y + by.y, ..*self }
    }

    /// The box around both.
    pub fn joined(&self, other: &Area) -> Area {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = ((self.x + self.w).max(other.x + other.w), (self.y + self.h).max(other.y + other.h));
        Area { x, y, w: right - x, h: bottom - y }
    }

    /// How much two boxes have in common, in square pixels.
    pub fn shared(&self, other: &Area) -> f64 {
        let across = (self.x + self.w).min(other.x + other.w) - self.x.max(other.x);
        let down = (self.y + self.h).min(other.y + other.h) - self.y.max(other.y);
        across.max(0.0) * down.max(0.0)
    }

    /// How far a point is from the box, 0 within it.
    pub fn distance(&self, from: Point) -> f64 {
        self.offset(from).length()
    }

    /// How far it is to the box from a point, sideways and up or down; nothing from within.
    pub fn offset(&self, from: Point) -> Point {
        let across = (self.x - from.x).max(from.x - self.x - self.w).max(0.0);
        let down = (self.y - from.y).max(from.y - self.y - self.h).max(0.0);
        point(across, down)
    }

    /// How much of a segment lies within the box.
    pub fn length_within(&self, line: &Segment) -> f64 {
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        let along = line.a.to(line.b);
        for (start, step, low, high) in
            [(line.a.x, along.x, self.x, self.x + self.w), (line.a.y, along.y, self.y, self.y + self.h)]
        {
            if step.abs() < 1e-9 {
                if start < low || start > high {
                    return 0.0;
                }
                continue;
            }
            let (one, other) = ((low - start) / step, (high - start) / step);
            from = from.max(one.min(other));
            to = to.min(one.max(other));
        }
        (to - from).max(0.0) * along.length()
    }
}

/// The convex hull, counter-clockwise as one sees it; one or two points stay as they are.
pub fn hull(points: &[Point]) -> Vec<Point> {
    let across = |a: &Point, b: &Point| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y));
    let mut points = sorted_by(points.iter().copied(), across);
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let turn = |o: Point, p: Point, q: Point| (p.x - o.x) * (q.y - o.y) - (p.y - o.y) * (q.x - o.x);
    let chain = |points: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for next in points {
            while chain.len() > 1 && turn(chain[chain.len() - 2], chain[chain.len() - 1], next) <= 0.0 {
                chain.pop();
            }
            chain.push(next);
        }
        chain.pop();
        chain
    };
    let mut lower = chain(&mut points.iter().copied());
    lower.extend(chain(&mut points.iter().rev().copied()));
    lower
}

/// The straight stretches of a hull's outline at a distance; between one and the next runs an arc about the shared corner.
pub fn outline(hull: &[Point], distance: f64) -> Vec<Segment> {
    let count = hull.len();
    if count < 2 {
        return Vec::new();
    }
    (0..count).map(|i| Segment { a: hull[i], b: hull[(i + 1) % count] }.shifted(-distance)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_drives_on_the_right() {
        let there = Segment { a: point(0.0, 0.0), b: point(10.0, 0.0) };
        assert_eq!(there.shifted(2.0).a.y, 2.0);
        let back = Segment { a: there.b, b: there.a };
        assert_eq!(back.shifted(2.0).a.y, -2.0);
    }

    #[test]
    fn a_hull_leaves_out_what_lies_inside() {
        let square = [point(0.0, 0.0), point(4.0, 0.0), point(4.0, 4.0), point(0.0, 4.0), point(2.0, 1.0)];
        assert_eq!(hull(&square).len(), 4);
        assert_eq!(hull(&square[..2]).len(), 2);
    }

    #[test]
    fn an_outline_lies_outside() {
        let square = hull(&[point(0.0, 0.0), point(4.0, 0.0), point(4.0, 4.0), point(0.0, 4.0)]);
        let centre = point(2.0, 2.0);
        for side in outline(&square, 3.0) {
            assert!((side.distance(centre) - 5.0).abs() < 1e-9);
        }
    }

    #[test]
    fn boxes_know_their_gap() {
        let one = Area { x: 0.0, y: 0.0, w: 10.0, h: 10.0 };
        let other = Area { x: 13.0, y: 14.0, w: 1.0, h: 1.0 };
        assert_eq!(one.gap(&other), 5.0);
        assert!(one.gap(&Area { x: 9.0, y: 9.0, w: 5.0, h: 5.0 }) < 0.0);
    }

    #[test]
    fn boxes_know_what_they_cover() {
        let area = Area { x: 0.0, y: 0.0, w: 10.0, h: 10.0 };
        assert_eq!(area.shared(&Area { x: 5.0, y: 8.0, w: 10.0, h: 10.0 }), 10.0);
        assert_eq!(area.shared(&Area { x: 11.0, y: 0.0, w: 5.0, h: 5.0 }), 0.0);
        assert_eq!(area.distance(point(13.0, 14.0)), 5.0);
        assert_eq!(area.distance(point(5.0, 5.0)), 0.0);
        let across = Segment { a: point(-5.0, 5.0), b: point(15.0, 5.0) };
        assert!((area.length_within(&across) - 10.0).abs() < 1e-9);
        assert_eq!(area.length_within(&across.shifted(20.0)), 0.0);
    }

    #[test]
    fn a_segment_knows_what_is_near() {
        let line = Segment { a: point(0.0, 0.0), b: point(10.0, 0.0) };
        assert_eq!(line.distance(point(5.0, 3.0)), 3.0);
        assert_eq!(line.distance(point(13.0, 4.0)), 5.0);
        assert_eq!(line.trimmed(2.0, 3.0).length(), 5.0);
    }
}
