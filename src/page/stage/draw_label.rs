//! The words about a node, outward of it: its role, and on a large screen the last and the committed position.

use super::brush::{Align, Brush};
use super::geometry::point;
use super::layout::{Label, Layout, Place};
use crate::describe::Standing;
use crate::lab::frame::{Health, NodeFrame};
use crate::page::digits::span_text;
use crate::page::words::Words;
use crate::sim::{Kind, Time};

pub struct LabelLook {
    pub selected: bool,
    /// 0 to 1: how far territories have opened, which pushes the words outward.
    pub split: f64,
}

pub fn draw_label(
    brush: &Brush,
    layout: &Layout,
    place: &Place,
    node: &NodeFrame,
    now: Time,
    words: &Words,
    look: &LabelLook,
) {
    let down = matches!(node.health, Health::Crashed | Health::PowerLost);
    let plain = node.view.standing == Standing::Follower && node.health == Health::Up;
    if node.kind == Kind::Client || (layout.compact && plain && !look.selected) {
        return;
    }
    let palette = brush.palette;
    let role = role_words(node, words);
    let size = if layout.compact { 12.0 } else { 13.0 };
    let role_font = palette.sans(500, size);
    let mono = palette.mono(400, 12.0);
    let mut lines: Vec<String> = Vec::new();
    if !down && let Some(gauge) = node.view.gauges.first() {
        let left = gauge.ends.since(now);
        if !layout.compact && gauge.span.0 > 0 && left.0 * 10 < gauge.span.0 && left.0 > 0 {
            lines.push(format!("{} {}", gauge.label, span_text(left)));
        }
    }
    let positions = !layout.compact && (node.view.last.is_some() || node.view.committed.is_some());
    let side = match (place.label, look.selected, layout.compact) {
        // The verbs of a selection fan out where the words stood.
        (Label::Left | Label::Right, true, false) if place.outward.y > 0.3 => Label::Below,
        (Label::Left | Label::Right, true, false) if place.outward.y > -0.9 => Label::Above,
        (side, ..) => side,
    };
    let near = place.half.x + 22.0 * layout.scale().max(0.7);
    let far = layout.territory() + 12.0;
    let gap = if layout.compact { near.max(far * look.split) } else { near + (far - near) * look.split };
    let rows = 1 + usize::from(positions) + lines.len();
    let line_height = 19.0;
    let block = rows as f64 * line_height;
    let tilt = if layout.compact { -18.0 } else { place.outward.y * 16.0 * look.split };
    let (x, top, align) = match side {
        Label::Left => (place.at.x - gap, place.at.y - block / 2.0 + tilt, Align::Right),
        Label::Right => (place.at.x + gap, place.at.y - block / 2.0 + tilt, Align::Left),
        Label::Above => (place.at.x, place.at.y - gap.max(place.half.y + 12.0) - block + 4.0, Align::Middle),
        Label::Below => (place.at.x, place.at.y + gap.max(place.half.y + 18.0) - 2.0, Align::Middle),
    };
    let top = top.clamp(2.0, (layout.height - block).max(2.0));
    let widest = brush.measure(&role, &role_font);
    let x = match align {
        Align::Left => x.min(layout.width - widest - 6.0),
        Align::Right => x.max(widest + 6.0),
        Align::Middle => x.clamp(widest / 2.0 + 6.0, (layout.width - widest / 2.0 - 6.0).max(widest / 2.0 + 6.0)),
    };
    let mut y = top + 14.0;
    brush.text_over(&role, point(x, y), &role_font, if down { &palette.ink3 } else { &palette.ink }, align);
    if positions {
        y += line_height;
        draw_positions(brush, node, x, y, align, &mono);
    }
    for line in lines {
        y += line_height;
        brush.text_over(&line, point(x, y), &palette.sans(400, 12.0), &palette.ink3, align);
    }
}

pub fn role_words(node: &NodeFrame, words: &Words) -> String {
    match node.health {
        Health::Crashed => words.crashed.into(),
        Health::PowerLost => words.power_lost.into(),
        Health::Paused => format!("{}, {}", node.view.label, words.paused),
        Health::Up => node.view.label.clone(),
    }
}

/// `▢ last  ■ committed`, in the log cell's own signs.
fn draw_positions(brush: &Brush, node: &NodeFrame, x: f64, y: f64, align: Align, font: &str) {
    let palette = brush.palette;
    let down = matches!(node.health, Health::Crashed | Health::PowerLost);
    let tint = &palette.tint(node.view.epoch).line;
    let colour = if down { &palette.down } else { tint };
    let (sign, gap, between) = (8.0, 5.0, 12.0);
    let parts: Vec<(bool, &String)> = [(false, &node.view.last), (true, &node.view.committed)]
        .into_iter()
        .filter_map(|(agreed, text)| Some((agreed, text.as_ref()?)))
        .collect();
    let widths: Vec<f64> = parts.iter().map(|(_, text)| sign + gap + brush.measure(text, font)).collect();
    let total = widths.iter().sum::<f64>() + between * parts.len().saturating_sub(1) as f64;
    let mut left = match align {
        Align::Left => x,
        Align::Right => x - total,
        Align::Middle => x - total / 2.0,
    };
    for ((agreed, text), width) in parts.iter().zip(&widths) {
        brush.rounded(left + 0.7, y - 8.7, sign - 0.4, sign - 0.4, 1.0);
        if *agreed {
            brush.fill(colour);
        }
        brush.stroke(colour, 1.5);
        brush.text_over(text, point(left + sign + gap, y), font, &palette.ink2, Align::Left);
        left += width + between;
    }
}
