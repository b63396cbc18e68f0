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
        Shape::Routine => {
            let class = if matches!(fill, Fill::Reply { positive: false }) { "dot hollow" } else { "dot" };
            html! { <circle {class} cx="10" cy="10" r="2.6" /> }
        }
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
        "key" | "key-hatched" | "key-dashed" => {
            let class = format!("key {name}");
            html! { <><path {class} d="M7.1 8.6H19.4V14H17V11.4H15.4V13H13.2V11.4H7.1A4.2 4.2 0 1 1 7.1 8.6Z" /><circle class="hole" cx="3.8" cy="10" r="1.5" /></> }
        }
        "turn" => {
            html! { <><rect class="paper" x="3" y="3" width="14" height="14" rx="2.5" /><text x="10" y="14">{ "1" }</text></> }
        }
        "refused" => {
            html! { <><rect class="paper" x="2" y="5" width="14" height="11" rx="1.5" /><path class="heavy" d="M13.5 2.5l5 5M18.5 2.5l-5 5" /></> }
        }
        "let-in" => html! { <rect class="let-in" x="3" y="4.5" width="14" height="11" rx="1.5" /> },
        "doubt" => {
            html! { <><path class="paper" d="M10 1.5 18.5 10 10 18.5 1.5 10z" /><path class="fill" d="M10 1.5V18.5L1.5 10z" /><path class="hatch" d="M11.5 15.5 16.5 10.5M10.5 11.5 14 8M10.5 6.5 12 5" /></> }
        }
        "settled" => {
            html! { <><path class="fill" d="M10 1.5 18.5 10 10 18.5 1.5 10z" /><path class="mark on" d="M6.6 10.2l2.4 2.5 4.4-5" /></> }
        }
        "undone" => {
            html! { <><path class="paper" d="M10 1.5 18.5 10 10 18.5 1.5 10z" /><path class="mark" d="M7.4 7.4l5.2 5.2M12.6 7.4l-5.2 5.2" /></> }
        }
        "open" => html! { <path class="paper" d="M10 1.5 18.5 10 10 18.5 1.5 10z" /> },
        "paused" => html! { <path class="fill" d="M5.5 3.5h3v13h-3zM11.5 3.5h3v13h-3z" /> },
        "unknown" => html! { <><circle class="dashed" cx="10" cy="10" r="7.4" /><text x="10" y="14">{ "?" }</text></> },
        "needle" => html! { <path class="solid-sign" d="M1 5.4 19 10 1 14.6Q3.6 10 1 5.4z" /> },
        "inward" => {
            html! { <><path class="solid-sign" d="M19 5.4 5 10 19 14.6Q16.4 10 19 5.4z" /><path class="thin" d="M1 3.5q3.4 6.5 0 13" /></> }
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
        "positions" => {
            html! { <><rect class="paper" x="1" y="6" width="8" height="8" rx="1.2" /><rect class="solid-sign" x="11" y="6" width="8" height="8" rx="1.2" /></> }
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
