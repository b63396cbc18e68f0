//! What is known of a history before it is searched: what each operation does, and what is still to come for a state.

use crate::judges::history::EventNumber;
use crate::judges::model::{Nature, OpId, StateId, Table, Task};
use crate::sorting::sort_by_key;

/// What an operation does, with the states that it needs and that it leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Observes(StateId),
    Overwrites(StateId),
    Changes { from: StateId, to: StateId },
}

impl Role {
    pub fn needs(self) -> Option<StateId> {
        match self {
            Role::Observes(state) | Role::Changes { from: state, .. } => Some(state),
            Role::Overwrites(_) => None,
        }
    }

    pub fn leads_to(self) -> Option<StateId> {
        match self {
            Role::Overwrites(state) | Role::Changes { to: state, .. } => Some(state),
            Role::Observes(_) => None,
        }
    }

    pub fn overwrites(self) -> bool {
        matches!(self, Role::Overwrites(_))
    }
}

/// What the history has for a state: places of events, in their order.
#[derive(Clone, Default)]
pub struct Outlook {
    /// Calls and returns of what needs it and has to happen.
    needed: Vec<(usize, usize)>,
    /// Calls of what leads to it.
    made: Vec<usize>,
    /// Something with unknown outcome needs it.
    pub may_be_needed: bool,
}

impl Outlook {
    /// Call and return of the first that needs it and is called from a place on.
    pub fn needed_from(&self, place: usize) -> Option<(usize, usize)> {
        self.needed.get(self.needed.partition_point(|(call, _)| *call < place)).copied()
    }

    /// The first call from a place on of what leads to it.
    pub fn made_from(&self, place: usize) -> Option<usize> {
        self.made.get(self.made.partition_point(|call| *call < place)).copied()
    }
}

pub struct Event {
    pub task: u32,
    pub returns: bool,
}

pub struct Facts {
    pub tasks: Vec<Task<OpId>>,
    /// By operation.
    pub roles: Vec<Role>,
    pub events: Vec<Event>,
    /// By task, the place of its return.
    pub returns: Vec<usize>,
    /// By event, the first return of what is called later.
    pub soonest: Vec<usize>,
    outlooks: Vec<Outlook>,
}

impl Facts {
    /// None if an operation neither overwrites nor needs just one state.
    pub fn new(tasks: Vec<Task<OpId>>, mut table: Table) -> Option<Facts> {
        let mut roles = Vec::new();
        for op in (0..).take(table.ops()) {
            let Nature { observes, overwrites, needs, .. } = table.nature(op);
            roles.push(match needs {
                Some(from) if observes => Role::Observes(from),
                Some(from) => Role::Changes { from, to: table.step(from, op)? },
                None if overwrites => Role::Overwrites(table.step(Table::START, op)?),
                None => return None,
            });
        }
        let mut events = Vec::new();
        for (task, number) in tasks.iter().zip(0..) {
            events.push((task.call, Event { task: number, returns: false }));
            events.extend(task.until.map(|until| (until, Event { task: number, returns: true })));
        }
        sort_by_key(&mut events, |(at, _)| *at);
        let events: Vec<Event> = events.into_iter().map(|(_, event)| event).collect();
        let mut returns = vec![usize::MAX; tasks.len()];
        let mut soonest = vec![usize::MAX; events.len() + 1];
        for (place, event) in events.iter().enumerate().rev() {
            let task = event.task as usize;
            if event.returns {
                returns[task] = place;
            }
            soonest[place] = soonest[place + 1].min(if event.returns { usize::MAX } else { returns[task] });
        }
        let states = roles.iter().flat_map(|role| [role.needs(), role.leads_to()]).flatten().max();
        let mut outlooks = vec![Outlook::default(); states.unwrap_or_default() as usize + 1];
        for (place, event) in events.iter().enumerate().filter(|(_, event)| !event.returns) {
            let role = roles[tasks[event.task as usize].op as usize];
            if let Some(state) = role.needs() {
                let outlook = &mut outlooks[state as usize];
                match tasks[event.task as usize].until {
                    Some(_) => outlook.needed.push((place, returns[event.task as usize])),
                    None => outlook.may_be_needed = true,
                }
            }
            if let Some(state) = role.leads_to() {
                outlooks[state as usize].made.push(place);
            }
        }
        Some(Facts { tasks, roles, events, returns, soonest, outlooks })
    }

    pub fn op(&self, task: u32) -> OpId {
        self.tasks[task as usize].op
    }

    pub fn role(&self, task: u32) -> Role {
        self.roles[self.op(task) as usize]
    }

    pub fn returns(&self, task: u32) -> usize {
        self.returns[task as usize]
    }

    pub fn outlook(&self, state: StateId) -> &Outlook {
        &self.outlooks[state as usize]
    }

    /// The number of the event at a place, among all of the history.
    pub fn number(&self, place: usize) -> EventNumber {
        let Event { task, returns } = self.events[place];
        let Task { call, until, .. } = self.tasks[task as usize];
        until.filter(|_| returns).unwrap_or(call)
    }
}
