//! What is drawn alike is drawn at once: of a thousand strokes, asking the canvas for each takes most of the time.

use std::f64::consts::TAU;

use web_sys::Path2d;

use crate::page::stage::brush::Brush;
use crate::page::stage::place::geometry::{Point, Segment};

#[derive(Clone, Copy, PartialEq)]
pub struct Pen<'a> {
    pub colour: &'a str,
    pub alpha: f64,
    /// Of a stroke; a fill has none.
    pub width: Option<f64>,
    pub dash: &'static [f64],
}

impl<'a> Pen<'a> {
    pub fn stroke(colour: &'a str, width: f64, alpha: f64) -> Self {
        Pen { colour, alpha, width: Some(width), dash: &[] }
    }

    pub fn fill(colour: &'a str, alpha: f64) -> Self {
        Pen { colour, alpha, width: None, dash: &[] }
    }
}

/// One path for each pen, in the order in which the pens were taken up.
#[derive(Default)]
pub struct Layer<'a>(Vec<(Pen<'a>, Path2d)>);

impl<'a> Layer<'a> {
    fn with(&mut self, pen: Pen<'a>, add: impl FnOnce(&Path2d)) {
        let known = self.0.iter().position(|(other, _)| *other == pen);
        if known.is_none()
            && let Ok(path) = Path2d::new()
        {
            self.0.push((pen, path));
        }
        if let Some((_, path)) = known.map_or(self.0.last(), |at| self.0.get(at)) {
            add(path);
        }
    }

    pub fn line(&mut self, pen: Pen<'a>, line: Segment) {
        self.with(pen, |path| {
            path.move_to(line.a.x, line.a.y);
            path.line_to(line.b.x, line.b.y);
        });
    }

    pub fn cross(&mut self, pen: Pen<'a>, at: Point, reach: f64) {
        self.with(pen, |path| {
            for way in [reach, -reach] {
                path.move_to(at.x - reach, at.y - way);
                path.line_to(at.x + reach, at.y + way);
            }
        });
    }

    /// For a pen that fills: it closes what is open, where closing each takes longer the more the path has.
    pub fn polygon(&mut self, pen: Pen<'a>, corners: &[Point]) {
        self.with(pen, |path| {
            for (i, at) in corners.iter().enumerate() {
                if i == 0 { path.move_to(at.x, at.y) } else { path.line_to(at.x, at.y) }
            }
        });
    }

    pub fn circle(&mut self, pen: Pen<'a>, at: Point, radius: f64) {
        self.with(pen, |path| {
            path.move_to(at.x + radius, at.y);
            let _ = path.arc(at.x, at.y, radius, 0.0, TAU);
        });
    }

    pub fn draw(&self, brush: &Brush<'_>) {
        for (pen, path) in &self.0 {
            brush.faded(pen.alpha, || match pen.width {
                Some(width) => {
                    brush.on.set_stroke_style_str(pen.colour);
                    brush.on.set_line_width(width);
                    brush.dash(pen.dash);
                    brush.on.stroke_with_path(path);
                    brush.solid();
                }
                None => {
                    brush.on.set_fill_style_str(pen.colour);
                    brush.on.fill_with_path_2d(path);
                }
            });
        }
    }
}
