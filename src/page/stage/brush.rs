//! The canvas in the few strokes that the drawing grammar needs. A canvas that refuses a stroke draws less; nothing
//! else depends on it, so its errors are dropped here.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d;

use super::palette::Palette;
use crate::page::stage::place::geometry::{Point, Segment, point};

pub struct Brush<'a> {
    pub on: &'a CanvasRenderingContext2d,
    pub palette: &'a Palette,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Middle,
    Right,
}

impl Brush<'_> {
    pub fn fill(&self, colour: &str) {
        self.on.set_fill_style_str(colour);
        self.on.fill();
    }

    pub fn stroke(&self, colour: &str, width: f64) {
        self.on.set_stroke_style_str(colour);
        self.on.set_line_width(width);
        self.on.stroke();
    }

    pub fn dash(&self, pattern: &[f64]) {
        let pattern: Array = pattern.iter().map(|&length| JsValue::from_f64(length)).collect();
        let _ = self.on.set_line_dash(&pattern);
    }

    pub fn solid(&self) {
        self.dash(&[]);
    }

    pub fn faded(&self, alpha: f64, draw: impl FnOnce()) {
        let before = self.on.global_alpha();
        self.on.set_global_alpha(before * alpha);
        draw();
        self.on.set_global_alpha(before);
    }

    pub fn line(&self, segment: Segment, colour: &str, width: f64) {
        self.on.begin_path();
        self.on.move_to(segment.a.x, segment.a.y);
        self.on.line_to(segment.b.x, segment.b.y);
        self.stroke(colour, width);
    }

    pub fn path(&self, points: &[Point], closed: bool) {
        self.on.begin_path();
        for (i, at) in points.iter().enumerate() {
            if i == 0 { self.on.move_to(at.x, at.y) } else { self.on.line_to(at.x, at.y) }
        }
        if closed {
            self.on.close_path();
        }
    }

    pub fn circle(&self, at: Point, radius: f64) {
        self.on.begin_path();
        let _ = self.on.arc(at.x, at.y, radius.max(0.0), 0.0, TAU);
    }

    /// The share of a circle that is left, counted back to twelve o'clock, so that it empties clockwise.
    pub fn arc_left(&self, at: Point, radius: f64, share: f64) {
        self.on.begin_path();
        let _ = self.on.arc(at.x, at.y, radius.max(0.0), -FRAC_PI_2, -FRAC_PI_2 + TAU * share.clamp(0.0, 1.0));
    }

    pub fn rounded(&self, x: f64, y: f64, w: f64, h: f64, radius: f64) {
        let r = radius.min(w / 2.0).min(h / 2.0).max(0.0);
        self.on.begin_path();
        self.on.move_to(x + r, y);
        for (cx, cy, start) in [
            (x + w - r, y + r, -FRAC_PI_2),
            (x + w - r, y + h - r, 0.0),
            (x + r, y + h - r, FRAC_PI_2),
            (x + r, y + r, PI),
        ] {
            let _ = self.on.arc(cx, cy, r, start, start + FRAC_PI_2);
        }
        self.on.close_path();
    }

    /// Hatching within the present path: not certain.
    pub fn hatch(&self, around: Point, reach: f64, colour: &str, pitch: f64) {
        self.on.save();
        self.on.clip();
        self.on.begin_path();
        let mut offset = -2.0 * reach;
        while offset <= 2.0 * reach {
            self.on.move_to(around.x + offset - reach, around.y + reach);
            self.on.line_to(around.x + offset + reach, around.y - reach);
            offset += pitch;
        }
        self.stroke(colour, pitch * 0.34);
        self.on.restore();
    }

    pub fn text(&self, words: &str, at: Point, font: &str, colour: &str, align: Align) {
        self.on.set_font(font);
        self.on.set_text_align(match align {
            Align::Left => "left",
            Align::Middle => "center",
            Align::Right => "right",
        });
        self.on.set_fill_style_str(colour);
        let _ = self.on.fill_text(words, at.x, at.y);
    }

    /// Text with a rim of paper, legible where it crosses a line.
    pub fn text_over(&self, words: &str, at: Point, font: &str, colour: &str, align: Align) {
        self.on.set_font(font);
        self.on.set_text_align(match align {
            Align::Left => "left",
            Align::Middle => "center",
            Align::Right => "right",
        });
        self.on.set_line_join("round");
        self.on.set_stroke_style_str(&self.palette.paper);
        self.on.set_line_width(4.0);
        let _ = self.on.stroke_text(words, at.x, at.y);
        self.on.set_fill_style_str(colour);
        let _ = self.on.fill_text(words, at.x, at.y);
    }

    pub fn measure(&self, words: &str, font: &str) -> f64 {
        self.on.set_font(font);
        self.on.measure_text(words).map_or(0.0, |size| size.width())
    }

    pub fn plus(&self, at: Point, reach: f64, colour: &str, width: f64) {
        self.minus(at, reach, colour, width);
        self.line(Segment { a: point(at.x, at.y - reach), b: point(at.x, at.y + reach) }, colour, width);
    }

    pub fn minus(&self, at: Point, reach: f64, colour: &str, width: f64) {
        self.line(Segment { a: point(at.x - reach, at.y), b: point(at.x + reach, at.y) }, colour, width);
    }

    pub fn cross(&self, at: Point, reach: f64, colour: &str, width: f64) {
        for way in [1.0, -1.0] {
            let (a, b) = (point(at.x - reach, at.y - way * reach), point(at.x + reach, at.y + way * reach));
            self.line(Segment { a, b }, colour, width);
        }
    }

    pub fn tick(&self, at: Point, reach: f64, colour: &str, width: f64) {
        let points = [
            point(at.x - reach, at.y + reach * 0.1),
            point(at.x - reach * 0.3, at.y + reach * 0.75),
            point(at.x + reach, at.y - reach * 0.75),
        ];
        self.path(&points, false);
        self.stroke(colour, width);
    }

    pub fn crown(&self, at: Point, size: f64) {
        let outline =
            [(-0.42, 0.5), (-0.5, -0.28), (-0.23, 0.06), (0.0, -0.5), (0.23, 0.06), (0.5, -0.28), (0.42, 0.5)];
        let points: Vec<Point> = outline.iter().map(|(x, y)| point(at.x + x * size, at.y + y * size * 0.66)).collect();
        self.path(&points, true);
    }
}
