//! What handing a lock over costs against leaving it to whoever comes first: neither breaks a claim.

use super::Run;
use crate::protocols::mutex::Node;
use crate::sim::{NodeId, Span};

const ROUNDS: usize = 10;

/// Three threads that each take the lock ten times: how long until all are done, and how long the second thread waited for
/// its first turn, in milliseconds.
fn measure(handover: &str) -> (u64, u64) {
    let mut run = Run::new(1, &[("handover", handover), ("threads", "3")], &[]);
    let program = ["lock a; add; unlock a"; ROUNDS].join("; ");
    for thread in 1..=3 {
        run.say(0, &format!("t{thread} {program}"));
    }
    let mut first_turn = None;
    loop {
        run.run(Span::millis(1));
        let Some(Node(machine)) = run.world.node(NodeId(0)) else { panic!("it is up") };
        let now = run.world.now().0 / 1_000;
        if first_turn.is_none() && machine.threads[1].next > 0 {
            first_turn = Some(now);
        }
        if machine.threads.iter().all(|thread| !thread.is_busy()) {
            assert_eq!(machine.memory.x, 3 * ROUNDS as u64);
            run.holds();
            return (now, first_turn.unwrap_or_default());
        }
    }
}

#[test]
fn fairness_costs_a_waking_each_time_and_barging_costs_the_waiter_its_turn() {
    let measured = [("fair", measure("fair")), ("barging", measure("barging"))];
    assert_eq!(measured, PRICE, "milliseconds until all are done, and until the second thread's first turn");
}

const PRICE: [(&str, (u64, u64)); 2] = [("fair", (178, 7)), ("barging", (124, 43))];
