//! A history on its canvas.

use super::order::points;
use super::plan::{Place, label_of};
use super::sight::{BAR, FAULT, LANE, REACH, RULER, Sight, is_open};
use crate::describe::{Span, Time};
use crate::lab::frame::Outcome;
use crate::lab::hearing::Told;
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::{Point, Segment, point};
use crate::page::words::digits;

/// What lies after the playhead, and what is not part of the order shown.
const VEILED: f64 = 0.4;
const APART: f64 = 0.32;
/// Narrower operations are too small for words.
const LEGIBLE: f64 = 20.0;
/// Between two points of an order, and from where on they have numbers.
const POINTS: f64 = 8.0;
const NUMBERED: f64 = 24.0;
/// Between two labels of the ruler.
const TICKS: f64 = 92.0;

impl Sight<'_> {
    pub fn draw(&self, brush: &Brush<'_>) {
        brush.on.clear_rect(0.0, 0.0, self.width, self.height);
        brush.on.save();
        brush.on.begin_path();
        brush.on.rect(self.gutter, 0.0, self.room(), self.height);
        brush.on.clip();
        self.fault_bands(brush);
        brush.on.save();
        brush.on.begin_path();
        brush.on.rect(0.0, self.head, self.width, self.height - self.head);
        brush.on.clip();
        self.silences(brush);
        self.operations(brush);
        self.order(brush);
        brush.on.restore();
        self.ruler(brush);
        self.playhead(brush);
        brush.on.restore();
        self.names(brush);
    }

    fn stamp(&self, time: u64) -> String {
        match self.now {
            Some(_) => digits::thousandths(Time(time)),
            None => time.to_string(),
        }
    }

    fn ruler(&self, brush: &Brush<'_>) {
        let palette = brush.palette;
        let rule = Segment { a: point(0.0, RULER - 0.5), b: point(self.width, RULER - 0.5) };
        brush.line(rule, &palette.line, 1.0);
        let (from, to) = self.stretch();
        let font = palette.mono(400, 11.0);
        for (time, along) in self.plan.warp.ticks(from.max(0.0), to, TICKS / self.zoom) {
            let x = self.x(along);
            brush.line(Segment { a: point(x, RULER - 5.0), b: point(x, RULER) }, &palette.line2, 1.0);
            brush.text(&self.stamp(time), point(x + 3.0, RULER - 9.0), &font, &palette.ink3, Align::Left);
        }
    }

    fn names(&self, brush: &Brush<'_>) {
        let (palette, gutter) = (brush.palette, self.gutter);
        brush.on.set_fill_style_str(&palette.paper);
        brush.on.fill_rect(0.0, 0.0, gutter, self.height);
        let font = palette.sans(600, 12.5);
        brush.on.save();
        brush.on.begin_path();
        brush.on.rect(0.0, self.head, gutter, self.height - self.head);
        brush.on.clip();
        for (row, first) in self.hearing.rows.iter().zip(&self.plan.rows) {
            let y = self.y(*first);
            if y > 0.0 && y < self.height + LANE {
                brush.text(&row.name, point(gutter - 10.0, y + 4.5), &font, &palette.ink, Align::Right);
            }
        }
        brush.on.restore();
        let rule = Segment { a: point(gutter - 0.5, 0.0), b: point(gutter - 0.5, self.height) };
        brush.line(rule, &palette.line, 1.0);
    }

    /// What was broken, from when to when.
    fn fault_bands(&self, brush: &Brush<'_>) {
        let palette = brush.palette;
        let font = palette.sans(400, 11.0);
        let edge = self.width + 4.0;
        for &(bar, lane) in &self.faults {
            let a = self.x(self.plan.warp.at(bar.from.0));
            let b = bar.to.map_or(edge, |to| self.x(self.plan.warp.at(to.0))).max(a + 3.0);
            if b < self.gutter || a > self.width {
                continue;
            }
            let (a, b) = (a.max(self.gutter - 4.0), b.min(edge));
            let top = RULER + 1.0 + lane as f64 * FAULT;
            brush.on.set_fill_style_str(&palette.wash);
            brush.on.fill_rect(a, self.head, b - a, self.height - self.head);
            brush.rounded(a, top, b - a, FAULT - 3.0, 2.0);
            brush.fill(&palette.down_fill);
            brush.rounded(a, top, b - a, FAULT - 3.0, 2.0);
            brush.stroke(&palette.ink4, 1.0);
            brush.on.save();
            brush.on.begin_path();
            brush.on.rect(a, top, b - a - 3.0, FAULT);
            brush.on.clip();
            brush.text(&bar.words, point(a.max(self.gutter) + 5.0, top + 10.5), &font, &palette.ink2, Align::Left);
            brush.on.restore();
        }
    }

    /// Where time was left out, with how much.
    fn silences(&self, brush: &Brush<'_>) {
        let Some(now) = self.now else { return };
        let (from, to) = self.stretch();
        let font = brush.palette.mono(400, 10.5);
        for (a, b, long) in self.plan.warp.silences(from, to) {
            if self.hides && self.plan.warp.at(now.time.0) < b {
                continue;
            }
            let x = (self.x(a) + self.x(b)) / 2.0;
            let top = self.head;
            let zigzag: Vec<Point> = (0..)
                .map(|tooth| point(x + if tooth % 2 == 0 { -2.5 } else { 2.5 }, top + f64::from(tooth) * 6.0))
                .take_while(|at| at.y < self.height - 18.0)
                .collect();
            brush.path(&zigzag, false);
            brush.stroke(&brush.palette.ghost, 1.0);
            let words = format!("▸▸ {}", digits::span_text(Span(long)));
            brush.text_over(&words, point(x, self.height - 6.0), &font, &brush.palette.ink3, Align::Middle);
        }
    }

    fn operations(&self, brush: &Brush<'_>) {
        let (from, to) = self.stretch();
        let order = self.active.and_then(|active| self.choice.order(self.hearing, active));
        // Whether the order has it; marked once for all that are in sight.
        let mut has = vec![order.is_none(); self.hearing.operations.len()];
        for &operation in order.unwrap_or_default() {
            has[operation as usize] = true;
        }
        for lane in 0..self.plan.lanes.len() {
            let y = self.y(lane as u32);
            if y < -LANE || y > self.height + LANE {
                continue;
            }
            let line = Segment { a: point(self.gutter, y), b: point(self.width, y) };
            brush.line(line, &brush.palette.line, 1.0);
            // Of operations that share a pixel one is enough.
            let mut drawn = f64::MIN;
            for &operation in self.plan.within(lane, from - REACH, to) {
                let end = self.x(self.plan.places[operation as usize].end());
                let special = self.impossible == Some(operation) || self.active == Some(operation);
                if (end - drawn < 0.7 && !special) || self.is_hidden(operation) {
                    continue;
                }
                drawn = end;
                let told = &self.hearing.operations[operation as usize];
                let ahead = if self.is_ahead(told) { VEILED } else { 1.0 };
                let apart = if has[operation as usize] || special { 1.0 } else { APART };
                brush.faded(ahead * apart, || self.operation(brush, operation, told, y));
            }
        }
    }

    fn operation(&self, brush: &Brush<'_>, operation: u32, told: &Told, y: f64) {
        let palette = brush.palette;
        let Place { from, to, reach, .. } = self.plan.places[operation as usize];
        let is_open = is_open(told);
        let edge = (self.gutter - 6.0, self.width + 6.0);
        let (a, b) = (self.x(from), self.x(to.unwrap_or(reach)));
        let (a, b) = (a.max(edge.0), b.max(a + 2.0).min(edge.1));
        let top = y - BAR / 2.0;
        let impossible = self.impossible == Some(operation);
        // What was given up may still take effect at any time.
        if is_open {
            let tail = self.x(reach).min(edge.1);
            if tail > b {
                brush.dash(&[3.0, 3.0]);
                brush.line(Segment { a: point(b, y), b: point(tail, y) }, &palette.ink3, 1.4);
                brush.solid();
            }
        }
        brush.rounded(a, top, b - a, BAR, 4.0);
        // How it ends is not known yet at the instant that is shown.
        let outcome = if self.ends_ahead(told) { Outcome::Pending } else { told.outcome };
        brush.fill(match (impossible, outcome) {
            (true, _) => &palette.bad,
            (_, Outcome::Done) => &palette.wash,
            _ => &palette.paper,
        });
        if outcome == Outcome::Unknown {
            brush.rounded(a, top, b - a, BAR, 4.0);
            let step = ((b - a) / 60.0).clamp(5.0, 9.0);
            brush.hatch(point((a + b) / 2.0, y), (b - a).max(BAR), &palette.line2, step);
        }
        let marked = self.active == Some(operation) || self.pointed == Some(operation);
        if is_open && to.is_none() {
            // Its end is open.
            let bottom = top + BAR;
            let corners = [(b, top), (a + 3.0, top), (a, top + 3.0), (a, bottom - 3.0), (a + 3.0, bottom), (b, bottom)];
            brush.path(&corners.map(|(x, y)| point(x, y)), false);
        } else {
            brush.rounded(a, top, b - a, BAR, 4.0);
        }
        let (colour, width) = match (marked, impossible, outcome) {
            (true, ..) => (&palette.ink, 2.2),
            (_, true, _) => (&palette.ink, 1.4),
            (_, _, Outcome::Refused) => (&palette.line2, 1.2),
            _ => (&palette.ink3, 1.2),
        };
        if outcome == Outcome::Refused {
            brush.dash(&[3.0, 2.0]);
        }
        brush.stroke(colour, width);
        brush.solid();
        if b - a < LEGIBLE {
            return;
        }
        brush.on.save();
        brush.on.begin_path();
        brush.on.rect(a, top, b - a - 3.0, BAR);
        brush.on.clip();
        let colour = match (impossible, outcome) {
            (true, _) => &palette.bad_on,
            (_, Outcome::Refused) => &palette.ink3,
            _ => &palette.ink,
        };
        let at = point(a.max(self.gutter) + 7.0, y + 4.0);
        let words = label_of(told, outcome);
        let words = if impossible { format!("✕ {words}") } else { words };
        if outcome == Outcome::Unknown {
            brush.text_over(&words, at, &palette.mono(400, 11.0), colour, Align::Left);
        } else {
            let weight = if impossible { 600 } else { 400 };
            brush.text(&words, at, &palette.mono(weight, 11.0), colour, Align::Left);
        }
        brush.on.restore();
    }

    /// The order that has the active operation: where in each interval it takes effect, joined by a line; at the upper edges,
    /// so that the words can be read.
    fn order(&self, brush: &Brush<'_>) {
        let Some(active) = self.active else { return };
        let Some(order) = self.choice.order(self.hearing, active) else { return };
        let palette = brush.palette;
        let zoom = self.zoom;
        let place = |operation: u32| {
            let place = &self.plan.places[operation as usize];
            let is_open = is_open(&self.hearing.operations[operation as usize]);
            // A point does not stand on the very edge.
            let inset = (6.0 / zoom).min((place.end() - place.from) / 2.0);
            (place.from + inset, (if is_open { place.reach } else { place.end() }) - inset)
        };
        let along = points(order, POINTS / zoom, place);
        let spots: Vec<Point> = order
            .iter()
            .zip(&along)
            .map(|(operation, along)| {
                point(self.x(*along), self.y(self.plan.places[*operation as usize].lane) - BAR / 2.0)
            })
            .collect();
        let in_sight = |at: &Point| at.x > self.gutter - 40.0 && at.x < self.width + 40.0;
        brush.on.begin_path();
        let mut pen = false;
        for two in spots.windows(2) {
            // Lines that pass through what is in sight belong to it.
            let passes = in_sight(&two[0]) || in_sight(&two[1]) || (two[0].x < self.gutter) != (two[1].x < self.gutter);
            if passes && !pen {
                brush.on.move_to(two[0].x, two[0].y);
            }
            if passes {
                brush.on.line_to(two[1].x, two[1].y);
            }
            pen = passes;
        }
        brush.on.set_line_join("round");
        brush.stroke(&palette.paper, 4.5);
        brush.stroke(&palette.ink, 1.8);
        if let (Some(last), true) = (spots.last(), self.impossible == Some(active))
            && let Some(place) = self.plan.places.get(active as usize)
        {
            let there = point(self.x(place.end()), self.y(place.lane) - BAR / 2.0);
            brush.dash(&[5.0, 4.0]);
            brush.line(Segment { a: *last, b: there }, &palette.bad, 2.2);
            brush.solid();
        }
        let font = palette.mono(600, 10.0);
        let mut last = point(f64::MIN, 0.0);
        for ((number, at), operation) in (1..).zip(&spots).zip(order) {
            if !in_sight(at) {
                continue;
            }
            let own = *operation == active;
            let crowded = (at.x - last.x).abs() < NUMBERED && (at.y - last.y).abs() < LANE * 1.5;
            brush.circle(*at, if own { 5.0 } else { 3.6 });
            brush.fill(&palette.ink);
            brush.circle(*at, if own { 5.0 } else { 3.6 });
            brush.stroke(&palette.paper, 1.4);
            if own || !crowded {
                let words = number.to_string();
                brush.text_over(&words, point(at.x, at.y - 6.5), &font, &palette.ink, Align::Middle);
                last = *at;
            }
        }
    }

    fn playhead(&self, brush: &Brush<'_>) {
        let Some(now) = self.now else { return };
        let palette = brush.palette;
        let x = self.x(self.plan.warp.at(now.time.0));
        brush.line(Segment { a: point(x, 0.0), b: point(x, self.height) }, &palette.ink, 1.5);
        let words = format!("{} s", digits::stamp(now.time));
        let font = palette.mono(500, 11.0);
        let wide = brush.measure(&words, &font) + 12.0;
        let left = if x + wide > self.width { x - wide } else { x };
        brush.rounded(left, 0.0, wide, 18.0, 4.0);
        brush.fill(&palette.ink);
        brush.text(&words, point(left + 6.0, 13.0), &font, &palette.on_ink, Align::Left);
    }
}
