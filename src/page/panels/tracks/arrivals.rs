//! What came to resources, as squares with what each brought where there is room: refused ones are hollow and crossed.

use yew::{Html, html};

use super::marks::text_width;
use crate::describe::Admission;
use crate::page::axis::Axis;
use crate::page::state::seen::Seen;
use crate::page::state::selection::name;
use crate::page::words::digits;
use crate::page::words::{Words, fill};

const TICK: f64 = 4.0;
const PADDING: f64 = 6.0;

pub fn arrivals(seen: &Seen, axis: &Axis, width: f64) -> Html {
    let arrivals = &seen.timeline.arrivals;
    let mut squares = Vec::new();
    let mut last = f64::MIN;
    for (i, arrival) in arrivals.iter().enumerate() {
        let x = axis.at(arrival.at) * width;
        let next = arrivals.get(i + 1).map_or(f64::MAX, |next| axis.at(next.at) * width);
        let stamp = &arrival.stamp;
        let class = match stamp.admission {
            Admission::Accepted => "taken",
            Admission::Refused => "refused",
            Admission::Violation => "violating",
        };
        // Where many lie on one spot, the one that is not as usual is seen.
        if x - last < 2.0 && stamp.admission == Admission::Accepted {
            continue;
        }
        let wide = text_width(&stamp.label) + PADDING;
        let roomy = next - x > wide / 2.0 + TICK && x - last > wide / 2.0 + 2.0;
        let wide = if roomy { wide } else { TICK };
        let said = stamp.says.as_deref().unwrap_or(&stamp.title);
        let title =
            format!("{}: {} · {said} · {} s", name(&seen.frame, arrival.node), stamp.label, digits::stamp(arrival.at));
        squares.push(html! {
            <g {class}>
                <title>{ title }</title>
                <rect x={format!("{:.1}", x - wide / 2.0)} y="7" width={format!("{wide:.1}")} height="16" rx="3" />
                if roomy { <text x={format!("{x:.1}")} y="18.6">{ &stamp.label }</text> }
                if class == "refused" { <path d={format!("M{:.1} 4l6 6m0-6l-6 6", x + wide / 2.0 - 3.0)} /> }
            </g>
        });
        last = x + wide / 2.0;
    }
    html! { <svg class="arrivals" aria-hidden="true">{ for squares }</svg> }
}

/// Where all came to one resource, it is named.
pub fn title(seen: &Seen, words: &Words) -> String {
    let nodes = || seen.timeline.arrivals.iter().map(|arrival| arrival.node);
    match nodes().next() {
        Some(first) if nodes().all(|node| node == first) => fill(words.track_writes_to, &[&name(&seen.frame, first)]),
        _ => words.track_writes.to_owned(),
    }
}
