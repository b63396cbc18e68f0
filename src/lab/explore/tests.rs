//! Searches of every system, each remembered step held to what the kernel makes of it, and their counts.

use super::super::catalog::{SYSTEMS, System, searching};
use super::{Limits, Report};

fn search(system: &dyn System, options: &[(&str, &str)], limits: &Limits) -> Report {
    let settings = searching(system, options).expect("known options");
    system.explore(&settings, limits, 1, &mut |_| {})
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
            let report = search(*system, &options, &limits);
            assert!(report.states == 1_500 || report.complete, "{} {delivery}", system.name());
            assert!(report.violations.is_empty(), "{} {delivery}: {:?}", system.name(), report.violations);
        }
    }
}

/// Where a step leads from two states that a search takes for one may differ in what is counted, so this is also about
/// which of them is expanded.
#[test]
fn the_report_is_the_same_for_any_number_of_threads() {
    for system in SYSTEMS {
        for (delivery, flaw) in [("fifo", None), ("unordered", None), ("fifo", system.flaws().first())] {
            let limits = Limits {
                states: 1_000,
                operations: 2,
                crashes: 1,
                resets: 1,
                orders: 1,
                timers: 2,
                ..Limits::default()
            };
            let mut settings = searching(*system, &[("delivery", delivery)]).expect("known options");
            if let Some(flaw) = flaw {
                settings.set_flaw(flaw, true);
            }
            let [one, two, three] = [1, 2, 3].map(|jobs| system.explore(&settings, &limits, jobs, &mut |_| {}));
            assert_eq!(one, two, "{} {delivery}", system.name());
            assert_eq!(one, three, "{} {delivery}", system.name());
        }
    }
}
