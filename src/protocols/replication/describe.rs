//! How the protocol shows itself.

mod nodes;
mod standing;
mod tags;

use super::invariants::{is_held, servers};
use super::node::{Duty, Node, Server};
use super::{Message, Mode, Reads, Replication};
use crate::describe::scenario::scenario;
use crate::describe::{
    Describe, Epoch, Guarantee, Ledger, LedgerEntry, LegendLine, Model, NodeView, OwnVerb, Premises, Property, Reign,
    Said, Tag, Territory, WaitsFor,
};
use crate::judges::models::key_value::recorded;
use crate::machines::key_value::{Answer, Op};
use crate::sim::{NodeId, World};

/// The newest acknowledged writes that a frame shows one by one.
const LEDGER: u64 = 400;

const SCENARIOS: &[(&str, &str)] = &[
    ("opening", scenario!("scenarios/opening.txt")),
    ("asynchronous_loses_on_failover", scenario!("scenarios/asynchronous_loses_on_failover.txt")),
    ("semi_synchronous_survives_failover", scenario!("scenarios/semi_synchronous_survives_failover.txt")),
    ("semi_synchronous_wrong_backup", scenario!("scenarios/semi_synchronous_wrong_backup.txt")),
    ("synchronous_refuses_under_partition", scenario!("scenarios/synchronous_refuses_under_partition.txt")),
    ("two_primaries", scenario!("scenarios/two_primaries.txt")),
    ("available_under_partition", scenario!("scenarios/available_under_partition.txt")),
    ("consistent_under_partition", scenario!("scenarios/consistent_under_partition.txt")),
    ("stale_read", scenario!("scenarios/stale_read.txt")),
    ("session_waits", scenario!("scenarios/session_waits.txt")),
    ("planned_handover", scenario!("scenarios/planned_handover.txt")),
    ("restarted_primary", scenario!("scenarios/restarted_primary.txt")),
    ("join_by_log", scenario!("scenarios/join_by_log.txt")),
    ("join_by_snapshot", scenario!("scenarios/join_by_snapshot.txt")),
    ("half_a_snapshot", scenario!("scenarios/half_a_snapshot.txt")),
    ("slow_disk", scenario!("scenarios/slow_disk.txt")),
    ("ack_before_sync", scenario!("scenarios/ack_before_sync.txt")),
    ("apply_out_of_order", scenario!("scenarios/apply_out_of_order.txt")),
    ("torn_snapshot_accepted", scenario!("scenarios/torn_snapshot_accepted.txt")),
];

impl Describe for Replication {
    const TELLS_OPERATIONS: bool = false;
    const SCENARIOS: &'static [(&'static str, &'static str)] = SCENARIOS;

    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("primary", "The server that orders the writes and answers for them"),
        ("backup", "A server that copies the primary's log"),
        ("promotion", "The operator's word that makes a backup primary, and its number: p2"),
        ("superseded", "A primary that does not know yet that another server was promoted"),
        ("committed", "On as many disks as the mode asks for"),
        ("applied", "Performed by the server's own key-value machine"),
        ("durable", "On disk: it is there after a crash"),
        ("position", "Promotion and number of a log entry: 2:7 is the seventh, made under promotion 2"),
        ("asynchronous", "A write is acknowledged once the primary's own disk has it"),
        ("semi-synchronous", "A write is acknowledged once some backups' disks have it too"),
        ("synchronous", "A write is acknowledged once every server's disk has it"),
        ("join", "A backup tells the primary what it has and is given the rest, or a snapshot"),
        ("snapshot", "The state of the machine at one position, in place of the entries before it"),
        ("session", "What a client has seen so far; a server answers it only from there on"),
    ];

    fn node(world: &World<Self>, id: NodeId) -> NodeView {
        nodes::view(world, id)
    }

    fn tag(_world: &World<Self>, _from: NodeId, body: &Message) -> Tag {
        tags::tag(body)
    }

    fn legend() -> Vec<LegendLine> {
        tags::legend()
    }

    fn leader(world: &World<Self>) -> Option<(NodeId, Option<Epoch>)> {
        let newest = world.ghost().newest()?;
        let leads = server(world, newest.primary)
            .is_some_and(|server| server.promotion.number == newest.promotion && is_primary(server));
        leads.then(|| (newest.primary, Some(epoch(newest.promotion))))
    }

    fn ledger(world: &World<Self>) -> Ledger {
        let ghost = world.ghost();
        let first = ghost.acknowledged.next_index().saturating_sub(LEDGER);
        let mut lost = ghost.forsaken;
        let mut entries = Vec::new();
        for (_, write) in ghost.acknowledged.iter_from(first) {
            let holders = servers(world).filter(|server| is_held(world, *server, write.position)).count() as u32;
            let is_forsaken = !ghost.was_inherited(write.position);
            lost += u64::from(holders == 0 && !is_forsaken);
            entries.push(LedgerEntry {
                label: write.position.index.to_string(),
                epoch: Some(epoch(write.position.promotion)),
                at: write.at,
                holders,
                lost: is_forsaken || holders == 0,
            });
        }
        let kept = ghost.acknowledged.len().saturating_sub(lost);
        Ledger { entries, kept: kept as u32, lost: lost as u32, voters: u32::from(world.config().servers()) }
    }

    fn territories(world: &World<Self>) -> Vec<Territory> {
        standing::territories(world)
    }

    fn waits(world: &World<Self>) -> Vec<WaitsFor> {
        standing::waits(world)
    }

    /// In the modes that can lose writes to a failover the guarantee ends with the first.
    fn guarantee(world: &World<Self>) -> Option<Guarantee> {
        let config = world.config();
        let lasts = config.mode == Mode::Synchronous || world.ghost().reigns.len() <= 1;
        let property = match config.reads {
            Reads::Primary => Property::Linearizable,
            Reads::Anywhere if config.sessions => Property::SequentiallyConsistent,
            Reads::Anywhere => return None,
        };
        lasts.then_some(Guarantee { model: Model::KeyValue, property, premises: Premises::default() })
    }

    fn said(op: &Op, answer: Option<&Answer>) -> Option<Said> {
        let (function, value) = recorded(op, answer);
        Some(Said { function, value })
    }

    fn verbs(world: &World<Self>, id: NodeId) -> Vec<OwnVerb> {
        match world.node(id) {
            Some(Node::Server(server)) => server_verbs(world, server),
            Some(Node::Client(_)) => ["put x 1", "get x"]
                .into_iter()
                .zip(["Put", "Get"])
                .map(|(input, word)| OwnVerb { word, input: input.to_owned(), refused: None })
                .collect(),
            None => Vec::new(),
        }
    }
}

fn server_verbs(world: &World<Replication>, server: &Server) -> Vec<OwnVerb> {
    let name = world.roster().name(server.me);
    let (promote, demote) = match &server.duty {
        Duty::Primary(_) => (Some(format!("{name} is primary already")), None),
        Duty::Backup(backup) if backup.was_promoted => {
            let why = Some(format!("{name} is being promoted"));
            (why.clone(), why)
        }
        Duty::Backup(_) if server.is_installing() => {
            (Some(format!("{name} is installing a snapshot")), Some(format!("{name} is no primary")))
        }
        Duty::Backup(_) => (None, Some(format!("{name} is no primary"))),
    };
    vec![
        OwnVerb { word: "Promote", input: "promote".to_owned(), refused: promote },
        OwnVerb { word: "Demote", input: "demote".to_owned(), refused: demote },
    ]
}

fn server(world: &World<Replication>, id: NodeId) -> Option<&Server> {
    match world.node(id) {
        Some(Node::Server(server)) => Some(server),
        _ => None,
    }
}

fn is_primary(server: &Server) -> bool {
    matches!(server.duty, Duty::Primary(_))
}

fn epoch(promotion: u64) -> Epoch {
    Epoch { of: Reign::Promotion, number: promotion }
}
