//! An order that explains a history, carried on while the history grows: what returns is put where it fits, at the end or
//! a little before it, so that a look costs what came since the last one. What finds no place here may have one in another
//! order: then all of the history has to be judged again.

use std::collections::VecDeque;

use litemap::LiteMap;

use super::history::EventNumber;
use super::model::Model;
use super::models::Property;

/// How many of the newest operations another may be put before, and how many with unknown outcome are tried as its cause.
const REACH: usize = 32;

pub(super) struct Explanation<M: Model> {
    property: Property,
    /// The newest of the order, and what there is behind them.
    placed: VecDeque<Placed<M>>,
    state: M::State,
    /// Placed, and by now too far back to put anything before, without a return yet.
    settled: Vec<Asked<M::Op>>,
    /// Called, and not in the order.
    open: Vec<Asked<M::Op>>,
    /// By session, the newest call of those that returned.
    newest: LiteMap<u32, EventNumber>,
}

#[derive(Clone)]
pub(super) struct Asked<Op> {
    pub operation: u32,
    pub session: u32,
    pub op: Op,
    pub called: EventNumber,
}

struct Placed<M: Model> {
    asked: Asked<M::Op>,
    returned: Option<EventNumber>,
    before: M::State,
}

impl<M: Model> Explanation<M> {
    pub fn new(model: &M, property: Property) -> Explanation<M> {
        Explanation {
            property,
            placed: VecDeque::new(),
            state: model.initial(),
            settled: Vec::new(),
            open: Vec::new(),
            newest: LiteMap::new(),
        }
    }

    /// An operation that may have happened from now on.
    pub fn called(&mut self, asked: Asked<M::Op>) {
        self.open.push(asked);
    }

    /// It did not happen; false if the order has it.
    pub fn failed(&mut self, operation: u32) -> bool {
        self.open.retain(|asked| asked.operation != operation);
        !self.placed.iter().any(|placed| placed.asked.operation == operation)
            && !self.settled.iter().any(|asked| asked.operation == operation)
    }

    /// It returned, and this is what it was, now that its answer is known; false if no place is found for it.
    pub fn returned(&mut self, model: &M, asked: Asked<M::Op>, at: EventNumber) -> bool {
        let in_sessions = self.property == Property::SequentiallyConsistent;
        let newest = self.newest.entry(asked.session).or_default();
        if in_sessions && asked.called < *newest {
            return false;
        }
        *newest = asked.called;
        self.open.retain(|other| other.operation != asked.operation);
        let is_it = |other: &Asked<M::Op>| other.operation == asked.operation;
        if let Some(place) = self.placed.iter().position(|placed| is_it(&placed.asked)) {
            let is_passed = |placed: &Placed<M>| placed.returned.is_some() && placed.asked.session == asked.session;
            self.placed[place].returned = Some(at);
            let is_kept = !in_sessions || !self.placed.range(place + 1..).any(is_passed);
            return is_kept && self.placed[place].asked.op == asked.op;
        }
        if let Some(place) = self.settled.iter().position(is_it) {
            return !in_sessions && self.settled.swap_remove(place).op == asked.op;
        }
        let new = [(asked, Some(at))];
        if self.places(&new[0].0).any(|place| self.put(model, place, &new)) {
            return true;
        }
        // Perhaps something that nobody knows the outcome of was its cause.
        let [new] = new;
        for index in (0..self.open.len()).rev().take(REACH) {
            let pair = [(self.open[index].clone(), None), new.clone()];
            let least = self.places(&pair[0].0).last().unwrap_or_default();
            if self.places(&pair[1].0).take_while(|place| *place >= least).any(|place| self.put(model, place, &pair)) {
                self.open.remove(index);
                return true;
            }
        }
        false
    }

    /// The end of the order, as a judge found it: each operation follows the last.
    pub fn append(&mut self, model: &M, asked: Asked<M::Op>, returned: Option<EventNumber>) -> bool {
        self.open.retain(|other| other.operation != asked.operation);
        let newest = self.newest.entry(asked.session).or_default();
        if returned.is_some() {
            *newest = asked.called.max(*newest);
        }
        self.put(model, self.placed.len(), &[(asked, returned)])
    }

    /// Where an operation may stand, the end first.
    fn places(&self, asked: &Asked<M::Op>) -> impl Iterator<Item = usize> + use<M> {
        let has_to_precede = |placed: &&Placed<M>| match (self.property, placed.returned) {
            (_, None) => false,
            (Property::Linearizable, Some(at)) => at < asked.called,
            (Property::SequentiallyConsistent, Some(_)) => placed.asked.session == asked.session,
        };
        let free = self.placed.iter().rev().take_while(|placed| !has_to_precede(placed)).count();
        (self.placed.len() - free..=self.placed.len()).rev()
    }

    /// Puts operations at a place, unless what is behind it does not come out as it did.
    fn put(&mut self, model: &M, place: usize, new: &[(Asked<M::Op>, Option<EventNumber>)]) -> bool {
        let first = self.placed.get(place).map_or(&self.state, |placed| &placed.before).clone();
        let mut states = vec![first];
        let behind = self.placed.iter().skip(place).map(|placed| &placed.asked.op);
        for op in new.iter().map(|(asked, _)| &asked.op).chain(behind) {
            let Some(next) = states.last().and_then(|state| model.step(state, op)) else { return false };
            states.push(next);
        }
        self.state = states.pop().expect("there is a first");
        let added = new.iter().map(|(asked, returned)| (asked.clone(), *returned));
        let behind = self.placed.split_off(place).into_iter().map(|placed| (placed.asked, placed.returned));
        let again = added.chain(behind).collect::<Vec<_>>().into_iter().zip(states);
        self.placed.extend(again.map(|((asked, returned), before)| Placed { asked, returned, before }));
        while self.placed.len() > REACH {
            let Some(oldest) = self.placed.pop_front() else { break };
            self.settled.extend(oldest.returned.is_none().then_some(oldest.asked));
        }
        true
    }
}
