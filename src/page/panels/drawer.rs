//! The drawer: one view at a time, beside the stage.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::icon;
use super::logs::logs;
use super::promises::promises;
use super::script::Script;
use super::transport::view_name;
use crate::lab::wire::Problem;
use crate::page::intent::Intent;
use crate::page::seen::Seen;
use crate::page::state::DrawerView;
use crate::page::words::Words;

pub fn drawer(
    words: &'static Words,
    view: DrawerView,
    seen: Option<&Seen>,
    script: &Rc<str>,
    problem: Option<&Problem>,
    on: &Callback<Intent>,
) -> Html {
    let title = view_name(view, words);
    html! {
        <section class="drawer" aria-label={title}>
            <div class="drawer-head">
                <h2>{ title }</h2><span class="spread"></span>
                <button class="plain" aria-label={words.close} title="Esc" onclick={on.reform(|_| Intent::CloseDrawer)}>{ icon("cross") }</button>
            </div>
            { match (view, seen) {
                (DrawerView::Script, _) => html! { <Script {words} script={script.clone()} problem={problem.cloned()} seen={seen.cloned()} on={on.clone()} /> },
                (DrawerView::Promises, Some(seen)) => html! { { promises(words, seen, on) } },
                (DrawerView::Logs, Some(seen)) => html! { { logs(words, seen, on) } },
                _ => Html::default(),
            } }
        </section>
    }
}
