//! Where the verbs of a selection fan out: beside it where there is most room, and over its own links only where they
//! lead everywhere. Pure; the halo sets buttons there.

use super::geometry::{Area, Point, Segment, point};
use super::labels::{Scene, burden};
use super::layout::{Layout, Place, Side};
use crate::describe::{Kind, NodeId};
use crate::lab::frame::Frame;
use crate::page::stage::draw::flight::position;
use crate::page::stage::draw::holdings;
use crate::page::stage::hand::severance::is_drawn;
use crate::page::state::selection::Selection;

/// Rows of verbs on an arc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fan {
    pub spot: Spot,
    top: f64,
    rows: usize,
    /// Rows from the first down to the tools.
    room: usize,
    pitch: f64,
}

/// An arc's middle, radius and side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    pub centre: Point,
    pub side: Side,
    reach: f64,
    /// What it must be worth to choose it.
    wont: f64,
}

/// From row to row, for a mouse and for fingers.
pub const PITCH: f64 = 34.0;
pub const WIDE_PITCH: f64 = 48.0;
/// As many verbs as a selection has as a rule before its others are opened.
pub const USUAL_ROWS: usize = 4;
const ARC: f64 = 66.0;
const WIDTH: f64 = 130.0;
/// What the tools take of the lower edge.
const ABOVE_TOOLS: f64 = 60.0;
/// The share of the arc's radius at which the first and the last verb stand.
const NEARER: f64 = 0.45;
/// What a pixel of an own link under a verb costs; a node's costs four.
const OWN_LINK: f64 = 40.0;
/// What it must be worth to leave a node's outward side, or the height of the selection: the usual place is found blindly.
const OTHER_SIDE: f64 = 600.0;
const OTHER_HEIGHT: f64 = 400.0;
/// How much higher or lower than the selection's middle that of the rows may be, as a share of their height.
const LIFTS: [f64; 9] = [0.0, -0.25, 0.25, -0.5, 0.5, -0.75, 0.75, -1.0, 1.0];

impl Fan {
    pub fn of(layout: &Layout, frame: &Frame, selection: Selection, rows: usize, pitch: f64) -> Option<Fan> {
        let spots = spots(layout, frame, selection)?;
        let (scene, own) = (scene(layout, frame, selection), own_lines(layout, frame, selection));
        let fans = spots.into_iter().flat_map(|spot| {
            LIFTS.map(|lift| {
                let height = rows as f64 * pitch;
                let top = spot.centre.y + (lift - 0.5) * height;
                // Where there is too little room the rows begin higher.
                let bottom = layout.height - ABOVE_TOOLS;
                let top = top.clamp(6.0, (bottom - height).max(6.0));
                let room = ((bottom - top) / pitch).max(rows as f64) as usize;
                let fan = Fan { spot, top, rows, room, pitch };
                let covers: f64 = fan.areas().map(|area| burden(&area, &scene, &[])).sum();
                (covers + crosses(&fan, &own) + spot.wont + lift.abs() * OTHER_HEIGHT, fan)
            })
        });
        fans.min_by(|p, q| p.0.total_cmp(&q.0)).map(|(_, fan)| fan)
    }

    /// How far beside the middle a row begins, and at what height its own middle is. Rows beyond those that there are follow
    /// as far down as there is room, and then go up from the first: what is there stays.
    pub fn row(&self, index: usize) -> (f64, f64) {
        let place = if index < self.room { index as f64 } else { self.room as f64 - 1.0 - index as f64 };
        let y = self.top + (place + 0.5) * self.pitch;
        let Spot { centre, reach, .. } = self.spot;
        let off = (y - centre.y).abs().min(reach);
        ((reach * reach - off * off).sqrt().max(reach * NEARER), y)
    }

    /// All that its rows cover.
    pub fn areas(&self) -> impl Iterator<Item = Area> {
        (0..self.rows).map(|row| self.area(row))
    }

    fn area(&self, index: usize) -> Area {
        let (away, y) = self.row(index);
        let Spot { centre, side, .. } = self.spot;
        let x = if side == Side::Left { centre.x - away - WIDTH } else { centre.x + away };
        Area { x, y: y - self.pitch / 2.0, w: WIDTH, h: self.pitch }
    }
}

/// What verbs had better not cover.
fn scene(layout: &Layout, frame: &Frame, selection: Selection) -> Scene {
    let places = || layout.places.iter().zip(0..).map(|(place, index)| (place, NodeId(index)));
    let others = places().filter(|&(_, id)| !is_of(selection, id)).map(|(place, _)| place.glyph().grown(8.0));
    let holdings = frame.nodes.iter().zip(&layout.places).flat_map(|(node, place)| holdings(layout, place, node));
    // What a client has asked for is what one selects it for.
    let (asking, silent): (Vec<_>, Vec<_>) = places()
        .filter(|(place, _)| place.kind == Kind::Client)
        .partition(|(_, id)| frame.operations.iter().any(|operation| operation.id.client == *id));
    Scene {
        furniture: layout.furniture(),
        areas: others.chain(asking.into_iter().map(|(place, _)| place.bubbles)).chain(holdings).collect(),
        sometimes: silent.into_iter().map(|(place, _)| place.bubbles).chain(layout.note()).collect(),
        width: layout.width,
        height: layout.height,
        ..Scene::default()
    }
}

/// The links that the selection is about.
fn own_lines(layout: &Layout, frame: &Frame, selection: Selection) -> Vec<Segment> {
    let lines = frame.links.iter().filter(|link| match selection {
        Selection::Link(a, b) => (link.a, link.b) == (a, b),
        _ => is_drawn(frame, link) && is_of(selection, link.a) != is_of(selection, link.b),
    });
    lines.filter_map(|link| layout.lane(link.a, link.b)).collect()
}

fn is_of(selection: Selection, id: NodeId) -> bool {
    match selection {
        Selection::Node(own) => own == id,
        Selection::Group(group) => group.contains(id),
        _ => false,
    }
}

fn crosses(fan: &Fan, lines: &[Segment]) -> f64 {
    let over = |line: &Segment| fan.areas().map(|area| area.length_within(line)).sum::<f64>();
    lines.iter().map(over).sum::<f64>() * OWN_LINK
}

/// What there is to choose from.
fn spots(layout: &Layout, frame: &Frame, selection: Selection) -> Option<Vec<Spot>> {
    let both = |centre: Point, reach: f64, usual: Option<Side>| {
        [Side::Left, Side::Right].map(|side| {
            let wont = if usual.is_some_and(|usual| usual != side) { OTHER_SIDE } else { 0.0 };
            Spot { centre, side, reach, wont }
        })
    };
    match selection {
        Selection::Node(id) => {
            let place = layout.place(id)?;
            let reach = (ARC * layout.scale().clamp(0.8, 1.3)).max(place.half.x + 16.0);
            Some(both(place.at, reach, Some(place.halo)).to_vec())
        }
        Selection::Link(a, b) => {
            let spots = [layout.snip(a, b)?, layout.grip(a, b)?];
            Some(spots.into_iter().flat_map(|spot| both(spot, 26.0, None)).collect())
        }
        Selection::Group(group) => {
            let members: Vec<&Place> = group.iter().filter_map(|id| layout.place(id)).collect();
            let around = members.iter().map(|place| place.glyph()).reduce(|all, one| all.joined(&one))?;
            let centre = point(around.x + around.w / 2.0, around.y + around.h / 2.0);
            Some(both(centre, around.w / 2.0 + 30.0, None).to_vec())
        }
        Selection::Operation(_) => None,
        Selection::Flight(number) => {
            let flight = frame.flights.iter().find(|flight| flight.number == number)?;
            let (at, _) = position(layout, flight, frame.at.time)?;
            Some(both(at, 24.0, None).to_vec())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::stage::place::layout::Screen;

    #[test]
    fn verbs_lie_over_hardly_any_link_of_their_node() {
        for (servers, clients) in [(3, 1), (4, 0), (5, 1), (5, 2)] {
            let frame = Frame::cluster(servers, clients);
            let kinds: Vec<Kind> = frame.nodes.iter().map(|node| node.kind).collect();
            let layout = Layout::new(Screen::Desk, &kinds, 1040.0, 620.0);
            for id in (0..servers).map(NodeId) {
                let selection = Selection::Node(id);
                let fan = Fan::of(&layout, &frame, selection, USUAL_ROWS, PITCH).unwrap();
                let covered = crosses(&fan, &own_lines(&layout, &frame, selection)) / OWN_LINK;
                assert!(covered < 60.0, "{covered:.0} pixels at n{} of {servers}, {clients} clients", id.0 + 1);
            }
        }
    }

    #[test]
    fn what_is_opened_finds_room_beside_what_is_there() {
        let frame = Frame::cluster(5, 1);
        let kinds: Vec<Kind> = frame.nodes.iter().map(|node| node.kind).collect();
        let layout = Layout::new(Screen::Desk, &kinds, 1040.0, 620.0);
        let fan = Fan::of(&layout, &frame, Selection::Node(NodeId(2)), USUAL_ROWS, PITCH).unwrap();
        let rows: Vec<f64> = (0..USUAL_ROWS + 8).map(|row| fan.row(row).1).collect();
        assert!(rows.iter().all(|y| (6.0..layout.height - ABOVE_TOOLS).contains(y)), "{rows:?}");
        assert!(rows.windows(2).all(|pair| (pair[1] - pair[0]).abs() >= PITCH - 0.1), "{rows:?}");
    }
}
