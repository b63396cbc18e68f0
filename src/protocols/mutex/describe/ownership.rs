//! Who has a lock, who sleeps in its line, and who only believes: by the lock's own memory and by each thread's.

use crate::describe::{Certainty, Figure, Holder, Queue, Reading, Tenure, Ticket, Viewpoint};
use crate::protocols::mutex::Mutex;
use crate::protocols::mutex::config::{Config, HANDED, TAKEN, UPDATE_LOST};
use crate::protocols::mutex::invariants::{locks, machines};
use crate::protocols::mutex::line::Name;
use crate::protocols::mutex::machine::Machine;
use crate::protocols::mutex::memory::{Lock, Owner};
use crate::protocols::mutex::thread::Thread;
use crate::sim::{NodeId, World};

pub fn queues(machine: &Machine) -> Vec<Queue> {
    let queue = |(name, lock): (&Name, &Lock)| Queue {
        resource: name.to_string(),
        holders: lock.owner.map(|owner| holder(machine.config, owner)).into_iter().collect(),
        waiters: lock.line.iter().map(|owner| ticket(machine.config, *owner)).collect(),
        next_token: None,
    };
    machine.memory.locks.iter().map(queue).collect()
}

/// Where there are several machines, of which one.
fn name(config: Config, owner: Owner) -> String {
    if config.machines > 1 { owner.in_full() } else { owner.to_string() }
}

fn holder(config: Config, owner: Owner) -> Holder {
    Holder {
        name: name(config, owner),
        node: Some(NodeId(owner.machine)),
        token: None,
        certainty: Certainty::Settled,
        gauge: None,
    }
}

fn ticket(config: Config, owner: Owner) -> Ticket {
    Ticket { name: name(config, owner), node: Some(NodeId(owner.machine)), gauge: None }
}

/// By lock: who owns it by its own memory, then which threads take themselves for its owner.
pub fn tenures(world: &World<Mutex>) -> Vec<Tenure> {
    let (config, mut tenures) = (*world.config(), Vec::new());
    for (home, lock_name, lock) in locks(world) {
        let subject = format!("lock {lock_name}");
        tenures.extend(lock.owner.map(|owner| Tenure {
            subject: subject.clone(),
            row: String::new(),
            words: name(config, owner),
            certainty: Certainty::Settled,
            view: Viewpoint::Truth,
        }));
        for (owner, thread) in threads(world) {
            // Machines that share nothing have locks of the same names.
            let is_here = owner.machine == home.me.0 || home.config.shares_locks;
            if is_here && thread.holds.contains_key(&lock_name) {
                let certainty = if lock.owner == Some(owner) { Certainty::Settled } else { Certainty::Uncertain };
                tenures.push(Tenure {
                    subject: subject.clone(),
                    row: name(config, owner),
                    words: "has it".to_owned(),
                    certainty,
                    view: Viewpoint::Belief,
                });
            }
        }
    }
    tenures
}

fn threads(world: &World<Mutex>) -> impl Iterator<Item = (Owner, &Thread)> {
    machines(world).flat_map(|machine| {
        let owner = |place: usize| Owner { machine: machine.me.0, thread: place as u8 };
        machine.threads.iter().enumerate().map(move |(place, thread)| (owner(place), thread))
    })
}

pub fn figures(world: &World<Mutex>) -> Vec<Figure> {
    let number = |owner: Owner| u64::from(owner.machine) << 8 | u64::from(owner.thread);
    let owners: Vec<String> = locks(world)
        .filter_map(|(_, lock_name, lock)| Some(format!("{} has {lock_name}", name(*world.config(), lock.owner?))))
        .collect();
    let owners = if owners.is_empty() { "nobody".to_owned() } else { owners.join(", ") };
    let held = locks(world).filter(|(_, _, lock)| lock.owner.is_some());
    let held = held.map(|(home, lock_name, _)| u64::from(home.me.0) << 8 | lock_name.number()).collect();
    let waiting = locks(world).flat_map(|(_, _, lock)| lock.line.iter().map(|owner| number(*owner))).collect();
    let figure = |label, reading, is_main| Figure { label, reading, is_main, is_bad: false };
    vec![
        figure("True owner", Reading::Words(owners), true),
        Figure { is_bad: true, ..figure("Updates lost", Reading::Reached(UPDATE_LOST), true) },
        figure("Held", Reading::Total(held), false),
        figure("Longest wait", Reading::Longest(waiting), false),
        figure("Taken", Reading::Reached(TAKEN), false),
        figure("Handed over", Reading::Reached(HANDED), false),
    ]
}
