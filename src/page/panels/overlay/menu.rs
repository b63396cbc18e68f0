//! What the bar's first button opens: the scenarios, and on a phone whatever has no room elsewhere.

use std::rc::Rc;

use yew::{AttrValue, Callback, Html, html};

use super::scenarios::Scenarios;
use crate::lab::wire::SystemCard;
use crate::page::axis::Scale;
use crate::page::driver::playback::Tempo;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::panels::transport::{RunUntil, axis, measuring, pace, views};
use crate::page::state::measure::Cursors;
use crate::page::state::seen::Seen;
use crate::page::state::{DrawerView, Panel};
use crate::page::words::Words;

/// How time goes by and how it is drawn.
#[derive(Clone, Copy, PartialEq)]
pub struct Timing {
    pub tempo: Tempo,
    pub scale: Scale,
    pub cursors: Option<Cursors>,
}

/// The system and the scenario that are open.
fn present(seen: &Seen) -> (AttrValue, AttrValue) {
    (seen.run.system.clone().into(), seen.run.scenario.clone().into())
}

pub fn menu(
    words: &'static Words,
    catalog: Option<&Rc<Vec<SystemCard>>>,
    seen: Option<&Seen>,
    Timing { tempo, scale, cursors }: Timing,
    drawer: Option<DrawerView>,
    narrow: bool,
    on: &Callback<Intent>,
) -> Html {
    // What shows on the timeline is to be seen.
    let leave = {
        let on = on.clone();
        Callback::from(move |intent| {
            on.emit(intent);
            on.emit(Intent::ClosePanel);
        })
    };
    html! {
        <>
            if let Some(catalog) = catalog {
                <Scenarios {words} catalog={catalog.clone()} present={seen.map(present)} closed={narrow} on={on.clone()} />
            }
            if narrow {
                <div class="menu-foot">
                    { views(words, drawer, on) }
                    { pace(words, tempo, on) }
                </div>
                <div class="menu-foot">
                    { axis(words, scale, &leave) }
                    { measuring(words, seen, cursors, html! { { words.measure } }, &leave) }
                    if let Some(seen) = seen { <RunUntil {words} seen={seen.clone()} on={leave.clone()} /> }
                </div>
            }
            <div class="menu-foot">
                if narrow {
                    <button class="outlined" onclick={Intent::Open(Panel::Setup).on_click(on)}>{ icon("sliders") }{ words.setup }</button>
                    <button class="outlined" onclick={leave.reform(|_| Intent::Present)}>{ icon("present") }{ words.present }</button>
                }
                <button class="outlined" lang={words.other().language_tag} onclick={Intent::Language.on_click(on)}>{ words.other_language }</button>
                <button class="outlined" onclick={Intent::Theme.on_click(on)}>{ icon("theme") }{ words.theme }</button>
                <button class="outlined" onclick={Intent::Open(Panel::Keys).on_click(on)}>{ words.keys }</button>
            </div>
        </>
    }
}
