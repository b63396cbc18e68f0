//! What systems that lease locks have in common: clients, resources, the table, and who waits for whom.

use super::ownership::{beliefs, gauge, grant, strip, token};
use crate::describe::{Gauge, NodeView, OwnVerb, Party, Row, Trap, WaitsFor};
use crate::machines::key_value::Word;
use crate::machines::lock_table::{Fate, Grant, LockTable};
use crate::protocols::lock_queue::Timer;
use crate::protocols::lock_queue::acquisition::{Acquisition, Stage};
use crate::protocols::lock_queue::client::Client;
use crate::protocols::lock_queue::leased::{Leased, believers, clients};
use crate::protocols::lock_queue::resource::Resource;
use crate::sim::{Kind, NodeId, Time, World};

pub const CLIENT_TRAPS: &[Trap] = &[
    Trap { word: "Pause before it writes", command: "pause", before: "WRITE" },
    Trap { word: "Die before it accepts", command: "crash", before: "ACCEPT" },
];
pub const SERVER_TRAPS: &[Trap] = &[Trap { word: "Die before it grants", command: "crash", before: "GRANT" }];

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

/// Whether this token is given and not taken back, by the word of whoever decides.
fn is_true<S: Leased>(world: &World<S>, resource: &str, token: u64) -> bool {
    grant(world, resource).is_some_and(|grant| grant.token == token)
}

fn standing_words<S: Leased>(
    world: &World<S>,
    now: Time,
    resource: &str,
    acquisition: &Acquisition,
) -> (&'static str, String) {
    let what = if S::locks(world.config()).resources > 1 { format!(" {resource}") } else { String::new() };
    match acquisition.stage {
        Stage::Asking { .. } => ("waiter", format!("asks{what}")),
        Stage::Waiting { place, .. } => ("waiter", format!("waits{what}, {}", ordinal(place))),
        Stage::Holding { .. } => match acquisition.believes(now) {
            Some(token) if is_true(world, resource, token) => ("holder", format!("holds{what} #{token}")),
            Some(token) => ("believer", format!("believes{what} #{token}")),
            None => ("client", format!("held{what}")),
        },
        Stage::Releasing { token, .. } => ("client", format!("releases{what} #{token}")),
        Stage::Cancelling => ("client", format!("cancels{what}")),
    }
}

pub fn client_view<S: Leased>(world: &World<S>, id: NodeId, client: &Client) -> NodeView {
    let now = world.slot(id).clock.monotonic(world.now());
    let words: Vec<_> = client
        .acquisitions()
        .map(|(resource, acquisition)| standing_words(world, now, resource, acquisition))
        .collect();
    let role = ["holder", "believer", "waiter"].into_iter().find(|role| words.iter().any(|(other, _)| other == role));
    let label = words.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join(", ");
    let mut rows =
        vec![Row::new("sends its orders to", world.roster().name(client.desk)), Row::new("life", client.life)];
    for (resource, acquisition) in client.acquisitions() {
        rows.push(Row::new(format!("{resource}, request"), acquisition.request));
        rows.push(Row::new(format!("{resource}, lease"), acquisition.lease));
        if let Stage::Holding { is_confirmed, .. } = acquisition.stage {
            rows.push(Row::new("lease confirmed", if is_confirmed { "yes" } else { "not yet" }));
        }
    }
    rows.extend(client.writes.values().map(|write| Row::new("writes to", &write.resource)));
    let mut gauges = Vec::new();
    for (resource, _) in client.acquisitions() {
        for (timer, label) in
            [(Timer::Belief(resource.clone()), "believes"), (Timer::Patience(resource.clone()), "waits")]
        {
            gauges.extend(gauge(world, id, timer, label.to_owned()));
        }
    }
    gauges.truncate(2);
    NodeView {
        label: if label.is_empty() { "client".to_owned() } else { label },
        role: role.unwrap_or("client").to_owned(),
        gauges,
        rows,
        beliefs: beliefs(world, id, client),
        ..NodeView::default()
    }
}

/// The server that keeps the table: what it adds to its own view.
pub fn keeper_gauges<S: Leased>(world: &World<S>, id: NodeId) -> Vec<Gauge> {
    let Some(table) = S::table(world) else { return Vec::new() };
    let gauges = table.locks().flat_map(|(resource, _)| {
        let lease = gauge(world, id, Timer::Lease(resource.clone()), format!("lease of the {resource}"));
        let offer = gauge(world, id, Timer::Offer(resource.clone()), format!("offer of the {resource}"));
        lease.into_iter().chain(offer)
    });
    gauges.take(2).collect()
}

/// A copy of the table, for the inspector.
pub fn table_rows<S: Leased>(world: &World<S>, table: &LockTable) -> Vec<Row> {
    let name = |client: u16| world.roster().name(NodeId(client));
    let mut rows = Vec::new();
    for (resource, lock) in table.locks() {
        let holder = match lock.grant {
            Some(grant) => {
                format!("{} {} {}", held_or_offered(grant), name(grant.request.client), token(grant.token))
            }
            None => "free".to_owned(),
        };
        rows.push(Row::new(&**resource, holder));
        if !lock.line.is_empty() {
            let line: Vec<&str> = lock.line.iter().map(|ticket| name(ticket.request.client)).collect();
            rows.push(Row::new("waiting", line.join(", ")));
        }
    }
    rows.push(Row::new("next token", token(table.tokens() + 1)));
    rows.push(Row::new("requests remembered", table.remembered()));
    rows
}

fn held_or_offered(grant: Grant) -> &'static str {
    if grant.is_held { "held by" } else { "offered to" }
}

pub fn resource_view<S: Leased>(world: &World<S>, id: NodeId, resource: &Resource) -> NodeView {
    let mut rows = vec![Row::new("highest token", format!("#{}", resource.highest))];
    rows.extend(resource.value.iter().map(|value| Row::new("value", value)));
    for stamp in resource.strip.iter().rev().take(8) {
        let verdict = if stamp.is_accepted { "taken" } else { "refused" };
        let by = world.roster().name(stamp.client);
        rows.push(Row::new(format!("#{} {verdict}", stamp.token), format!("{} by {by}", stamp.value)));
    }
    NodeView {
        label: format!("{}, highest #{}", S::locks(world.config()).resource_name(id), resource.highest),
        role: "resource".to_owned(),
        rows,
        strip: Some(strip(world, resource)),
        ..NodeView::default()
    }
}

/// Who waits for whom: a client for the holder of a lock, by the table of whoever decides, and before that for an answer.
pub fn waits<S: Leased>(world: &World<S>) -> Vec<WaitsFor> {
    let table = S::keeper(world).and_then(|_| S::table(world));
    let mut waits: Vec<WaitsFor> =
        clients(world).flat_map(|(id, client, _)| unanswered(world, table, id, client)).collect();
    let Some(table) = table else { return waits };
    for (resource, lock) in table.locks() {
        let Some(grant) = lock.grant else { continue };
        let holder = NodeId(grant.request.client);
        let is = if grant.is_held { "holds" } else { "is offered" };
        let holds = format!("{is} the {resource}, {}", token(grant.token));
        for ticket in &lock.line {
            let who = NodeId(ticket.request.client);
            waits.push(WaitsFor {
                who: Party::new("", format!("wants the {resource}"), Some(who)),
                what: format!("the {resource}"),
                from: vec![Party::new("", holds.clone(), Some(holder))],
                needs: 1,
                blocked: table.circle(who.0).map(|circle| circle_words(world, &circle)),
            });
        }
    }
    waits
}

/// What a client has asked and heard nothing of, but for a lock that it is in line for.
fn unanswered<S: Leased>(world: &World<S>, table: Option<&LockTable>, id: NodeId, client: &Client) -> Vec<WaitsFor> {
    let answer = |to: String, from| WaitsFor::new(id, format!("an answer to {to}"), [from]);
    let is_in_line = |request| table.is_some_and(|table| table.fate(request) == Some(Fate::Waits));
    let orders = client.acquisitions().filter_map(|(resource, acquisition)| {
        let word = match acquisition.stage {
            Stage::Asking { .. } | Stage::Waiting { .. } if !is_in_line(acquisition.request) => "lock",
            Stage::Releasing { .. } => "unlock",
            _ => return None,
        };
        Some(answer(format!("{word} {resource}"), client.desk))
    });
    let writes = client.writes.values().filter_map(|write| {
        Some(answer(format!("write {}", write.resource), S::locks(world.config()).resource(&write.resource)?))
    });
    orders.chain(writes).collect()
}

/// `c1 and c2 wait for one another: c1 for the printer, c2 for the door. Only a lease or a wait that ends frees them.`
fn circle_words<S: Leased>(world: &World<S>, circle: &[(u16, Word)]) -> String {
    let name = |client: &u16| world.roster().name(NodeId(*client)).to_owned();
    // Each who waits begins the circle with itself; the sentence is the same for all.
    let first = circle.iter().enumerate().min_by_key(|(_, (client, _))| *client).map_or(0, |(place, _)| place);
    let round: Vec<&(u16, Word)> = circle.iter().cycle().skip(first).take(circle.len()).collect();
    let names: Vec<String> = round.iter().map(|(client, _)| name(client)).collect();
    let each: Vec<String> = round.iter().map(|(client, what)| format!("{} for the {what}", name(client))).collect();
    format!(
        "{} wait for one another: {}. Only a lease or a wait that ends frees them.",
        names.join(" and "),
        each.join(", ")
    )
}

pub fn verbs<S: Leased>(world: &World<S>, id: NodeId) -> Vec<OwnVerb> {
    if world.roster().get(id).kind != Kind::Client {
        return Vec::new();
    }
    let holds = believers(world).iter().any(|(who, _, _)| *who == id);
    let without = (!holds).then(|| "it holds no lock".to_owned());
    let verb = |word, input: &str, refused| OwnVerb { word, input: input.to_owned(), refused };
    vec![
        verb("Lock", "lock printer", None),
        verb("Write", "write printer hello", without.clone()),
        verb("Unlock", "unlock printer", without),
    ]
}

pub fn traps<S: Leased>(world: &World<S>, id: NodeId) -> &'static [Trap] {
    match world.roster().get(id).kind {
        Kind::Client => CLIENT_TRAPS,
        Kind::Server => SERVER_TRAPS,
        _ => &[],
    }
}
