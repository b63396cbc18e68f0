//! What is wrong with what a person wrote or brought.

use yew::{Html, html};

use crate::lab::wire::Problem;
use crate::page::words::{Words, fill};

/// A mistake: its place, what is wrong, and a hint.
pub fn trouble(words: &'static Words, problem: &Problem) -> Html {
    html! {
        <div class="problem" role="alert">
            if problem.line > 0 || problem.column > 0 { <b>{ fill(words.line_column, &[&problem.line.max(1), &problem.column]) }</b> }
            <span>{ &problem.message }</span>
            if !problem.hint.is_empty() { <em>{ &problem.hint }</em> }
        </div>
    }
}
