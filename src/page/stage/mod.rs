//! The stage: a canvas that the driver draws on, and over it real buttons for keyboard, screen reader and tests.
//!
//! `place` says where things stand, `draw` how each of them looks, `paint` what is drawn in which order, `settling` what of
//! it takes its time; `hand` is what a person does with all that.

pub mod brush;
mod draw;
mod gauge;
pub mod hand;
mod hint;
mod legend;
mod motion;
pub mod paint;
pub mod palette;
pub mod place;
mod settling;

use std::rc::Rc;

use web_sys::HtmlCanvasElement;
use yew::{Callback, Html, Properties, component, html, use_context, use_effect_with, use_node_ref, use_state_eq};

use self::gauge::Clock;
use self::hand::gesture::Tool;
use self::hand::halo::Halo;
use self::hand::pins::Pins;
use self::hand::tools::tools;
use self::hand::{Grasp, use_hand};
use self::legend::Legend;
use self::place::arrangement::Arrangement;
use self::place::layout::{Layout, Screen, lens};
use self::place::reach::Hit;
use crate::lab::frame::Frame;
use crate::page::driver::Driver;
use crate::page::driver::playback::Tempo;
use crate::page::hooks::use_size;
use crate::page::intent::Intent;
use crate::page::state::opening::Hint;
use crate::page::state::seen::Seen;
use crate::page::state::selection::Selection;
use crate::page::words::Words;
use crate::page::words::terms::Names;

pub use self::draw::label::{clock_words, role_words};
pub use self::draw::tally::vote_order;
pub use self::draw::territory::share;
pub use self::hand::pins::{node_name, outcome_words};
pub use self::hint::hint_pill;

#[derive(Properties, PartialEq)]
pub struct StageProps {
    pub driver: Rc<Driver>,
    pub seen: Option<Seen>,
    pub selection: Option<Selection>,
    pub playing: bool,
    pub tempo: Tempo,
    pub words: &'static Words,
    pub narrow: bool,
    pub starting: bool,
    pub tool: Tool,
    pub arrangement: Arrangement,
    pub hint: Option<Hint>,
    /// For a projector: larger, and without legend and tools.
    pub projected: bool,
    pub on: Callback<Intent>,
}

#[component]
pub fn Stage(props: &StageProps) -> Html {
    let StageProps {
        driver,
        seen,
        selection,
        playing,
        tempo,
        words,
        narrow,
        starting,
        tool,
        arrangement,
        hint,
        projected,
        on,
    } = props;
    let frame_ref = use_node_ref();
    let canvas_ref = use_node_ref();
    let size = use_size(&frame_ref);
    let names = use_context::<Names>().unwrap_or_default();
    let hover = use_state_eq(|| None::<Hit>);
    // A phone held upright is no projector's stage.
    let screen = match (*projected && size.0 >= size.1, narrow) {
        (true, _) => Screen::Projector,
        (_, true) => Screen::Phone,
        _ => Screen::Desk,
    };
    {
        let driver = driver.clone();
        use_effect_with(canvas_ref.clone(), move |canvas| {
            if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                driver.attach(canvas);
            }
        });
    }
    {
        let driver = driver.clone();
        use_effect_with((size, screen), move |&((width, height), screen)| {
            driver.look(|look| look.screen = screen);
            driver.resize(width, height);
        });
    }
    {
        let driver = driver.clone();
        use_effect_with(*hover, move |&hover| driver.look(|look| look.hover = hover));
    }
    let lens = lens(screen, size.0);
    let layout = seen.as_ref().map(|seen| layout_of(&seen.frame, size, screen, arrangement)).unwrap_or_default();
    let on_hover = {
        let hover = hover.setter();
        Callback::from(move |met| hover.set(met))
    };
    use_hand(
        &frame_ref,
        Grasp { driver: driver.clone(), tool: *tool, screen, on: on.clone(), on_hover: on_hover.clone() },
    );
    let marked = match (*hover, selection) {
        (_, Some(Selection::Link(a, b))) => Some((*a, *b)),
        (Some(Hit::Link(a, b)), _) => Some((a, b)),
        _ => None,
    };
    let class = if *tool == Tool::Knife { "stage knife" } else { "stage" };
    html! {
        <main {class} aria-label={words.stage} ref={frame_ref}>
            <canvas ref={canvas_ref} aria-hidden="true"></canvas>
            <Clock driver={driver.clone()} tempo={*tempo} {words} narrow={*narrow} />
            if *starting {
                <p class="starting" role="status"><span class="sweep" aria-hidden="true"></span>{ words.starting }</p>
            }
            if let Some(seen) = seen {
                <div class="overlay" style={(lens != 1.0).then(|| format!("transform:scale({lens:.4});width:{:.2}%;height:{:.2}%", 100.0 / lens, 100.0 / lens))}>
                    { Pins { seen, layout: &layout, selection: *selection, marked, playing: *playing, names: &names, words, on_hover: &on_hover, on }.view() }
                    if let Some(hint) = hint {
                        { hint::hint(seen, &layout, *hint, words, on) }
                    } else if screen == Screen::Desk {
                        { hint::said(seen) }
                    }
                    if !*narrow || *projected {
                        <Halo seen={seen.clone()} layout={layout.clone()} selection={*selection} {words} on={on.clone()} />
                    }
                </div>
                if screen == Screen::Desk { <Legend seen={seen.clone()} playing={*playing} most={layout.legend_lines()} {words} /> }
                if !*projected { { tools(words, *tool, &layout, on) } }
            }
        </main>
    }
}

fn layout_of(frame: &Frame, (width, height): (f64, f64), screen: Screen, arrangement: &Arrangement) -> Layout {
    let kinds: Vec<_> = frame.nodes.iter().map(|node| node.kind).collect();
    let lens = lens(screen, width);
    Layout::new(screen, &kinds, width / lens, height / lens).arranged(arrangement)
}
