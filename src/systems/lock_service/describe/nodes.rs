//! One node: what stands at it and in the inspector.

use crate::describe::{Cell, CellState, Epoch, Gauge, Lane, NodeView, Row, Standing};
use crate::protocols::lock_queue;
use crate::protocols::lock_queue::client::Stage;
use crate::protocols::lock_queue::resource::Resource;
use crate::protocols::zab::leader::Step;
use crate::protocols::zab::server::Phase;
use crate::sim::{NodeId, World};
use crate::systems::lock_service::client::Client;
use crate::systems::lock_service::invariants::leader;
use crate::systems::lock_service::server::Server;
use crate::systems::lock_service::{LockService, Node, Role, Timer};

/// Cells that travel: the newest of the log.
const CELLS: u64 = 8;

pub fn view(world: &World<LockService>, id: NodeId) -> NodeView {
    match world.node(id) {
        Some(Node::Client(client)) => client_view(world, id, client),
        Some(Node::Server(server)) => server_view(world, id, server),
        Some(Node::Resource(resource)) => resource_view(world, id, resource),
        None => down_view(world, id),
    }
}

pub fn epoch(number: u32) -> Epoch {
    Epoch { letter: 'e', number: u64::from(number) }
}

/// Whether the leader, by what it knows now, gave this token and has not taken it back.
fn is_true(world: &World<LockService>, resource: &str, token: u64) -> bool {
    let server = leader(world).and_then(|(id, _)| world.node(id));
    match server {
        Some(Node::Server(server)) => server.zab.machine.grant(resource).is_some_and(|grant| grant.token == token),
        _ => true,
    }
}

fn client_view(world: &World<LockService>, id: NodeId, client: &Client) -> NodeView {
    let now = world.slot(id).clock.monotonic(world.now());
    let many = world.config().locks.resources > 1;
    let mut words = Vec::new();
    let mut role = "client";
    let mut rows = vec![Row::new("asks", world.roster().name(client.inner.desk))];
    for (resource, claim) in client.inner.claims() {
        let what = if many { format!(" {resource}") } else { String::new() };
        let (is, says) = match claim.stage {
            Stage::Asking { .. } => ("waiter", format!("asks{what}")),
            Stage::Waiting { place, .. } => ("waiter", format!("waits{what}, {place}. in line")),
            Stage::Holding { token, .. } => match claim.believes(now) {
                Some(token) if is_true(world, resource, token) => ("holder", format!("holds{what} #{token}")),
                Some(token) => ("believer", format!("believes{what} #{token}")),
                None => ("client", format!("held{what} #{token}")),
            },
            Stage::Releasing { token, .. } => ("client", format!("releases{what} #{token}")),
            Stage::Cancelling => ("client", format!("cancels{what}")),
        };
        if role == "client" {
            role = is;
        }
        words.push(says);
        rows.push(Row::new(format!("{resource}, request"), claim.request));
        rows.push(Row::new(format!("{resource}, lease"), claim.lease));
    }
    NodeView {
        label: if words.is_empty() { "client".to_owned() } else { words.join(", ") },
        role: role.to_owned(),
        standing: if role == "believer" { Standing::Superseded } else { Standing::Follower },
        gauges: gauges(world, id),
        rows,
        ..NodeView::default()
    }
}

fn gauges(world: &World<LockService>, id: NodeId) -> Vec<Gauge> {
    let timers = world.slot(id).timers().filter_map(|(timer, armed)| {
        let label = match timer {
            Timer::Lock(lock_queue::Timer::Lease(resource)) => format!("lease of the {resource}"),
            Timer::Lock(lock_queue::Timer::Offer(resource)) => format!("offer of the {resource}"),
            Timer::Lock(lock_queue::Timer::Belief(_)) => "believes".to_owned(),
            Timer::Lock(lock_queue::Timer::Patience(_)) => "waits".to_owned(),
            _ => return None,
        };
        Some(Gauge { label, ends: armed.ends, span: armed.span })
    });
    timers.take(2).collect()
}

fn server_view(world: &World<LockService>, id: NodeId, server: &Server) -> NodeView {
    let name = |id: NodeId| world.roster().name(id);
    let newest = leader(world).map_or(0, |(_, number)| number);
    let number = match &server.zab.phase {
        Phase::Leading(leader) if leader.step >= Step::Synchronization => leader.epoch,
        _ => server.zab.journal.current(),
    };
    let behind = number < newest;
    let (label, role, standing) = match &server.zab.phase {
        Phase::Looking(_) => ("looking".to_owned(), "looking", Standing::Looking),
        Phase::Learning(learner) if server.zab.is_serving() => {
            (format!("following {}", name(learner.leader)), "follower", Standing::Follower)
        }
        Phase::Learning(learner) => (format!("joining {}", name(learner.leader)), "follower", Standing::Joining(50)),
        Phase::Leading(_) if !server.leads => ("elected".to_owned(), "leader", Standing::Looking),
        Phase::Leading(_) if behind => (format!("old, e{number}"), "old", Standing::Superseded),
        Phase::Leading(_) => ("leading".to_owned(), "leader", Standing::Leader),
    };
    let table = &server.zab.machine;
    let mut rows = Vec::new();
    for (resource, lock) in table.locks() {
        let holder = match lock.grant {
            Some(grant) if grant.is_held => format!("held by {} #{}", name(NodeId(grant.request.client)), grant.token),
            Some(grant) => format!("offered to {} #{}", name(NodeId(grant.request.client)), grant.token),
            None => "free".to_owned(),
        };
        rows.push(Row::new(&**resource, holder));
        if !lock.line.is_empty() {
            let line: Vec<&str> = lock.line.iter().map(|ticket| name(NodeId(ticket.request.client))).collect();
            rows.push(Row::new("waiting", line.join(", ")));
        }
    }
    rows.push(Row::new("next token", format!("#{}", table.tokens() + 1)));
    rows.push(Row::new("requests remembered", table.remembered()));
    rows.push(Row::new("performed", server.zab.applied.zxid));
    NodeView {
        label,
        role: role.to_owned(),
        standing,
        epoch: Some(epoch(number)),
        behind,
        gauges: gauges(world, id),
        last: Some(server.zab.journal.log().last().zxid.to_string()),
        committed: Some(server.zab.committed.to_string()),
        lane: Some(lane(server)),
        rows,
        ..NodeView::default()
    }
}

fn lane(server: &Server) -> Lane {
    let (log, durable) = (server.zab.journal.log(), server.zab.journal.durable());
    let before = log.last().index.saturating_sub(CELLS).max(log.base().index);
    let state = |index, zxid| {
        if zxid <= server.zab.committed && index <= server.zab.applied.index {
            CellState::Applied
        } else if zxid <= server.zab.committed {
            CellState::Committed
        } else if index <= durable {
            CellState::Durable
        } else {
            CellState::Volatile
        }
    };
    let cells = log.iter_from(before + 1).map(|(index, txn)| Cell {
        label: txn.zxid.to_string(),
        title: format!("{} {}", txn.zxid, txn.op),
        epoch: Some(epoch(txn.zxid.epoch)),
        state: state(index, txn.zxid),
    });
    Lane { before, cells: cells.collect(), pointers: Vec::new() }
}

fn resource_view(world: &World<LockService>, id: NodeId, resource: &Resource) -> NodeView {
    let mut rows = vec![Row::new("highest token", format!("#{}", resource.highest))];
    rows.extend(resource.value.iter().map(|value| Row::new("value", value)));
    for stamp in resource.strip.iter().rev().take(8) {
        let verdict = if stamp.is_accepted { "taken" } else { "refused" };
        let by = world.roster().name(stamp.client);
        rows.push(Row::new(format!("#{} {verdict}", stamp.token), format!("{} by {by}", stamp.value)));
    }
    NodeView {
        label: format!("{}, highest #{}", world.config().locks.resource_name(id), resource.highest),
        role: "resource".to_owned(),
        rows,
        ..NodeView::default()
    }
}

/// While a node is down: what its disk would tell.
fn down_view(world: &World<LockService>, id: NodeId) -> NodeView {
    let stable = world.slot(id).disk.stable();
    let (role, label, row) = match world.roster().get(id).role {
        Role::Client => ("client", "client".to_owned(), Row::new("lives so far", stable.own.life)),
        Role::Server => ("server", "server".to_owned(), Row::new("history ends at", stable.zab.last().zxid)),
        Role::Resource => {
            let row = Row::new("highest token on disk", format!("#{}", stable.own.highest));
            ("resource", world.config().locks.resource_name(id).to_owned(), row)
        }
    };
    NodeView { label, role: role.to_owned(), rows: vec![row], ..NodeView::default() }
}
