//! Who led when: bars with the tint of their epoch, thin and hatched where somebody led by belief alone.

use yew::{Html, classes, html};

use crate::describe::Time;
use crate::lab::wire::LeaderBar;
use crate::page::axis::Axis;
use crate::page::panels::icon;
use crate::page::state::seen::Seen;
use crate::page::state::selection::name;
use crate::page::tint::{chip, tint};
use crate::page::words::digits;
use crate::page::words::{Words, fill};

pub fn leaders(seen: &Seen, axis: &Axis, width: f64, words: &Words) -> Html {
    let timeline = &seen.timeline;
    let now = seen.frame.at.time;
    // What is known may go farther than what is on screen.
    let known = timeline.story.last().map_or(now, |last| last.until).max(now);
    let mut parts = Vec::new();
    let mut free_from = Time::ZERO;
    let (believed, led): (Vec<&LeaderBar>, Vec<&LeaderBar>) = timeline.leaders.iter().partition(|bar| bar.believed);
    for bar in led {
        let to = bar.to.unwrap_or(known);
        if bar.from > free_from {
            parts.push(gap(axis, free_from, bar.from, width, words));
        }
        free_from = free_from.max(to);
        let pixels = (axis.at(to) - axis.at(bar.from)) * width;
        let leader = name(&seen.frame, bar.node);
        let epoch = bar.epoch.map(chip).unwrap_or_default();
        let class = classes!("leader", format!("t{}", tint(bar.epoch)), bar.to.is_none().then_some("lasting"));
        parts.push(html! {
            <div {class} style={axis.bar(bar.from, to)} title={format!("{leader} {epoch}")}>
                if pixels > 64.0 { { icon("crown") } }
                if pixels > 26.0 { <b>{ leader }</b> }
                if pixels > 84.0 { <span>{ epoch }</span> }
            </div>
        });
    }
    if known > free_from && seen.frame.readout.leaderless.is_some() {
        parts.push(gap(axis, free_from, known, width, words));
    }
    for bar in believed {
        let title =
            fill(words.believes_to_lead, &[&name(&seen.frame, bar.node), &bar.epoch.map(chip).unwrap_or_default()]);
        let class = classes!("believed", format!("t{}", tint(bar.epoch)));
        parts.push(html! { <div {class} style={axis.bar(bar.from, bar.to.unwrap_or(known))} {title}></div> });
    }
    html! { <>{ for parts }</> }
}

/// A stretch without a leader, with its length where there is room.
fn gap(axis: &Axis, from: Time, to: Time, width: f64, words: &Words) -> Html {
    let pixels = (axis.at(to) - axis.at(from)) * width;
    if pixels < 3.0 {
        return Html::default();
    }
    let length = digits::span_text(to.since(from));
    html! {
        <div class="leaderless" style={axis.bar(from, to)} title={format!("{} {length}", words.none)}>
            if pixels > 110.0 { <span>{ format!("{} {length}", words.none) }</span> }
        </div>
    }
}
