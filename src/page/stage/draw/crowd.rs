//! Many nodes: dots with their names, and what flies between two of them as one sign with a count.

use litemap::LiteMap;

use super::flight::{draw_message, position, size};
use super::node::NodeLook;
use crate::describe::{NodeId, Shape, Standing, Time};
use crate::lab::frame::{Flight, NodeFrame};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::point;
use crate::page::stage::place::layout::{Layout, Place};

/// Signs on the stage at once; more would be a cloud, and is counted in words.
pub const MOST_GLYPHS: usize = 300;

/// A node as a dot: its rim is its role and its hue its epoch, as at full size.
pub fn draw_dot(brush: &Brush, place: &Place, node: &NodeFrame, look: &NodeLook) {
    let palette = brush.palette;
    let tint = palette.tint(node.view.epoch);
    let radius = place.half.x;
    let down = node.health.is_down();
    if look.accused {
        brush.circle(place.at, radius + 5.0);
        brush.stroke(&palette.bad, 2.4);
    }
    if look.selected {
        brush.circle(place.at, radius + 8.0);
        brush.stroke(&palette.ink, 1.6);
    }
    let leads = matches!(node.view.standing, Standing::Leader | Standing::Alone);
    brush.circle(place.at, radius);
    brush.fill(match (down, node.view.standing) {
        (true, _) => &palette.down_fill,
        (false, Standing::Leader) => &tint.solid,
        (false, _) => &tint.pale,
    });
    if down {
        brush.stroke(&palette.down, 1.4);
        brush.cross(place.at, radius * 0.45, &palette.down, 1.6);
    } else if node.view.standing == Standing::Looking {
        brush.on.set_line_cap("round");
        brush.dash(&[0.1, 3.6]);
        brush.stroke(&tint.line, 2.0);
        brush.solid();
        brush.on.set_line_cap("butt");
    } else {
        brush.stroke(&tint.line, if node.view.standing == Standing::Observer { 1.0 } else { 1.8 });
    }
    if leads && !down {
        brush.crown(place.at, radius * 1.15);
        if node.view.standing == Standing::Leader {
            brush.fill(&tint.on);
        } else {
            brush.stroke(&tint.line, 1.2);
        }
        brush.circle(place.at, radius + 3.2);
        if node.view.standing == Standing::Alone {
            brush.dash(&[3.0, 2.4]);
        }
        brush.stroke(&tint.line, 1.4);
        brush.solid();
    }
    let font = palette.sans(if leads { 650 } else { 500 }, 11.0);
    let at = place.at.plus(place.outward, radius + 7.0);
    let (align, y) = match place.outward.x {
        x if x > 0.3 => (Align::Left, at.y + 4.0),
        x if x < -0.3 => (Align::Right, at.y + 4.0),
        _ if place.outward.y < 0.0 => (Align::Middle, at.y - 1.0),
        _ => (Align::Middle, at.y + 9.0),
    };
    let behind = if node.view.behind && !down { " ▼" } else { "" };
    let colour = if down { &palette.ink3 } else { &palette.ink };
    brush.text_over(&format!("{}{behind}", node.name), point(at.x, y), &font, colour, align);
}

/// What flies between two nodes of a crowd, drawn once: the message that is nearest to the middle of its way, and how
/// many there are.
pub fn merged<'a>(flights: &[&'a Flight], now: Time) -> Vec<(&'a Flight, usize)> {
    let off = |flight: &Flight| {
        let whole = flight.arrives.unwrap_or(now).since(flight.sent).0;
        (now.since(flight.sent).0 * 2).abs_diff(whole) * 1_000 / whole.max(1)
    };
    let mut pairs: LiteMap<(bool, NodeId, NodeId), (&Flight, usize)> = LiteMap::new();
    for &flight in flights {
        let routine = flight.tag.shape == Shape::Routine;
        let (first, count) = pairs.entry((!routine, flight.from, flight.to)).or_insert((flight, 0));
        *count += 1;
        if off(flight) < off(first) {
            *first = flight;
        }
    }
    pairs.into_iter().map(|(_, pair)| pair).collect()
}

pub fn draw_merged(brush: &Brush, layout: &Layout, (flight, count): (&Flight, usize), now: Time, selected: bool) {
    let Some((at, direction)) = position(layout, flight, now) else { return };
    let size = size(layout);
    if selected {
        brush.circle(at, size * 0.95 + 3.0);
        brush.stroke(&brush.palette.ink, 1.6);
    }
    draw_message(brush, at, direction, size, &flight.tag, flight.bytes);
    if count > 1 && flight.tag.shape != Shape::Routine {
        let beside = point(at.x + size * 0.62 + 2.0, at.y + 3.6);
        brush.text_over(&format!("×{count}"), beside, &brush.palette.mono(500, 10.0), &brush.palette.ink2, Align::Left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Fill, Tag};

    fn flight(number: u64, from: u16, to: u16, shape: Shape, arrives: u64) -> Flight {
        let tag = Tag { label: String::new(), shape, fill: Fill::Request, epoch: None, rows: Vec::new() };
        let (from, to) = (NodeId(from), NodeId(to));
        let arrives = Some(Time(arrives));
        Flight { number, from, to, sent: Time::ZERO, arrives, stalled: None, bytes: 1, tag, verbs: Vec::new() }
    }

    #[test]
    fn a_pair_has_one_sign_for_what_matters_and_one_for_the_routine() {
        let flights = [
            flight(1, 0, 1, Shape::Proposal, 9),
            flight(2, 0, 1, Shape::Proposal, 5),
            flight(3, 1, 0, Shape::Proposal, 7),
            flight(4, 0, 1, Shape::Routine, 3),
        ];
        let merged: Vec<(u64, usize)> = merged(&flights.iter().collect::<Vec<_>>(), Time(4))
            .into_iter()
            .map(|(flight, count)| (flight.number, count))
            .collect();
        assert_eq!(merged, [(4, 1), (1, 2), (3, 1)], "the routine lies below");
    }
}
