//! Options, flaws and the seed: each change is a line of script.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, TargetCast, html};

use super::trouble::trouble;
use super::workload::Workload;
use crate::lab::wire::{FlawView, OptionView, Problem};
use crate::page::intent::Intent;
use crate::page::seen::Seen;
use crate::page::words::{Words, fill};

pub fn setup(words: &'static Words, seen: Option<&Seen>, problem: Option<&Problem>, on: &Callback<Intent>) -> Html {
    let Some(seen) = seen else { return Html::default() };
    let run = &seen.run;
    let seed = on.reform(|event: Event| {
        Intent::Set(format!("seed {}", event.target_unchecked_into::<HtmlInputElement>().value().trim()))
    });
    html! {
        <>
            <p class="dim">{ words.setup_note }</p>
            if let Some(problem) = problem { { trouble(words, problem) } }
            <label class="option"><span>{ words.seed }</span><input value={run.seed.to_string()} inputmode="numeric" onchange={seed} /></label>
            { latencies(run.options.as_slice(), words, on) }
            <Workload {words} seen={seen.clone()} on={on.clone()} />
            if !run.options.is_empty() { <h3>{ words.options }</h3> }
            { for run.options.iter().map(|option| option_row(option, words, on)) }
            if !run.flaws.is_empty() { <h3>{ words.flaws }</h3> }
            { for run.flaws.iter().map(|flaw| flaw_row(flaw, words, on)) }
        </>
    }
}

/// How far apart the nodes are: what a message takes.
const LATENCIES: [&str; 3] = ["500us", "2ms", "60ms"];

fn latencies(options: &[OptionView], words: &Words, on: &Callback<Intent>) -> Html {
    let Some(latency) = options.iter().find(|option| option.name == "latency") else { return Html::default() };
    let named = LATENCIES.into_iter().zip([words.one_rack, words.three_zones, words.three_continents]);
    html! {
        <div class="presets" role="group" aria-label={words.distance}>
            { for named.map(|(value, label)| {
                let pressed = if latency.value == value { "true" } else { "false" };
                let set = Intent::Set(format!("option latency {value}")).on_click(on);
                html! { <button aria-pressed={pressed} onclick={set}>{ label }<small>{ value.replace("500us", "0.5 ms").replace("ms", " ms").replace("  ", " ") }</small></button> }
            }) }
        </div>
    }
}

fn option_row(option: &OptionView, words: &Words, on: &Callback<Intent>) -> Html {
    let name = option.name.clone();
    let set = move |value: String| Intent::Set(format!("option {name} {}", value.trim()));
    let range = option.choices.is_empty().then(|| format!(" · {}", option.range));
    let set_here = option.value != option.default;
    let default = set_here.then(|| format!(" · {}", fill(words.default_value, &[&option.default])));
    let field = if option.choices.is_empty() {
        let change = on.reform(move |event: Event| set(event.target_unchecked_into::<HtmlInputElement>().value()));
        html! { <input value={option.value.clone()} onchange={change} /> }
    } else {
        let change = on.reform(move |event: Event| set(event.target_unchecked_into::<HtmlSelectElement>().value()));
        html! {
            <select onchange={change}>
                { for option.choices.iter().map(|choice| html! {
                    <option value={choice.clone()} selected={*choice == option.value}>{ choice }</option>
                }) }
            </select>
        }
    };
    html! {
       <label class={if set_here { "option set" } else { "option" }} key={option.name.clone()} title={format!("option {} {}", option.name, option.value)}>
           <span>{ option.name.replace('_', " ") }<small>{ &option.title }{ range }{ default }</small></span>{ field }
       </label>
    }
}

fn flaw_row(flaw: &FlawView, words: &Words, on: &Callback<Intent>) -> Html {
    let (name, state) = (flaw.name.clone(), if flaw.on { "off" } else { "on" });
    let toggle = on.reform(move |_: Event| Intent::Set(format!("flaw {name} {state}")));
    let breaks = (!flaw.violates.is_empty()).then(|| fill(words.flaw_breaks, &[&flaw.violates]));
    html! {
        <label class="flaw" key={flaw.name.clone()}>
            <input type="checkbox" checked={flaw.on} onchange={toggle} /><span>{ &flaw.title }<small>{ breaks }</small></span>
        </label>
    }
}
