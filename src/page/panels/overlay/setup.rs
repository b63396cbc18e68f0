//! The seed, flaws and options: each change is a line of script.

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, html};

use super::workload::{CLIENTS, Workload};
use crate::lab::wire::{FlawView, OptionView, Problem};
use crate::page::intent::Intent;
use crate::page::panels::field::Field;
use crate::page::panels::trouble::trouble;
use crate::page::state::seen::Seen;
use crate::page::words::{Words, fill};

pub fn setup(words: &'static Words, seen: Option<&Seen>, problem: Option<&Problem>, on: &Callback<Intent>) -> Html {
    let Some(seen) = seen else { return Html::default() };
    let run = &seen.run;
    let seed = on.reform(|value: String| Intent::Set(format!("seed {value}")));
    html! {
        <>
            <p class="dim">{ words.setup_note }</p>
            if let Some(problem) = problem { { trouble(words, problem) } }
            <label class="option"><span>{ words.seed }</span><Field value={run.seed.to_string()} is_number=true on={seed} /></label>
            { latencies(run.options.as_slice(), words, on) }
            <Workload {words} seen={seen.clone()} on={on.clone()} />
            // Few and looked for; options are many.
            if !run.flaws.is_empty() { <h3>{ words.flaws }</h3> }
            { for run.flaws.iter().map(|flaw| flaw_row(flaw, words, on)) }
            if !run.options.is_empty() { <h3>{ words.options }</h3> }
            { for run.options.iter().filter(|option| option.name != CLIENTS).map(|option| option_row(option, words, on)) }
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
    let set = on.reform(move |value: String| Intent::Set(format!("option {name} {value}")));
    let range = option.choices.is_empty().then(|| format!(" · {}", option.range));
    let set_here = option.value != option.default;
    let default = set_here.then(|| format!(" · {}", fill(words.default_value, &[&option.default])));
    let field = if option.choices.is_empty() {
        html! { <Field value={option.value.clone()} on={set} /> }
    } else {
        let change = set.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
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
