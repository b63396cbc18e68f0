//! Threads line by line, the line that each performs next marked.

use yew::{Html, html};

use crate::describe::Program;
use crate::page::words::Words;

pub fn programs(programs: &[Program], words: &Words) -> Html {
    if programs.is_empty() {
        return Html::default();
    }
    html! { <section class="programs" aria-label={words.programs}>{ for programs.iter().map(program) }</section> }
}

fn program(program: &Program) -> Html {
    let line = |(place, line): (usize, &String)| {
        let is_next = program.current == Some(place as u32);
        let is_past = program.current.is_none_or(|current| (place as u32) < current);
        let class = if is_next {
            "next"
        } else if is_past {
            "past"
        } else {
            ""
        };
        html! { <li {class} aria-current={is_next.then_some("step")}><code>{ line }</code></li> }
    };
    html! {
        <div class="program" role="group" aria-label={program.title.clone()}>
            <div class="line-head"><strong>{ &program.title }</strong><span class="right">{ &program.state }</span></div>
            if !program.lines.is_empty() { <ol>{ for program.lines.iter().enumerate().map(line) }</ol> }
        </div>
    }
}
