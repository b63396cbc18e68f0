//! One node: what stands at it and in the inspector.

use super::lanes::{cells, lane};
use super::{committed, epoch, highest};
use crate::describe::{CellState, Gauge, Lane, NodeView, Pointer, Row, Standing, Tally, Vote};
use crate::protocols::zab::client::Client;
use crate::protocols::zab::election::{Ballot, Looking, State, agree};
use crate::protocols::zab::leader::{Leader, Step};
use crate::protocols::zab::learner::Stage;
use crate::protocols::zab::server::{Node, Phase, Server};
use crate::protocols::zab::{Role, Timer, Zab};
use crate::sim::{NodeId, World};

/// Keys that the inspector lists.
const KEYS: usize = 6;

pub fn view(world: &World<Zab>, id: NodeId) -> NodeView {
    let mut view = match world.node(id) {
        Some(Node::Server(server)) => server_view(world, server),
        Some(Node::Client(client)) => client_view(world, client),
        None if world.roster().get(id).role != Role::Client => disk_view(world, id),
        None => NodeView { label: "client".to_owned(), role: "client".to_owned(), ..NodeView::default() },
    };
    view.gauges = gauges(world, id);
    view
}

fn gauges(world: &World<Zab>, id: NodeId) -> Vec<Gauge> {
    let label = |timer: &Timer| match timer {
        Timer::Finalize => Some("final wait"),
        Timer::Read => Some("patience with the leader"),
        Timer::Tick => Some("counts who is in touch"),
        Timer::Init => Some("patience with the quorum"),
        Timer::Request => Some("patience with the server"),
        // An arc around a server that looks is the final wait, and nothing else.
        Timer::Notify | Timer::Elect(_) | Timer::Reconnect | Timer::Retry => None,
    };
    let timers = world.slot(id).timers();
    let gauges = timers.filter_map(|(timer, armed)| {
        Some(Gauge { label: label(timer)?.to_owned(), ends: armed.ends, span: armed.span })
    });
    gauges.take(2).collect()
}

fn server_view(world: &World<Zab>, server: &Server) -> NodeView {
    let name = |id: NodeId| world.roster().name(id);
    let number = match &server.phase {
        Phase::Leading(leader) if leader.step >= Step::Synchronization => leader.epoch,
        _ => server.journal.current(),
    };
    let behind = number < highest(world);
    let (label, role, standing) = match &server.phase {
        Phase::Looking(_) => (format!("looking, round {}", server.round), "looking", Standing::Looking),
        Phase::Learning(learner) if learner.is_observer => {
            (format!("observing {}", name(learner.leader)), "observer", Standing::Observer)
        }
        Phase::Learning(learner) => (format!("following {}", name(learner.leader)), "follower", Standing::Follower),
        Phase::Leading(leader) => match leader.step {
            Step::Broadcast if behind => (format!("old, e{number}"), "old", Standing::Alone),
            Step::Broadcast => ("leading".to_owned(), "leader", Standing::Leader),
            // No quorum has its history yet: another may still be established in its place.
            _ => ("elected".to_owned(), "leader", Standing::Looking),
        },
    };
    let (detail, standing) = progress(world, server, standing);
    NodeView {
        label,
        detail,
        role: role.to_owned(),
        standing,
        epoch: Some(epoch(number)),
        behind,
        last: Some(server.journal.log().last().zxid.to_string()),
        committed: committed(server),
        lane: Some(pointed_lane(server)),
        rows: rows(world, server),
        tallies: tallies(world, server),
        vote_for: match &server.phase {
            Phase::Looking(looking) => looking.proposal.filter(|_| looking.is_started).map(|vote| vote.leader),
            _ => None,
        },
        ..NodeView::default()
    }
}

/// How far it has come on the way to its role, in words, and as a share where it is a learner.
fn progress(world: &World<Zab>, server: &Server, settled: Standing) -> (String, Standing) {
    let joining = |share: u8, what: &str| (what.to_owned(), Standing::Joining(share));
    match &server.phase {
        Phase::Looking(looking) if !looking.is_started => ("writing to disk first".to_owned(), settled),
        Phase::Looking(looking) => {
            let candidate = looking.proposal.map(|vote| format!("votes {}", world.roster().name(vote.leader)));
            (candidate.unwrap_or_else(|| "has no vote".to_owned()), settled)
        }
        Phase::Learning(learner) => match learner.stage {
            Stage::Serving => (String::new(), settled),
            Stage::Connecting | Stage::Registering => joining(0, "connecting"),
            Stage::Promising | Stage::Promised => joining(10, "in discovery"),
            Stage::Syncing => match &learner.incoming {
                Some(incoming) => joining(incoming.percent(), &format!("SNAP {} %", incoming.percent())),
                None => joining(30, "synchronizing"),
            },
            Stage::Saving => joining(60, "writing to disk"),
            Stage::Entered => joining(90, "waits for a quorum"),
        },
        Phase::Leading(leader) => match leader.step {
            Step::Broadcast => (String::new(), settled),
            Step::Synchronization => ("synchronizing".to_owned(), settled),
            _ => ("in discovery".to_owned(), settled),
        },
    }
}

/// Its log, with the places up to which it is committed and durable.
fn pointed_lane(server: &Server) -> Lane {
    let (log, durable) = (server.journal.log(), server.journal.durable());
    let mut lane = lane(server);
    let before = lane.before;
    let mut point = |index: u64, label: &str| {
        if index > before {
            lane.pointers.push(Pointer { cell: (index - before - 1) as u32, label: label.to_owned() });
        }
    };
    if let Some(committed) = log.floor(server.committed) {
        point(committed.index, "committed");
    }
    point(durable, "durable");
    lane
}

fn rows(world: &World<Zab>, server: &Server) -> Vec<Row> {
    let name = |id: NodeId| world.roster().name(id).to_owned();
    let journal = &server.journal;
    let mut rows = vec![
        Row::new("epochs", format!("accepted {}, current {}", journal.accepted(), journal.current())),
        Row::new("history ends at", journal.log().last().zxid),
        Row::new("committed", server.committed),
        Row::new("applied", server.applied.zxid),
    ];
    let durable = journal.log().zxid_at(journal.durable()).unwrap_or_default();
    rows.push(Row::new("disk", format!("log durable to {durable}")));
    if journal.snapshot().place.index > 0 {
        rows.push(Row::new("snapshot at", journal.snapshot().place.zxid));
    }
    match &server.phase {
        Phase::Looking(looking) => {
            rows.push(Row::new("round", server.round));
            if let Some(vote) = looking.proposal {
                let words = format!("{} (e{}, {})", name(vote.leader), vote.epoch, vote.zxid);
                rows.push(Row::new("votes for", words));
            }
            for (peer, ballot) in &looking.received {
                rows.push(Row::new(name(*peer), format!("votes {}", name(ballot.vote.leader))));
            }
            for (peer, ballot) in &looking.settled {
                let verb = if ballot.state == State::Leading { "leads" } else { "follows" };
                rows.push(Row::new(name(*peer), format!("{verb} {}", name(ballot.vote.leader))));
            }
        }
        Phase::Learning(learner) => rows.push(Row::new("leader", name(learner.leader))),
        Phase::Leading(leader) => rows.extend(leader_rows(world, leader)),
    }
    rows.extend(server.machine.iter().take(KEYS).map(|(key, value)| Row::new(format!("{key} ="), value)));
    if server.machine.len() > KEYS as u64 {
        rows.push(Row::new("more keys", server.machine.len() - KEYS as u64));
    }
    rows
}

fn leader_rows(world: &World<Zab>, leader: &Leader) -> Vec<Row> {
    let mut rows = vec![Row::new("proposals outstanding", leader.outstanding.len()), Row::new("tick", leader.tick)];
    for (peer, handler) in &leader.learners {
        let kind = if handler.is_observer { "observer" } else { "follower" };
        let state = match (handler.was_told_up_to_date, handler.is_forwarding, handler.has_registered) {
            (true, ..) => "up to date",
            (_, true, _) => "being synchronized",
            (_, _, true) => "registered",
            _ => "connected",
        };
        rows.push(Row::new(world.roster().name(*peer), format!("{kind}, {state}")));
    }
    rows
}

fn tallies(world: &World<Zab>, server: &Server) -> Vec<Tally> {
    let needed = world.config().quorum();
    let tally = |title: String, given: &dyn Fn(NodeId) -> bool| {
        let vote = |id| if given(id) { Vote::Given } else { Vote::Awaited };
        let votes = world.config().voter_ids().map(|id| (id, vote(id))).collect();
        vec![Tally { title, needed, votes }]
    };
    match &server.phase {
        Phase::Looking(Looking { proposal: Some(vote), received, .. }) => {
            let mine = Ballot { vote: *vote, round: server.round, state: State::Looking };
            let title = format!("votes for {} in round {}", world.roster().name(vote.leader), server.round);
            tally(title, &|id| received.get(&id).is_some_and(|ballot| agree(ballot, &mine)))
        }
        Phase::Leading(leader) => match leader.step {
            Step::Discovery | Step::Promising => {
                tally("followers that have registered".to_owned(), &|id| leader.accepted.contains_key(&id))
            }
            Step::Electing => tally(format!("promises for e{}", leader.epoch), &|id| leader.promised.contains(&id)),
            Step::Synchronization => {
                tally(format!("servers with the history of e{}", leader.epoch), &|id| leader.entered.contains(&id))
            }
            Step::Broadcast => leader.outstanding.front().map_or_else(Vec::new, |oldest| {
                tally(format!("{} needs {needed} of {}", oldest.zxid, world.config().voters), &|id| {
                    oldest.acks.contains(&id)
                })
            }),
        },
        _ => Vec::new(),
    }
}

/// What the disk of a server that is down would tell.
fn disk_view(world: &World<Zab>, id: NodeId) -> NodeView {
    let stable = world.slot(id).disk.stable();
    let role = if world.config().is_voter(id) { "follower" } else { "observer" };
    NodeView {
        label: "down".to_owned(),
        role: role.to_owned(),
        epoch: Some(epoch(stable.current)),
        behind: stable.current < highest(world),
        last: Some(stable.last().zxid.to_string()),
        lane: Some(cells(&stable.log, |_, _| CellState::Durable)),
        rows: vec![
            Row::new("epochs on disk", format!("accepted {}, current {}", stable.accepted, stable.current)),
            Row::new("history on disk ends at", stable.last().zxid),
            Row::new("snapshot on disk at", stable.snapshot.place.zxid),
        ],
        ..NodeView::default()
    }
}

fn client_view(world: &World<Zab>, client: &Client) -> NodeView {
    let link = if client.is_connected { "connected to" } else { "its server" };
    let mut rows = vec![Row::new(link, world.roster().name(client.home)), Row::new("has seen", client.seen)];
    if !client.requests.is_empty() {
        rows.push(Row::new("under way", client.requests.len()));
    }
    NodeView { label: "client".to_owned(), role: "client".to_owned(), rows, ..NodeView::default() }
}
