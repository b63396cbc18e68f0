//! The words about a node, outward of it: its role, and on a large screen the last and the committed position.

use super::brush::{Align, Brush};
use super::geometry::point;
use super::layout::{Label, Layout, Place, Side};
use crate::describe::Standing;
use crate::describe::{Kind, Time};
use crate::lab::frame::{Health, NodeFrame};
use crate::page::digits::span_text;
use crate::page::words::Words;

pub struct LabelLook {
    pub selected: bool,
    /// 0 to 1: how far territories have opened, which pushes the words outward.
    pub split: f64,
    /// Virtual microseconds for a second of screen; none pass while paused.
    pub rate: f64,
}

/// What stands on the screen for less than so many seconds is no reading matter.
const LEGIBLE: f64 = 0.5;

const LINE: f64 = 19.0;

pub fn draw_label(brush: &Brush, layout: &Layout, node: &NodeFrame, now: Time, words: &Words, look: &LabelLook) {
    let Some(place) = layout.place(node.id) else { return };
    let down = matches!(node.health, Health::Crashed | Health::PowerLost);
    let plain = node.view.standing == Standing::Follower && node.health == Health::Up;
    if node.kind == Kind::Client || (layout.compact && plain && !look.selected) {
        return;
    }
    let palette = brush.palette;
    let font = palette.sans(500, if layout.compact { 12.0 } else { 13.0 });
    let side = side(layout, place, look);
    let gap = gap(layout, place, look);
    let room = match side {
        Label::Left => place.at.x - gap - 6.0,
        Label::Right => layout.width - place.at.x - gap - 6.0,
        Label::Above | Label::Below => 240.0,
    };
    let role = wrapped(brush, &role_words(node, words), &font, room.max(60.0));
    let positions = !layout.compact && (node.view.last.is_some() || node.view.committed.is_some());
    let block = (role.len() + usize::from(positions)) as f64 * LINE;
    let tilt = if layout.compact { -18.0 } else { place.outward.y * 16.0 * look.split };
    let (x, top, align) = match side {
        Label::Left => (place.at.x - gap, place.at.y - block / 2.0 + tilt, Align::Right),
        Label::Right => (place.at.x + gap, place.at.y - block / 2.0 + tilt, Align::Left),
        Label::Above => (place.at.x, place.at.y - gap.max(place.half.y + 12.0) - block + 4.0, Align::Middle),
        Label::Below => (place.at.x, place.at.y + gap.max(place.half.y + 18.0) - 2.0, Align::Middle),
    };
    let beside = look.selected && side != place.label && !layout.compact;
    // Over or under a selection the words keep to the side that its verbs leave free.
    let (x, align) = match place.halo {
        Side::Right if beside => (x + 22.0, Align::Right),
        Side::Left if beside => (x - 22.0, Align::Left),
        _ => (x, align),
    };
    let top = top.clamp(2.0, (layout.height - block).max(2.0));
    let half = role.iter().map(|line| brush.measure(line, &font)).fold(0.0, f64::max) / 2.0 + 6.0;
    let x = if align == Align::Middle { x.clamp(half, (layout.width - half).max(half)) } else { x };
    let mut y = top + 14.0;
    for line in &role {
        brush.text_over(line, point(x, y), &font, if down { &palette.ink3 } else { &palette.ink }, align);
        y += LINE;
    }
    if positions {
        draw_positions(brush, node, x, y, align, &palette.mono(400, 12.0));
        y += LINE;
    }
    if let Some(timer) = timer_words(node, now, look).filter(|_| !layout.compact && !down) {
        // It comes and goes, and does not move the rest.
        let y = if side == Label::Above { top + 14.0 - LINE } else { y };
        brush.text_over(&timer, point(x, y), &palette.sans(400, 12.0), &palette.ink3, align);
    }
}

fn side(layout: &Layout, place: &Place, look: &LabelLook) -> Label {
    match (place.label, look.selected, layout.compact) {
        // The verbs of a selection fan out where the words stood.
        (Label::Left | Label::Right, true, false) if place.outward.y > 0.3 => Label::Below,
        (Label::Left | Label::Right, true, false) if place.outward.y > -0.9 => Label::Above,
        (side, ..) => side,
    }
}

/// How far from the node's middle its words begin.
fn gap(layout: &Layout, place: &Place, look: &LabelLook) -> f64 {
    let near = place.half.x + 22.0 * layout.scale().max(0.7);
    let far = layout.territory() + 12.0;
    if layout.compact { near.max(far * look.split) } else { near + (far - near) * look.split }
}

/// The first timer in words, once less than a tenth of it is left and there is time to read it.
fn timer_words(node: &NodeFrame, now: Time, look: &LabelLook) -> Option<String> {
    let gauge = node.view.gauges.first()?;
    let left = gauge.ends.since(now);
    let urgent = left.0 > 0 && left.0 * 10 < gauge.span.0;
    let legible = gauge.span.0 as f64 / 10.0 > look.rate * LEGIBLE;
    (urgent && legible).then(|| format!("{} {}", gauge.label, span_text(left)))
}

/// At most two lines, broken at a space.
fn wrapped(brush: &Brush, text: &str, font: &str, room: f64) -> Vec<String> {
    if brush.measure(text, font) <= room {
        return vec![text.to_string()];
    }
    let mut breaks = text.rmatch_indices(' ').map(|(at, _)| at);
    let fitting = breaks.find(|&at| brush.measure(&text[..at], font) <= room);
    match fitting {
        Some(at) => vec![text[..at].to_string(), text[at + 1..].to_string()],
        None => vec![text.to_string()],
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
