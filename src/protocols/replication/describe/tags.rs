//! Messages in flight.

use super::epoch;
use crate::describe::{Fill, LegendLine, Row, Shape, Tag};
use crate::protocols::replication::message::{Message, Reply};

const YES: Fill = Fill::Reply { positive: true };
const NO: Fill = Fill::Reply { positive: false };

pub fn tag(body: &Message) -> Tag {
    let (label, shape, fill) = words(body);
    Tag { label, shape, fill, epoch: body.promotion().map(epoch), rows: rows(body) }
}

fn words(body: &Message) -> (String, Shape, Fill) {
    match body {
        Message::Lead { promotion } => (format!("LEAD p{promotion}"), Shape::Election, Fill::Request),
        Message::Join { runs, .. } => (format!("JOIN {}", runs.last().map_or(0, |run| run.upto)), Shape::Election, YES),
        Message::Superseded { by, .. } => (format!("SUPERSEDED p{by}"), Shape::Election, NO),
        Message::Append { previous, entries, .. } => {
            let (first, last) = (previous.index + 1, previous.index + entries.len() as u64);
            let label = match entries.len() {
                0 => "APPEND".to_owned(),
                1 => format!("APPEND {first}"),
                _ => format!("APPEND {first}–{last}"),
            };
            (label, Shape::Proposal, Fill::Request)
        }
        Message::Held { upto, .. } => (format!("HELD {upto}"), Shape::Proposal, YES),
        Message::Beat { .. } => ("BEAT".to_owned(), Shape::Routine, Fill::Request),
        Message::Alive { .. } => ("ALIVE".to_owned(), Shape::Routine, YES),
        Message::Chunk { part, .. } => {
            let upto = part.offset as usize + part.bytes.len();
            (format!("CHUNK {upto}/{}", part.length), Shape::Bulk, Fill::Request)
        }
        Message::Got { upto, .. } => (format!("GOT {upto}"), Shape::Proposal, YES),
        Message::Request { op, .. } => (op.to_string(), Shape::Proposal, Fill::Request),
        Message::Reply { reply, .. } => match reply {
            Reply::Done { answer, .. } => (answer.to_string(), Shape::Decision, Fill::Agreed),
            Reply::Redirect { primary: Some(primary) } => (format!("ask n{}", primary.0 + 1), Shape::Decision, NO),
            Reply::Redirect { primary: None } => ("ask another".to_owned(), Shape::Decision, NO),
            Reply::Refused(_) => ("refused".to_owned(), Shape::Decision, NO),
            Reply::Unsure(_) => ("unknown".to_owned(), Shape::Decision, NO),
            Reply::Forgotten => ("session lost".to_owned(), Shape::Decision, NO),
        },
    }
}

fn rows(body: &Message) -> Vec<Row> {
    match body {
        Message::Join { runs, floor, .. } => {
            let history = runs.iter().map(|run| format!("p{} up to {}", run.promotion, run.upto)).collect::<Vec<_>>();
            vec![
                Row::new("has", if history.is_empty() { "nothing".to_owned() } else { history.join(", ") }),
                Row::new("cannot go back below", floor),
            ]
        }
        Message::Append { previous, entries, committed, .. } => {
            let mut rows = vec![Row::new("follows", previous), Row::new("committed", committed)];
            let numbered = entries.iter().zip(previous.index + 1..);
            rows.extend(numbered.map(|(entry, index)| Row::new(format!("{}:{index}", entry.promotion), &entry.op)));
            rows
        }
        Message::Beat { committed, .. } => vec![Row::new("committed", committed)],
        Message::Chunk { part, .. } => {
            vec![
                Row::new("from byte", part.offset),
                Row::new("checksum of the whole", format!("{:016x}", part.checksum)),
            ]
        }
        Message::Request { seen, .. } => vec![Row::new("the client has seen", seen)],
        Message::Reply { reply: Reply::Done { at, .. }, .. } => vec![Row::new("as of", at)],
        Message::Reply { reply: Reply::Refused(why) | Reply::Unsure(why), .. } => vec![Row::new("because", why)],
        _ => Vec::new(),
    }
}

pub fn legend() -> Vec<LegendLine> {
    let line = |shape, fill, words: &str| LegendLine { shape, fill, words: words.to_owned() };
    vec![
        line(Shape::Proposal, Fill::Request, "something to write or to read"),
        line(Shape::Proposal, YES, "my disk holds it"),
        line(Shape::Decision, Fill::Agreed, "done: it is on enough disks"),
        line(Shape::Decision, NO, "not done, or not here"),
        line(Shape::Election, Fill::Request, "who is primary"),
        line(Shape::Election, YES, "what a joining backup has"),
        line(Shape::Election, NO, "another was promoted"),
        line(Shape::Bulk, Fill::Request, "a part of a snapshot"),
        line(Shape::Routine, Fill::Request, "heartbeat"),
    ]
}
