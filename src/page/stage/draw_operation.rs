//! Operations as bubbles at their client: pending hollow, done ✓, refused ✕, unknown hatched with a question mark.

use super::brush::{Align, Brush};
use super::geometry::{Point, point};
use super::layout::{Layout, Place};
use crate::lab::frame::{OperationFrame, Outcome};

const MOST: usize = 3;

/// The newest operations of one client, oldest first.
pub fn draw_operations(brush: &Brush, layout: &Layout, place: &Place, operations: &[&OperationFrame]) {
    let shown = &operations[operations.len().saturating_sub(MOST)..];
    for (i, operation) in shown.iter().enumerate() {
        if layout.compact {
            let at = point(place.bubbles.x + 8.0 + i as f64 * 20.0, place.bubbles.y);
            draw_outcome(brush, at, operation.outcome, 7.5);
        } else {
            draw_bubble(brush, layout, point(place.bubbles.x, place.bubbles.y + i as f64 * 30.0), operation);
        }
    }
}

fn draw_bubble(brush: &Brush, layout: &Layout, at: Point, operation: &OperationFrame) {
    let palette = brush.palette;
    let font = palette.mono(400, 12.0);
    let room = layout.width - at.x - 40.0;
    let words = fitting(brush, &caption(operation), &font, room);
    let (w, h) = (brush.measure(&words, &font) + 36.0, 24.0);
    let y = at.y - h / 2.0;
    let unknown = operation.outcome == Outcome::Unknown;
    brush.rounded(at.x, y, w, h, 12.0);
    brush.fill(&palette.paper);
    if unknown {
        brush.rounded(at.x, y, w, h, 12.0);
        brush.faded(0.7, || brush.hatch(point(at.x + w / 2.0, at.y), w / 2.0, &palette.line2, 6.0));
        brush.rounded(at.x + 24.0, at.y - 8.5, w - 33.0, 17.0, 3.0);
        brush.fill(&palette.paper);
        brush.dash(&[3.5, 2.5]);
    }
    brush.rounded(at.x, y, w, h, 12.0);
    brush.stroke(if operation.outcome == Outcome::Pending || unknown { &palette.ink3 } else { &palette.ink2 }, 1.4);
    brush.solid();
    draw_outcome(brush, point(at.x + 14.0, at.y), operation.outcome, 7.0);
    brush.text(&words, point(at.x + 26.0, at.y + 4.2), &font, &palette.ink, Align::Left);
}

fn caption(operation: &OperationFrame) -> String {
    match (&operation.answer, operation.outcome) {
        (Some(answer), Outcome::Done) if !answer.is_empty() && answer != "ok" => {
            format!("{} → {answer}", operation.words)
        }
        _ => operation.words.clone(),
    }
}

fn fitting(brush: &Brush, words: &str, font: &str, room: f64) -> String {
    if brush.measure(words, font) <= room.max(40.0) {
        return words.to_string();
    }
    let mut kept: Vec<char> = words.chars().collect();
    while kept.len() > 4 {
        kept.pop();
        let shorter: String = kept.iter().chain(['…'].iter()).collect();
        if brush.measure(&shorter, font) <= room.max(40.0) {
            return shorter;
        }
    }
    kept.into_iter().collect()
}

fn draw_outcome(brush: &Brush, at: Point, outcome: Outcome, radius: f64) {
    let palette = brush.palette;
    brush.on.set_line_cap("round");
    match outcome {
        Outcome::Pending => {
            brush.circle(at, radius * 0.72);
            brush.stroke(&palette.ink2, 1.6);
        }
        Outcome::Done => {
            brush.circle(at, radius);
            brush.fill(&palette.ink);
            brush.tick(at, radius * 0.48, &palette.on_ink, 1.7);
        }
        Outcome::Refused => brush.cross(at, radius * 0.55, &palette.ink, 2.2),
        Outcome::Unknown => {
            brush.circle(at, radius + 0.4);
            brush.fill(&palette.paper);
            brush.dash(&[2.6, 2.0]);
            brush.stroke(&palette.ink2, 1.3);
            brush.solid();
            brush.text("?", point(at.x, at.y + 4.0), &palette.sans(600, 11.0), &palette.ink, Align::Middle);
        }
    }
    brush.on.set_line_cap("butt");
}
