//! Branches as lines that leave their parents; a click goes there.

use yew::{Callback, Html, classes, html};

use crate::describe::Time;
use crate::lab::wire::{BranchView, TimelineView};
use crate::page::axis::Axis;
use crate::page::digits;
use crate::page::intent::Intent;
use crate::page::words::Words;

/// `A` to `Z`, then numbers.
pub fn letter(index: usize) -> String {
    match u8::try_from(index) {
        Ok(small) if small < 26 => char::from(b'A' + small).to_string(),
        _ => (index + 1).to_string(),
    }
}

const ROW: f64 = 19.0;

/// The present branch and, in the row beside it, its parent, or else the newest of the others; in the order in which
/// they were made.
pub fn shown(timeline: &TimelineView) -> Vec<&BranchView> {
    let is_present = |branch: &&BranchView| branch.id == timeline.branch;
    let parent = timeline.branches.iter().find(is_present).and_then(|branch| branch.parent);
    let others = || timeline.branches.iter().filter(|branch| branch.id != timeline.branch);
    let beside = others().find(|branch| Some(branch.id) == parent).or_else(|| others().next_back());
    let is_beside = |branch: &BranchView| beside.is_some_and(|beside| beside.id == branch.id);
    timeline.branches.iter().filter(|branch| is_present(branch) || is_beside(branch)).collect()
}

pub fn branches(timeline: &TimelineView, axis: &Axis, width: f64, words: &Words, on: &Callback<Intent>) -> Html {
    let shown = shown(timeline);
    let row = |id: u32| shown.iter().position(|branch| branch.id == id);
    let middle = |row: usize| row as f64 * ROW + 10.0;
    let line = |i: usize, branch: &BranchView| {
        let (from, to) = (axis.at(branch.at) * width, axis.at(branch.end) * width);
        let class = if branch.id == timeline.branch { "present" } else { "" };
        let fork = branch.parent.and_then(row).filter(|parent| *parent != i).map(|parent| {
            let (above, here) = (middle(parent), middle(i));
            format!("M{:.1} {above}c8 0 2 {} 10 {}", from - 5.0, here - above, here - above)
        });
        let begins = if fork.is_some() { from + 5.0 } else { from };
        let path = format!("{}M{begins:.1} {}H{to:.1}", fork.unwrap_or_default(), middle(i));
        html! { <><path {class} d={path} /><circle {class} cx={format!("{to:.1}")} cy={middle(i).to_string()} r="2.6" /></> }
    };
    html! {
        <div class="track branches">
            <svg aria-hidden="true">{ for shown.iter().enumerate().map(|(i, branch)| line(i, branch)) }</svg>
            { for shown.iter().enumerate().map(|(i, branch)| label(i, branch, timeline, axis, width, words, on)) }
        </div>
    }
}

/// The name stands where its line has room, and covers it.
fn label(
    row: usize,
    branch: &BranchView,
    timeline: &TimelineView,
    axis: &Axis,
    width: f64,
    words: &Words,
    on: &Callback<Intent>,
) -> Html {
    let id = branch.id;
    let place = timeline.branches.iter().position(|other| other.id == id).unwrap_or_default();
    let name = name(branch, words);
    // A line that leaves later goes first: the name of the other keeps clear of the fork.
    let forks = timeline.branches.iter().filter(|other| other.parent == Some(id)).map(|other| other.at).min();
    let from = if branch.at > Time::ZERO { axis.at(branch.at) * width + 32.0 } else { 40.0 };
    let free = forks.map_or(width, |fork| axis.at(fork) * width) - from;
    let left = if free < 120.0 { from.max(forks.map_or(0.0, |fork| axis.at(fork) * width + 32.0)) } else { from };
    let left = left.min(width - 200.0).max(0.0);
    let class = classes!("branch", (id == timeline.branch).then_some("present"));
    let style = format!("left:{left:.1}px;top:{}px", row as f64 * ROW);
    html! {
        <button {class} {style} title={title(branch, words)} aria-pressed={if id == timeline.branch { "true" } else { "false" }}
            onclick={on.reform(move |_| Intent::Switch(id))}><b>{ letter(place) }</b><span>{ name }</span></button>
    }
}

/// What made a branch; the first is the one that was recorded.
pub fn name(branch: &BranchView, words: &Words) -> String {
    if branch.parent.is_none() { words.first_branch.to_owned() } else { branch.words.clone() }
}

fn title(branch: &BranchView, words: &Words) -> String {
    format!("{} · {} s", name(branch, words), digits::stamp(branch.at))
}
