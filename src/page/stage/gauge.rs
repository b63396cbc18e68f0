//! The virtual clock and how fast it goes: a number and a needle on a logarithmic scale.

use std::rc::Rc;

use yew::{Html, Properties, component, html, use_effect_with, use_node_ref};

use crate::page::driver::Driver;
use crate::page::driver::instruments::hold;
use crate::page::driver::playback::{Mode, Tempo};
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct ClockProps {
    pub driver: Rc<Driver>,
    pub tempo: Tempo,
    pub words: &'static Words,
    pub narrow: bool,
}

#[component]
pub fn Clock(props: &ClockProps) -> Html {
    let ClockProps { driver, tempo, words, narrow } = props;
    let (head, tail) = (use_node_ref(), use_node_ref());
    let (speed, needle, silence) = (use_node_ref(), use_node_ref(), use_node_ref());
    driver.instruments.speed_words.set(match (*narrow, tempo.mode) {
        (true, _) => words.speed_short,
        (false, Mode::Auto) => words.speed_auto,
        (false, _) => words.speed_steady,
    });
    driver.instruments.rest_words.set(words.at_rest);
    {
        let driver = driver.clone();
        let places = (head.clone(), tail.clone(), speed.clone(), needle.clone(), silence.clone());
        use_effect_with(*narrow, move |_| {
            let instruments = &driver.instruments;
            hold(&instruments.clock, &places.0);
            hold(&instruments.clock_tail, &places.1);
            hold(&instruments.speed, &places.2);
            hold(&instruments.needle, &places.3);
            hold(&instruments.silence, &places.4);
        });
    }
    html! {
        <div class="clock" role="timer" aria-label={words.clock}>
            <div class="reading">
                <span ref={head}>{ "0.000" }</span><span class="tail" ref={tail}>{ "0" }</span><span class="unit">{ "s" }</span>
            </div>
            if !*narrow {
                <div class="scale" aria-hidden="true">{ scale() }<span class="needle" ref={needle}></span></div>
            }
            <div class="speed"><span ref={speed}></span><b ref={silence}></b></div>
        </div>
    }
}

/// Six decades, from a ten-thousandth to a hundredfold, each with its logarithmic graduation.
fn scale() -> Html {
    let width = 194.0;
    let mut path = String::from("M1 10.5H195");
    for decade in 0..=6 {
        for digit in 1..10 {
            let share = (f64::from(decade) + f64::from(digit).log10()) / 6.0;
            if share <= 1.0 {
                let height = if digit == 1 { 6.0 } else { 2.5 };
                path.push_str(&format!("M{:.1} 10.5v-{height}", 1.0 + share * width));
            }
        }
    }
    html! { <svg width="196" height="12" viewBox="0 0 196 12"><path d={path} /></svg> }
}
