//! A count on its way to a quorum: a dot for each who is asked, the given ones first, and a notch where they are enough.

use crate::describe::{Tally, Vote};
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::{Point, Segment, point};
use crate::page::words::{Words, fill};
use crate::sorting::sorted_by_key;

const DOT: f64 = 4.6;
const PITCH: f64 = 12.6;
/// Between the figures and the first dot.
const GAP: f64 = 9.0;
const HEIGHT: f64 = 22.0;

pub fn given(tally: &Tally) -> usize {
    tally.votes.iter().filter(|(_, vote)| *vote == Vote::Given).count()
}

/// `4 of 5`
pub fn figures(tally: &Tally, words: &Words) -> String {
    fill(words.of, &[&given(tally), &tally.votes.len()])
}

/// Given ones come first, then those that may still be given.
pub fn vote_order(vote: Vote) -> u64 {
    match vote {
        Vote::Given => 0,
        Vote::Awaited => 1,
        Vote::Refused => 2,
    }
}

fn font(brush: &Brush) -> String {
    brush.palette.sans(600, 12.5)
}

pub fn tally_size(brush: &Brush, tally: &Tally, figures: &str) -> Point {
    let dots = tally.votes.len() as f64 * PITCH - (PITCH - 2.0 * DOT) + 1.5;
    point(brush.measure(figures, &font(brush)) + GAP + dots, HEIGHT)
}

/// From the left, about the middle of the line.
pub fn draw_tally(brush: &Brush, tally: &Tally, figures: &str, at: Point) {
    let palette = brush.palette;
    brush.text_over(figures, point(at.x, at.y + 4.4), &font(brush), &palette.ink, Align::Left);
    let start = at.x + brush.measure(figures, &font(brush)) + GAP + DOT;
    let votes = sorted_by_key(tally.votes.iter().map(|(_, vote)| *vote), |vote| vote_order(*vote));
    for (i, vote) in votes.into_iter().enumerate() {
        let dot = point(start + i as f64 * PITCH, at.y);
        brush.circle(dot, DOT);
        brush.fill(if vote == Vote::Given { &palette.ink } else { &palette.paper });
        brush.stroke(&palette.ink2, 1.3);
        if vote == Vote::Refused {
            brush.cross(dot, DOT * 0.45, &palette.ink2, 1.2);
        }
    }
    let x = start + (f64::from(tally.needed) - 0.5) * PITCH;
    brush.line(Segment { a: point(x, at.y - 9.5), b: point(x, at.y + 9.5) }, &palette.ink, 1.8);
}
