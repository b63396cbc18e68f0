//! Makes a frame: what the protocol says of itself, and what the world knows besides.

use litemap::LiteMap;

use super::chronicle::Counts;
use super::engine::{Claim, Engine as _};
use super::frame::{
    ClaimFrame, ClaimKind, Flight, Frame, Health, Lane, LinkFrame, LinkState, NodeFrame, Position, Readout, Side, Verb,
};
use super::run::{Run, is_server};
use crate::describe::{Describe, Standing};
use crate::sim::{End, Expectation, Health as WorldHealth, Kind, LaneFaults, NodeId, World};
use crate::sorting::sort;

pub(super) fn frame<P: Describe>(run: &Run<P>) -> Frame {
    let world = &run.world;
    let ids: Vec<NodeId> = world.roster().ids().collect();
    let readout = readout(run, &ids);
    Frame {
        at: Position { time: world.now(), k: run.chronicle.k },
        nodes: ids.iter().map(|&id| node(world, id, readout.leader)).collect(),
        links: links(world, &ids),
        flights: flights(world, &ids),
        operations: run.chronicle.operations.frames(),
        territories: P::territories(world),
        waits: P::waits(world),
        legend: P::legend(),
        readout,
        claims: run.claims().into_iter().map(claim_frame).collect(),
    }
}

fn claim_frame(claim: Claim) -> ClaimFrame {
    ClaimFrame {
        name: claim.name.to_owned(),
        says: claim.says.to_owned(),
        kind: match claim.expectation {
            Expectation::Always => ClaimKind::Always,
            Expectation::Sometimes => ClaimKind::Sometimes,
            Expectation::Eventually => ClaimKind::Eventually,
        },
        premises: claim.premises,
        violation: claim.violation,
    }
}

fn node<P: Describe>(world: &World<P>, id: NodeId, leads: Option<NodeId>) -> NodeFrame {
    let mut view = P::node(world, id);
    // Filled is agreed: whom no quorum follows leads by its own belief.
    if P::HAS_LEADER && view.standing == Standing::Leader && leads != Some(id) {
        view.standing = Standing::Alone;
        if view.detail.is_empty() {
            "by its own belief alone".clone_into(&mut view.detail);
        }
    }
    let slot = world.slot(id);
    let member = world.roster().get(id);
    NodeFrame {
        id,
        name: member.name.clone(),
        kind: member.kind,
        health: match slot.health {
            WorldHealth::Up => Health::Up,
            WorldHealth::Paused => Health::Paused,
            WorldHealth::Crashed => Health::Crashed,
            WorldHealth::PowerLost => Health::PowerLost,
        },
        view,
        clock_offset: slot.clock.error(world.now()),
        clock_ppm: slot.clock.ppm,
        inbox: slot.inbox_len(),
        unsynced: slot.disk.unsynced(),
        verbs: node_verbs(world, id),
    }
}

fn verb(word: &str, line: String, refused: Option<String>, primary: bool) -> Verb {
    Verb { word: word.to_owned(), line, refused, primary }
}

fn node_verbs<P: Describe>(world: &World<P>, id: NodeId) -> Vec<Verb> {
    let name = world.roster().name(id);
    let health = world.slot(id).health;
    let down = matches!(health, WorldHealth::Crashed | WorldHealth::PowerLost);
    let mut verbs = if down {
        vec![verb("Restart", format!("restart {name}"), None, true)]
    } else {
        vec![verb("Crash", format!("crash {name}"), None, true)]
    };
    let is_down = down.then(|| format!("{name} is down"));
    match health {
        WorldHealth::Paused => verbs.push(verb("Resume", format!("resume {name}"), None, true)),
        _ => verbs.push(verb("Pause", format!("pause {name}"), is_down.clone(), true)),
    }
    // Whoever goes by its clock is worth deceiving.
    let believes = !P::node(world, id).beliefs.is_empty();
    let step_clock = verb("Step its clock", format!("clock {name} +1s"), None, believes);
    if believes {
        verbs.push(step_clock.clone());
    }
    let is_cut = |other| world.network().faults(id, other).cut;
    let others = || world.roster().ids().filter(|other| *other != id);
    let is_isolated = others().all(is_cut);
    if !is_isolated {
        verbs.push(verb("Isolate", format!("isolate {name}"), None, true));
    }
    if others().any(is_cut) {
        verbs.push(verb("Rejoin", format!("rejoin {name}"), None, is_isolated));
    }
    for own in P::verbs(world, id) {
        let refused = is_down.clone().or(own.refused);
        verbs.push(verb(own.word, format!("{name} {}", own.input), refused, true));
    }
    for trap in P::traps(world, id) {
        verbs.push(verb(trap.word, format!("{} {name} before {}", trap.command, trap.before), is_down.clone(), false));
    }
    verbs.push(verb("Cut the power", format!("crash {name} power"), is_down.clone(), false));
    verbs.push(verb("Cut the power amid a write", format!("crash {name} torn"), is_down, false));
    verbs.push(if world.slot(id).slow_disk().0 > 0 {
        verb("Mend the disk", format!("slow-disk {name} 0s"), None, false)
    } else {
        verb("Slow the disk", format!("slow-disk {name} 200ms"), None, false)
    });
    verbs.extend(Some(step_clock).filter(|_| !believes));
    let skewed = world.slot(id).clock.ppm != 0;
    let rate = if skewed { 0 } else { 100_000 };
    let word = if skewed { "Mend its clock" } else { "Make its clock fast" };
    verbs.push(verb(word, format!("clock {name} rate {rate}ppm"), None, false));
    verbs
}

fn links<P: Describe>(world: &World<P>, ids: &[NodeId]) -> Vec<LinkFrame> {
    let mut links = Vec::new();
    for (index, &a) in ids.iter().enumerate() {
        for &b in &ids[index + 1..] {
            let between_servers = [a, b].iter().all(|id| is_server(world.roster().get(*id).kind));
            let is_up = [a, b].iter().all(|id| world.slot(*id).is_up());
            let state = match link_state(world, a, b) {
                LinkState::Idle if between_servers && !is_up => LinkState::Lost,
                state => state,
            };
            let faulty = [world.network().faults(a, b), world.network().faults(b, a)]
                .iter()
                .any(|faults| *faults != LaneFaults::default());
            if between_servers || state != LinkState::Idle || faulty {
                links.push(LinkFrame {
                    a,
                    b,
                    state,
                    a_to_b: lane(world, a, b),
                    b_to_a: lane(world, b, a),
                    verbs: link_verbs(world, a, b),
                });
            }
        }
    }
    links
}

fn link_state<P: Describe>(world: &World<P>, a: NodeId, b: NodeId) -> LinkState {
    let mut best = LinkState::Idle;
    let rank = |state: LinkState| match state {
        LinkState::Idle => 0,
        LinkState::Lost => 1,
        LinkState::HalfOpen => 2,
        LinkState::Opening => 3,
        LinkState::Open => 4,
    };
    for (_, here, there) in world.network().channels(a, b) {
        let state = match (here, there) {
            (End::Open(x), End::Open(y)) if x == y => LinkState::Open,
            (End::Opening(_), _) | (_, End::Opening(_)) => LinkState::Opening,
            (End::Open(_), _) | (_, End::Open(_)) => LinkState::HalfOpen,
            (End::Closed, End::Closed) => {
                let lost = world.network().lost(a, b).or(world.network().lost(b, a));
                if lost.is_some() { LinkState::Lost } else { LinkState::Idle }
            }
        };
        if rank(state) > rank(best) {
            best = state;
        }
    }
    best
}

fn lane<P: Describe>(world: &World<P>, from: NodeId, to: NodeId) -> Lane {
    let faults = world.network().faults(from, to);
    Lane {
        cut: faults.cut,
        stalled: world.network().in_flight(from, to).filter(|flight| flight.arrives.is_none()).count() as u32,
        extra_delay: faults.extra_delay,
        loss: faults.loss,
        doubled: faults.doubled,
        bandwidth: faults.bandwidth,
        held: faults.held,
    }
}

fn link_verbs<P: Describe>(world: &World<P>, a: NodeId, b: NodeId) -> Vec<Verb> {
    let (an, bn) = (world.roster().name(a), world.roster().name(b));
    let (out, back) = (world.network().faults(a, b), world.network().faults(b, a));
    let mut verbs = Vec::new();
    if out.cut && back.cut {
        verbs.push(verb("Mend", format!("mend {an} {bn}"), None, true));
    } else {
        verbs.push(verb("Cut", format!("cut {an} {bn}"), None, true));
    }
    for (from, to, cut) in [(an, bn, out.cut), (bn, an, back.cut)] {
        let word = if cut { "Mend" } else { "Cut" };
        verbs.push(verb(
            &format!("{word} {from} → {to}"),
            format!("{} {from} -> {to}", word.to_lowercase()),
            None,
            true,
        ));
    }
    verbs.push(if out.extra_delay.0 > 0 {
        verb("No longer slow", format!("slow {an} {bn} 0s"), None, true)
    } else {
        verb("Slow", format!("slow {an} {bn} 20ms"), None, true)
    });
    verbs.push(if out.held {
        verb("Release", format!("release {an} {bn}"), None, false)
    } else {
        verb("Hold", format!("hold {an} {bn}"), None, false)
    });
    verbs.push(verb("Reset the connection", format!("reset {an} {bn}"), None, false));
    verbs.push(if out.loss > 0 {
        verb("Lose nothing", format!("lose {an} {bn} 0%"), None, false)
    } else {
        verb("Lose 30 %", format!("lose {an} {bn} 30%"), None, false)
    });
    verbs
}

fn flights<P: Describe>(world: &World<P>, ids: &[NodeId]) -> Vec<Flight> {
    let mut flights = Vec::new();
    for &from in ids {
        for &to in ids {
            let mut stalled = 0;
            let mut names: LiteMap<&str, u32> = LiteMap::new();
            for flying in world.network().in_flight(from, to) {
                let name = P::MESSAGES[usize::from(P::kind(flying.body))];
                let nth = names.entry(name).or_default();
                *nth += 1;
                let place = flying.arrives.is_none().then(|| {
                    stalled += 1;
                    stalled - 1
                });
                flights.push(Flight {
                    number: flying.id.packed(),
                    from,
                    to,
                    sent: flying.sent,
                    arrives: if world.is_held() { None } else { flying.arrives },
                    stalled: place,
                    bytes: flying.bytes,
                    tag: P::tag(world, from, flying.body),
                    verbs: flight_verbs(world, (from, to), name, *nth, flying.held || world.is_held()),
                });
            }
        }
    }
    flights
}

fn flight_verbs<P: Describe>(
    world: &World<P>,
    (from, to): (NodeId, NodeId),
    name: &str,
    nth: u32,
    held: bool,
) -> Vec<Verb> {
    let (from, to) = (world.roster().name(from), world.roster().name(to));
    let place = if nth > 1 { format!(" #{nth}") } else { String::new() };
    let mut verbs = Vec::new();
    if held {
        verbs.push(verb("Deliver", format!("deliver {from} -> {to} {name}{place}"), None, true));
        verbs.push(verb("Release the link", format!("release {from} -> {to}"), None, true));
    } else {
        verbs.push(verb("Hold", format!("hold {from} -> {to}"), None, true));
    }
    verbs.push(verb("Drop", format!("drop {from} -> {to} {name}{place}"), None, true));
    verbs.push(verb("Duplicate", format!("duplicate {from} -> {to} {name}{place}"), None, true));
    verbs
}

fn readout<P: Describe>(run: &Run<P>, ids: &[NodeId]) -> Readout {
    let world = &run.world;
    let ledger = P::ledger(world);
    let operations = &run.chronicle.operations;
    Readout {
        leaderless: P::HAS_LEADER.then(|| run.chronicle.leaderless_until(world.now())),
        outage: run.chronicle.last_outage(world.now()),
        leader: P::leader(world).map(|(id, _)| id),
        sides: sides(world, ids, &operations.counts),
        since: operations.since.clone(),
        ledger: ledger.entries,
        kept: ledger.kept,
        lost: ledger.lost,
        voters: ledger.voters,
        figures: run.chronicle.stretches.frames(world.now(), P::figures(world), &run.chronicle.reached),
    }
}

/// The servers by who can still reach whom, with what came of the operations that clients asked of them.
fn sides<P: Describe>(world: &World<P>, ids: &[NodeId], counts: &LiteMap<NodeId, Counts>) -> Vec<Side> {
    let kind = |id: &NodeId| world.roster().get(*id).kind;
    let servers: Vec<NodeId> = ids.iter().copied().filter(|id| is_server(kind(id))).collect();
    let whole = |a, b| world.network().is_whole(a, b);
    let mut sides: Vec<Vec<NodeId>> = Vec::new();
    for &server in &servers {
        let mut joined = vec![server];
        sides.retain(|side| {
            let reaches = side.iter().any(|&member| whole(member, server));
            if reaches {
                joined.extend(side);
            }
            !reaches
        });
        sort(&mut joined);
        sides.push(joined);
    }
    sort(&mut sides);
    let mut result: Vec<Side> =
        sides.into_iter().map(|members| Side { members, answered: 0, refused: 0, unknown: 0 }).collect();
    for (&asked, count) in counts {
        let stands_for = |server: &NodeId| *server == asked || kind(&asked) == Kind::Client && whole(asked, *server);
        let home = servers.iter().find(|server| stands_for(server));
        let side = result.iter_mut().find(|side| home.is_some_and(|home| side.members.contains(home)));
        if let Some(side) = side {
            side.answered += count.answered;
            side.refused += count.refused;
            side.unknown += count.unknown;
        }
    }
    result
}
