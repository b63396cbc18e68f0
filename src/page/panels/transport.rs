//! Play, step, mark, live; the pace; the axis; measuring; the branches; the drawer.

use web_sys::{HtmlInputElement, HtmlSelectElement, KeyboardEvent, PointerEvent};
use yew::{Callback, Event, Html, InputEvent, Properties, TargetCast, component, html, use_mut_ref};

use super::icon;
use super::tracks::{letter, name as branch_name};
use crate::describe::Time;
use crate::lab::wire::TimelineView;
use crate::page::axis::Scale;
use crate::page::driver::playback::{FASTEST, Mode, SLOWEST, Tempo};
use crate::page::intent::Intent;
use crate::page::state::measure::Cursors;
use crate::page::state::seen::Seen;
use crate::page::state::{DrawerView, State};
use crate::page::words::{Words, fill};

pub fn transport(state: &State, narrow: bool, on: &Callback<Intent>) -> Html {
    let words = state.words;
    let button = |name: &'static str, label: &'static str, keys: &'static str, intent: Intent| {
        html! {
            <button class="round" aria-label={label} title={format!("{label} ({keys})")} onclick={intent.clone().on_click(on)}>{ icon(name) }</button>
        }
    };
    let (play_icon, play_label) = if state.playing { ("pause", words.pause) } else { ("play", words.play) };
    let timeline = state.seen.as_ref().map(|seen| &seen.timeline);
    html! {
        <div class="transport" role="toolbar" aria-label={words.timeline}>
            { button("start", words.to_start, "Home", Intent::Start) }
            { button("mark-back", words.mark_back, "Alt ←", Intent::Mark { ahead: false }) }
            { button("back", words.step_back, "←", Intent::Events(-1)) }
            <button class="play" aria-label={play_label} title={format!("{play_label} (Space)")} onclick={Intent::PlayPause.on_click(on)}>{ icon(play_icon) }</button>
            { button("forward", words.step_forward, "→", Intent::Events(1)) }
            { button("mark-forward", words.mark_forward, "Alt →", Intent::Mark { ahead: true }) }
            { button("end", words.to_end, "End", Intent::Live) }
            if !narrow {
                if let Some(seen) = &state.seen { <RunUntil {words} seen={seen.clone()} on={on.clone()} /> }
                { pace(words, state.tempo, on) }
                { axis(words, state.scale, on) }
                { measuring(words, state.seen.as_ref(), state.cursors, Html::default(), on) }
                <span class="spread"></span>
                if let Some(timeline) = timeline.filter(|timeline| timeline.branches.len() > 1) { { chips(timeline, words, on) } }
                { hunt(state, on) }
                { drawer_button(words, state.drawer, state.last_drawer, on) }
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct RunUntilProps {
    pub words: &'static Words,
    pub seen: Seen,
    pub on: Callback<Intent>,
}

/// Waits for a milestone, or for a claim to break. By pointer a choice is the start; the keyboard goes through the choices,
/// and Enter starts.
#[component]
pub fn RunUntil(props: &RunUntilProps) -> Html {
    let RunUntilProps { words, seen, on } = props;
    let by_key = use_mut_ref(|| false);
    let run = {
        let on = on.clone();
        move |select: HtmlSelectElement| {
            let condition = select.value();
            select.set_selected_index(0);
            if !condition.is_empty() {
                on.emit(Intent::RunUntil(condition));
            }
        }
    };
    let choose = {
        let (by_key, run) = (by_key.clone(), run.clone());
        Callback::from(move |event: Event| {
            if !*by_key.borrow() {
                run(event.target_unchecked_into());
            }
        })
    };
    let on_key = {
        let by_key = by_key.clone();
        Callback::from(move |event: KeyboardEvent| {
            *by_key.borrow_mut() = true;
            if event.key() == "Enter" {
                event.prevent_default();
                run(event.target_unchecked_into());
            }
        })
    };
    let on_press = Callback::from(move |_: PointerEvent| *by_key.borrow_mut() = false);
    html! {
        <select class="until" aria-label={words.run_until} onchange={choose} onkeydown={on_key} onpointerdown={on_press}>
            <option value="" disabled=true selected=true>{ words.run_until }</option>
            <option value="violation">{ words.until_violation }</option>
            { for seen.run.milestones.iter().map(|(name, words)| html! { <option value={name.clone()}>{ words }</option> }) }
        </select>
    }
}

/// Story or clock.
pub fn axis(words: &'static Words, scale: Scale, on: &Callback<Intent>) -> Html {
    let choices = [(Scale::Story, words.story), (Scale::Clock, words.by_clock)];
    html! {
        <>
            <span class="segments-name" aria-hidden="true">{ words.axis }</span>
            <div class="segments" role="group" aria-label={words.axis} title={format!("{} (A)", words.axis)}>
                { for choices.into_iter().map(|(choice, label)| {
                    let pressed = if choice == scale { "true" } else { "false" };
                    html! { <button aria-pressed={pressed} onclick={Intent::Scale(choice).on_click(on)}>{ label }</button> }
                }) }
            </div>
        </>
    }
}

/// Begins to measure, or ends it; where there is room the button has a name as well.
pub fn measuring(
    words: &'static Words,
    seen: Option<&Seen>,
    cursors: Option<Cursors>,
    name: Html,
    on: &Callback<Intent>,
) -> Html {
    let begun = cursors.is_some();
    let class = if name == Html::default() { "round" } else { "outlined" };
    let now = seen.map_or(Time::ZERO, |seen| seen.frame.at.time);
    let next = (!begun).then_some(Cursors { from: now, to: now });
    html! {
        <button {class} aria-label={words.measure} aria-pressed={if begun { "true" } else { "false" }} title={format!("{} (M)", words.measure)}
            onclick={Intent::Measure(next).on_click(on)}>{ icon("measure") }{ name }</button>
    }
}

pub fn pace(words: &'static Words, tempo: Tempo, on: &Callback<Intent>) -> Html {
    let modes = [(Mode::Auto, words.auto), (Mode::Steady, words.steady), (Mode::Step, words.step)];
    let level = tempo.level;
    let slide = on.reform(move |event: InputEvent| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        Intent::Tempo(Tempo { level: value.parse().unwrap_or(level), ..tempo })
    });
    let stretch = on.reform(move |event: InputEvent| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        Intent::Tempo(Tempo { flight: value.parse().unwrap_or(tempo.flight), ..tempo })
    });
    html! {
        <>
            <div class="segments" role="group" aria-label={words.pace}>
                { for modes.into_iter().map(|(mode, label)| {
                    let chosen = Tempo { mode, ..tempo };
                    let pressed = if tempo.mode == mode { "true" } else { "false" };
                    html! { <button aria-pressed={pressed} onclick={Intent::Tempo(chosen).on_click(on)}>{ label }</button> }
                }) }
            </div>
            if tempo.mode == Mode::Auto {
                <input class="speed-slider flight-time" type="range" min="0" max={SLOWEST.to_string()} step="1" value={tempo.flight.to_string()}
                    aria-label={words.flight_time} title={fill(words.flight_takes, &[&(f64::from(tempo.flight_ms()) / 1e3)])} oninput={stretch} />
            }
            if tempo.mode == Mode::Steady {
                <input class="speed-slider" type="range" min="0" max={FASTEST.to_string()} step="1" value={level.to_string()} aria-label={words.speed} oninput={slide} />
            }
        </>
    }
}

/// Branches as letters.
fn chips(timeline: &TimelineView, words: &Words, on: &Callback<Intent>) -> Html {
    let (branches, present) = (&timeline.branches, timeline.branch);
    let from = branches.len().saturating_sub(6);
    html! {
        <div class="branch-chips">
            { for branches.iter().enumerate().skip(from).map(|(i, branch)| {
                let id = branch.id;
                let pressed = if id == present { "true" } else { "false" };
                html! { <button aria-pressed={pressed} title={branch_name(branch, words)} onclick={Intent::Switch(id).on_click(on)}>{ letter(i) }</button> }
            }) }
        </div>
    }
}

/// A hunt that goes on out of sight: how many seeds it has run, and its end.
fn hunt(state: &State, on: &Callback<Intent>) -> Html {
    let is_seen = state.drawer == Some(DrawerView::Hunt);
    let Some(hunted) = state.hunted.as_ref().filter(|hunted| !is_seen && !hunted.stand.is_over()) else {
        return Html::default();
    };
    let title = view_name(DrawerView::Hunt, state.words);
    html! {
        <div class="branch-chips">
            <button onclick={Intent::ToggleDrawer(DrawerView::Hunt).on_click(on)}>{ format!("{title} {}", hunted.tally.runs) }</button>
            <button aria-label={state.words.stop} title={state.words.stop} onclick={Intent::StopHunt.on_click(on)}>{ icon("cross") }</button>
        </div>
    }
}

/// Opens the view that was open last, or closes it.
fn drawer_button(words: &'static Words, open: Option<DrawerView>, last: DrawerView, on: &Callback<Intent>) -> Html {
    let view = open.unwrap_or(last);
    html! {
        <button class="outlined drawer-button" aria-expanded={if open.is_some() { "true" } else { "false" }} onclick={Intent::ToggleDrawer(view).on_click(on)}>
            { icon("drawer") }{ words.drawer }<kbd aria-hidden="true">{ "1" }</kbd><span aria-hidden="true">{ "–" }</span><kbd aria-hidden="true">{ "9" }</kbd>
        </button>
    }
}

/// The drawer's views, one open at a time.
pub fn views(words: &'static Words, drawer: Option<DrawerView>, on: &Callback<Intent>) -> Html {
    html! {
        <div class="views" role="group" aria-label={words.drawer}>
            { for DrawerView::ALL.into_iter().map(|view| {
                let open = drawer == Some(view);
                let title = format!("{} ({})", view_name(view, words), view.key());
                html! { <button aria-pressed={if open { "true" } else { "false" }} {title} onclick={Intent::ToggleDrawer(view).on_click(on)}>{ view_name(view, words) }</button> }
            }) }
        </div>
    }
}

pub fn view_name(view: DrawerView, words: &Words) -> &'static str {
    match view {
        DrawerView::Diagram => words.view_diagram,
        DrawerView::Logs => words.view_logs,
        DrawerView::Events => words.view_events,
        DrawerView::Promises => words.view_promises,
        DrawerView::Charts => words.view_charts,
        DrawerView::Script => words.view_script,
        DrawerView::Branches => words.view_branches,
        DrawerView::History => words.view_history,
        DrawerView::Hunt => words.view_hunt,
    }
}
