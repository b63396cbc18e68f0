//! The engine under search, held to the textbook: as many states as TwoPhase has, and no step that it does not have. The
//! textbook's next-state relation stands here alone, as the oracle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::projection::{Coordinator, Participant, TwoPhase};
use super::super::{Input, TwoPhaseCommit};
use crate::describe::Describe;
use crate::sim::{Action, Due, Kind, NodeId, PHYSICS, Protocol, Settings, World};

fn start(participants: &str) -> World<TwoPhaseCommit> {
    let mut settings = Settings::defaults(TwoPhaseCommit::options());
    let chosen = [
        ("participants", participants),
        ("clients", "1"),
        ("delivery", "set"),
        ("chance", "lowest"),
        ("connections", "given"),
    ];
    for (name, value) in chosen {
        let spec = TwoPhaseCommit::options().iter().chain(PHYSICS).find(|spec| spec.name == name);
        settings.set(spec.expect(name), value).expect(value);
    }
    let mut world = World::new(&settings, &mut ());
    world.stop();
    world
}

/// What may happen next: everything but timers; one transaction; nodes may refuse and give up.
fn next(world: &World<TwoPhaseCommit>, is_asked: bool) -> Vec<Action<TwoPhaseCommit>> {
    let mut actions = world.actions();
    actions.retain(|action| !matches!(action, Action::Happen(Due::Fire { .. })));
    for node in world.roster().ids() {
        let choices = world.node(node).map(TwoPhaseCommit::choices).unwrap_or_default();
        actions.extend(choices.into_iter().map(|input| Action::Offer { node, input }));
    }
    let client = world.roster().of_kind(Kind::Client).next().filter(|_| !is_asked);
    let offer = |node| Some(Action::Offer { node, input: TwoPhaseCommit::offer(world.config(), node, 0)? });
    actions.extend(client.and_then(offer));
    actions
}

/// The projection of every state that can be reached; shows every step, also those between states that are known.
fn explore(participants: &str, mut step: impl FnMut(&TwoPhase, &TwoPhase)) -> BTreeSet<TwoPhase> {
    let first = start(participants);
    let mut seen = BTreeSet::from([(first.fingerprint(), false)]);
    let mut projections = BTreeSet::from([TwoPhase::of(&first)]);
    let mut frontier = VecDeque::from([(first, false)]);
    while let Some((world, is_asked)) = frontier.pop_front() {
        let before = TwoPhase::of(&world);
        for action in next(&world, is_asked) {
            let is_asked = is_asked || matches!(action, Action::Offer { input: Input::Ask { .. }, .. });
            let mut world = world.clone();
            if world.apply(action, &mut ()).is_err() {
                continue;
            }
            let after = TwoPhase::of(&world);
            step(&before, &after);
            if seen.insert((world.fingerprint(), is_asked)) {
                projections.insert(after);
                frontier.push_back((world, is_asked));
            }
        }
    }
    projections
}

/// TwoPhase's own next states, with the votes that count.
fn oracle(state: &TwoPhase) -> Vec<TwoPhase> {
    let mut next = Vec::new();
    let init = state.coordinator == Coordinator::Init;
    let all = (1_u8 << state.participants.len()) - 1;
    for (place, participant) in state.participants.iter().enumerate() {
        let bit = 1 << place;
        let becomes = |to: Participant| {
            let mut after = state.clone();
            after.participants[place] = to;
            after
        };
        if *participant == Participant::Working {
            next.push(TwoPhase { yes_sent: state.yes_sent | bit, ..becomes(Participant::Prepared) });
            next.push(becomes(Participant::Aborted));
        }
        if state.commit_sent {
            next.push(becomes(Participant::Committed));
        }
        if state.abort_sent {
            next.push(becomes(Participant::Aborted));
        }
        if init && state.yes_sent & bit != 0 {
            next.push(TwoPhase { received: state.received | bit, ..state.clone() });
        }
    }
    if init && state.received == all {
        next.push(TwoPhase { coordinator: Coordinator::Committed, commit_sent: true, ..state.clone() });
    }
    if init {
        next.push(TwoPhase { coordinator: Coordinator::Aborted, abort_sent: true, ..state.clone() });
    }
    next
}

/// With the votes that came in time alone.
fn in_time(state: &TwoPhase) -> TwoPhase {
    TwoPhase { received: state.received & !state.late, late: 0, ..state.clone() }
}

#[test]
fn the_states_are_as_many_as_the_textbook_has_and_every_step_is_one_of_its_steps() {
    for (n, participants) in [(1, "1"), (2, "2"), (3, "3")] {
        let mut steps = 0;
        let reached = explore(participants, |before, after| {
            let (strict, to) = (in_time(before), in_time(after));
            assert!(strict == to || oracle(&strict).contains(&to), "{before:?}\n{after:?}");
            steps += u32::from(strict != to);
        });
        let codes: BTreeSet<u64> = reached.iter().map(TwoPhase::code).collect();
        assert_eq!(codes.len() as u64, 6_u64.pow(n) + 4_u64.pow(n) + 2_u64.pow(n), "{n}");
        assert!(steps > 0);
        // They are the very states of the textbook, a late yes counting among those received.
        let first = TwoPhase::of(&start(participants));
        let mut depths = BTreeMap::from([(first.code(), 1)]);
        let mut frontier = VecDeque::from([first]);
        while let Some(state) = frontier.pop_front() {
            let depth = depths[&state.code()];
            for after in oracle(&state) {
                depths.entry(after.code()).or_insert_with(|| {
                    frontier.push_back(after);
                    depth + 1
                });
            }
        }
        assert_eq!(depths.values().max(), Some(&(3 * n + 2)));
        assert!(codes.iter().eq(depths.keys()), "{n}");
    }
}

#[test]
fn names_tell_the_place() {
    let world = start("2");
    assert_eq!((world.roster().find("t1"), world.roster().find("n2")), (Some(NodeId(0)), Some(NodeId(2))));
}
