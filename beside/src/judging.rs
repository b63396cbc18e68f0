//! Histories of one register judged by both. Stateright's tester has no memory of what it tried and no limit, so what it
//! is given is small enough that it ends; unknown outcomes are left out, since its histories know only answers.

use netsplit::judges::history::{Entry, History, Phase};
use netsplit::judges::models::{self, Kind, Premises, Property};
use netsplit::judges::value::Value;
use netsplit::judges::verdict::Ruling;
use netsplit::lab::bench::histories::{Run, spoil};
use stateright::semantics::register::{Register, RegisterOp, RegisterRet};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester};

use crate::{print, timed};

const SEEDS: std::ops::Range<u64> = 1..11;

pub fn compare() {
    for (name, clients, operations, good) in [
        ("easy: 2 clients, 200 operations", 2, 200, true),
        ("contended: 8 clients, 60 operations", 8, 60, true),
        ("illegal: 4 clients, 16 operations", 4, 16, false),
    ] {
        let run = Run { kind: Kind::Register, clients, operations, unknown: 0, size: 5 };
        let histories: Vec<Vec<Entry>> =
            SEEDS.map(|seed| if good { run.entries(seed) } else { spoil(run.kind, run.entries(seed)) }).collect();
        let (theirs, their_seconds) = timed(|| histories.iter().map(|entries| test(entries)).collect::<Vec<_>>());
        let (ours, our_seconds) = timed(|| histories.iter().map(|entries| judge(entries)).collect::<Vec<_>>());
        assert!(theirs.iter().chain(&ours).all(|legal| *legal == good), "{name}: {theirs:?}, {ours:?}");
        let each = |seconds: f64| format!("{:.1} us a history", seconds * 1e6 / histories.len() as f64);
        print(name, each(their_seconds), each(our_seconds));
    }
}

fn judge(entries: &[Entry]) -> bool {
    let history = History::from_entries(entries.to_vec()).expect("well formed");
    let premises = Premises { initial: Some(Value::Int(0)), ..Premises::default() };
    let verdict = models::judge(&history, Kind::Register, &premises, Property::Linearizable, &mut |_| true);
    verdict.expect("understood").ruling == Ruling::Holds
}

fn test(entries: &[Entry]) -> bool {
    let mut tester = LinearizabilityTester::new(Register(0));
    for entry in entries {
        let (client, value) = (entry.process.as_int(), entry.value.as_int());
        let reads = &*entry.function == "read";
        let heard = match (entry.phase, value) {
            (Phase::Invoke, Some(value)) if !reads => tester.on_invoke(client, RegisterOp::Write(value)),
            (Phase::Invoke, _) => tester.on_invoke(client, RegisterOp::Read),
            (Phase::Ok, Some(value)) if reads => tester.on_return(client, RegisterRet::ReadOk(value)),
            _ => tester.on_return(client, RegisterRet::WriteOk),
        };
        heard.expect("well formed");
    }
    tester.is_consistent()
}
