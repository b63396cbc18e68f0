//! The dock, always there: transport, and the run's whole length as tracks.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html};

use super::tracks::Tracks;
use super::transport::Transport;
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::playback::Tempo;
use crate::page::seen::Seen;
use crate::page::state::DrawerView;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct DockProps {
    pub driver: Rc<Driver>,
    pub words: &'static Words,
    pub seen: Option<Seen>,
    pub playing: bool,
    pub tempo: Tempo,
    pub drawer: Option<DrawerView>,
    pub narrow: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Dock(props: &DockProps) -> Html {
    let DockProps { driver, words, seen, playing, tempo, drawer, narrow, on } = props;
    let many = seen.as_ref().is_some_and(|seen| seen.timeline.branches.len() > 1);
    html! {
        <footer class="dock">
            <Transport {words} playing={*playing} tempo={*tempo} drawer={*drawer} narrow={*narrow}
                branches={seen.as_ref().filter(|_| many).map(|seen| (seen.timeline.branches.clone(), seen.timeline.branch))} on={on.clone()} />
            if let Some(seen) = seen {
                <Tracks driver={driver.clone()} {words} seen={seen.clone()} narrow={*narrow} on={on.clone()} />
            }
        </footer>
    }
}
