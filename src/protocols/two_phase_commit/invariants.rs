//! The claims: what atomic commitment promises, and what the bank builds on it.

use std::collections::BTreeSet;

use super::TwoPhaseCommit;
use super::ghost::{Nodes, Story};
use super::message::Tx;
use super::node::Node;
use crate::machines::bank::{Account, INITIAL};
use crate::sim::{Claim, Expectation, Health, NodeId, Verdict, World};

type TheWorld = World<TwoPhaseCommit>;

const fn always(name: &'static str, says: &'static str, check: fn(&TheWorld) -> Verdict) -> Claim<TwoPhaseCommit> {
    Claim { name, says, expectation: Expectation::Always, check }
}

pub const CLAIMS: &[Claim<TwoPhaseCommit>] = &[
    always("all_or_nothing", "No participant ever aborts what another commits", all_or_nothing),
    always(
        "commit_needs_every_yes",
        "A coordinator commits only what every participant has agreed to",
        commit_needs_every_yes,
    ),
    always("a_no_means_abort", "What one participant refuses, no coordinator commits", a_no_means_abort),
    always(
        "decisions_are_final",
        "Nobody who has decided ever decides otherwise, not even after a crash",
        decisions_are_final,
    ),
    always(
        "commits_are_obeyed",
        "No participant ever aborts what its coordinator has decided to commit",
        commits_are_obeyed,
    ),
    always("all_yes_commits", "A coordinator that has every yes does not abort", all_yes_commits),
    always(
        "prepared_is_durable_before_yes_leaves",
        "A yes leaves a participant only once its disk has the promise",
        prepared_is_durable_before_yes_leaves,
    ),
    always(
        "commit_is_durable_before_it_leaves",
        "A commit leaves a coordinator only once its disk has the decision",
        commit_is_durable_before_it_leaves,
    ),
    always("the_sum_is_kept", "Transfers never change how much money there is", the_sum_is_kept),
    always("no_half_transfer_is_read", "No reader sees one half of a transaction", no_half_transfer_is_read),
    Claim {
        name: "a_transaction_commits",
        says: "Some transaction was committed",
        expectation: Expectation::Sometimes,
        check: a_transaction_commits,
    },
    Claim {
        name: "every_transaction_ends",
        says: "Once faults have healed, no transaction is open anywhere",
        expectation: Expectation::Eventually,
        check: every_transaction_ends,
    },
];

/// Judges the stories whose premise holds; the first that is wrong is told.
fn stories(
    world: &TheWorld,
    premise: impl Fn(&Story) -> bool,
    wrong: impl Fn(Tx, &Story) -> Option<(String, Vec<NodeId>)>,
) -> Verdict {
    let mut verdict = Verdict::Vacuous;
    for (tx, story) in world.ghost().stories.iter().filter(|(_, story)| premise(story)) {
        if let Some((says, nodes)) = wrong(*tx, story) {
            return Verdict::Violated { says, nodes };
        }
        verdict = Verdict::Holds;
    }
    verdict
}

fn names(world: &TheWorld, nodes: impl Iterator<Item = NodeId>) -> String {
    nodes.map(|node| world.roster().name(node).to_owned()).collect::<Vec<_>>().join(", ")
}

/// What some did and others did the opposite of.
fn at_odds(
    world: &TheWorld,
    some: Nodes,
    others: Nodes,
    says: impl FnOnce(&str, &str) -> String,
) -> Option<(String, Vec<NodeId>)> {
    (!some.is_empty() && !others.is_empty()).then(|| {
        let nodes = some.iter().chain(others.iter()).collect();
        (says(&names(world, some.iter()), &names(world, others.iter())), nodes)
    })
}

fn all_or_nothing(world: &TheWorld) -> Verdict {
    stories(
        world,
        |story| !story.committed.is_empty() || !story.aborted.is_empty(),
        |tx, story| {
            at_odds(world, story.committed, story.aborted, |done, undone| {
                format!("{tx} is committed at {done} and aborted at {undone}")
            })
        },
    )
}

fn commits_are_obeyed(world: &TheWorld) -> Verdict {
    stories(
        world,
        |story| !story.decided_commit.is_empty(),
        |tx, story| {
            at_odds(world, story.decided_commit, story.aborted, |by, undone| {
                format!("{by} has decided to commit {tx}, and it is aborted at {undone}")
            })
        },
    )
}

fn commit_needs_every_yes(world: &TheWorld) -> Verdict {
    stories(
        world,
        |story| !story.decided_commit.is_empty(),
        |tx, story| {
            let lacked = story.lacked?;
            Some((format!("{tx} was committed without the yes of {}", world.roster().name(lacked)), vec![lacked]))
        },
    )
}

fn a_no_means_abort(world: &TheWorld) -> Verdict {
    stories(
        world,
        |story| !story.no.is_empty(),
        |tx, story| {
            at_odds(world, story.no, story.decided_commit, |no, _| format!("{tx} was committed although {no} voted no"))
        },
    )
}

fn decisions_are_final(world: &TheWorld) -> Verdict {
    stories(
        world,
        |story| !story.decided_commit.is_empty() || !story.decided_abort.is_empty(),
        |tx, story| {
            let coordinator = story.decided_commit.iter().find(|node| story.decided_abort.contains(*node));
            let participant = story.committed.iter().find(|node| story.aborted.contains(*node));
            let node = coordinator.or(participant)?;
            Some((format!("{} decided {tx} both ways", world.roster().name(node)), vec![node]))
        },
    )
}

fn all_yes_commits(world: &TheWorld) -> Verdict {
    stories(
        world,
        |story| !story.decided_commit.is_empty() || story.wasted,
        |tx, story| {
            let nodes = story.decided_abort.iter().collect();
            story.wasted.then(|| (format!("{tx} was aborted although every vote was yes"), nodes))
        },
    )
}

fn prepared_is_durable_before_yes_leaves(world: &TheWorld) -> Verdict {
    stories(
        world,
        |story| story.said_yes,
        |tx, story| {
            let early = story.early_yes?;
            Some((format!("{} promised {tx} before its disk had it", world.roster().name(early)), vec![early]))
        },
    )
}

fn commit_is_durable_before_it_leaves(world: &TheWorld) -> Verdict {
    stories(
        world,
        |story| story.said_commit,
        |tx, story| {
            let early = story.early_commit?;
            Some((
                format!("{} told the commit of {tx} before its disk had it", world.roster().name(early)),
                vec![early],
            ))
        },
    )
}

/// What the disks hold, as if every commit that stands had reached every participant.
fn the_sum_is_kept(world: &TheWorld) -> Verdict {
    let config = world.config();
    let accounts = || (0..26).map(Account);
    let mut standing: BTreeSet<Tx> = BTreeSet::new();
    let stables = || std::iter::once(NodeId(0)).chain(config.holders()).map(|id| (id, world.slot(id).disk.stable()));
    for (_, stable) in stables() {
        standing.extend(stable.decided.keys());
        standing.extend(
            stable
                .prepared
                .keys()
                .filter(|tx| world.ghost().stories.get(tx).is_some_and(|story| !story.committed.is_empty())),
        );
    }
    let (mut sum, mut written, mut changed) = (0, 0, false);
    for (id, stable) in stables() {
        written += stable.written;
        for account in accounts().filter(|account| config.holder(*account) == id) {
            let cell = stable.bank.cell(account);
            sum += cell.balance;
            changed |= cell.version > 0;
        }
        for (_, promise) in stable.prepared.iter().filter(|(tx, _)| standing.contains(tx)) {
            sum += promise.changes.iter().filter(|change| change.moves).map(|change| change.by).sum::<i64>();
            changed = true;
        }
    }
    let should = INITIAL * 26 + written;
    match (changed, sum == should) {
        (false, _) => Verdict::Vacuous,
        (true, true) => Verdict::Holds,
        (true, false) => Verdict::Violated {
            says: format!("there should be {should} in all accounts, and there is {sum}"),
            nodes: config.holders().collect(),
        },
    }
}

fn no_half_transfer_is_read(world: &TheWorld) -> Verdict {
    let ghost = world.ghost();
    match ghost.half_read {
        Some((reader, writer)) => {
            Verdict::Violated { says: format!("{reader} saw one half of {writer}"), nodes: Vec::new() }
        }
        None if ghost.compared == 0 => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

fn a_transaction_commits(world: &TheWorld) -> Verdict {
    let some = world.ghost().stories.values().any(|story| !story.committed.is_empty());
    if some { Verdict::Holds } else { Verdict::Vacuous }
}

fn every_transaction_ends(world: &TheWorld) -> Verdict {
    if world.ghost().stories.is_empty() {
        return Verdict::Vacuous;
    }
    let open = |id: NodeId| -> Option<Tx> {
        if world.slot(id).health != Health::Up {
            let stable = world.slot(id).disk.stable();
            return stable.prepared.keys().chain(stable.decided.keys()).next().copied();
        }
        match world.node(id)? {
            Node::Server(server) => {
                let unended = server.coordinated.iter().find(|(_, it)| !it.has_ended()).map(|(tx, _)| *tx);
                server.active.keys().next().copied().or(unended)
            }
            Node::Client(client) => client.current.as_ref().map(|current| current.tx),
        }
    };
    let found = world.roster().ids().find_map(|id| open(id).map(|tx| (id, tx)));
    match found {
        Some((id, tx)) => {
            Verdict::Violated { says: format!("{tx} is open at {}", world.roster().name(id)), nodes: vec![id] }
        }
        None => Verdict::Holds,
    }
}
