//! What `notify = all` costs against `notify = next`.

use super::Run;
use crate::sim::Span;

/// Messages from the first release on, until a line of so many has drained.
fn messages(notify: &str, line: u16) -> u64 {
    let clients = (line + 1).to_string();
    let mut run = Run::new(1, &[("clients", &clients), ("notify", notify), ("wait", "600s")], &[]);
    run.say(0, "lock printer");
    run.run(Span::millis(100));
    for client in 1..=line {
        run.say(client, "use printer for 10ms");
        run.run(Span::millis(10));
    }
    let sent =
        |run: &Run| run.seen.sent.iter().filter(|(kind, _)| **kind != "ALIVE").map(|(_, count)| count).sum::<u64>();
    let before = sent(&run);
    run.say(0, "unlock printer");
    run.run(Span::seconds(30));
    assert_eq!(run.count("Released"), usize::from(line) + 1, "{run}");
    sent(&run) - before
}

#[test]
fn waking_all_costs_each_waiter_an_order_at_each_handover() {
    let measured: Vec<(u16, u64, u64)> =
        [2, 5, 10].into_iter().map(|line| (line, messages("next", line), messages("all", line))).collect();
    assert_eq!(measured, PRICE, "line, messages when the next is given it, messages when all are woken");
}

/// Told places are messages too: a line of ten that is told its places moves up by 45 messages.
const PRICE: [(u16, u64, u64); 3] = [(2, 36, 48), (5, 87, 147), (10, 192, 412)];
