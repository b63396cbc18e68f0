//! Links: two lanes on which one drives on the right; a cut lane keeps a stub and a bar at its sender's end.

use crate::describe::{Kind, Span};
use crate::lab::frame::{Lane, LinkFrame, LinkState};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::{Point, Segment, point};
use crate::page::stage::place::layout::{Layout, Screen};
use crate::page::words::digits::span_text;

pub struct LinkLook {
    /// Under the pointer or selected.
    pub marked: bool,
    /// Something of interest travels it.
    pub busy: bool,
    /// A client asked by it what is selected.
    pub followed: bool,
}

/// How far the stub of a cut lane reaches.
pub fn stub_length(layout: &Layout) -> f64 {
    (layout.territory() - 5.0 - layout.radius - 12.0 * layout.scale().max(0.6)).max(8.0)
}

pub fn draw_link(brush: &Brush, layout: &Layout, link: &LinkFrame, look: &LinkLook) {
    let tether = [link.a, link.b].iter().any(|&id| layout.place(id).is_none_or(|place| place.kind == Kind::Client));
    let (there, back) = (&link.a_to_b, &link.b_to_a);
    let sound = plain(there) && plain(back);
    if tether && sound && there.cut == back.cut && link.state == LinkState::Idle && !look.busy && !look.marked {
        // A client has a link to everyone, and most of them carry nothing, whole or on two sides of a partition.
        return;
    }
    if tether && sound && !there.cut && !back.cut && !look.marked {
        draw_tether(brush, layout, link, look);
        return;
    }
    for (from, to, lane) in [(link.a, link.b, there), (link.b, link.a, back)] {
        if let Some(path) = layout.lane(from, to) {
            draw_lane(brush, layout, path, lane, link.state, look);
        }
    }
}

fn plain(lane: &Lane) -> bool {
    lane.loss == 0 && lane.doubled == 0 && lane.extra_delay == Span::ZERO && !lane.held && lane.bandwidth.is_none()
}

fn draw_tether(brush: &Brush, layout: &Layout, link: &LinkFrame, look: &LinkLook) {
    if link.state == LinkState::Idle && !look.busy {
        return;
    }
    let (Some(there), Some(back)) = (layout.lane(link.a, link.b), layout.lane(link.b, link.a)) else { return };
    let middle = |p: Point, q: Point| point((p.x + q.x) / 2.0, (p.y + q.y) / 2.0);
    let axis = Segment { a: middle(there.a, back.b), b: middle(there.b, back.a) };
    let open = matches!(link.state, LinkState::Open | LinkState::HalfOpen);
    let colour = if open || look.busy { &brush.palette.ink3 } else { &brush.palette.line };
    let width = if layout.screen == Screen::Projector { 1.5 } else { 1.1 };
    if look.followed {
        brush.line(axis, &brush.palette.ink, width + 1.0);
    } else {
        brush.line(axis, colour, width);
    }
}

fn draw_lane(brush: &Brush, layout: &Layout, path: Segment, lane: &Lane, state: LinkState, look: &LinkLook) {
    let palette = brush.palette;
    let scale = layout.weight();
    brush.on.set_line_cap("round");
    if lane.cut {
        let stub = stub_length(layout).min(path.length() * 0.4);
        let end = path.a.plus(path.direction(), stub);
        brush.line(
            Segment { a: end.plus(path.direction(), 14.0 * scale), b: path.b.plus(path.direction(), -4.0) },
            &palette.ghost,
            1.0,
        );
        brush.line(Segment { a: path.a, b: end }, &palette.ink2, 1.5 * scale);
        let right = path.direction().right();
        brush.on.set_line_cap("butt");
        let bar = Segment { a: end.plus(right, -5.0 * scale), b: end.plus(right, 5.0 * scale) };
        brush.line(bar, &palette.ink, 2.4 * scale);
        return;
    }
    let live = matches!(state, LinkState::Open | LinkState::HalfOpen);
    let colour = match (look.marked || look.followed, live || look.busy) {
        (true, _) => &palette.ink,
        (false, true) => &palette.lane,
        (false, false) => &palette.line2,
    };
    let slow = lane.extra_delay > Span::ZERO || lane.bandwidth.is_some();
    let width = if slow { 3.0 } else { 1.3 } * scale;
    match state {
        LinkState::Lost => brush.dash(&[0.5, 4.5]),
        _ if lane.loss > 0 => brush.dash(&[9.0, 6.0]),
        _ => {}
    }
    brush.line(path, colour, if look.marked { width + 0.5 } else { width });
    brush.solid();
    draw_note(brush, layout, path, lane);
}

/// What is wrong with a lane, in figures, beside it.
fn draw_note(brush: &Brush, layout: &Layout, path: Segment, lane: &Lane) {
    let mut notes = Vec::new();
    if lane.loss > 0 {
        notes.push(format!("−{} %", lane.loss));
    }
    if lane.doubled > 0 {
        notes.push(format!("×2 {} %", lane.doubled));
    }
    if lane.extra_delay > Span::ZERO {
        notes.push(format!("+{}", span_text(lane.extra_delay)));
    }
    if let Some(bytes) = lane.bandwidth {
        notes.push(format!("{} kB/s", bytes.div_ceil(1000)));
    }
    if lane.held {
        notes.push("‖".into());
    }
    if notes.is_empty() {
        return;
    }
    let font = brush.palette.mono(500, if layout.compact { 10.0 } else { 11.5 });
    let at = path.at(0.42).plus(path.direction().right(), 13.0);
    brush.text_over(&notes.join(" "), point(at.x, at.y + 4.0), &font, &brush.palette.ink2, Align::Middle);
}
