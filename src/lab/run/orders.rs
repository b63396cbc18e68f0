//! What a command means for this run: which nodes and messages, which faults, and why it would change nothing.

use std::sync::Arc;

use super::{Run, Workload};
use crate::describe::Describe;
use crate::lab::command::{Command, LinkPick, MessagePick, Pick};
use crate::lab::faults::Order;
use crate::lab::wire::MarkKind;
use crate::lab::words::nearest;
use crate::sim::{Action, CONTROL, Due, Fault, FlightId, Interrupt, LaneFaults, NoEffect, NodeId, Span};
use crate::sorting::sort;

impl<P: Describe> Run<P> {
    pub(super) fn carry_out(&mut self, command: &Command) -> Result<(), NoEffect> {
        let order = || Order { line: command.to_string(), remedy: self.remedy(command) };
        self.chronicle.order = command.is_fault().then(order);
        let outcome = self.dispatch(command);
        let order = self.chronicle.order.take();
        if outcome.is_ok() {
            let now = self.world.now();
            match order {
                Some(Order { line, .. }) => self.chronicle.mark(now, line, MarkKind::Fault),
                None if command.is_fault() => self.chronicle.story.news(now),
                None => {}
            }
            if changes_network(command) {
                let since = (self.world.now(), command.to_string());
                self.chronicle.operations.counts.clear();
                self.chronicle.operations.since = Some(since);
            }
        }
        outcome
    }

    pub(super) fn find(&self, pick: &Pick) -> Result<NodeId, NoEffect> {
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
        sort(&mut numbers);
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
        let mut lanes = between(sides);
        lanes.retain(|(from, to)| !self.world.network().faults(*from, *to).cut);
        let cuts = lanes.into_iter().map(|(from, to)| Fault::Cut { from, to });
        self.faults(cuts).map_err(|_| NoEffect("these links are cut already".to_owned()))
    }

    fn mend_between(&mut self, sides: &[Vec<NodeId>]) -> Result<(), NoEffect> {
        let mut lanes = between(sides);
        lanes.retain(|(from, to)| self.world.network().faults(*from, *to).cut);
        self.faults(lanes.into_iter().map(|(from, to)| Fault::Mend { from, to }))
    }

    fn sides(&self, sides: &[Vec<Pick>]) -> Result<Vec<Vec<NodeId>>, NoEffect> {
        let mut seen = Vec::new();
        let mut find = |pick: &Pick| {
            let id = self.find(pick)?;
            if seen.contains(&id) {
                return Err(NoEffect(format!("{} cannot stand on two sides", self.world.roster().name(id))));
            }
            seen.push(id);
            Ok(id)
        };
        sides.iter().map(|side| side.iter().map(&mut find).collect()).collect()
    }

    /// A node on one side, and all others on the other.
    fn apart(&self, id: NodeId) -> [Vec<NodeId>; 2] {
        [vec![id], self.world.roster().ids().filter(|other| *other != id).collect()]
    }

    /// The line that would end what a command begins, with the nodes that it means now.
    fn remedy(&self, command: &Command) -> String {
        let Some(mut remedy) = command.remedy() else { return String::new() };
        for pick in remedy.nodes() {
            if let Ok(id) = self.find(pick) {
                self.world.roster().name(id).clone_into(&mut pick.0);
            }
        }
        remedy.to_string()
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
                let sides = self.apart(self.find(node)?);
                self.cut_between(&sides)
            }
            Command::Rejoin { node } => {
                let sides = self.apart(self.find(node)?);
                self.mend_between(&sides).map_err(|_| NoEffect(format!("no link of {node} is cut")))
            }
            Command::Cut(link) => self.each_way(link, |from, to| Fault::Cut { from, to }),
            Command::Mend(link) => self.each_way(link, |from, to| Fault::Mend { from, to }),
            Command::Partition(sides) => {
                let sides = self.sides(sides)?;
                self.cut_between(&sides)
            }
            Command::Unite(sides) => {
                let sides = self.sides(sides)?;
                self.mend_between(&sides).map_err(|_| NoEffect("no link between them is cut".to_owned()))
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
                self.each_way(link, |from, to| Fault::Narrow { from, to, bandwidth: *bandwidth })
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
                let known = P::FILES.iter().position(|name| name == file);
                let file = known.ok_or_else(|| NoEffect(format!("no file is called {file}")))? as u8;
                self.perform(Action::Happen(Due::Persist { node: id, file }))
            }
            Command::StepClock { node, by_micros } => {
                self.fault_at(node, |node| Fault::StepClock { node, by_micros: *by_micros })
            }
            Command::SkewClock { node, ppm } => self.fault_at(node, |node| Fault::SkewClock { node, ppm: *ppm }),
            Command::SlowDisk { node, by } => self.fault_at(node, |node| Fault::SlowDisk { node, by: *by }),
            Command::Arm { node, pause, how, before, nth } => {
                let interrupt = if *pause { Interrupt::Pause } else { Interrupt::Crash(*how) };
                let known = effects::<P>().find(|known| known == before);
                let before = known.ok_or_else(|| NoEffect(format!("no effect is called {before}")))?;
                self.fault_at(node, |node| Fault::Arm { node, before, nth: *nth, interrupt })
            }
            Command::Input { node, text } => {
                let node = self.find(node)?;
                let input = P::parse_input(text).map_err(NoEffect)?;
                self.perform(Action::Offer { node, input })
            }
            Command::Workload { node, kind, every, until } => {
                let node = self.find(node)?;
                let workloads = Arc::make_mut(&mut self.workloads);
                workloads.retain(|other| other.node != node);
                let every = (*every).max(Span(1));
                let place = workloads.partition_point(|other| other.node < node);
                workloads.insert(place, Workload { node, kind: kind.clone(), every, until: *until, turn: 1 });
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

    pub(super) fn check_command(&self, command: &Command) -> Result<(), (String, String)> {
        command.clone().nodes().into_iter().try_for_each(|node| self.check_pick(node))?;
        match command {
            Command::Drop(message) | Command::Duplicate(message) | Command::Deliver(message) => {
                known("no message is called", &message.name, P::MESSAGES.iter().chain(&CONTROL).copied())
            }
            Command::Persist { file, .. } => known("no file is called", file, P::FILES.iter().copied()),
            Command::Arm { before, .. } => known("no effect is called", before, effects::<P>()),
            Command::Input { text, .. } => {
                P::parse_input(text).map(|_| ()).map_err(|why| (why, format!("for example: {}", P::SAMPLE_INPUT)))
            }
            Command::Workload { kind, .. } => {
                known("no workload is called", kind, P::WORKLOADS.iter().map(|(name, _)| *name))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check_pick(&self, pick: &Pick) -> Result<(), (String, String)> {
        if Pick::looks_like_node(&pick.0) {
            return known(
                "no node is called",
                &pick.0,
                self.world.roster().ids().map(|id| self.world.roster().name(id)),
            );
        }
        Ok(())
    }
}

/// Whether the counts of operations per side begin anew.
fn changes_network(command: &Command) -> bool {
    matches!(
        command,
        Command::Cut(_)
            | Command::Mend(_)
            | Command::Partition(_)
            | Command::Unite(_)
            | Command::Isolate { .. }
            | Command::Rejoin { .. }
            | Command::Heal
    )
}

/// Both directions of every link between nodes of different sides.
fn between(sides: &[Vec<NodeId>]) -> Vec<(NodeId, NodeId)> {
    let mut lanes = Vec::new();
    for (i, side) in sides.iter().enumerate() {
        for &a in side {
            lanes.extend(sides[i + 1..].iter().flatten().flat_map(|&b| [(a, b), (b, a)]));
        }
    }
    lanes
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

/// The effects that an interrupt can stand before: messages by their short names, and what else a node does.
fn effects<P: Describe>() -> impl Iterator<Item = &'static str> {
    P::MESSAGES.iter().chain(&["write", "sync", "answer"]).copied()
}

/// One of these, or the nearest as a hint.
pub(super) fn known<'a>(
    otherwise: &str,
    name: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), (String, String)> {
    let names: Vec<&str> = names.collect();
    if names.contains(&name) { Ok(()) } else { Err((format!("{otherwise} {name}"), nearest(name, names.into_iter()))) }
}
