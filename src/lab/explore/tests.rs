//! Searches of every system, each remembered step held to what the kernel makes of it, and their counts.

use super::super::catalog::{SYSTEMS, System, find, searching};
use super::{Limits, Report};

fn search(system: &dyn System, options: &[(&str, &str)], limits: &Limits, jobs: usize) -> Report {
    let settings = searching(system, options).expect("known options");
    system.explore(&settings, limits, jobs, &mut |_| {})
}

#[test]
fn what_is_remembered_of_a_step_is_what_the_kernel_makes_of_it() {
    for system in SYSTEMS {
        for (delivery, connections, resets) in [
            ("fifo", "given", 0),
            ("unordered", "given", 0),
            ("set", "given", 0),
            ("fifo", "handshake", 0),
            ("fifo", "given", 1),
            ("unordered", "handshake", 1),
        ] {
            let limits =
                Limits { states: 1_500, operations: 2, crashes: 1, resets, orders: 1, timers: 2, ..Limits::default() };
            let options = [("delivery", delivery), ("connections", connections)];
            let report = search(*system, &options, &limits, 1);
            assert!(report.states == 1_500 || report.complete, "{} {delivery}", system.name());
            assert!(report.violations.is_empty(), "{} {delivery}: {:?}", system.name(), report.violations);
        }
    }
}

#[test]
fn the_same_search_gives_the_same_report() {
    let system = find("two_phase_commit").expect("a system");
    let limits = Limits { timers: 1, crashes: 1, states: 3_000, ..Limits::default() };
    let options = [("participants", "2")];
    assert_eq!(search(system, &options, &limits, 1), search(system, &options, &limits, 1));
}
