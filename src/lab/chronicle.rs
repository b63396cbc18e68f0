//! What a run leaves behind, as it goes: marks, operations, faults, leaders, verdicts. It is cloned with every
//! checkpoint, so whatever grows with the run is kept in shared chunks.

use std::collections::VecDeque;
use std::hash::Hash as _;
use std::hash::Hasher as _;
use std::sync::Arc;

use litemap::LiteMap;

use super::entry::{Body, Names, Plain, PlainEntry};
use super::faults::{Faults, Order};
use super::frame::{OperationFrame, Outcome, Position, Violation};
use super::narration::Notes;
use super::story::Story;
use super::telling::{TraceLine, asked, operation_line, trace_line};
use super::tenures::{Stretches, Tenures};
use super::testimony::{Testimony, When, Which};
use super::trace::{Segment, Short};
use super::wire::{Arrival, LeaderBar, Mark, MarkKind};
use crate::describe::{Describe, Epoch, Said};
use crate::parts::ChunkedLog;
use crate::sim::fingerprint::Stable;
use crate::sim::observer::{Arg, fill};
use crate::sim::{Completion, Fault, FlightId, Kind, NodeId, OperationId, Roster, Span, Time};
use crate::sorting::sorted_by_key;

#[derive(Clone, Debug)]
pub struct Chronicle {
    names: Arc<Names>,
    /// See [`Describe::TELLS_OPERATIONS`].
    tells_operations: bool,
    pub marks: ChunkedLog<Mark>,
    /// When each acknowledged operation was.
    pub writes: ChunkedLog<Time>,
    pub faults: Faults,
    /// What is being carried out; none once it is told in words.
    pub order: Option<Order>,
    pub leaders: ChunkedLog<LeaderBar>,
    pub leading: Option<LeaderBar>,
    pub tenures: Tenures,
    /// What came to resources.
    pub arrivals: ChunkedLog<Arrival>,
    pub stretches: Stretches,
    /// Who leads by belief alone.
    pub believing: Vec<LeaderBar>,
    pub story: Story,
    /// Messages of interest and syncs that began in this step: how long they take is known at its end.
    pub(super) departed: Vec<(FlightId, u8)>,
    pub(super) writing: Vec<(NodeId, u8)>,
    /// Nodes of which a thread has performed an instruction in this step.
    pub(super) stepped: Vec<NodeId>,
    /// Resources that took a message in this step.
    pub(super) visited: Vec<NodeId>,
    pub(super) disturbed: bool,
    pub operations: Operations,
    pub testimony: Testimony,
    pub notes: Notes,
    /// How often each milestone was reached.
    pub reached: LiteMap<&'static str, u32>,
    /// By claim, in the protocol's order.
    pub verdicts: Vec<Verdicts>,
    pub broken: Option<Violation>,
    /// The first claim that was violated.
    pub violated: Option<&'static str>,
    pub leaderless: Span,
    /// The part of it that ended last.
    outage: Span,
    led_until: Time,
    /// When a message of interest left or came last, or a thread went on.
    pub last_of_interest: Time,
    /// What a runner wants to read line by line.
    pub tap: Option<Box<Tap>>,
    /// The trace in short, since the last checkpoint.
    pub segment: Segment,
    /// Every entry, for those who asked for it before the run began.
    pub trace: Option<Vec<TraceLine>>,
    /// Folded over every entry, where asked for.
    pub hash: Option<u64>,
    /// Somebody looks at more than claims, operations and milestones.
    pub is_shown: bool,
    /// Something happened that may have changed who leads.
    pub(super) unsettled: bool,
    /// Something happened that may have changed who has what.
    pub(super) is_moved: bool,
    /// How many events of this microsecond have happened.
    pub(super) k: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    /// How often the claim's premise held.
    pub premises: u64,
    pub violation: Option<Violation>,
}

/// The clients' operations: what is open, what ended last, and the counts since the network last changed.
#[derive(Clone, Debug, Default)]
pub struct Operations {
    open: Vec<OperationFrame>,
    recent: LiteMap<NodeId, VecDeque<OperationFrame>>,
    /// By the server that a client last sent something to; by the client itself where there is none.
    pub counts: LiteMap<NodeId, Counts>,
    sent_to: LiteMap<NodeId, NodeId>,
    /// Over the whole run.
    pub ended: Counts,
    pub since: Option<(Time, String)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub answered: u32,
    pub refused: u32,
    pub unknown: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Tap {
    pub notes: bool,
    pub messages: bool,
    pub lines: Vec<(Time, String)>,
}

/// The claim that stands for what a protocol's code expects of itself.
pub const OWN_CODE: &str = "expectations_of_the_code";
/// Bubbles that stay beside a client after their operation has ended.
const RECENT: usize = 3;

impl Chronicle {
    pub fn new<P: Describe>(roster: &Roster<P::Role>) -> Chronicle {
        Chronicle {
            names: Arc::new(Names::of::<P>(roster)),
            tells_operations: P::TELLS_OPERATIONS,
            marks: ChunkedLog::default(),
            writes: ChunkedLog::default(),
            faults: Faults::default(),
            order: None,
            leaders: ChunkedLog::default(),
            leading: None,
            tenures: Tenures::default(),
            arrivals: ChunkedLog::default(),
            stretches: Stretches::default(),
            believing: Vec::new(),
            story: Story::default(),
            departed: Vec::new(),
            writing: Vec::new(),
            stepped: Vec::new(),
            visited: Vec::new(),
            disturbed: false,
            operations: Operations::default(),
            testimony: Testimony::default(),
            notes: Notes::default(),
            reached: LiteMap::new(),
            verdicts: P::claims().iter().map(|_| Verdicts::default()).collect(),
            broken: None,
            violated: None,
            leaderless: Span::ZERO,
            outage: Span::ZERO,
            led_until: Time::ZERO,
            last_of_interest: Time::ZERO,
            tap: None,
            segment: Segment::default(),
            trace: None,
            hash: None,
            is_shown: true,
            unsettled: true,
            is_moved: true,
            k: 0,
        }
    }

    pub fn name(&self, id: NodeId) -> &str {
        self.names.node(id)
    }

    pub fn sentence(&self, template: &str, args: &[Arg]) -> String {
        fill(template, args, &self.names.roster)
    }

    pub fn mark(&mut self, time: Time, words: String, kind: MarkKind) {
        if kind != MarkKind::Milestone {
            self.story.news(time);
        }
        self.marks.push(Mark { at: Position { time, k: self.k }, words, kind });
    }

    fn note(&mut self, at: Time, template: &'static str, args: Vec<Arg>) {
        self.notes.put(at, template, args, &self.marks, self.order.is_some());
    }

    /// Called when who leads may have changed.
    pub(super) fn lead(&mut self, now: Time, leader: Option<(NodeId, Option<Epoch>)>) {
        let current = self.leading.as_ref().map(|bar| (bar.node, bar.epoch));
        if current == leader {
            return;
        }
        if current.is_none() {
            self.outage = self.last_outage(now);
            self.leaderless = self.leaderless + self.outage;
        }
        if let Some(mut bar) = self.leading.take() {
            bar.to = Some(now);
            self.leaders.push(bar);
            self.led_until = now;
        }
        self.leading = leader.map(|(node, epoch)| LeaderBar { node, epoch, from: now, to: None, believed: false });
        self.story.news(now);
    }

    /// Called with it: who besides leads by their own belief.
    pub(super) fn believe(&mut self, now: Time, believers: Vec<(NodeId, Option<Epoch>)>) {
        let stays = |bar: &LeaderBar| believers.contains(&(bar.node, bar.epoch));
        for bar in self.believing.extract_if(.., |bar| !stays(bar)) {
            if bar.from < now {
                self.leaders.push(LeaderBar { to: Some(now), ..bar });
            }
        }
        for (node, epoch) in believers {
            if !self.believing.iter().any(|bar| (bar.node, bar.epoch) == (node, epoch)) {
                self.believing.push(LeaderBar { node, epoch, from: now, to: None, believed: true });
            }
        }
    }

    /// How long nobody has led since the last who did, or did before somebody led again.
    pub fn last_outage(&self, now: Time) -> Span {
        if self.leading.is_some() { self.outage } else { now.since(self.led_until) }
    }

    /// How long nobody has led, so far.
    pub fn leaderless_until(&self, now: Time) -> Span {
        if self.leading.is_some() { self.leaderless } else { self.leaderless + self.last_outage(now) }
    }

    fn say(&mut self, time: Time, line: impl FnOnce(&Self) -> String) {
        if self.tap.is_some() {
            let line = line(self);
            if let Some(tap) = &mut self.tap {
                tap.lines.push((time, line));
            }
        }
    }

    fn travels(&mut self, time: Time, body: &dyn Body) {
        if !body.routine() {
            self.last_of_interest = time;
        }
    }

    fn completed(&mut self, when: When, operation: OperationId, completion: &Completion<String>, said: Option<&Said>) {
        let time = when.at.time;
        let Some(mut ended) = self.operations.end(operation) else { return };
        let which = Which { operation, process: ended.process.clone() };
        let (outcome, answer) = match completion {
            Completion::Done(answer) => {
                self.testimony.answered(when, which, answer.clone(), said.cloned());
                (Outcome::Done, answer.clone())
            }
            Completion::Refused(why) => {
                self.testimony.refused(when, which, why);
                (Outcome::Refused, (*why).to_owned())
            }
            Completion::Unknown(why) => {
                self.testimony.given_up(when, which, why);
                (Outcome::Unknown, (*why).to_owned())
            }
        };
        ended.outcome = outcome;
        ended.answer = Some(answer);
        ended.ended = Some(time);
        self.say(time, |this| operation_line(this.name(operation.client), &ended));
        match outcome {
            Outcome::Done => {
                self.writes.push(time);
                // What took time, and of which nobody told meanwhile, is told by its answer.
                let told = self.tells_operations && self.notes.newest().is_some_and(|newest| newest >= ended.invoked);
                if ended.invoked < time && !told {
                    let (words, answer) = (ended.words.clone(), ended.answer.clone().unwrap_or_default());
                    let args = vec![Arg::Node(operation.client), words.into(), answer.into()];
                    self.note(time, "{0} has its answer to {1}: {2}", args);
                }
            }
            Outcome::Refused => self.story.news(time),
            Outcome::Unknown | Outcome::Pending => {}
        }
        self.operations.remember(operation.client, ended);
    }

    fn faulted(&mut self, time: Time, fault: &Fault) {
        self.story.news(time);
        self.disturbed = true;
        let name = |id| self.names.node(id).to_owned();
        self.faults.performed(time, fault, &name, self.order.as_ref());
    }

    /// Called when something has moved: which parts of nodes have failed by themselves.
    pub(super) fn suffer(&mut self, now: Time, casualties: Vec<String>, line: Option<&str>) {
        if self.faults.suffered(now, casualties, line) {
            self.story.news(now);
        }
    }

    /// Takes down what happened.
    pub fn see(&mut self, entry: &PlainEntry) {
        self.segment.push(Short::of(entry));
        self.keep_words(entry);
        let time = entry.time;
        self.is_moved |= !is_traffic(&entry.what);
        match &entry.what {
            Plain::Sent { flight, to, body } => {
                self.travels(time, *body);
                if self.is_shown && self.names.roster.get(entry.node).kind == Kind::Client {
                    self.operations.sent_to.insert(entry.node, *to);
                }
                if self.is_shown && !body.routine() {
                    self.departed.push((*flight, body.kind()));
                }
                if self.tap.as_ref().is_some_and(|tap| tap.messages) && !body.routine() {
                    self.say(time, |this| format!("{} -> {} {body:?}", this.name(entry.node), this.name(*to)));
                }
            }
            Plain::Delivered { body, .. } => {
                self.travels(time, *body);
                if self.is_shown && self.names.roster.get(entry.node).kind == Kind::Resource {
                    self.visited.push(entry.node);
                }
            }
            Plain::Fired { name, is_step: true } => {
                self.last_of_interest = time;
                if self.order.take().is_some() {
                    let words = vec![Arg::from(name()), Arg::Node(entry.node)];
                    self.note(time, "{0} of {1} goes on", words);
                }
                if self.is_shown {
                    self.stepped.push(entry.node);
                }
            }
            Plain::Dropped { flight, body, why, .. } => {
                self.travels(time, *body);
                if self.tap.as_ref().is_some_and(|tap| tap.messages) {
                    self.say(time, |this| {
                        let (from, to) = (this.name(flight.from), this.name(flight.to));
                        format!("{from} -> {to} {} dropped: {why}", this.names.messages[usize::from(body.kind())])
                    });
                }
            }
            Plain::Invoked { operation, process, words, said } => {
                let cause = if entry.cause > 0 { entry.cause } else { entry.number };
                let when = When { at: Position { time, k: self.k }, entry: cause };
                let which = Which { operation: *operation, process: process.clone() };
                self.testimony.called(when, which, words.clone(), said.clone());
                let frame = OperationFrame {
                    id: *operation,
                    process: process.clone(),
                    words: asked(process.as_deref(), words),
                    outcome: Outcome::Pending,
                    answer: None,
                    invoked: time,
                    ended: None,
                };
                self.operations.open.push(frame);
            }
            Plain::Completed { operation, completion, said } => {
                let when = When { at: Position { time, k: self.k }, entry: entry.number };
                self.completed(when, *operation, completion, said.as_ref());
            }
            Plain::Marked { milestone } => {
                *self.reached.entry(*milestone).or_default() += 1;
                self.unsettled = true;
                self.say(time, |this| format!("{}: {milestone}", this.name(entry.node)));
                let words = format!("{} {milestone}", self.name(entry.node));
                self.mark(time, words, MarkKind::Milestone);
            }
            Plain::Noted { template, args } => {
                self.note(time, template, args.to_vec());
                if self.tap.as_ref().is_some_and(|tap| tap.notes) {
                    self.say(time, |this| format!("{}: {}", this.name(entry.node), this.sentence(template, args)));
                }
            }
            Plain::Broken { why } => {
                let says = format!("{}: {why}", self.name(entry.node));
                self.say(time, |_| format!("violated: {says}"));
                self.mark(time, says.clone(), MarkKind::Violation);
                let at = Position { time, k: self.k };
                self.broken.get_or_insert(Violation { at, says, nodes: vec![entry.node] });
                self.violated.get_or_insert(OWN_CODE);
            }
            Plain::Synced { file } | Plain::Durable { file, .. } if self.is_shown => {
                self.writing.push((entry.node, *file))
            }
            Plain::Crashed { .. } => {
                self.unsettled = true;
                self.testimony.crashed(entry.node);
                self.faults.crashed(time, self.names.node(entry.node), self.order.as_ref());
                if self.order.is_none() {
                    self.note(time, "{0} crashes at the moment that was chosen", vec![Arg::Node(entry.node)]);
                }
            }
            Plain::Paused => {
                self.unsettled = true;
                self.faults.paused(time, self.names.node(entry.node));
                if self.order.is_none() {
                    self.note(time, "{0} is paused at the moment that was chosen", vec![Arg::Node(entry.node)]);
                }
            }
            Plain::Booted | Plain::Offered { .. } | Plain::Resumed => self.unsettled = true,
            Plain::Faulted { fault } => {
                self.unsettled = true;
                self.faulted(time, fault);
            }
            _ => {}
        }
    }

    fn keep_words(&mut self, entry: &PlainEntry) {
        if self.trace.is_none() && self.hash.is_none() {
            return;
        }
        let line = trace_line(entry, Position { time: entry.time, k: self.k }, &self.names);
        if let Some(hash) = &mut self.hash {
            let mut hasher = Stable::default();
            let TraceLine { number, cause, at, node, code, words, .. } = &line;
            (*hash, number, cause, at.time, node, code.word(), words).hash(&mut hasher);
            *hash = hasher.finish();
        }
        self.trace.iter_mut().for_each(|trace| trace.push(line.clone()));
    }
}

impl Operations {
    fn end(&mut self, operation: OperationId) -> Option<OperationFrame> {
        let index = self.open.iter().position(|frame| frame.id == operation)?;
        Some(self.open.remove(index))
    }

    fn remember(&mut self, client: NodeId, ended: OperationFrame) {
        let asked = self.sent_to.get(&client).copied().unwrap_or(client);
        for counts in [self.counts.entry(asked).or_default(), &mut self.ended] {
            match ended.outcome {
                Outcome::Done => counts.answered += 1,
                Outcome::Refused => counts.refused += 1,
                Outcome::Unknown => counts.unknown += 1,
                Outcome::Pending => {}
            }
        }
        let recent = self.recent.entry(client).or_default();
        recent.push_back(ended);
        if recent.len() > RECENT {
            recent.pop_front();
        }
    }

    /// The last operation of a client, ended or not; of processes side by side, that of which was told last.
    pub fn last(&self, client: NodeId) -> Option<&OperationFrame> {
        let open = self.open.iter().rev().find(|frame| frame.id.client == client);
        let ended = self.recent.get(&client).and_then(VecDeque::back);
        let is_newer = |ended: &&OperationFrame| {
            open.is_none_or(|open| ended.process != open.process && ended.ended >= Some(open.invoked))
        };
        ended.filter(is_newer).or(open)
    }

    pub fn open_count(&self) -> usize {
        self.open.len()
    }

    /// By client, oldest first: the newest that ended, then those still open.
    pub fn frames(&self) -> Vec<OperationFrame> {
        let ended = self.recent.values().flatten();
        sorted_by_key(ended.chain(&self.open).cloned(), |frame: &OperationFrame| frame.id.client)
    }
}

/// What by itself changes nobody's standing: a handler that does says so besides.
fn is_traffic(what: &Plain) -> bool {
    matches!(
        what,
        Plain::Sent { .. }
            | Plain::Unsent { .. }
            | Plain::Delivered { .. }
            | Plain::Dropped { .. }
            | Plain::Wrote { .. }
            | Plain::Synced { .. }
            | Plain::Durable { .. }
            | Plain::Connected { .. }
            | Plain::Lost { .. }
            | Plain::Noted { .. }
    )
}
