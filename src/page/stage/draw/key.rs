//! Keys: filled is held, hatched is only believed, dashed is offered. A client's stands above it, with its place in line beside it.

use crate::describe::{Certainty, Gauge, NodeId, Time};
use crate::lab::frame::{Frame, Health, NodeFrame};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::{Area, Point, point};
use crate::page::stage::place::layout::{Layout, Place};

/// From bow to teeth, at full size.
pub const KEY: f64 = 27.0;

fn outline(brush: &Brush, at: Point, k: f64) {
    let (bow, shaft) = (5.6, 1.9_f64);
    let open = (shaft / bow).asin();
    brush.on.begin_path();
    let _ = brush.on.arc(at.x - 8.0 * k, at.y, bow * k, open, std::f64::consts::TAU - open);
    for (x, y) in
        [(13.5, -shaft), (13.5, 5.4), (10.8, 5.4), (10.8, shaft), (8.8, shaft), (8.8, 4.4), (6.2, 4.4), (6.2, shaft)]
    {
        brush.on.line_to(at.x + x * k, at.y + y * k);
    }
    brush.on.close_path();
}

pub fn draw_key(brush: &Brush, at: Point, k: f64, certainty: Certainty) {
    let palette = brush.palette;
    let hole = point(at.x - 8.8 * k, at.y);
    outline(brush, at, k);
    if certainty == Certainty::Settled {
        brush.fill(&palette.ink);
    } else {
        brush.fill(&palette.paper);
        if certainty == Certainty::Uncertain {
            outline(brush, at, k);
            brush.hatch(at, KEY * k / 2.0, &palette.ink3, 3.4 * k);
        } else {
            brush.dash(&[2.6, 2.2]);
        }
        outline(brush, at, k);
        brush.stroke(&palette.ink, 1.4);
        brush.solid();
    }
    brush.circle(hole, 2.0 * k);
    brush.fill(&palette.paper);
    if certainty != Certainty::Settled {
        brush.stroke(&palette.ink, 1.1);
    }
}

/// A small arc that empties: how long a lease or a wait has left.
pub fn draw_left(brush: &Brush, at: Point, radius: f64, gauge: &Gauge, now: Time) {
    if gauge.span.0 == 0 {
        return;
    }
    let left = gauge.ends.since(now).0 as f64 / gauge.span.0 as f64;
    brush.circle(at, radius);
    brush.stroke(&brush.palette.line, 1.0);
    brush.arc_left(at, radius, left);
    let colour = if left < 0.1 { &brush.palette.ink } else { &brush.palette.ink4 };
    brush.stroke(colour, if left < 0.1 { 4.0 } else { 2.6 });
}

/// What a client believes, and where in line it stands.
pub fn draw_standing(brush: &Brush, layout: &Layout, place: &Place, node: &NodeFrame, frame: &Frame) {
    if node.health.is_down() {
        return;
    }
    let k = if layout.compact { 0.75 } else { 1.0 };
    let palette = brush.palette;
    let several = node.view.beliefs.len() > 1;
    for (row, belief) in node.view.beliefs.iter().take(2).enumerate() {
        let y = place.at.y - place.half.y - (12.0 + 17.0 * row as f64) * k;
        let token = belief.token.clone().unwrap_or_default();
        let what = if several { format!("{token} {}", belief.resource) } else { token };
        let doubt = if belief.certainty == Certainty::Uncertain { " ?" } else { "" };
        let font = palette.mono(500, 12.0);
        let words = format!("{what}{doubt}");
        let width = KEY * k + 8.0 + brush.measure(&words, &font);
        let left = place.at.x - width / 2.0;
        draw_key(brush, point(left + KEY * k / 2.0, y), k, belief.certainty);
        brush.text_over(&words, point(left + KEY * k + 8.0, y + 4.0), &font, &palette.ink, Align::Left);
    }
    let beside = point(place.at.x - place.half.x - 22.0 * k, place.at.y);
    let lease = node.view.beliefs.iter().find_map(|belief| belief.gauge.as_ref());
    match (turn(frame, node.id), lease) {
        (Some(turn), _) => draw_turn(brush, beside, turn, k),
        (None, Some(gauge)) if node.health == Health::Up => draw_left(brush, beside, 10.0 * k, gauge, frame.at.time),
        _ => {}
    }
    if node.health == Health::Paused {
        let x = beside.x + if turn(frame, node.id).is_some() { -22.0 * k } else { 4.0 };
        for side in [-1.0, 1.0] {
            brush.rounded(x + side * 4.0 * k - 1.8 * k, place.at.y - 9.0 * k, 3.6 * k, 18.0 * k, 0.8);
            brush.fill(&palette.ink);
        }
    }
}

/// What a client's keys fill above it, and its place in line and its pause beside it.
pub fn standing_areas(layout: &Layout, place: &Place, node: &NodeFrame, frame: &Frame) -> Vec<Area> {
    if node.health.is_down() {
        return Vec::new();
    }
    let k = if layout.compact { 0.75 } else { 1.0 };
    let rows = node.view.beliefs.len().min(2) as f64;
    let top = place.at.y - place.half.y - (4.0 + 17.0 * rows) * k;
    let keys = (rows > 0.0).then_some(Area { x: place.at.x - 40.0, y: top, w: 80.0, h: 17.0 * rows * k });
    let has_lease = node.view.beliefs.iter().any(|belief| belief.gauge.is_some());
    let left = place.at.x - place.half.x;
    let reach = match (turn(frame, node.id).is_some() || has_lease, node.health == Health::Paused) {
        (true, true) => 54.0,
        (true, false) | (false, true) => 36.0,
        (false, false) => 0.0,
    } * k;
    let beside = Area { x: left - reach, y: place.at.y - 13.0 * k, w: reach, h: 26.0 * k };
    keys.into_iter().chain((reach > 0.0).then_some(beside)).collect()
}

/// A node's place in the first line in which it stands, counted from one.
fn turn(frame: &Frame, id: NodeId) -> Option<usize> {
    let queues = frame.nodes.iter().flat_map(|node| &node.view.queues);
    let places = queues.filter_map(|queue| queue.waiters.iter().position(|ticket| ticket.node == Some(id)));
    places.map(|place| place + 1).min()
}

fn draw_turn(brush: &Brush, at: Point, turn: usize, k: f64) {
    let palette = brush.palette;
    let half = 12.0 * k;
    brush.rounded(at.x - half, at.y - half, 2.0 * half, 2.0 * half, 3.0);
    brush.fill(&palette.paper);
    brush.stroke(&palette.ink2, 1.4);
    let font = palette.mono(500, 13.0 * k.max(0.85));
    brush.text(&turn.to_string(), point(at.x, at.y + 4.5), &font, &palette.ink, Align::Middle);
}
