//! Rows of ownership and progress: in the dock what is so, and in the side beside it what each node believes.

use yew::{Html, classes, html};

use crate::describe::{Certainty, Time, Viewpoint};
use crate::lab::wire::{TenureBar, TimelineView};
use crate::page::state::seen::Seen;
use crate::page::words::digits;
use crate::page::words::{Words, fill};
use crate::sorting::{sort_by_key, sorted_by_key};

/// How far back the side looks.
const WINDOW: u64 = 10_000_000;
/// The least share of the window, in hundredths, for what lasts.
const JUST_BEGUN: f64 = 14.0;
/// Rows that the dock has room for.
const ROWS: usize = 4;

fn class(bar: &TenureBar) -> &'static str {
    match bar.tenure.certainty {
        Certainty::Settled => "settled",
        Certainty::Open => "open",
        Certainty::Uncertain => "uncertain",
        Certainty::Waiting => "waiting",
        Certainty::Refused => "undone",
    }
}

/// A row's name and its bars.
pub type Row<'a> = (String, Vec<&'a TenureBar>);

/// The newest rows of what is so, each with its bars, oldest row first.
pub fn truths(timeline: &TimelineView) -> Vec<Row<'_>> {
    let mut rows = rows_of(timeline, Viewpoint::Truth);
    rows.split_off(rows.len().saturating_sub(ROWS))
}

/// What there is a level of, oldest row first.
pub fn levels(timeline: &TimelineView) -> Vec<Row<'_>> {
    rows_of(timeline, Viewpoint::Level)
}

fn rows_of(timeline: &TimelineView, view: Viewpoint) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = Vec::new();
    for bar in timeline.tenures.iter().filter(|bar| bar.tenure.view == view) {
        let name = if bar.tenure.row.is_empty() { &bar.tenure.subject } else { &bar.tenure.row };
        match rows.iter_mut().find(|(known, _)| known == name) {
            Some((_, bars)) => bars.push(bar),
            None => rows.push((name.clone(), vec![bar])),
        }
    }
    rows
}

/// One row's bars; `place` gives the left edge and the width of a stretch.
pub fn row(bars: &[&TenureBar], end: Time, place: impl Fn(Time, Time) -> String) -> Html {
    let bar = |bar: &&TenureBar| {
        let to = bar.to.unwrap_or(end);
        let title =
            format!("{} · {} s, {}", bar.tenure.words, digits::stamp(bar.from), digits::span_text(to.since(bar.from)));
        html! {
            <div class={classes!("tenure", class(bar), bar.to.is_none().then_some("lasting"))} style={place(bar.from, to)} {title}>
                <span>{ &bar.tenure.words }</span>
            </div>
        }
    };
    html! { <>{ for bars.iter().map(bar) }</> }
}

/// Who has it and who believes so, a section for each subject about which somebody may believe something.
pub fn ownership(seen: &Seen, words: &'static Words) -> Html {
    let mut subjects: Vec<&str> = Vec::new();
    for bar in seen.timeline.tenures.iter().filter(|bar| bar.tenure.view == Viewpoint::Belief) {
        if !subjects.contains(&bar.tenure.subject.as_str()) {
            subjects.push(&bar.tenure.subject);
        }
    }
    html! { <>{ for subjects.into_iter().take(3).map(|subject| section(seen, subject, words)) }</> }
}

fn section(seen: &Seen, subject: &str, words: &'static Words) -> Html {
    let now = seen.frame.at.time;
    let from = Time(now.0.saturating_sub(WINDOW));
    let length = now.since(from).0.max(1) as f64;
    let share = |time: Time| (time.max(from).min(now).since(from).0 as f64 / length * 100.0).clamp(0.0, 100.0);
    // What has only just begun is wide enough to be read.
    let left = |a: Time, b: Time| if b == now { share(a).min(100.0 - JUST_BEGUN) } else { share(a) };
    let place = |a: Time, b: Time| format!("left:{:.2}%;width:{:.2}%", left(a, b), share(b) - left(a, b));
    // What lies ahead of the playhead is not shown, nor what is too long ago.
    let shown = |bar: &&TenureBar| bar.tenure.subject == subject && bar.from < now && bar.to.is_none_or(|to| to > from);
    let bars: Vec<&TenureBar> = seen.timeline.tenures.iter().filter(shown).collect();
    let truth: Vec<&TenureBar> = bars.iter().copied().filter(|bar| bar.tenure.view == Viewpoint::Truth).collect();
    let believed = |row: &str| -> Vec<&TenureBar> {
        let of_row = |bar: &&&TenureBar| bar.tenure.view == Viewpoint::Belief && bar.tenure.row == row;
        bars.iter().filter(of_row).copied().collect()
    };
    let mut rows: Vec<&str> = Vec::new();
    let everyone = seen.timeline.tenures.iter().filter(|bar| bar.tenure.subject == subject);
    for bar in everyone.filter(|bar| bar.tenure.view == Viewpoint::Belief) {
        if !rows.contains(&bar.tenure.row.as_str()) {
            rows.push(&bar.tenure.row);
        }
    }
    sort_by_key(&mut rows, |row| (row.len(), *row));
    let washes = overlaps(&bars, now);
    html! {
        <section class="ownership" aria-label={fill(words.who_holds, &[&subject])}>
            <div class="line-head"><span>{ fill(words.who_holds, &[&subject]) }</span><span class="right">{ fill(words.the_last, &[&digits::span_text(now.since(from))]) }</span></div>
            <div class="tenure-table">
                <b>{ words.truth }</b><div class="tenure-row">{ row(&truth, now, place) }</div>
                { for rows.iter().map(|name| html! { <><span>{ *name }</span><div class="tenure-row">{ row(&believed(name), now, place) }</div></> }) }
                <div class="washes">{ for washes.into_iter().map(|(a, b)| html! { <i style={place(a, b)} title={words.two_believe}></i> }) }</div>
            </div>
        </section>
    }
}

/// The stretches in which more than one believes at once.
fn overlaps(bars: &[&TenureBar], now: Time) -> Vec<(Time, Time)> {
    let beliefs =
        bars.iter().filter(|bar| bar.tenure.view == Viewpoint::Belief && bar.tenure.certainty != Certainty::Open);
    let edges = beliefs.flat_map(|bar| [(bar.from, 1), (bar.to.unwrap_or(now).min(now), -1)]);
    // Whoever stops at an instant does so before another begins.
    let edges = sorted_by_key(edges, |(time, change)| time.0 * 2 + u64::from(*change > 0));
    let (mut many, mut began, mut found) = (0, None, Vec::new());
    for (time, change) in edges {
        many += change;
        match (many > 1, began) {
            (true, None) => began = Some(time),
            (false, Some(from)) => {
                if from < time {
                    found.push((from, time));
                }
                began = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Tenure;

    fn bar(row: &str, from: u64, to: Option<u64>) -> TenureBar {
        let tenure = Tenure {
            subject: "printer".into(),
            row: row.into(),
            words: "#1".into(),
            certainty: Certainty::Settled,
            view: if row.is_empty() { Viewpoint::Truth } else { Viewpoint::Belief },
        };
        TenureBar { tenure, from: Time(from), to: to.map(Time) }
    }

    #[test]
    fn two_believe_where_two_bars_overlap() {
        let bars = [
            bar("", 0, None),
            bar("c1", 0, Some(10)),
            bar("c2", 10, Some(20)),
            bar("c1", 15, None),
            bar("c3", 30, None),
        ];
        let all: Vec<&TenureBar> = bars.iter().collect();
        assert_eq!(overlaps(&all, Time(40)), [(Time(15), Time(20)), (Time(30), Time(40))]);
    }

    #[test]
    fn the_dock_has_the_newest_rows_of_what_is_so() {
        let tenures = (0..6).map(|i| TenureBar {
            tenure: Tenure { row: format!("T{i}"), view: Viewpoint::Truth, ..bar("", 0, None).tenure },
            ..bar("", i, None)
        });
        let timeline =
            TimelineView { tenures: tenures.chain([bar("c1", 9, None)]).collect(), ..TimelineView::default() };
        let names: Vec<String> = truths(&timeline).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["T2", "T3", "T4", "T5"]);
    }
}
