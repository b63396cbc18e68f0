//! "Find me a bug": what is looked for, how far the hunt has come, and what it found.

use std::cmp::Reverse;
use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html, use_state};

use crate::lab::hunter::tally::{Runs, Tally};
use crate::lab::hunter::wire::{Find, Quarry};
use crate::lab::wire::SystemCard;
use crate::page::intent::Intent;
use crate::page::panels::trouble::trouble;
use crate::page::state::seen::Seen;
use crate::page::words::{Words, fill};
use crate::page::workers::hunting::{Hunted, Stand};
use crate::sorting::sorted_by_key;

#[derive(Properties, PartialEq)]
pub struct HuntProps {
    pub words: &'static Words,
    pub seen: Seen,
    pub catalog: Option<Rc<Vec<SystemCard>>>,
    pub hunted: Option<Rc<Hunted>>,
    pub on: Callback<Intent>,
}

#[component]
pub fn Hunt(props: &HuntProps) -> Html {
    let HuntProps { words, seen, catalog, hunted, on } = props;
    let here = present(seen);
    let begun = hunted.as_ref().map(|hunted| hunted.quarry.clone()).unwrap_or_else(|| here.clone());
    let chosen = use_state(|| Quarry { options: Vec::new(), ..begun });
    let keeps = use_state(|| true);
    let options = if chosen.system == here.system { here.options } else { Vec::new() };
    let kept: Vec<String> = options.iter().map(|(name, value)| format!("{} {value}", name.replace('_', " "))).collect();
    let quarry = Quarry { options: if *keeps { options } else { Vec::new() }, ..(*chosen).clone() };
    let systems = catalog.as_ref().map(|catalog| catalog.as_slice()).unwrap_or_default();
    let card = systems.iter().find(|card| card.name == quarry.system);
    let flaws = card.map(|card| card.flaws.as_slice()).unwrap_or_default();
    let choose_system = {
        let chosen = chosen.clone();
        move |event: Event| chosen.set(Quarry { system: value(&event), ..Quarry::default() })
    };
    let choose_flaw = {
        let chosen = chosen.clone();
        move |event: Event| {
            let flaw = Some(value(&event)).filter(|flaw| !flaw.is_empty());
            chosen.set(Quarry { flaws: flaw.into_iter().collect(), ..(*chosen).clone() });
        }
    };
    let keep = {
        let keeps = keeps.clone();
        move |_: Event| keeps.set(!*keeps)
    };
    let busy = hunted.as_ref().is_some_and(|hunted| !hunted.stand.is_over());
    let act = match busy {
        true => Intent::StopHunt,
        false => Intent::Hunt { quarry: quarry.clone(), from: FIRST },
    }
    .on_click(on);
    html! {
        <div class="hunt scroll">
            <h3>{ words.hunt_title }</h3>
            <p class="dim">{ words.hunt_note }</p>
            <label class="option"><span>{ words.hunt_system }</span>
                <select onchange={choose_system} disabled={busy}>
                    { for systems.iter().map(|card| html! {
                        <option value={card.name.clone()} selected={card.name == quarry.system}>{ &card.title }</option>
                    }) }
                </select></label>
            <label class="option"><span>{ words.hunt_flaw }</span>
                <select onchange={choose_flaw} disabled={busy}>
                    <option value="" selected={quarry.flaws.is_empty()}>{ words.hunt_no_flaw }</option>
                    { for flaws.iter().map(|(name, title)| html! {
                        <option value={name.clone()} selected={quarry.flaws.contains(name)}>{ title }</option>
                    }) }
                </select></label>
            if !kept.is_empty() {
                <label class="flaw"><input type="checkbox" checked={*keeps} onchange={keep} disabled={busy} />
                    <span>{ fill(words.hunt_kept, &[&kept.join(", ")]) }</span></label>
            }
            <div class="drawer-row">
                // One button, so that the keyboard stays on it.
                <button class="primary" onclick={act}>{ if busy { stop(words, hunted.as_deref()) } else { words.hunt_title } }</button>
                if let Some(hunted) = hunted.as_ref().filter(|hunted| !busy && hunted.quarry == quarry) { { further(words, hunted, on) } }
            </div>
            if let Some(hunted) = hunted { { progress(words, hunted, on) } }
        </div>
    }
}

/// The seed that a hunt begins with.
const FIRST: u64 = 1;

/// The run on the stage, with what was set in it by hand.
fn present(seen: &Seen) -> Quarry {
    let run = &seen.run;
    let set = run.options.iter().filter(|option| option.value != option.default);
    Quarry {
        system: run.system.clone(),
        options: set.map(|option| (option.name.clone(), option.value.clone())).collect(),
        flaws: run.flaws.iter().filter(|flaw| flaw.on).map(|flaw| flaw.name.clone()).collect(),
    }
}

fn value(event: &Event) -> String {
    event.target_unchecked_into::<HtmlSelectElement>().value()
}

fn stop(words: &Words, hunted: Option<&Hunted>) -> &'static str {
    match hunted.map(|hunted| &hunted.stand) {
        Some(Stand::Shrinking { find: Some(_), .. }) => words.hunt_enough,
        _ => words.stop,
    }
}

/// Beyond what was found, or beyond where it was stopped.
fn further(words: &Words, hunted: &Hunted, on: &Callback<Intent>) -> Html {
    let from = match &hunted.stand {
        Stand::Found(find) => find.seed + 1,
        Stand::Stopped | Stand::Nothing => hunted.upto,
        _ => return Html::default(),
    };
    let quarry = hunted.quarry.clone();
    let go_on = Intent::Hunt { quarry: quarry.clone(), from }.on_click(on);
    html! { <button class="outlined" onclick={go_on}>{ fill(words.hunt_further, &[&from]) }</button> }
}

fn progress(words: &'static Words, hunted: &Hunted, on: &Callback<Intent>) -> Html {
    let stand = match &hunted.stand {
        Stand::Seeking => fill(words.hunt_seeking, &[&hunted.hunters]),
        Stand::Shrinking { seed, .. } => fill(words.hunt_shrinking, &[seed]),
        Stand::Found(find) => fill(words.hunt_found, &[&find.claim]),
        Stand::Nothing => words.hunt_nothing.to_owned(),
        Stand::Stopped => words.hunt_stopped.to_owned(),
        Stand::Failed => words.hunt_failed.to_owned(),
        Stand::Refused(_) => String::new(),
    };
    let class = if matches!(hunted.stand, Stand::Found(_)) { "stand bad" } else { "stand" };
    html! {
        <>
            <p {class} role="status">{ stand }</p>
            { match &hunted.stand {
                Stand::Shrinking { attempts, find: Some(find), .. } => html! {
                    <><p>{ &find.says }</p><p class="dim mono">{ fill(words.hunt_size, &[&find.entries, attempts]) }</p></>
                },
                Stand::Found(find) => found(words, find, on),
                Stand::Refused(problem) => trouble(words, problem),
                _ => Html::default(),
            } }
            { figures(words, hunted) }
        </>
    }
}

fn found(words: &Words, find: &Rc<Find>, on: &Callback<Intent>) -> Html {
    let watch = {
        let find = find.clone();
        Intent::Watch(find.clone()).on_click(on)
    };
    html! {
        <div class="find">
            <p>{ &find.says }<code>{ &find.property }</code></p>
            <p class="dim">{ fill(words.hunt_proof, &[&find.entries, &find.seed]) }</p>
            <button class="primary" onclick={watch}>{ words.hunt_watch }</button>
        </div>
    }
}

fn figures(words: &Words, hunted: &Hunted) -> Html {
    let Tally { runs, counted, faults, milestones, messages, .. } = &hunted.tally;
    let rate = *runs as f64 / hunted.seconds.max(0.001);
    let rate = if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") };
    let by_number = sorted_by_key(faults, |(_, times)| Reverse(**times));
    html! {
        <dl class="rows">
            <dt>{ words.hunt_tried }</dt>
            <dd>{ runs }<span class="note">{ fill(words.hunt_rate, &[&rate]) }{ format!(" · {:.1} s", hunted.seconds) }</span></dd>
            <dt>{ words.hunt_counted }</dt>
            <dd>{ counted }<span class="note said">{ words.hunt_counted_note }</span></dd>
            if !faults.is_empty() {
                <dt>{ words.hunt_faults }</dt>
                <dd><ul class="drawn">{ for by_number.into_iter().map(|(name, times)| html! { <li>{ name }<b>{ times }</b></li> }) }</ul></dd>
            }
            { coverage(words.hunt_messages, messages, words) }
            { coverage(words.hunt_milestones, milestones, words) }
        </dl>
    }
}

/// How many of all there are have occurred, and which have not.
fn coverage(label: &'static str, all: &Runs, words: &Words) -> Html {
    if all.is_empty() {
        return Html::default();
    }
    let missing: Vec<&str> = all.iter().filter(|(_, runs)| **runs == 0).map(|(name, _)| name.as_str()).collect();
    html! {
        <>
            <dt>{ label }</dt>
            <dd>{ fill(words.of, &[&(all.len() - missing.len()), &all.len()]) }
                if !missing.is_empty() { <span class="note said">{ fill(words.hunt_not_yet, &[&missing.join(", ")]) }</span> }</dd>
        </>
    }
}
