//! What becomes of the driver's reports on the page.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::UseReducerDispatcher;

use crate::lab::wire::{Problem, Request, Source};
use crate::page::browser::fragment;
use crate::page::browser::memory;
use crate::page::driver::{Driver, Report};
use crate::page::intent::Intent;
use crate::page::state::seen::Seen;
use crate::page::state::{Change, EngineState, Notice, Panel, State};
use crate::page::words::Words;

pub fn receive(driver: &Driver, dispatch: &UseReducerDispatcher<State>, words: &'static Words, report: Report) {
    match report {
        Report::Catalog { cards, opens } => {
            if opens && !cards.is_empty() {
                open_first(driver);
            }
            if cards.is_empty() {
                let notice = Notice { lasting: true, ..Notice::brief(words.nothing_to_run) };
                dispatch.dispatch(Change::Notice(Some(notice)));
            }
            dispatch.dispatch(Change::Catalog(Rc::new(cards)));
        }
        Report::OldEngine => dispatch.dispatch(Change::Engine(EngineState::Old)),
        Report::Dead => dispatch.dispatch(Change::Engine(EngineState::Dead)),
        Report::Untranslated => dispatch.dispatch(Change::Notice(Some(Notice::brief(words.untranslated)))),
        Report::StoryOver => dispatch.dispatch(Change::Notice(Some(Notice::brief(words.story_over)))),
        Report::Restarted => dispatch.dispatch(Change::Notice(Some(Notice::brief(words.restarted)))),
        Report::View { view, notice } => {
            dispatch.dispatch(Change::Seen(Seen(view)));
            if let Some(said) = notice {
                let offers = said.of_edit.then_some((words.undo, Intent::Undo));
                dispatch.dispatch(Change::Notice(Some(Notice { offers, ..Notice::brief(said.words) })));
            }
        }
        Report::Script(text) => dispatch.dispatch(Change::Script(text.into())),
        Report::Link(fragment) => offer_link(dispatch.clone(), fragment),
        Report::Outcomes(outcomes) => dispatch.dispatch(Change::Outcomes(outcomes.map(Rc::new))),
        Report::Compared(compared) => dispatch.dispatch(Change::Comparison(Rc::new(compared))),
        Report::Hearing(hearing) => dispatch.dispatch(Change::Hearing(Rc::new(hearing))),
        Report::Transcript(text) => fragment::download("transcript.txt", &text),
        Report::Hunted(hunted) => dispatch.dispatch(Change::Hunted(Rc::new(hunted))),
        Report::Pointed(entry) => dispatch.dispatch(Change::Event(Some(entry))),
        Report::Playing(playing) => dispatch.dispatch(Change::Playing(playing)),
        Report::Refused { request, problem } => match request {
            Request::Open { source: Source::Script { .. } } => dispatch.dispatch(Change::ScriptProblem(Some(problem))),
            Request::Open { source } => {
                let broken = matches!(source, Source::Link { .. });
                let head = if broken { words.broken_link } else { words.refused };
                let notice = Notice {
                    hint: problem.hint,
                    lasting: true,
                    ..Notice::brief(format!("{head}: {}", problem.message))
                };
                dispatch.dispatch(Change::Notice(Some(notice)));
                if driver.view().is_none() && !matches!(source, Source::Opening) {
                    fragment::clear();
                    driver.open_default();
                }
            }
            // A field has no lines.
            Request::Set { .. } => {
                dispatch.dispatch(Change::LineProblem(Problem { line: 0, column: 0, ..problem }));
            }
            _ => dispatch.dispatch(Change::LineProblem(problem)),
        },
    }
}

/// Loaded again, the page shows the same instant. Otherwise a scenario that came with the address, playing, or a run; or else
/// the opening plays.
fn open_first(driver: &Driver) {
    if let Some((text, at)) = memory::kept_run().filter(|_| fragment::is_reload()) {
        return driver.ask(Request::Open { source: Source::Resume { text, at } });
    }
    let Some(fragment) = fragment::current() else { return driver.open_default() };
    match fragment::named(&fragment) {
        Some((system, name)) => {
            driver.ask(Request::Open { source: Source::Scenario { system, name } });
            driver.play(true);
        }
        None => driver.ask(Request::Open { source: Source::Link { fragment } }),
    }
}

fn offer_link(dispatch: UseReducerDispatcher<State>, fragment: String) {
    fragment::put(&fragment);
    let address = fragment::address();
    spawn_local(async move {
        let copied = fragment::copied(&address).await;
        dispatch.dispatch(Change::Linked { address, copied });
    });
}

/// Puts text into the clipboard, or before the eyes of whoever has none.
pub fn offer_text(dispatch: UseReducerDispatcher<State>, words: &'static Words, text: String) {
    spawn_local(async move {
        dispatch.dispatch(if fragment::copied(&text).await {
            Change::Notice(Some(Notice::brief(words.text_copied)))
        } else {
            Change::Panel(Some(Panel::Text(text)))
        });
    });
}
