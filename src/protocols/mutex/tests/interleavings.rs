//! All interleavings of a few threads, walked as a graph and held to formulas that know nothing of the engine.

use std::collections::{BTreeMap, BTreeSet};

use crate::protocols::mutex::{Mutex, Node};
use crate::sim::{Expectation, NodeId, Protocol, Settings, Verdict, World};

/// What the graph of all runs has: different states, runs from the beginning to an end, and how many of these lose nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    states: u64,
    runs: u64,
    sound: u64,
}

struct Walk {
    /// By state: runs from there to an end, and those in which no update is lost.
    known: BTreeMap<u64, (u64, u64)>,
    violated: BTreeSet<&'static str>,
}

fn walk(options: &[(&str, &str)], flaws: &[&str]) -> (Counted, BTreeSet<&'static str>) {
    let mut settings = Settings::defaults(Mutex::options());
    for (name, value) in options {
        let spec = Mutex::options().iter().find(|spec| spec.name == *name);
        settings.set(spec.expect(name), value).expect(value);
    }
    for flaw in Mutex::flaws().iter().filter(|flaw| flaws.contains(&flaw.name)) {
        settings.set_flaw(flaw, true);
    }
    let mut world = World::<Mutex>::new(&settings, &mut ());
    world.stop();
    let mut walk = Walk { known: BTreeMap::new(), violated: BTreeSet::new() };
    let (runs, sound) = walk.from(&world);
    (Counted { states: walk.known.len() as u64, runs, sound }, walk.violated)
}

impl Walk {
    /// Threads only go forward, so the graph has no circle.
    fn from(&mut self, world: &World<Mutex>) -> (u64, u64) {
        let key = world.fingerprint();
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        for claim in Mutex::claims() {
            let judged = claim.expectation == Expectation::Always || world.actions().is_empty();
            if judged && matches!((claim.check)(world), Verdict::Violated { .. }) {
                self.violated.insert(claim.name);
            }
        }
        let actions = world.actions();
        let mut counted = (0, 0);
        if actions.is_empty() {
            counted = (1, u64::from(world.ghost().update_lost.is_none()));
        }
        for action in actions {
            let mut next = world.clone();
            next.apply(action, &mut ()).expect("a timer that is set can fire");
            let (runs, sound) = self.from(&next);
            counted = (counted.0 + runs, counted.1 + sound);
        }
        self.known.insert(key, counted);
        counted
    }
}

fn factorial(n: u64) -> u64 {
    (1..=n).product()
}

fn choose(n: u64, k: u64) -> u64 {
    factorial(n) / factorial(k) / factorial(n - k)
}

/// States of n threads that each take a fair lock, add one and release it; derived in the protocol's lecture.
fn states(n: u64) -> u64 {
    let mut sum = 1 << n;
    for d in 0..n {
        let others = n - d - 1;
        let lines: u64 = (0..=others).map(|w| factorial(others) / factorial(others - w)).sum();
        sum += choose(n, d) * (n - d) * (3 + u64::from(d > 0)) * lines;
    }
    sum
}

/// Runs of the same: for each order of owners, the ways in which waiters can come to the lock.
fn runs(n: u64) -> u64 {
    fn come(j: u64, n: u64, from: u64) -> u64 {
        if j > n {
            return 1;
        }
        // At the end of this span the lock is free, and the next comer takes it.
        let free = 4 * (j - 1);
        (from..=free).map(|gap| come(j + 1, n, if gap == free { free + 1 } else { gap })).sum()
    }
    factorial(n) * come(2, n, 1)
}

#[test]
fn a_fair_lock_has_as_many_states_and_runs_as_derived() {
    for (threads, expected) in [(1, (5, 1)), (2, (24, 8)), (3, (113, 150)), (4, (560, 4_584))] {
        assert_eq!(states(threads), expected.0, "states by the formula, {threads} threads");
        let (counted, violated) = walk(&[("program", "counter"), ("threads", &threads.to_string())], &[]);
        assert_eq!(counted.states, states(threads), "{threads} threads");
        assert_eq!((counted.runs, counted.sound), (runs(threads), runs(threads)), "{threads} threads");
        assert!(violated.is_empty(), "{violated:?}");
        assert_eq!(counted.runs, expected.1, "runs by the formula, {threads} threads");
    }
}

/// Interleavings of n times two instructions; no update is lost only where one thread comes wholly after another.
#[test]
fn without_the_lock_only_serial_runs_lose_nothing() {
    for threads in 1..=4 {
        let (counted, violated) = walk(&[("program", "unlocked"), ("threads", &threads.to_string())], &[]);
        assert_eq!(counted.runs, factorial(2 * threads) >> threads, "{threads} threads");
        assert_eq!(counted.sound, factorial(threads), "{threads} threads");
        assert_eq!(violated.contains("no_update_is_lost"), threads > 1);
    }
}

/// A lock that does nothing leaves four instructions a thread, in any order.
#[test]
fn a_lock_that_does_nothing_leaves_every_order() {
    let (counted, violated) = walk(&[("program", "counter"), ("threads", "2")], &["no_lock"]);
    assert_eq!(counted.runs, choose(8, 4));
    assert!(violated.contains("no_update_is_lost"));
}

#[test]
fn no_interleaving_of_a_barging_lock_breaks_a_claim() {
    for threads in ["2", "3"] {
        let options = [("program", "counter"), ("handover", "barging"), ("threads", threads)];
        let (counted, violated) = walk(&options, &[]);
        assert!(violated.is_empty(), "{violated:?}");
        assert_eq!(counted.runs, counted.sound);
    }
}

#[test]
fn some_interleaving_of_opposite_orders_is_a_circle() {
    let (_, violated) = walk(&[("program", "inverted"), ("threads", "2")], &[]);
    assert_eq!(violated, BTreeSet::from(["no_circle_of_waits", "every_waiter_is_served"]));
    let (_, violated) = walk(&[("program", "inverted"), ("threads", "2"), ("detection", "on")], &[]);
    assert!(violated.is_empty(), "{violated:?}");
}

#[test]
fn some_interleaving_finds_each_flaw_of_the_lock_itself() {
    for (flaw, handover, claim) in [
        ("test_then_set", "fair", "one_holder"),
        ("test_then_set", "barging", "no_update_is_lost"),
        ("last_come_first_served", "fair", "first_come_first_served"),
    ] {
        let options = [("program", "counter"), ("handover", handover), ("threads", "3")];
        let (_, violated) = walk(&options, &[flaw]);
        assert!(violated.contains(claim), "{flaw}: {violated:?}");
    }
}

/// What the walk counts is what the page shows: after each run all have added theirs.
#[test]
fn every_run_ends_with_every_update() {
    let mut run = super::Run::new(1, &[("program", "counter"), ("threads", "4")], &[]);
    run.run(crate::sim::Span::seconds(1));
    let Some(Node(machine)) = run.world.node(NodeId(0)) else { panic!("it is up") };
    assert_eq!(machine.memory.x, 4);
    run.holds();
}
