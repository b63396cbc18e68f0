//! How the protocol shows itself.

mod nodes;
mod progress;
mod tags;
mod waiting;

use super::node::Node;
use super::{Answer, Config, Input, Message, TwoPhaseCommit, projection};
use crate::describe::scenario::scenario;
use crate::describe::{
    Describe, Epoch, Figure, Guarantee, LegendLine, Model, NodeView, OwnVerb, Premises, Property, Said, Tag, Tenure,
    Territory, Trap, WaitsFor,
};
use crate::judges::value::Value;
use crate::machines::bank::{Account, INITIAL, Order};
use crate::sim::{Kind, NodeId, World};

fn account(account: Account) -> Value {
    Value::text(&account.to_string())
}

const SCENARIOS: &[(&str, &str)] = &[
    ("blocked", scenario!("../scenarios/blocked.txt")),
    ("commit", scenario!("../scenarios/commit.txt")),
    ("abort_by_a_no", scenario!("../scenarios/abort_by_a_no.txt")),
    ("read_only", scenario!("../scenarios/read_only.txt")),
    ("reader_is_not_asked", scenario!("../scenarios/reader_is_not_asked.txt")),
    ("duplicate_decision", scenario!("../scenarios/duplicate_decision.txt")),
    ("participant_dies_before_its_vote", scenario!("../scenarios/participant_dies_before_its_vote.txt")),
    ("participant_dies_after_its_vote", scenario!("../scenarios/participant_dies_after_its_vote.txt")),
    ("coordinator_dies_before_its_decision", scenario!("../scenarios/coordinator_dies_before_its_decision.txt")),
    ("coordinator_dies_after_its_decision", scenario!("../scenarios/coordinator_dies_after_its_decision.txt")),
    ("resolved_by_a_peer", scenario!("../scenarios/resolved_by_a_peer.txt")),
    ("partition_blocks_both_sides", scenario!("../scenarios/partition_blocks_both_sides.txt")),
    ("in_doubt_locks_stall_others", scenario!("../scenarios/in_doubt_locks_stall_others.txt")),
    ("deadlock", scenario!("../scenarios/deadlock.txt")),
    ("under_load", scenario!("../scenarios/under_load.txt")),
    ("any_server_coordinates", scenario!("../scenarios/any_server_coordinates.txt")),
    ("majority", scenario!("../scenarios/majority.txt")),
    ("decision_not_forced", scenario!("../scenarios/decision_not_forced.txt")),
    ("prepared_not_forced", scenario!("../scenarios/prepared_not_forced.txt")),
    ("timeout_decides", scenario!("../scenarios/timeout_decides.txt")),
    ("no_overlooked", scenario!("../scenarios/no_overlooked.txt")),
    ("participants_not_logged", scenario!("../scenarios/participants_not_logged.txt")),
    ("late_yes_revives", scenario!("../scenarios/late_yes_revives.txt")),
];

const fn dies(word: &'static str, before: &'static str) -> Trap {
    Trap { word, command: "crash", before }
}

const COORDINATOR_TRAPS: &[Trap] = &[
    dies("Die before it asks for votes", "PREPARE"),
    dies("Die before its decision is on disk", "sync"),
    dies("Die before it tells its decision", "DECISION"),
];
const PARTICIPANT_TRAPS: &[Trap] = &[
    dies("Die before its promise is on disk", "sync"),
    dies("Die before its vote", "VOTE"),
    dies("Die before it acknowledges", "ACK"),
];

impl Describe for TwoPhaseCommit {
    const HAS_LEADER: bool = false;
    const SCENARIOS: &'static [(&'static str, &'static str)] = SCENARIOS;
    const PROJECTIONS: &'static [&'static str] = &["twophase"];
    /// One transaction over all participants, in a network that keeps every message ever sent.
    const EXPLORING: &'static [(&'static str, &'static str)] = &[("delivery", "set"), ("clients", "1")];
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("coordinator", "The server that collects the votes on a transaction and decides"),
        ("participant", "A server that holds some of the rows that a transaction changes"),
        ("prepare", "The question whether a participant promises to commit if it is told so"),
        ("in doubt", "It has promised and does not know the outcome: it may not decide alone, and keeps its locks"),
        ("presumed abort", "Whoever asks about a transaction that its coordinator does not know is told: aborted"),
        ("forced write", "A record that must be on disk before anything follows from it"),
        ("cooperative termination", "A participant in doubt asks the others, one of whom may know the outcome"),
        ("read-only", "A participant that changed nothing: it leaves at its vote"),
        ("two-phase locking", "A transaction takes locks, and gives none back before it has ended"),
        ("deadlock", "Two transactions wait for each other's locks; here a time-out ends it"),
        ("forgotten", "All have acknowledged a commit, and the coordinator need not know it any longer"),
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

    fn leader(_world: &World<Self>) -> Option<(NodeId, Option<Epoch>)> {
        None
    }

    fn territories(world: &World<Self>) -> Vec<Territory> {
        waiting::territories(world)
    }

    fn waits(world: &World<Self>) -> Vec<WaitsFor> {
        waiting::waits(world)
    }

    fn tenures(world: &World<Self>) -> Vec<Tenure> {
        progress::tenures(world)
    }

    fn figures(world: &World<Self>) -> Vec<Figure> {
        progress::figures(world)
    }

    fn projection(_name: &str) -> Option<fn(&World<Self>) -> u64> {
        Some(projection::code)
    }

    fn offer(config: &Config, _client: NodeId, _ordinal: u32) -> Option<Input> {
        let everywhere = (0..config.participants).map(|letter| (Account(letter as u8), 1));
        let order = Order::Write { values: everywhere.collect(), read: Vec::new() };
        Some(Input::Ask { order, via: NodeId(0) })
    }

    fn choices(node: &Node) -> Vec<Input> {
        let Node::Server(server) = node else { return Vec::new() };
        let may_refuse = server.active.values().any(|active| !active.is_bound());
        let may_give_up = server.coordinated.values().any(super::coordinator::Coordinated::is_undecided);
        let refusal = may_refuse.then_some(Input::VoteNo);
        refusal.into_iter().chain(may_give_up.then_some(Input::GiveUp)).collect()
    }

    fn traps(world: &World<Self>, id: NodeId) -> &'static [Trap] {
        match world.roster().get(id).kind {
            Kind::Client => &[],
            Kind::Coordinator => COORDINATOR_TRAPS,
            _ => PARTICIPANT_TRAPS,
        }
    }

    /// Locks are kept until the end, so transactions are serializable, and in the order in which clients saw them end.
    fn guarantee(_world: &World<Self>) -> Option<Guarantee> {
        let accounts = (b'a'..=b'z').map(|letter| (account(Account(letter - b'a')), Value::Int(INITIAL)));
        let premises = Premises { initial: Some(Value::map(accounts)), ..Premises::default() };
        Some(Guarantee { model: Model::Bank, property: Property::Linearizable, premises })
    }

    fn said(order: &Order, answer: Option<&Answer>) -> Option<Said> {
        let known = match answer {
            Some(Answer::Read(balances)) => &balances[..],
            _ => &[],
        };
        let balance = |of: Account| known.iter().find(|(known, _)| *known == of).map(|(_, balance)| *balance);
        Some(match order {
            Order::Transfer { from, to, amount } => {
                let fields = [("from", account(*from)), ("to", account(*to)), ("amount", Value::Int(*amount))];
                Said { function: "transfer", value: Value::map(fields.map(|(name, value)| (Value::text(name), value))) }
            }
            Order::Read(_) => {
                let balances = known.iter().map(|(of, balance)| (account(*of), Value::Int(*balance)));
                let value = answer.map_or(Value::Nil, |_| Value::map(balances));
                Said { function: "read", value }
            }
            Order::Write { values, read } => {
                let part = |what: &str, of: Account, balance: Option<i64>| {
                    Value::list([Value::text(what), account(of), balance.map_or(Value::Nil, Value::Int)])
                };
                let writes = values.iter().map(|(of, balance)| part("write", *of, Some(*balance)));
                let reads = read.iter().map(|of| part("read", *of, balance(*of)));
                Said { function: "txn", value: Value::list(reads.chain(writes)) }
            }
        })
    }

    fn verbs(world: &World<Self>, id: NodeId) -> Vec<OwnVerb> {
        let verb = |word, input: &str, refused: Option<&str>| OwnVerb {
            word,
            input: input.to_owned(),
            refused: refused.map(str::to_owned),
        };
        match world.node(id) {
            Some(Node::Client(_)) => vec![
                verb("Transfer", "transfer a b 30", None),
                verb("Write", "write a 1 b 2", None),
                verb("Read", "read a b", None),
            ],
            Some(Node::Server(server)) => {
                let undecided = server.coordinated.values().any(super::coordinator::Coordinated::is_undecided);
                let give_up = verb("Give up", "give up", (!undecided).then_some("it coordinates nothing undecided"));
                if world.roster().get(id).kind == Kind::Coordinator {
                    vec![give_up]
                } else {
                    vec![verb("Vote no", "vote no", None), give_up]
                }
            }
            None => Vec::new(),
        }
    }
}
