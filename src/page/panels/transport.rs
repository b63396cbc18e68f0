//! Play, step, mark, live; the pace; the branches; the drawer.

use web_sys::HtmlInputElement;
use yew::{Callback, Html, InputEvent, TargetCast, html};

use super::icon;
use crate::lab::wire::TimelineView;
use crate::page::intent::Intent;
use crate::page::playback::{FASTEST, Mode, Tempo};
use crate::page::state::DrawerView;
use crate::page::words::Words;

pub fn transport(
    words: &'static Words,
    playing: bool,
    tempo: Tempo,
    drawer: Option<DrawerView>,
    narrow: bool,
    branches: Option<&TimelineView>,
    on: &Callback<Intent>,
) -> Html {
    let button = |name: &'static str, label: &'static str, keys: &'static str, intent: Intent| {
        html! {
            <button class="round" aria-label={label} title={format!("{label} ({keys})")} onclick={on.reform(move |_| intent.clone())}>{ icon(name) }</button>
        }
    };
    let (play_icon, play_label) = if playing { ("pause", words.pause) } else { ("play", words.play) };
    html! {
        <div class="transport" role="toolbar" aria-label={words.timeline}>
            { button("start", words.to_start, "Home", Intent::Start) }
            { button("mark-back", words.mark_back, "Alt ←", Intent::Mark { ahead: false }) }
            { button("back", words.step_back, "←", Intent::Events(-1)) }
            <button class="play" aria-label={play_label} title={format!("{play_label} (Space)")} onclick={on.reform(|_| Intent::PlayPause)}>{ icon(play_icon) }</button>
            { button("forward", words.step_forward, "→", Intent::Events(1)) }
            { button("mark-forward", words.mark_forward, "Alt →", Intent::Mark { ahead: true }) }
            { button("end", words.to_end, "End", Intent::Live) }
            if !narrow {
                { pace(words, tempo, on) }
                <span class="spread"></span>
                if let Some(timeline) = branches { { chips(timeline, on) } }
                { views(words, drawer, on) }
            }
        </div>
    }
}

pub fn pace(words: &'static Words, tempo: Tempo, on: &Callback<Intent>) -> Html {
    let modes = [(Mode::Auto, words.auto), (Mode::Steady, words.steady), (Mode::Step, words.step)];
    let level = tempo.level;
    let slide = on.reform(move |event: InputEvent| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        Intent::Tempo(Tempo { mode: Mode::Steady, level: value.parse().unwrap_or(level) })
    });
    html! {
        <>
            <div class="segments" role="group" aria-label={words.pace}>
                { for modes.into_iter().map(|(mode, label)| {
                    let chosen = Tempo { mode, level };
                    let pressed = if tempo.mode == mode { "true" } else { "false" };
                    html! { <button aria-pressed={pressed} onclick={on.reform(move |_| Intent::Tempo(chosen))}>{ label }</button> }
                }) }
            </div>
            if tempo.mode == Mode::Steady {
                <input class="speed-slider" type="range" min="0" max={FASTEST.to_string()} step="1" value={level.to_string()} aria-label={words.speed} oninput={slide} />
            }
        </>
    }
}

/// Branches as letters.
fn chips(timeline: &TimelineView, on: &Callback<Intent>) -> Html {
    let (branches, present) = (&timeline.branches, timeline.branch);
    let from = branches.len().saturating_sub(6);
    html! {
        <div class="branch-chips">
            { for branches.iter().enumerate().skip(from).map(|(i, branch)| {
                let id = branch.id;
                let pressed = if id == present { "true" } else { "false" };
                html! { <button aria-pressed={pressed} title={branch.words.clone()} onclick={on.reform(move |_| Intent::Switch(id))}>{ letter(i) }</button> }
            }) }
        </div>
    }
}

/// `A` to `Z`, then numbers.
pub fn letter(index: usize) -> String {
    match u8::try_from(index) {
        Ok(small) if small < 26 => char::from(b'A' + small).to_string(),
        _ => (index + 1).to_string(),
    }
}

/// The drawer's views, one open at a time.
pub fn views(words: &'static Words, drawer: Option<DrawerView>, on: &Callback<Intent>) -> Html {
    html! {
        <div class="segments views" role="group" aria-label={words.drawer}>
            { for DrawerView::ALL.into_iter().map(|view| {
                let pressed = if drawer == Some(view) { "true" } else { "false" };
                html! { <button aria-pressed={pressed} onclick={on.reform(move |_| Intent::ToggleDrawer(view))}>{ view_name(view, words) }<kbd aria-hidden="true">{ view.key() }</kbd></button> }
            }) }
        </div>
    }
}

pub fn view_name(view: DrawerView, words: &Words) -> &'static str {
    match view {
        DrawerView::Logs => words.view_logs,
        DrawerView::Promises => words.view_promises,
        DrawerView::Script => words.view_script,
    }
}
