//! The four ports of a link at hand: each end's way out and way in. A click cuts that direction alone, or mends it.

use yew::{Callback, Html, html};

use crate::describe::NodeId;
use crate::lab::frame::{Frame, LinkFrame};
use crate::page::intent::Intent;
use crate::page::stage::place::geometry::Point;
use crate::page::stage::place::layout::Layout;
use crate::page::stage::place::reach::BEYOND_PORTS;
use crate::page::state::selection::name;
use crate::page::words::{Words, fill};

/// How far beside its lane a port lies, so that it can be hit without the other.
const ASIDE: f64 = 10.0;
const INWARD: f64 = 9.0;

pub fn ports(frame: &Frame, layout: &Layout, link: &LinkFrame, words: &Words, on: &Callback<Intent>) -> Html {
    let ways = [(link.a, link.b, link.a_to_b.cut), (link.b, link.a, link.b_to_a.cut)];
    html! {
        <>
            { for ways.into_iter().filter_map(|way| ports_of(frame, layout, way, words, on)) }
        </>
    }
}

/// The way out at its sender and the way in at its receiver.
fn ports_of(
    frame: &Frame,
    layout: &Layout,
    (from, to, cut): (NodeId, NodeId, bool),
    words: &Words,
    on: &Callback<Intent>,
) -> Option<Html> {
    // A short lane has room for the scissors alone; its verbs say the rest.
    let lane = layout.lane(from, to).filter(|lane| lane.length() >= 2.0 * BEYOND_PORTS)?;
    let direction = lane.direction();
    let aside = |at: Point| at.plus(direction.right(), ASIDE);
    let (sender, receiver) = (name(frame, from), name(frame, to));
    let (verb, template) = if cut { ("mend", words.mend_way) } else { ("cut", words.cut_way) };
    let line = format!("{verb} {sender} -> {receiver}");
    let label = fill(template, &[&sender, &receiver]);
    let turn = direction.y.atan2(direction.x).to_degrees();
    let port = |at: Point, end: &str, words: &str| {
        let act = line.clone();
        let label = format!("{label}, {}", fill(words, &[&end]));
        html! {
            <button class={if cut { "port cut" } else { "port" }} style={format!("left:{:.1}px;top:{:.1}px", at.x, at.y)} title={label.clone()}
                aria-label={label} onclick={Intent::Act(act.clone()).on_click(on)}>
                <svg width="12" height="12" viewBox="-6 -6 12 12" style={format!("transform:rotate({turn:.0}deg)")} aria-hidden="true"><path d="M-3 -3.6 3.4 0-3 3.6z" /></svg>
            </button>
        }
    };
    Some(html! {
        <>
            { port(aside(lane.a.plus(direction, INWARD)), sender, words.way_out) }
            { port(aside(lane.b.plus(direction, -INWARD)), receiver, words.way_in) }
        </>
    })
}
