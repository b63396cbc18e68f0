//! What it costs to know, after each answer that a client gets, whether the guarantee still holds.

use super::histories::Run;
use super::{Clock, Figure, Unit};
use crate::describe::{Guarantee, Model, Premises, Property, Said};
use crate::judges::history::{Entry, Phase};
use crate::lab::frame::Position;
use crate::lab::testimony::{Testimony, Watch, When, Which};
use crate::sim::{NodeId, OperationId};

const OPERATIONS: u64 = 2_000;

pub fn figures(clock: Clock<'_>) -> Vec<Figure> {
    let run = Run { kind: Model::KeyValue, clients: 5, operations: OPERATIONS, unknown: 1, size: 5 };
    let entries = run.entries(1);
    let guarantee =
        Guarantee { model: Model::KeyValue, property: Property::Linearizable, premises: Premises::default() };
    let began = clock();
    let (mut testimony, mut watch) = (Testimony::default(), Watch::default());
    for (entry, at) in entries.iter().zip(0..) {
        hear(&mut testimony, entry, at);
        if entry.phase == Phase::Ok {
            watch.contradiction(&testimony, &guarantee);
        }
    }
    let live = (clock() - began) * 1_000 / testimony.answers();
    let began = clock();
    Watch::default().contradiction(&testimony, &guarantee);
    let once = (clock() - began) * 1_000;
    vec![
        Figure { name: "judged live, 2000 operations: an answer", value: live, unit: Unit::Nanoseconds },
        Figure { name: "… all of them from the beginning, once", value: once, unit: Unit::Nanoseconds },
    ]
}

/// Clients whose operations time out come back under another name, as the recording has it.
pub(in crate::lab) fn hear(testimony: &mut Testimony, entry: &Entry, at: u32) {
    let when = When { at: Position::default(), entry: at };
    let client = NodeId(entry.process.as_int().unwrap_or_default() as u16);
    let which = Which { operation: OperationId { client, number: 0 }, process: None };
    let functions = ["get", "put", "append", "enqueue", "dequeue"];
    let function = functions.into_iter().find(|name| *name == &*entry.function).unwrap_or_default();
    let said = Some(Said { function, value: entry.value.clone() });
    match entry.phase {
        Phase::Invoke => testimony.called(when, which, String::new(), said),
        Phase::Ok => testimony.answered(when, which, String::new(), said),
        Phase::Fail => testimony.refused(when, which, ""),
        Phase::Info => testimony.given_up(when, which, ""),
    }
}
