//! Buttons over the canvas, transparent: one a node, one a link, one an operation in words, and while paused one a group of
//! messages.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};
use yew::{Callback, FocusEvent, Html, html};

use super::ports::ports;
use crate::describe::{Epoch, Kind, NodeId, Reign};
use crate::lab::frame::{Frame, Health, LinkFrame, NodeFrame, OperationFrame, Outcome};
use crate::page::intent::Intent;
use crate::page::intent::verbs;
use crate::page::panels::icon;
use crate::page::stage::draw::flight::position;
use crate::page::stage::draw::operation::Bubbles;
use crate::page::stage::draw::programs::spoken;
use crate::page::stage::draw::territory::{in_words, side_of};
use crate::page::stage::place::geometry::{Point, point};
use crate::page::stage::place::layout::Layout;
use crate::page::stage::place::reach::{GRIP, Hit};
use crate::page::state::seen::Seen;
use crate::page::state::selection::{Selection, name};
use crate::page::words::terms::Names;
use crate::page::words::{Words, fill};

pub struct Pins<'a> {
    pub seen: &'a Seen,
    pub layout: &'a Layout,
    pub selection: Option<Selection>,
    /// The link under the pointer or selected: it shows its scissors.
    pub marked: Option<(NodeId, NodeId)>,
    pub playing: bool,
    pub names: &'a Names,
    pub words: &'static Words,
    /// The keyboard's focus is as good as a pointer.
    pub on_hover: &'a Callback<Option<Hit>>,
    pub on: &'a Callback<Intent>,
}

impl Pins<'_> {
    pub fn view(&self) -> Html {
        let Pins { seen, layout, selection, names, words, on, on_hover, .. } = *self;
        let frame = &seen.frame;
        let meet = |hit: Hit| on_hover.reform(move |_: FocusEvent| Some(hit));
        let leave = on_hover.reform(|_: FocusEvent| None);
        let nodes = frame.nodes.iter().zip(&layout.places).map(|(node, place)| {
            let id = node.id;
            let called = called(frame, node, words);
            // With the shift key a node joins what is selected, or leaves it.
            let select = on.reform(move |event: MouseEvent| {
                let joined = event.shift_key().then(|| Selection::toggled(selection, id));
                Intent::Select(joined.unwrap_or(Some(Selection::Node(id))))
            });
            html! {
                <button key={node.name.clone()} class="pin round" style={around(place.at, place.half.x + 7.0, place.half.y + 7.0)}
                    aria-label={called.clone()} title={names.explain(&called)}
                    aria-pressed={pressed(selection.is_some_and(|selection| selection.has_node(id)))}
                    onkeydown={(selection == Some(Selection::Node(id))).then(|| Callback::from(to_verbs))} onclick={select}
                    onfocus={meet(Hit::Node(id))} onblur={leave.clone()} />
            }
        });
        let grips = layout.grips(frame.links.iter().map(|link| (link.a, link.b)));
        let links = frame.links.iter().zip(grips).filter_map(|(link, grip)| {
            let here = Selection::Link(link.a, link.b);
            let at = grip?;
            let label = link_name(frame, link, words);
            Some(html! {
                <button key={format!("{}-{}", link.a.0, link.b.0)} class="pin round" style={around(at, GRIP, GRIP)} aria-label={label}
                    aria-pressed={pressed(selection == Some(here))} onclick={Intent::Select(Some(here)).on_click(on)}
                    onkeydown={(selection == Some(here)).then(|| Callback::from(to_verbs))}
                    onfocus={meet(Hit::Link(link.a, link.b))} onblur={leave.clone()} />
            })
        });
        // Signs are too small to be pressed each.
        let bubbles =
            frame.nodes.iter().filter_map(|node| Bubbles::of(layout, frame, node.id)).filter(|one| one.in_words);
        let areas: Vec<_> = bubbles.flat_map(|one| one.areas().collect::<Vec<_>>()).collect();
        let operations = areas.into_iter().map(|(operation, area)| {
            let here = Selection::Operation(operation.id);
            let (half, high) = (area.w / 2.0, area.h / 2.0);
            html! {
                <button key={here.text(frame)} class="pin pill" style={around(point(area.x + half, area.y + high), half, high)}
                    aria-label={operation_name(frame, operation, words)} aria-pressed={pressed(selection == Some(here))}
                    onclick={Intent::Select(Some(here)).on_click(on)} />
            }
        });
        html! {
            <div class="pins">
                // Each in a list of its own, whose keys keep a button and its focus when a link appears.
                <>{ for nodes }</>
                <>{ for links }</>
                <>{ for operations }</>
                if !self.playing { { for self.messages() } }
                if let Some(pair) = self.marked { { self.tools_of(pair) } }
            </div>
        }
    }

    /// Messages that look the same and fly together share a button.
    fn messages(&self) -> Vec<Html> {
        let Pins { seen, layout, selection, words, on, .. } = *self;
        let now = seen.frame.at.time;
        let mut taken: Vec<Point> = Vec::new();
        let mut pins = Vec::new();
        for flight in &seen.frame.flights {
            let Some((at, _)) = position(layout, flight, now) else { continue };
            if pins.len() >= 60 || taken.iter().any(|other| other.distance(at) < 12.0) {
                continue;
            }
            taken.push(at);
            let here = Selection::Flight(flight.number);
            let (from, to) = (name(&seen.frame, flight.from), name(&seen.frame, flight.to));
            let label = format!("{} {}, {}", words.message, flight.tag.label, fill(words.from_to, &[&from, &to]));
            pins.push(html! {
            <button key={format!("m{}", flight.number)} class="pin" style={around(at, 12.0, 12.0)} aria-label={label}
                aria-pressed={pressed(selection == Some(here))} onclick={Intent::Select(Some(here)).on_click(on)} />
        });
        }
        pins
    }

    /// Scissors that cut with one click, and on a cut link mend at the same place; and the ports.
    fn tools_of(&self, (a, b): (NodeId, NodeId)) -> Html {
        let Pins { seen, layout, selection, words, on, .. } = *self;
        let frame = &seen.frame;
        let Some(link) = frame.links.iter().find(|link| (link.a, link.b) == (a, b)) else { return Html::default() };
        let verb = verbs::by_key(&link.verbs, "x").filter(|verb| verb.refused.is_none());
        let (Some(verb), Some(at)) = (verb, layout.snip(a, b)) else { return Html::default() };
        let line = verb.line.clone();
        let label = format!("{} {} {}", verb.word, name(frame, a), name(frame, b));
        html! {
            <>
            { ports(frame, layout, link, words, on) }
            <button class="snip" style={format!("left:{:.1}px;top:{:.1}px", at.x, at.y)} aria-label={label.clone()}
                title={format!("{label} (X)")} onclick={Intent::Act(line.clone()).on_click(on)}>
                { icon(verbs::icon(verb)) }
                // The verbs of a link that is selected say it beside this.
                if selection != Some(Selection::Link(a, b)) {
                    <span class="snip-word" aria-hidden="true">{ &verb.word }<kbd data-key="X"></kbd></span>
                }
            </button>
            </>
        }
    }
}

/// From what is selected the next stop is its verbs, which the page has far behind.
fn to_verbs(event: KeyboardEvent) {
    let verb = gloo::utils::document().query_selector(".halo button").ok().flatten();
    if let (true, Some(verb)) = (event.key() == "Tab" && !event.shift_key(), verb)
        && let Some(verb) = verb.dyn_ref::<HtmlElement>()
        && verb.focus().is_ok()
    {
        event.prevent_default();
    }
}

fn around(at: Point, half_width: f64, half_height: f64) -> String {
    format!(
        "left:{:.1}px;top:{:.1}px;width:{:.1}px;height:{:.1}px",
        at.x - half_width,
        at.y - half_height,
        2.0 * half_width,
        2.0 * half_height
    )
}

fn pressed(on: bool) -> &'static str {
    if on { "true" } else { "false" }
}

/// Of a client in a split also on which side it is, as the stage shows.
fn called(frame: &Frame, node: &NodeFrame, words: &Words) -> String {
    let name = node_name(node, words);
    let side = side_of(&frame.territories, &frame.links, node.id).filter(|_| node.kind == Kind::Client);
    side.map_or_else(|| name.clone(), |side| format!("{name}, {}", in_words(side, words)))
}

/// `n3, primary, epoch 4`: what eyes see.
pub fn node_name(node: &NodeFrame, words: &Words) -> String {
    let mut parts = vec![node.name.clone()];
    // Where the role is to be down, it is said once, at the end.
    if !node.view.label.is_empty() && node.view.label != words.down {
        parts.push(node.view.label.clone());
    }
    if !node.view.detail.is_empty() && node.health == Health::Up {
        parts.push(node.view.detail.clone());
    }
    if let Some(epoch) = node.view.epoch {
        parts.push(epoch_words(epoch, words));
    }
    match node.health {
        Health::Up => {}
        Health::Paused => parts.push(words.paused.into()),
        Health::Crashed | Health::PowerLost => parts.push(words.down.into()),
    }
    parts.extend(node.view.programs.iter().filter(|program| program.current.is_some()).map(spoken));
    parts.join(", ")
}

fn epoch_words(epoch: Epoch, words: &Words) -> String {
    let of = match epoch.of {
        Reign::Epoch => words.epoch,
        Reign::Promotion => words.promotion,
    };
    fill(of, &[&epoch.number])
}

/// `operation put x 1 of c1, pending`
fn operation_name(frame: &Frame, operation: &OperationFrame, words: &Words) -> String {
    let OperationFrame { id, words: asked, outcome, .. } = operation;
    fill(words.operation, &[asked, &name(frame, id.client), &outcome_words(*outcome, words)])
}

pub fn outcome_words(outcome: Outcome, words: &Words) -> &'static str {
    match outcome {
        Outcome::Pending => words.pending,
        Outcome::Done => words.done,
        Outcome::Refused => words.refused_count,
        Outcome::Unknown => words.unknown,
    }
}

/// `link n1 n3, cut from n1 to n3`
pub fn link_name(frame: &Frame, link: &LinkFrame, words: &Words) -> String {
    let (a, b) = (name(frame, link.a), name(frame, link.b));
    let state = match (link.a_to_b.cut, link.b_to_a.cut) {
        (false, false) => String::new(),
        (true, true) => format!(", {}", words.cut_both),
        (true, false) => format!(", {}", fill(words.cut_from, &[&a, &b])),
        (false, true) => format!(", {}", fill(words.cut_from, &[&b, &a])),
    };
    format!("{} {a} {b}{state}", words.link)
}
