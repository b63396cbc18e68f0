//! One node: what stands at it and in the inspector.

use super::ownership::queues;
use super::parties::{client_view, keeper_gauges, resource_view, table_rows};
use crate::describe::{NodeView, Row};
use crate::protocols::lock_queue::broker::Broker;
use crate::protocols::lock_queue::node::Node;
use crate::protocols::lock_queue::server::Server;
use crate::protocols::lock_queue::{LockQueue, Role};
use crate::sim::{NodeId, World};

pub fn view(world: &World<LockQueue>, id: NodeId) -> NodeView {
    match world.node(id) {
        Some(Node::Client(client)) => client_view(world, id, client),
        Some(Node::Broker(broker)) => broker_view(broker),
        Some(Node::Server(server)) => server_view(world, id, server),
        Some(Node::Resource(resource)) => resource_view(world, id, resource),
        None => down_view(world, id),
    }
}

fn broker_view(broker: &Broker) -> NodeView {
    let stored = broker.queue.orders.len();
    let label = match stored {
        0 => "broker".to_owned(),
        1 => "broker, 1 message waiting".to_owned(),
        n => format!("broker, {n} messages waiting"),
    };
    let mut rows = vec![
        Row::new("consumer", if broker.consumer.is_some() { "connected" } else { "none" }),
        Row::new("delivered, not taken", broker.sent.saturating_sub(broker.queue.first)),
        Row::new("not yet delivered", broker.queue.next().saturating_sub(broker.sent)),
    ];
    rows.extend(broker.queue.orders.iter().take(6).map(|order| Row::new(order.name(), order.request())));
    NodeView { label, role: "broker".to_owned(), rows, ..NodeView::default() }
}

fn server_view(world: &World<LockQueue>, id: NodeId, server: &Server) -> NodeView {
    let mut rows = table_rows(world, &server.table);
    rows.push(Row::new("broker", if server.consumes { "connected" } else { "sought" }));
    NodeView {
        label: if server.consumes { "lock server" } else { "lock server, without its broker" }.to_owned(),
        role: "server".to_owned(),
        gauges: keeper_gauges(world, id),
        rows,
        queues: queues(world),
        ..NodeView::default()
    }
}

/// While a node is down: what its disk would tell.
fn down_view(world: &World<LockQueue>, id: NodeId) -> NodeView {
    let stable = world.slot(id).disk.stable();
    let (role, label, rows) = match world.roster().get(id).role {
        Role::Client => ("client", "client".to_owned(), vec![Row::new("lives so far", stable.life)]),
        Role::Broker => ("broker", "broker".to_owned(), vec![Row::new("messages on disk", stable.queue.orders.len())]),
        Role::Server => (
            "server",
            "lock server".to_owned(),
            vec![Row::new("last token on disk", format!("#{}", stable.table.tokens()))],
        ),
        Role::Resource => {
            let rows = vec![Row::new("highest token on disk", format!("#{}", stable.highest))];
            ("resource", world.config().resource_name(id).to_owned(), rows)
        }
    };
    NodeView { label, role: role.to_owned(), rows, ..NodeView::default() }
}
