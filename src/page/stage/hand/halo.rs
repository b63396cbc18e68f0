//! The verbs of a selection, fanned out beside it.

use yew::{Callback, Html, Properties, component, html, use_effect_with, use_state_eq};

use crate::lab::frame::Verb;
use crate::page::hooks::use_media;
use crate::page::intent::Intent;
use crate::page::intent::verbs::{self, split};
use crate::page::panels::icon;
use crate::page::panels::verb_button;
use crate::page::stage::place::fan::{Fan, PITCH, WIDE_PITCH};
use crate::page::stage::place::layout::{Layout, Side};
use crate::page::state::seen::Seen;
use crate::page::state::selection::Selection;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct HaloProps {
    pub seen: Seen,
    pub layout: Layout,
    pub selection: Option<Selection>,
    pub words: &'static Words,
    pub on: Callback<Intent>,
}

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
    if first.is_empty() && rest.is_empty() {
        return Html::default();
    }
    let has_more = !rest.is_empty();
    // Of a message one may also ask why it flies.
    let asked = if let Selection::Flight(number) = selection { Some(number) } else { None };
    let more_at = first.len() + usize::from(asked.is_some());
    let closed = more_at + usize::from(has_more);
    let pitch = if coarse { WIDE_PITCH } else { PITCH };
    let Some(fan) = Fan::of(layout, &seen.frame, selection, closed, pitch) else { return Html::default() };
    let rest = if *open { rest } else { Vec::new() };
    let spot = |row: usize, word: &str| place(&fan, row, breadth(word), layout.width);
    let more = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    let button = |(i, verb): (usize, &Verb)| html! { <div class="halo-spot" key={i} style={spot(i, &verb.word)}>{ verb_button(i, verb, on) }</div> };
    html! {
        <div class="halo" role="toolbar" aria-label={selection.text(&seen.frame)}>
            <>{ for first.iter().enumerate().map(button) }</>
            if let Some(number) = asked {
                <div class="halo-spot" style={spot(first.len(), words.why)}>
                    <button class="verb" onclick={Intent::Why(number).on_click(on)}>{ icon("why") }{ words.why }</button>
                </div>
            }
            if has_more {
                <div class="halo-spot" style={spot(more_at, words.more)}>
                    <button class="verb" aria-expanded={if *open { "true" } else { "false" }} onclick={more}>
                        { icon("dots") }{ words.more }
                    </button>
                </div>
                <>{ for (closed..).zip(&rest).map(button) }</>
            }
        </div>
    }
}

/// Beside the middle of the fan, growing away from it, and not over the stage's edge.
fn place(fan: &Fan, row: usize, breadth: f64, width: f64) -> String {
    let (away, y) = fan.row(row);
    let x = fan.spot.centre.x;
    match fan.spot.side {
        Side::Left if x - away < breadth => format!("left:6px;top:{y:.1}px"),
        Side::Left => format!("right:{:.1}px;top:{y:.1}px", width - x + away),
        Side::Right if x + away + breadth > width => format!("right:6px;top:{y:.1}px"),
        Side::Right => format!("left:{:.1}px;top:{y:.1}px", x + away),
    }
}

/// About how wide a verb is with its sign and key, in pixels.
fn breadth(word: &str) -> f64 {
    60.0 + word.chars().map(|char| if char.is_ascii() { 7.2 } else { 13.0 }).sum::<f64>()
}
