//! What the hand is drawing: a lasso's loop, dashed, or the knife's stroke with its point.

use crate::page::stage::brush::Brush;
use crate::page::stage::place::geometry::Point;

pub fn draw_line(brush: &Brush, line: &[Point], cuts: bool) {
    let Some(tip) = line.last() else { return };
    let palette = brush.palette;
    brush.on.set_line_join("round");
    brush.on.set_line_cap("round");
    if cuts {
        brush.path(line, false);
        brush.stroke(&palette.paper, 5.0);
        brush.path(line, false);
        brush.stroke(&palette.ink, 1.8);
        brush.circle(*tip, 3.2);
        brush.fill(&palette.ink);
    } else {
        brush.path(line, true);
        brush.faded(0.06, || brush.fill(&palette.ink));
        brush.path(line, true);
        brush.dash(&[5.0, 4.0]);
        brush.stroke(&palette.ink, 1.4);
        brush.solid();
    }
    brush.on.set_line_cap("butt");
}
