//! One node: what stands at it and in the inspector.

use super::ownership::{beliefs, gauge, queues, strip, table};
use crate::describe::{NodeView, Row, Standing};
use crate::protocols::lock_queue::broker::Broker;
use crate::protocols::lock_queue::claim::{Claim, Stage};
use crate::protocols::lock_queue::client::Client;
use crate::protocols::lock_queue::node::Node;
use crate::protocols::lock_queue::resource::Resource;
use crate::protocols::lock_queue::server::Server;
use crate::protocols::lock_queue::{LockQueue, Role, Timer};
use crate::sim::{NodeId, Time, World};

pub fn view(world: &World<LockQueue>, id: NodeId) -> NodeView {
    match world.node(id) {
        Some(Node::Client(client)) => client_view(world, id, client),
        Some(Node::Broker(broker)) => broker_view(broker),
        Some(Node::Server(server)) => server_view(world, id, server),
        Some(Node::Resource(resource)) => resource_view(world, id, resource),
        None => down_view(world, id),
    }
}

/// `1st`, `2nd`, `11th`.
fn ordinal(place: u32) -> String {
    let ending = match (place % 10, place % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{place}{ending}")
}

/// Whether the server, by what it knows now, gave this token and has not taken it back.
fn is_true(world: &World<LockQueue>, resource: &str, token: u64) -> bool {
    table(world).grant(resource).is_some_and(|grant| grant.token == token)
}

fn standing_words(world: &World<LockQueue>, now: Time, resource: &str, claim: &Claim) -> (&'static str, String) {
    let what = if world.config().resources > 1 { format!(" {resource}") } else { String::new() };
    match claim.stage {
        Stage::Asking { .. } => ("waiter", format!("asks{what}")),
        Stage::Waiting { place, .. } => ("waiter", format!("waits{what}, {}", ordinal(place))),
        Stage::Holding { .. } => match claim.believes(now) {
            Some(token) if is_true(world, resource, token) => ("holder", format!("holds{what} #{token}")),
            Some(token) => ("believer", format!("believes{what} #{token}")),
            None => ("client", format!("held{what}")),
        },
        Stage::Releasing { token, .. } => ("client", format!("releases{what} #{token}")),
        Stage::Cancelling => ("client", format!("cancels{what}")),
    }
}

fn client_view(world: &World<LockQueue>, id: NodeId, client: &Client) -> NodeView {
    let now = world.slot(id).clock.monotonic(world.now());
    let words: Vec<_> = client.claims().map(|(resource, claim)| standing_words(world, now, resource, claim)).collect();
    let role = ["holder", "believer", "waiter"].into_iter().find(|role| words.iter().any(|(other, _)| other == role));
    let label = words.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join(", ");
    let mut rows = vec![Row::new("life", client.life)];
    for (resource, claim) in client.claims() {
        rows.push(Row::new(format!("{resource}, request"), claim.request));
        rows.push(Row::new(format!("{resource}, lease"), claim.lease));
        if let Stage::Holding { is_confirmed, .. } = claim.stage {
            rows.push(Row::new("lease confirmed", if is_confirmed { "yes" } else { "not yet" }));
        }
    }
    rows.extend(client.writes.values().map(|write| Row::new("writes to", &write.resource)));
    let mut gauges = Vec::new();
    for (resource, _) in client.claims() {
        for (timer, label) in
            [(Timer::Belief(resource.clone()), "believes"), (Timer::Patience(resource.clone()), "waits")]
        {
            gauges.extend(gauge(world, id, &timer, label.to_owned()));
        }
    }
    gauges.truncate(2);
    NodeView {
        label: if label.is_empty() { "client".to_owned() } else { label },
        role: role.unwrap_or("client").to_owned(),
        standing: if role == Some("believer") { Standing::Superseded } else { Standing::Follower },
        gauges,
        rows,
        beliefs: beliefs(world, id, client),
        ..NodeView::default()
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
    let name = |client: u16| world.roster().name(NodeId(client)).to_owned();
    let (mut rows, mut gauges) = (Vec::new(), Vec::new());
    for (resource, lock) in server.table.locks() {
        let holder = match lock.grant {
            Some(grant) if grant.is_held => format!("held by {} #{}", name(grant.request.client), grant.token),
            Some(grant) => format!("offered to {} #{}", name(grant.request.client), grant.token),
            None => "free".to_owned(),
        };
        rows.push(Row::new(&**resource, holder));
        if !lock.line.is_empty() {
            let line: Vec<String> = lock.line.iter().map(|ticket| name(ticket.request.client)).collect();
            rows.push(Row::new("waiting", line.join(", ")));
        }
        gauges.extend(gauge(world, id, &Timer::Lease(resource.clone()), format!("lease of the {resource}")));
        gauges.extend(gauge(world, id, &Timer::Offer(resource.clone()), format!("offer of the {resource}")));
    }
    gauges.truncate(2);
    rows.push(Row::new("next token", format!("#{}", server.table.tokens() + 1)));
    rows.push(Row::new("requests remembered", server.table.remembered()));
    rows.push(Row::new("broker", if server.consumes { "connected" } else { "sought" }));
    NodeView {
        label: if server.consumes { "lock server" } else { "lock server, without its broker" }.to_owned(),
        role: "server".to_owned(),
        gauges,
        rows,
        queues: queues(world),
        ..NodeView::default()
    }
}

fn resource_view(world: &World<LockQueue>, id: NodeId, resource: &Resource) -> NodeView {
    let mut rows = vec![Row::new("highest token", format!("#{}", resource.highest))];
    rows.extend(resource.value.iter().map(|value| Row::new("value", value)));
    for stamp in resource.strip.iter().rev().take(8) {
        let verdict = if stamp.is_accepted { "taken" } else { "refused" };
        let by = world.roster().name(stamp.client);
        rows.push(Row::new(format!("#{} {verdict}", stamp.token), format!("{} by {by}", stamp.value)));
    }
    NodeView {
        label: format!("{}, highest #{}", world.config().resource_name(id), resource.highest),
        role: "resource".to_owned(),
        rows,
        strip: Some(strip(world, resource)),
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
