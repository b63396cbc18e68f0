//! A log as cells: dashed is not durable, filled is agreed, a foot is applied; what is cut off is struck and falls away.

use yew::{Html, Properties, component, html, use_mut_ref};

use crate::describe::{Cell, CellState, Lane, LedgerEntry};
use crate::lab::frame::{Frame, Position};
use crate::page::tint::tint;
use crate::page::words::{Words, fill};

#[derive(Properties, PartialEq)]
pub struct CellsProps {
    pub words: &'static Words,
    pub lane: Lane,
    /// Acknowledged writes that are lost.
    pub lost: Vec<LedgerEntry>,
    pub most: usize,
    /// The instant that is shown: a log that shrinks as time goes back loses nothing.
    pub at: Position,
}

/// One node's log; give it a key of its own, since it remembers what fell.
#[component]
pub fn Cells(props: &CellsProps) -> Html {
    let CellsProps { words, lane, lost, most, at } = props;
    let past = use_mut_ref(Past::default);
    past.borrow_mut().see(lane, *at);
    // The words about what came before take the room of one.
    let cut_short = lane.before > 0 || lane.cells.len() > *most;
    let hidden = lane.cells.len().saturating_sub(most - usize::from(cut_short));
    let before = lane.before + hidden as u64;
    let past = past.borrow();
    if lane.cells.is_empty() && past.fallen.is_empty() && lane.snapshot.is_empty() {
        return html! { <p class="dim">{ words.log_empty }</p> };
    }
    let pointed = |i: usize| {
        let labels: Vec<&str> = lane
            .pointers
            .iter()
            .filter(|pointer| pointer.cell as usize == i)
            .map(|pointer| pointer.label.as_str())
            .collect();
        if labels.is_empty() {
            return Html::default();
        }
        html! { <span class="pointer"><i></i>{ for labels.into_iter().map(|label| html! { <em>{ label }</em> }) }</span> }
    };
    html! {
        <div class="cells">
            if hidden == 0 && !lane.snapshot.is_empty() {
                <span class="before snapshot">{ fill(words.log_snapshot, &[&lane.snapshot]) }</span>
            } else if before > 0 {
                <span class="before">{ fill(words.log_before, &[&before]) }</span>
            }
            <ol>
                { for lane.cells.iter().enumerate().skip(hidden).map(|(i, cell)| html! {
                    <li key={i}>{ cell_box(words, cell, lost) }{ pointed(i) }</li>
                }) }
                { for past.fallen.iter().enumerate().map(|(i, cell)| html! {
                    <li class="falls" aria-hidden="true" key={format!("fell {}", cell.label)} style={format!("--nth:{i}")}>
                        <span class={format!("cell t{} truncated", tint(cell.epoch))}>{ &cell.label }</span>
                    </li>
                }) }
            </ol>
        </div>
    }
}

/// What the log was when it was last seen, and what has been cut off it since it last grew.
#[derive(Default)]
struct Past {
    at: Position,
    lane: Lane,
    fallen: Vec<Cell>,
}

impl Past {
    fn see(&mut self, lane: &Lane, at: Position) {
        if at < self.at {
            self.fallen.clear();
        } else if *lane != self.lane {
            self.fallen = cut_off(&self.lane, lane);
        }
        self.at = at;
        self.lane = lane.clone();
    }
}

/// The cells that stood where there is none now, or another. What belongs to no epoch is replaced, and never cut off.
fn cut_off(old: &Lane, new: &Lane) -> Vec<Cell> {
    let stands = |place: u64, cell: &Cell| {
        // What a snapshot has replaced was not cut off.
        let Some(index) = place.checked_sub(new.before) else { return true };
        new.cells.get(index as usize).is_some_and(|other| other.label == cell.label)
    };
    let places = old.cells.iter().zip(old.before..);
    places.filter(|(cell, place)| cell.epoch.is_some() && !stands(*place, cell)).map(|(cell, _)| cell.clone()).collect()
}

/// The acknowledged writes that are lost.
pub fn lost(frame: &Frame) -> Vec<LedgerEntry> {
    frame.readout.ledger.iter().filter(|entry| entry.lost).cloned().collect()
}

/// One entry; if it was acknowledged and is lost, it is crossed wherever it still stands.
pub fn cell_box(words: &'static Words, cell: &Cell, lost: &[LedgerEntry]) -> Html {
    let is_lost = lost.iter().any(|entry| entry.label == cell.label && entry.epoch == cell.epoch);
    let class = format!("{}{}", cell_class(cell), if is_lost { " lost" } else { "" });
    let title = if is_lost { format!("{} · {}", cell.title, words.lost_write) } else { cell.title.clone() };
    html! { <span {class} {title}>{ &cell.label }if is_lost { <b aria-hidden="true">{ "✕" }</b><span class="unseen">{ words.lost_write }</span> }</span> }
}

fn cell_class(cell: &Cell) -> String {
    let state = match cell.state {
        CellState::Volatile => "volatile",
        CellState::Durable => "durable",
        CellState::Committed => "committed",
        CellState::Applied => "committed applied",
        CellState::Truncated => "truncated",
    };
    format!("cell t{} {state}", tint(cell.epoch))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Epoch, Reign, Time};

    fn lane(before: u64, labels: &[&str]) -> Lane {
        let cell = |label: &&str| Cell {
            label: (*label).to_string(),
            title: String::new(),
            epoch: Some(Epoch { of: Reign::Epoch, number: 1 }),
            state: CellState::Durable,
        };
        Lane { before, cells: labels.iter().map(cell).collect(), ..Lane::default() }
    }

    fn at(micros: u64) -> Position {
        Position::at(Time(micros))
    }

    #[test]
    fn what_is_cut_off_falls_once() {
        let mut past = Past::default();
        let labels = |past: &Past| past.fallen.iter().map(|cell| cell.label.clone()).collect::<Vec<_>>();
        past.see(&lane(2, &["1:3", "1:4", "1:5"]), at(1));
        past.see(&lane(2, &["1:3"]), at(2));
        assert_eq!(labels(&past), ["1:4", "1:5"]);
        past.see(&lane(2, &["1:3"]), at(3));
        assert_eq!(labels(&past).len(), 2, "it is still falling");
        past.see(&lane(2, &["1:3", "2:1"]), at(4));
        assert!(labels(&past).is_empty());
        past.see(&lane(3, &["2:1"]), at(5));
        assert!(labels(&past).is_empty(), "the first cell moved out of sight");
        past.see(&lane(0, &[]), at(0));
        assert!(labels(&past).is_empty(), "time went back");
    }
}
