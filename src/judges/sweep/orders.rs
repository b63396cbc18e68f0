//! Orders: what the steps to a configuration stand for, and what comes nearest where no configuration is left.

use super::facts::{Event, Role};
use super::front::{Configuration, Front, StepId};
use super::{Step, Sweep};
use crate::judges::linearizability::PARTIAL_ORDERS;
use crate::judges::model::{OpId, Table, Task};
use crate::judges::verdict::Illegal;
use crate::sorting::sort_by_key;

/// A step of an order, what it covers, and what observes it.
#[derive(Default)]
struct Segment {
    overwrites: bool,
    covered: Vec<u32>,
    order: Vec<u32>,
}

impl Sweep {
    /// Of what the order that was found does more often than it was called, or before; false if there is nothing.
    pub(super) fn count_what_was_done_too_often(&mut self) -> bool {
        let too_often: Vec<OpId> = self
            .chain(self.found)
            .filter(|(step, done)| {
                done.is_none_or(|task| self.facts.tasks[task as usize].call > self.facts.number(step.event as usize))
            })
            .map(|(step, _)| self.facts.op(step.task))
            .collect();
        too_often.iter().for_each(|op| self.counted[*op as usize] = true);
        !too_often.is_empty()
    }

    /// Steps from the beginning to the last, with the task that each is: none where it is done more often than it was called.
    fn chain(&self, last: Option<StepId>) -> impl Iterator<Item = (&Step, Option<u32>)> {
        let step = |step: StepId| &self.steps[step as usize];
        let mut steps: Vec<&Step> = std::iter::successors(last.map(step), |one| one.before.map(step)).collect();
        steps.reverse();
        let mut used = vec![0; self.pools.len()];
        steps.into_iter().map(move |step| {
            let Task { op, until, .. } = self.facts.tasks[step.task as usize];
            let pool = self.pools.iter().position(|pool| until.is_none() && pool.op == op);
            let task = pool.map_or(Some(step.task), |pool| {
                used[pool] += 1;
                self.pools[pool].called.get(used[pool] - 1).copied()
            });
            (step, task)
        })
    }

    pub(super) fn illegal(&self, slot: usize, tried: &Front) -> Illegal {
        let kinds = &self.kinds;
        let mut all: Vec<&Configuration> = tried.all().collect();
        sort_by_key(&mut all, |one| std::cmp::Reverse(one.length(kinds)));
        let longest = all[0].length(kinds);
        let mut chosen: Vec<Option<StepId>> = Vec::new();
        for one in all.iter().take_while(|one| one.length(kinds) == longest).take(PARTIAL_ORDERS) {
            chosen.push(one.last);
        }
        let open = (0..self.slots.len()).filter(|other| *other != slot && self.slots[*other].is_some());
        chosen.extend(open.filter_map(|slot| all.iter().find(|one| one.has(slot, kinds))).map(|one| one.last));
        let mut partial: Vec<Vec<u32>> = Vec::new();
        for last in chosen {
            let order = self.order(last, self.place);
            if !partial.contains(&order) {
                partial.push(order);
            }
        }
        let task = &self.facts.tasks[self.facts.events[self.place].task as usize];
        let prefix = task.until.expect("it returned") + 1;
        Illegal { operation: task.operation, prefix, is_shortest: false, partial }
    }

    /// The order that steps stand for, up to an event: observations as soon as they fit, and what is covered directly
    /// before what covers it.
    pub(super) fn order(&self, last: Option<StepId>, end: usize) -> Vec<u32> {
        let mut steps: Vec<(&Step, Option<u32>)> = self.chain(last).collect();
        steps.reverse();
        let mut state = Table::START;
        let mut segments = vec![Segment::default()];
        // Of what is open and has no place: the segment in which it was called.
        let mut open: Vec<(u32, usize)> = Vec::new();
        for place in 0..=end {
            while let Some((step, task)) = steps.pop_if(|(step, _)| step.event as usize == place || place == end) {
                let role = self.facts.role(step.task);
                state = role.leads_to().unwrap_or(state);
                open.retain(|(other, _)| Some(*other) != task);
                let seen = open.extract_if(.., |(other, _)| self.facts.role(*other) == Role::Observes(state));
                let order = task.into_iter().chain(seen.map(|(other, _)| other)).collect();
                segments.push(Segment { overwrites: role.overwrites(), covered: Vec::new(), order });
            }
            let Some(&Event { task, returns }) = self.facts.events.get(place).filter(|_| place < end) else { break };
            if returns {
                let covered = open.extract_if(.., |(other, _)| *other == task);
                self.cover(covered.collect(), &mut segments);
            } else if self.facts.role(task) == Role::Observes(state) {
                segments.last_mut().expect("there is a first").order.push(task);
            } else if self.facts.tasks[task as usize].until.is_some() {
                open.push((task, segments.len()));
            }
        }
        self.cover(open, &mut segments);
        let order = segments.into_iter().flat_map(|segment| segment.covered.into_iter().chain(segment.order));
        order.map(|task| self.facts.tasks[task as usize].operation).collect()
    }

    /// Puts writes before others that happened since they were called, where there are such.
    fn cover(&self, writes: Vec<(u32, usize)>, segments: &mut [Segment]) {
        for (task, called) in writes.into_iter().filter(|(task, _)| self.facts.role(*task).overwrites()) {
            if let Some(segment) = segments[called..].iter_mut().rev().find(|segment| segment.overwrites) {
                segment.covered.push(task);
            }
        }
    }
}
