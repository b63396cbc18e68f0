//! What is selected, in full.

use yew::{Callback, Html, html};

use super::operation::{operation_body, operation_row, operation_title, told};
use super::programs::programs;
use super::waiting::unblocking;
use crate::describe::{Belief, Certainty, Gauge, Queue, Row, Standing, Tally, Vote};
use crate::describe::{Span, Time};
use crate::lab::frame::{Flight, Frame, Health, Lane, LinkFrame, LinkState, NodeFrame, OperationFrame};
use crate::page::intent::Intent;
use crate::page::panels::cells::{Cells, lost};
use crate::page::panels::glyphs::glyph;
use crate::page::panels::icon;
use crate::page::stage::{clock_words, role_words, vote_order};
use crate::page::state::group::Group;
use crate::page::state::seen::Seen;
use crate::page::state::selection::{Selection, name, names};
use crate::page::tint::{chip, tint};
use crate::page::trail::course::Course;
use crate::page::words::digits::{span_text, stamp};
use crate::page::words::terms::Terms;
use crate::page::words::{Words, fill};
use crate::sorting::sorted_by_key;

pub fn inspector(
    words: &'static Words,
    seen: &Seen,
    selection: Selection,
    course: Option<&Course>,
    headless: bool,
    on: &Callback<Intent>,
) -> Html {
    let frame = &seen.frame;
    let body = match selection {
        Selection::Node(id) => frame.nodes.get(usize::from(id.0)).map(|node| node_body(frame, node, words, on)),
        Selection::Link(a, b) => {
            frame.links.iter().find(|link| (link.a, link.b) == (a, b)).map(|link| link_body(frame, link, words))
        }
        Selection::Group(group) => Some(group_body(frame, group, words)),
        Selection::Operation(id) => Some(told(frame, course, id).map_or_else(
            || html! { <p class="dim">{ words.not_there }</p> },
            |operation| operation_body(frame, &operation, course, words, on),
        )),
        Selection::Flight(number) => {
            let flight = frame.flights.iter().find(|flight| flight.number == number);
            Some(flight.map_or_else(
                || html! { <p class="dim">{ words.landed }</p> },
                |flight| message_body(flight, words, on),
            ))
        }
    };
    html! {
        <section class="inspector" aria-label={selection.text(frame)}>
            if !headless { { headline(words, seen, selection, course, on) } }
            { body }
        </section>
    }
}

/// What is selected, in a line.
pub fn headline(
    words: &'static Words,
    seen: &Seen,
    selection: Selection,
    course: Option<&Course>,
    on: &Callback<Intent>,
) -> Html {
    let frame = &seen.frame;
    let title = match selection {
        Selection::Node(id) => frame.nodes.get(usize::from(id.0)).map(|node| node_title(node, words)),
        Selection::Link(a, b) => Some(
            html! { <><strong>{ format!("{} – {}", name(frame, a), name(frame, b)) }</strong><span class="dim">{ words.link }</span></> },
        ),
        Selection::Group(group) => Some(html! {
            <><strong>{ fill(words.nodes_together, &[&group.len()]) }</strong><span class="dim">{ names(frame, &group.iter().collect::<Vec<_>>()) }</span></>
        }),
        Selection::Operation(id) => told(frame, course, id).map(|operation| operation_title(frame, &operation, words)),
        Selection::Flight(number) => frame
            .flights
            .iter()
            .find(|flight| flight.number == number)
            .map(|flight| message_title(frame, flight, words)),
    };
    let positions = match selection {
        Selection::Node(id) => frame.nodes.get(usize::from(id.0)).map(positions),
        _ => None,
    };
    html! { <div class="inspector-head">{ title }<span class="spread"></span>{ positions }{ copy(words, selection, on) }<span class="caption">{ words.selected }</span><kbd>{ "Esc" }</kbd></div> }
}

/// A node's state as text.
fn copy(words: &'static Words, selection: Selection, on: &Callback<Intent>) -> Html {
    let Selection::Node(id) = selection else { return Html::default() };
    html! {
        <button class="plain" aria-label={words.copy_state} title={words.copy_state} onclick={Intent::Copy(id).on_click(on)}>{ icon("copy") }</button>
    }
}

/// The last and the committed position, which a phone's stage leaves out.
fn positions(node: &NodeFrame) -> Html {
    let tint = format!("positions t{}", tint(node.view.epoch));
    html! {
        <span class={tint}>
            if let Some(last) = &node.view.last { <i></i>{ last } }
            if let Some(committed) = &node.view.committed { <i class="agreed"></i>{ committed } }
        </span>
    }
}

fn node_title(node: &NodeFrame, words: &Words) -> Html {
    let view = &node.view;
    let crown = match view.standing {
        Standing::Leader => html! { <span class={format!("crown x{}", tint(view.epoch))}>{ icon("crown") }</span> },
        Standing::Alone => {
            html! { <span class={format!("crown x{}", tint(view.epoch))}>{ icon("crown-hollow") }</span> }
        }
        _ => Html::default(),
    };
    html! {
        <>
            { crown }<strong>{ &node.name }</strong>
            <span class="dim"><Terms text={with_detail(node, words)} /></span>
            if let Some(epoch) = view.epoch {
                <span class={format!("chip t{}", tint(Some(epoch)))}>{ chip(epoch) }if view.behind { { " ▼" } }</span>
            }
        </>
    }
}

/// `following n5, SNAP 40 %`
fn with_detail(node: &NodeFrame, words: &Words) -> String {
    let role = role_words(node, words);
    match node.view.detail.as_str() {
        detail if !detail.is_empty() && node.health == Health::Up => format!("{role}, {detail}"),
        _ => role,
    }
}

fn node_body(frame: &Frame, node: &NodeFrame, words: &'static Words, on: &Callback<Intent>) -> Html {
    let view = &node.view;
    let operations: Vec<&OperationFrame> =
        frame.operations.iter().filter(|operation| operation.id.client == node.id).collect();
    html! {
        <>
            if let Some(lane) = &view.lane { <Cells key={node.name.clone()} {words} lane={lane.clone()} lost={lost(frame)} most={6} at={frame.at} /> }
            { unblocking(frame, node.id, None, words) }
            { for view.queues.iter().map(|queue| queue_row(queue, frame.at.time, words)) }
            { for view.beliefs.iter().map(|belief| belief_row(belief, frame.at.time, words)) }
            { programs(&view.programs, words) }
            { for view.tallies.iter().map(|tally| tally_row(frame, tally, words)) }
            if !view.gauges.is_empty() { <ul class="gauges">{ for view.gauges.iter().map(|gauge| gauge_row(gauge, frame.at.time, words)) }</ul> }
            if !operations.is_empty() { <ul class="operations">{ for operations.iter().rev().take(6).map(|operation| operation_row(operation, on)) }</ul> }
            { rows(view.rows.iter().cloned().chain(world_rows(node, words))) }
        </>
    }
}

/// One line a member: who it is, and how it stands.
fn group_body(frame: &Frame, group: Group, words: &Words) -> Html {
    let members = group.iter().filter_map(|id| frame.nodes.get(usize::from(id.0)));
    rows(members.map(|node| {
        let epoch = node.view.epoch.map(|epoch| format!(", {}", chip(epoch))).unwrap_or_default();
        Row::new(node.name.clone(), format!("{}{epoch}", role_words(node, words)))
    }))
}

/// A resource in a line: who has it and until when, then who waits.
fn queue_row(queue: &Queue, now: Time, words: &Words) -> Html {
    let lasts = |gauge: &Option<Gauge>| Some(fill(words.time_left, &[&span_text(gauge.as_ref()?.ends.since(now))]));
    let holders = queue.holders.iter().map(|holder| {
        let by = if holder.certainty == Certainty::Waiting { words.offered_to } else { words.held_by };
        let token = holder.token.as_deref().unwrap_or_default();
        let left = lasts(&holder.gauge).map(|left| format!(", {left}")).unwrap_or_default();
        format!("{by} {} {token}{left}", holder.name)
    });
    let holders: Vec<String> = holders.collect();
    html! {
        <section class="queue" aria-label={fill(words.lock_of, &[&queue.resource])}>
            <p><b>{ fill(words.lock_of, &[&queue.resource]) }</b>{ " " }{ if holders.is_empty() { words.lock_free.to_string() } else { holders.join("; ") } }</p>
            if !queue.waiters.is_empty() {
                <ol>{ for queue.waiters.iter().map(|ticket| html! {
                    <li>{ &ticket.name }if let Some(left) = lasts(&ticket.gauge) { <small>{ left }</small> }</li>
                }) }</ol>
            }
        </section>
    }
}

fn belief_row(belief: &Belief, now: Time, words: &Words) -> Html {
    let says = match belief.certainty {
        Certainty::Settled => words.holds,
        Certainty::Waiting => words.is_offered,
        _ => words.believes,
    };
    let until = belief.gauge.as_ref().map(|gauge| span_text(gauge.ends.since(now)));
    html! {
        <p class="belief"><b>{ says }</b>{ format!(" {} {}", belief.resource, belief.token.as_deref().unwrap_or_default()) }
            if let Some(until) = until { <small>{ until }</small> }</p>
    }
}

/// What the world knows of a node, whatever its protocol: its clock, its disk, its inbox.
fn world_rows(node: &NodeFrame, words: &Words) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(clock_words(node).map(|off| Row::new(words.clock_row, off)));
    if node.unsynced > 0 {
        rows.push(Row::new(words.disk_row, fill(words.unsynced, &[&node.unsynced])));
    }
    if node.inbox > 0 {
        rows.push(Row::new(words.inbox_row, fill(words.inbox_waiting, &[&node.inbox])));
    }
    rows
}

pub fn rows(rows: impl Iterator<Item = Row>) -> Html {
    html! { <dl class="rows">{ for rows.map(|row| html! { <><dt><Terms text={row.label} /></dt><dd>{ row.value }</dd></> }) }</dl> }
}

/// Who has given what is counted, first, and a notch where they are enough.
fn tally_row(frame: &Frame, tally: &Tally, words: &Words) -> Html {
    let given = tally.votes.iter().filter(|(_, vote)| *vote == Vote::Given).count();
    let votes = sorted_by_key(tally.votes.iter().copied(), |(_, vote)| vote_order(*vote));
    let notch = fill(words.enough, &[&tally.needed]);
    html! {
        <div class="tally">
            <div class="line-head"><span><Terms text={tally.title.clone()} /></span><span class="right">{ fill(words.of, &[&given, &votes.len()]) }</span></div>
            <ul>{ for votes.iter().enumerate().map(|(i, (id, vote))| {
                let class = match vote { Vote::Given => "given", Vote::Awaited => "awaited", Vote::Refused => "refused" };
                html! {
                    <>
                        <li {class}><i></i>{ name(frame, *id) }</li>
                        if i + 1 == tally.needed as usize { <li class="notch" title={notch.clone()} aria-label={notch.clone()}></li> }
                    </>
                }
            }) }</ul>
        </div>
    }
}

fn gauge_row(gauge: &Gauge, now: Time, words: &Words) -> Html {
    let left = gauge.ends.since(now);
    let share = if gauge.span.0 == 0 { 0.0 } else { (left.0 as f64 / gauge.span.0 as f64).clamp(0.0, 1.0) };
    let round = 37.7;
    html! {
        <li>
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
                <circle class="ghost" cx="8" cy="8" r="6" />
                <circle class="arc" cx="8" cy="8" r="6" transform="rotate(-90 8 8)" stroke-dasharray={format!("{:.2} {round}", share * round)} />
            </svg>
            <span><Terms text={gauge.label.clone()} /></span><span class="value">{ fill(words.in_span, &[&span_text(left)]) }</span>
        </li>
    }
}

fn link_body(frame: &Frame, link: &LinkFrame, words: &'static Words) -> Html {
    let (a, b) = (name(frame, link.a), name(frame, link.b));
    let state = match link.state {
        LinkState::Idle => words.link_idle,
        LinkState::Opening => words.link_opening,
        LinkState::Open => words.link_open,
        LinkState::HalfOpen => words.link_half_open,
        LinkState::Lost => words.link_lost,
    };
    let lanes = [(a, b, &link.a_to_b), (b, a, &link.b_to_a)];
    let lanes = lanes.into_iter().map(|(from, to, lane)| Row::new(format!("{from} → {to}"), lane_words(lane, words)));
    rows(std::iter::once(Row::new(words.connection, state)).chain(lanes))
}

fn lane_words(lane: &Lane, words: &Words) -> String {
    let mut parts = Vec::new();
    if lane.cut {
        parts.push(words.cut_both.to_string());
    }
    if lane.stalled > 0 {
        parts.push(fill(words.stalled, &[&lane.stalled]));
    }
    if lane.extra_delay > Span::ZERO {
        parts.push(format!("+{}", span_text(lane.extra_delay)));
    }
    if lane.loss > 0 {
        parts.push(format!("−{} %", lane.loss));
    }
    if lane.doubled > 0 {
        parts.push(format!("×2 {} %", lane.doubled));
    }
    if let Some(bytes) = lane.bandwidth {
        parts.push(format!("{} kB/s", bytes.div_ceil(1000)));
    }
    if lane.held {
        parts.push(words.held.into());
    }
    if parts.is_empty() { words.lane_open.into() } else { parts.join(", ") }
}

fn message_title(frame: &Frame, flight: &Flight, words: &Words) -> Html {
    let ends = fill(words.from_to, &[&name(frame, flight.from), &name(frame, flight.to)]);
    html! {
        <><span class={format!("glyph-of x{}", tint(flight.tag.epoch))}>{ glyph(flight.tag.shape, flight.tag.fill) }</span>
        <strong class="mono">{ &flight.tag.label }</strong><span class="dim">{ ends }</span></>
    }
}

fn message_body(flight: &Flight, words: &'static Words, on: &Callback<Intent>) -> Html {
    let arrives = match (flight.arrives, flight.stalled) {
        (Some(at), _) => format!("{} s", stamp(at)),
        (None, Some(_)) => words.behind_cut.into(),
        (None, None) => words.held.into(),
    };
    let own = [
        Row::new(words.sent, format!("{} s", stamp(flight.sent))),
        Row::new(words.arrives, arrives),
        Row::new(words.bytes, format!("{} B", flight.bytes)),
    ];
    html! {
        <>
            { rows(flight.tag.rows.iter().cloned().chain(own)) }
            <p class="drawer-row"><button class="outlined" onclick={Intent::Why(flight.number).on_click(on)}>{ words.why }</button></p>
        </>
    }
}
