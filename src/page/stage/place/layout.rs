//! Where everything stands: servers on a ring, clients outside, labels outward. Pure, so that the canvas, the buttons
//! that lie over it and the tests agree.

use super::arrangement::Arrangement;
use super::clients;
use super::geometry::{Area, Point, point};
use super::stations::{HIGHEST, LOWEST, Pattern};
use crate::describe::{Kind, NodeId};

/// What the stage is looked at on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    #[default]
    Desk,
    Phone,
    /// Larger glyphs on a smaller stage, thicker strokes, fewer words.
    Projector,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub width: f64,
    pub height: f64,
    pub screen: Screen,
    /// A phone, or beside a drawer: smaller glyphs, fewer words.
    pub compact: bool,
    /// A server's radius; every stroke is in proportion to it.
    pub radius: f64,
    pub centre: Point,
    pub pattern: Pattern,
    pub places: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub at: Point,
    pub kind: Kind,
    /// Half the width and height of the glyph.
    pub half: Point,
    /// Away from the ring's centre.
    pub outward: Point,
    /// The side on which the verbs of a selection fan out.
    pub halo: Side,
    /// What a client's operations may fill.
    pub bubbles: Area,
}

impl Place {
    pub fn glyph(&self) -> Area {
        Area::around(self.at, self.half.x, self.half.y)
    }

    /// About where its name stands in it.
    pub fn name(&self) -> Area {
        Area::around(self.at, self.half.x * 0.7, self.half.y * 0.5)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

const NARROW: f64 = 560.0;
/// A projector's picture is laid out on a stage this wide and drawn larger, so that everything in it is.
const PROJECTED_WIDTH: f64 = 660.0;
/// From so many servers on, links that carry nothing are faint, and words are fewer.
const MANY: usize = 7;
/// From so many servers on, they are dots, and links are drawn only where something is the matter with them.
const CROWD: usize = 13;
const DOT: f64 = 11.0;

/// Where stations are beside a drawer, in pixels from the stage's edges.
const UNDER_THE_CLOCK: f64 = 132.0;
const OVER_THE_TOOLS: f64 = 112.0;
const BESIDE_A_GAUGE: f64 = 62.0;
/// How far columns move together on a projector.
const PROJECTED_COLUMNS: f64 = 0.84;

impl Layout {
    /// On a projector the sizes are those before the [`lens`].
    pub fn new(screen: Screen, kinds: &[Kind], width: f64, height: f64) -> Layout {
        let projected = screen == Screen::Projector;
        let compact = width < NARROW && !projected;
        let ring: Vec<usize> = (0..kinds.len()).filter(|&i| kinds[i] != Kind::Client).collect();
        let count = ring.len().max(1) as f64;
        let are_many = kinds.len() - ring.len() > clients::FEW;
        let (rx, ry) = if projected {
            (width * 0.244, height * 0.308)
        } else if compact {
            // Columns of clients want the edges.
            let edge = if are_many { 95.0 } else { 73.0 };
            let (across, down) = (width / 2.0 - edge, height / 2.0 - if screen == Screen::Desk { 137.0 } else { 78.0 });
            let ry = across.min(down).max(40.0);
            (if screen == Screen::Desk { across.max(40.0) } else { ry }, ry)
        } else {
            ((width * 0.24).max((width / 2.0 - 165.0).min(250.0)), (height * 0.316).max(60.0))
        };
        let chord = std::f64::consts::TAU * rx.min(ry) / count.max(3.0);
        let largest = if projected {
            (26.0 * (width / 660.0).min(height / 390.0)).clamp(14.0, 34.0)
        } else if compact {
            24.0
        } else {
            (34.0 * (width / 860.0).min(height / 620.0)).clamp(20.0, 50.0)
        };
        let radius = (chord * 0.3).min(if ring.len() < CROWD { largest } else { DOT }).max(5.0);
        let angles: Vec<f64> = (0..ring.len()).map(|i| angle(i, ring.len())).collect();
        let low = angles.iter().map(|a| a.sin()).fold(-1.0, f64::max);
        // An odd ring reaches higher than it hangs: half of the difference puts it in the middle to the eye.
        let sink = if ring.len() > 1 { ry * (1.0 - low) / 4.0 } else { 0.0 };
        let middle = height / 2.0
            + match screen {
                Screen::Phone if compact => 12.0,
                // The legend and the tools take more than the clock.
                Screen::Desk if compact => -10.0,
                // On a low stage the notes need the room.
                Screen::Desk => ((620.0 - height) * 0.06).clamp(0.0, 10.0) - 4.0,
                _ => -4.0,
            };
        let centre = point(width / 2.0, middle + sink);
        let pattern = Pattern::of(kinds);
        let mut layout = Layout { width, height, screen, compact, radius, centre, pattern, places: Vec::new() };
        if pattern != Pattern::Ring {
            layout.radius = (pattern.pitch(kinds, width, height) * 0.42).min(largest).max(8.0);
            layout.station(kinds);
            return layout;
        }
        let mut kept_free = Vec::new();
        let mut placed: Vec<Option<Place>> = vec![None; kinds.len()];
        for (&index, &angle) in ring.iter().zip(&angles) {
            let outward = if ring.len() == 1 { point(0.0, -1.0) } else { point(angle.cos(), angle.sin()) };
            let at = if ring.len() == 1 { centre } else { point(centre.x + rx * outward.x, centre.y + ry * outward.y) };
            let place = layout.server(kinds[index], at, outward);
            kept_free.extend(layout.kept_free(&place));
            placed[index] = Some(place);
        }
        let nodes: Vec<Area> = placed.iter().flatten().map(Place::glyph).collect();
        let clients = kinds.len() - ring.len();
        let places: Vec<Place> = if are_many {
            clients::columns(&layout, clients, &nodes)
        } else {
            (0..clients).map(|turn| clients::roomiest(&layout, turn, &nodes, &kept_free)).collect()
        };
        for (spot, place) in placed.iter_mut().filter(|spot| spot.is_none()).zip(places) {
            *spot = Some(place);
        }
        layout.places = placed.into_iter().flatten().collect();
        layout
    }

    /// Each kind where it belongs.
    fn station(&mut self, kinds: &[Kind]) {
        let shares = self.pattern.shares(kinds, self.compact);
        let places = kinds.iter().zip(shares).map(|(&kind, share)| {
            let at = self.stand(share);
            // Where its words stand.
            let outward = match (kind, self.pattern) {
                (Kind::Broker, _) => point(0.0, -1.0),
                (Kind::Coordinator, Pattern::Fan) if !self.compact => point(-1.0, 0.0),
                _ => point(0.0, 1.0),
            };
            let place = self.server(kind, at, outward);
            let left = share.x < 0.5;
            let halo = if left || self.pattern == Pattern::Columns { Side::Right } else { Side::Left };
            Place { halo, ..place }
        });
        self.places = places.collect();
        let clients = kinds.iter().filter(|kind| **kind == Kind::Client).count();
        let others = self.places.iter().filter(|place| place.kind != Kind::Client);
        let nodes: Vec<Area> = others.map(Place::glyph).collect();
        let columns = match self.pattern {
            Pattern::Fan if clients > clients::FEW + usize::from(!self.compact) => {
                clients::columns(self, clients, &nodes)
            }
            _ => Vec::new(),
        };
        let mut columns = columns.into_iter();
        for index in 0..self.places.len() {
            let place = &self.places[index];
            if self.pattern == Pattern::Fan && place.kind == Kind::Client {
                self.places[index] = columns.next().unwrap_or_else(|| clients::beside_a_fan(self, place, clients));
            }
        }
    }

    /// Beside a drawer the stage is small, and its corners are taken: what has a station keeps out of them. On a projector the
    /// words beside a queue want more room.
    fn stand(&self, share: Point) -> Point {
        let at = point(share.x * self.width, share.y * self.height);
        if self.screen == Screen::Projector && self.pattern == Pattern::Columns {
            return point(at.x * PROJECTED_COLUMNS, at.y);
        }
        if self.screen != Screen::Desk || !self.compact {
            return at;
        }
        let down = (share.y - HIGHEST) / (LOWEST - HIGHEST);
        let (top, bottom) = (UNDER_THE_CLOCK, (self.height - OVER_THE_TOOLS).max(UNDER_THE_CLOCK));
        point(at.x.max(BESIDE_A_GAUGE), top + (bottom - top) * down)
    }

    /// As a person arranged it: what they moved stands where they put it, and all is as near as they want it.
    pub fn arranged(mut self, arrangement: &Arrangement) -> Layout {
        if arrangement.is_plain() {
            return self;
        }
        for index in 0..self.places.len() {
            let Some(share) = arrangement.moved(NodeId(index as u16)) else { continue };
            let to = point(share.x * self.width, share.y * self.height);
            let outward = self.centre.to(to).unit();
            let before = &self.places[index];
            let by = before.at.to(to);
            let bubbles = before.bubbles.moved(by);
            self.places[index] = match before.kind {
                _ if self.pattern != Pattern::Ring => Place { at: to, bubbles, ..before.clone() },
                Kind::Client => {
                    let halo = if outward.x > 0.0 { Side::Left } else { Side::Right };
                    Place { at: to, bubbles, halo, outward, ..before.clone() }
                }
                kind => self.server(kind, to, outward),
            };
        }
        let zoom = arrangement.zoom();
        self.radius *= zoom;
        self.centre = arrangement.seen(self.centre);
        for place in &mut self.places {
            let Area { x, y, w, h } = place.bubbles;
            let corner = arrangement.seen(point(x, y));
            place.bubbles = Area { x: corner.x, y: corner.y, w: w * zoom, h: h * zoom };
            place.at = arrangement.seen(place.at);
            place.half = point(place.half.x * zoom, place.half.y * zoom);
        }
        self
    }

    /// In proportion to the full-size drawing, whose servers have a radius of 34.
    pub fn scale(&self) -> f64 {
        self.radius / 34.0
    }

    /// How heavy strokes are in proportion: never hair-thin, and legible from the last row on a projector.
    pub fn weight(&self) -> f64 {
        self.scale().max(if self.screen == Screen::Projector { 1.15 } else { 0.75 })
    }

    pub fn place(&self, id: NodeId) -> Option<&Place> {
        self.places.get(usize::from(id.0))
    }

    fn server(&self, kind: Kind, at: Point, outward: Point) -> Place {
        let s = self.scale();
        let half = match kind {
            Kind::Server => point(34.0, 34.0),
            Kind::Client => point(29.0, 19.5),
            Kind::Broker => point(46.0, 22.0),
            Kind::Resource => point(31.0, 29.0),
            Kind::Coordinator => point(46.0, 46.0),
        };
        let halo = if outward.x < -0.2 { Side::Left } else { Side::Right };
        let half = point(half.x * s, half.y * s);
        Place { at, kind, half, outward, halo, bubbles: Area::around(at, 0.0, 0.0) }
    }

    fn servers(&self) -> usize {
        self.places.iter().filter(|place| place.kind != Kind::Client).count()
    }

    pub fn is_crowd(&self) -> bool {
        self.servers() >= CROWD
    }

    pub fn has_many(&self) -> bool {
        self.servers() >= MANY
    }

    fn kept_free(&self, place: &Place) -> [Area; 2] {
        let reach = self.territory();
        let around = Area::around(place.at, reach, reach);
        let beside = |x: f64| Area { x, y: place.at.y - 26.0, w: 130.0, h: 52.0 };
        // Words stand outward, about as large as this.
        let words = match (self.compact, place.outward.x) {
            _ if self.radius <= DOT => around,
            (false, x) if x > 0.2 => beside(place.at.x + reach),
            (false, x) if x < -0.2 => beside(place.at.x - reach - 130.0),
            _ => around,
        };
        [around, words]
    }

    /// A client with its bubbles; in a column it has none.
    pub fn client_area(&self, place: &Place) -> Area {
        let glyph = Area::around(place.at, place.half.x + 4.0, place.half.y + 4.0);
        if self.pattern == Pattern::Columns { glyph } else { glyph.joined(&place.bubbles) }
    }

    /// A node with a little room around it, and a client's operations.
    pub fn body(&self, place: &Place) -> Area {
        if place.kind == Kind::Client { self.client_area(place) } else { place.glyph().grown(8.0) }
    }

    /// How far a territory's outline keeps from its nodes.
    pub fn territory(&self) -> f64 {
        if self.compact { 47.0 * self.radius / 24.0 } else { 76.0 * self.scale() }
    }
}

/// How much larger than it is laid out a stage of that width is drawn.
pub fn lens(screen: Screen, width: f64) -> f64 {
    if screen == Screen::Projector { (width / PROJECTED_WIDTH).max(0.5) } else { 1.0 }
}

/// Twelve o'clock first, then clockwise; two stand side by side.
fn angle(index: usize, count: usize) -> f64 {
    let start = if count == 2 { std::f64::consts::PI } else { -std::f64::consts::FRAC_PI_2 };
    start + std::f64::consts::TAU * index as f64 / count.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(servers: usize, clients: usize) -> Vec<Kind> {
        [vec![Kind::Server; servers], vec![Kind::Client; clients]].concat()
    }

    const SIZES: [(f64, f64); 7] = [
        (1040.0, 620.0),
        (620.0, 620.0),
        (1520.0, 804.0),
        (390.0, 400.0),
        (700.0, 380.0),
        (390.0, 320.0),
        (494.0, 620.0),
    ];

    fn screen(width: f64) -> Screen {
        if width < 400.0 { Screen::Phone } else { Screen::Desk }
    }

    #[test]
    fn nothing_stands_on_something_else() {
        for (width, height) in SIZES {
            for servers in 1..=9 {
                for clients in 0..=8 {
                    let layout = Layout::new(screen(width), &roster(servers, clients), width, height);
                    for (i, one) in layout.places.iter().enumerate() {
                        for other in &layout.places[i + 1..] {
                            let apart = Area::around(one.at, one.half.x, one.half.y).gap(&Area::around(
                                other.at,
                                other.half.x,
                                other.half.y,
                            ));
                            assert!(apart > 0.0, "{servers}+{clients} at {width}x{height}: {one:?} {other:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn everything_stands_on_the_stage() {
        for (width, height) in SIZES {
            for servers in 1..=9 {
                for place in &Layout::new(screen(width), &roster(servers, 2), width, height).places {
                    assert!(place.at.x - place.half.x >= 0.0 && place.at.x + place.half.x <= width, "{place:?}");
                    assert!(place.at.y - place.half.y >= 0.0 && place.at.y + place.half.y <= height, "{place:?}");
                }
            }
        }
    }

    #[test]
    fn a_moved_node_stands_where_it_was_put_and_keeps_its_size() {
        let mut arrangement = Arrangement::default();
        let size = (1040.0, 620.0);
        arrangement.put(NodeId(1), point(200.0, 500.0), size);
        let plain = Layout::new(Screen::Desk, &roster(5, 1), size.0, size.1);
        let layout = plain.clone().arranged(&arrangement);
        assert!(layout.places[1].at.distance(point(200.0, 500.0)) < 1e-9);
        assert_eq!(layout.places[1].half, plain.places[1].half);
        assert!(layout.places[1].outward.x < 0.0, "its words go outward");
        assert_eq!(layout.places[0], plain.places[0]);
        assert_eq!(layout.node_at(point(200.0, 500.0)), Some(NodeId(1)));
    }

    #[test]
    fn zooming_makes_all_of_it_larger() {
        let mut arrangement = Arrangement::default();
        let plain = Layout::new(Screen::Desk, &roster(5, 1), 1040.0, 620.0);
        arrangement.zoom_by(2.0, plain.places[0].at);
        let layout = plain.clone().arranged(&arrangement);
        assert!(layout.places[0].at.distance(plain.places[0].at) < 1e-9);
        assert_eq!(layout.radius, plain.radius * 2.0);
        let apart = |layout: &Layout| layout.places[0].at.distance(layout.places[1].at);
        assert!((apart(&layout) - 2.0 * apart(&plain)).abs() < 1e-9);
    }

    #[test]
    fn a_projector_shows_the_same_larger() {
        let layout = Layout::new(Screen::Projector, &roster(5, 2), 660.0, 390.0);
        assert_eq!(layout.radius * lens(layout.screen, 1320.0), 52.0);
        assert!(!layout.compact);
    }
}
