//! Messages on their way, placed by the frame's own clock: never ahead of what the engine knows.

use super::link::stub_length;
use crate::describe::Time;
use crate::describe::{Fill, Shape, Tag};
use crate::lab::frame::Flight;
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::palette::Tint;
use crate::page::stage::place::geometry::{Area, Point, point};
use crate::page::stage::place::layout::Layout;

/// Where a message is, and which way it goes; none once its ends are not on stage.
pub fn position(layout: &Layout, flight: &Flight, now: Time) -> Option<(Point, Point)> {
    let lane = layout.lane(flight.from, flight.to)?;
    let direction = lane.direction();
    if let Some(place) = flight.stalled {
        let size = queued_size(layout);
        let bar = stub_length(layout).min(lane.length() * 0.4);
        let back = bar - size * 0.75 - f64::from(place.min(2)) * (size + 1.0);
        return Some((lane.a.plus(direction, back), direction));
    }
    let share = match flight.arrives {
        Some(arrives) => {
            let whole = arrives.since(flight.sent).0.max(1) as f64;
            (now.since(flight.sent).0 as f64 / whole).clamp(0.0, 1.0)
        }
        // Held: it waits halfway for a person to deliver it.
        None => 0.5,
    };
    Some((lane.at(share), direction))
}

fn queued_size(layout: &Layout) -> f64 {
    // Three fit between the rim and the bar.
    if layout.compact { 5.5 } else { (stub_length(layout) / 3.0 - 1.0).clamp(5.0, 11.0) }
}

pub fn size(layout: &Layout) -> f64 {
    if layout.compact { 13.0 } else { 15.0 * layout.scale().clamp(0.8, 1.4) }
}

pub fn draw_flight(brush: &Brush, layout: &Layout, flight: &Flight, now: Time, selected: bool) {
    let Some((at, direction)) = position(layout, flight, now) else { return };
    let size = if flight.stalled.is_some() { queued_size(layout) } else { size(layout) };
    match flight.stalled {
        Some(place) if layout.compact || place > 2 => return,
        _ => {}
    }
    if selected {
        brush.circle(at, size * 0.95 + 3.0);
        brush.stroke(&brush.palette.ink, 1.6);
    }
    draw_message(brush, at, direction, size, &flight.tag, flight.bytes);
}

pub fn draw_message(brush: &Brush, at: Point, direction: Point, size: f64, tag: &Tag, bytes: u32) {
    let palette = brush.palette;
    let tint = palette.tint(tag.epoch);
    let fill = match tag.fill {
        Fill::Request => &tint.pale,
        Fill::Reply { .. } => &palette.paper,
        Fill::Agreed => &tint.solid,
    };
    let half = size / 2.0;
    let line = 1.8 * (size / 15.0).max(0.75);
    match tag.shape {
        Shape::Routine => {
            brush.circle(at, (size * 0.17).max(2.0));
            if matches!(tag.fill, Fill::Reply { positive: false }) {
                brush.fill(&palette.paper);
                brush.stroke(&tint.line, 1.4);
            } else {
                brush.fill(&tint.line);
            }
            return;
        }
        Shape::Election => {
            let r = half * 1.25;
            let corners = [point(at.x, at.y - r), point(at.x + r, at.y), point(at.x, at.y + r), point(at.x - r, at.y)];
            brush.path(&corners, true);
        }
        Shape::Bulk => {
            let length = size * (1.6 + f64::from(bytes.max(1)).log10() * 0.35).min(4.0);
            brush.on.save();
            let _ = brush.on.translate(at.x, at.y);
            let _ = brush.on.rotate(direction.y.atan2(direction.x));
            brush.rounded(-length / 2.0, -half * 0.8, length, size * 0.8, 1.5);
            brush.fill(fill);
            brush.stroke(&tint.line, line);
            brush.on.restore();
            return;
        }
        Shape::Proposal | Shape::Decision => brush.rounded(at.x - half, at.y - half, size, size, 1.8),
    }
    brush.on.set_line_join("round");
    brush.fill(fill);
    brush.stroke(&tint.line, line);
    draw_sign(brush, at, half, tag, tint);
}

fn draw_sign(brush: &Brush, at: Point, half: f64, tag: &Tag, tint: &Tint) {
    let width = 1.8 * (half / 7.5).max(0.75);
    brush.on.set_line_cap("round");
    match (tag.fill, tag.shape) {
        (Fill::Reply { positive: true }, _) => brush.plus(at, half * 0.46, &tint.line, width),
        (Fill::Reply { positive: false }, _) => brush.minus(at, half * 0.46, &tint.line, width),
        (Fill::Agreed, _) => brush.tick(at, half * 0.5, &tint.on, width),
        (Fill::Request, Shape::Decision) => brush.tick(at, half * 0.5, &tint.line, width),
        _ => {}
    }
    brush.on.set_line_cap("butt");
}

/// Which way each message goes, where nothing moves that would tell.
pub fn draw_bearings(brush: &Brush, layout: &Layout, flights: &[Flight], now: Time) {
    for flight in flights.iter().filter(|flight| flight.tag.shape != Shape::Routine && flight.stalled.is_none()) {
        let Some((at, direction)) = position(layout, flight, now) else { continue };
        let tip = at.plus(direction, size(layout) * 0.75 + 6.0);
        let (back, aside) = (tip.plus(direction, -4.0), direction.right());
        brush.path(&[back.plus(aside, 3.5), tip, back.plus(aside, -3.5)], false);
        brush.stroke(&brush.palette.ink2, 1.4);
    }
}

/// What the messages are called: once for a group of equal ones that fly together, and never across one another.
pub fn draw_names(brush: &Brush, layout: &Layout, flights: &[Flight], now: Time) {
    let palette = brush.palette;
    let size_of_type = if layout.compact { 10.0 } else { 11.5 };
    let font = palette.mono(400, size_of_type);
    let mut named: Vec<(Point, &str, Area)> = Vec::new();
    for flight in flights.iter().filter(|flight| flight.tag.shape != Shape::Routine && flight.stalled.is_none()) {
        let Some((at, direction)) = position(layout, flight, now) else { continue };
        let label = flight.tag.label.as_str();
        if named.len() >= 24 || named.iter().any(|(other, name, _)| *name == label && other.distance(at) < 40.0) {
            continue;
        }
        let right = direction.right();
        let off = size(layout) * 0.5 + 5.0;
        let (align, base) = if right.x.abs() > 0.5 {
            let align = if right.x > 0.0 { Align::Left } else { Align::Right };
            (align, point(at.x + right.x.signum() * (off + 2.0), at.y + 4.0))
        } else {
            (Align::Middle, point(at.x, at.y + if right.y > 0.0 { off + 11.0 } else { -off }))
        };
        let w = brush.measure(label, &font);
        let x = match align {
            Align::Left => base.x,
            Align::Right => base.x - w,
            Align::Middle => base.x - w / 2.0,
        };
        let area = Area { x, y: base.y - size_of_type, w, h: size_of_type + 3.0 };
        let hides_a_node = layout.places.iter().any(|place| place.name().gap(&area) < 0.0);
        if hides_a_node || named.iter().any(|(_, _, other)| other.gap(&area) < 2.0) {
            continue;
        }
        brush.text_over(label, base, &font, &palette.ink2, align);
        named.push((at, label, area));
    }
}

/// How many wait behind a bar, where they are more than can be drawn.
pub fn draw_queue_counts(brush: &Brush, layout: &Layout, flights: &[Flight]) {
    if layout.compact {
        return;
    }
    for last in flights.iter().filter(|flight| flight.stalled.is_some_and(|place| place > 2)) {
        let more =
            flights.iter().any(|other| other.from == last.from && other.to == last.to && other.stalled > last.stalled);
        let Some(lane) = layout.lane(last.from, last.to).filter(|_| !more) else { continue };
        let at = lane.a.plus(lane.direction(), stub_length(layout) * 0.5).plus(lane.direction().right(), 15.0);
        let words = format!("×{}", last.stalled.unwrap_or(0) + 1);
        brush.text_over(
            &words,
            point(at.x, at.y + 4.0),
            &brush.palette.mono(500, 11.0),
            &brush.palette.ink2,
            Align::Middle,
        );
    }
}
