//! Random histories, the same at every run.

use netsplit::judges::history::{History, Phase};
use netsplit::judges::models::Kind;
use netsplit::judges::value::Value;
use netsplit::lab::bench::histories::{Draw, entry, int};

fn name(draw: &mut Draw, names: &[&str]) -> Value {
    Value::text(names[draw.below(names.len() as u64) as usize])
}

/// What is asked, and how to answer it at random.
pub fn question(draw: &mut Draw, kind: Kind) -> (&'static str, Value) {
    match kind {
        Kind::Register | Kind::CasRegister => match draw.below(if kind == Kind::Register { 2 } else { 3 }) {
            0 => ("read", Value::Nil),
            1 => ("write", int(draw, 3)),
            _ => ("cas", Value::list([int(draw, 3), int(draw, 3)])),
        },
        Kind::MultiRegister => {
            let part = |draw: &mut Draw| {
                let function = name(draw, &["r", "w"]);
                let value = if function == Value::text("r") { Value::Nil } else { int(draw, 2) };
                Value::list([function, name(draw, &["x", "y"]), value])
            };
            let parts: Vec<Value> = (0..1 + draw.below(2)).map(|_| part(draw)).collect();
            ("txn", Value::list(parts))
        }
        Kind::KeyValue => {
            let key = name(draw, &["x", "y"]);
            match draw.below(5) {
                0 | 1 => ("get", Value::list([key, Value::Nil])),
                2 => ("put", Value::list([key, name(draw, &["a", "b"])])),
                3 => ("append", Value::list([key, name(draw, &["a", "b"])])),
                _ => ("delete", Value::list([key, Value::Nil])),
            }
        }
        Kind::Queue => match draw.below(2) {
            0 => ("enqueue", int(draw, 4)),
            _ => ("dequeue", Value::Nil),
        },
        Kind::Mutex => (["acquire", "release"][draw.below(2) as usize], Value::Nil),
        Kind::FencedLock => (["acquire", "write"][draw.below(2) as usize], Value::Nil),
        Kind::Bank => match draw.below(3) {
            0 => ("read", Value::Nil),
            1 => {
                let other = draw.below(2) as i64;
                let part = |what: &str, account, value| Value::list([Value::text(what), Value::Int(account), value]);
                ("txn", Value::list([part("r", other, Value::Nil), part("w", 1 - other, int(draw, 3))]))
            }
            _ => {
                let (from, to) = (int(draw, 2), int(draw, 2));
                let fields = [("from", from), ("to", to), ("amount", Value::Int(1 + draw.below(2) as i64))];
                ("transfer", Value::map(fields.map(|(name, value)| (Value::text(name), value))))
            }
        },
    }
}

fn answer(draw: &mut Draw, kind: Kind, function: &str, asked: &Value) -> Value {
    match (kind, function) {
        (Kind::Register | Kind::CasRegister, "read") => {
            if draw.chance(10) {
                Value::Nil
            } else {
                int(draw, 3)
            }
        }
        (Kind::FencedLock, _) => Value::list([name(draw, &["x", "y"]), int(draw, 4)]),
        (Kind::MultiRegister, _) | (Kind::Bank, "txn") => {
            Value::list(asked.as_list().unwrap_or_default().iter().map(|part| match part.as_list() {
                Some([function, key, Value::Nil]) => Value::list([function.clone(), key.clone(), int(draw, 2)]),
                _ => part.clone(),
            }))
        }
        (Kind::KeyValue, "get") => {
            let key = asked.as_pair().expect("a key and nil").0;
            Value::list([key.clone(), name(draw, &["", "a", "b", "ab", "aa"])])
        }
        (Kind::Queue, "dequeue") => {
            if draw.chance(15) {
                Value::Nil
            } else {
                int(draw, 4)
            }
        }
        (Kind::Bank, "read") => {
            let first = draw.below(4) as i64;
            Value::map([(Value::Int(0), Value::Int(first)), (Value::Int(1), Value::Int(3 - first))])
        }
        _ => asked.clone(),
    }
}

/// A small history whose answers nobody computed: about as often right as wrong.
pub fn anything(draw: &mut Draw, kind: Kind, operations: u64) -> History {
    let mut open: Vec<(i64, &'static str, Value)> = Vec::new();
    let mut entries = Vec::new();
    let (mut next_process, mut left) = (2 + draw.below(3) as i64, operations);
    let mut free: Vec<i64> = (0..next_process).collect();
    while left > 0 || !open.is_empty() {
        if left > 0 && !free.is_empty() && (open.is_empty() || draw.chance(50)) {
            let process = free.swap_remove(draw.below(free.len() as u64) as usize);
            let (function, asked) = question(draw, kind);
            entries.push(entry(process, Phase::Invoke, function, asked.clone()));
            open.push((process, function, asked));
            left -= 1;
            continue;
        }
        let (process, function, asked) = open.swap_remove(draw.below(open.len() as u64) as usize);
        let (phase, value) = match draw.below(10) {
            0 => (Phase::Fail, Value::Nil),
            1..=3 => (Phase::Info, Value::Nil),
            _ => (Phase::Ok, answer(draw, kind, function, &asked)),
        };
        // Now and then an unknown outcome is one that is not even written down.
        if phase != Phase::Info || draw.chance(50) {
            entries.push(entry(process, phase, function, value));
        }
        if phase == Phase::Info {
            free.push(next_process);
            next_process += 1;
        } else {
            free.push(process);
        }
    }
    History::from_entries(entries).expect("well formed")
}
