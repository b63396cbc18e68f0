//! One node: what stands at it and in the inspector.

use super::{epoch, is_primary};
use crate::describe::{Cell, CellState, Gauge, Lane, NodeView, Pointer, Row, Standing, Tally, Vote};
use crate::protocols::replication::backup::Backup;
use crate::protocols::replication::client::Client;
use crate::protocols::replication::disk::Stable;
use crate::protocols::replication::log::{Entry, Log};
use crate::protocols::replication::node::{Duty, Node, Server};
use crate::protocols::replication::primary::{Primary, Stage};
use crate::protocols::replication::{Replication, Role, Timer};
use crate::sim::{NodeId, World};
use crate::sorting::sort_by_key;

/// Keys that the inspector lists.
const KEYS: usize = 6;

pub fn view(world: &World<Replication>, id: NodeId) -> NodeView {
    let mut view = match world.node(id) {
        Some(Node::Server(server)) => server_view(world, server),
        Some(Node::Client(client)) => client_view(world, client),
        None if world.roster().get(id).role == Role::Server => disk_view(world, id),
        None => NodeView { label: "client".to_owned(), role: "client".to_owned(), ..NodeView::default() },
    };
    view.gauges = gauges(world, id);
    view
}

fn gauges(world: &World<Replication>, id: NodeId) -> Vec<Gauge> {
    let label = |timer: &Timer| match timer {
        Timer::Heartbeat => Some("heartbeat"),
        Timer::Silence => Some("patience with the primary"),
        Timer::Request => Some("patience with the answer"),
        Timer::Redial(_) | Timer::Retry => None,
    };
    world
        .slot(id)
        .timers()
        .filter_map(|(timer, armed)| {
            Some(Gauge { label: label(timer)?.to_owned(), ends: armed.ends, span: armed.span })
        })
        .collect()
}

fn highest(world: &World<Replication>) -> u64 {
    world.ghost().newest().map_or(0, |reign| reign.promotion)
}

fn name(world: &World<Replication>, id: Option<NodeId>) -> String {
    id.map_or("nobody".to_owned(), |id| world.roster().name(id).to_owned())
}

fn server_view(world: &World<Replication>, server: &Server) -> NodeView {
    let number = server.promotion.number;
    let behind = number < highest(world);
    let (label, standing) = match &server.duty {
        Duty::Primary(_) if behind => ("primary, superseded".to_owned(), Standing::Alone),
        Duty::Primary(_) => ("primary".to_owned(), Standing::Leader),
        Duty::Backup(backup) => backup_words(world, server, backup),
    };
    let log = server.journal.log();
    NodeView {
        label,
        role: if is_primary(server) { "primary" } else { "backup" }.to_owned(),
        standing,
        epoch: Some(epoch(number)),
        behind,
        last: Some(log.last().index.to_string()),
        committed: Some(server.committed.to_string()),
        lane: Some(lane(world, server)),
        rows: rows(world, server),
        tallies: tallies(server),
        ..NodeView::default()
    }
}

fn backup_words(world: &World<Replication>, server: &Server, backup: &Backup) -> (String, Standing) {
    if backup.was_promoted {
        return ("backup, being promoted".to_owned(), Standing::Follower);
    }
    let primary = server.promotion.primary.filter(|primary| *primary != server.me);
    if let Some(incoming) = &backup.incoming {
        return (format!("backup of {}, snapshot", name(world, primary)), Standing::Joining(incoming.percent()));
    }
    let silent = if backup.suspects { ", which is silent" } else { "" };
    (format!("backup of {}{silent}", name(world, primary)), Standing::Follower)
}

fn lane(world: &World<Replication>, server: &Server) -> Lane {
    let (log, durable) = (server.journal.log(), server.journal.durable());
    let mut lane = cells(log, |index| {
        if index <= server.applied {
            CellState::Applied
        } else if index <= server.committed {
            CellState::Committed
        } else if index <= durable {
            CellState::Durable
        } else {
            CellState::Volatile
        }
    });
    let before = lane.before;
    let mut point = |index: u64, label: String| {
        if index > before {
            lane.pointers.push(Pointer { cell: (index - before - 1) as u32, label });
        }
    };
    point(server.committed, "committed".to_owned());
    if let Duty::Primary(primary) = &server.duty {
        for (peer, follower) in &primary.followers {
            point(follower.held.min(log.last().index), world.roster().name(*peer).to_owned());
        }
    }
    lane
}

fn cells(log: &Log, state: impl Fn(u64) -> CellState) -> Lane {
    let cell = |(index, entry): (u64, &Entry)| Cell {
        label: index.to_string(),
        title: format!("{}:{index} {}", entry.promotion, entry.op),
        epoch: Some(epoch(entry.promotion)),
        state: state(index),
    };
    Lane::newest(log.last().index, log.base(), log.base(), |before| log.iter_from(before + 1).map(cell).collect())
}

fn rows(world: &World<Replication>, server: &Server) -> Vec<Row> {
    let log = server.journal.log();
    let mut rows = vec![
        Row::new("promotion", format!("{} of {}", server.promotion.number, name(world, server.promotion.primary))),
        Row::new("last entry", log.last()),
        Row::new("on this disk up to", server.journal.durable()),
        Row::new("committed", server.committed),
        Row::new("applied", server.applied),
    ];
    if server.snapshot.index() > 0 {
        rows.push(Row::new("snapshot at", server.snapshot.position()));
        rows.push(Row::new("log begins at", log.base() + 1));
    }
    if let Duty::Primary(primary) = &server.duty {
        for (peer, follower) in &primary.followers {
            let stage = match &follower.stage {
                Stage::Away => "not connected".to_owned(),
                Stage::Greeted => "called".to_owned(),
                Stage::Snapshot(transfer) => {
                    format!("snapshot, {} of {} bytes", transfer.confirmed, transfer.bytes.len())
                }
                Stage::Fed => format!("sent {}, holds {}", follower.sent, follower.held),
            };
            rows.push(Row::new(world.roster().name(*peer), stage));
        }
    }
    rows.extend(server.machine.iter().take(KEYS).map(|(key, value)| Row::new(format!("{key} ="), value)));
    if server.machine.len() > KEYS as u64 {
        rows.push(Row::new("more keys", server.machine.len() - KEYS as u64));
    }
    rows
}

fn tallies(server: &Server) -> Vec<Tally> {
    let Duty::Primary(primary) = &server.duty else { return Vec::new() };
    let index = server.committed + 1;
    if index > server.journal.log().last().index {
        return Vec::new();
    }
    let needed = u32::from(server.config.needed()) + 1;
    vec![Tally { title: format!("write {index} needs {needed} disks"), needed, votes: votes(server, primary, index) }]
}

/// On whose disks an entry is, as far as the primary knows.
fn votes(server: &Server, primary: &Primary, index: u64) -> Vec<(NodeId, Vote)> {
    let vote = |held: u64| if held >= index { Vote::Given } else { Vote::Awaited };
    let mut votes: Vec<_> = primary.followers.iter().map(|(peer, follower)| (*peer, vote(follower.held))).collect();
    votes.push((server.me, vote(server.journal.durable())));
    sort_by_key(&mut votes, |(id, _)| *id);
    votes
}

/// What the disk of a server that is down would tell.
fn disk_view(world: &World<Replication>, id: NodeId) -> NodeView {
    let stable: &Stable = world.slot(id).disk.stable();
    let promotion = stable.promotion;
    let role = if promotion.primary == Some(id) { "primary" } else { "backup" };
    NodeView {
        label: format!("{role} when it went down"),
        role: role.to_owned(),
        standing: Standing::Follower,
        epoch: Some(epoch(promotion.number)),
        behind: promotion.number < highest(world),
        last: Some(stable.log.last().index.to_string()),
        lane: Some(cells(&stable.log, |_| CellState::Durable)),
        rows: vec![
            Row::new("promotion on disk", format!("{} of {}", promotion.number, name(world, promotion.primary))),
            Row::new("last entry on disk", stable.log.last()),
            Row::new("snapshot on disk at", stable.snapshot.position()),
        ],
        ..NodeView::default()
    }
}

fn client_view(world: &World<Replication>, client: &Client) -> NodeView {
    let mut rows = vec![Row::new("takes for the primary", world.roster().name(client.primary))];
    if client.home != client.primary {
        rows.push(Row::new("reads at", world.roster().name(client.home)));
    }
    if world.config().sessions {
        rows.push(Row::new("has seen", client.seen));
    }
    if let Some(current) = &client.current {
        rows.push(Row::new("asks", format!("{} of {}", current.op, world.roster().name(current.target))));
    }
    if !client.queue.is_empty() {
        rows.push(Row::new("still to ask", client.queue.len()));
    }
    NodeView { label: "client".to_owned(), role: "client".to_owned(), rows, ..NodeView::default() }
}
