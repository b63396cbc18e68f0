//! What the signs now on stage mean. A sign stays in the legend for some seconds after it left, so that nothing flickers.

use std::collections::BTreeMap;

use yew::{Html, Properties, component, html, use_mut_ref};

use crate::lab::frame::{Frame, Outcome};
use crate::page::driver::performance_now;
use crate::page::panels::{glyph, sign};
use crate::page::seen::Seen;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct LegendProps {
    pub seen: Seen,
    pub words: &'static Words,
}

const STAYS_MS: f64 = 4_000.0;
const MOST: usize = 8;

#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let LegendProps { seen, words } = props;
    let last_seen = use_mut_ref(BTreeMap::<usize, f64>::new);
    let now = performance_now();
    let frame = &seen.frame;
    let lines = frame.legend.len();
    let mut times = last_seen.borrow_mut();
    for (i, line) in frame.legend.iter().enumerate() {
        if frame.flights.iter().any(|flight| flight.tag.shape == line.shape && flight.tag.fill == line.fill) {
            times.insert(i, now);
        }
    }
    for (i, present) in own_signs(frame).into_iter().enumerate() {
        if present {
            times.insert(lines + i, now);
        }
    }
    times.retain(|_, time| now - *time < STAYS_MS);
    let shown: Vec<usize> = times.keys().copied().take(MOST).collect();
    if shown.is_empty() {
        return Html::default();
    }
    let row = |i: usize| match frame.legend.get(i) {
        Some(line) => html! { <li key={i}>{ glyph(line.shape, line.fill) }{ &line.words }</li> },
        None => {
            let (name, text) =
                [("cut", words.lane_cut), ("unknown", words.unknown), ("timer", words.timer)][(i - lines) % 3];
            html! { <li key={i}>{ sign(name) }{ text }</li> }
        }
    };
    html! { <ul class="legend" aria-label={words.legend}>{ for shown.into_iter().map(row) }</ul> }
}

/// The page's own signs: a cut lane, an operation whose outcome is unknown, a timer.
fn own_signs(frame: &Frame) -> [bool; 3] {
    [
        frame.links.iter().any(|link| link.a_to_b.cut || link.b_to_a.cut),
        frame.operations.iter().any(|operation| operation.outcome == Outcome::Unknown),
        frame.nodes.iter().any(|node| !node.view.gauges.is_empty()),
    ]
}
