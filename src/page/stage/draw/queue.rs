//! Beside a node what it gives away: who has it, who waits in line as numbered tickets, and which token is next.

use super::key::{KEY, draw_key, draw_left};
use crate::describe::{Certainty, Holder, Kind, Queue, Ticket, Time};
use crate::lab::frame::NodeFrame;
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::{Area, Point, Segment, point};
use crate::page::stage::place::labels::{Scene, burden};
use crate::page::stage::place::layout::{Layout, Place};
use crate::page::stage::place::stations::Pattern;
use crate::page::words::digits::span_text;
use crate::page::words::{Words, fill};

const TICKET: f64 = 58.0;
const PITCH: f64 = 66.0;
/// About as wide as the line that says who has it and for how long.
const HOLDER: f64 = 216.0;
const MOST_QUEUES: usize = 4;
/// What has to be covered less for another place than the usual one.
const MUCH: f64 = 400.0;

/// Where there is room for them; nothing on a phone, where clients show their places and keys themselves.
pub fn draw_queues(brush: &Brush, layout: &Layout, place: &Place, node: &NodeFrame, now: Time, words: &Words) {
    let is_alone = node.view.queues.len() == 1;
    for (queue, at) in stand(layout, place, node) {
        draw_queue(brush, layout, at, queue, now, words, is_alone);
    }
}

/// What the queues of a node fill, one box each.
pub fn queue_areas(layout: &Layout, place: &Place, node: &NodeFrame) -> Vec<Area> {
    let is_alone = node.view.queues.len() == 1;
    let area = |(queue, at): (&Queue, Point)| {
        let line = PITCH * queue.waiters.len() as f64;
        let w = HOLDER.max(line).min(layout.width - at.x);
        Area { x: at.x - 4.0, y: at.y - 14.0, w, h: height(is_alone) }
    };
    stand(layout, place, node).map(area).collect()
}

/// Each queue and where its name begins.
fn stand<'a>(layout: &Layout, place: &Place, node: &'a NodeFrame) -> impl Iterator<Item = (&'a Queue, Point)> {
    // In a fan servers stand side by side, and there is no room beside them.
    let shown = !layout.compact && !node.health.is_down() && layout.pattern != Pattern::Fan;
    let queues = if shown { &node.view.queues[..MOST_QUEUES.min(node.view.queues.len())] } else { &[] };
    let high = height(queues.len() == 1);
    let first = if queues.is_empty() { place.at } else { roomiest(layout, place, high * queues.len() as f64) };
    queues.iter().zip(0_u8..).map(move |(queue, row)| (queue, point(first.x, first.y + high * f64::from(row))))
}

/// Where the queues of a node cover least of ways between nodes, linked or not, and of other nodes: as a rule to its right,
/// and where links go out level with its middle above that.
fn roomiest(layout: &Layout, place: &Place, tall: f64) -> Point {
    let servers: Vec<Point> =
        layout.places.iter().filter(|other| other.kind != Kind::Client).map(|other| other.at).collect();
    let lines = servers.iter().zip(1..).flat_map(|(&a, next)| servers[next..].iter().map(move |&b| Segment { a, b }));
    let scene = Scene {
        furniture: layout.taken().collect(),
        areas: layout.places.iter().map(|other| layout.body(other)).collect(),
        lines: lines.collect(),
        width: layout.width,
        height: layout.height,
        ..Scene::default()
    };
    let (right, left) = (place.at.x + place.half.x + 28.0, place.at.x - place.half.x - 28.0 - HOLDER);
    let (middle, above, below) = (place.at.y - tall / 2.0, place.at.y + 14.0 - tall, place.at.y - 14.0);
    let (over, under) = (place.at.y - place.half.y - 24.0 - tall, place.at.y + place.half.y + 46.0);
    let centred = place.at.x - HOLDER / 2.0;
    let beside = if layout.pattern == Pattern::Ring { [above, middle, below] } else { [middle, above, below] };
    let sides = [right, left].into_iter().flat_map(|x| beside.map(|y| (x, y)));
    let spots = sides.chain([(centred, over), (centred, under)]);
    let cost = |(x, y): (f64, f64)| burden(&Area { x: x - 4.0, y: y - 14.0, w: HOLDER, h: tall }, &scene, &[]);
    // Of equals the first.
    let best = spots
        .map(|(x, y)| (x, y.max(14.0)))
        .map(|spot| (cost(spot), spot))
        .reduce(|best, other| if other.0 < best.0 - MUCH { other } else { best });
    best.map_or(place.at, |(_, (x, y))| point(x, y))
}

fn height(is_alone: bool) -> f64 {
    if is_alone { 128.0 } else { 84.0 }
}

fn draw_queue(brush: &Brush, layout: &Layout, at: Point, queue: &Queue, now: Time, words: &Words, is_alone: bool) {
    let palette = brush.palette;
    let (plain, small) = (palette.sans(500, 13.0), palette.sans(400, 12.0));
    brush.text_over(&fill(words.lock_of, &[&queue.resource]), at, &plain, &palette.ink, Align::Left);
    let mut y = at.y + if is_alone { 31.0 } else { 24.0 };
    match queue.holders.first() {
        Some(holder) => draw_holder(brush, point(at.x, y), holder, now, words),
        None => brush.text_over(words.lock_free, point(at.x, y), &small, &palette.ink3, Align::Left),
    }
    if is_alone {
        y += 32.0;
        let waiting = if queue.waiters.is_empty() { words.nobody_waits } else { words.waiting_line };
        brush.text_over(waiting, point(at.x, y), &small, &palette.ink3, Align::Left);
    }
    if !queue.waiters.is_empty() {
        y += 26.0;
        let room = (((layout.width - at.x - 40.0) / PITCH) as usize).max(1);
        let shown = if queue.waiters.len() > room { room.saturating_sub(1).max(1) } else { room };
        for (turn, ticket) in queue.waiters.iter().take(shown).enumerate() {
            draw_ticket(brush, point(at.x + PITCH * turn as f64, y), turn + 1, ticket, now);
        }
        if queue.waiters.len() > shown {
            let more = format!("+{}", queue.waiters.len() - shown);
            let x = at.x + PITCH * shown as f64;
            brush.text_over(&more, point(x, y + 4.0), &palette.mono(500, 12.0), &palette.ink2, Align::Left);
        }
    }
    if let Some(token) = queue.next_token.as_ref().filter(|_| is_alone) {
        let words = fill(words.next_token, &[token]);
        brush.text_over(&words, point(at.x, y + 34.0), &palette.mono(400, 12.0), &palette.ink3, Align::Left);
    }
}

fn draw_holder(brush: &Brush, at: Point, holder: &Holder, now: Time, words: &Words) {
    let palette = brush.palette;
    let (small, mono) = (palette.sans(400, 12.0), palette.mono(500, 12.5));
    let by = if holder.certainty == Certainty::Waiting { words.offered_to } else { words.held_by };
    brush.text_over(by, at, &small, &palette.ink3, Align::Left);
    let mut x = at.x + brush.measure(by, &small) + 10.0;
    draw_key(brush, point(x + KEY / 2.0, at.y - 4.0), 1.0, holder.certainty);
    x += KEY + 9.0;
    let name = palette.sans(650, 14.0);
    brush.text_over(&holder.name, point(x, at.y), &name, &palette.ink, Align::Left);
    x += brush.measure(&holder.name, &name) + 9.0;
    if let Some(token) = &holder.token {
        brush.text_over(token, point(x, at.y), &mono, &palette.ink, Align::Left);
        x += brush.measure(token, &mono) + 18.0;
    }
    if let Some(gauge) = &holder.gauge {
        draw_left(brush, point(x + 8.0, at.y - 4.5), 9.0, gauge, now);
        let left = span_text(gauge.ends.since(now));
        brush.text_over(&left, point(x + 25.0, at.y), &palette.mono(400, 12.5), &palette.ink2, Align::Left);
    }
}

/// A ticket with notches where it was torn off; its wait runs along the lower edge.
fn draw_ticket(brush: &Brush, at: Point, turn: usize, ticket: &Ticket, now: Time) {
    let palette = brush.palette;
    let (w, h, notch) = (TICKET, 26.0, 4.0);
    let top = at.y - h / 2.0;
    brush.on.begin_path();
    let half = std::f64::consts::FRAC_PI_2;
    brush.on.move_to(at.x, top);
    brush.on.line_to(at.x + w, top);
    brush.on.line_to(at.x + w, at.y - notch);
    let _ = brush.on.arc_with_anticlockwise(at.x + w, at.y, notch, -half, half, true);
    brush.on.line_to(at.x + w, top + h);
    brush.on.line_to(at.x, top + h);
    brush.on.line_to(at.x, at.y + notch);
    let _ = brush.on.arc_with_anticlockwise(at.x, at.y, notch, half, -half, true);
    brush.on.close_path();
    brush.fill(&palette.paper);
    brush.stroke(&palette.ink2, 1.4);
    if let Some(gauge) = ticket.gauge.as_ref().filter(|gauge| gauge.span.0 > 0) {
        let left = (gauge.ends.since(now).0 as f64 / gauge.span.0 as f64).clamp(0.0, 1.0);
        let (a, b) = (point(at.x + 3.0, top + h - 2.5), point(at.x + 3.0 + (w - 6.0) * left, top + h - 2.5));
        let colour = if left < 0.1 { &palette.ink } else { &palette.ink4 };
        brush.line(Segment { a, b }, colour, 2.0);
    }
    let font = palette.mono(500, 12.5);
    brush.text(&turn.to_string(), point(at.x + 15.0, at.y + 4.0), &font, &palette.ink, Align::Middle);
    brush.dash(&[1.6, 2.2]);
    let (a, b) = (point(at.x + 26.0, top + 4.0), point(at.x + 26.0, top + h - 5.0));
    brush.line(Segment { a, b }, &palette.ink3, 1.0);
    brush.solid();
    brush.text(&ticket.name, point(at.x + 41.0, at.y + 4.0), &font, &palette.ink, Align::Middle);
}
