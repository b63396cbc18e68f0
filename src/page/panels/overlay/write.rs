//! A line to type: an input for a client, or any line of script. It happens at the instant on the screen.

use web_sys::{HtmlInputElement, HtmlSelectElement, SubmitEvent};
use yew::{Callback, Event, Html, InputEvent, Properties, TargetCast, component, html, use_state_eq};

use crate::describe::Kind;
use crate::lab::wire::Problem;
use crate::page::intent::Intent;
use crate::page::panels::trouble::trouble;
use crate::page::state::seen::Seen;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct WriteProps {
    pub words: &'static Words,
    pub seen: Option<Seen>,
    pub problem: Option<Problem>,
    pub on: Callback<Intent>,
}

#[component]
pub fn Write(props: &WriteProps) -> Html {
    let WriteProps { words, seen, problem, on } = props;
    let sample = seen.as_ref().map(|seen| seen.run.sample_input.clone()).unwrap_or_default();
    let clients: Vec<String> = seen
        .as_ref()
        .map(|seen| {
            seen.frame.nodes.iter().filter(|node| node.kind == Kind::Client).map(|node| node.name.clone()).collect()
        })
        .unwrap_or_default();
    let client = use_state_eq(|| clients.first().cloned().unwrap_or_default());
    let input = use_state_eq(|| sample);
    let line = use_state_eq(String::new);
    let choose = {
        let client = client.setter();
        Callback::from(move |event: Event| client.set(event.target_unchecked_into::<HtmlSelectElement>().value()))
    };
    let submit = |text: String| {
        on.reform(move |event: SubmitEvent| {
            event.prevent_default();
            Intent::Act(text.trim().to_string())
        })
    };
    html! {
        <>
            if !clients.is_empty() {
                <form onsubmit={submit(format!("{} {}", *client, *input))}>
                    <label for="write">{ words.write_hint }</label>
                    <div class="line">
                        <select aria-label={words.which_client} onchange={choose}>
                            { for clients.iter().map(|name| html! { <option selected={*name == *client}>{ name }</option> }) }
                        </select>
                        <input id="write" value={(*input).clone()} oninput={typed(input.setter())} autocomplete="off" spellcheck="false" />
                        <button class="primary">{ words.send }</button>
                    </div>
                </form>
            }
            <form onsubmit={submit((*line).clone())}>
                <label for="command">{ words.command_hint }</label>
                <div class="line">
                    <input id="command" placeholder="partition n1 | n2 n3" value={(*line).clone()} oninput={typed(line.setter())} autocomplete="off" spellcheck="false" />
                    <button class="outlined">{ words.send }</button>
                </div>
            </form>
            if let Some(problem) = problem { { trouble(words, problem) } }
        </>
    }
}

fn typed(setter: yew::UseStateSetter<String>) -> Callback<InputEvent> {
    Callback::from(move |event: InputEvent| setter.set(event.target_unchecked_into::<HtmlInputElement>().value()))
}
