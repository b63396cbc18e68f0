//! Messages in flight.

use crate::describe::{Fill, LegendLine, Row, Shape, Tag};
use crate::machines::lock_table::News;
use crate::protocols::lock_queue::message::{Message, Order};

const YES: Fill = Fill::Reply { positive: true };
const NO: Fill = Fill::Reply { positive: false };

pub fn tag(body: &Message) -> Tag {
    let (label, shape, fill) = words(body);
    let shape = if body.is_routine() { Shape::Routine } else { shape };
    Tag { label, shape, fill, epoch: None, rows: rows(body) }
}

fn words(body: &Message) -> (String, Shape, Fill) {
    match body {
        Message::Order(order) | Message::Deliver { order, .. } => {
            let name = order.name();
            let label = order.token().map_or(name.to_owned(), |token| format!("{name} #{token}"));
            (label, Shape::Proposal, Fill::Request)
        }
        Message::Consume => ("CONSUME".to_owned(), Shape::Routine, Fill::Request),
        Message::Alive => ("ALIVE".to_owned(), Shape::Routine, Fill::Request),
        Message::Taken { upto } => (format!("TAKEN {upto}"), Shape::Routine, YES),
        Message::News { news, .. } => news_words(*news),
        Message::Write { token, .. } => (format!("WRITE #{token}"), Shape::Proposal, Fill::Request),
        Message::Written { token, .. } => (format!("WRITTEN #{token}"), Shape::Decision, Fill::Agreed),
        Message::Refused { token, .. } => (format!("REFUSED #{token}"), Shape::Decision, NO),
    }
}

fn news_words(news: News) -> (String, Shape, Fill) {
    match news {
        News::Queued { place } => (format!("QUEUED {place}"), Shape::Decision, YES),
        News::Granted { token, .. } => (format!("GRANT #{token}"), Shape::Decision, Fill::Agreed),
        News::Renewed { token } => (format!("RENEWED #{token}"), Shape::Routine, YES),
        News::Lost { token } => (format!("LOST #{token}"), Shape::Decision, NO),
        News::Released { token } => (format!("RELEASED #{token}"), Shape::Decision, YES),
        News::NotHolder { token } => (format!("NOT HOLDER #{token}"), Shape::Decision, NO),
        News::TimedOut => ("TIMED OUT".to_owned(), Shape::Decision, NO),
        News::Cancelled => ("CANCELLED".to_owned(), Shape::Decision, YES),
        News::Free => ("FREE".to_owned(), Shape::Decision, YES),
    }
}

fn rows(body: &Message) -> Vec<Row> {
    match body {
        Message::Order(order) => order_rows(order),
        Message::Deliver { number, redelivered, order } => {
            let mut rows =
                vec![Row::new("message", number), Row::new("redelivered", if *redelivered { "yes" } else { "no" })];
            rows.extend(order_rows(order));
            rows
        }
        Message::Taken { upto } => vec![Row::new("up to message", upto)],
        Message::News { request, resource, .. } => vec![Row::new("request", request), Row::new("resource", resource)],
        Message::Write { token, value, .. } => vec![Row::new("token", token), Row::new("value", value)],
        Message::Written { token, .. } => vec![Row::new("token", token)],
        Message::Refused { token, highest, .. } => vec![Row::new("token", token), Row::new("highest seen", highest)],
        Message::Consume | Message::Alive => Vec::new(),
    }
}

fn order_rows(order: &Order) -> Vec<Row> {
    let mut rows = vec![Row::new("request", order.request())];
    if let Order::Acquire { resource, wait, lease, .. } = order {
        rows.push(Row::new("resource", resource));
        rows.push(Row::new("waits", wait.map_or("for ever".to_owned(), |wait| crate::sim::Span(wait).to_string())));
        rows.push(Row::new("lease", crate::sim::Span(*lease)));
    }
    rows.extend(order.token().map(|token| Row::new("token", token)));
    rows
}

pub fn legend() -> Vec<LegendLine> {
    let line = |shape, fill, words: &str| LegendLine { shape, fill, words: words.to_owned() };
    vec![
        line(Shape::Proposal, Fill::Request, "an order, or a write"),
        line(Shape::Decision, Fill::Agreed, "a grant, or a write that was taken"),
        line(Shape::Decision, YES, "an answer"),
        line(Shape::Decision, NO, "a refusal"),
        line(Shape::Routine, Fill::Request, "renewals, acknowledgements"),
    ]
}
