//! The claims: M1 to M5, what they are for, and that everybody comes to their turn.

use litemap::LiteMap;

use super::ghost::Ghost;
use super::line::Name;
use super::machine::{FIRST, Machine};
use super::memory::{Memory, Owner};
use super::thread::{State, Thread};
use super::{Mutex, Node};
use crate::sim::{Claim, Expectation, NodeId, Verdict, World};

pub const CLAIMS: &[Claim<Mutex>] = &[
    Claim {
        name: "one_holder",
        says: "By what threads know, at most one has a lock",
        expectation: Expectation::Always,
        check: one_holder,
    },
    Claim {
        name: "only_the_owner_unlocks",
        says: "A lock is released by its owner alone",
        expectation: Expectation::Always,
        check: |world| judge(world.ghost().has_released, world.ghost(), |ghost| ghost.foreign_release.as_ref()),
    },
    Claim {
        name: "first_come_first_served",
        says: "The lock goes to waiters in the order in which they came; not promised to those who never waited",
        expectation: Expectation::Always,
        check: |world| judge(somebody_waits(world), world.ghost(), |ghost| ghost.out_of_turn.as_ref()),
    },
    Claim {
        name: "no_wakeup_is_lost",
        says: "Where a lock is free and somebody waits for it, one of them was woken",
        expectation: Expectation::Always,
        check: no_wakeup_is_lost,
    },
    Claim {
        name: "given_up_is_never_granted",
        says: "Who timed out or was interrupted is not given the lock afterwards",
        expectation: Expectation::Always,
        check: given_up_is_never_granted,
    },
    Claim {
        name: "no_update_is_lost",
        says: "Nobody stores over what another has stored since the load: what mutual exclusion is for",
        expectation: Expectation::Always,
        check: |world| judge(world.ghost().has_stored, world.ghost(), |ghost| ghost.update_lost.as_ref()),
    },
    Claim {
        name: "no_circle_of_waits",
        says: "Threads do not wait for one another in a circle",
        expectation: Expectation::Always,
        check: no_circle_of_waits,
    },
    Claim {
        name: "every_waiter_is_served",
        says: "In the end nobody waits for a lock that nobody is going to release",
        expectation: Expectation::Eventually,
        check: every_waiter_is_served,
    },
];

fn violated(says: String, nodes: Vec<NodeId>) -> Verdict {
    Verdict::Violated { says, nodes }
}

fn judge(premise: bool, ghost: &Ghost, wrong: fn(&Ghost) -> Option<&String>) -> Verdict {
    match wrong(ghost) {
        Some(says) => violated(says.clone(), vec![FIRST]),
        None if premise => Verdict::Holds,
        None => Verdict::Vacuous,
    }
}

pub fn machines(world: &World<Mutex>) -> impl Iterator<Item = &Machine> {
    world.roster().ids().filter_map(|id| world.node(id)).map(|Node(machine)| &**machine)
}

/// The locks of every machine that is up, each with the memory that it lies in.
pub fn locks(world: &World<Mutex>) -> impl Iterator<Item = (&Machine, Name, &super::memory::Lock)> {
    machines(world).flat_map(|machine| machine.memory.locks.iter().map(move |(name, lock)| (machine, *name, lock)))
}

fn somebody_waits(world: &World<Mutex>) -> bool {
    locks(world).any(|(_, _, lock)| !lock.line.is_empty())
}

/// A belief counts in the life of the machine that it came from: memory that died took its locks with it.
fn one_holder(world: &World<Mutex>) -> Verdict {
    let mut holders: LiteMap<(NodeId, Name), Vec<Owner>> = LiteMap::new();
    for machine in machines(world) {
        let home = if machine.config.shares_locks { FIRST } else { machine.me };
        let Some(Node(host)) = world.node(home) else { continue };
        for (place, thread) in machine.threads.iter().enumerate() {
            // Who has asked to release it no longer acts on having it.
            let gives_back = |name: &Name| {
                thread.state == State::Asks && thread.line() == Some(super::line::Line::Unlock { lock: *name })
            };
            let held = thread.holds.iter().filter(|(name, hold)| hold.life == host.life && !gives_back(name));
            for (name, _) in held {
                holders.entry((home, *name)).or_default().push(machine.owner(place as u8));
            }
        }
    }
    match holders.iter().find(|(_, who)| who.len() > 1) {
        Some(((home, name), who)) => {
            let nodes = who.iter().map(|who| NodeId(who.machine)).chain([*home]).collect();
            violated(format!("{} and {} both have {name}", who[0], who[1]), nodes)
        }
        None if holders.is_empty() => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

fn no_wakeup_is_lost(world: &World<Mutex>) -> Verdict {
    let mut verdict = Verdict::Vacuous;
    for (machine, name, lock) in locks(world).filter(|(_, _, lock)| !lock.line.is_empty()) {
        verdict = Verdict::Holds;
        if lock.owner.is_none() && !lock.woken.is_some_and(|woken| lock.line.contains(&woken)) {
            let says = format!("{name} is free, {} waits for it, and nobody was woken", lock.line[0]);
            return violated(says, vec![machine.me]);
        }
    }
    verdict
}

/// A thread that owns a lock has it, or is about to learn that it was given it.
fn given_up_is_never_granted(world: &World<Mutex>) -> Verdict {
    let mut verdict = Verdict::Vacuous;
    for (machine, name, lock) in locks(world) {
        let Some(owner) = lock.owner.filter(|owner| owner.machine == machine.me.0) else { continue };
        verdict = Verdict::Holds;
        let thread: &Thread = &machine.threads[usize::from(owner.thread)];
        let is_told =
            matches!(thread.state, State::Given { .. }) && thread.line().and_then(|line| line.asks()) == Some(name);
        let is_dead = thread.state == State::Dead || machine.config.has_processes && !machine.config.rules.is_robust;
        if !thread.holds.contains_key(&name) && !is_told && !is_dead && !machine.config.rules.trusts_unlocks {
            return violated(format!("{name} was given to {owner}, who had given up waiting for it"), vec![machine.me]);
        }
    }
    verdict
}

fn no_circle_of_waits(world: &World<Mutex>) -> Verdict {
    let mut verdict = Verdict::Vacuous;
    for machine in machines(world) {
        let memory: &Memory = &machine.memory;
        for who in memory.locks.values().flat_map(|lock| &lock.line) {
            verdict = Verdict::Holds;
            if let Some(circle) = memory.circle(*who) {
                let words: Vec<String> = circle.iter().map(|(who, lock)| format!("{who} waits for {lock}")).collect();
                return violated(words.join(", "), vec![machine.me]);
            }
        }
    }
    verdict
}

/// An owner that lives and waits for nothing may release yet; it is for its program to do so.
fn every_waiter_is_served(world: &World<Mutex>) -> Verdict {
    let mut verdict = Verdict::Vacuous;
    for (machine, name, lock) in locks(world) {
        let Some(first) = lock.line.front() else { continue };
        verdict = Verdict::Holds;
        if let Some(why) = hopeless(world, machine, name, *first) {
            return violated(why, vec![machine.me]);
        }
    }
    verdict
}

/// Why nobody releases a lock that this one waits for, as things are.
pub fn hopeless(world: &World<Mutex>, machine: &Machine, name: Name, who: Owner) -> Option<String> {
    let lock = machine.memory.locks.get(&name)?;
    let Some(owner) = lock.owner else {
        return lock.woken.is_none().then(|| format!("{who} waits for {name}, which nobody has"));
    };
    let Some(Node(host)) = world.node(NodeId(owner.machine)) else {
        return Some(format!("{who} waits for {name}, and {owner} is no more"));
    };
    let thread = &host.threads[usize::from(owner.thread)];
    let is_stuck = machine.memory.circle(who).is_some() || machine.memory.circle(owner).is_some();
    match thread.state {
        State::Dead => Some(format!("{who} waits for {name}, and {owner} is dead")),
        _ if is_stuck => Some(format!("{who} waits for {name}, in a circle")),
        State::Idle if !thread.holds.contains_key(&name) => {
            Some(format!("{who} waits for {name}, and {owner} does not know that it has it"))
        }
        _ => None,
    }
}
