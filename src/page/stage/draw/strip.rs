//! What came to a resource, as squares with tokens beside it: filled is taken, hollow with a cross is refused, and
//! vermilion got in and must not have.

use crate::describe::{Admission, Stamp, Strip};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::{Area, Point, Segment, point};
use crate::page::stage::place::layout::{Layout, Place};

const SIZE: (f64, f64) = (31.0, 24.0);
const PITCH: f64 = 38.0;

pub fn draw_strip(brush: &Brush, layout: &Layout, place: &Place, strip: &Strip) {
    if strip.stamps.is_empty() {
        return;
    }
    let palette = brush.palette;
    let k = size(layout);
    let Point { x: left, y: top } = corner(layout, place);
    let shown = newest(layout, left, strip);
    if !layout.compact {
        brush.text_over(&strip.title, point(left, top - 12.0), &palette.sans(400, 12.0), &palette.ink3, Align::Left);
    }
    for (i, stamp) in shown.iter().enumerate() {
        draw_stamp(brush, point(left + PITCH * k * i as f64, top), stamp, k);
    }
    // The newest that is worth a word has it below, and a line up to it.
    let telling = shown.iter().enumerate().rev().find_map(|(i, stamp)| Some((i, stamp.says.as_ref()?)));
    let Some((i, says)) = telling.filter(|_| !layout.compact) else { return };
    let middle = left + PITCH * i as f64 + SIZE.0 / 2.0;
    let (a, b) = (point(middle, top + SIZE.1 + 4.0), point(middle, top + SIZE.1 + 16.0));
    brush.line(Segment { a, b }, &palette.ink3, 1.0);
    let font = palette.sans(500, 12.5);
    let half = brush.measure(says, &font) / 2.0;
    let x = middle.max(left + half - 8.0).min(layout.width - half - 8.0);
    let bad = shown[i].admission == Admission::Violation;
    let colour = if bad { &palette.bad } else { &palette.ink };
    brush.text_over(says, point(x, top + SIZE.1 + 30.0), &font, colour, Align::Middle);
}

/// What a strip fills with its title and its word.
pub fn strip_area(layout: &Layout, place: &Place, strip: &Strip) -> Option<Area> {
    let k = size(layout);
    let Point { x, y } = corner(layout, place);
    let count = newest(layout, x, strip).len();
    let (above, below) = if layout.compact { (0.0, 0.0) } else { (26.0, 36.0) };
    let area = Area { x, y: y - above, w: PITCH * k * count as f64, h: SIZE.1 * k + above + below };
    (count > 0).then_some(area)
}

fn size(layout: &Layout) -> f64 {
    if layout.compact { 0.72 } else { 1.0 }
}

fn corner(layout: &Layout, place: &Place) -> Point {
    let gap = if layout.compact { 10.0 } else { 30.0 };
    point(place.at.x + place.half.x + gap, place.at.y - SIZE.1 * size(layout) - 2.0)
}

/// As many stamps as have room.
fn newest<'a>(layout: &Layout, left: f64, strip: &'a Strip) -> &'a [Stamp] {
    let room = (((layout.width - left - 12.0) / (PITCH * size(layout))) as usize).max(1);
    &strip.stamps[strip.stamps.len().saturating_sub(room)..]
}

fn draw_stamp(brush: &Brush, at: Point, stamp: &Stamp, k: f64) {
    let palette = brush.palette;
    let (w, h) = (SIZE.0 * k, SIZE.1 * k);
    let font = palette.mono(500, 11.5 * k.max(0.85));
    let words = point(at.x + w / 2.0, at.y + h / 2.0 + 4.0);
    brush.rounded(at.x, at.y, w, h, 2.5);
    match stamp.admission {
        Admission::Accepted => {
            brush.fill(&palette.ink2);
            brush.text(&stamp.label, words, &font, &palette.paper, Align::Middle);
        }
        Admission::Refused => {
            brush.fill(&palette.paper);
            brush.stroke(&palette.ink3, 1.4);
            brush.text(&stamp.label, words, &font, &palette.ink3, Align::Middle);
            brush.on.set_line_cap("round");
            brush.cross(point(at.x + w - 1.0, at.y), 4.5 * k, &palette.ink, 2.2);
            brush.on.set_line_cap("butt");
        }
        Admission::Violation => {
            brush.fill(&palette.bad);
            brush.text(&stamp.label, words, &font, &palette.bad_on, Align::Middle);
            brush.rounded(at.x - 3.0, at.y - 3.0, w + 6.0, h + 6.0, 4.5);
            brush.stroke(&palette.bad, 1.6);
        }
    }
}
