//! All scenarios by system, and those that say what is looked for.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::{AttrValue, Callback, Html, InputEvent, Properties, TargetCast, component, html, use_state_eq};

use crate::lab::wire::{ScenarioCard, SystemCard};
use crate::page::intent::Intent;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct ScenariosProps {
    pub words: &'static Words,
    pub catalog: Rc<Vec<SystemCard>>,
    /// The system and the scenario that are open.
    pub present: Option<(AttrValue, AttrValue)>,
    /// What stands below them is to be in sight.
    pub closed: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Scenarios(props: &ScenariosProps) -> Html {
    let ScenariosProps { words, catalog, present, closed, on } = props;
    let sought = use_state_eq(String::new);
    let seek = {
        let sought = sought.clone();
        move |event: InputEvent| sought.set(event.target_unchecked_into::<HtmlInputElement>().value().to_lowercase())
    };
    let is_sought = !sought.trim().is_empty();
    let present = present.as_ref().map(|(system, scenario)| (system.as_str(), scenario.as_str()));
    let found: Vec<(&SystemCard, Vec<&ScenarioCard>)> = catalog
        .iter()
        .map(|system| (system, system.scenarios.iter().filter(|scenario| says(system, scenario, &sought)).collect()))
        .filter(|(_, scenarios): &(_, Vec<_>)| !scenarios.is_empty())
        .collect();
    html! {
        <>
            <input type="search" class="find-scenario" placeholder={words.find_scenario} aria-label={words.find_scenario} oninput={seek} />
            // A list of its own, so that the field stays the same while this gets longer and shorter.
            <div>
            if found.is_empty() { <p class="dim" role="status">{ words.no_scenario }</p> }
            { for found.into_iter().map(|(system, scenarios)| html! {
                <details key={system.name.clone()} open={is_sought || !closed && present.is_some_and(|(name, _)| name == system.name)}>
                    <summary>
                        <h3>{ &system.title }<span class="dim">{ scenarios.len() }</span></h3>
                        <p class="dim">{ &system.summary }</p>
                    </summary>
                    <ul>
                        { for scenarios.into_iter().map(|scenario| {
                            let here = present == Some((system.name.as_str(), scenario.name.as_str()));
                            let intent = Intent::Scenario { system: system.name.clone(), name: scenario.name.clone() };
                            html! {
                                <li><button aria-current={here.then_some("true")} onclick={intent.on_click(on)}>
                                    <b>{ &scenario.title }</b>
                                    if !scenario.caption.is_empty() { <small>{ &scenario.caption }</small> }</button></li>
                            }
                        }) }
                    </ul>
                </details>
            }) }
            </div>
        </>
    }
}

/// All of its words, in whatever order.
fn says(system: &SystemCard, scenario: &ScenarioCard, sought: &str) -> bool {
    let text = format!("{} {} {} {}", system.title, scenario.title, scenario.caption, scenario.name).to_lowercase();
    sought.split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_narrows() {
        let scenario = ScenarioCard {
            name: "paused_leader".into(),
            title: "A paused leader".into(),
            caption: "It still believes that it leads.".into(),
        };
        let system = SystemCard { title: "Elections".into(), ..SystemCard::default() };
        for (sought, found) in [("", true), ("elect leads", true), ("paused_", true), ("leads observer", false)] {
            assert_eq!(says(&system, &scenario, sought), found, "{sought}");
        }
    }
}
