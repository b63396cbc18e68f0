//! The run in numbers, on the timeline's own axis; and whether it always comes to the same.

use std::rc::Rc;

use yew::{Callback, Html, html};

use crate::describe::Time;
use crate::lab::wire::{Outcomes, SampledOutcome};
use crate::page::axis::{Axis, Scale};
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::panels::tenure_rows::truths;
use crate::page::panels::tracks::has_leader;
use crate::page::state::seen::Seen;
use crate::page::trail::tally::{Bar, bars, seconds};
use crate::page::words::digits;
use crate::page::words::{Words, fill};

const BARS: usize = 80;
const HIGH: f64 = 60.0;
/// Bars lie this far apart; the picture is as wide as there are bars.
const PITCH: f64 = 5.0;

/// What is counted, and how it is drawn.
type Part = (&'static str, fn(&Bar) -> u32);

pub fn charts(
    words: &'static Words,
    driver: &Rc<Driver>,
    seen: &Seen,
    scale: Scale,
    outcomes: Option<&Outcomes>,
    on: &Callback<Intent>,
) -> Html {
    let now = seen.frame.at.time;
    let axis = Axis::new(scale, &seen.timeline, now);
    let trail = driver.trail.borrow();
    let bars = bars(&trail, &axis, BARS);
    let playhead = axis.at(now) * BARS as f64 * PITCH;
    let total = |part: fn(&Bar) -> u32| bars.iter().map(part).sum::<u32>();
    let operations: [Part; 3] =
        [("answered", |bar| bar.answered), ("refused", |bar| bar.refused), ("unknown", |bar| bar.unknown)];
    let (answered, refused, unknown) = (total(operations[0].1), total(operations[1].1), total(operations[2].1));
    let counted =
        format!("{answered} {}, {refused} {}, {unknown} {}", words.answered, words.refused_count, words.unknown_count);
    let counted = fill(words.in_all, &[&counted]);
    let rate = |index: usize, part: fn(&Bar) -> u32| f64::from(part(&bars[index])) / seconds(&axis, index, BARS);
    let of_interest: Vec<f64> = (0..BARS).map(|index| rate(index, |bar| bar.messages)).collect();
    let routine: Vec<f64> = (0..BARS).map(|index| rate(index, |bar| bar.routine)).collect();
    let sent = format!("{} · {} {}", total(|bar| bar.messages), total(|bar| bar.routine), words.routine);
    let sent = fill(words.in_all, &[&sent]);
    html! {
        <div class="charts scroll">
            <figure>
                <figcaption class="line-head"><span>{ words.operations }</span><span class="right">{ counted.clone() }</span></figcaption>
                { stacked(&bars, &operations, playhead, &counted) }
            </figure>
            if !seen.frame.links.is_empty() {
                <figure>
                    <figcaption class="line-head"><span>{ words.messages_a_second }</span><span class="right">{ sent.clone() }</span></figcaption>
                    { rates(&of_interest, &routine, playhead, &sent) }
                    <p class="caption">{ words.logarithmic }</p>
                </figure>
            }
            if let Some(span) = seen.frame.readout.leaderless.filter(|_| has_leader(seen, &truths(&seen.timeline))) {
                <figure>
                    <figcaption class="line-head"><span>{ words.without_leader }</span><span class="right">{ digits::span_text(span) }</span></figcaption>
                    { leaderless(seen, &axis, playhead, words) }
                </figure>
            }
            <p class="caption ends"><span>{ "0 s" }</span>
                if axis.at(now) > 0.1 { <span class="now" style={axis.left(now)}>{ format!("{} s", digits::stamp(now)) }</span> }
            </p>
            { always(words, seen, outcomes, on) }
        </div>
    }
}

/// `peak` is what the full height stands for.
fn chart(label: &str, peak: String, content: Html) -> Html {
    html! {
        <div class="plot">
            <svg class="chart" viewBox={format!("0 0 {} {HIGH}", BARS as f64 * PITCH)} preserveAspectRatio="none" role="img" aria-label={label.to_owned()}>{ content }</svg>
            <span class="peak">{ peak }</span>
        </div>
    }
}

fn line_at(x: f64) -> Html {
    html! { <path class="now" d={format!("M{x:.1} 0V{HIGH}")} /> }
}

/// Operations upon each other: a path for each kind of ending.
fn stacked(bars: &[Bar], parts: &[Part; 3], playhead: f64, label: &str) -> Html {
    let all = |bar: &Bar| parts.iter().map(|(_, part)| part(bar)).sum::<u32>();
    let most = f64::from(bars.iter().map(all).max().unwrap_or(0).max(1));
    let mut base = vec![0.0; bars.len()];
    let paths = parts.iter().map(|(class, part)| {
        let mut path = String::new();
        for (i, bar) in bars.iter().enumerate() {
            let high = f64::from(part(bar)) / most * (HIGH - 4.0);
            if high > 0.0 {
                path.push_str(&format!(
                    "M{:.1} {:.1}v-{high:.1}h{}v{high:.1}z",
                    i as f64 * PITCH,
                    HIGH - base[i],
                    PITCH - 1.0
                ));
                base[i] += high;
            }
        }
        html! { <path class={*class} d={path} /> }
    });
    let paths: Vec<Html> = paths.collect();
    chart(label, format!("{most}"), html! { <>{ for paths }{ line_at(playhead) }</> })
}

/// Messages a second, from 1 to the most on a logarithmic scale.
fn rates(of_interest: &[f64], routine: &[f64], playhead: f64, label: &str) -> Html {
    let peak = of_interest.iter().chain(routine).copied().fold(10.0, f64::max);
    let most = peak.log10();
    let path = |rates: &[f64], shift: f64| -> String {
        let bar = |(i, rate): (usize, &f64)| {
            let high = (rate.max(1.0).log10() / most * (HIGH - 4.0)).max(0.0);
            (high > 0.3).then(|| format!("M{:.1} {HIGH}v-{high:.1}h2v{high:.1}z", i as f64 * PITCH + shift))
        };
        rates.iter().enumerate().filter_map(bar).collect()
    };
    chart(
        label,
        format!("{peak:.0}/s"),
        html! { <><path class="routine" d={path(routine, 2.0)} /><path class="answered" d={path(of_interest, 0.0)} />{ line_at(playhead) }</> },
    )
}

fn leaderless(seen: &Seen, axis: &Axis, playhead: f64, words: &Words) -> Html {
    let place = |share: f64| share * BARS as f64 * PITCH;
    let known = seen.timeline.story.last().map_or(seen.frame.at.time, |last| last.until);
    // From the end of one reign to the beginning of the next.
    let reigns = seen.timeline.leaders.iter().filter(|bar| !bar.believed);
    let begins = reigns.clone().map(|bar| bar.from).chain([known]);
    let ends = std::iter::once(Time::ZERO).chain(reigns.map(|bar| bar.to.unwrap_or(known)));
    let without = ends.zip(begins).filter(|(from, to)| from < to).map(|(from, to)| {
        let (from, to) = (place(axis.at(from)), place(axis.at(to)));
        html! { <path class="answered" d={format!("M{from:.1} 22h{:.1}v16h-{:.1}z", to - from, to - from)} /> }
    });
    let without: Vec<Html> = without.collect();
    chart(
        words.without_leader,
        String::new(),
        html! { <><path class="base" d={format!("M0 30H{}", BARS as f64 * PITCH)} />{ for without }{ line_at(playhead) }</> },
    )
}

/// The same schedule under a hundred seeds.
fn always(words: &'static Words, seen: &Seen, outcomes: Option<&Outcomes>, on: &Callback<Intent>) -> Html {
    let until = digits::thousandths(seen.frame.at.time);
    html! {
        <section class="always">
            <h3>{ words.always_so }</h3>
            <p class="dim">{ fill(words.always_note, &[&until]) }</p>
            { match outcomes {
                Some(outcomes) if outcomes.done < outcomes.seeds => html! {
                    <div class="drawer-row">
                        <progress max={outcomes.seeds.to_string()} value={outcomes.done.to_string()} aria-label={words.always_so}></progress>
                        <span class="mono">{ format!("{} / {}", outcomes.done, outcomes.seeds) }</span>
                        <button class="outlined" onclick={Intent::StopSample.on_click(on)}>{ words.stop }</button>
                    </div>
                },
                _ => html! { <button class="outlined" onclick={Intent::Sample.on_click(on)}>{ words.run_hundred }</button> },
            } }
            if let Some(outcomes) = outcomes { { distribution(words, outcomes, on) } }
        </section>
    }
}

fn distribution(words: &'static Words, outcomes: &Outcomes, on: &Callback<Intent>) -> Html {
    let whole = f64::from(outcomes.done.max(1));
    let quantile =
        |share: usize| outcomes.leaderless.get((outcomes.leaderless.len().max(1) - 1) * share / 100).copied();
    html! {
        <>
            <ul class="outcomes">
                { for outcomes.outcomes.iter().map(|outcome| {
                    let seed = outcome.seed;
                    let bad = !outcome.violated.is_empty() || outcome.lost;
                    html! {
                        <li class={bad.then_some("bad")}>
                            <span class="share" style={format!("width:{:.1}%", f64::from(outcome.times) / whole * 100.0)} aria-hidden="true"></span>
                            <b>{ outcome.times }</b><span>{ says(words, outcome) }</span>
                            <button class="plain" onclick={Intent::Set(format!("option jitter on\nseed {seed}")).on_click(on)}>{ fill(words.show_seed, &[&seed]) }</button>
                        </li>
                    }
                }) }
            </ul>
            if let (Some(least), Some(middle), Some(most)) = (quantile(0), quantile(50), quantile(100)) {
                <p class="dim">{ fill(words.leaderless_spread, &[&digits::span_text(least), &digits::span_text(middle), &digits::span_text(most)]) }</p>
            }
        </>
    }
}

/// `claims hold, n5 leads, somebody waits`
fn says(words: &Words, outcome: &SampledOutcome) -> String {
    let mut parts = Vec::new();
    if outcome.violated.is_empty() {
        parts.push(words.all_hold.to_owned());
    } else {
        parts.push(format!("{}: {}", words.broken, outcome.violated.join(", ")));
    }
    if outcome.lost {
        parts.push(words.writes_lost.to_owned());
    }
    if let Some(leader) = &outcome.leader {
        parts.push(fill(words.leads, &[leader]));
    }
    if outcome.waiting {
        parts.push(words.somebody_waits.to_owned());
    }
    parts.join(", ")
}
