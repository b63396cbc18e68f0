//! The drawing grammar's signs for the chrome, as the canvas draws them.

use yew::{Html, html};

use crate::describe::{Fill, Shape};
use crate::lab::frame::Outcome;

/// A message's sign, in ink, since a legend is of no epoch.
pub fn glyph(shape: Shape, fill: Fill) -> Html {
    let inside = match fill {
        Fill::Request => "pale",
        Fill::Reply { .. } => "paper",
        Fill::Agreed => "solid",
    };
    let mark = match (fill, shape) {
        (Fill::Reply { positive: true }, _) => "M6.5 10h7M10 6.5v7",
        (Fill::Reply { positive: false }, _) => "M6.5 10h7",
        (Fill::Agreed, _) | (_, Shape::Decision) => "M6.6 10.2l2.4 2.5 4.4-5",
        _ => "",
    };
    let body = match shape {
        Shape::Election => html! { <path class={inside} d="M10 2 18 10 10 18 2 10z" /> },
        Shape::Proposal | Shape::Decision => {
            html! { <rect class={inside} x="3.5" y="3.5" width="13" height="13" rx="1.8" /> }
        }
        Shape::Bulk => html! { <rect class={inside} x="0.8" y="5.5" width="18.4" height="9" rx="1.5" /> },
        Shape::Routine => html! { <circle class="dot" cx="10" cy="10" r="2.6" /> },
    };
    let mark = if shape == Shape::Routine { "" } else { mark };
    html! {
        <svg class="glyph" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            { body }<path class={if inside == "solid" { "mark on" } else { "mark" }} d={mark} />
        </svg>
    }
}

/// Signs that are not messages.
pub fn sign(name: &str) -> Html {
    let body = match name {
        "cut" => {
            html! { <><path class="bar" d="M11 4.5v11" /><path class="thin" d="M1 10h10" /><path class="ghost" d="M14 10h5" /></> }
        }
        "unknown" => html! { <><circle class="dashed" cx="10" cy="10" r="7.4" /><text x="10" y="14">{ "?" }</text></> },
        "needle" => html! { <path class="solid-sign" d="M1 5.4 19 10 1 14.6Q3.6 10 1 5.4z" /> },
        "inward" => {
            html! { <><path class="solid-sign" d="M19 5.4 5 10 19 14.6Q16.4 10 19 5.4z" /><path class="thin" d="M2 3.5v13" /></> }
        }
        "tally" => {
            html! { <><circle class="solid-sign" cx="4.4" cy="10" r="3.6" /><path class="bar" d="M10 3.5v13" /><circle class="thin" cx="15.6" cy="10" r="3.6" /></> }
        }
        "looking" => html! { <circle class="dots" cx="10" cy="10" r="7" /> },
        "old" => html! { <path class="thin" d="M4 16 3 6.5l4.4 4L10 4.2l2.6 6.3 4.4-4L16 16z" /> },
        "joining" => {
            html! { <><circle class="ghost" cx="10" cy="10" r="7" /><path class="part" d="M10 3a7 7 0 0 1 4.1 12.7" /></> }
        }
        "observer" => {
            html! { <><path class="thin" d="M2 10q8-8.4 16 0q-8 8.4-16 0z" /><circle class="solid-sign" cx="10" cy="10" r="2.2" /></> }
        }
        "disk" => {
            html! { <path class="thin" d="M3.5 5.5v9c0 3 13 3 13 0v-9c0 3-13 3-13 0c0-3 13-3 13 0" /> }
        }
        _ => {
            html! { <><circle class="ghost" cx="10" cy="10" r="6.6" /><path class="arc" d="M10 3.4a6.6 6.6 0 1 1-6.6 6.6" /></> }
        }
    };
    html! { <svg class="glyph" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">{ body }</svg> }
}

/// An operation's outcome.
pub fn outcome(outcome: Outcome) -> Html {
    let body = match outcome {
        Outcome::Pending => html! { <circle class="paper" cx="10" cy="10" r="5.5" /> },
        Outcome::Done => {
            html! { <><circle class="solid" cx="10" cy="10" r="8" /><path class="mark on" d="M6.4 10.3l2.5 2.6 4.8-5.4" /></> }
        }
        Outcome::Refused => html! { <path class="heavy" d="M5 5l10 10M15 5 5 15" /> },
        Outcome::Unknown => {
            html! { <><circle class="dashed" cx="10" cy="10" r="7.6" /><text x="10" y="14">{ "?" }</text></> }
        }
    };
    html! { <svg class="glyph ink" width="16" height="16" viewBox="0 0 20 20" aria-hidden="true">{ body }</svg> }
}
