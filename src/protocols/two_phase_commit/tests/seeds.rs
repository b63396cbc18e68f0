//! Seeds: a phase of faults in which nothing may go wrong, then healing, then every transaction must end.

use super::super::{Input, TwoPhaseCommit};
use crate::sim::random::{below, fold};
use crate::sim::{
    Action, Crash, Expectation, Fault, Health, NodeId, PHYSICS, Protocol, Settings, Span, Time, Verdict, World,
};

struct Chooser {
    seed: u64,
    turn: u64,
}

impl Chooser {
    fn below(&mut self, bound: u64) -> u64 {
        self.turn += 1;
        below(fold(&[self.seed, self.turn]), bound)
    }

    fn node(&mut self, count: u64) -> NodeId {
        NodeId(self.below(count) as u16)
    }
}

fn world(choose: &mut Chooser) -> World<TwoPhaseCommit> {
    let mut settings = Settings::defaults(TwoPhaseCommit::options());
    settings.seed = choose.seed;
    let participants = ["2", "3", "3", "5"][choose.below(4) as usize];
    let clients = ["2", "3"][choose.below(2) as usize];
    let termination = ["cooperative", "cooperative", "coordinator"][choose.below(3) as usize];
    let chosen = [
        ("participants", participants),
        ("clients", clients),
        ("termination", termination),
        ("transport_timeout", "3s"),
        ("jitter", "on"),
    ];
    for (name, value) in chosen {
        let spec = TwoPhaseCommit::options().iter().chain(PHYSICS).find(|spec| spec.name == name);
        settings.set(spec.expect(name), value).expect(value);
    }
    World::new(&settings, &mut ())
}

fn judge(world: &World<TwoPhaseCommit>, seed: u64, after: &str) {
    for claim in TwoPhaseCommit::claims().iter().filter(|claim| claim.expectation == Expectation::Always) {
        if let Verdict::Violated { says, .. } = (claim.check)(world) {
            panic!("seed {seed}: {} after {after}: {says}", claim.name);
        }
    }
}

fn run(world: &mut World<TwoPhaseCommit>, seed: u64, span: Span) {
    let end = world.now() + span;
    while world.next().is_some_and(|next| next <= end) {
        let Some(action) = world.pop() else { break };
        let _ = world.apply(action, &mut ());
        judge(world, seed, "an event");
    }
    world.advance(end);
}

fn disturb(world: &mut World<TwoPhaseCommit>, choose: &mut Chooser) {
    let all = world.roster().len() as u64;
    let servers = u64::from(world.config().participants) + 1;
    let node = choose.node(servers);
    let (from, to) = (choose.node(all), choose.node(all));
    let fault = match choose.below(16) {
        0 => Fault::Crash { node, how: Crash::Process },
        1 | 2 => Fault::Crash { node, how: Crash::Power },
        3 => Fault::Crash { node, how: Crash::Torn },
        4..=7 => Fault::Restart { node },
        8 => Fault::Pause { node },
        9 | 10 => Fault::Resume { node },
        11 if from != to => Fault::Cut { from, to },
        12 | 13 if from != to => Fault::Mend { from, to },
        14 if from != to => Fault::Reset { a: from, b: to },
        _ => Fault::SlowDisk { node, by: Span::millis(choose.below(200)) },
    };
    let _ = world.apply(Action::Fault(fault), &mut ());
}

fn ask(world: &mut World<TwoPhaseCommit>, choose: &mut Chooser) {
    let servers = world.config().participants + 1;
    let client = NodeId(servers + choose.below(u64::from(world.config().clients)) as u16);
    let bits = fold(&[choose.seed, choose.turn, 77]);
    let input = TwoPhaseCommit::workload("mixed", client, choose.turn, bits);
    let Some(Input::Ask { order, mut via }) = input else { return };
    if choose.below(3) == 0 {
        via = choose.node(u64::from(servers));
    }
    let _ = world.apply(Action::Offer { node: client, input: Input::Ask { order, via } }, &mut ());
}

fn heal(world: &mut World<TwoPhaseCommit>) {
    let nodes: Vec<NodeId> = world.roster().ids().collect();
    for &node in &nodes {
        for &to in &nodes {
            let _ = world.apply(Action::Fault(Fault::Mend { from: node, to }), &mut ());
        }
        let fault = match world.slot(node).health {
            Health::Paused => Fault::Resume { node },
            Health::Crashed | Health::PowerLost => Fault::Restart { node },
            Health::Up => Fault::SlowDisk { node, by: Span::ZERO },
        };
        let _ = world.apply(Action::Fault(fault), &mut ());
        let _ = world.apply(Action::Fault(Fault::SlowDisk { node, by: Span::ZERO }), &mut ());
    }
}

/// How many transactions committed somewhere, of those remembered.
fn play(seed: u64) -> usize {
    let mut choose = Chooser { seed, turn: 0 };
    let mut world = world(&mut choose);
    for _ in 0..60 {
        match choose.below(5) {
            0 | 1 => disturb(&mut world, &mut choose),
            _ => ask(&mut world, &mut choose),
        }
        judge(&world, seed, "a fault");
        let pause = Span(choose.below(60_000));
        run(&mut world, seed, pause);
    }
    heal(&mut world);
    run(&mut world, seed, Span::seconds(120));
    let claim = TwoPhaseCommit::claims().iter().find(|claim| claim.name == "every_transaction_ends");
    if let Verdict::Violated { says, .. } = (claim.expect("a claim").check)(&world) {
        panic!("seed {seed} at {}: {says}", Time(world.now().0));
    }
    world.ghost().stories.values().filter(|story| !story.committed.is_empty()).count()
}

#[test]
fn whatever_happens_nothing_is_half_done_and_everything_ends() {
    let count = 200;
    let committed: usize = (1..=count).map(play).sum();
    assert!(committed > count as usize, "{committed}");
}

/// By hand: `cargo test --release --lib two_phase_commit -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn ten_thousand_schedules() {
    let count = 10_000;
    let committed: usize = (1..=count).map(play).sum();
    assert!(committed > count as usize, "{committed}");
}
