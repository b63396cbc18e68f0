//! Where clients stand, and what room their operations have: a few stand where it is roomiest beside the servers, more than
//! that in a column at either edge.

use super::geometry::{Area, Point, point};
use super::layout::{Layout, Place, Side};
use super::stations::Pattern;
use crate::describe::Kind;

/// More clients than this stand in columns; on the left of a fan there is room for a third.
pub const FEW: usize = 2;
/// Operations in words, one below the other, and as signs, side by side.
const IN_WORDS: f64 = 118.0;
const THREE_IN_WORDS: f64 = 84.0;
pub const ROW: f64 = 30.0;
pub const SIGN: f64 = 20.0;
pub const SIGNS_HIGH: f64 = 18.0;
/// Between a client and its operations, between one client and the next, and to the edge of the stage.
const BESIDE: f64 = 13.0;
const APART: f64 = 16.0;
const EDGE: f64 = 10.0;
/// Between a client and its words where they stand below it.
const WORDS_BELOW: f64 = 8.0;

/// How many operations have room, and whether there is room for their words.
pub fn room(bubbles: &Area) -> (usize, bool) {
    let in_words = bubbles.w > 4.0 * SIGN;
    let count = if in_words { (bubbles.h + 6.0) / ROW } else { bubbles.w / SIGN };
    ((count as usize).max(1), in_words)
}

/// Three operations below a client.
fn below(at: Point, half: Point, compact: bool) -> Area {
    if compact {
        Area { x: at.x - half.x - 2.0, y: at.y + half.y + 4.0, w: 3.0 * SIGN, h: SIGNS_HIGH }
    } else {
        Area { x: (at.x - 46.0).max(8.0), y: at.y + half.y + 10.0, w: IN_WORDS, h: THREE_IN_WORDS }
    }
}

/// One of a few that stand where a fan has room for them: as many operations as there is room for before the next and
/// before the legend.
pub fn beside_a_fan(layout: &Layout, place: &Place, clients: usize) -> Place {
    let Place { at, half, .. } = *place;
    let bubbles = below(at, half, layout.compact);
    let before_next = layout.height * 0.29 / (clients.max(2) - 1) as f64 - 2.0 * half.y - 2.0 * APART;
    let room = before_next.min(layout.height - 98.0 - bubbles.y);
    let has_words = room >= 24.0 && layout.width * 0.235 - layout.radius > IN_WORDS + 16.0;
    let bubbles = if has_words { Area { h: bubbles.h.min(room), ..bubbles } } else { below(at, half, true) };
    let x = bubbles.x.min(layout.width - bubbles.w - 2.0);
    Place { bubbles: Area { x, ..bubbles }, ..place.clone() }
}

fn half(layout: &Layout) -> Point {
    if layout.compact { point(21.0, 14.0) } else { point(29.0, 19.0) }
}

fn place(at: Point, half: Point, right: bool, bubbles: Area) -> Place {
    let halo = if right { Side::Left } else { Side::Right };
    let outward = point(if right { 1.0 } else { -1.0 }, 0.0);
    Place { at, kind: Kind::Client, half, outward, halo, bubbles }
}

/// Clients go to the sides in turn, each to the roomiest of its side's places: not on the nodes, and better not on what is
/// kept free for their words.
pub fn roomiest(layout: &Layout, turn: usize, nodes: &[Area], kept_free: &[Area]) -> Place {
    let right = turn.is_multiple_of(2);
    let half = half(layout);
    let x = match (layout.compact, right) {
        (true, true) => layout.width - 42.0,
        (true, false) => 40.0,
        (false, true) => layout.width - (layout.width * 0.187).clamp(134.0, 210.0),
        (false, false) => (layout.width * 0.092).clamp(60.0, 110.0),
    };
    let shares: &[f64] = match (layout.compact, right) {
        (true, true) => &[0.11, 0.86, 0.78, 0.5],
        (true, false) => &[0.26, 0.86, 0.78, 0.5],
        (false, true) => &[0.155, 0.27, 0.4, 0.5, 0.62, 0.74, 0.84],
        (false, false) => &[0.4, 0.3, 0.5, 0.6, 0.7],
    };
    let candidates = shares.iter().map(|share| {
        let at = point(x, share * layout.height);
        let bubbles = if right && !layout.compact {
            let x = at.x + half.x + BESIDE;
            Area { x, y: at.y - 27.0, w: layout.width - 4.0 - x, h: THREE_IN_WORDS }
        } else {
            below(at, half, layout.compact)
        };
        place(at, half, right, bubbles)
    });
    let furniture: Vec<Area> = layout.taken().collect();
    let mut best: Option<(f64, Place)> = None;
    for place in candidates {
        let area = layout.client_area(&place);
        let gap = |areas: &[Area]| areas.iter().map(|other| area.gap(other)).fold(14.0, f64::min);
        let room = gap(kept_free) + gap(nodes).min(gap(&furniture)).min(0.0) * 100.0;
        if best.as_ref().is_none_or(|(most, _)| room > *most) {
            best = Some((room, place));
        }
    }
    best.map(|(_, place)| place).expect("each side has places")
}

/// What a client in a column looks like: its operations in words towards the edge or below it, as signs below it, or as
/// signs towards the edge.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Words,
    WordsBelow,
    SignsBelow,
    SignsBeside,
}

impl Form {
    /// The least that a client fills.
    fn size(self, half: Point) -> Point {
        let (beside, below) = match self {
            Form::Words => (self.gap() + IN_WORDS, 0.0),
            Form::WordsBelow => (IN_WORDS - 2.0 * half.x, WORDS_BELOW + ROW - 6.0),
            Form::SignsBelow => (0.0, 6.0 + SIGNS_HIGH),
            Form::SignsBeside => (self.gap() + 2.0 * SIGN, 0.0),
        };
        point(2.0 * half.x + beside, 2.0 * half.y + below)
    }

    fn gap(self) -> f64 {
        if self == Form::Words { BESIDE } else { 8.0 }
    }
}

/// Clients in columns: in turn at the right and at the left.
pub fn columns(layout: &Layout, count: usize, nodes: &[Area]) -> Vec<Place> {
    let sides = [column(layout, true, count.div_ceil(2), nodes), column(layout, false, count / 2, nodes)];
    (0..count).map(|turn| sides[turn % 2][turn / 2].clone()).collect()
}

/// In a column at the edge, evenly between what lies above and below.
fn column(layout: &Layout, right: bool, count: usize, nodes: &[Area]) -> Vec<Place> {
    let half = half(layout);
    let (mut form, mut top, mut pitch, mut spare) = (Form::Words, 0.0, 0.0, f64::MIN);
    for other in [Form::Words, Form::WordsBelow, Form::SignsBelow, Form::SignsBeside] {
        let size = other.size(half);
        let wide = size.x + EDGE;
        let (from, to) = band(layout, right, wide, nodes);
        let each = (to - from) / count.max(1) as f64;
        let left = each - size.y - APART;
        // Who is cut from whom is drawn around the nodes: no client of the other side may stand there.
        let is_apart = |node: &Area| {
            let middle = node.x + node.w / 2.0;
            (if right { layout.width - middle } else { middle }) > wide + layout.territory()
        };
        let is_possible = match other {
            Form::Words | Form::WordsBelow if layout.compact || layout.pattern == Pattern::Fan => false,
            Form::Words => nodes.iter().all(is_apart),
            _ => true,
        };
        if is_possible && spare < 0.0 && left >= spare {
            (form, top, pitch, spare) = (other, from, each, left);
        }
    }
    let inner = EDGE + if form == Form::WordsBelow { IN_WORDS / 2.0 } else { form.size(half).x - half.x };
    let x = if right { layout.width - inner } else { inner };
    // Lower boxes before any lies under another.
    let half = point(half.x, half.y.min(((pitch - APART) / 2.0).floor()));
    let below = if form == Form::WordsBelow { 2.0 * half.y + WORDS_BELOW } else { 0.0 };
    let rows = ((pitch - APART - below + 6.0) / ROW).floor().clamp(1.0, 3.0);
    // How far the client stands above the middle, how large its operations are, and how far below it they begin.
    let (lift, w, h, drop) = match form {
        Form::Words => {
            let drop = if rows < 2.0 { -12.0 } else { -27.0 };
            ((rows - 2.0).max(0.0) * ROW / 2.0, IN_WORDS, rows * ROW - 6.0, drop)
        }
        Form::WordsBelow => {
            let high = rows * ROW - 6.0;
            ((WORDS_BELOW + high) / 2.0, IN_WORDS, high, half.y + WORDS_BELOW)
        }
        Form::SignsBelow => (3.0 + SIGNS_HIGH / 2.0, (2.0 * half.x / SIGN).round() * SIGN, SIGNS_HIGH, half.y + 6.0),
        Form::SignsBeside => (0.0, 2.0 * SIGN, SIGNS_HIGH, -SIGNS_HIGH / 2.0),
    };
    let left = match form {
        Form::WordsBelow | Form::SignsBelow => x - w / 2.0,
        _ if right => x + half.x + form.gap(),
        _ => x - half.x - form.gap() - w,
    };
    let stand = |i: usize| {
        let at = point(x, top + pitch * (i as f64 + 0.5) - lift);
        place(at, half, right, Area { x: left, y: at.y + drop, w, h })
    };
    (0..count).map(stand).collect()
}

/// What is free along an edge of the stage, from top to bottom.
fn band(layout: &Layout, right: bool, wide: f64, nodes: &[Area]) -> (f64, f64) {
    let x = if right { layout.width - wide } else { 0.0 };
    let column = Area { x, y: 0.0, w: wide, h: layout.height };
    let (mut top, mut bottom) = (2.0_f64, layout.height - 2.0);
    let mut obstacles: Vec<Area> = layout.taken().collect();
    obstacles.extend(nodes.iter().map(|node| node.grown(8.0)));
    for Area { y, h, .. } in obstacles.into_iter().filter(|area| area.shared(&column) > 0.0) {
        if y + h / 2.0 < layout.height / 2.0 {
            top = top.max(y + h);
        } else {
            bottom = bottom.min(y);
        }
    }
    (top, bottom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::stage::place::layout::Screen;

    const SIZES: [(f64, f64); 7] = [
        (1040.0, 620.0),
        (1520.0, 804.0),
        (620.0, 620.0),
        (494.0, 620.0),
        (700.0, 380.0),
        (390.0, 400.0),
        (390.0, 320.0),
    ];

    fn rosters() -> Vec<Vec<Kind>> {
        let clients = |count: usize| vec![Kind::Client; count];
        let rings = (1..=9).flat_map(|servers| (1..=8).map(move |count| (vec![Kind::Server; servers], count)));
        let fans = (1..=8).flat_map(|servers| {
            (1..=8).map(move |count| ([vec![Kind::Coordinator], vec![Kind::Server; servers]].concat(), count))
        });
        rings.chain(fans).map(|(others, count)| [others, clients(count)].concat()).collect()
    }

    #[test]
    fn no_operation_lies_under_something_else() {
        for (width, height) in SIZES {
            for kinds in rosters() {
                let screen = if width < 400.0 { Screen::Phone } else { Screen::Desk };
                let layout = Layout::new(screen, &kinds, width, height);
                let says = |what: &str, place: &Place| format!("{what}: {kinds:?} at {width}x{height}: {place:?}");
                let areas: Vec<Area> = layout.places.iter().map(|place| layout.client_area(place)).collect();
                for (i, place) in layout.places.iter().enumerate().filter(|(_, place)| place.kind == Kind::Client) {
                    let area = areas[i];
                    let beyond = area.x.min(area.y).min(width - area.x - area.w).min(height - area.y - area.h);
                    assert!(beyond >= 0.0, "{}", says("not on the stage", place));
                    for (other, there) in layout.places.iter().zip(&areas).skip(i + 1) {
                        assert!(area.gap(there) >= 0.0, "{} {other:?}", says("under another client", place));
                    }
                    for other in layout.places.iter().filter(|other| other.kind != Kind::Client) {
                        let node = Area::around(other.at, other.half.x, other.half.y);
                        assert!(area.gap(&node) >= 0.0, "{} {other:?}", says("under a node", place));
                    }
                    for other in layout.taken() {
                        assert!(area.gap(&other) >= 0.0, "{} {other:?}", says("under the furniture", place));
                    }
                }
            }
        }
    }

    #[test]
    fn a_box_holds_words_or_signs() {
        assert_eq!(room(&Area { x: 0.0, y: 0.0, w: IN_WORDS, h: THREE_IN_WORDS }), (3, true));
        assert_eq!(room(&Area { x: 0.0, y: 0.0, w: IN_WORDS, h: 24.0 }), (1, true));
        assert_eq!(room(&below(point(40.0, 20.0), point(21.0, 14.0), true)), (3, false));
    }
}
