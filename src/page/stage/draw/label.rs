//! The words about a node: its role, what else there is to say, and on a large screen its positions, its tally or its disk.

use super::tally::{draw_tally, figures, given, tally_size};
use crate::describe::{CellState, Emblem, Kind, Lane, NodeView, Span, Standing, Tally, Time};
use crate::lab::frame::{Health, NodeFrame};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::{Area, Point, point};
use crate::page::stage::place::layout::{Layout, Screen};
use crate::page::stage::place::stations::Pattern;
use crate::page::words::digits::span_text;
use crate::page::words::{Words, fill};

pub struct LabelLook {
    pub selected: bool,
    /// Virtual microseconds for a second of screen; none pass while paused.
    pub rate: f64,
    pub words: &'static Words,
}

/// What is written about one node, measured.
pub struct Block<'a> {
    rows: Vec<Row<'a>>,
    pub size: Point,
    /// A timer in words below it, which comes and goes and moves nothing else.
    timer: Option<String>,
    down: bool,
}

enum Row<'a> {
    Role(String),
    Detail(&'a str),
    Positions(&'a NodeFrame),
    /// With its figures in words.
    Tally(&'a Tally, String),
    Disk(&'a Lane),
    Timer(String),
}

/// What stands on the screen for less than so many seconds is no reading matter.
const LEGIBLE: f64 = 0.5;
const LINE: f64 = 19.0;
/// Cells of a disk that are drawn beside a node that is down: its newest.
const DISK_CELLS: usize = 2;

/// What there is to say about a node; none where its glyph says it all.
pub fn block<'a>(
    brush: &Brush,
    layout: &Layout,
    node: &'a NodeFrame,
    now: Time,
    look: &LabelLook,
) -> Option<Block<'a>> {
    let view = &node.view;
    let down = node.health.is_down();
    let plain = view.standing == Standing::Follower && node.health == Health::Up && view.programs.is_empty();
    let unlabelled = node.kind == Kind::Client && (layout.pattern != Pattern::Columns || layout.compact);
    let clock = clock_words(node).filter(|_| !layout.compact);
    if (unlabelled && clock.is_none()) || (layout.compact && plain && !look.selected) {
        return None;
    }
    let projected = layout.screen == Screen::Projector;
    let crowded = layout.has_many() && !look.selected;
    let role = view.emblem.as_ref().map_or_else(|| role_words(node, look.words), |emblem| emblem_words(emblem, now));
    let detail = view.emblem.as_ref().map_or(&view.detail, |emblem| &emblem.detail);
    let detail = (!detail.is_empty() && node.health == Health::Up).then_some(detail.as_str());
    let mut rows = Vec::new();
    if layout.compact {
        // On a phone a dotted rim says that it looks, and there is room for one line.
        match detail {
            Some(detail) if view.vote_for.is_some() || matches!(view.standing, Standing::Joining(_)) => {
                rows.push(Row::Detail(detail));
            }
            _ => rows.push(Row::Role(role)),
        }
    } else if !unlabelled {
        rows.push(Row::Role(role));
        // Where many vote, the needle says for whom, and the arc that it waits.
        rows.extend(detail.filter(|_| !crowded || view.vote_for.is_none()).map(Row::Detail));
        match (&view.lane, view.vote_for) {
            (Some(lane), _) if down && !lane.cells.is_empty() => rows.push(Row::Disk(lane)),
            (_, Some(_)) => {
                rows.extend(
                    view.tallies
                        .first()
                        .filter(|tally| given(tally) > 1)
                        .map(|tally| Row::Tally(tally, figures(tally, look.words))),
                );
                rows.extend((has_positions(view) && !crowded && !projected).then_some(Row::Positions(node)));
            }
            // On a projector the logs stand beside the stage.
            _ if projected => {}
            _ if has_positions(view) => rows.push(Row::Positions(node)),
            _ => {}
        }
    }
    rows.extend(clock.map(Row::Timer));
    let mut timer = timer_words(node, now, look).filter(|_| !layout.compact && !down);
    if look.selected || view.vote_for.is_some() {
        // It stays for a while.
        rows.extend(timer.take().filter(|_| !crowded).map(Row::Timer));
    }
    let sizes: Vec<Point> = rows.iter().map(|row| row.size(brush, layout)).collect();
    let size =
        point(sizes.iter().map(|size| size.x).fold(0.0, f64::max).ceil(), sizes.iter().map(|size| size.y).sum::<f64>());
    Some(Block { rows, size, timer, down })
}

/// Whether its positions stand beside it; of one that votes only if it has a history, which is what votes go by.
pub fn has_positions(view: &NodeView) -> bool {
    let has_history = || view.lane.as_ref().is_some_and(|lane| !lane.cells.is_empty());
    (view.last.is_some() || view.committed.is_some()) && (view.vote_for.is_none() || has_history())
}

pub fn draw_block(brush: &Brush, layout: &Layout, block: &Block, area: Area, align: Align) {
    let palette = brush.palette;
    let x = match align {
        Align::Left => area.x,
        Align::Right => area.x + area.w,
        Align::Middle => area.x + area.w / 2.0,
    };
    let mut top = area.y;
    for row in &block.rows {
        let size = row.size(brush, layout);
        let left = match align {
            Align::Left => x,
            Align::Right => x - size.x,
            Align::Middle => x - size.x / 2.0,
        };
        let base = top + 14.0;
        match row {
            Row::Role(text) => {
                let colour = if block.down { &palette.ink3 } else { &palette.ink };
                brush.text_over(text, point(x, base), &role_font(brush, layout), colour, align);
            }
            Row::Detail(text) => brush.text_over(text, point(x, base), &detail_font(brush), &palette.ink2, align),
            Row::Positions(node) => draw_positions(brush, node, point(left, base)),
            Row::Tally(tally, figures) => draw_tally(brush, tally, figures, point(left, top + size.y / 2.0)),
            Row::Disk(lane) => draw_disk(brush, lane, point(left, top + size.y / 2.0)),
            Row::Timer(text) => brush.text_over(text, point(x, base), &detail_font(brush), &palette.ink3, align),
        }
        top += size.y;
    }
    if let Some(timer) = &block.timer {
        let below = top + LINE < layout.height;
        let y = if below { top + 13.0 } else { area.y - 6.0 };
        // It never leaves the stage.
        let room = layout.width - 8.0 - brush.measure(timer, &detail_font(brush));
        let x = if align == Align::Left { x.min(room) } else { x };
        brush.text_over(timer, point(x, y), &detail_font(brush), &palette.ink3, align);
    }
}

fn role_font(brush: &Brush, layout: &Layout) -> String {
    brush.palette.sans(500, if layout.compact { 12.0 } else { 13.0 })
}

fn detail_font(brush: &Brush) -> String {
    brush.palette.sans(400, 12.0)
}

impl Row<'_> {
    fn size(&self, brush: &Brush, layout: &Layout) -> Point {
        match self {
            Row::Role(text) => point(brush.measure(text, &role_font(brush, layout)), LINE),
            Row::Detail(text) => point(brush.measure(text, &detail_font(brush)), 18.0),
            // Its figures change all the time.
            Row::Timer(text) => point((brush.measure(text, &detail_font(brush)) / 24.0).ceil() * 24.0, 18.0),
            Row::Positions(node) => point(positions_width(brush, node), LINE),
            Row::Tally(tally, figures) => tally_size(brush, tally, figures),
            Row::Disk(lane) => point(disk_width(brush, lane), 26.0),
        }
    }
}

/// The first timer in words: at the selection, once less than a tenth of it is left, and while a vote that has its quorum
/// waits; always only where there is time to read it.
fn timer_words(node: &NodeFrame, now: Time, look: &LabelLook) -> Option<String> {
    let gauge = node.view.gauges.first()?;
    let left = gauge.ends.since(now);
    let urgent = left.0 > 0 && left.0 * 10 < gauge.span.0;
    let decided = node.view.vote_for.is_some()
        && node.view.tallies.first().is_some_and(|tally| given(tally) >= tally.needed as usize);
    let share = if urgent { 10.0 } else { 1.0 };
    let legible = gauge.span.0 as f64 / share > look.rate * LEGIBLE;
    ((urgent || decided || look.selected) && legible)
        .then(|| format!("{}, {}", gauge.label, fill(look.words.time_left, &[&span_text(left)])))
}

/// How the work at a node stands and for how long.
/// How far a clock is off, and how much faster than time it goes: `+180 ms, +200 ppm`.
pub fn clock_words(node: &NodeFrame) -> Option<String> {
    let sign = if node.clock_offset < 0 { "−" } else { "+" };
    let offset =
        (node.clock_offset != 0).then(|| format!("{sign}{}", span_text(Span(node.clock_offset.unsigned_abs()))));
    let rate = (node.clock_ppm != 0).then(|| format!("{:+} ppm", node.clock_ppm));
    let words: Vec<String> = offset.into_iter().chain(rate).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn emblem_words(emblem: &Emblem, now: Time) -> String {
    let lasts = emblem.since.map(|since| format!(", {}", span_text(now.since(since)))).unwrap_or_default();
    format!("{}{lasts}", emblem.words)
}

pub fn role_words(node: &NodeFrame, words: &Words) -> String {
    match node.health {
        Health::Crashed => words.crashed.into(),
        Health::PowerLost => words.power_lost.into(),
        Health::Paused => format!("{}, {}", node.view.label, words.paused),
        Health::Up => node.view.label.clone(),
    }
}

const SIGN: f64 = 8.0;
const AFTER_SIGN: f64 = 5.0;
const BETWEEN: f64 = 12.0;

fn positions(node: &NodeFrame) -> impl Iterator<Item = (bool, &String)> {
    [(false, &node.view.last), (true, &node.view.committed)]
        .into_iter()
        .filter_map(|(agreed, text)| Some((agreed, text.as_ref()?)))
}

fn positions_width(brush: &Brush, node: &NodeFrame) -> f64 {
    let font = brush.palette.mono(400, 12.0);
    let widths = positions(node).map(|(_, text)| SIGN + AFTER_SIGN + brush.measure(text, &font) + BETWEEN);
    (widths.sum::<f64>() - BETWEEN).max(0.0)
}

/// Its newest entry is not on its disk yet.
fn is_on_its_way(node: &NodeFrame) -> bool {
    let newest = node.view.lane.as_ref().and_then(|lane| lane.cells.last());
    newest.is_some_and(|cell| cell.state == CellState::Volatile)
}

/// `▢ last  ■ committed`, in the log cell's own signs.
fn draw_positions(brush: &Brush, node: &NodeFrame, at: Point) {
    let palette = brush.palette;
    let font = palette.mono(400, 12.0);
    let down = node.health.is_down();
    let colour = if down { &palette.down } else { &palette.tint(node.view.epoch).line };
    let mut left = at.x;
    for (agreed, text) in positions(node) {
        brush.rounded(left + 0.7, at.y - 8.7, SIGN - 0.4, SIGN - 0.4, 1.0);
        if agreed {
            brush.fill(colour);
        } else if is_on_its_way(node) {
            brush.dash(&[2.0, 1.6]);
        }
        brush.stroke(colour, 1.5);
        brush.solid();
        brush.text_over(text, point(left + SIGN + AFTER_SIGN, at.y), &font, &palette.ink2, Align::Left);
        left += SIGN + AFTER_SIGN + brush.measure(text, &font) + BETWEEN;
    }
}

/// The width of the drum before a disk's cells.
const DRUM: f64 = 19.0;

fn newest(lane: &Lane) -> &[crate::describe::Cell] {
    &lane.cells[lane.cells.len().saturating_sub(DISK_CELLS)..]
}

fn cell_width(brush: &Brush, label: &str) -> f64 {
    (brush.measure(label, &brush.palette.mono(500, 11.0)) + 10.0).max(28.0)
}

fn disk_width(brush: &Brush, lane: &Lane) -> f64 {
    DRUM + newest(lane).iter().map(|cell| cell_width(brush, &cell.label) + 4.0).sum::<f64>() - 4.0
}

/// What a node that is down has left: a drum and the newest cells on it.
fn draw_disk(brush: &Brush, lane: &Lane, at: Point) {
    let palette = brush.palette;
    let (w, h, bulge) = (13.0, 12.0, 2.4);
    let middle = at.x + w / 2.0;
    brush.on.begin_path();
    let _ = brush.on.ellipse(middle, at.y - h / 2.0 + bulge, w / 2.0, bulge, 0.0, 0.0, std::f64::consts::TAU);
    brush.on.move_to(at.x, at.y - h / 2.0 + bulge);
    brush.on.line_to(at.x, at.y + h / 2.0 - bulge);
    let _ = brush.on.ellipse_with_anticlockwise(
        middle,
        at.y + h / 2.0 - bulge,
        w / 2.0,
        bulge,
        0.0,
        std::f64::consts::PI,
        0.0,
        true,
    );
    brush.on.line_to(at.x + w, at.y - h / 2.0 + bulge);
    brush.stroke(&palette.down, 1.3);
    let mut left = at.x + DRUM;
    for cell in newest(lane) {
        let tint = palette.tint(cell.epoch);
        let width = cell_width(brush, &cell.label);
        brush.rounded(left, at.y - 9.0, width, 18.0, 2.5);
        brush.fill(&palette.paper);
        if cell.state == CellState::Volatile {
            brush.dash(&[3.0, 2.2]);
        }
        brush.stroke(&tint.line, 1.4);
        brush.solid();
        let middle = point(left + width / 2.0, at.y + 4.0);
        brush.text(&cell.label, middle, &palette.mono(500, 11.0), &tint.text, Align::Middle);
        left += width + 4.0;
    }
}
