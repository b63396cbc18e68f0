//! A run of one system: its world, its chronicle and its workloads, behind the [`Engine`] seam.

pub(in crate::lab) mod claims;
mod orders;

use std::cell::RefCell;
use std::sync::Arc;

use super::chronicle::{Chronicle, Counts, Tap};
use super::command::Command;
use super::engine::{Claim, Engine, Reached, Record};
use super::entry::{Listener, Unanswered};
use super::frame::{Frame, Position, Violation};
use super::picture;
use super::script::Condition;
use super::story::Story;
use super::telling::TraceLine;
use super::testimony::Watch;
use super::trace::Segment;
use super::wire::{Arrival, Sentence};
use crate::describe::{Describe, Epoch, Standing};
use crate::parts::ChunkedLog;
use crate::sim::random;
use crate::sim::{Action, Kind, NoEffect, NodeId, Settings, Span, Time, World};

#[derive(Clone)]
pub struct Run<P: Describe> {
    pub(super) world: World<P>,
    pub(super) chronicle: Chronicle,
    unanswered: Unanswered<P>,
    events: u64,
    workloads: Arc<Vec<Workload>>,
    watch: RefCell<Watch>,
}

/// Operations on an absolute grid of time, so that they fall back into step after an edit.
#[derive(Clone, Debug)]
struct Workload {
    node: NodeId,
    kind: String,
    every: Span,
    until: Option<Time>,
    /// The first turn on the grid that has not been taken.
    turn: u64,
}

impl Workload {
    /// The next turn and its time. Those that went by while everything was held are missed.
    fn next(&self, now: Time) -> Option<(Time, u64)> {
        let turn = self.turn.max(now.0.div_ceil(self.every.0));
        let at = Time(turn.saturating_mul(self.every.0));
        self.until.is_none_or(|until| at <= until).then_some((at, turn))
    }
}

impl<P: Describe> Run<P> {
    pub fn new(settings: &Settings) -> Run<P> {
        Run::listening(settings, |_| {})
    }

    /// A run whose chronicle is prepared before the nodes boot.
    pub fn listening(settings: &Settings, prepare: impl FnOnce(&mut Chronicle)) -> Run<P> {
        let roster = P::roster(&P::configure(settings));
        let (mut chronicle, mut unanswered) = (Chronicle::new::<P>(&roster), Unanswered::<P>::new());
        prepare(&mut chronicle);
        let world = World::new(settings, &mut Listener { chronicle: &mut chronicle, unanswered: &mut unanswered });
        let mut run =
            Run { world, chronicle, unanswered, events: 0, workloads: Arc::default(), watch: RefCell::default() };
        run.settle_accounts(None);
        run
    }

    /// When the next turn of a workload is, whose, and which.
    fn turn(&self) -> Option<(Time, usize, u64)> {
        if self.world.is_held() {
            return None;
        }
        let now = self.world.now();
        let turns = self.workloads.iter().enumerate();
        turns.filter_map(|(index, workload)| workload.next(now).map(|(at, turn)| (at, index, turn))).min()
    }

    /// After each event and command: who leads, and what the claims say.
    fn settle_accounts(&mut self, line: Option<&str>) {
        let now = self.world.now();
        if self.chronicle.is_shown {
            self.look(now, line);
        }
        self.judge_claims(now);
    }

    /// Who leads, what the rows are, and what of interest began.
    fn look(&mut self, now: Time, line: Option<&str>) {
        if std::mem::take(&mut self.chronicle.unsettled) {
            let leader = P::leader(&self.world);
            self.chronicle.lead(now, leader);
            self.chronicle.believe(now, self.believers(leader.map(|(id, _)| id)));
        }
        if std::mem::take(&mut self.chronicle.is_moved) {
            self.chronicle.suffer(now, P::casualties(&self.world), line);
            self.chronicle.tenures.update(now, P::tenures(&self.world));
            self.chronicle.stretches.update(now, &P::figures(&self.world));
        }
        for node in std::mem::take(&mut self.chronicle.visited) {
            if let Some(stamp) = P::node(&self.world, node).strip.and_then(|mut strip| strip.stamps.pop()) {
                self.chronicle.arrivals.push(Arrival { at: now, node, stamp });
            }
        }
        self.tell(now);
    }

    /// Who leads by their own belief alone.
    fn believers(&self, leader: Option<NodeId>) -> Vec<(NodeId, Option<Epoch>)> {
        let ids = self.world.roster().ids().filter(|id| Some(*id) != leader && self.world.node(*id).is_some());
        let views =
            ids.filter(|id| is_server(self.world.roster().get(*id).kind)).map(|id| (id, P::node(&self.world, id)));
        views
            .filter(|(_, view)| matches!(view.standing, Standing::Leader | Standing::Alone))
            .map(|(id, view)| (id, view.epoch))
            .collect()
    }

    /// Tells the story what began in this step, now that it is known how long it takes.
    fn tell(&mut self, now: Time) {
        let (network, story) = (self.world.network(), &mut self.chronicle.story);
        for (flight, kind) in self.chronicle.departed.drain(..) {
            if let Some(arrives) = network.arrival(flight) {
                story.sent(now, kind, arrives.since(now));
            }
        }
        for (node, file) in self.chronicle.writing.drain(..) {
            if let Some(due) = self.world.slot(node).sync_due(file) {
                story.written(now, due.since(now));
            }
        }
        for node in self.chronicle.stepped.drain(..) {
            let steps = self.world.slot(node).timers().filter(|(timer, _)| P::is_step(timer));
            // What is due at this very instant tells by itself what it leads to.
            if let Some(next) = steps.map(|(_, armed)| armed.ends).filter(|ends| *ends > now).min() {
                story.stepped(now, next.since(now));
            }
        }
        if std::mem::take(&mut self.chronicle.disturbed) {
            // What stood in line behind a cut may be on its way now.
            for flying in self.world.flying() {
                if let Some(arrives) = flying.arrives.filter(|_| !P::routine(flying.body)) {
                    story.sent(now, P::kind(flying.body), arrives.since(now));
                }
            }
        }
    }

    fn perform(&mut self, action: Action<P>) -> Result<(), NoEffect> {
        self.world.apply(action, &mut Listener { chronicle: &mut self.chronicle, unanswered: &mut self.unanswered })
    }

    fn offer_turn(&mut self, index: usize, turn: u64) {
        let seed = self.world.physics().seed;
        let workload = &mut Arc::make_mut(&mut self.workloads)[index];
        let node = workload.node;
        workload.turn = turn + 1;
        let bits = random::fold(&[seed, 5, u64::from(node.0), random::name(&workload.kind), turn]);
        if let Some(input) = P::workload(&workload.kind, node, turn, bits) {
            // A client that is down misses its turn.
            let _missed = self.perform(Action::Offer { node, input });
        }
    }
}

/// Of a long run, only the newest travel.
const MOST: u64 = 1_000;

fn newest<T>(log: &ChunkedLog<T>) -> impl Iterator<Item = &T> {
    log.iter_from(log.next_index().saturating_sub(MOST)).map(|(_, item)| item)
}

impl<P: Describe> Engine for Run<P> {
    fn position(&self) -> Position {
        Position { time: self.world.now(), k: self.chronicle.k }
    }

    fn events(&self) -> u64 {
        self.events
    }

    fn next(&self) -> Option<Time> {
        [self.world.next(), self.turn().map(|(at, ..)| at)].into_iter().flatten().min()
    }

    fn step(&mut self) -> bool {
        let due = self.world.next();
        let turn = self.turn().filter(|(at, ..)| due.is_none_or(|due| *at < due));
        let Some(next) = turn.map(|(at, ..)| at).or(due) else { return false };
        if next > self.world.now() {
            self.chronicle.k = 0;
        }
        self.chronicle.k += 1;
        if let Some((_, index, turn)) = turn {
            self.world.advance(next);
            self.offer_turn(index, turn);
        } else if let Some(action) = self.world.pop() {
            // Whatever waits in the queue still applies; an effect is not owed.
            let _stale = self.perform(action);
        }
        self.events += 1;
        self.settle_accounts(None);
        true
    }

    fn advance(&mut self, to: Time) {
        if to > self.world.now() {
            self.world.advance(to);
            self.chronicle.k = 0;
        }
    }

    fn check(&self, command: &Command) -> Result<(), (String, String)> {
        self.check_command(command)
    }

    fn check_condition(&self, condition: &Condition) -> Result<(), (String, String)> {
        self.check_names(condition)
    }

    fn act(&mut self, command: &Command) -> Result<(), NoEffect> {
        let outcome = self.carry_out(command);
        self.settle_accounts(Some(&command.to_string()));
        outcome
    }

    fn fork(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }

    fn fingerprint(&self) -> u64 {
        self.world.fingerprint()
    }

    fn frame(&self) -> Frame {
        picture::frame(self)
    }

    fn satisfies(&self, condition: &Condition, since: &Reached) -> bool {
        self.is_so(condition, since)
    }

    fn reached(&self) -> Reached {
        Reached(self.chronicle.reached.iter().map(|(name, count)| (*name, *count)).collect())
    }

    fn explain(&self, condition: &Condition) -> String {
        self.state_of(condition)
    }

    fn record(&self) -> Record {
        let chronicle = &self.chronicle;
        Record {
            marks: newest(&chronicle.marks).cloned().collect(),
            faults: newest(&chronicle.faults.ended).chain(chronicle.faults.lasting()).cloned().collect(),
            leaders: newest(&chronicle.leaders)
                .chain(&chronicle.leading)
                .chain(&chronicle.believing)
                .cloned()
                .collect(),
            tenures: newest(&chronicle.tenures.ended).chain(&chronicle.tenures.lasting).cloned().collect(),
            arrivals: newest(&chronicle.arrivals).cloned().collect(),
            writes: newest(&chronicle.writes).copied().collect(),
            story: chronicle.story.clone(),
            violations: self
                .all_claims()
                .into_iter()
                .filter_map(|claim| Some((claim.name.to_owned(), claim.violation?)))
                .collect(),
            testimony: chronicle.testimony.clone(),
            guarantee: P::guarantee(&self.world),
        }
    }

    fn record_len(&self) -> u64 {
        self.chronicle.marks.len()
    }

    fn last_of_interest(&self) -> Time {
        self.chronicle.last_of_interest
    }

    fn story(&self) -> &Story {
        &self.chronicle.story
    }

    fn is_calm(&self) -> bool {
        self.chronicle.operations.open_count() == 0
            && !self.world.roster().ids().any(|id| self.world.slot(id).disk.is_syncing())
            && !self.world.flying().any(|flying| !P::routine(flying.body))
    }

    fn flight_time(&self) -> Span {
        self.world.physics().latency.median()
    }

    fn claims(&self) -> Vec<Claim> {
        self.all_claims()
    }

    fn violated(&self) -> Option<&'static str> {
        self.chronicle.violated
    }

    fn contradicted(&self) -> Option<(&'static str, Violation)> {
        self.guarantee().map(|(name, _)| name).zip(self.contradiction())
    }

    fn answered(&self) -> u64 {
        self.chronicle.writes.len()
    }

    fn judge(&self, name: &str) -> Option<Result<(), String>> {
        self.judge_now(name)
    }

    fn narration(&self, newest: usize) -> Vec<Sentence> {
        let Chronicle { notes, marks, .. } = &self.chronicle;
        notes.narration(marks, newest, &|template, args| self.chronicle.sentence(template, args))
    }

    fn listen(&mut self, notes: bool, messages: bool) {
        let lines = self.chronicle.tap.take().map(|tap| tap.lines).unwrap_or_default();
        self.chronicle.tap = Some(Box::new(Tap { notes, messages, lines }));
    }

    fn heard(&mut self) -> Vec<(Time, String)> {
        self.chronicle.tap.as_mut().map(|tap| std::mem::take(&mut tap.lines)).unwrap_or_default()
    }

    fn segment(&self) -> &Segment {
        &self.chronicle.segment
    }

    fn begin_segment(&mut self) {
        self.chronicle.segment = Segment::starting_at(u64::from(self.world.entries()) + 1);
    }

    fn keep_trace(&mut self) {
        self.chronicle.trace.get_or_insert_default();
    }

    fn take_trace(&mut self) -> Vec<TraceLine> {
        self.chronicle.trace.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn messages(&self) -> &'static [&'static str] {
        P::MESSAGES
    }

    fn completed(&self) -> Counts {
        self.chronicle.operations.ended
    }

    fn trace(&self) -> &[TraceLine] {
        self.chronicle.trace.as_deref().unwrap_or_default()
    }

    fn trace_hash(&self) -> u64 {
        self.chronicle.hash.unwrap_or_default()
    }

    fn node_name(&self, id: NodeId) -> String {
        self.world.roster().name(id).to_owned()
    }
}

pub(super) fn is_server(kind: Kind) -> bool {
    kind != Kind::Client
}
