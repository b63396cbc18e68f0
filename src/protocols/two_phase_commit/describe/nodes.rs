//! One node in the viewer's words.

use super::super::client::Client;
use super::super::coordinator::{Coordinated, Phase};
use super::super::disk::{LOG, Outcome, Record};
use super::super::message::{Ballot, Tx};
use super::super::node::{Node, Server};
use super::super::participant::{Active, Stage};
use super::super::{Timer, TwoPhaseCommit};
use super::progress::{emblem, emblem_on_disk, most_binding, queues};
use crate::describe::{Cell, CellState, Gauge, Lane, NodeView, Row, Tally, Vote};
use crate::parts::strict_locks::Mode;
use crate::sim::{Kind, NodeId, World};

type TheWorld = World<TwoPhaseCommit>;

/// How many promises and records a lane shows.
const SHOWN: usize = 6;

pub fn view(world: &TheWorld, id: NodeId) -> NodeView {
    let mut view = match world.node(id) {
        Some(Node::Server(server)) => running(world, server),
        Some(Node::Client(client)) => of_client(client),
        None => down(world, id),
    };
    view.gauges = gauges(world, id);
    if world.roster().get(id).kind != Kind::Client {
        view.lane = Some(lane(world, id));
    }
    view
}

fn role(world: &TheWorld, id: NodeId) -> &'static str {
    match world.roster().get(id).kind {
        Kind::Coordinator => "coordinator",
        Kind::Client => "client",
        _ => "participant",
    }
}

fn running(world: &TheWorld, server: &Server) -> NodeView {
    let role = role(world, server.me);
    let said = if role == "coordinator" { coordinating(server) } else { taking_part(server) };
    NodeView {
        label: said,
        role: role.to_owned(),
        rows: rows(world, server),
        queues: queues(world, server),
        emblem: if role == "coordinator" { None } else { emblem(world, server) },
        tallies: server.coordinated.iter().filter(|(_, it)| !it.has_ended()).map(|(tx, it)| tally(*tx, it)).collect(),
        ..NodeView::default()
    }
}

/// The oldest transaction that has not ended, or the newest that has.
fn coordinating(server: &Server) -> String {
    let open = server.coordinated.iter().find(|(_, it)| !it.has_ended());
    match open.or_else(|| server.coordinated.iter().next_back()) {
        Some((tx, it)) => format!("{tx} {}", phase_words(it.phase)),
        None => "coordinator".to_owned(),
    }
}

fn phase_words(phase: Phase) -> &'static str {
    match phase {
        Phase::Working => "at work",
        Phase::Voting => "awaits votes",
        Phase::Deciding => "writes its commit",
        Phase::Committed => "committed, awaits acknowledgements",
        Phase::Aborted(_) => "aborted",
        Phase::Forgotten => "committed, forgotten",
    }
}

fn taking_part(server: &Server) -> String {
    let Some((tx, active)) = most_binding(server) else {
        return match server.outcomes.last() {
            Some((tx, Outcome::Committed)) => format!("{tx} committed, holds nothing"),
            Some((tx, Outcome::Aborted)) => format!("{tx} aborted, holds nothing"),
            Some((tx, Outcome::ReadOnly)) => format!("{tx} only read, holds nothing"),
            None => "participant".to_owned(),
        };
    };
    let (held, blocked) = (server.locks.held_by(tx), server.locks.blocked_by(tx).len());
    let own = format!("{tx} {}, holds {held}, blocks {blocked}", stage_words(active.stage));
    match server.active.len() - 1 {
        0 => own,
        others => format!("{own}; {others} more"),
    }
}

pub fn stage_words(stage: Stage) -> &'static str {
    match stage {
        Stage::Locking => "waits for locks",
        Stage::Working => "working",
        Stage::Preparing => "preparing",
        Stage::Prepared => "in doubt",
        Stage::Committing => "committing",
    }
}

fn rows(world: &TheWorld, server: &Server) -> Vec<Row> {
    let mut rows = Vec::new();
    for (tx, active) in &server.active {
        rows.push(Row::new(tx.to_string(), active_words(world, active)));
    }
    for (account, lock) in server.locks.iter() {
        let mode = |mode: &Mode| if *mode == Mode::Shared { "reads" } else { "writes" };
        let list = |list: &[(Tx, Mode)]| {
            list.iter().map(|(tx, it)| format!("{tx} {}", mode(it))).collect::<Vec<_>>().join(", ")
        };
        let waiting =
            if lock.waiters.is_empty() { String::new() } else { format!("; waiting: {}", list(&lock.waiters)) };
        rows.push(Row::new(format!("lock {account}"), format!("{}{waiting}", list(&lock.holders))));
    }
    for (tx, it) in server.coordinated.iter().filter(|(_, it)| !it.has_ended()) {
        rows.push(Row::new(format!("coordinates {tx}"), phase_words(it.phase)));
    }
    let stable = world.slot(server.me).disk.stable();
    if !stable.decided.is_empty() {
        let txs: Vec<String> = stable.decided.keys().map(Tx::to_string).collect();
        rows.push(Row::new("commits on its disk", txs.join(", ")));
    }
    let held =
        (0..6).map(crate::machines::bank::Account).filter(|account| world.config().holder(*account) == server.me);
    let balances: Vec<String> =
        held.map(|account| format!("{account}={}", server.bank.cell(account).balance)).collect();
    if !balances.is_empty() && server.me != super::super::config::DEDICATED {
        rows.push(Row::new("accounts", balances.join(" ")));
    }
    rows
}

fn active_words(world: &TheWorld, active: &Active) -> String {
    let coordinator = world.roster().name(active.coordinator);
    format!("{} since {} s, coordinated by {coordinator}", stage_words(active.stage), active.since)
}

fn tally(tx: Tx, it: &Coordinated) -> Tally {
    let vote = |vote: Option<Ballot>| match vote {
        Some(Ballot::Yes | Ballot::ReadOnly) => Vote::Given,
        Some(Ballot::No(_)) => Vote::Refused,
        None => Vote::Awaited,
    };
    let acknowledged = it.phase == Phase::Committed;
    let votes = it.parts.iter().map(|part| {
        let shown = match (acknowledged, part.acked) {
            (false, _) => vote(part.vote),
            (true, true) => Vote::Given,
            (true, false) => Vote::Awaited,
        };
        (part.node, shown)
    });
    let what = if acknowledged { "acknowledgements of" } else { "votes on" };
    Tally {
        title: format!("{what} {tx}: all {} needed", it.parts.len()),
        needed: it.parts.len() as u32,
        votes: votes.collect(),
    }
}

fn of_client(client: &Client) -> NodeView {
    let label = match &client.current {
        Some(current) => format!("{} {}", current.tx, current.order),
        None => "client".to_owned(),
    };
    NodeView { label, role: "client".to_owned(), ..NodeView::default() }
}

/// What its disk would tell.
fn down(world: &TheWorld, id: NodeId) -> NodeView {
    let stable = world.slot(id).disk.stable();
    let decided = stable.decided.keys().next().map(|tx| format!("decided {tx}: commit"));
    let promised = stable.prepared.keys().next().map(|tx| format!("{tx} in doubt on its disk"));
    let role = role(world, id);
    NodeView {
        label: promised.or(decided).unwrap_or_else(|| role.to_owned()),
        role: role.to_owned(),
        emblem: emblem_on_disk(stable),
        ..NodeView::default()
    }
}

fn gauges(world: &TheWorld, id: NodeId) -> Vec<Gauge> {
    let timers = world.slot(id).timers().filter(|(timer, _)| !matches!(timer, Timer::Answer));
    timers
        .take(2)
        .map(|(timer, armed)| Gauge {
            label: match timer {
                Timer::Votes(tx) => format!("{tx} is given up"),
                Timer::Resend(tx) => format!("{tx} is told again"),
                Timer::Work(tx) => format!("{tx} is refused"),
                Timer::Doubt(tx) => format!("asks about {tx}"),
                Timer::Answer => String::new(),
            },
            ends: armed.ends,
            span: armed.span,
        })
        .collect()
}

/// What the disk knows of each transaction, and then the records that it does not have yet.
fn lane(world: &TheWorld, id: NodeId) -> Lane {
    let disk = &world.slot(id).disk;
    let stable = disk.stable();
    let mut cells: Vec<Cell> = Vec::new();
    let mut add = |label: String, title: String, state| cells.push(Cell { label, title, epoch: None, state });
    for (tx, outcome) in stable.outcomes.latest(SHOWN) {
        match outcome {
            Outcome::Committed => add(format!("{tx} ✓"), format!("{tx} committed"), CellState::Applied),
            _ => add(format!("{tx} ✗"), format!("{tx} aborted"), CellState::Truncated),
        }
    }
    for tx in stable.prepared.keys() {
        add(format!("{tx} P"), format!("{tx} prepared"), CellState::Durable);
    }
    for tx in stable.decided.keys() {
        add(format!("{tx} ✓"), format!("{tx}: commit decided"), CellState::Committed);
    }
    for record in disk.pending(LOG) {
        let (label, title) = match record {
            Record::Prepared { tx, .. } => (format!("{tx} P"), format!("{tx} prepared")),
            Record::Committed { tx } => (format!("{tx} ✓"), format!("{tx} committed")),
            Record::Aborted { tx } => (format!("{tx} ✗"), format!("{tx} aborted")),
            Record::Decided { tx, .. } => (format!("{tx} ✓"), format!("{tx}: commit decided")),
            Record::Forgotten { tx } => (format!("{tx} end"), format!("{tx} forgotten")),
        };
        add(label, title, CellState::Volatile);
    }
    let before = cells.len().saturating_sub(2 * SHOWN);
    Lane { before: before as u64, cells: cells.split_off(before), ..Lane::default() }
}
