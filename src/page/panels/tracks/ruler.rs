//! The ruler's labels, and the zig-zags where the story leaves time out.

use yew::{Html, html};

use crate::describe::Time;
use crate::lab::wire::TimelineView;
use crate::page::axis::{Axis, Scale};
use crate::page::words::digits;

/// A silence narrower than this is crossed without a sign.
const NARROWEST: f64 = 9.0;
const MOST: usize = 40;
/// About so many round times.
const ROUND: u64 = 8;

/// Half of what the playhead's flag covers, and a letter of a label, in pixels.
const FLAG: f64 = 46.0;
const LETTER: f64 = 7.0;

pub fn labels(axis: &Axis, scale: Scale, width: f64, timeline: &TimelineView, now: Time) -> Vec<Html> {
    let flag = axis.at(now) * width;
    axis.ticks(scale, width, &instants(timeline))
        .into_iter()
        // Half of a number is another number.
        .filter(|tick| tick.left > flag + FLAG || tick.left + tick.words.chars().count() as f64 * LETTER < flag - FLAG)
        .map(|tick| {
            let mark = format!("left:{:.1}px", tick.at - tick.left);
            let class = tick.silence.then_some("of-silence");
            html! { <span {class} style={format!("left:{:.1}px", tick.left)}>{ tick.words }if !tick.silence { <i style={mark}></i> }</span> }
        })
        .collect()
}

/// What is worth a label, the most important first: where faults began, who led since when, where faults ended; then round
/// times.
pub fn instants(timeline: &TimelineView) -> Vec<Time> {
    let began = timeline.faults.iter().map(|bar| bar.from);
    let led = timeline.leaders.iter().filter(|bar| !bar.believed).map(|bar| bar.from);
    let ended = timeline.faults.iter().filter_map(|bar| bar.to);
    let end = std::iter::once(timeline.end);
    let step = digits::ruler_step(timeline.end.0.max(1), ROUND);
    let round = (1..=timeline.end.0 / step).map(|nth| Time(nth * step));
    began.chain(led).chain(ended).chain(end).chain(round).collect()
}

/// One path for all of them.
pub fn zigzags(axis: &Axis, width: f64) -> Html {
    let wide = axis.silences().iter().filter_map(|&(from, to)| {
        let (a, b) = (axis.at(from) * width, axis.at(to) * width);
        (b - a >= NARROWEST).then_some((a + b) / 2.0)
    });
    let path: String = wide
        .take(MOST)
        .map(|x| {
            let teeth: String = (0..9).map(|tooth| format!("l{} 6", if tooth % 2 == 0 { 4 } else { -4 })).collect();
            format!("M{x:.1} 26l-2 3{teeth}")
        })
        .collect();
    html! { <svg class="zigzags" aria-hidden="true"><path d={path} /></svg> }
}
