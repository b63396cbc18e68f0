//! The drawer: one view at a time, beside the stage.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html};

use super::icon;
use super::logs::Logs;
use super::promises::Promises;
use super::script::Script;
use super::transport::view_name;
use crate::lab::wire::Problem;
use crate::page::intent::Intent;
use crate::page::seen::Seen;
use crate::page::state::DrawerView;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct DrawerProps {
    pub words: &'static Words,
    pub view: DrawerView,
    pub seen: Option<Seen>,
    pub script: Rc<str>,
    pub problem: Option<Problem>,
    pub on: Callback<Intent>,
}

#[component]
pub fn Drawer(props: &DrawerProps) -> Html {
    let DrawerProps { words, view, seen, script, problem, on } = props;
    let title = view_name(*view, words);
    html! {
        <section class="drawer" aria-label={title}>
            <div class="drawer-head">
                <h2>{ title }</h2><span class="spread"></span>
                <button class="plain" aria-label={words.close} title="Esc" onclick={on.reform(|_| Intent::CloseDrawer)}>{ icon("cross") }</button>
            </div>
            { match (view, seen) {
                (DrawerView::Script, _) => html! { <Script {words} script={script.clone()} problem={problem.clone()} seen={seen.clone()} on={on.clone()} /> },
                (DrawerView::Promises, Some(seen)) => html! { <Promises {words} seen={seen.clone()} on={on.clone()} /> },
                (DrawerView::Logs, Some(seen)) => html! { <Logs {words} seen={seen.clone()} on={on.clone()} /> },
                _ => Html::default(),
            } }
        </section>
    }
}
