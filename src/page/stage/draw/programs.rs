//! What a node's threads are at, under it: each with its name, the line that it performs next, and how it stands.

use crate::describe::Program;
use crate::lab::frame::NodeFrame;
use crate::page::stage::brush::{Align, Brush};
use crate::page::stage::place::geometry::point;
use crate::page::stage::place::layout::Layout;

/// More than so many are told in the inspector alone.
const MOST: usize = 6;

pub fn draw_programs(brush: &Brush, layout: &Layout, node: &NodeFrame) {
    let Some(place) = layout.place(node.id) else { return };
    let down = node.health.is_down();
    if node.view.programs.is_empty() || down {
        return;
    }
    let palette = brush.palette;
    let (size, pitch) = if layout.compact { (11.0, 16.0) } else { (13.0, 20.0) };
    let (name, code) = (palette.sans(600, size), palette.mono(400, size));
    let words = palette.sans(400, size);
    let shown = || node.view.programs.iter().take(MOST);
    let widest = |font: &str, text: fn(&Program) -> &str| {
        shown().map(|program| brush.measure(text(program), font)).fold(0.0, f64::max)
    };
    let (names, codes) = (widest(&name, |program| &program.title), widest(&code, current));
    let states = if layout.compact { 0.0 } else { widest(&words, |program| &program.state) };
    let gap = size;
    let total = names + gap + codes + gap + states;
    let half = total / 2.0 + 8.0;
    let middle = place.at.x.clamp(half.min(layout.width / 2.0), (layout.width - half).max(layout.width / 2.0));
    let left = middle - total / 2.0;
    let height = shown().count() as f64 * pitch;
    let below = place.at.y + place.half.y + 16.0 * layout.scale().max(0.7);
    let mut y = below.min(layout.height - height - 4.0) + size;
    for program in shown() {
        let is_at_work = program.current.is_some();
        let ink = if is_at_work { &palette.ink } else { &palette.ink3 };
        brush.text_over(&program.title, point(left, y), &name, ink, Align::Left);
        brush.text_over(current(program), point(left + names + gap, y), &code, ink, Align::Left);
        if !layout.compact {
            let at = point(left + names + gap + codes + gap, y);
            brush.text_over(&program.state, at, &words, &palette.ink3, Align::Left);
        }
        y += pitch;
    }
}

/// The line that is performed next.
pub fn current(program: &Program) -> &str {
    let line = program.current.and_then(|current| program.lines.get(current as usize));
    line.map_or("–", String::as_str)
}

/// `t2: lock a, sleeps: t1 has a`
pub fn spoken(program: &Program) -> String {
    match program.current {
        Some(_) => format!("{}: {}, {}", program.title, current(program), program.state),
        None => format!("{}: {}", program.title, program.state),
    }
}
