//! One node: what stands at it and in the inspector.

use crate::describe::{NodeView, Row, Standing};
use crate::protocols::lock_queue::describe::ownership::queues;
use crate::protocols::lock_queue::describe::parties::{client_view, keeper_gauges, resource_view, table_rows};
use crate::protocols::lock_queue::leased::Leased;
use crate::protocols::zab::describe::lanes::lane;
use crate::protocols::zab::describe::{committed, epoch};
use crate::protocols::zab::leader::Step;
use crate::protocols::zab::server::Phase;
use crate::sim::{NodeId, World};
use crate::systems::lock_service::invariants::leader;
use crate::systems::lock_service::server::Server;
use crate::systems::lock_service::{LockService, Node, Role};

pub fn view(world: &World<LockService>, id: NodeId) -> NodeView {
    match world.node(id) {
        Some(Node::Client(client)) => client_view(world, id, &client.inner),
        Some(Node::Server(server)) => server_view(world, id, server),
        Some(Node::Resource(resource)) => resource_view(world, id, resource),
        None => down_view(world, id),
    }
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
        Phase::Leading(_) if behind => (format!("old, e{number}"), "old", Standing::Alone),
        Phase::Leading(_) => ("leading".to_owned(), "leader", Standing::Leader),
    };
    let is_keeper = <LockService as Leased>::keeper(world) == Some(id);
    let mut rows = table_rows(world, &server.zab.machine);
    rows.push(Row::new("performed", server.zab.applied.zxid));
    NodeView {
        label,
        role: role.to_owned(),
        standing,
        epoch: Some(epoch(number)),
        behind,
        gauges: keeper_gauges(world, id),
        queues: if is_keeper { queues(world) } else { Vec::new() },
        last: Some(server.zab.journal.log().last().zxid.to_string()),
        committed: committed(&server.zab),
        lane: Some(lane(&server.zab)),
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
