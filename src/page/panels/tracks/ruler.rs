//! The ruler's labels, and the zig-zags where the story leaves time out.

use yew::{Html, html};

use crate::describe::Time;
use crate::lab::wire::TimelineView;
use crate::page::axis::{Axis, Scale};

/// A silence narrower than this is crossed without a sign.
const NARROWEST: f64 = 9.0;
const MOST: usize = 40;

pub fn labels(axis: &Axis, scale: Scale, width: f64, timeline: &TimelineView) -> Vec<Html> {
    axis.ticks(scale, width, &instants(timeline))
        .into_iter()
        .map(|tick| {
            let mark = format!("left:{:.1}px", tick.at - tick.left);
            let class = tick.silence.then_some("of-silence");
            html! { <span {class} style={format!("left:{:.1}px", tick.left)}>{ tick.words }if !tick.silence { <i style={mark}></i> }</span> }
        })
        .collect()
}

/// What is worth a label, the most important first: where faults began, who led since when, where faults ended.
pub fn instants(timeline: &TimelineView) -> Vec<Time> {
    let began = timeline.faults.iter().map(|bar| bar.from);
    let led = timeline.leaders.iter().filter(|bar| !bar.believed).map(|bar| bar.from);
    let ended = timeline.faults.iter().filter_map(|bar| bar.to);
    let end = std::iter::once(timeline.end);
    began.chain(led).chain(ended).chain(end).collect()
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
