//! Histories that are judged while they grow: what is followed holds, and is followed most of the time.

use netsplit::judges::history::{History, Operation, Outcome};
use netsplit::judges::models::{self, Kind, Premises, Property, follow};
use netsplit::judges::value::Value;
use netsplit::judges::verdict::Ruling;
use netsplit::lab::bench::histories::{Draw, Run, START};

use super::draw::anything;

const KINDS: [Kind; 4] = [Kind::KeyValue, Kind::Mutex, Kind::FencedLock, Kind::Bank];

/// How often a history was followed to a return, and how often all of it had to be judged again.
#[derive(Debug, Default)]
struct Work {
    followed: u32,
    judged: u32,
}

/// Tells a history event by event, as long as it holds.
fn tell(whole: &History, kind: Kind, premises: &Premises, property: Property, checks: bool, work: &mut Work) {
    let judge =
        |history: &History| models::judge(history, kind, premises, property, &mut |_| true).expect("understood");
    let mut follower = follow(kind, premises, property).expect("can be followed");
    let mut told = History::default();
    for event in 0..whole.events {
        let (operation, index) = (whole.operations.iter().zip(0..))
            .find(|(operation, _)| operation.called == event || ended(operation) == Some(event))
            .map_or((None, 0), |(operation, index)| (Some(operation), index));
        told.events += 1;
        let Some(operation) = operation else { continue };
        if operation.called == event {
            told.operations.push(Operation { outcome: Outcome::Unknown, ..operation.clone() });
            follower.called(&told, index);
            continue;
        }
        told.operations[index as usize].outcome = operation.outcome.clone();
        work.followed += 1;
        if follower.ended(&told, index) {
            assert!(!checks || judge(&told).ruling == Ruling::Holds, "{kind:?} {property:?}: {:#?}", told.operations);
            continue;
        }
        work.judged += 1;
        let verdict = judge(&told);
        if verdict.ruling != Ruling::Holds {
            return;
        }
        assert!(follower.begin(&told, &verdict.orders), "{kind:?} {property:?}: {:#?}", told.operations);
    }
}

fn ended(operation: &Operation) -> Option<u32> {
    match operation.outcome {
        Outcome::Done { at, .. } | Outcome::Failed { at } => Some(at),
        Outcome::Unknown => None,
    }
}

#[test]
fn what_is_followed_holds() {
    for kind in KINDS {
        for property in [Property::Linearizable, Property::SequentiallyConsistent] {
            let mut work = Work::default();
            for seed in 1..3_000 {
                let draw = &mut Draw::new(seed);
                let operations = 1 + draw.below(9);
                let premises = Premises::default();
                tell(&anything(draw, kind, operations), kind, &premises, property, true, &mut work);
            }
            assert!(work.followed > 2_000 && work.judged > 100, "{kind:?} {property:?}: {work:?}");
        }
    }
}

#[test]
fn what_holds_is_mostly_followed() {
    for kind in KINDS {
        for unknown in [0, 5] {
            let run = Run { kind, clients: 5, operations: 400, unknown, size: 5 };
            let initial = (kind == Kind::Bank).then(|| Value::list((0..run.size).map(|_| Value::Int(START))));
            let premises = Premises { initial, ..Premises::default() };
            let mut work = Work::default();
            for seed in 1..5 {
                let history = History::from_entries(run.entries(seed)).expect("well formed");
                tell(&history, kind, &premises, Property::Linearizable, false, &mut work);
            }
            println!("{kind:?} {unknown}: {work:?}");
            assert!(work.judged * 10 < work.followed, "{kind:?}, {unknown} % unknown: {work:?}");
        }
    }
}
