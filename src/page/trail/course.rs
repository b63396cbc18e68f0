//! What a selected operation has caused, as far as the trail tells: its entries, its messages, and when something flew or
//! was written for it. Pure.

use super::{Cone, Trail, receiver};
use crate::describe::{NodeId, OperationId, Time};
use crate::lab::frame::{Flight, Frame, OperationFrame, Outcome, Position};
use crate::lab::wire::{Code, Pace, TraceLine};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub id: OperationId,
    pub asked: TraceLine,
    pub answered: Option<TraceLine>,
    /// Those of interest, in the order in which they left.
    pub messages: Vec<Message>,
    writes: Vec<Write>,
    /// With what it follows from.
    pub cone: Cone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub name: String,
    pub from: NodeId,
    pub to: NodeId,
    /// The entry with which it left.
    pub entry: u32,
    pub left: Position,
    /// When it arrived or was lost, and whether it arrived.
    pub ended: Option<(Position, bool)>,
    flight: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Write {
    node: NodeId,
    entry: u32,
    from: Time,
    to: Option<Time>,
}

impl Course {
    pub fn of(trail: &Trail, id: OperationId) -> Option<Course> {
        let is_its = |entry: &&TraceLine| entry.node == id.client && entry.detail == id.number;
        let asked = trail.all().rev().find(|entry| entry.code == Code::Invoke && is_its(entry))?;
        let answered = trail.after(asked.number).find(|entry| entry.code == Code::Complete && is_its(entry));
        let mut course = Course {
            id,
            asked: asked.clone(),
            answered: answered.cloned(),
            messages: Vec::new(),
            writes: Vec::new(),
            cone: trail.roots(asked.number),
        };
        // What the client did in the step in which it asked, until it asked for something else.
        let mut asks = asked.cause > 0;
        for entry in trail.after(asked.number) {
            asks &= entry.code != Code::Invoke || entry.cause != asked.cause;
            // What it did with the answer is another matter; so is what a timer brings once there is an answer.
            let is_over = answered
                .is_some_and(|end| entry.number > end.number && (entry.cause == end.cause || entry.code == Code::Fire));
            let follows =
                entry.cause >= asked.number && course.cone.has(entry.cause) || asks && entry.cause == asked.cause;
            if follows && !is_over {
                course.cone.numbers.push(entry.number);
                course.begins(trail, entry);
            }
            course.ends(entry);
        }
        Some(course)
    }

    fn begins(&mut self, trail: &Trail, entry: &TraceLine) {
        let TraceLine { number, node, at, .. } = *entry;
        match entry.code {
            Code::Send if !entry.routine => self.messages.push(Message {
                name: trail.message(entry).unwrap_or_default().to_owned(),
                from: node,
                to: receiver(entry),
                entry: number,
                left: at,
                ended: None,
                flight: entry.detail,
            }),
            Code::Sync => self.writes.push(Write { node, entry: number, from: at.time, to: None }),
            _ => {}
        }
    }

    fn ends(&mut self, entry: &TraceLine) {
        let arrived = entry.code == Code::Deliver;
        if arrived || entry.code == Code::Drop {
            let mut open = self.messages.iter_mut().filter(|message| message.flight == entry.detail);
            if let Some(message) = open.find(|message| message.ended.is_none()) {
                message.ended = Some((entry.at, arrived));
            }
        }
        let ends = |write: &&mut Write| {
            let is_done = entry.code == Code::Durable && entry.cause == write.entry;
            write.to.is_none() && (is_done || entry.code == Code::Crash && entry.node == write.node)
        };
        self.writes.iter_mut().filter(ends).for_each(|write| write.to = Some(entry.at.time));
    }

    /// It is on its way because of the operation.
    pub fn has(&self, flight: &Flight) -> bool {
        self.messages.iter().any(|message| message.flight == flight.number)
    }

    /// What the client sent last, by an instant.
    pub fn last_sent(&self, now: Position) -> Option<&Message> {
        let sent = self.messages.iter().rev().filter(|message| message.left <= now);
        sent.clone().find(|message| message.from == self.id.client)
    }

    /// The operation as it stands at an instant, long after its client shows it no more.
    pub fn frame(&self, now: Position) -> Option<OperationFrame> {
        let answered = self.answered.as_ref().filter(|entry| entry.at <= now);
        let outcome = answered.map_or(Outcome::Pending, TraceLine::outcome);
        let answer = answered.and_then(|entry| entry.words.split_once(": ")).map(|(_, answer)| answer.to_owned());
        (self.asked.at <= now).then(|| OperationFrame {
            id: self.id,
            process: None,
            words: self.asked.words.split_once(' ').unwrap_or_default().1.to_owned(),
            outcome,
            answer,
            invoked: self.asked.at.time,
            ended: answered.map(|entry| entry.at.time),
        })
    }

    /// The run's pace, but with the full flight time wherever something flies or is written because of the operation.
    /// It halts wherever that begins or ends.
    pub fn pace(&self, frame: &Frame, pace: Pace) -> Pace {
        if !pace.beat {
            return pace;
        }
        let flown = self.messages.iter().filter_map(|message| Some((message.left.time, Some(message.ended?.0.time))));
        // What has not ended as far as is known flies only if nothing is in its way.
        let flying = frame.flights.iter().filter(|flight| flight.arrives.is_some() && self.has(flight));
        let written = self.writes.iter().map(|write| (write.from, write.to));
        let (now, mut fresh, mut until) = (frame.at.time, false, pace.until);
        for (from, to) in flown.chain(flying.map(|flight| (flight.sent, flight.arrives))).chain(written) {
            fresh |= from <= now && to.is_none_or(|to| now < to);
            for halt in [Some(from), to].into_iter().flatten().filter(|halt| *halt > now) {
                until = until.min(halt);
            }
        }
        Pace { rate: if fresh { pace.fresh } else { pace.rate }, until, ..pace }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Epoch, Fill, Shape, Tag};
    use crate::lab::wire::{Stretch, TimelineView, TracePart};

    const CLIENT: NodeId = NodeId(2);
    const SERVER: NodeId = NodeId(0);
    const OPERATION: OperationId = OperationId { client: CLIENT, number: 7 };

    struct Lines(Vec<TraceLine>);

    impl Lines {
        fn add(&mut self, cause: u32, time: u64, node: NodeId, code: Code, detail: u64) -> u32 {
            let number = self.0.len() as u32 + 1;
            let (kind, bytes, routine, words) = (0, 10, false, String::new());
            let at = Position { time: Time(time), k: number };
            self.0.push(TraceLine { number, cause, at, node, code, kind, detail, bytes, routine, words });
            number
        }

        fn trail(self) -> Trail {
            let mut trail = Trail::default();
            let known = Stretch { until: Time(9_999), screen_ms: 1, silence: false, beat: true };
            trail.follow(
                &TimelineView { revision: 1, story: vec![known], ..TimelineView::default() },
                Position::default(),
            );
            trail.take(TracePart { revision: 1, entries: self.0, more: false, messages: vec!["ASK".into()] });
            trail
        }
    }

    /// A request, a write on the disk, an answer; and what comes before and after.
    fn asked() -> (Lines, Vec<u32>) {
        let mut lines = Lines(Vec::new());
        let offer = lines.add(0, 100, CLIENT, Code::Offer, 0);
        let mut its = vec![lines.add(offer, 100, CLIENT, Code::Invoke, OPERATION.number)];
        its.push(lines.add(offer, 100, CLIENT, Code::Send, 51));
        lines.add(0, 150, SERVER, Code::Send, 52);
        let at_server = lines.add(its[1], 200, SERVER, Code::Deliver, 51);
        let sync = lines.add(at_server, 200, SERVER, Code::Sync, 0);
        let durable = lines.add(sync, 300, SERVER, Code::Durable, 0);
        let reply = lines.add(durable, 300, SERVER, Code::Send, 53);
        let answer = lines.add(reply, 400, CLIENT, Code::Deliver, 53);
        its.extend([at_server, sync, durable, reply, answer]);
        (lines, its)
    }

    #[test]
    fn its_course_begins_with_the_question_and_ends_with_the_answer() {
        let (mut lines, mut its) = asked();
        let answer = its[its.len() - 1];
        its.push(lines.add(answer, 400, CLIENT, Code::Complete, OPERATION.number));
        // The next operation, and a timer that the request has set.
        lines.add(answer, 400, CLIENT, Code::Invoke, OPERATION.number + 1);
        lines.add(answer, 400, CLIENT, Code::Send, 54);
        let timer = lines.add(its[2], 500, SERVER, Code::Fire, 0);
        lines.add(timer, 500, SERVER, Code::Send, 55);
        let course = Course::of(&lines.trail(), OPERATION).expect("it was asked");
        assert_eq!(course.cone.numbers, [&[1], &its[..]].concat());
        let flights: Vec<(u64, Option<u64>)> =
            course.messages.iter().map(|message| (message.flight, message.ended.map(|(at, _)| at.time.0))).collect();
        assert_eq!(flights, [(51, Some(200)), (53, Some(400))]);
        let next = OperationId { number: OPERATION.number + 1, ..OPERATION };
        assert!(Course::of(&Trail::default(), next).is_none());
    }

    #[test]
    fn while_it_waits_what_its_timers_bring_is_its_own() {
        let (mut lines, its) = asked();
        let timer = lines.add(its[0], 500, CLIENT, Code::Fire, 0);
        lines.add(timer, 500, CLIENT, Code::Send, 56);
        let course = Course::of(&lines.trail(), OPERATION).expect("it was asked");
        assert_eq!(course.messages.iter().map(|message| message.flight).collect::<Vec<_>>(), [51, 53, 56]);
        assert_eq!(course.messages[2].ended, None);
    }

    #[test]
    fn what_flies_for_it_takes_its_full_time() {
        let (lines, _) = asked();
        let course = Course::of(&lines.trail(), OPERATION).expect("it was asked");
        let worn = Pace { rate: 16, fresh: 1, until: Time(700), silence: false, beat: true, rests: false };
        let at = |time: u64, pace: Pace| {
            let frame = Frame { at: Position { time: Time(time), k: 9 }, ..Frame::default() };
            let Pace { rate, until, .. } = course.pace(&frame, pace);
            (rate, until.0)
        };
        assert_eq!(at(50, worn), (16, 100), "before it");
        assert_eq!(at(100, worn), (1, 200), "the request");
        assert_eq!(at(250, worn), (1, 300), "the disk");
        assert_eq!(at(300, worn), (1, 400), "the answer");
        assert_eq!(at(400, worn), (16, 700), "after it");
        assert_eq!(at(150, Pace { until: Time(160), ..worn }), (1, 160), "no farther than the beat");
        assert_eq!(at(150, Pace { beat: false, ..worn }), (16, 700), "a silence is a silence");
    }

    #[test]
    fn what_has_not_ended_flies_if_nothing_is_in_its_way() {
        let (mut lines, _) = asked();
        lines.0.truncate(3);
        let course = Course::of(&lines.trail(), OPERATION).expect("it was asked");
        let worn = Pace { rate: 16, fresh: 1, until: Time(700), silence: false, beat: true, rests: false };
        let pace = |arrives: Option<Time>| {
            let tag = Tag {
                label: String::new(),
                shape: Shape::Proposal,
                fill: Fill::Request,
                epoch: None::<Epoch>,
                rows: Vec::new(),
            };
            let (sent, stalled, verbs) = (Time(100), None, Vec::new());
            let flight = Flight { number: 51, from: CLIENT, to: SERVER, sent, arrives, stalled, bytes: 1, tag, verbs };
            let frame = Frame { at: Position { time: Time(120), k: 9 }, flights: vec![flight], ..Frame::default() };
            course.pace(&frame, worn)
        };
        assert_eq!(pace(Some(Time(200))), Pace { rate: 1, until: Time(200), ..worn });
        assert_eq!(pace(None), worn);
    }

    #[test]
    fn it_is_told_when_its_client_shows_it_no_more() {
        let (mut lines, its) = asked();
        lines.0[1].words = "#7 put x 1".into();
        let end = lines.add(its[its.len() - 1], 400, CLIENT, Code::Complete, OPERATION.number);
        lines.0[end as usize - 1].words = "#7 done: ok".into();
        let course = Course::of(&lines.trail(), OPERATION).expect("it was asked");
        let at = |time| course.frame(Position { time: Time(time), k: 99 });
        assert_eq!(at(50), None);
        let pending = at(300).expect("it was asked");
        assert_eq!((pending.words.as_str(), pending.outcome, pending.ended), ("put x 1", Outcome::Pending, None));
        let done = at(400).expect("it was answered");
        assert_eq!((done.outcome, done.answer.as_deref(), done.ended), (Outcome::Done, Some("ok"), Some(Time(400))));
    }
}
