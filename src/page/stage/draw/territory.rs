//! The sides of a partition: an outline around those who can hear each other, and its words as a pill upon it. A client
//! stands outside of the servers, wherever it belongs: it has its side's outline around itself, and the side's first words.

use crate::describe::{Kind, NodeId, Territory};
use crate::lab::frame::{Frame, LinkFrame};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::hand::severance::is_server;
use crate::page::stage::place::geometry::{Area, Point, Segment, hull, outline, point};
use crate::page::stage::place::layout::{Layout, Place};
use crate::page::stage::place::stations::Pattern;
use crate::page::state::selection::names;
use crate::page::words::{Words, fill};

/// How far its side's outline keeps from a client.
const ISLAND: f64 = 6.0;

/// Opened so far, from 0 to 1: it grows out of its nodes.
pub fn draw_territory(brush: &Brush, layout: &Layout, territory: &Territory, clients: &[&Place], opened: f64) {
    let corners = corners(layout, territory);
    if corners.is_empty() {
        return;
    }
    let (closed, open) = (layout.radius + 8.0, layout.territory());
    trace(brush, &corners, closed + (open - closed).max(0.0) * opened);
    finish(brush, layout, territory);
    for place in clients {
        let (w, h) = (place.half.x + ISLAND * opened, place.half.y + ISLAND * opened);
        brush.rounded(place.at.x - w, place.at.y - h, 2.0 * w, 2.0 * h, 13.0);
        finish(brush, layout, territory);
    }
}

/// The side that can go on is washed and has the bolder outline.
fn finish(brush: &Brush, layout: &Layout, territory: &Territory) {
    let palette = brush.palette;
    if territory.able {
        brush.fill(&palette.wash);
    }
    let scale = layout.scale().max(0.8);
    brush.stroke(&palette.ink3, if territory.able { 1.6 } else { 1.2 } * scale);
}

/// On which side of a split a client is: where servers can hear it, and if that is on several, where it is at home.
pub fn side_of<'a>(sides: &'a [Territory], links: &[LinkFrame], client: NodeId) -> Option<&'a Territory> {
    let is_cut = |other: NodeId| {
        let pair = (client.min(other), client.max(other));
        links.iter().any(|link| (link.a, link.b) == pair && (link.a_to_b.cut || link.b_to_a.cut))
    };
    let hears = |side: &&Territory| side.members.iter().any(|&other| other != client && !is_cut(other));
    let mut heard = sides.iter().filter(hears);
    let first = heard.next().filter(|_| sides.len() > 1)?;
    let several = heard.next().is_some();
    if several { sides.iter().filter(hears).find(|side| side.members.contains(&client)) } else { Some(first) }
}

/// What a client's tag fills.
pub fn tag_area(place: &Place) -> Area {
    Area::around(point(place.at.x, (place.at.y - place.half.y - ISLAND).max(8.5)), 24.0, 7.5)
}

/// `3 of 5`
pub fn share(territory: &Territory, words: &Words) -> Option<String> {
    territory.share.map(|(here, all)| fill(words.of, &[&here, &all]))
}

/// `3 of 5: quorum`
pub fn in_words(territory: &Territory, words: &Words) -> String {
    let share = share(territory, words);
    share.into_iter().chain([territory.says.clone()]).collect::<Vec<_>>().join(words.colon)
}

/// What stands at the outline of each of a side's clients: `3 of 5`, or with whom it stands where two sides have as many.
pub fn tag(frame: &Frame, territory: &Territory, words: &Words) -> Option<String> {
    let alike = frame.territories.iter().filter(|other| other.share == territory.share).count();
    if alike < 2 {
        return share(territory, words);
    }
    let servers = territory.members.iter().copied().filter(|id| is_server(frame, *id));
    let servers: Vec<NodeId> = servers.take(2).collect();
    Some(names(frame, &servers))
}

/// In columns a client's key is where its tag would be.
fn draw_tags(brush: &Brush, layout: &Layout, tag: &str, territory: &Territory, clients: &[&Place]) {
    let palette = brush.palette;
    let font = palette.sans(if territory.able { 600 } else { 400 }, 11.0);
    let w = brush.measure(tag, &font) + 12.0;
    for place in clients.iter().filter(|_| layout.pattern != Pattern::Columns) {
        let Area { y, h, .. } = tag_area(place);
        brush.rounded(place.at.x - w / 2.0, y, w, h, h / 2.0);
        brush.fill(&palette.paper);
        brush.stroke(&palette.ink3, if territory.able { 1.4 } else { 1.0 });
        brush.text(tag, point(place.at.x, y + h / 2.0 + 4.0), &font, &palette.ink, Align::Middle);
    }
}

pub fn draw_words(
    brush: &Brush,
    layout: &Layout,
    (territory, words): (&Territory, &Words),
    (clients, tag): (&[&Place], Option<&str>),
    avoid: &[Area],
) {
    let share = share(territory, words);
    if let Some(tag) = tag {
        draw_tags(brush, layout, tag, territory, clients);
    }
    let corners = corners(layout, territory);
    if corners.is_empty() {
        return;
    }
    let palette = brush.palette;
    let size = if layout.compact { 11.0 } else { 13.0 };
    let (bold, plain) = (palette.sans(600, size), palette.sans(400, size));
    let (head, tail) = match share {
        Some(share) => (format!("{share}{}", words.colon), territory.says.as_str()),
        None => (territory.says.clone(), ""),
    };
    let tail_font = if territory.able { &bold } else { &plain };
    let (head_width, tail_width) = (brush.measure(&head, &bold), brush.measure(tail, tail_font));
    let (w, h) = (head_width + tail_width + 24.0, size + 11.0);
    let at = spot(layout, &corners, avoid, w, h);
    let (x, y) = (at.x - w / 2.0, at.y - h / 2.0);
    brush.rounded(x, y, w, h, h / 2.0);
    brush.fill(&palette.paper);
    brush.stroke(&palette.ink3, if territory.able { 1.6 } else { 1.2 });
    let base = at.y + size * 0.36;
    brush.text(&head, point(x + 12.0, base), &bold, &palette.ink, Align::Left);
    let tail_colour = if territory.able { &palette.ink } else { &palette.ink2 };
    brush.text(tail, point(x + 12.0 + head_width, base), tail_font, tail_colour, Align::Left);
}

/// The straight stretches of a territory's outline, for words to keep off.
pub fn sides(layout: &Layout, territory: &Territory) -> Vec<Segment> {
    outline(&corners(layout, territory), layout.territory())
}

fn corners(layout: &Layout, territory: &Territory) -> Vec<Point> {
    let members = territory.members.iter().filter_map(|&id| layout.place(id));
    hull(&members.filter(|place| place.kind != Kind::Client).map(|place| place.at).collect::<Vec<_>>())
}

fn trace(brush: &Brush, corners: &[Point], reach: f64) {
    if let [only] = corners {
        brush.circle(*only, reach);
        return;
    }
    let sides = outline(corners, reach);
    brush.on.begin_path();
    for (i, side) in sides.iter().enumerate() {
        let corner = corners[i];
        let before = sides[(i + sides.len() - 1) % sides.len()].b;
        let start = (before.y - corner.y).atan2(before.x - corner.x);
        let end = (side.a.y - corner.y).atan2(side.a.x - corner.x);
        let _ = brush.on.arc(corner.x, corner.y, reach, start, end);
        brush.on.line_to(side.b.x, side.b.y);
    }
    brush.on.close_path();
}

/// The place on the outline that is roomiest.
fn spot(layout: &Layout, corners: &[Point], avoid: &[Area], w: f64, h: f64) -> Point {
    let reach = layout.territory();
    let mut candidates: Vec<Point> = Vec::new();
    for side in outline(corners, reach) {
        candidates.extend([0.5, 0.35, 0.65].map(|share| side.at(share)));
    }
    for corner in corners {
        for step in 0..8 {
            let angle = std::f64::consts::FRAC_PI_4 * f64::from(step) + std::f64::consts::FRAC_PI_2;
            let at = corner.plus(point(angle.cos(), angle.sin()), reach);
            if corners.iter().all(|other| other.distance(at) > reach - 1.0) {
                candidates.push(at);
            }
        }
    }
    let room = |at: &Point| {
        let own = Area::around(*at, w / 2.0, h / 2.0);
        let edge = (own.x.min(own.y)).min(layout.width - own.x - w).min(layout.height - own.y - h) - 4.0;
        let others = avoid.iter().map(|area| area.gap(&own)).fold(f64::MAX, f64::min);
        // Among roomy places the one farthest out: the middle belongs to the links.
        edge.min(others).min(8.0) + layout.centre.distance(*at) * 0.05
    };
    let mut best = (f64::MIN, corners[0]);
    for at in candidates {
        let here = room(&at);
        if here > best.0 + 0.5 {
            best = (here, at);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::frame::{Lane, LinkState};

    fn cut(a: u16, b: u16) -> LinkFrame {
        let lane = Lane { cut: true, ..Lane::default() };
        let (a, b) = (NodeId(a), NodeId(b));
        LinkFrame { a, b, state: LinkState::Lost, a_to_b: lane, b_to_a: lane, verbs: Vec::new() }
    }

    #[test]
    fn a_client_is_where_it_can_be_heard() {
        let side = |members: &[u16], words: &str| Territory {
            members: members.iter().copied().map(NodeId).collect(),
            share: None,
            says: words.into(),
            able: false,
        };
        // Its home is 2, whether it reaches that or not.
        let sides = [side(&[0, 1], "left"), side(&[2, 3], "right")];
        let of = |links: &[LinkFrame]| side_of(&sides, links, NodeId(3)).map(|side| side.says.as_str());
        assert_eq!(of(&[]), Some("right"));
        assert_eq!(of(&[cut(2, 3)]), Some("left"));
        assert_eq!(of(&[cut(0, 3)]), Some("right"), "it hears both");
        assert_eq!(of(&[cut(0, 3), cut(1, 3), cut(2, 3)]), None);
        assert_eq!(side_of(&sides[..1], &[], NodeId(3)), None, "not split");
    }
}
