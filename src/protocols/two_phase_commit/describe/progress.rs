//! How far each transaction is: as a row over time, as an emblem at each node, and as figures.

use std::collections::BTreeSet;

use super::super::TwoPhaseCommit;
use super::super::config::{DECIDED_ABORT, DECIDED_COMMIT};
use super::super::coordinator::Phase;
use super::super::disk::{Outcome, Stable};
use super::super::message::Tx;
use super::super::node::{Node, Server};
use super::super::participant::{Active, Stage};
use super::waiting::{names, servers};
use crate::describe::{Certainty, Emblem, Figure, Holder, Queue, Reading, Tenure, Ticket, Viewpoint};
use crate::sim::{NodeId, Time, World};
use crate::sorting::sorted_by;

type TheWorld = World<TwoPhaseCommit>;

/// Which client a transaction is of: clients number theirs in turn.
fn client(world: &TheWorld, tx: Tx) -> NodeId {
    let config = world.config();
    NodeId(config.first_client() + (tx.0.saturating_sub(1) % u32::from(config.clients.max(1))) as u16)
}

/// Where this transaction is in doubt: the promise is given and the outcome not known, running or on the disk alone.
fn in_doubt(world: &TheWorld, tx: Tx) -> Vec<NodeId> {
    let doubts = |id: &NodeId| match world.node(*id) {
        Some(Node::Server(server)) => server.active.get(&tx).is_some_and(|active| active.stage == Stage::Prepared),
        Some(Node::Client(_)) => false,
        None => world.slot(*id).disk.stable().prepared.contains_key(&tx),
    };
    world.roster().ids().filter(doubts).collect()
}

/// What one transaction is now, in the order of what matters most.
fn state(world: &TheWorld, tx: Tx) -> (String, Certainty) {
    let doubtful = in_doubt(world, tx);
    if !doubtful.is_empty() {
        return (format!("{} in doubt", names(world, &doubtful)), Certainty::Uncertain);
    }
    for server in servers(world) {
        for (account, lock) in server.locks.iter() {
            if lock.waiters.iter().any(|(waiter, _)| *waiter == tx) {
                let holders: Vec<String> = lock.holders.iter().map(|(tx, _)| tx.to_string()).collect();
                let (holders, at) = (holders.join(", "), world.roster().name(server.me));
                return (format!("waits for {account}, held by {holders} at {at}"), Certainty::Waiting);
            }
        }
    }
    let phase = servers(world).find_map(|server| server.coordinated.get(&tx).map(|it| it.phase));
    let ended = |wanted: Outcome| servers(world).any(|server| server.outcomes.get(tx) == Some(wanted));
    match phase {
        Some(Phase::Working) => ("working".to_owned(), Certainty::Open),
        Some(Phase::Voting) => ("prepare, vote".to_owned(), Certainty::Open),
        Some(Phase::Deciding) => ("commit on its way to disk".to_owned(), Certainty::Open),
        Some(Phase::Committed | Phase::Forgotten) => ("committed".to_owned(), Certainty::Settled),
        Some(Phase::Aborted(why)) => (format!("aborted: {why}"), Certainty::Refused),
        None if ended(Outcome::Committed) => ("committed".to_owned(), Certainty::Settled),
        None if ended(Outcome::Aborted) => ("aborted".to_owned(), Certainty::Refused),
        None => ("working".to_owned(), Certainty::Open),
    }
}

/// A row for each transaction that has not ended, and for the last of each client.
pub fn tenures(world: &TheWorld) -> Vec<Tenure> {
    let open = servers(world).flat_map(|server| {
        let coordinated = server.coordinated.iter().filter(|(_, it)| !it.has_ended()).map(|(tx, _)| *tx);
        server.active.keys().copied().chain(coordinated)
    });
    let promised = world.roster().ids().filter(|id| world.node(*id).is_none());
    let promised = promised.flat_map(|id| world.slot(id).disk.stable().prepared.keys().copied());
    let mut rows: BTreeSet<Tx> = BTreeSet::new();
    rows.extend(open.chain(promised));
    let known = servers(world).flat_map(|server| {
        server.coordinated.keys().copied().chain(server.outcomes.latest(8).map(|(tx, _)| tx)).collect::<Vec<_>>()
    });
    let known = sorted_by(known, Tx::cmp);
    for of in (0..world.config().clients).map(|place| NodeId(world.config().first_client() + place)) {
        rows.extend(known.iter().rev().find(|tx| client(world, **tx) == of));
    }
    let row = |tx: Tx| {
        let (words, certainty) = state(world, tx);
        Tenure {
            subject: "transactions".to_owned(),
            row: format!("{tx} {}", world.roster().name(client(world, tx))),
            words,
            certainty,
            view: Viewpoint::Truth,
        }
    };
    rows.into_iter().map(row).collect()
}

/// The transaction that binds a participant most, or the last that ended.
pub fn emblem(world: &TheWorld, server: &Server) -> Option<Emblem> {
    let Some((tx, active)) = most_binding(server) else {
        let (tx, outcome) = server.outcomes.last()?;
        let (certainty, word) = match outcome {
            Outcome::Committed => (Certainty::Settled, "committed"),
            Outcome::Aborted => (Certainty::Refused, "aborted"),
            Outcome::ReadOnly => return None,
        };
        return Some(Emblem {
            certainty,
            words: format!("{tx} {word}"),
            since: None,
            detail: "holds nothing".to_owned(),
        });
    };
    let certainty = match active.stage {
        Stage::Locking => Certainty::Waiting,
        Stage::Working | Stage::Preparing => Certainty::Open,
        Stage::Prepared => Certainty::Uncertain,
        Stage::Committing => Certainty::Settled,
    };
    let (held, blocked) = (server.locks.held_by(tx), server.locks.blocked_by(tx).len());
    Some(Emblem {
        certainty,
        words: format!("{tx} {}", super::nodes::stage_words(active.stage)),
        since: (active.stage == Stage::Prepared).then(|| since(world, server.me, active)),
        detail: format!("holds {held}, blocks {blocked}"),
    })
}

/// The one in doubt before others, then one that holds locks, and the older before the younger.
pub fn most_binding(server: &Server) -> Option<(Tx, &Active)> {
    let holds = |tx: Tx| server.locks.held_by(tx) > 0;
    let most =
        server.active.iter().max_by_key(|(tx, active)| (active.is_bound(), holds(**tx), std::cmp::Reverse(**tx)));
    most.map(|(tx, active)| (*tx, active))
}

/// When this stage began, on the world's clock.
fn since(world: &TheWorld, id: NodeId, active: &Active) -> Time {
    let clock = &world.slot(id).clock;
    let passed = clock.world_span(clock.monotonic(world.now()).since(active.since));
    Time(world.now().0.saturating_sub(passed.0))
}

/// What the disk of one that is down would tell.
pub fn emblem_on_disk(stable: &Stable) -> Option<Emblem> {
    let tx = stable.prepared.keys().next()?;
    let detail = "its promise is on disk".to_owned();
    Some(Emblem { certainty: Certainty::Uncertain, words: format!("{tx} in doubt"), since: None, detail })
}

/// The rows that are locked at a participant.
pub fn queues(world: &TheWorld, server: &Server) -> Vec<Queue> {
    let node = |tx: Tx| Some(client(world, tx));
    let certainty = |tx: &Tx| match server.active.get(tx).map(|active| active.stage) {
        Some(Stage::Prepared) => Certainty::Uncertain,
        _ => Certainty::Settled,
    };
    let queue = |(account, lock): (crate::machines::bank::Account, &crate::parts::strict_locks::Lock<Tx>)| Queue {
        resource: account.to_string(),
        holders: lock
            .holders
            .iter()
            .map(|(tx, _)| Holder {
                name: tx.to_string(),
                node: node(*tx),
                token: None,
                certainty: certainty(tx),
                gauge: None,
            })
            .collect(),
        waiters: lock
            .waiters
            .iter()
            .map(|(tx, _)| Ticket { name: tx.to_string(), node: node(*tx), gauge: None })
            .collect(),
        next_token: None,
    };
    server.locks.iter().map(queue).collect()
}

pub fn figures(world: &TheWorld) -> Vec<Figure> {
    let doubts = |server: &'_ Server| -> Vec<Tx> {
        let doubtful = server.active.iter().filter(|(_, active)| active.stage == Stage::Prepared);
        doubtful.map(|(tx, _)| *tx).collect()
    };
    let (mut in_doubt, mut held, mut behind) = (Vec::new(), 0, BTreeSet::new());
    for server in servers(world) {
        for tx in doubts(server) {
            in_doubt.push(u64::from(tx.0) << 16 | u64::from(server.me.0));
            held += u64::from(server.locks.held_by(tx));
            behind.extend(server.locks.blocked_by(tx));
        }
    }
    let mut waiting: BTreeSet<Tx> = BTreeSet::new();
    for server in servers(world) {
        waiting.extend(server.locks.iter().flat_map(|(_, lock)| lock.waiters.iter().map(|(tx, _)| *tx)));
    }
    let figure = |label, reading, is_main| Figure { label, reading, is_main, is_bad: false };
    vec![
        figure("Longest in doubt", Reading::Longest(in_doubt.clone()), true),
        figure("Locks held in doubt", Reading::Count(held), true),
        figure("Blocked behind them", Reading::Count(behind.len() as u64), true),
        figure("Committed", Reading::Reached(DECIDED_COMMIT), false),
        figure("Aborted", Reading::Reached(DECIDED_ABORT), false),
        figure("In doubt, places", Reading::Count(in_doubt.len() as u64), false),
        figure("Stalled operations", Reading::Count(waiting.len() as u64), false),
    ]
}
