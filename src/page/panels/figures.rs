//! The protocol's own readout: what the experiment is about, large, and below it what else is counted.

use yew::{Html, html};

use crate::lab::frame::{FigureFrame, FigureValue};
use crate::page::state::seen::Seen;
use crate::page::words::digits;

/// A figure in two parts, the second of which is smaller: `2.86` and `s`.
fn parts(value: &FigureValue) -> (String, String) {
    match value {
        FigureValue::Count(count) => (count.to_string(), String::new()),
        FigureValue::Words(words) => (words.clone(), String::new()),
        FigureValue::Time { passed, .. } if passed.0 == 0 => ("0".to_string(), "s".to_string()),
        FigureValue::Time { passed, .. } => {
            let (number, unit) = digits::span(*passed);
            (number, unit.to_string())
        }
    }
}

/// A figure's value in one piece.
pub fn figure_text(value: &FigureValue) -> String {
    let (number, unit) = parts(value);
    format!("{number} {unit}").trim_end().to_string()
}

fn is_violation(figure: &FigureFrame) -> bool {
    figure.is_bad && !matches!(figure.value, FigureValue::Count(0) | FigureValue::Words(_))
}

pub fn figures(seen: &Seen) -> Html {
    let figures = &seen.frame.readout.figures;
    let (main, rest): (Vec<_>, Vec<_>) = figures.iter().partition(|figure| figure.is_main);
    let big = |figure: &&FigureFrame| {
        let (number, unit) = parts(&figure.value);
        let class = if matches!(figure.value, FigureValue::Words(_)) { "figure said" } else { "figure" };
        html! {
            <div {class}>
                <dt class="caption">{ &figure.label }</dt>
                <dd class="big">{ number }if !unit.is_empty() { <small>{ format!(" {unit}") }</small> }</dd>
            </div>
        }
    };
    let small = |figure: &&FigureFrame| {
        let (number, unit) = parts(&figure.value);
        let class = if is_violation(figure) { "bad-text" } else { "" };
        html! { <div><dt>{ &figure.label }</dt><dd {class}>{ number }{ " " }{ unit }</dd></div> }
    };
    html! {
        <>
            <dl class="figures">{ for main.iter().map(big) }</dl>
            if !rest.is_empty() { <dl class="figure-rows">{ for rest.iter().map(small) }</dl> }
        </>
    }
}

/// The large ones, a row each.
pub fn figures_in_a_row(seen: &Seen, class: &'static str) -> Html {
    let main = seen.frame.readout.figures.iter().filter(|figure| figure.is_main);
    let row = |figure: &FigureFrame| {
        let (number, unit) = parts(&figure.value);
        let said = matches!(figure.value, FigureValue::Words(_)).then_some("said");
        html! { <div {class}><span class="who">{ &figure.label }</span><b class={said}>{ number }{ " " }{ unit }</b></div> }
    };
    html! { <>{ for main.map(row) }</> }
}
