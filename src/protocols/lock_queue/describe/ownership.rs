//! Who holds what, who waits, and who only believes: by the server's table and by each client's own clock.

use crate::describe::{
    Admission, Belief, Certainty, Figure, Gauge, Holder, Queue, Reading, Stamp, Strip, Tenure, Ticket, Viewpoint,
};
use crate::machines::key_value::Word;
use crate::machines::lock_table::{Grant, Lock};
use crate::protocols::lock_queue::Timer;
use crate::protocols::lock_queue::acquisition::{Acquisition, Stage};
use crate::protocols::lock_queue::client::Client;
use crate::protocols::lock_queue::config::{HELD, REFUSED, STALE_ACCEPTED};
use crate::protocols::lock_queue::leased::{Leased, armed, clients};
use crate::protocols::lock_queue::resource::{self, Resource};
use crate::sim::{Health, Kind, NodeId, World};

/// What stands next to a resource.
const STAMPS: usize = 7;

pub fn token(number: u64) -> String {
    format!("#{number}")
}

pub fn gauge<S: Leased>(world: &World<S>, id: NodeId, timer: Timer, label: String) -> Option<Gauge> {
    armed(world, id, timer).map(|armed| Gauge { label, ends: armed.ends, span: armed.span })
}

/// Who has it, by the word of whoever decides.
pub fn grant<S: Leased>(world: &World<S>, resource: &str) -> Option<Grant> {
    S::table(world)?.grant(resource)
}

fn certainty(grant: Grant) -> Certainty {
    if grant.is_held { Certainty::Settled } else { Certainty::Waiting }
}

/// By resource: who has it, and who stands in line for it.
pub fn queues<S: Leased>(world: &World<S>) -> Vec<Queue> {
    let Some(table) = S::table(world) else { return Vec::new() };
    let name = |client: u16| world.roster().name(NodeId(client)).to_owned();
    let kept = |timer, label| gauge(world, S::keeper(world)?, timer, label);
    let holder = |resource: &str, grant: Grant| {
        let (timer, label) = if grant.is_held {
            (Timer::Lease(resource.into()), "lease")
        } else {
            (Timer::Offer(resource.into()), "offer")
        };
        Holder {
            name: name(grant.request.client),
            node: Some(NodeId(grant.request.client)),
            token: Some(token(grant.token)),
            certainty: certainty(grant),
            gauge: kept(timer, format!("{label} of the {resource}")),
        }
    };
    let next_token = Some(token(table.tokens() + 1));
    let queue = |(resource, lock): (&Word, &Lock)| Queue {
        resource: resource.to_string(),
        holders: lock.grant.map(|grant| holder(resource, grant)).into_iter().collect(),
        waiters: lock
            .line
            .iter()
            .map(|ticket| Ticket {
                name: name(ticket.request.client),
                node: Some(NodeId(ticket.request.client)),
                gauge: kept(Timer::Wait(ticket.request), "waits".to_owned()),
            })
            .collect(),
        next_token: next_token.clone(),
    };
    let queues: Vec<Queue> = table.locks().map(queue).collect();
    if !queues.is_empty() {
        return queues;
    }
    // Before anybody has asked there is no line, but there is something to ask for.
    let free = |id| Queue {
        resource: S::locks(world.config()).resource_name(id).to_owned(),
        holders: Vec::new(),
        waiters: Vec::new(),
        next_token: next_token.clone(),
    };
    world.roster().of_kind(Kind::Resource).map(free).collect()
}

/// The token in which a client believes. One that is paused has not looked at its clock since: it still believes.
fn believed<S: Leased>(world: &World<S>, id: NodeId, acquisition: &Acquisition) -> Option<u64> {
    let Stage::Holding { token, .. } = acquisition.stage else { return None };
    let has_stopped = world.slot(id).health == Health::Paused;
    let now = world.slot(id).clock.monotonic(world.now());
    if has_stopped { Some(token) } else { acquisition.believes(now) }
}

pub fn beliefs<S: Leased>(world: &World<S>, id: NodeId, client: &Client) -> Vec<Belief> {
    let belief = |(resource, acquisition): (&Word, &Acquisition)| {
        let number = believed(world, id, acquisition)?;
        let grant = grant(world, resource).filter(|grant| grant.token == number);
        Some(Belief {
            resource: resource.to_string(),
            token: Some(token(number)),
            certainty: grant.map_or(Certainty::Uncertain, certainty),
            gauge: gauge(world, id, Timer::Belief(resource.clone()), "believes".to_owned()),
        })
    };
    client.acquisitions().filter_map(belief).collect()
}

/// All who believe, each with what it believes.
fn all_beliefs<S: Leased>(world: &World<S>) -> Vec<(NodeId, Belief)> {
    clients(world)
        .flat_map(|(id, client, _)| beliefs(world, id, client).into_iter().map(move |belief| (id, belief)))
        .collect()
}

pub fn strip<S: Leased>(world: &World<S>, resource: &Resource) -> Strip {
    let skipped = resource.strip.len().saturating_sub(STAMPS);
    Strip {
        title: "writes, newest right".to_owned(),
        note: format!("highest token seen: {}", token(resource.highest)),
        stamps: resource.strip.iter().skip(skipped).map(|write| stamp(world, write)).collect(),
    }
}

fn stamp<S: Leased>(world: &World<S>, write: &resource::Stamp) -> Stamp {
    let admission = match (write.is_accepted, write.token < write.highest) {
        (false, _) => Admission::Refused,
        (true, true) => Admission::Violation,
        (true, false) => Admission::Accepted,
    };
    let verdict = match admission {
        Admission::Accepted => None,
        Admission::Refused => Some("refused"),
        Admission::Violation => Some("taken all the same"),
    };
    Stamp {
        label: token(write.token),
        title: format!("{} by {}", write.value, world.roster().name(write.client)),
        admission,
        says: verdict.map(|verdict| format!("stale #{} < #{}: {verdict}", write.token, write.highest)),
    }
}

/// By resource: who has it by the server's table, then who believes so, then how many wait.
pub fn tenures<S: Leased>(world: &World<S>) -> Vec<Tenure> {
    let mut tenures = Vec::new();
    let beliefs = all_beliefs(world);
    for id in world.roster().of_kind(Kind::Resource) {
        let resource = S::locks(world.config()).resource_name(id);
        if let Some(grant) = grant(world, resource) {
            tenures.push(Tenure {
                subject: resource.to_owned(),
                row: String::new(),
                words: format!("{} {}", world.roster().name(NodeId(grant.request.client)), token(grant.token)),
                certainty: certainty(grant),
                view: Viewpoint::Truth,
            });
        }
        tenures.extend(beliefs.iter().filter(|(_, belief)| belief.resource == resource).map(|(who, belief)| Tenure {
            subject: resource.to_owned(),
            row: world.roster().name(*who).to_owned(),
            words: belief.token.clone().unwrap_or_default(),
            certainty: belief.certainty,
            view: Viewpoint::Belief,
        }));
        let waiting = S::table(world).map_or(0, |table| table.waiting(resource));
        if waiting > 0 {
            tenures.push(Tenure {
                subject: resource.to_owned(),
                row: format!("line for {resource}"),
                words: waiting.to_string(),
                certainty: Certainty::Settled,
                view: Viewpoint::Level,
            });
        }
    }
    tenures
}

pub fn figures<S: Leased>(world: &World<S>) -> Vec<Figure> {
    let beliefs = all_beliefs(world);
    let resources = || world.roster().of_kind(Kind::Resource);
    let name = |id: NodeId| S::locks(world.config()).resource_name(id);
    let believers = |id: NodeId| beliefs.iter().filter(|(_, belief)| belief.resource == name(id)).count();
    let twice = resources().filter(|id| believers(*id) > 1).map(|id| u64::from(id.0));
    let grants = || resources().filter_map(|id| Some((id, grant(world, name(id))?)));
    let held = grants().filter(|(_, grant)| grant.is_held).map(|(id, _)| u64::from(id.0));
    let holder = |(_, grant): (NodeId, Grant)| {
        let words = format!("{} {}", world.roster().name(NodeId(grant.request.client)), token(grant.token));
        if grant.is_held { words } else { format!("offered to {words}") }
    };
    let holders: Vec<String> = grants().map(holder).collect();
    let holders = if holders.is_empty() { "nobody".to_owned() } else { holders.join("; ") };
    // Requests are numbered by client and life, so that each has a number of its own.
    let lines = S::table(world).into_iter().flat_map(|table| table.locks());
    let waiting = lines.flat_map(|(_, lock)| &lock.line).map(|ticket| {
        let request = ticket.request;
        u64::from(request.client) << 48 | u64::from(request.life as u16) << 32 | u64::from(request.number)
    });
    let figure = |label, reading, is_main| Figure { label, reading, is_main, is_bad: false };
    vec![
        figure("Two believe they hold it", Reading::Total(twice.collect()), true),
        figure("True holder", Reading::Words(holders), true),
        figure("Held", Reading::Total(held.collect()), false),
        figure("Longest wait", Reading::Longest(waiting.collect()), false),
        figure("Handovers", Reading::Reached(HELD), false),
        figure("Stale writes refused", Reading::Reached(REFUSED), false),
        Figure { is_bad: true, ..figure("Stale writes accepted", Reading::Reached(STALE_ACCEPTED), false) },
    ]
}
