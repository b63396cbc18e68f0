//! A run of one system: its world, its chronicle and its workloads, behind the [`Engine`] seam.

use std::cell::RefCell;
use std::sync::Arc;

use super::chronicle::{Chronicle, Counts, Interest, OWN_CODE, Tap, TraceLine};
use super::command::{Command, LinkPick, MessagePick, Pick};
use super::engine::{Engine, Reached, Record};
use super::frame::{ClaimFrame, ClaimKind, Frame, Outcome, Position, Violation};
use super::picture;
use super::script::{Condition, LastOutcome};
use super::story::Story;
use super::testimony::{Contradiction, Watch};
use super::trace::Segment;
use super::wire::{MarkKind, Sentence, SentenceKind};
use super::words::nearest;
use crate::describe::{Describe, Epoch, Property, Standing};
use crate::parts::ChunkedLog;
use crate::sim::random;
use crate::sim::{
    Action, CONTROL, Due, Expectation, Fault, FlightId, Health, Interrupt, Kind, LaneFaults, NoEffect, NodeId,
    Settings, Span, Time, Verdict, World,
};

#[derive(Clone)]
pub struct Run<P: Describe> {
    pub(super) world: World<P>,
    pub(super) chronicle: Chronicle<P>,
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
    /// The next turn on the grid.
    turn: u64,
}

impl Workload {
    fn at(&self) -> Option<Time> {
        let at = Time(self.turn.saturating_mul(self.every.0));
        self.until.is_none_or(|until| at <= until).then_some(at)
    }
}

impl<P: Describe> Run<P> {
    pub fn new(settings: &Settings) -> Run<P> {
        Run::listening(settings, |_| {})
    }

    /// A run whose chronicle is prepared before the nodes boot.
    pub fn listening(settings: &Settings, prepare: impl FnOnce(&mut Chronicle<P>)) -> Run<P> {
        let roster = P::roster(&P::configure(settings));
        let mut chronicle = Chronicle::new(roster);
        prepare(&mut chronicle);
        let world = World::new(settings, &mut chronicle);
        let mut run = Run { world, chronicle, events: 0, workloads: Arc::default(), watch: RefCell::default() };
        run.settle_accounts();
        run
    }

    fn turn(&self) -> Option<Time> {
        self.workloads.iter().filter_map(Workload::at).min()
    }

    /// After each event and command: who leads, and what the claims say.
    fn settle_accounts(&mut self) {
        let now = self.world.now();
        if self.chronicle.is_shown {
            self.look(now);
        }
        self.judge_claims(now);
    }

    /// Who leads, what the rows are, and what of interest began.
    fn look(&mut self, now: Time) {
        if std::mem::take(&mut self.chronicle.unsettled) {
            let leader = P::leader(&self.world);
            self.chronicle.lead(now, leader);
            self.chronicle.believe(now, self.believers(leader.map(|(id, _)| id)));
        }
        if std::mem::take(&mut self.chronicle.is_moved) {
            self.chronicle.tenures.update(now, P::tenures(&self.world));
            self.chronicle.stretches.update(now, &P::figures(&self.world));
        }
        self.tell(now);
    }

    fn judge_claims(&mut self, now: Time) {
        for (index, claim) in P::claims().iter().enumerate() {
            if claim.expectation == Expectation::Eventually || self.chronicle.verdicts[index].violation.is_some() {
                continue;
            }
            match (claim.check)(&self.world) {
                Verdict::Vacuous => {}
                Verdict::Holds => self.chronicle.verdicts[index].premises += 1,
                Verdict::Violated { says, nodes } => {
                    if claim.expectation == Expectation::Always {
                        let at = self.position();
                        self.chronicle.verdicts[index].premises += 1;
                        self.chronicle.verdicts[index].violation = Some(Violation { at, says: says.clone(), nodes });
                        self.chronicle.violated.get_or_insert(claim.name);
                        self.chronicle.mark(now, says, MarkKind::Violation);
                    }
                }
            }
        }
    }

    /// Who leads by their own belief alone.
    fn believers(&self, leader: Option<NodeId>) -> Vec<(NodeId, Option<Epoch>)> {
        let ids = self.world.roster().ids().filter(|id| Some(*id) != leader && self.world.node(*id).is_some());
        let views =
            ids.filter(|id| is_server(self.world.roster().get(*id).kind)).map(|id| (id, P::node(&self.world, id)));
        views
            .filter(|(_, view)| matches!(view.standing, Standing::Leader | Standing::Superseded))
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
            let ids = || self.world.roster().ids();
            for flying in ids().flat_map(|from| ids().flat_map(move |to| network.in_flight(from, to))) {
                if let Some(arrives) = flying.arrives.filter(|_| !P::routine(flying.body)) {
                    story.sent(now, P::kind(flying.body), arrives.since(now));
                }
            }
        }
    }

    fn perform(&mut self, action: Action<P>) -> Result<(), NoEffect> {
        self.world.apply(action, &mut self.chronicle)
    }

    fn find(&self, pick: &Pick) -> Result<NodeId, NoEffect> {
        if let Some(id) = self.world.roster().find(&pick.0) {
            return Ok(id);
        }
        let leader = P::leader(&self.world).map(|(id, _)| id);
        if let Some(leader) = leader.filter(|_| pick.0 == "leader") {
            return Ok(leader);
        }
        let has_role = |id: &NodeId| P::node(&self.world, *id).role == pick.0;
        let ids = leader.into_iter().chain(self.world.roster().ids());
        ids.filter(has_role)
            .find(|id| self.world.node(*id).is_some())
            .ok_or_else(|| NoEffect(format!("no node is {pick} now")))
    }

    fn directions(&self, link: &LinkPick) -> Result<Vec<(NodeId, NodeId)>, NoEffect> {
        let (a, b) = (self.find(&link.a)?, self.find(&link.b)?);
        if a == b {
            return Err(NoEffect("a link has two ends".to_owned()));
        }
        Ok(if link.one_way { vec![(a, b)] } else { vec![(a, b), (b, a)] })
    }

    fn flight(&self, message: &MessagePick) -> Result<FlightId, NoEffect> {
        let (from, to) = (self.find(&message.from)?, self.find(&message.to)?);
        let network = self.world.network();
        let named =
            network.in_flight(from, to).filter(|flight| P::MESSAGES[usize::from(P::kind(flight.body))] == message.name);
        let control = network.control(from, to).filter(|(_, name)| *name == message.name);
        let mut numbers: Vec<u32> =
            named.map(|flight| flight.id.number).chain(control.map(|(id, _)| id.number)).collect();
        numbers.sort_unstable();
        let index = message.nth as usize - 1;
        let number = numbers.get(index).ok_or_else(|| NoEffect(format!("no {message} is in flight")))?;
        Ok(FlightId { from, to, number: *number })
    }

    /// Performs faults of which at least one must have an effect.
    fn faults(&mut self, faults: impl IntoIterator<Item = Fault>) -> Result<(), NoEffect> {
        let mut outcome = Err(NoEffect("there is nothing to do".to_owned()));
        for fault in faults {
            let result = self.perform(Action::Fault(fault));
            if outcome.is_err() {
                outcome = result;
            }
        }
        outcome
    }

    fn cut_between(&mut self, sides: &[Vec<NodeId>]) -> Result<(), NoEffect> {
        let mut cuts = Vec::new();
        for (i, side) in sides.iter().enumerate() {
            for other in &sides[i + 1..] {
                for &a in side {
                    for &b in other {
                        cuts.push(Fault::Cut { from: a, to: b });
                        cuts.push(Fault::Cut { from: b, to: a });
                    }
                }
            }
        }
        cuts.retain(|cut| matches!(cut, Fault::Cut { from, to } if !self.world.network().faults(*from, *to).cut));
        self.faults(cuts).map_err(|_| NoEffect("these links are cut already".to_owned()))
    }

    fn heal(&mut self) -> Result<(), NoEffect> {
        let mut faults = Vec::new();
        for from in self.world.roster().ids() {
            faults.extend(
                self.world.roster().ids().flat_map(|to| mending(self.world.network().faults(from, to), from, to)),
            );
            if self.world.slot(from).slow_disk() > Span::ZERO {
                faults.push(Fault::SlowDisk { node: from, by: Span::ZERO });
            }
        }
        if self.world.is_held() {
            faults.push(Fault::Release);
        }
        if self.world.is_armed() {
            faults.push(Fault::Disarm);
        }
        self.faults(faults).map_err(|_| NoEffect("nothing is broken".to_owned()))
    }

    fn each_way(&mut self, link: &LinkPick, fault: impl Fn(NodeId, NodeId) -> Fault) -> Result<(), NoEffect> {
        let directions = self.directions(link)?;
        self.faults(directions.into_iter().map(|(from, to)| fault(from, to)))
    }

    fn fault_at(&mut self, node: &Pick, fault: impl FnOnce(NodeId) -> Fault) -> Result<(), NoEffect> {
        let id = self.find(node)?;
        self.perform(Action::Fault(fault(id)))
    }

    fn dispatch(&mut self, command: &Command) -> Result<(), NoEffect> {
        match command {
            Command::Crash { node, how } => self.fault_at(node, |node| Fault::Crash { node, how: *how }),
            Command::Restart { node } => self.fault_at(node, |node| Fault::Restart { node }),
            Command::Pause { node } => self.fault_at(node, |node| Fault::Pause { node }),
            Command::Resume { node } => self.fault_at(node, |node| Fault::Resume { node }),
            Command::Isolate { node } => {
                let id = self.find(node)?;
                let others = self.world.roster().ids().filter(|other| *other != id).collect();
                self.cut_between(&[vec![id], others])
            }
            Command::Rejoin { node } => {
                let id = self.find(node)?;
                let others: Vec<NodeId> = self.world.roster().ids().filter(|other| *other != id).collect();
                let pairs = others.into_iter().flat_map(|other| [(id, other), (other, id)]);
                let cut: Vec<Fault> = pairs
                    .filter(|(from, to)| self.world.network().faults(*from, *to).cut)
                    .map(|(from, to)| Fault::Mend { from, to })
                    .collect();
                self.faults(cut).map_err(|_| NoEffect(format!("no link of {node} is cut")))
            }
            Command::Cut(link) => self.each_way(link, |from, to| Fault::Cut { from, to }),
            Command::Mend(link) => self.each_way(link, |from, to| Fault::Mend { from, to }),
            Command::Partition(sides) => {
                let sides = sides
                    .iter()
                    .map(|side| side.iter().map(|node| self.find(node)).collect::<Result<Vec<_>, _>>())
                    .collect::<Result<Vec<_>, _>>()?;
                self.cut_between(&sides)
            }
            Command::Heal => self.heal(),
            Command::Slow { link, by } => self.each_way(link, |from, to| Fault::Slow { from, to, by: *by }),
            Command::Lose { link, percent } => {
                self.each_way(link, |from, to| Fault::Lose { from, to, percent: *percent })
            }
            Command::Double { link, percent } => {
                self.each_way(link, |from, to| Fault::Double { from, to, percent: *percent })
            }
            Command::Narrow { link, bandwidth } => {
                self.each_way(link, |from, to| Fault::Narrow { from, to, bandwidth: Some(*bandwidth) })
            }
            Command::Reset { a, b } => {
                let (a, b) = (self.find(a)?, self.find(b)?);
                self.perform(Action::Fault(Fault::Reset { a, b }))
            }
            Command::Drop(message) => {
                let flight = self.flight(message)?;
                self.perform(Action::Fault(Fault::Drop(flight)))
            }
            Command::Duplicate(message) => {
                let flight = self.flight(message)?;
                self.perform(Action::Fault(Fault::Duplicate(flight)))
            }
            Command::Deliver(message) => {
                let flight = self.flight(message)?;
                self.perform(Action::Happen(Due::Arrive(flight)))
            }
            Command::Hold(None) => self.perform(Action::Fault(Fault::Hold)),
            Command::Release(None) => self.perform(Action::Fault(Fault::Release)),
            Command::Hold(Some(link)) => self.each_way(link, |from, to| Fault::HoldLane { from, to }),
            Command::Release(Some(link)) => self.each_way(link, |from, to| Fault::ReleaseLane { from, to }),
            Command::Fire { node, timer } => {
                let id = self.find(node)?;
                let set = self.world.slot(id).timers().map(|(timer, _)| timer).find(|set| P::timer_name(set) == *timer);
                let timer = set.cloned().ok_or_else(|| NoEffect(format!("{node} has set no timer {timer}")))?;
                self.perform(Action::Happen(Due::Fire { node: id, timer }))
            }
            Command::Persist { node, file } => {
                let id = self.find(node)?;
                let file = P::FILES.iter().position(|name| name == file).unwrap_or(0) as u8;
                self.perform(Action::Happen(Due::Persist { node: id, file }))
            }
            Command::StepClock { node, by_micros } => {
                self.fault_at(node, |node| Fault::StepClock { node, by_micros: *by_micros })
            }
            Command::SkewClock { node, ppm } => self.fault_at(node, |node| Fault::SkewClock { node, ppm: *ppm }),
            Command::SlowDisk { node, by } => self.fault_at(node, |node| Fault::SlowDisk { node, by: *by }),
            Command::Arm { node, pause, how, before, nth } => {
                let interrupt = if *pause { Interrupt::Pause } else { Interrupt::Crash(*how) };
                let before =
                    effect_name::<P>(before).ok_or_else(|| NoEffect(format!("nothing here is called {before}")))?;
                self.fault_at(node, |node| Fault::Arm { node, before, nth: *nth, interrupt })
            }
            Command::Input { node, text } => {
                let node = self.find(node)?;
                let input = P::parse_input(text).map_err(NoEffect)?;
                self.perform(Action::Offer { node, input })
            }
            Command::Workload { node, kind, every, until } => {
                let node = self.find(node)?;
                let turn = self.world.now().0.div_ceil(every.0.max(1)).max(1);
                let workloads = Arc::make_mut(&mut self.workloads);
                workloads.retain(|other| other.node != node);
                workloads.push(Workload { node, kind: kind.clone(), every: *every, until: *until, turn });
                workloads.sort_by_key(|workload| workload.node);
                Ok(())
            }
            Command::Rest { node } => {
                let node = self.find(node)?;
                let workloads = Arc::make_mut(&mut self.workloads);
                let before = workloads.len();
                workloads.retain(|other| other.node != node);
                if workloads.len() < before { Ok(()) } else { Err(NoEffect("it has no workload".to_owned())) }
            }
            Command::Say(text) => {
                let now = self.world.now();
                self.chronicle.mark(now, text.clone(), MarkKind::Say);
                Ok(())
            }
        }
    }

    fn offer_turn(&mut self) {
        let now = self.world.now();
        let seed = self.world.physics().seed;
        let Some(index) = self.workloads.iter().position(|workload| workload.at() == Some(now)) else { return };
        let workload = &mut Arc::make_mut(&mut self.workloads)[index];
        let (node, turn) = (workload.node, workload.turn);
        workload.turn += 1;
        let bits = random::fold(&[seed, 5, u64::from(node.0), random::name(&workload.kind), turn]);
        if let Some(input) = P::workload(&workload.kind, node, turn, bits) {
            // A client that is down misses its turn.
            let _missed = self.perform(Action::Offer { node, input });
        }
    }

    fn check_pick(&self, pick: &Pick) -> Result<(), (String, String)> {
        if Pick::looks_like_node(&pick.0) && self.world.roster().find(&pick.0).is_none() {
            let names = self.world.roster().ids().map(|id| self.world.roster().name(id));
            return Err((format!("there is no node {pick}"), nearest(&pick.0, names)));
        }
        Ok(())
    }

    fn check_message(&self, message: &MessagePick) -> Result<(), (String, String)> {
        self.check_pick(&message.from)?;
        self.check_pick(&message.to)?;
        let mut known = P::MESSAGES.iter().chain(&CONTROL).copied();
        if known.clone().any(|name| name == message.name) {
            Ok(())
        } else {
            Err((format!("no message is called {}", message.name), nearest(&message.name, &mut known)))
        }
    }
}

/// Of a long run, only the newest travel.
const MOST: u64 = 1_000;

fn newest<T>(log: &ChunkedLog<T>) -> impl Iterator<Item = &T> {
    log.iter_from(log.next_index().saturating_sub(MOST)).map(|(_, item)| item)
}

fn mending(faults: LaneFaults, from: NodeId, to: NodeId) -> Vec<Fault> {
    let mut mending = Vec::new();
    if faults.extra_delay > Span::ZERO {
        mending.push(Fault::Slow { from, to, by: Span::ZERO });
    }
    if faults.loss > 0 {
        mending.push(Fault::Lose { from, to, percent: 0 });
    }
    if faults.doubled > 0 {
        mending.push(Fault::Double { from, to, percent: 0 });
    }
    if faults.bandwidth.is_some() {
        mending.push(Fault::Narrow { from, to, bandwidth: None });
    }
    if faults.held {
        mending.push(Fault::ReleaseLane { from, to });
    }
    if faults.cut {
        mending.push(Fault::Mend { from, to });
    }
    mending
}

/// The interned name of an effect that an interrupt can stand before.
fn effect_name<P: Describe>(name: &str) -> Option<&'static str> {
    P::MESSAGES.iter().chain(&["write", "sync", "answer"]).copied().find(|known| *known == name)
}

impl<P: Describe> Engine for Run<P> {
    fn position(&self) -> Position {
        Position { time: self.world.now(), k: self.chronicle.k }
    }

    fn events(&self) -> u64 {
        self.events
    }

    fn next(&self) -> Option<Time> {
        let turn = if self.world.is_held() { None } else { self.turn() };
        [self.world.next(), turn].into_iter().flatten().min()
    }

    fn step(&mut self) -> bool {
        let turn = if self.world.is_held() { None } else { self.turn() };
        let before = self.world.now();
        let offers = match (self.world.next(), turn) {
            (None, None) => return false,
            (Some(next), Some(turn)) => turn < next,
            (None, Some(_)) => true,
            (Some(_), None) => false,
        };
        let next = if offers { turn } else { self.world.next() }.unwrap_or(before);
        if next > before {
            self.chronicle.k = 0;
        }
        self.chronicle.k += 1;
        if offers {
            self.world.advance(next);
            self.offer_turn();
        } else if let Some(action) = self.world.pop() {
            // Whatever waits in the queue still applies; an effect is not owed.
            let _stale = self.perform(action);
        }
        self.events += 1;
        self.settle_accounts();
        true
    }

    fn advance(&mut self, to: Time) {
        if to > self.world.now() {
            self.world.advance(to);
            self.chronicle.k = 0;
        }
    }

    fn check(&self, command: &Command) -> Result<(), (String, String)> {
        let link = |link: &LinkPick| self.check_pick(&link.a).and_then(|()| self.check_pick(&link.b));
        match command {
            Command::Crash { node, .. }
            | Command::Restart { node }
            | Command::Pause { node }
            | Command::Resume { node }
            | Command::Isolate { node }
            | Command::Rejoin { node }
            | Command::StepClock { node, .. }
            | Command::SkewClock { node, .. }
            | Command::SlowDisk { node, .. }
            | Command::Rest { node } => self.check_pick(node),
            Command::Cut(pick) | Command::Mend(pick) => link(pick),
            Command::Slow { link: pick, .. }
            | Command::Lose { link: pick, .. }
            | Command::Double { link: pick, .. }
            | Command::Narrow { link: pick, .. } => link(pick),
            Command::Hold(pick) | Command::Release(pick) => pick.as_ref().map_or(Ok(()), link),
            Command::Partition(sides) => sides.iter().flatten().try_for_each(|node| self.check_pick(node)),
            Command::Heal | Command::Say(_) => Ok(()),
            Command::Reset { a, b } => self.check_pick(a).and_then(|()| self.check_pick(b)),
            Command::Drop(message) | Command::Duplicate(message) | Command::Deliver(message) => {
                self.check_message(message)
            }
            Command::Fire { node, .. } => self.check_pick(node),
            Command::Persist { node, file } => {
                self.check_pick(node)?;
                if P::FILES.contains(&file.as_str()) {
                    Ok(())
                } else {
                    Err((format!("no file is called {file}"), nearest(file, P::FILES.iter().copied())))
                }
            }
            Command::Arm { node, before, .. } => {
                self.check_pick(node)?;
                let known = P::MESSAGES.iter().chain(&["write", "sync", "answer"]).copied();
                effect_name::<P>(before)
                    .map(|_| ())
                    .ok_or_else(|| (format!("nothing that a node does is called {before}"), nearest(before, known)))
            }
            Command::Input { node, text } => {
                self.check_pick(node)?;
                P::parse_input(text).map(|_| ()).map_err(|why| (why, format!("for example: {}", P::SAMPLE_INPUT)))
            }
            Command::Workload { node, kind, .. } => {
                self.check_pick(node)?;
                if P::WORKLOADS.iter().any(|(name, _)| name == kind) {
                    Ok(())
                } else {
                    let known = P::WORKLOADS.iter().map(|(name, _)| *name);
                    Err((format!("no workload is called {kind}"), nearest(kind, known)))
                }
            }
        }
    }

    fn check_condition(&self, condition: &Condition) -> Result<(), (String, String)> {
        match condition {
            Condition::Milestone { name, .. } => {
                let known = P::milestones().iter().map(|milestone| milestone.name);
                if known.clone().any(|milestone| milestone == name) {
                    Ok(())
                } else {
                    Err((format!("`{name}` is neither a milestone nor another condition"), nearest(name, known)))
                }
            }
            Condition::Claim { name, .. } => {
                let known = P::claims().iter().map(|claim| claim.name);
                let known = known.chain([OWN_CODE]).chain(self.promise().map(|(name, _)| name));
                if known.clone().any(|claim| claim == name) {
                    Ok(())
                } else {
                    Err((format!("no claim is called {name}"), nearest(name, known)))
                }
            }
            Condition::Is { node, .. } | Condition::Leader { node } | Condition::Last { client: node, .. } => {
                self.check_pick(node)
            }
            Condition::NoLeader | Condition::Kept(_) | Condition::Lost(_) => Ok(()),
        }
    }

    fn act(&mut self, command: &Command) -> Result<(), NoEffect> {
        self.chronicle.command = command.is_fault().then(|| command.to_string());
        let outcome = self.dispatch(command);
        self.chronicle.command = None;
        if outcome.is_ok() {
            if command.is_fault() {
                let now = self.world.now();
                self.chronicle.mark(now, command.to_string(), MarkKind::Fault);
            }
            if changes_network(command) {
                let since = (self.world.now(), command.to_string());
                self.chronicle.operations.counts.clear();
                self.chronicle.operations.since = Some(since);
            }
        }
        self.settle_accounts();
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
        match condition {
            Condition::Milestone { name, times } => {
                let reached = self.chronicle.reached.iter().find(|(known, _)| *known == name).map_or(0, |(_, n)| *n);
                reached >= since.count(name) + times
            }
            Condition::Claim { name, holds } => self.judge(name).is_some_and(|verdict| verdict.is_ok() == *holds),
            Condition::Is { node, words, so } => {
                self.find(node).is_ok_and(|id| self.label(id).contains(words.as_str()) == *so)
            }
            Condition::Last { client, outcome, answer } => {
                let Ok(id) = self.find(client) else { return false };
                let Some(last) = self.chronicle.operations.last(id) else { return *outcome == LastOutcome::Idle };
                let fits = match outcome {
                    LastOutcome::Done => last.outcome == Outcome::Done,
                    LastOutcome::Refused => last.outcome == Outcome::Refused,
                    LastOutcome::Unknown => last.outcome == Outcome::Unknown,
                    LastOutcome::Pending => last.outcome == Outcome::Pending,
                    LastOutcome::Idle => last.outcome != Outcome::Pending,
                };
                fits && answer.as_ref().is_none_or(|answer| last.answer.as_ref() == Some(answer))
            }
            Condition::Leader { node } => {
                self.find(node).is_ok_and(|id| P::leader(&self.world).is_some_and(|(leader, _)| leader == id))
            }
            Condition::NoLeader => P::leader(&self.world).is_none(),
            Condition::Kept(n) => P::ledger(&self.world).kept == *n,
            Condition::Lost(n) => P::ledger(&self.world).lost == *n,
        }
    }

    fn reached(&self) -> Reached {
        Reached(self.chronicle.reached.iter().map(|(name, count)| (*name, *count)).collect())
    }

    fn explain(&self, condition: &Condition) -> String {
        match condition {
            Condition::Milestone { name, .. } => format!("`{name}` was not reached"),
            Condition::Claim { name, .. } => match self.judge(name) {
                Some(Err(says)) => format!("violated: {says}"),
                _ => "it holds".to_owned(),
            },
            Condition::Is { node, .. } => {
                self.find(node).map_or_else(|none| none.0, |id| format!("{node} is {}", self.label(id)))
            }
            Condition::Last { client, .. } => {
                let last = self.find(client).ok().and_then(|id| self.chronicle.operations.last(id));
                last.map_or_else(
                    || format!("{client} has asked nothing yet"),
                    |frame| super::chronicle::operation_line(&client.0, frame),
                )
            }
            Condition::Leader { .. } | Condition::NoLeader => match P::leader(&self.world) {
                Some((id, _)) => format!("the leader is {}", self.world.roster().name(id)),
                None => "nobody leads".to_owned(),
            },
            Condition::Kept(_) | Condition::Lost(_) => {
                let ledger = P::ledger(&self.world);
                format!("{} kept, {} lost", ledger.kept, ledger.lost)
            }
        }
    }

    fn record(&self) -> Record {
        let chronicle = &self.chronicle;
        Record {
            marks: newest(&chronicle.marks).cloned().collect(),
            faults: newest(&chronicle.faults)
                .chain(chronicle.lasting.iter().map(|lasting| &lasting.bar))
                .cloned()
                .collect(),
            leaders: newest(&chronicle.leaders)
                .chain(&chronicle.leading)
                .chain(&chronicle.believing)
                .cloned()
                .collect(),
            tenures: newest(&chronicle.tenures.ended).chain(&chronicle.tenures.lasting).cloned().collect(),
            writes: newest(&chronicle.writes).copied().collect(),
            story: chronicle.story.clone(),
            violations: self
                .claim_frames()
                .into_iter()
                .filter_map(|claim| Some((claim.name, claim.violation?)))
                .collect(),
            testimony: chronicle.testimony.clone(),
            promise: P::promise(&self.world),
        }
    }

    fn record_len(&self) -> u64 {
        self.chronicle.marks.len()
    }

    fn interest(&self) -> Interest {
        self.chronicle.interest
    }

    fn story(&self) -> &Story {
        &self.chronicle.story
    }

    fn is_calm(&self) -> bool {
        let writing = self.world.roster().ids().any(|id| self.world.slot(id).disk.is_syncing());
        !writing && self.chronicle.interest.in_flight == 0 && self.chronicle.operations.open_count() == 0
    }

    fn flight_time(&self) -> Span {
        self.world.physics().latency.median()
    }

    fn claims(&self) -> Vec<(&'static str, Expectation, u64, Option<Violation>)> {
        let claims = P::claims().iter().zip(&self.chronicle.verdicts);
        claims
            .map(|(claim, verdict)| (claim.name, claim.expectation, verdict.premises, verdict.violation.clone()))
            .chain(
                self.promise().map(|(name, _)| {
                    (name, Expectation::Always, self.chronicle.testimony.answers(), self.contradiction())
                }),
            )
            .chain(self.chronicle.broken.iter().map(|broken| (OWN_CODE, Expectation::Always, 1, Some(broken.clone()))))
            .collect()
    }

    fn violated(&self) -> Option<&'static str> {
        self.chronicle.violated
    }

    fn contradicted(&self) -> Option<(&'static str, Violation)> {
        self.promise().map(|(name, _)| name).zip(self.contradiction())
    }

    fn answered(&self) -> u64 {
        self.chronicle.writes.len()
    }

    fn judge(&self, name: &str) -> Option<Result<(), String>> {
        if name == OWN_CODE {
            return Some(self.chronicle.broken.as_ref().map_or(Ok(()), |broken| Err(broken.says.clone())));
        }
        if self.promise().is_some_and(|(promised, _)| promised == name) {
            return Some(self.contradiction().map_or(Ok(()), |violation| Err(violation.says)));
        }
        let index = P::claims().iter().position(|claim| claim.name == name)?;
        let claim = &P::claims()[index];
        if let Some(violation) = &self.chronicle.verdicts[index].violation {
            return Some(Err(violation.says.clone()));
        }
        Some(match claim.expectation {
            Expectation::Sometimes if self.chronicle.verdicts[index].premises == 0 => Err("it never was so".to_owned()),
            Expectation::Sometimes | Expectation::Always => Ok(()),
            Expectation::Eventually => match (claim.check)(&self.world) {
                Verdict::Violated { says, .. } => Err(says),
                Verdict::Holds | Verdict::Vacuous => Ok(()),
            },
        })
    }

    fn narration(&self, newest: usize) -> Vec<Sentence> {
        let notes = self.chronicle.notes.iter().map(|note| Sentence {
            at: note.at,
            words: self.chronicle.sentence(note),
            kind: SentenceKind::Noted,
        });
        let marks = &self.chronicle.marks;
        let recent = marks.iter_from(marks.next_index().saturating_sub(64)).map(|(_, mark)| mark);
        let told = recent.filter_map(|mark| {
            let kind = match mark.kind {
                MarkKind::Say => SentenceKind::Said,
                MarkKind::Fault => SentenceKind::Done,
                MarkKind::Milestone | MarkKind::Violation => return None,
            };
            Some(Sentence { at: mark.at.time, words: mark.words.clone(), kind })
        });
        let mut all: Vec<Sentence> = told.chain(notes).collect();
        all.sort_by_key(|sentence| sentence.at);
        all.split_off(all.len().saturating_sub(newest))
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

impl<P: Describe> Run<P> {
    /// The claim that clients can hold the system to by what they see, and what it says.
    fn promise(&self) -> Option<(&'static str, &'static str)> {
        Some(match P::promise(&self.world)?.property {
            Property::Linearizable => (
                "linearizable",
                "One order explains all that clients saw, and each operation stands in it between call and answer",
            ),
            Property::SequentiallyConsistent => (
                "sequentially_consistent",
                "One order explains all that clients saw, and has each client's operations in its own order",
            ),
        })
    }

    /// Where the clients' history breaks that promise.
    fn contradiction(&self) -> Option<Violation> {
        let promise = P::promise(&self.world)?;
        let found = self.watch.borrow_mut().contradiction(&self.chronicle.testimony, &promise);
        let Contradiction { at, says, client } = found?;
        let says = format!("{}: {says}", self.world.roster().name(client));
        Some(Violation { at, says, nodes: vec![client] })
    }

    /// A node's label as conditions see it: its health where it is not well.
    fn label(&self, id: NodeId) -> String {
        let word = match self.world.slot(id).health {
            Health::Up => "",
            Health::Paused => "paused ",
            Health::Crashed | Health::PowerLost => "down ",
        };
        let view = P::node(&self.world, id);
        let detail = if view.detail.is_empty() { String::new() } else { format!(", {}", view.detail) };
        format!("{word}{}{detail}", view.label)
    }

    pub(super) fn claim_frames(&self) -> Vec<ClaimFrame> {
        let claims = P::claims().iter().zip(&self.chronicle.verdicts);
        claims
            .map(|(claim, verdict)| ClaimFrame {
                name: claim.name.to_owned(),
                says: claim.says.to_owned(),
                kind: match claim.expectation {
                    Expectation::Always => ClaimKind::Always,
                    Expectation::Sometimes => ClaimKind::Sometimes,
                    Expectation::Eventually => ClaimKind::Eventually,
                },
                premises: verdict.premises,
                violation: verdict.violation.clone(),
            })
            .chain(self.promise().map(|(name, says)| ClaimFrame {
                name: name.to_owned(),
                says: says.to_owned(),
                kind: ClaimKind::Always,
                premises: self.chronicle.testimony.answers(),
                violation: self.contradiction(),
            }))
            .chain(self.chronicle.broken.iter().map(|violation| ClaimFrame {
                name: OWN_CODE.to_owned(),
                says: "What the protocol's code expects of itself is so".to_owned(),
                kind: ClaimKind::Always,
                premises: 1,
                violation: Some(violation.clone()),
            }))
            .collect()
    }
}

/// Whether the counts of operations per side begin anew.
fn changes_network(command: &Command) -> bool {
    matches!(
        command,
        Command::Cut(_)
            | Command::Mend(_)
            | Command::Partition(_)
            | Command::Isolate { .. }
            | Command::Rejoin { .. }
            | Command::Heal
    )
}

pub(super) fn is_server(kind: Kind) -> bool {
    kind != Kind::Client
}
