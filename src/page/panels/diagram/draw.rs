//! The space-time diagram on its canvas.

use super::lay::{GUTTER, HEAD, Lay, MOST};
use crate::lab::frame::{Outcome, Position};
use crate::lab::wire::{Code, FaultBar, TraceLine, View};
use crate::page::axis::Axis;
use crate::page::digits;
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::geometry::{Segment, point};
use crate::page::trail::{Cone, Trail, receiver};

/// What lies after the playhead, and what has nothing to do with the selection.
const VEILED: f64 = 0.35;
const APART: f64 = 0.2;
/// More names than that would be a cloud.
const MOST_NAMES: usize = 70;

pub struct Scene<'a> {
    pub lay: Lay<'a>,
    pub view: &'a View,
    pub now: Position,
    pub trail: &'a Trail,
    pub chosen: Option<(u32, &'a Cone)>,
    pub hovered: Option<u32>,
}

impl Scene<'_> {
    pub fn draw(&self, brush: &Brush<'_>) {
        let lay = &self.lay;
        brush.on.clear_rect(0.0, 0.0, lay.width, lay.height);
        brush.on.save();
        brush.on.begin_path();
        brush.on.rect(0.0, HEAD, lay.width, lay.height - HEAD);
        brush.on.clip();
        self.silences(brush, lay.axis);
        self.faults(brush);
        self.lines(brush);
        self.messages(brush);
        self.playhead(brush);
        brush.on.restore();
        self.names(brush);
    }

    fn names(&self, brush: &Brush<'_>) {
        let font = brush.palette.sans(600, 13.0);
        for node in &self.view.frame.nodes {
            brush.text(&node.name, point(self.lay.x(node.id), 19.0), &font, &brush.palette.ink, Align::Middle);
        }
        let rule = Segment { a: point(0.0, HEAD - 0.5), b: point(self.lay.width, HEAD - 0.5) };
        brush.line(rule, &brush.palette.line, 1.0);
    }

    /// Where the story leaves time out, with how much.
    fn silences(&self, brush: &Brush<'_>, axis: &Axis) {
        let (top, bottom) = self.lay.sight();
        let font = brush.palette.mono(400, 11.0);
        for &(from, to) in axis.silences().iter().filter(|(from, to)| *to > top && *from < bottom) {
            let (a, b) = (self.lay.y(from), self.lay.y(to));
            if b - a < 14.0 {
                continue;
            }
            let middle = (a + b) / 2.0;
            let zigzag: Vec<_> = (0..)
                .map(|tooth| {
                    point(GUTTER - 14.0 + f64::from(tooth) * 7.0, middle + if tooth % 2 == 0 { -3.0 } else { 3.0 })
                })
                .take_while(|at| at.x < self.lay.width)
                .collect();
            brush.path(&zigzag, false);
            brush.stroke(&brush.palette.ghost, 1.0);
            let words = format!("▸▸ {}", digits::span_text(to.since(from)));
            brush.text_over(&words, point(6.0, middle + 4.0), &font, &brush.palette.ink3, Align::Left);
        }
    }

    /// What was broken, from where to where: a bar at the left edge, and its line as words.
    fn faults(&self, brush: &Brush<'_>) {
        let palette = brush.palette;
        let font = palette.sans(400, 11.0);
        let known = self.view.timeline.story.last().map_or(self.lay.now, |last| last.until).max(self.lay.now);
        let mut lowest = f64::MIN;
        for (i, bar) in self.view.timeline.faults.iter().enumerate() {
            let FaultBar { from, to, words, .. } = bar;
            let (a, b) = (self.lay.y(*from), self.lay.y(to.unwrap_or(known)));
            if b < HEAD || a > self.lay.height {
                continue;
            }
            let x = 2.0 + (i % 3) as f64 * 4.0;
            brush.on.set_fill_style_str(&palette.ink4);
            brush.on.fill_rect(x, a, 2.5, (b - a).max(2.0));
            let rule = Segment { a: point(x, a), b: point(self.lay.width, a) };
            brush.dash(&[2.0, 3.0]);
            brush.line(rule, &palette.line2, 1.0);
            brush.solid();
            if a - lowest > 12.0 {
                brush.text_over(words, point(self.lay.width - 6.0, a - 3.0), &font, &palette.ink2, Align::Right);
                lowest = a;
            }
        }
    }

    /// A line of life for each node: hatched while it is paused, gone while it is down.
    fn lines(&self, brush: &Brush<'_>) {
        let palette = brush.palette;
        for node in &self.view.frame.nodes {
            let x = self.lay.x(node.id);
            let life = Segment { a: point(x, HEAD), b: point(x, self.lay.height) };
            brush.line(life, &palette.line2, 1.4);
        }
        for outage in self.trail.outages() {
            let x = self.lay.x(outage.node);
            let (a, b) = (self.lay.y(outage.from), outage.to.map_or(self.lay.height, |to| self.lay.y(to)));
            if b < HEAD || a > self.lay.height {
                continue;
            }
            let (a, b) = (a.max(HEAD), b.min(self.lay.height));
            brush.rounded(x - 7.0, a, 14.0, (b - a).max(3.0), 2.0);
            brush.fill(&palette.down_fill);
            if outage.paused {
                brush.rounded(x - 7.0, a, 14.0, (b - a).max(3.0), 2.0);
                brush.hatch(point(x, (a + b) / 2.0), (b - a).max(14.0), &palette.down, 5.0);
            } else {
                brush.rounded(x - 7.0, a, 14.0, (b - a).max(3.0), 2.0);
                brush.stroke(&palette.down, 1.0);
                brush.cross(point(x, (a + 9.0).min(b)), 4.0, &palette.ink3, 1.6);
            }
        }
    }

    fn messages(&self, brush: &Brush<'_>) {
        let (top, bottom) = self.lay.sight();
        let entries = self.trail.entries();
        let begins = entries.partition_point(|entry| entry.at.time < top);
        let seen: Vec<&TraceLine> =
            entries.iter().skip(begins).take(MOST).take_while(|entry| entry.at.time <= bottom).collect();
        let mut taken: Vec<(f64, f64, f64)> = Vec::new();
        for entry in &seen {
            match entry.code {
                Code::Send => self.message(brush, entry, &mut taken),
                // It left above the upper edge.
                Code::Deliver | Code::Drop => {
                    let (left, _) = self.trail.flight(entry.detail);
                    if let Some(left) = left.filter(|left| left.at.time < top) {
                        self.message(brush, left, &mut taken);
                    }
                }
                _ => {}
            }
        }
        for entry in &seen {
            self.event(brush, entry);
        }
    }

    /// How strongly an entry is drawn.
    fn alpha(&self, entry: &TraceLine) -> f64 {
        let ahead = if entry.at > self.now { VEILED } else { 1.0 };
        let apart = self.chosen.is_some_and(|(_, cone)| !cone.has(entry.number));
        ahead * if apart { APART } else { 1.0 }
    }

    fn message(&self, brush: &Brush<'_>, left: &TraceLine, taken: &mut Vec<(f64, f64, f64)>) {
        let palette = brush.palette;
        let (_, ended) = self.trail.flight(left.detail);
        let [x0, y0, x1, y1] = self.lay.arrow(left, ended, receiver(left));
        let marked = self.hovered == Some(left.number) || self.chosen.is_some_and(|(number, _)| number == left.number);
        let (colour, width) = match (marked, left.routine) {
            (true, _) => (&palette.ink, 2.4),
            (_, true) => (&palette.ghost, 1.0),
            _ => (&palette.ink2, 1.3),
        };
        brush.faded(self.alpha(left), || {
            let line = Segment { a: point(x0, y0), b: point(x1, y1) };
            match ended.map(|end| end.code) {
                Some(Code::Deliver) => {
                    brush.line(line, colour, width);
                    head(brush, line, colour, if left.routine { 4.0 } else { 6.5 });
                }
                Some(_) => {
                    brush.dash(&[4.0, 3.0]);
                    brush.line(line, colour, width);
                    brush.solid();
                    brush.cross(point(x1, y1), 4.0, &palette.ink, 1.8);
                }
                // It is on its way, or stands behind a cut.
                None => {
                    brush.dash(&[2.0, 3.0]);
                    brush.line(line, colour, width);
                    brush.solid();
                    let bar = Segment { a: point(x1, y1 - 4.0), b: point(x1, y1 + 4.0) };
                    brush.line(bar, &palette.ink2, 1.8);
                }
            }
            let name = self.trail.message(left).filter(|_| !left.routine || marked);
            if let Some(name) = name.filter(|_| taken.len() < MOST_NAMES || marked) {
                let font = palette.mono(400, 10.5);
                let half = name.len() as f64 * 3.3;
                let (x, y) = (x0 + (x1 - x0) * 0.3, y0 + (y1 - y0) * 0.3 - 3.0);
                let free =
                    taken.iter().all(|(ox, oy, ohalf)| (x - ox).abs() > half + ohalf + 4.0 || (y - oy).abs() > 12.0);
                if free || marked {
                    taken.push((x, y, half));
                    brush.text_over(
                        name,
                        point(x, y),
                        &font,
                        if marked { &palette.ink } else { &palette.ink3 },
                        Align::Middle,
                    );
                }
            }
        });
    }

    /// What happens at a node: a dot, a flag for what is worth going back to, a ring and a disc for an operation.
    fn event(&self, brush: &Brush<'_>, entry: &TraceLine) {
        let palette = brush.palette;
        let at = point(self.lay.x(entry.node), self.lay.y(entry.at.time));
        let chosen = self.chosen.is_some_and(|(number, _)| number == entry.number);
        brush.faded(self.alpha(entry), || {
            match entry.code {
                Code::Mark | Code::Broken => {
                    let colour = if entry.code == Code::Broken { &palette.bad } else { &palette.ink };
                    brush.path(&[point(at.x, at.y - 5.0), point(at.x + 7.0, at.y), point(at.x, at.y + 5.0)], true);
                    brush.fill(colour);
                }
                Code::Invoke => {
                    brush.circle(at, 4.0);
                    brush.fill(&palette.paper);
                    brush.circle(at, 4.0);
                    brush.stroke(&palette.ink, 1.5);
                }
                Code::Complete => {
                    brush.circle(at, 4.0);
                    brush.fill(if entry.outcome() == Outcome::Done { &palette.ink } else { &palette.paper });
                    brush.circle(at, 4.0);
                    brush.stroke(&palette.ink, 1.5);
                    if entry.outcome() == Outcome::Refused {
                        brush.cross(at, 2.2, &palette.ink, 1.4);
                    }
                }
                Code::Durable => {
                    brush.on.set_fill_style_str(&palette.ink3);
                    brush.on.fill_rect(at.x - 3.0, at.y - 1.0, 6.0, 2.0);
                }
                Code::Fire => {
                    brush.circle(at, 1.6);
                    brush.fill(&palette.ink4);
                }
                _ => {}
            }
            if chosen || self.hovered == Some(entry.number) {
                brush.circle(at, 7.5);
                brush.stroke(&palette.ink, 1.6);
            }
        });
    }

    fn playhead(&self, brush: &Brush<'_>) {
        let palette = brush.palette;
        let y = self.lay.y(self.lay.now);
        brush.line(Segment { a: point(0.0, y), b: point(self.lay.width, y) }, &palette.ink, 1.5);
        let words = format!("{} s", digits::stamp(self.lay.now));
        let font = palette.mono(500, 11.0);
        let wide = brush.measure(&words, &font) + 12.0;
        brush.rounded(0.0, y - 18.0, wide, 18.0, 4.0);
        brush.fill(&palette.ink);
        brush.text(&words, point(6.0, y - 5.0), &font, &palette.on_ink, Align::Left);
    }
}

fn head(brush: &Brush<'_>, line: Segment, colour: &str, size: f64) {
    let (dx, dy) = (line.b.x - line.a.x, line.b.y - line.a.y);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let back = point(line.b.x - ux * size, line.b.y - uy * size);
    let (nx, ny) = (-uy * size * 0.42, ux * size * 0.42);
    brush.path(&[line.b, point(back.x + nx, back.y + ny), point(back.x - nx, back.y - ny)], true);
    brush.fill(colour);
}
