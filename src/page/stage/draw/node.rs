//! A node: its shape is its kind, its rim its role, its hue its epoch, and grey is down.

use super::emblem::draw_emblem;
use crate::describe::{Gauge, Standing};
use crate::describe::{Kind, Time};
use crate::lab::frame::{Health, NodeFrame};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::palette::Tint;
use crate::page::stage::place::geometry::{Area, Point, point};
use crate::page::stage::place::layout::{Layout, Place};
use crate::page::tint::chip;

pub struct NodeLook {
    pub selected: bool,
    /// A broken claim points at it.
    pub accused: bool,
}

pub fn draw_node(brush: &Brush, layout: &Layout, place: &Place, node: &NodeFrame, now: Time, look: &NodeLook) {
    let s = layout.scale();
    if look.accused {
        trace(brush, place, 11.5 * s);
        brush.stroke(&brush.palette.bad, 3.0 * s.max(0.8));
    }
    if look.selected {
        trace(brush, place, 16.0 * s);
        brush.stroke(&brush.palette.ink, 1.6 * s.max(0.8));
    }
    match node.health {
        Health::Up | Health::Paused => draw_living(brush, layout, place, node, now),
        Health::Crashed | Health::PowerLost => draw_down(brush, layout, place, node),
    }
    if let Some(epoch) = node.view.epoch {
        draw_chip(brush, layout, place, &chip(epoch), node);
    }
}

/// The glyph's outline, grown by some pixels.
fn trace(brush: &Brush, place: &Place, grown: f64) {
    let (at, w, h) = (place.at, place.half.x + grown, place.half.y + grown);
    match place.kind {
        Kind::Server => brush.circle(at, w),
        Kind::Client => brush.rounded(at.x - w, at.y - h, 2.0 * w, 2.0 * h, 9.0 + grown * 0.6),
        Kind::Broker => brush.rounded(at.x - w, at.y - h, 2.0 * w, 2.0 * h, h),
        Kind::Coordinator => {
            let corners = [point(at.x, at.y - h), point(at.x + w, at.y), point(at.x, at.y + h), point(at.x - w, at.y)];
            brush.path(&corners, true);
        }
        Kind::Resource => {
            let bulge = h * 0.26;
            let _ = (
                brush.on.begin_path(),
                brush.on.ellipse(at.x, at.y - h + bulge, w, bulge, 0.0, std::f64::consts::PI, 0.0),
            );
            brush.on.line_to(at.x + w, at.y + h - bulge);
            let _ = brush.on.ellipse(at.x, at.y + h - bulge, w, bulge, 0.0, 0.0, std::f64::consts::PI);
            brush.on.close_path();
        }
    }
}

fn draw_living(brush: &Brush, layout: &Layout, place: &Place, node: &NodeFrame, now: Time) {
    let s = layout.scale();
    let palette = brush.palette;
    let tint = palette.tint(node.view.epoch);
    let server = place.kind == Kind::Server;
    let rim = if server { &tint.line } else { &palette.ink2 };
    trace(brush, place, 0.0);
    brush.fill(&palette.paper);
    if node.health == Health::Paused {
        trace(brush, place, 0.0);
        brush.faded(0.5, || brush.hatch(place.at, place.half.x.max(place.half.y), &palette.line2, 5.0 * s.max(0.7)));
    }
    trace(brush, place, 0.0);
    match node.view.standing {
        Standing::Looking => {
            brush.on.set_line_cap("round");
            brush.dash(&[0.1, 5.2 * s.max(0.8)]);
            brush.stroke(rim, 2.8 * s.max(0.7));
            brush.on.set_line_cap("butt");
        }
        Standing::Observer => brush.stroke(rim, 1.2 * s.max(0.8)),
        Standing::Joining(share) => {
            brush.stroke(&palette.ghost, 2.2 * s);
            brush.arc_left(place.at, place.half.x, f64::from(share) / 100.0);
            brush.stroke(rim, 3.6 * s);
        }
        _ => brush.stroke(rim, if server { 2.2 * s.max(0.75) } else { 1.8 }),
    }
    brush.solid();
    draw_role(brush, place, node, tint, s);
    if let Some(gauge) = node.view.gauges.first() {
        draw_gauge(brush, place, gauge, now, s);
    }
    if node.inbox > 0 {
        draw_inbox(brush, place, node.inbox, s);
    }
    let emblem = node.view.emblem.as_ref().filter(|_| server && node.health == Health::Up);
    if let Some(emblem) = emblem {
        draw_emblem(brush, point(place.at.x, place.at.y - 12.0 * s), 11.0 * s.max(0.75), emblem.certainty);
    }
    let lifted = emblem.is_some()
        || matches!(node.view.standing, Standing::Leader | Standing::Alone)
        || node.health == Health::Paused;
    let drop = if emblem.is_some() {
        12.0 * s
    } else if server && lifted {
        4.0 * s
    } else {
        0.0
    };
    let size = if server { 19.0 * s.clamp(0.6, 1.3) } else { 15.0 * s.clamp(0.75, 1.2) };
    let at = point(place.at.x, place.at.y + size * 0.36 + drop);
    brush.text(&node.name, at, &palette.sans(650, size), &palette.ink, Align::Middle);
}

fn draw_role(brush: &Brush, place: &Place, node: &NodeFrame, tint: &Tint, s: f64) {
    let palette = brush.palette;
    let above = point(place.at.x, place.at.y - 15.5 * s);
    let inner = (place.half.x - 4.6 * s).max(2.0);
    // A client's stands beside it, where its key leaves room.
    if node.health == Health::Paused && place.kind != Kind::Client {
        for side in [-1.0, 1.0] {
            let x = above.x + side * 3.2 * s;
            brush.rounded(x - 1.5 * s, above.y - 6.0 * s, 3.0 * s, 12.0 * s, 0.5);
            brush.fill(&palette.ink);
        }
    }
    match node.view.standing {
        Standing::Leader => {
            brush.circle(place.at, inner);
            brush.stroke(&tint.line, 2.2 * s.max(0.75));
            if node.health == Health::Up {
                brush.crown(above, 17.0 * s);
                brush.fill(&tint.line);
            }
        }
        Standing::Alone => {
            brush.circle(place.at, inner);
            brush.dash(&[3.2 * s, 2.6 * s]);
            brush.stroke(&tint.line, 1.2 * s.max(0.8));
            brush.solid();
            if node.health == Health::Up {
                brush.crown(above, 17.0 * s);
                brush.stroke(&tint.line, 1.5 * s.max(0.75));
            }
        }
        Standing::Observer => {
            brush.on.begin_path();
            let _ = brush.on.ellipse(above.x, above.y - 3.0 * s, 7.0 * s, 3.6 * s, 0.0, 0.0, std::f64::consts::TAU);
            brush.stroke(&tint.line, 1.3 * s.max(0.8));
            brush.circle(point(above.x, above.y - 3.0 * s), 1.7 * s);
            brush.fill(&tint.line);
        }
        _ => {}
    }
}

/// A timer empties clockwise to twelve o'clock; below a tenth it is thick and says so in ink.
fn draw_gauge(brush: &Brush, place: &Place, gauge: &Gauge, now: Time, s: f64) {
    if gauge.span.0 == 0 || place.kind != Kind::Server {
        return;
    }
    let left = gauge.ends.since(now).0 as f64 / gauge.span.0 as f64;
    let radius = place.half.x + 7.0 * s.max(0.7);
    brush.circle(place.at, radius);
    brush.stroke(&brush.palette.line, 1.0);
    brush.arc_left(place.at, radius, left);
    let palette = brush.palette;
    if left < 0.1 {
        brush.stroke(&palette.ink, 5.0 * s.max(0.6));
    } else {
        brush.stroke(&palette.ink4, 2.6 * s.max(0.7));
    }
}

/// Arrivals that pile up at a paused node, off to the side on which its words do not stand in the way.
fn draw_inbox(brush: &Brush, place: &Place, count: u32, s: f64) {
    let palette = brush.palette;
    let (size, away, start) = inbox(place, s);
    let pitch = away * (size + 1.5);
    for i in 0..count.min(3) {
        brush.rounded(start.x + f64::from(i) * pitch - size / 2.0, start.y - size / 2.0, size, size, 1.5);
        brush.fill(&palette.paper);
        brush.stroke(&palette.ink3, 1.3);
    }
    if count > 3 {
        let align = if away < 0.0 { Align::Right } else { Align::Left };
        let at = point(start.x + 2.6 * pitch, start.y + 4.0);
        brush.text_over(&format!("×{count}"), at, &palette.mono(500, 11.0), &palette.ink2, align);
    }
}

/// The size of an arrival, the way in which the pile grows, and where it begins.
fn inbox(place: &Place, s: f64) -> (f64, f64, Point) {
    let size = 8.0 * s.max(0.8);
    let away = if place.outward.x < -0.2 { -1.0 } else { 1.0 };
    (size, away, point(place.at.x + away * (place.half.x * 0.8 + 9.0), place.at.y - place.half.y * 0.8 - 8.0))
}

/// What the pile at a node's inbox covers.
pub fn inbox_area(layout: &Layout, place: &Place, node: &NodeFrame) -> Option<Area> {
    let (size, away, start) = inbox(place, layout.scale());
    let w = 3.0 * size + if node.inbox > 3 { 30.0 } else { 4.0 };
    let x = if away < 0.0 { start.x + size / 2.0 - w } else { start.x - size / 2.0 };
    (node.inbox > 0).then_some(Area { x, y: start.y - size, w, h: 2.0 * size })
}

fn draw_down(brush: &Brush, layout: &Layout, place: &Place, node: &NodeFrame) {
    let s = layout.scale();
    let palette = brush.palette;
    trace(brush, place, 0.0);
    brush.fill(&palette.down_fill);
    brush.stroke(&palette.down, 1.8 * s.max(0.75));
    let client = place.kind == Kind::Client;
    let (lift, drop) = if client { (-place.half.x * 0.45, 0.0) } else { (0.0, 7.0 * s) };
    brush.on.set_line_cap("round");
    let mark = point(place.at.x + lift, place.at.y + if client { 0.0 } else { -12.0 * s });
    if node.health == Health::PowerLost {
        draw_bolt(brush, mark, 7.5 * s.max(0.7));
    } else {
        brush.cross(mark, 4.8 * s.max(0.7), &palette.down, 2.2 * s.max(0.7));
    }
    brush.on.set_line_cap("butt");
    let size = if client { 14.0 } else { 17.0 * s.clamp(0.6, 1.3) };
    let at = point(place.at.x + if client { 7.0 } else { 0.0 }, place.at.y + size * 0.36 + drop);
    brush.text(&node.name, at, &palette.sans(600, size), &palette.ink3, Align::Middle);
}

fn draw_bolt(brush: &Brush, at: Point, size: f64) {
    let outline = [(0.25, -1.0), (-0.55, 0.15), (-0.05, 0.15), (-0.25, 1.0), (0.55, -0.2), (0.05, -0.2)];
    let points: Vec<Point> = outline.iter().map(|(x, y)| point(at.x + x * size, at.y + y * size)).collect();
    brush.path(&points, true);
    brush.fill(&brush.palette.down);
}

/// The epoch, straddling the lower rim; ▼ when it is older than the highest.
fn draw_chip(brush: &Brush, layout: &Layout, place: &Place, words: &str, node: &NodeFrame) {
    let k = layout.scale().clamp(0.85, 1.25);
    let palette = brush.palette;
    let down = node.health.is_down();
    let tint = palette.tint(node.view.epoch);
    let (line, text, pale) =
        if down { (&palette.down, &palette.ink3, &palette.down_fill) } else { (&tint.line, &tint.text, &tint.pale) };
    let font = palette.mono(600, 11.5 * k);
    let words_width = brush.measure(words, &font);
    let arrow = if node.view.behind && !down { 9.0 * k } else { 0.0 };
    let (w, h) = ((words_width + arrow + 11.0 * k).max(26.0 * k), 16.0 * k);
    let (x, y) = (place.at.x - w / 2.0, place.at.y + place.half.y - h / 2.0);
    brush.rounded(x, y, w, h, h / 2.0);
    brush.fill(pale);
    brush.stroke(line, 1.2);
    let left = place.at.x - (words_width + arrow) / 2.0;
    brush.text(words, point(left, y + h / 2.0 + 4.0 * k), &font, text, Align::Left);
    if arrow > 0.0 {
        let (cx, cy) = (left + words_width + arrow - 3.2 * k, y + h / 2.0);
        let corners = [point(cx - 3.6 * k, cy - 2.6 * k), point(cx + 3.6 * k, cy - 2.6 * k), point(cx, cy + 3.2 * k)];
        brush.path(&corners, true);
        brush.fill(text);
    }
}
