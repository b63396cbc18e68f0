//! What clients do with locks, whoever keeps them.

use crate::sim::dice::Dice;
use crate::sim::trial::Run;
use crate::sim::{Fault, NodeId, Protocol, Span, Verdict};

pub fn ask<P: Protocol>(run: &mut Run<P>, clients: u16, dice: &mut Dice) {
    let client = dice.below(u64::from(clients)) as u16;
    let resource = *dice.one_of(&["printer", "printer", "scanner"]);
    let input = match dice.below(9) {
        0 | 1 => format!("lock {resource}"),
        2 => format!("lock {resource} wait 500ms lease 800ms"),
        3 => format!("unlock {resource}"),
        4 => format!("cancel {resource}"),
        5 | 6 => format!("write {resource} x"),
        _ => format!("use {resource} for {}ms", 1 + dice.below(400)),
    };
    run.say(client, &input);
}

/// After healing all who wait are served, and whoever asks is; `granted` is how such an answer begins.
pub fn come_right<P: Protocol>(run: &mut Run<P>, clients: u16, granted: &str) {
    for _ in 0..20 {
        run.run(Span::seconds(5));
        for client in 0..clients {
            // An armed pause may strike late.
            run.fault(Fault::Resume { node: NodeId(client) });
            run.say(client, "unlock printer");
            run.say(client, "unlock scanner");
        }
    }
    let served = run.claim("every_waiter_is_served");
    assert!(!matches!(served, Verdict::Violated { .. }), "{served:?}\n{run}");
    for client in 0..clients {
        let granted = format!("#{client} Done({granted}");
        let before = run.count(&granted);
        run.say(client, "lock printer wait forever");
        for _ in 0..60 {
            run.run(Span::seconds(2));
            if run.count(&granted) > before {
                break;
            }
        }
        assert!(run.count(&granted) > before, "client {client}, {run}");
        run.say(client, "unlock printer");
        run.run(Span::seconds(10));
    }
}
