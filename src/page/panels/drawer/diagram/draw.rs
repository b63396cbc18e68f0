//! The space-time diagram on its canvas.

use std::collections::HashMap;

use super::lay::{GUTTER, HEAD, Lay};
use super::layer::{Layer, Pen};
use crate::describe::NodeId;
use crate::lab::frame::{Outcome, Position};
use crate::lab::wire::{Code, FaultBar, TraceLine, View};
use crate::page::axis::Axis;
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::palette::Palette;
use crate::page::stage::place::geometry::{Point, Segment, point};
use crate::page::trail::{Cone, Trail, receiver};
use crate::page::words::digits;

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
        let seen: Vec<&TraceLine> = self.lay.in_sight(self.trail).collect();
        let first = seen.first().map_or(0, |entry| entry.number);
        let departed = seen.iter().filter_map(|entry| match entry.code {
            Code::Send => Some(*entry),
            // It left before all that is in sight.
            Code::Deliver | Code::Drop => self.trail.flight(entry.detail).0.filter(|left| left.number < first),
            _ => None,
        });
        let mut covered = Covered::default();
        let arrows = departed.map(|left| self.arrow(left)).filter(|arrow| arrow.marked || !covered.covers(arrow));
        let arrows: Vec<Arrow> = arrows.collect();
        let (mut lines, mut ends) = (Layer::default(), Layer::default());
        for arrow in &arrows {
            arrow.draw(brush.palette, &mut lines, &mut ends);
        }
        lines.draw(brush);
        ends.draw(brush);
        self.message_names(brush, &arrows);
        let (mut discs, mut signs) = (Layer::default(), Layer::default());
        let (mut before, mut dots) = (None, Covered::default());
        for entry in &seen {
            // What happened at an instant comes before what it led to.
            let first = before.replace(entry.at) != Some(entry.at);
            let broke = first && self.view.timeline.violations.iter().any(|(_, broken)| broken.at == entry.at);
            let mere = entry.code == Code::Fire && !broke && !self.is_marked(entry);
            let kind = || (entry.node, entry.node, true, self.alpha(entry).to_bits());
            if !mere || !dots.has(kind(), [self.lay.y(entry.at.time); 2]) {
                self.event(brush.palette, entry, broke, &mut discs, &mut signs);
            }
        }
        discs.draw(brush);
        signs.draw(brush);
    }

    /// How strongly an entry is drawn.
    fn alpha(&self, entry: &TraceLine) -> f64 {
        let ahead = if entry.at > self.now { VEILED } else { 1.0 };
        let apart = self.chosen.is_some_and(|(_, cone)| !cone.has(entry.number));
        ahead * if apart { APART } else { 1.0 }
    }

    fn is_marked(&self, entry: &TraceLine) -> bool {
        self.hovered == Some(entry.number) || self.chosen.is_some_and(|(number, _)| number == entry.number)
    }

    fn arrow<'a>(&self, left: &'a TraceLine) -> Arrow<'a> {
        let (_, ended) = self.trail.flight(left.detail);
        let [x0, y0, x1, y1] = self.lay.arrow(left, ended, receiver(left));
        Arrow {
            left,
            line: Segment { a: point(x0, y0), b: point(x1, y1) },
            ended: ended.map(|end| end.code),
            marked: self.is_marked(left),
            alpha: self.alpha(left),
        }
    }

    /// As many names as there is room for.
    fn message_names(&self, brush: &Brush<'_>, arrows: &[Arrow]) {
        let palette = brush.palette;
        let font = palette.mono(400, 10.5);
        let mut taken: Vec<(Point, f64)> = Vec::new();
        for Arrow { left, line, marked, alpha, .. } in arrows {
            if !marked && (left.routine || taken.len() >= MOST_NAMES) {
                continue;
            }
            let Some(name) = self.trail.message(left) else { continue };
            let half = name.len() as f64 * 3.3;
            let at = point(line.a.x + (line.b.x - line.a.x) * 0.3, line.a.y + (line.b.y - line.a.y) * 0.3 - 3.0);
            let mut others = taken.iter();
            let free = others.all(|(o, ohalf)| (at.x - o.x).abs() > half + ohalf + 4.0 || (at.y - o.y).abs() > 12.0);
            if free || *marked {
                taken.push((at, half));
                let colour = if *marked { &palette.ink } else { &palette.ink3 };
                brush.faded(*alpha, || brush.text_over(name, at, &font, colour, Align::Middle));
            }
        }
    }

    /// What happens at a node: a dot, a flag for what is worth going back to, a ring and a disc for an operation; and a ring
    /// around what broke a claim.
    fn event<'a>(
        &self,
        palette: &'a Palette,
        entry: &TraceLine,
        broke: bool,
        discs: &mut Layer<'a>,
        signs: &mut Layer<'a>,
    ) {
        let at = point(self.lay.x(entry.node), self.lay.y(entry.at.time));
        let alpha = self.alpha(entry);
        match entry.code {
            Code::Mark | Code::Broken => {
                let colour = if entry.code == Code::Broken { &palette.bad } else { &palette.ink };
                let flag = [point(at.x, at.y - 5.0), point(at.x + 7.0, at.y), point(at.x, at.y + 5.0)];
                signs.polygon(Pen::fill(colour, alpha), &flag);
            }
            Code::Invoke | Code::Complete => {
                let done = entry.code == Code::Complete && entry.outcome() == Outcome::Done;
                discs.circle(Pen::fill(if done { &palette.ink } else { &palette.paper }, alpha), at, 4.0);
                signs.circle(Pen::stroke(&palette.ink, 1.5, alpha), at, 4.0);
                if entry.code == Code::Complete && entry.outcome() == Outcome::Refused {
                    signs.cross(Pen::stroke(&palette.ink, 1.4, alpha), at, 2.2);
                }
            }
            Code::Durable => {
                let stroke = Segment { a: point(at.x - 3.0, at.y), b: point(at.x + 3.0, at.y) };
                signs.line(Pen::stroke(&palette.ink3, 2.0, alpha), stroke);
            }
            Code::Fire => discs.circle(Pen::fill(&palette.ink4, alpha), at, 1.6),
            _ => {}
        }
        if broke {
            signs.circle(Pen::stroke(&palette.bad, 2.2, alpha), at, 9.5);
        }
        if self.is_marked(entry) {
            signs.circle(Pen::stroke(&palette.ink, 1.6, alpha), at, 7.5);
        }
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

/// What was drawn last on each way from node to node, as weightily and as strongly: less than a pixel beside it nothing
/// else of that kind is to be seen.
#[derive(Default)]
struct Covered(HashMap<(NodeId, NodeId, bool, u64), [f64; 2]>);

impl Covered {
    const PIXEL: f64 = 0.75;

    fn covers(&mut self, arrow: &Arrow<'_>) -> bool {
        let Arrow { left, line, alpha, .. } = arrow;
        // What is lost or on its way looks like nothing else.
        arrow.ended == Some(Code::Deliver)
            && self.has((left.node, receiver(left), left.routine, alpha.to_bits()), [line.a.y, line.b.y])
    }

    fn has(&mut self, kind: (NodeId, NodeId, bool, u64), ends: [f64; 2]) -> bool {
        let last = self.0.entry(kind).or_insert([f64::MIN; 2]);
        let near = ends.iter().zip(&*last).all(|(end, last)| (end - last).abs() < Self::PIXEL);
        if !near {
            *last = ends;
        }
        near
    }
}

/// A message's way through space and time.
struct Arrow<'a> {
    left: &'a TraceLine,
    line: Segment,
    ended: Option<Code>,
    marked: bool,
    alpha: f64,
}

impl Arrow<'_> {
    fn draw<'p>(&self, palette: &'p Palette, lines: &mut Layer<'p>, ends: &mut Layer<'p>) {
        let (colour, width) = match (self.marked, self.left.routine) {
            (true, _) => (&palette.ink, 2.4),
            (_, true) => (&palette.ghost, 1.0),
            _ => (&palette.ink2, 1.3),
        };
        let (pen, end) = (Pen::stroke(colour, width, self.alpha), self.line.b);
        match self.ended {
            Some(Code::Deliver) => {
                lines.line(pen, self.line);
                ends.polygon(Pen::fill(colour, self.alpha), &self.head(if self.left.routine { 4.0 } else { 6.5 }));
            }
            Some(_) => {
                lines.line(Pen { dash: &[4.0, 3.0], ..pen }, self.line);
                ends.cross(Pen::stroke(&palette.ink, 1.8, self.alpha), end, 4.0);
            }
            // It is on its way, or stands behind a cut.
            None => {
                lines.line(Pen { dash: &[2.0, 3.0], ..pen }, self.line);
                let bar = Segment { a: point(end.x, end.y - 4.0), b: point(end.x, end.y + 4.0) };
                ends.line(Pen::stroke(&palette.ink2, 1.8, self.alpha), bar);
            }
        }
    }

    fn head(&self, size: f64) -> [Point; 3] {
        let Segment { a, b } = self.line;
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length * size, dy / length * size);
        let back = point(b.x - ux, b.y - uy);
        [b, point(back.x - uy * 0.42, back.y + ux * 0.42), point(back.x + uy * 0.42, back.y - ux * 0.42)]
    }
}
