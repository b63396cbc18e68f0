//! The verbs of a selection, fanned out beside it.

use yew::{Callback, Html, Properties, component, html, use_effect_with, use_state_eq};

use super::draw_flight::position;
use super::geometry::{Area, Point, point};
use super::layout::{Layout, Place, Side};
use crate::describe::NodeId;
use crate::lab::frame::Verb;
use crate::page::hooks::use_media;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::panels::verb_button;
use crate::page::seen::Seen;
use crate::page::selection::Selection;
use crate::page::verbs::{self, split};
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct HaloProps {
    pub seen: Seen,
    pub layout: Layout,
    pub selection: Option<Selection>,
    pub words: &'static Words,
    pub on: Callback<Intent>,
}

const PITCH: f64 = 34.0;
/// The same for fingers.
const WIDE_PITCH: f64 = 48.0;
const ARC: f64 = 66.0;
/// What the tools take of the lower edge.
const ABOVE_TOOLS: f64 = 60.0;
/// The share of the arc's radius at which the first and the last verb stand.
const NEARER: f64 = 0.45;

#[component]
pub fn Halo(props: &HaloProps) -> Html {
    let HaloProps { seen, layout, selection, words, on } = props;
    let open = use_state_eq(|| false);
    let coarse = use_media("(pointer: coarse)");
    {
        let open = open.setter();
        use_effect_with(*selection, move |_| open.set(false));
    }
    let Some(selection) = *selection else { return Html::default() };
    let (first, rest) = split(&verbs::of(&seen.frame, selection, words));
    let Some((centre, reach, side)) = anchor(seen, layout, selection) else { return Html::default() };
    if first.is_empty() && rest.is_empty() {
        return Html::default();
    }
    let more_at = first.len();
    let has_more = !rest.is_empty();
    let rest = if *open { rest } else { Vec::new() };
    // Of a message one may also ask why it flies.
    let asked = if let Selection::Flight(number) = selection { Some(number) } else { None };
    let count = more_at + usize::from(has_more) + rest.len() + usize::from(asked.is_some());
    let pitch = if coarse { WIDE_PITCH } else { PITCH };
    let height = count as f64 * pitch;
    let top = (centre.y - height / 2.0).clamp(6.0, (layout.height - height - ABOVE_TOOLS).max(6.0));
    let spot = |i: usize, word: &str| {
        let y = top + i as f64 * pitch + pitch / 2.0;
        let off = (y - centre.y).abs().min(reach);
        let away = if *open { reach } else { (reach * reach - off * off).sqrt().max(reach * NEARER) };
        place(point(centre.x, y), away, breadth(word), side, layout.width)
    };
    let more = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    let button = |(i, verb): (usize, &Verb)| html! { <div class="halo-spot" key={i} style={spot(i, &verb.word)}>{ verb_button(i, verb, on) }</div> };
    html! {
        <div class="halo" role="toolbar" aria-label={selection.text(&seen.frame)}>
            <>{ for first.iter().enumerate().map(button) }</>
            if has_more {
                <div class="halo-spot" style={spot(more_at, words.more)}>
                    <button class="verb" aria-expanded={if *open { "true" } else { "false" }} onclick={more}>
                        { icon("dots") }{ words.more }
                    </button>
                </div>
                <>{ for (more_at + 1..).zip(&rest).map(button) }</>
            }
            if let Some(number) = asked {
                <div class="halo-spot" style={spot(count - 1, words.why)}>
                    <button class="verb" onclick={Intent::Why(number).on_click(on)}>{ icon("why") }{ words.why }</button>
                </div>
            }
        </div>
    }
}

/// Beside the circle of the selection, growing away from it, and not over the stage's edge.
fn place(at: Point, away: f64, breadth: f64, side: Side, width: f64) -> String {
    match side {
        Side::Left if at.x - away < breadth => format!("left:6px;top:{:.1}px", at.y),
        Side::Left => format!("right:{:.1}px;top:{:.1}px", width - at.x + away, at.y),
        Side::Right if at.x + away + breadth > width => format!("right:6px;top:{:.1}px", at.y),
        Side::Right => format!("left:{:.1}px;top:{:.1}px", at.x + away, at.y),
    }
}

/// About how wide a verb is with its sign and key, in pixels.
fn breadth(word: &str) -> f64 {
    60.0 + word.chars().map(|char| if char.is_ascii() { 7.2 } else { 13.0 }).sum::<f64>()
}

fn anchor(seen: &Seen, layout: &Layout, selection: Selection) -> Option<(Point, f64, Side)> {
    match selection {
        Selection::Node(id) => node_anchor(layout, id),
        Selection::Link(a, b) => {
            let spots = [layout.snip(a, b)?, layout.grip(a, b)?];
            roomiest(layout, &spots, 26.0)
        }
        Selection::Group(group) => {
            let members: Vec<&Place> = group.iter().filter_map(|id| layout.place(id)).collect();
            let first = members.first()?;
            let outer = |edge: fn(&Place) -> f64, far: fn(f64, f64) -> f64| {
                members.iter().map(|place| edge(place)).fold(edge(first), far)
            };
            let (left, right) = (
                outer(|place| place.at.x - place.half.x, f64::min),
                outer(|place| place.at.x + place.half.x, f64::max),
            );
            let (top, bottom) = (outer(|place| place.at.y, f64::min), outer(|place| place.at.y, f64::max));
            let side = if layout.width - right > left { Side::Right } else { Side::Left };
            Some((point((left + right) / 2.0, (top + bottom) / 2.0), (right - left) / 2.0 + 30.0, side))
        }
        Selection::Operation(_) => None,
        Selection::Flight(number) => {
            let flight = seen.frame.flights.iter().find(|flight| flight.number == number)?;
            let (at, _) = position(layout, flight, seen.frame.at.time)?;
            roomiest(layout, &[at], 24.0)
        }
    }
}

fn node_anchor(layout: &Layout, id: NodeId) -> Option<(Point, f64, Side)> {
    let place = layout.place(id)?;
    let reach = (ARC * layout.scale().clamp(0.8, 1.3)).max(place.half.x + 16.0);
    let other = if place.halo == Side::Left { Side::Right } else { Side::Left };
    // Outward, unless there is no room there.
    let outward = room(layout, &(place.at, reach, place.halo)) >= 0.0;
    let inward = room(layout, &(place.at, reach, other)) > 0.0;
    Some((place.at, reach, if outward || !inward { place.halo } else { other }))
}

/// What the verbs of a selected node cover.
pub fn covered(layout: &Layout, id: NodeId) -> Option<Area> {
    let (at, reach, side) = node_anchor(layout, id)?;
    // The first and the last stand nearer.
    Some(fan(at, reach * NEARER, side).grown(4.0))
}

/// Four verbs beside a point.
fn fan(at: Point, away: f64, side: Side) -> Area {
    let (w, h) = (150.0, 4.0 * PITCH);
    let x = if side == Side::Left { at.x - away - w } else { at.x + away };
    Area { x, y: at.y - h / 2.0, w, h }
}

/// How far a fan of verbs there would keep from the nodes and the stage's edge.
fn room(layout: &Layout, &(at, away, side): &(Point, f64, Side)) -> f64 {
    let fan = fan(at, away, side);
    let edge = fan.x.min(layout.width - fan.x - fan.w);
    let nodes =
        layout.places.iter().map(|place| Area::around(place.at, place.half.x + 8.0, place.half.y + 8.0).gap(&fan));
    nodes.fold(edge, f64::min)
}

/// Beside which of the spots, and on which side, verbs have most room.
fn roomiest(layout: &Layout, spots: &[Point], away: f64) -> Option<(Point, f64, Side)> {
    let choices = spots.iter().flat_map(|at| [Side::Left, Side::Right].map(|side| (*at, away, side)));
    choices.max_by(|p, q| room(layout, p).total_cmp(&room(layout, q)))
}
