//! How a piece of work stands at a node: a diamond in it that is hollow while it works, half filled and hatched in doubt,
//! filled with a tick when it is done, crossed when it was undone.

use crate::describe::Certainty;
use crate::page::stage::brush::Brush;
use crate::page::stage::place::geometry::{Point, point};

fn diamond(brush: &Brush, at: Point, reach: f64) {
    let corners = [(0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0)];
    brush.path(&corners.map(|(x, y)| point(at.x + x, at.y + y)), true);
}

pub fn draw_emblem(brush: &Brush, at: Point, reach: f64, certainty: Certainty) {
    let palette = brush.palette;
    diamond(brush, at, reach);
    brush.fill(if certainty == Certainty::Settled { &palette.ink } else { &palette.paper });
    match certainty {
        Certainty::Settled => brush.tick(at, reach * 0.42, &palette.on_ink, 1.8),
        Certainty::Uncertain => {
            let left = [(0.0, -reach), (0.0, reach), (-reach, 0.0)].map(|(x, y)| point(at.x + x, at.y + y));
            brush.path(&left, true);
            brush.fill(&palette.ink);
            let right = [(0.0, -reach), (reach, 0.0), (0.0, reach)].map(|(x, y)| point(at.x + x, at.y + y));
            brush.path(&right, true);
            brush.hatch(at, reach, &palette.ink3, 3.6);
        }
        Certainty::Refused => brush.cross(at, reach * 0.34, &palette.ink, 1.8),
        Certainty::Waiting => brush.dash(&[2.6, 2.2]),
        Certainty::Open => {}
    }
    diamond(brush, at, reach);
    brush.stroke(&palette.ink, 1.5);
    brush.solid();
}
