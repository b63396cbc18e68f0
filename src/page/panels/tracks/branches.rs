//! Branches as lanes that leave their parents'; a click goes there.

use std::iter;

use yew::{Callback, Html, classes, html};

use super::marks::text_width;
use super::room::Shares;
use crate::describe::Time;
use crate::lab::wire::{BranchView, TimelineView};
use crate::page::axis::Axis;
use crate::page::intent::Intent;
use crate::page::words::Words;
use crate::page::words::digits;
use crate::sorting::sorted_by;

/// From where a lane leaves its parent's to where it runs straight, and from there to its name.
const BEND: f64 = 5.0;
const BEFORE_NAME: f64 = 32.0;
/// A name is no longer, and has room for its letter.
const LONGEST_NAME: f64 = 300.0;
const LETTER: f64 = 36.0;
/// Names are lower in lanes that are.
const LOW: f64 = 17.0;

/// `A` to `Z`, then numbers.
pub fn letter(index: usize) -> String {
    match u8::try_from(index) {
        Ok(small) if small < 26 => char::from(b'A' + small).to_string(),
        _ => (index + 1).to_string(),
    }
}

/// Those that have a lane, in the order in which they were made: the present one, the first, those between the two from
/// the present one up, and the newest of the others.
fn shown(timeline: &TimelineView, most: usize) -> Vec<&BranchView> {
    let all = &timeline.branches;
    let past = iter::successors(find(all, timeline.branch), |branch| find(all, branch.parent?));
    let mut chosen: Vec<u32> = past.map(|branch| branch.id).collect();
    if chosen.len() > 2
        && let Some(first) = chosen.pop()
    {
        chosen.insert(1, first);
    }
    let others: Vec<u32> = all.iter().rev().map(|branch| branch.id).filter(|id| !chosen.contains(id)).collect();
    chosen.extend(others);
    chosen.truncate(most);
    all.iter().filter(|branch| chosen.contains(&branch.id)).collect()
}

fn find(all: &[BranchView], id: u32) -> Option<&BranchView> {
    all.iter().find(|branch| branch.id == id)
}

/// Where a lane leaves another: from the nearest ancestor that has one and was there already, and when.
fn leaves(branch: &BranchView, all: &[BranchView], shown: &[&BranchView]) -> Option<(usize, Time)> {
    let (mut at, mut ancestor) = (branch.at, branch.parent);
    loop {
        let parent = find(all, ancestor?)?;
        let lane = shown.iter().position(|other| other.id == parent.id).filter(|_| parent.at <= at);
        if let Some(lane) = lane {
            return Some((lane, at));
        }
        at = at.min(parent.at);
        ancestor = parent.parent;
    }
}

/// A branch on its lane, in pixels.
struct Lane<'a> {
    branch: &'a BranchView,
    from: f64,
    to: f64,
    /// The lane that it leaves.
    parent: Option<usize>,
}

pub fn branches<'a>(
    timeline: &'a TimelineView,
    shares: Shares,
    axis: &Axis,
    width: f64,
    words: &Words,
    on: &Callback<Intent>,
) -> Html {
    let shown = shown(timeline, shares.lanes);
    let lane = |branch: &&'a BranchView| {
        let left = leaves(branch, &timeline.branches, &shown);
        let from = axis.at(left.map_or(branch.at, |(_, at)| at)) * width;
        Lane { branch, from, to: axis.at(branch.end) * width, parent: left.map(|(lane, _)| lane) }
    };
    let lanes: Vec<Lane> = shown.iter().map(lane).collect();
    let high = shares.branches / lanes.len().max(1) as f64;
    let middle = |row: usize| (row as f64 + 0.5) * high;
    let line = |(row, lane): (usize, &Lane)| {
        let class = if lane.branch.id == timeline.branch { "present" } else { "" };
        let fork = lane.parent.map(|parent| {
            let (above, down) = (middle(parent), middle(row) - middle(parent));
            format!("M{:.1} {above:.1}c8 0 2 {down:.1} 10 {down:.1}", lane.from - BEND)
        });
        let begins = if fork.is_some() { lane.from + BEND } else { lane.from };
        let path = format!("{}M{begins:.1} {:.1}H{:.1}", fork.unwrap_or_default(), middle(row), lane.to);
        html! { <><path {class} d={path} /><circle {class} cx={format!("{:.1}", lane.to)} cy={format!("{:.1}", middle(row))} r="2.6" /></> }
    };
    let label = |row: usize| {
        let branch = lanes[row].branch;
        let id = branch.id;
        let present = id == timeline.branch;
        let number = timeline.branches.iter().position(|other| other.id == id).unwrap_or_default();
        let name = name(branch, words);
        let place = name_place(row, &lanes, LETTER + text_width(&name).min(LONGEST_NAME - LETTER), width);
        let class = classes!("branch", present.then_some("present"), (high < LOW).then_some("low"));
        let style = format!("{place};top:{:.1}px;height:{high:.1}px", row as f64 * high);
        html! {
            <button {class} {style} title={title(branch, words)} aria-pressed={if present { "true" } else { "false" }}
                onclick={Intent::Switch(id).on_click(on)}><b>{ letter(number) }</b><span>{ name }</span></button>
        }
    };
    html! {
        <div class="track branches" style={format!("height:{}px", shares.branches)}>
            <svg aria-hidden="true">{ for lanes.iter().enumerate().map(line) }</svg>
            { for (0..lanes.len()).map(label) }
        </div>
    }
}

/// A name covers its line where nothing forks, and stands before a line that is too short for it.
fn name_place(row: usize, lanes: &[Lane], length: f64, width: f64) -> String {
    let crosses = |(other, lane): (usize, &Lane)| {
        let parent = lane.parent?;
        (other != row && (parent.min(other)..=parent.max(other)).contains(&row)).then_some(lane.from)
    };
    let forks = sorted_by(lanes.iter().enumerate().filter_map(crosses), f64::total_cmp);
    let mut left = lanes[row].from + BEFORE_NAME;
    for fork in forks {
        if fork + BEFORE_NAME > left && fork - BEND < left + length {
            left = fork + BEFORE_NAME;
        }
    }
    let before = lanes[row].from - BEND;
    if left + length > width && before > length {
        return format!("right:{:.1}px", width - before);
    }
    format!("left:{:.1}px", left.min(width - length).max(0.0))
}

/// What the person calls a branch, or else what made it.
pub fn name(branch: &BranchView, words: &Words) -> String {
    if branch.name.is_empty() { origin(branch, words) } else { branch.name.clone() }
}

/// What made a branch; the first is the one that was recorded.
pub fn origin(branch: &BranchView, words: &Words) -> String {
    if branch.parent.is_none() { words.first_branch.to_owned() } else { branch.words.clone() }
}

/// Its name, and what made it where that is another.
fn title(branch: &BranchView, words: &Words) -> String {
    let made = format!("{} · {} s", origin(branch, words), digits::stamp(branch.at));
    if branch.name.is_empty() { made } else { format!("{} · {made}", branch.name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Branches by their parents and when they left them, the present one by its number.
    fn timeline(present: u32, branches: &[(Option<u32>, u64)]) -> TimelineView {
        let branches = branches.iter().zip(0..).map(|(&(parent, at), id)| BranchView {
            id,
            parent,
            words: String::new(),
            name: String::new(),
            at: Time(at),
            end: Time(90),
        });
        TimelineView { branch: present, branches: branches.collect(), ..TimelineView::default() }
    }

    fn lanes(timeline: &TimelineView, most: usize) -> Vec<u32> {
        shown(timeline, most).iter().map(|branch| branch.id).collect()
    }

    #[test]
    fn the_present_branch_and_the_first_have_a_lane_before_all_others() {
        let two = timeline(2, &[(None, 0), (Some(0), 10), (Some(0), 20), (Some(0), 30)]);
        assert_eq!(lanes(&two, 4), [0, 1, 2, 3]);
        assert_eq!(lanes(&two, 3), [0, 2, 3]);
        assert_eq!(lanes(&two, 2), [0, 2]);
        let deep = timeline(3, &[(None, 0), (Some(0), 10), (Some(1), 20), (Some(2), 30), (Some(0), 40)]);
        assert_eq!(lanes(&deep, 2), [0, 3]);
        assert_eq!(lanes(&deep, 3), [0, 2, 3]);
        assert_eq!(lanes(&timeline(0, &[(None, 0), (Some(0), 10), (Some(0), 20)]), 2), [0, 2]);
    }

    #[test]
    fn a_lane_leaves_the_nearest_ancestor_that_has_one_and_was_there() {
        let deep = timeline(3, &[(None, 0), (Some(0), 10), (Some(1), 20), (Some(2), 30), (Some(2), 5)]);
        let left = |most: usize, id: u32| {
            let shown = shown(&deep, most);
            leaves(find(&deep.branches, id)?, &deep.branches, &shown).map(|(lane, at)| (shown[lane].id, at.0))
        };
        assert_eq!(left(5, 3), Some((2, 30)));
        assert_eq!(left(2, 3), Some((0, 10)), "on its way through those that have none");
        assert_eq!(left(5, 4), Some((0, 5)), "before its parent left");
        assert_eq!(left(5, 0), None);
    }

    #[test]
    fn names_stand_where_nothing_forks() {
        let branches = timeline(0, &[(None, 0), (Some(0), 10), (Some(0), 20)]).branches;
        let lane = |row: usize, from, parent| Lane { branch: &branches[row], from, to: 900.0, parent };
        let lanes = [lane(0, 0.0, None), lane(1, 400.0, Some(0)), lane(2, 100.0, Some(0))];
        let place = |row, length| name_place(row, &lanes, length, 900.0);
        assert_eq!(place(0, 60.0), "left:32.0px");
        assert_eq!(place(0, 90.0), "left:132.0px", "behind the fork of the third");
        assert_eq!(place(0, 300.0), "left:432.0px", "behind both");
        assert_eq!(place(1, 90.0), "left:432.0px");
        assert_eq!(name_place(1, &lanes, 390.0, 800.0), "right:405.0px", "before its line");
    }
}
