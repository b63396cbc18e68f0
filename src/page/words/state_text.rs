//! A node's state as text, to be pasted into a question or a report.

use super::Words;
use super::digits;
use crate::describe::{CellState, Vote};
use crate::lab::frame::{Frame, NodeFrame};
use crate::page::stage::{node_name, role_words};
use crate::page::state::selection::name;

pub fn of_node(frame: &Frame, node: &NodeFrame, words: &Words) -> String {
    let view = &node.view;
    let mut lines = vec![format!("{}, {} s", node_name(node, words), digits::stamp(frame.at.time))];
    let mut row = |label: &str, value: String| lines.push(format!("{label}: {value}"));
    row(words.role_row, role_words(node, words));
    for (label, value) in [(words.last_row, &view.last), (words.committed_row, &view.committed)] {
        if let Some(value) = value {
            row(label, value.clone());
        }
    }
    if let Some(lane) = &view.lane {
        let cells = lane.cells.iter().map(|cell| format!("{}{}", cell.label, sign(cell.state)));
        let before = (lane.before > 0).then(|| format!("(+{})", lane.before));
        row(words.log_row, before.into_iter().chain(cells).collect::<Vec<_>>().join(" "));
    }
    for tally in &view.tallies {
        let votes = tally.votes.iter().map(|(id, vote)| format!("{}{}", name(frame, *id), vote_sign(*vote)));
        row(&tally.title, votes.collect::<Vec<_>>().join(" "));
    }
    for program in &view.programs {
        let mark = |place: usize| if program.current == Some(place as u32) { "▸" } else { "" };
        let lines = program.lines.iter().enumerate().map(|(place, line)| format!("{}{line}", mark(place)));
        row(&program.title, format!("{}: {}", program.state, lines.collect::<Vec<_>>().join("; ")));
    }
    for gauge in &view.gauges {
        row(&gauge.label, digits::span_text(gauge.ends.since(frame.at.time)));
    }
    for own in &view.rows {
        row(&own.label, own.value.clone());
    }
    lines.join("\n") + "\n"
}

/// As the cells are drawn: hollow is durable, filled agreed, `~` not certain.
fn sign(state: CellState) -> &'static str {
    match state {
        CellState::Volatile => "~",
        CellState::Durable => "",
        CellState::Committed => "*",
        CellState::Applied => "**",
        CellState::Truncated => "✕",
    }
}

fn vote_sign(vote: Vote) -> &'static str {
    match vote {
        Vote::Given => "+",
        Vote::Awaited => "?",
        Vote::Refused => "−",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Cell, Lane, NodeView, Program, Row};
    use crate::page::words::EN;

    #[test]
    fn what_the_inspector_shows_is_there() {
        let cell = |label: &str, state| Cell { label: label.into(), title: String::new(), epoch: None, state };
        let cells = vec![cell("1", CellState::Applied), cell("2", CellState::Volatile)];
        let view = NodeView {
            label: "following".into(),
            last: Some("2".into()),
            lane: Some(Lane { before: 7, cells, ..Lane::default() }),
            rows: vec![Row::new("Disk", "durable to 1")],
            programs: vec![Program {
                title: "t1".into(),
                state: "runs".into(),
                lines: vec!["lock a".into(), "r = x".into()],
                current: Some(1),
            }],
            ..NodeView::default()
        };
        let mut frame = Frame::cluster(1, 0);
        frame.nodes[0].view = view;
        let text = of_node(&frame, &frame.nodes[0], &EN);
        for line in [
            "n1, following, t1: r = x, runs, 0.000 s",
            "t1: runs: lock a; ▸r = x",
            "Last: 2",
            "Log: (+7) 1** 2~",
            "Disk: durable to 1",
        ] {
            assert!(text.lines().any(|there| there == line), "{line} in {text}");
        }
    }
}
