//! Right of the stage: the verdict, what was measured, and one view.

use std::rc::Rc;

use yew::{Callback, Html, html};

use crate::describe::Standing;
use crate::lab::frame::{NodeFrame, Outcome};
use crate::page::driver::Driver;
use crate::page::intent::Intent;
use crate::page::panels::{
    Cells, Stuck, blocked, drawer, figures_in_a_row, icon, leader, lost, operations_head, outcome, ownership, side_row,
    verdict, without_leader,
};
use crate::page::state::seen::Seen;
use crate::page::state::selection::Selection;
use crate::page::state::{DrawerView, State};
use crate::page::tint::tint;
use crate::page::words::digits;
use crate::page::words::{Words, fill};

pub fn side(driver: &Rc<Driver>, state: &State, seen: &Seen, on: &Callback<Intent>) -> Html {
    let words = state.words;
    let view = state.drawer.unwrap_or(DrawerView::Logs);
    html! {
        <aside class="side present-side">
            { verdict(words, seen, on) }
            { blocked(&seen.frame, words) }
            { readout(words, seen) }
            if view == DrawerView::Logs {
                { logs(words, seen, on) }
            } else {
                <div class="present-view">{ drawer(driver, state, Some(seen), view, on) }</div>
            }
        </aside>
    }
}

fn readout(words: &'static Words, seen: &Seen) -> Html {
    let readout = &seen.frame.readout;
    let head = |kind: Outcome, label: &'static str| html! { <th scope="col"><span class="unseen">{ label }</span>{ outcome(kind) }</th> };
    html! {
        <section class="readout">
            if readout.leaderless.is_some() && readout.figures.is_empty() {
                <div class="present-row"><span>{ without_leader(seen, words) }</span><b>{ digits::span_text(readout.outage) }</b></div>
                <div class="present-row"><span>{ words.leader_now }</span><span>{ leader(seen, words) }</span></div>
            }
            { figures_in_a_row(seen, "present-row") }
            <table>
                <thead><tr><th>{ operations_head(words, readout) }</th>
                    { head(Outcome::Done, words.answered) }{ head(Outcome::Refused, words.refused_count) }{ head(Outcome::Unknown, words.unknown_count) }
                </tr></thead>
                <tbody>{ for readout.sides.iter().map(|side| side_row(seen, side, words)) }</tbody>
            </table>
        </section>
    }
}

/// The newest cells of each log, the sides of a partition apart; or who has what, where nobody keeps a log.
fn logs(words: &'static Words, seen: &Seen, on: &Callback<Intent>) -> Html {
    let readout = &seen.frame.readout;
    let sides: Vec<Vec<&NodeFrame>> = readout
        .sides
        .iter()
        .map(|side| side.members.iter().filter_map(|id| seen.frame.nodes.get(usize::from(id.0))).collect())
        .collect();
    let lost = lost(&seen.frame);
    let row = |node: &NodeFrame| {
        let here = Selection::Node(node.id);
        let lane = node.view.lane.clone()?;
        let down = node.health.is_down();
        Some(html! {
            <li class={down.then_some("down")} key={node.name.clone()}>
                <button onclick={Intent::Select(Some(here)).on_click(on)}>{ &node.name }
                    if node.view.standing == Standing::Leader { <span class={format!("crown x{}", tint(node.view.epoch))}>{ icon("crown") }</span> }
                </button>
                <Cells {words} {lane} lost={lost.clone()} most={5} at={seen.frame.at} />
            </li>
        })
    };
    let shown = sides.iter().flatten().filter(|node| node.view.lane.is_some()).count();
    if shown == 0 {
        return html! { <div class="present-owners">{ Stuck::of(&seen.frame).map(|stuck| stuck.graph(words)) }{ ownership(seen, words) }</div> };
    }
    html! {
        <section class="present-logs" style={format!("--rows:{shown};--sides:{}", sides.len())}>
            <div class="present-row"><span>{ words.view_logs }</span>if readout.voters > 0 { <span class={(readout.lost > 0).then_some("bad-text")}>{ fill(words.kept_lost, &[&readout.kept, &readout.lost]) }</span> }</div>
            { for sides.into_iter().map(|side| html! { <ul>{ for side.into_iter().filter_map(row) }</ul> }) }
        </section>
    }
}
