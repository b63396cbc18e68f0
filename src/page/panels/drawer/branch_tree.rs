//! All branches as a tree, and what differs between the present one and another.

use yew::{Callback, Html, html};

use super::branch_name::BranchName;
use crate::lab::wire::{Balance, BranchView, TraceLine};
use crate::page::intent::Intent;
use crate::page::panels::figures::figure_text;
use crate::page::panels::tracks::{letter, name as branch_name};
use crate::page::state::Compared;
use crate::page::state::seen::Seen;
use crate::page::state::selection::name;
use crate::page::words::digits;
use crate::page::words::{Words, fill};

pub fn branch_tree(words: &'static Words, seen: &Seen, compared: Option<&Compared>, on: &Callback<Intent>) -> Html {
    let branches = &seen.timeline.branches;
    let roots = branches.iter().filter(|branch| branch.parent.is_none());
    html! {
        <div class="branch-tree scroll">
            <ul>{ for roots.map(|root| node(root, branches, words, seen, on)) }</ul>
            <div class="drawer-row">
                <button class="outlined" onclick={Intent::Undo.on_click(on)}>{ words.undo_last }</button>
            </div>
            if branches.len() < 2 { <p class="dim">{ words.one_branch }</p> }
            if let Some(compared) = compared { { differences(words, seen, compared) } }
        </div>
    }
}

fn node(branch: &BranchView, all: &[BranchView], words: &'static Words, seen: &Seen, on: &Callback<Intent>) -> Html {
    let (id, present) = (branch.id, seen.timeline.branch);
    let place = all.iter().position(|other| other.id == id).unwrap_or_default();
    let children: Vec<&BranchView> = all.iter().filter(|other| other.parent == Some(id)).collect();
    let here = id == present;
    html! {
        <li key={id}>
            <div class={if here { "row present" } else { "row" }}>
                <button class="go" aria-pressed={if here { "true" } else { "false" }} onclick={Intent::Switch(id).on_click(on)}>
                    <b>{ letter(place) }</b><span>{ branch_name(branch, words) }</span>
                </button>
                <span class="dim mono">{ format!("{} – {} s", digits::thousandths(branch.at), digits::thousandths(branch.end)) }</span>
                <BranchName branch={branch.clone()} letter={letter(place)} {words} on={on.clone()} />
                if !here {
                    <button class="plain" onclick={Intent::Compare(present, id).on_click(on)}>{ words.what_differs }</button>
                }
            </div>
            if !children.is_empty() { <ul>{ for children.into_iter().map(|child| node(child, all, words, seen, on)) }</ul> }
        </li>
    }
}

fn differences(words: &'static Words, seen: &Seen, compared: &Compared) -> Html {
    let place = |id: u32| seen.timeline.branches.iter().position(|branch| branch.id == id).unwrap_or_default();
    let letters = [letter(place(compared.left)), letter(place(compared.right))];
    let comparison = &compared.comparison;
    let brief = |side: &Option<TraceLine>| match side {
        Some(entry) => {
            let what = format!("{} {}", words.code(entry.code), entry.words);
            format!("{} s · {} {}", digits::thousandths(entry.at.time), name(&seen.frame, entry.node), what.trim_end())
        }
        None => words.nothing_more.to_owned(),
    };
    let [left, right] = &comparison.balances;
    type Value = fn(&Balance, &Words) -> String;
    let common: [(&str, Value); 7] = [
        (words.leader_now, |of, words| of.leader.clone().unwrap_or_else(|| words.nobody_leads.to_owned())),
        (words.without_leader, |of, _| of.leaderless.map_or("–".into(), digits::span_text)),
        (words.answered, |of, _| of.done.to_string()),
        (words.refused_count, |of, _| of.refused.to_string()),
        (words.unknown_count, |of, _| of.unknown.to_string()),
        (words.ledger_short, |of, words| fill(words.kept_lost, &[&of.kept, &of.lost])),
        (words.broken, |of, words| if of.violated.is_empty() { words.none.to_owned() } else { of.violated.join(", ") }),
    ];
    let common = common.into_iter().map(|(label, value)| (label, [value(left, words), value(right, words)]));
    // Both branches are of one system, whose figures are always the same lines.
    let own = left.figures.iter().zip(&right.figures);
    let own = own.map(|(a, b)| (a.label.as_str(), [figure_text(&a.value), figure_text(&b.value)]));
    html! {
        <div class="differences">
            <h3>{ fill(words.differs_by, &[&letters[0], &letters[1], &digits::thousandths(comparison.until)]) }</h3>
            if let Some(parted) = &comparison.parted {
                <p class="dim">{ words.first_difference }</p>
                <dl class="rows">
                    { for letters.iter().zip(parted).map(|(letter, side)| html! { <><dt>{ letter }</dt><dd>{ brief(side) }</dd></> }) }
                </dl>
            } else {
                <p>{ words.no_difference }</p>
            }
            <table>
                <thead><tr><th></th><th>{ &letters[0] }</th><th>{ &letters[1] }</th></tr></thead>
                <tbody>
                    { for own.chain(common).map(|(label, [a, b])| {
                        html! { <tr class={(a != b).then_some("unlike")}><th scope="row">{ label }</th><td>{ a }</td><td>{ b }</td></tr> }
                    }) }
                </tbody>
            </table>
            if !comparison.whole { <p class="dim">{ words.compared_partly }</p> }
        </div>
    }
}
