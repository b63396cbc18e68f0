//! The whole page: the state, the driver, and the regions that show them.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::{Callback, ContextProvider, Html, component, html, use_effect_with, use_memo, use_mut_ref, use_reducer};

use crate::lab::hearing::Terms;
use crate::page::browser::fragment;
use crate::page::browser::memory;
use crate::page::browser::theme;
use crate::page::driver::Driver;
use crate::page::hooks::{use_file_drop, use_focus_back, use_keys, use_media};
use crate::page::intent::keyboard::{self, Press};
use crate::page::intent::{DRAWER, Intent, perform};
use crate::page::panels::{Overlay, Side, Speaker, Timing, bar, dock, drawer, show_open_view, toast};
use crate::page::present::{present, veiled};
use crate::page::reports;
use crate::page::stage::{Stage, paint::Look};
use crate::page::state::opening::Opening;
use crate::page::state::{Change, EngineState, State};
use crate::page::words::terms::Names;

/// A brief notice goes by itself after this time.
const NOTICE_MS: u32 = 7_000;

#[component]
pub fn App() -> Html {
    let state = use_reducer(|| {
        // A visitor who came with a link, or was here before, needs no hints.
        let known = fragment::current().is_some() || memory::was_here();
        let opening = if known { Opening::Done } else { Opening::Crash };
        State { opening, ..State::new(theme::suited_words()) }
    });
    let words = state.words;
    let language = use_mut_ref(|| words);
    *language.borrow_mut() = words;
    let driver = {
        let dispatch = state.dispatcher();
        let spoken: Rc<RefCell<_>> = language.clone();
        use_memo((), move |()| {
            Driver::new(Look::new(words), move |driver, report| {
                reports::receive(driver, &dispatch, *spoken.borrow(), report)
            })
        })
    };
    let driver: Rc<Driver> = (*driver).clone();
    {
        let driver = driver.clone();
        use_effect_with((), move |()| {
            theme::set_language(words);
            driver.start();
            let keeping = EventListener::new(&gloo::utils::window(), "pagehide", move |_| driver.keep());
            move || drop(keeping)
        });
    }
    let dark = use_media("(prefers-color-scheme: dark)");
    let calm = use_media("(prefers-reduced-motion: reduce)");
    let narrow = use_media("(max-width: 720px), (max-height: 520px)");
    {
        let driver = driver.clone();
        use_effect_with((dark, state.present), move |&(_, present)| {
            theme::project(present);
            driver.retheme();
        });
    }
    {
        let driver = driver.clone();
        use_effect_with((), move |()| theme::on_fonts(move || driver.retheme()));
    }
    {
        let driver = driver.clone();
        use_effect_with(calm, move |&calm| driver.set_calm(calm));
    }
    {
        let driver = driver.clone();
        use_effect_with(state.selection, move |&selection| driver.select(selection));
    }
    {
        let driver = driver.clone();
        use_effect_with(state.arrangement.clone(), move |arrangement| {
            driver.look(|look| look.arrangement = arrangement.clone());
        });
    }
    {
        let driver = driver.clone();
        use_effect_with(state.drawer, move |&drawer| {
            driver.show_drawer(drawer);
            show_open_view();
        });
    }
    {
        let driver = driver.clone();
        use_effect_with(state.cursors.is_some(), move |&measures| driver.measure(measures));
    }
    {
        let driver = driver.clone();
        use_effect_with(state.span, move |&span| driver.loop_over(span));
    }
    use_focus_back(state.drawer.is_some());
    use_focus_back(state.present);
    {
        let dispatch = state.dispatcher();
        use_effect_with(state.notice.clone(), move |notice| {
            let brief = notice.as_ref().is_some_and(|notice| !notice.lasting);
            let timer = brief.then(|| Timeout::new(NOTICE_MS, move || dispatch.dispatch(Change::Notice(None))));
            move || drop(timer)
        });
    }
    // Callbacks stay the same from render to render and read the newest state through this.
    let newest = use_mut_ref(|| state.clone());
    *newest.borrow_mut() = state.clone();
    let on = {
        let (driver, newest) = (driver.clone(), newest.clone());
        use_memo((), move |()| {
            Callback::from(move |intent: Intent| {
                let state = newest.borrow().clone();
                perform(&driver, &state.dispatcher(), &state, intent);
            })
        })
    };
    let on: Callback<Intent> = (*on).clone();
    {
        let on = on.clone();
        use_effect_with((), move |()| {
            let listener = EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
                if let Some(fragment) = fragment::current() {
                    on.emit(match fragment::named(&fragment) {
                        Some((system, name)) => Intent::Scenario { system, name },
                        None => Intent::Link(fragment),
                    });
                }
            });
            move || drop(listener)
        });
    }
    let on_key = {
        let (on, driver) = (on.clone(), driver.clone());
        use_memo((), move |()| {
            Callback::from(move |event: KeyboardEvent| {
                let key = event.key();
                let up = event.type_() == "keyup";
                let (alt, shift) = (event.alt_key(), event.shift_key());
                let command = event.ctrl_key() || event.meta_key();
                if key.eq_ignore_ascii_case("x") && !alt && !command {
                    let cut = if up {
                        driver.knife.drop().then(|| keyboard::cut(driver.hover(), &newest.borrow())).flatten()
                    } else {
                        driver.knife.take();
                        None
                    };
                    cut.into_iter().for_each(|intent| on.emit(intent));
                    return true;
                }
                if up {
                    return false;
                }
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let within = |selector| target.as_ref().is_some_and(|at| at.closest(selector).ok().flatten().is_some());
                let (on_button, in_drawer, in_field) = (within("button"), within(DRAWER), within("input, textarea"));
                let press =
                    Press { key: &key, alt, shift, command, on_button, in_drawer, in_field, hover: driver.hover() };
                let intent = keyboard::intent(&press, &newest.borrow());
                intent.map(|intent| on.emit(intent)).is_some()
            })
        })
    };
    let on_leave = {
        let driver = driver.clone();
        Callback::from(move |()| {
            driver.knife.drop();
        })
    };
    use_keys((*on_key).clone(), on_leave);

    use_file_drop(on.reform(|file| Intent::Judge { file, terms: Terms::default() }));
    let names = {
        let state = state.clone();
        let system = state.seen.as_ref().map(|seen| seen.run.system.clone());
        use_memo((system, state.catalog.as_ref().map(Rc::as_ptr)), move |_| Names::of(&state))
    };
    let ready = state.seen.is_some();
    let projected = state.present && ready;
    {
        let driver = driver.clone();
        use_effect_with(projected, move |&projected| driver.veil(projected));
    }
    let seen = use_memo((state.seen.clone(), projected), |(seen, projected)| match seen {
        Some(seen) if *projected => Some(veiled(seen)),
        seen => seen.clone(),
    });
    let seen = (*seen).clone();
    let class = match (projected, state.drawer) {
        (true, _) => "app presenting",
        (false, Some(_)) => "app with-drawer",
        (false, None) => "app",
    };
    let timing = Timing { tempo: state.tempo, scale: state.scale, cursors: state.cursors };
    html! {
        <ContextProvider<Names> context={(*names).clone()}>
        <div {class}>
            { bar(words, seen.as_ref(), state.tool, narrow, &on) }
            <Stage driver={driver.clone()} seen={seen.clone()} selection={state.selection} playing={state.playing}
                tempo={state.tempo} {words} {narrow} starting={state.engine == EngineState::Starting && !ready} tool={state.tool}
                arrangement={state.arrangement.clone()} hint={state.hint().filter(|_| !projected)} {projected} on={on.clone()} />
            if let (true, Some(seen)) = (projected, &seen) {
                { present(&driver, &state, seen, &on) }
            } else {
                if let Some(view) = state.drawer {
                    { drawer(&driver, &state, seen.as_ref(), view, &on) }
                }
                <Side {words} seen={seen.clone()} selection={state.selection} course={driver.course()} playing={state.playing} hint={state.hint()} {narrow} on={on.clone()} />
                { dock(&driver, &state, narrow, &on) }
            }
            <Overlay {words} panel={state.panel.clone()} catalog={state.catalog.clone()} seen={seen.clone()}
                problem={state.line_problem.clone()} {timing} drawer={state.drawer} {narrow} on={on.clone()} />
            { toast(words, state.notice.as_ref(), state.engine, &on) }
            <Speaker {words} {seen} playing={state.playing} />
        </div>
        </ContextProvider<Names>>
    }
}
