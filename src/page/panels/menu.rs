//! Scenarios, by system.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html};

use super::icon;
use super::transport::{Pace, Views};
use crate::lab::wire::SystemCard;
use crate::page::intent::{Intent, PanelName};
use crate::page::playback::Tempo;
use crate::page::seen::Seen;
use crate::page::state::DrawerView;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct MenuProps {
    pub words: &'static Words,
    pub catalog: Option<Rc<Vec<SystemCard>>>,
    pub seen: Option<Seen>,
    pub tempo: Tempo,
    pub drawer: Option<DrawerView>,
    /// On a phone the pace and the drawer's views have their place here.
    pub narrow: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let MenuProps { words, catalog, seen, tempo, drawer, narrow, on } = props;
    let systems = catalog.as_deref().map(Vec::as_slice).unwrap_or_default();
    let present = seen.as_ref().map(|seen| (seen.run.system.as_str(), seen.run.scenario.as_str()));
    html! {
        <>
            { for systems.iter().map(|system| html! {
                <section key={system.name.clone()}>
                    <h3>{ &system.title }</h3>
                    <p class="dim">{ &system.summary }</p>
                    <ul>
                        { for system.scenarios.iter().map(|scenario| {
                            let here = present == Some((system.name.as_str(), scenario.name.as_str()));
                            let intent = Intent::Scenario { system: system.name.clone(), name: scenario.name.clone() };
                            html! {
                                <li><button aria-current={here.then_some("true")} onclick={on.reform(move |_| intent.clone())}>
                                    <b>{ &scenario.title }</b><code>{ &scenario.name }</code></button></li>
                            }
                        }) }
                    </ul>
                </section>
            }) }
            if *narrow {
                <div class="menu-foot">
                    <Views {words} drawer={*drawer} on={on.clone()} />
                    <Pace {words} tempo={*tempo} on={on.clone()} />
                </div>
            }
            <div class="menu-foot">
                <button class="outlined" onclick={on.reform(|_| Intent::Language)}>{ words.other_language }</button>
                <button class="outlined" onclick={on.reform(|_| Intent::Theme)}>{ icon("theme") }{ words.theme }</button>
                <button class="outlined" onclick={on.reform(|_| Intent::Open(PanelName::Keys))}>{ words.keys }</button>
            </div>
        </>
    }
}
