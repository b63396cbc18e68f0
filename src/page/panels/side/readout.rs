//! What the experiment measures: time without a leader, operations by side, and the disks that hold each write.

use yew::{Html, html};

use super::waiting::{choice, party_name};
use crate::describe::{LedgerEntry, WaitsFor};
use crate::describe::{Span, Time};
use crate::lab::frame::{Frame, Outcome, Readout, Side};
use crate::page::panels::figures::{figures, figures_in_a_row};
use crate::page::panels::glyphs::outcome;
use crate::page::stage::share;
use crate::page::state::seen::Seen;
use crate::page::state::selection::{name, names};
use crate::page::tint::{chip, tint};
use crate::page::words::digits;
use crate::page::words::{Words, fill};

pub fn readout(words: &'static Words, seen: &Seen, narrow: bool) -> Html {
    let readout = &seen.frame.readout;
    if narrow {
        return html! {
            <section class="readout">
                if readout.figures.is_empty() {
                    { for readout.sides.iter().map(|side| phone_row(seen, side, words)) }
                    { ledger(words, seen) }
                } else {
                    { figures_in_a_row(seen, "phone-row") }
                }
            </section>
        };
    }
    let line = readout.since.as_ref().map(|(_, line)| line.clone());
    html! {
        <section class="readout">
            if !readout.figures.is_empty() {
                { figures(seen) }
            } else if let Some(leaderless) = readout.leaderless {
                <div class="leader-row">
                    <div>
                        <div class="caption">{ without_leader(seen, words) }</div>
                        <div class="big">{ digits::span(readout.outage).0 }<small>{ format!(" {}", digits::span(readout.outage).1) }</small></div>
                        if leaderless > readout.outage { <div class="caption">{ fill(words.in_all, &[&digits::span_text(leaderless)]) }</div> }
                    </div>
                    <div class="leader-now">
                        <div class="caption">{ words.leader_now }</div>
                        <div class="leader-name">{ leader(seen, words) }</div>
                    </div>
                </div>
            }
            <table>
                <thead><tr><th title={line}>{ operations_head(words, readout) }</th><th>{ words.answered }</th><th>{ words.refused_count }</th><th>{ words.unknown_count }</th></tr></thead>
                <tbody>{ for readout.sides.iter().map(|side| row(seen, side, words)) }</tbody>
            </table>
            if readout.voters > 0 { { ledger(words, seen) } }
        </section>
    }
}

/// What the time without a leader is that stands beside it: that which lasts, or the last.
pub fn without_leader(seen: &Seen, words: &Words) -> &'static str {
    if seen.frame.readout.leader.is_some() { words.last_without_leader } else { words.without_leader }
}

pub fn leader(seen: &Seen, words: &Words) -> Html {
    let Some(id) = seen.frame.readout.leader else { return html! { words.nobody_leads } };
    let epoch = seen.frame.nodes.get(usize::from(id.0)).and_then(|node| node.view.epoch);
    html! {
        <>
            { fill(words.leads, &[&name(&seen.frame, id)]) }
            if let Some(epoch) = epoch { { ", " }<span class={format!("x{}", tint(Some(epoch)))}>{ chip(epoch) }</span> }
        </>
    }
}

/// A side by its members, or "all nodes" where there is only one.
fn side_name(seen: &Seen, side: &Side, words: &Words) -> String {
    if seen.frame.readout.sides.len() == 1 { words.everyone.into() } else { names(&seen.frame, &side.members) }
}

/// How many of those that count a side has: `3 of 5`.
fn standing(seen: &Seen, side: &Side, words: &Words) -> Option<String> {
    let territory =
        seen.frame.territories.iter().find(|territory| territory.members.iter().all(|id| side.members.contains(id)));
    territory.and_then(|territory| share(territory, words))
}

/// A side's name and standing, and what came of its operations.
pub fn row(seen: &Seen, side: &Side, words: &Words) -> Html {
    let cell = |count: u32| html! { <td class={(count == 0).then_some("zero")}>{ count }</td> };
    html! {
        <tr>
            <td>{ side_name(seen, side, words) }<span class="note">{ standing(seen, side, words) }</span></td>
            { cell(side.answered) }{ cell(side.refused) }{ cell(side.unknown) }
        </tr>
    }
}

fn phone_row(seen: &Seen, side: &Side, words: &'static Words) -> Html {
    let count = |kind: Outcome, count: u32, label: &'static str| {
        html! { <span class={if count == 0 { "count zero" } else { "count" }}><span class="unseen">{ label }</span>{ outcome(kind) }<b>{ count }</b></span> }
    };
    html! {
        <div class="phone-row">
            <span class="who">{ side_name(seen, side, words) }</span>
            { count(Outcome::Done, side.answered, words.answered) }
            { count(Outcome::Refused, side.refused, words.refused_count) }
            { count(Outcome::Unknown, side.unknown, words.unknown_count) }
        </div>
    }
}

/// Squares that fit on the line; the newest stay.
const SQUARES: usize = 20;

fn ledger(words: &'static Words, seen: &Seen) -> Html {
    let readout = &seen.frame.readout;
    let count = fill(words.kept_lost, &[&readout.kept, &readout.lost]);
    let ledger = &readout.ledger;
    let note = if ledger.is_empty() { words.no_writes.to_string() } else { count };
    let shown = &ledger[ledger.len().saturating_sub(SQUARES)..];
    // A loss is never out of sight, however old.
    let old_losses = ledger[..ledger.len() - shown.len()].iter().filter(|entry| entry.lost);
    let oldest: Vec<&LedgerEntry> = old_losses.take(3).collect();
    let newest = &shown[oldest.len().min(shown.len())..];
    html! {
        <div class="ledger">
            <div class="line-head"><span>{ words.ledger }</span><span class={if readout.lost > 0 { "right bad-text" } else { "right" }}>{ note }</span></div>
            <div class="squares">{ for oldest.into_iter().chain(newest).map(square) }</div>
        </div>
    }
}

fn square(entry: &LedgerEntry) -> Html {
    let class = if entry.lost { "square lost".to_string() } else { format!("square t{}", tint(entry.epoch)) };
    let title = format!("{} · {} s", entry.label, digits::stamp(entry.at));
    html! { <span {class} {title}>{ if entry.lost { "✕".to_string() } else { entry.holders.to_string() } }</span> }
}

/// A wait that lasts: what an ordinary operation takes is no news.
const LASTING: Span = Span(200_000);

/// Since when somebody has been seen to wait for something.
pub type WaitingSince = Vec<(WaitsFor, Time)>;

/// What heads the operations: since when they are counted.
pub fn operations_head(words: &Words, readout: &Readout) -> String {
    readout.since.as_ref().map_or_else(
        || words.operations.to_string(),
        |(at, _)| fill(words.operations_since, &[&format!("{} s", digits::stamp(*at))]),
    )
}

/// Keeps `since` up to date and gives the waits that last; while the clock stands still, all.
pub fn lasting_waits(frame: &Frame, playing: bool, since: &mut WaitingSince) -> Vec<WaitsFor> {
    let now = frame.at.time;
    since.retain(|(wait, from)| *from <= now && frame.waits.contains(wait));
    for wait in &frame.waits {
        if !since.iter().any(|(known, _)| known == wait) {
            since.push((wait.clone(), now));
        }
    }
    // What is blocked says so elsewhere.
    let lasts = |wait: &WaitsFor, from: Time| wait.blocked.is_none() && (!playing || now.since(from) >= LASTING);
    since.iter().filter(|(wait, from)| lasts(wait, *from)).map(|(wait, _)| wait.clone()).collect()
}

/// So many have room.
const MOST_WAITS: usize = 3;

/// Who waits for what, in sentences, those who wait for the same in one; nothing when nobody does.
pub fn waits(words: &'static Words, frame: &Frame, waits: &[WaitsFor]) -> Html {
    if waits.is_empty() {
        return Html::default();
    }
    let mut told: Vec<Vec<&WaitsFor>> = Vec::new();
    for wait in waits {
        match told.iter_mut().find(|told| told[0].what == wait.what) {
            Some(together) => together.push(wait),
            None => told.push(vec![wait]),
        }
    }
    let sentence = |together: &Vec<&WaitsFor>| {
        let first = together[0];
        let who: Vec<String> = together.iter().map(|wait| party_name(frame, &wait.who)).collect();
        let from: Vec<String> = first.from.iter().map(|from| party_name(frame, from)).collect();
        // Whoever waits for its own disk waits for nobody.
        let others: &[String] = if from == who { &[] } else { &from };
        if together.len() > 1 {
            fill(words.wait_together, &[&who.join(", "), &first.what])
        } else if others.is_empty() {
            fill(words.waits, &[&who[0], &first.what])
        } else {
            fill(words.waits_from, &[&who[0], &first.what, &choice(words, first, others)])
        }
    };
    html! {
        <section class="waits">
            <div class="line-head"><span>{ words.waiting }</span>if told.len() > MOST_WAITS { <span class="right">{ fill(words.of, &[&MOST_WAITS, &told.len()]) }</span> }</div>
            { for told.iter().take(MOST_WAITS).map(|together| html! { <p>{ sentence(together) }</p> }) }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::NodeId;

    #[test]
    fn an_ordinary_wait_is_no_news() {
        let wait = WaitsFor::new(NodeId(0), "an answer", None);
        let at = |micros: u64| {
            let mut frame = Frame { waits: vec![wait.clone()], ..Frame::default() };
            frame.at.time = Time(micros);
            frame
        };
        let mut since = WaitingSince::new();
        assert!(lasting_waits(&at(0), true, &mut since).is_empty());
        assert_eq!(lasting_waits(&at(3_000), false, &mut since).len(), 1, "paused");
        assert_eq!(lasting_waits(&at(200_000), true, &mut since).len(), 1, "it lasts");
        assert!(lasting_waits(&Frame::default(), true, &mut since).is_empty());
    }
}
