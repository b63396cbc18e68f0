//! Operations as bubbles at their client: pending hollow, done ✓, refused ✕, unknown hatched with a question mark.

use super::brush::{Align, Brush};
use super::clients::{ROW, SIGN, room};
use super::geometry::{Area, Point, point};
use super::layout::Place;
use crate::lab::frame::{OperationFrame, Outcome};

/// One client's operations for which there is room, oldest first, and how many more wait.
pub fn draw_operations(brush: &Brush, place: &Place, operations: &[&OperationFrame]) {
    let (most, in_words) = room(&place.bubbles);
    let (shown, more) = chosen(operations, most);
    let Area { x, y, w, .. } = place.bubbles;
    let at = |i: usize| {
        if in_words { point(x, y + 12.0 + i as f64 * ROW) } else { point(x + (i as f64 + 0.5) * SIGN, y + 9.0) }
    };
    for (i, operation) in shown.iter().enumerate() {
        if in_words {
            draw_bubble(brush, at(i), w, operation);
        } else {
            draw_outcome(brush, at(i), operation.outcome, 7.5);
        }
    }
    if more > 0 {
        let Point { x, y } = at(shown.len());
        if in_words {
            draw_outcome(brush, point(x + 14.0, y), Outcome::Pending, 7.0);
        }
        let (x, align) = if in_words { (x + 26.0, Align::Left) } else { (x, Align::Middle) };
        let font = brush.palette.mono(500, if in_words { 12.0 } else { 11.0 });
        brush.text_over(&format!("+{more}"), point(x, y + 4.0), &font, &brush.palette.ink2, align);
    }
}

/// As many as there are places for: the newest, but among them the one that has waited longest, which may be what blocks. If
/// more wait than have a place, their number takes the last. Those that wait come after all others, the longest first.
fn chosen<'a>(operations: &[&'a OperationFrame], places: usize) -> (Vec<&'a OperationFrame>, usize) {
    let all = operations.len();
    let first = operations.iter().position(|operation| operation.outcome == Outcome::Pending).unwrap_or(all);
    let unseen = (all - first).saturating_sub(places - 1);
    if places < 2 || unseen < 2 {
        let from = all.saturating_sub(places).min(first);
        return (operations[from..all.min(from + places)].to_vec(), 0);
    }
    let mut shown = operations[all - (places - 1)..].to_vec();
    shown[0] = operations[first];
    (shown, unseen)
}

fn draw_bubble(brush: &Brush, at: Point, room: f64, operation: &OperationFrame) {
    let palette = brush.palette;
    let font = palette.mono(400, 12.0);
    let words = fitting(brush, &caption(operation), &font, room - 36.0);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{NodeId, Time};

    fn operations(outcomes: &[Outcome]) -> Vec<OperationFrame> {
        let operation = |(i, &outcome): (usize, &Outcome)| OperationFrame {
            client: NodeId(5),
            words: i.to_string(),
            outcome,
            answer: None,
            invoked: Time(i as u64),
            ended: None,
        };
        outcomes.iter().enumerate().map(operation).collect()
    }

    fn shown(outcomes: &[Outcome], places: usize) -> (String, usize) {
        let operations = operations(outcomes);
        let (shown, more) = chosen(&operations.iter().collect::<Vec<_>>(), places);
        (shown.iter().map(|operation| operation.words.as_str()).collect(), more)
    }

    #[test]
    fn the_one_that_has_waited_longest_is_shown() {
        use Outcome::{Done, Pending};
        assert_eq!(shown(&[Done, Done, Done, Done], 3), ("123".into(), 0));
        assert_eq!(shown(&[Done, Done, Done, Pending], 3), ("123".into(), 0));
        assert_eq!(shown(&[Done, Pending, Pending, Pending], 3), ("123".into(), 0));
        assert_eq!(shown(&[Done, Pending, Pending, Pending, Pending], 3), ("14".into(), 2));
        assert_eq!(shown(&[Pending, Pending, Pending], 2), ("0".into(), 2));
        assert_eq!(shown(&[Pending, Pending], 1), ("0".into(), 0));
        assert_eq!(shown(&[], 3), (String::new(), 0));
    }
}
