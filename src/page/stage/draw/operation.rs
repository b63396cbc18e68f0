//! Operations as bubbles at their client: pending hollow, done ✓, refused ✕, unknown hatched with a question mark.

use crate::describe::{Kind, NodeId, OperationId};
use crate::lab::frame::{Frame, OperationFrame, Outcome};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::clients::{ROW, SIGN, SIGNS_HIGH, room};
use crate::page::stage::place::geometry::{Area, Point, point};
use crate::page::stage::place::layout::Layout;
use crate::page::stage::place::stations::Pattern;

/// One client's operations for which there is room, oldest first.
pub struct Bubbles<'a> {
    pub shown: Vec<&'a OperationFrame>,
    /// How many more wait.
    more: usize,
    room: Area,
    /// Otherwise there is room for signs alone.
    pub in_words: bool,
}

const HEIGHT: f64 = 24.0;
/// What a bubble has beside its words, and how wide one of their letters is.
const BESIDE_WORDS: f64 = 36.0;
const LETTER: f64 = 7.2;

impl<'a> Bubbles<'a> {
    pub fn of(layout: &Layout, frame: &'a Frame, client: NodeId) -> Option<Bubbles<'a>> {
        // In a column there is room for one line below a client: how it stands.
        let place = layout.place(client).filter(|place| place.kind == Kind::Client)?;
        let own = frame.operations.iter().filter(|operation| operation.id.client == client);
        (layout.pattern != Pattern::Columns).then(|| Bubbles::within(place.bubbles, &own.collect::<Vec<_>>()))
    }

    fn within(area: Area, operations: &[&'a OperationFrame]) -> Bubbles<'a> {
        let (most, in_words) = room(&area);
        let (shown, more) = chosen(operations, most);
        Bubbles { shown, more, room: area, in_words }
    }

    /// Where each stands.
    pub fn areas(&self) -> impl Iterator<Item = (&'a OperationFrame, Area)> {
        self.shown.iter().enumerate().map(|(i, &operation)| {
            let place = self.place(i);
            let wide = BESIDE_WORDS + LETTER * caption(operation).chars().count() as f64;
            (operation, Area { w: place.w.min(if self.in_words { wide } else { place.w }), ..place })
        })
    }

    fn place(&self, i: usize) -> Area {
        let (Area { x, y, w, .. }, i) = (self.room, i as f64);
        if self.in_words {
            Area { x, y: y + i * ROW, w, h: HEIGHT }
        } else {
            Area { x: x + i * SIGN, y, w: SIGN, h: SIGNS_HIGH }
        }
    }
}

pub fn draw_operations(brush: &Brush, bubbles: &Bubbles, selected: Option<OperationId>) {
    let Bubbles { shown, more, in_words, .. } = bubbles;
    let at = |i: usize| {
        let Area { x, y, w, h } = bubbles.place(i);
        point(if *in_words { x } else { x + w / 2.0 }, y + h / 2.0)
    };
    for (i, operation) in shown.iter().enumerate() {
        let selected = selected == Some(operation.id);
        if *in_words {
            draw_bubble(brush, at(i), bubbles.room.w, operation, selected);
            continue;
        }
        draw_outcome(brush, at(i), operation.outcome, 7.5);
        if selected {
            brush.circle(at(i), 10.5);
            brush.stroke(&brush.palette.ink, 1.6);
        }
    }
    if *more > 0 {
        let Point { x, y } = at(shown.len());
        if *in_words {
            draw_outcome(brush, point(x + 14.0, y), Outcome::Pending, 7.0);
        }
        let (x, align) = if *in_words { (x + 26.0, Align::Left) } else { (x, Align::Middle) };
        let font = brush.palette.mono(500, if *in_words { 12.0 } else { 11.0 });
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

fn draw_bubble(brush: &Brush, at: Point, room: f64, operation: &OperationFrame, selected: bool) {
    let palette = brush.palette;
    let font = palette.mono(400, 12.0);
    let words = briefly(brush, &caption(operation), &font, room - BESIDE_WORDS);
    let (w, h) = (brush.measure(&words, &font) + BESIDE_WORDS, HEIGHT);
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
    if selected {
        brush.rounded(at.x - 3.5, y - 3.5, w + 7.0, h + 7.0, 15.5);
        brush.stroke(&palette.ink, 1.6);
    }
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

/// Words have at least this, in pixels.
const LEAST_ROOM: f64 = 40.0;

/// Where there is no room for all of it, what is asked says less than of what.
fn briefly(brush: &Brush, words: &str, font: &str, room: f64) -> String {
    let object = words.split_once(' ').map(|(_, object)| object);
    let fits = |words: &str| brush.measure(words, font) <= room.max(LEAST_ROOM);
    object
        .filter(|object| !fits(words) && fits(object))
        .map_or_else(|| fitting(brush, words, font, room), str::to_owned)
}

fn fitting(brush: &Brush, words: &str, font: &str, room: f64) -> String {
    if brush.measure(words, font) <= room.max(LEAST_ROOM) {
        return words.to_string();
    }
    let mut kept: Vec<char> = words.chars().collect();
    while kept.len() > 4 {
        kept.pop();
        let shorter: String = kept.iter().chain(['…'].iter()).collect();
        if brush.measure(&shorter, font) <= room.max(LEAST_ROOM) {
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
    use crate::describe::Time;

    fn operations(outcomes: &[Outcome]) -> Vec<OperationFrame> {
        let operation = |(i, &outcome): (usize, &Outcome)| OperationFrame {
            id: OperationId { client: NodeId(5), number: i as u64 },
            process: None,
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
    fn each_is_held_where_it_stands() {
        let operations = operations(&[Outcome::Done, Outcome::Pending]);
        let areas = |w: f64, h: f64| {
            let bubbles = Bubbles::within(Area { x: 10.0, y: 20.0, w, h }, &operations.iter().collect::<Vec<_>>());
            bubbles.areas().map(|(_, area)| area).collect::<Vec<_>>()
        };
        let words = areas(118.0, 84.0);
        assert!(words.iter().all(|area| area.w == BESIDE_WORDS + LETTER && area.h >= 24.0), "{words:?}");
        assert_eq!(words[1].y - words[0].y, ROW);
        assert_eq!(areas(60.0, 18.0).iter().map(|area| area.x).collect::<Vec<_>>(), [10.0, 10.0 + SIGN]);
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
