//! Messages in flight.

use super::super::Message;
use super::super::message::{Ballot, MESSAGES};
use crate::describe::{Fill, LegendLine, Row, Shape, Tag};

pub fn tag(body: &Message) -> Tag {
    let (words, shape, fill) = look(body);
    let name = MESSAGES[usize::from(body.kind())];
    let label = match body {
        Message::Outcome { .. } => format!("{name} {words}"),
        Message::Begin { tx, .. }
        | Message::Work { tx, .. }
        | Message::Done { tx, .. }
        | Message::Prepare { tx, .. }
        | Message::Ack { tx }
        | Message::Inquiry { tx, .. }
        | Message::Unknown { tx } => format!("{name} {tx}"),
        Message::Vote { tx, .. } | Message::Decision { tx, .. } => format!("{name} {tx} {words}"),
    };
    Tag { label, shape, fill, epoch: None, rows: rows(body) }
}

fn look(body: &Message) -> (&'static str, Shape, Fill) {
    let reply = |positive| Fill::Reply { positive };
    match body {
        Message::Begin { .. } => ("", Shape::Proposal, Fill::Request),
        Message::Work { .. } => ("", Shape::Proposal, Fill::Request),
        Message::Done { .. } => ("", Shape::Proposal, reply(true)),
        Message::Prepare { .. } => ("", Shape::Election, Fill::Request),
        Message::Vote { vote: Ballot::Yes, .. } => ("yes", Shape::Election, reply(true)),
        Message::Vote { vote: Ballot::ReadOnly, .. } => ("read-only", Shape::Election, reply(true)),
        Message::Vote { vote: Ballot::No(_), .. } => ("no", Shape::Election, reply(false)),
        Message::Decision { commit: true, .. } => ("commit", Shape::Decision, Fill::Agreed),
        Message::Decision { commit: false, .. } => ("abort", Shape::Decision, reply(false)),
        Message::Ack { .. } => ("", Shape::Decision, reply(true)),
        Message::Inquiry { .. } => ("", Shape::Routine, Fill::Request),
        Message::Unknown { .. } => ("", Shape::Routine, reply(false)),
        Message::Outcome { outcome: Ok(_), .. } => ("committed", Shape::Decision, Fill::Agreed),
        Message::Outcome { outcome: Err(_), .. } => ("aborted", Shape::Decision, reply(false)),
    }
}

fn rows(body: &Message) -> Vec<Row> {
    match body {
        Message::Begin { order, .. } => vec![Row::new("order", order)],
        Message::Work { steps, .. } => {
            let accounts: Vec<String> = steps.iter().map(|(account, _)| account.to_string()).collect();
            vec![Row::new("accounts", accounts.join(" "))]
        }
        Message::Vote { vote: Ballot::No(why), .. } | Message::Outcome { outcome: Err(why), .. } => {
            vec![Row::new("why", why)]
        }
        Message::Prepare { writers, .. } => vec![Row::new("writers", writers.len())],
        _ => Vec::new(),
    }
}

pub fn legend() -> Vec<LegendLine> {
    let line = |shape, fill, words: &str| LegendLine { shape, fill, words: words.to_owned() };
    vec![
        line(Shape::Proposal, Fill::Request, "work"),
        line(Shape::Election, Fill::Request, "prepare"),
        line(Shape::Election, Fill::Reply { positive: true }, "a yes"),
        line(Shape::Election, Fill::Reply { positive: false }, "a no"),
        line(Shape::Decision, Fill::Agreed, "commit"),
        line(Shape::Decision, Fill::Reply { positive: false }, "abort"),
        line(Shape::Routine, Fill::Request, "how did it end?"),
        line(Shape::Routine, Fill::Reply { positive: false }, "I do not know"),
    ]
}
