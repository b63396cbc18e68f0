//! What of the picture takes its time to get where it belongs: nodes after the stage has changed its size, words, needles,
//! territories, and the mark of a link under the pointer.

use litemap::LiteMap;

use super::brush::Align;
use super::motion::{HOVER_MS, SETTLING_MS, glide};
use crate::describe::{NodeId, Territory};
use crate::page::stage::place::geometry::{Area, Point, Segment, point};
use crate::page::stage::place::labels::{Scene, Spot, Wish, place};
use crate::page::stage::place::layout::Layout;

#[derive(Default)]
pub struct Settling {
    /// Where nodes are drawn while they glide to new places; none once they are there.
    nodes: Option<Vec<Point>>,
    /// How far the territories have opened, from 0 to 1, and those that are open or closing.
    pub split: f64,
    pub territories: Vec<Territory>,
    /// What words were last placed by, where they belong, and where they are drawn.
    placed_by: Option<(Vec<Option<Wish>>, Scene)>,
    spots: Vec<Option<Spot>>,
    words: Vec<Option<(Point, Align)>>,
    needles: LiteMap<NodeId, Segment>,
    marks: LiteMap<(NodeId, NodeId), f64>,
    milliseconds: f64,
    moving: bool,
}

impl Settling {
    /// Begins a picture, so many milliseconds after the last.
    pub fn begin(&mut self, milliseconds: f64) {
        self.milliseconds = milliseconds;
        self.moving = false;
    }

    /// Whether everything is where it belongs.
    pub fn is_still(&self) -> bool {
        !self.moving
    }

    fn glide(&mut self, value: f64, goal: f64, whole: f64) -> f64 {
        let next = glide(value, goal, self.milliseconds, whole);
        self.moving |= next != goal;
        next
    }

    fn glide_to(&mut self, from: Point, goal: Point) -> Point {
        point(self.glide(from.x, goal.x, SETTLING_MS), self.glide(from.y, goal.y, SETTLING_MS))
    }

    /// The stage is about to change: nodes start from where they stand.
    pub fn leave(&mut self, layout: &Layout) {
        if self.nodes.is_none() && !layout.places.is_empty() {
            self.nodes = Some(layout.places.iter().map(|place| place.at).collect());
        }
    }

    /// Other nodes: nothing of what stood before has a place here.
    pub fn forget(&mut self) {
        *self = Settling::default();
    }

    /// The layout as it is drawn now.
    pub fn layout(&mut self, goal: &Layout) -> Layout {
        let mut layout = goal.clone();
        if let Some(mut nodes) = self.nodes.take().filter(|nodes| nodes.len() == goal.places.len()) {
            let mut there = true;
            for (at, place) in nodes.iter_mut().zip(&mut layout.places) {
                *at = self.glide_to(*at, place.at);
                there &= *at == place.at;
                place.bubbles = place.bubbles.moved(place.at.to(*at));
                place.at = *at;
            }
            self.nodes = (!there).then_some(nodes);
        }
        layout
    }

    pub fn open(&mut self, territories: &[Territory]) {
        if !territories.is_empty() {
            self.territories = territories.to_vec();
        }
        self.split = self.glide(self.split, if territories.is_empty() { 0.0 } else { 1.0 }, SETTLING_MS);
        if self.split == 0.0 {
            self.territories.clear();
        }
    }

    /// Places words; while nothing changes they stay.
    pub fn place(&mut self, wishes: Vec<Option<Wish>>, scene: Scene) {
        let same = self.placed_by.as_ref().is_some_and(|(old, there)| *old == wishes && *there == scene);
        if !same {
            self.spots = place(&wishes, &self.spots, &scene);
            self.placed_by = Some((wishes, scene));
        }
    }

    /// The box in which words are drawn, on their way to their spot. Words that turn to another side jump.
    pub fn words(&mut self, node: usize, size: Point) -> Option<(Area, Align)> {
        self.words.resize(self.spots.len(), None);
        let spot = self.spots.get(node).copied().flatten();
        let Some(spot) = spot else {
            self.words[node] = None;
            return None;
        };
        let goal = anchor(&spot.area, spot.align);
        let at = match self.words[node] {
            Some((at, align)) if align == spot.align => self.glide_to(at, goal),
            _ => goal,
        };
        self.words[node] = Some((at, spot.align));
        let x = match spot.align {
            Align::Left => at.x,
            Align::Right => at.x - size.x,
            Align::Middle => at.x - size.x / 2.0,
        };
        Some((Area { x, y: at.y - size.y / 2.0, w: size.x, h: size.y }, spot.align))
    }

    /// A needle on its way to where it should point. One that turns inward or outward jumps.
    pub fn needle(&mut self, voter: NodeId, at: Point, goal: Segment) -> Segment {
        let inward = |axis: &Segment| axis.a.distance(at) > axis.b.distance(at);
        let now = match self.needles.get(&voter) {
            Some(&axis) if inward(&axis) == inward(&goal) && axis.length() > 1.0 => self.turn(at, axis, goal),
            _ => goal,
        };
        self.needles.insert(voter, now);
        now
    }

    /// Turns about the node, the shorter way round.
    fn turn(&mut self, about: Point, from: Segment, goal: Segment) -> Segment {
        let bearing = |axis: &Segment| {
            let far = if axis.a.distance(about) > axis.b.distance(about) { axis.a } else { axis.b };
            let way = about.to(far);
            way.y.atan2(way.x).to_degrees()
        };
        let off = (bearing(&from) - bearing(&goal) + 540.0).rem_euclid(360.0) - 180.0;
        let off = self.glide(off, 0.0, SETTLING_MS);
        let around = |end: Point| about.plus(about.to(end).turned(off), 1.0);
        Segment { a: around(goal.a), b: around(goal.b) }
    }

    /// Forgets the needles of those who no longer vote.
    pub fn keep_needles(&mut self, votes: impl Fn(NodeId) -> bool) {
        self.needles.retain(|voter, _| votes(*voter));
    }

    /// How strongly links are marked, by pair, from 0 to 1.
    pub fn marks(&mut self, marked: impl Iterator<Item = (NodeId, NodeId)>) -> LiteMap<(NodeId, NodeId), f64> {
        let marked: Vec<_> = marked.collect();
        for pair in &marked {
            self.marks.entry(*pair).or_insert(0.0);
        }
        let before = std::mem::take(&mut self.marks);
        for (pair, strength) in before {
            let goal = if marked.contains(&pair) { 1.0 } else { 0.0 };
            let strength = self.glide(strength, goal, HOVER_MS);
            if strength > 0.0 {
                self.marks.insert(pair, strength);
            }
        }
        self.marks.clone()
    }
}

/// The point of a box of words that stays while the words grow.
fn anchor(area: &Area, align: Align) -> Point {
    let x = match align {
        Align::Left => area.x,
        Align::Right => area.x + area.w,
        Align::Middle => area.x + area.w / 2.0,
    };
    point(x, area.y + area.h / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Kind;
    use crate::page::stage::place::layout::Screen;

    #[test]
    fn a_needle_turns_the_shorter_way_and_arrives() {
        let mut settling = Settling::default();
        let about = point(0.0, 0.0);
        let towards = |degrees: f64| {
            let way = point(1.0, 0.0).turned(degrees);
            Segment { a: about.plus(way, 40.0), b: about.plus(way, 70.0) }
        };
        settling.begin(16.0);
        assert_eq!(settling.needle(NodeId(0), about, towards(-170.0)), towards(-170.0));
        settling.begin(16.0);
        let next = settling.needle(NodeId(0), about, towards(170.0));
        assert!(next.b.x < -60.0, "{next:?}");
        assert!(!settling.is_still());
        for _ in 0..60 {
            settling.begin(16.0);
            settling.needle(NodeId(0), about, towards(170.0));
        }
        assert!(settling.is_still());
    }

    #[test]
    fn nodes_glide_after_a_resize_and_only_then() {
        let kinds = [Kind::Server; 3];
        let (small, large) =
            (Layout::new(Screen::Desk, &kinds, 700.0, 500.0), Layout::new(Screen::Desk, &kinds, 1040.0, 620.0));
        let mut settling = Settling::default();
        settling.begin(16.0);
        assert_eq!(settling.layout(&small), small);
        settling.leave(&small);
        settling.begin(16.0);
        let on_the_way = settling.layout(&large).places[0].at;
        assert!(on_the_way.x > small.places[0].at.x && on_the_way.x < large.places[0].at.x);
        settling.begin(f64::INFINITY);
        assert_eq!(settling.layout(&large), large, "with reduced motion it is there at once");
    }
}
