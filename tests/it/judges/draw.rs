//! Random histories, the same at every run.

use netsplit::judges::history::{History, Phase};
use netsplit::judges::models::Kind;
use netsplit::judges::value::Value;
use netsplit::lab::bench::histories::{Draw, entry, int};

fn name(draw: &mut Draw, names: &[&str]) -> Value {
    Value::text(names[draw.below(names.len() as u64) as usize])
}

/// What is called and answered in one history.
struct Talk {
    kind: Kind,
    /// Nothing is written twice.
    once: bool,
    calls: u64,
    written: Vec<Value>,
}

impl Talk {
    /// What is asked.
    fn question(&mut self, draw: &mut Draw) -> (&'static str, Value) {
        self.calls += 1;
        match self.kind {
            Kind::Register | Kind::CasRegister => match draw.below(if self.kind == Kind::Register { 2 } else { 3 }) {
                0 => ("read", Value::Nil),
                1 => ("write", int(draw, 3)),
                _ => ("cas", Value::list([int(draw, 3), int(draw, 3)])),
            },
            Kind::MultiRegister => match draw.below(6) {
                0 => ("read", Value::Nil),
                1 => ("write", some(draw, &["x", "y", "z"].map(Value::text), |draw| int(draw, 2))),
                _ => ("txn", parts(draw, &["x", "y", "z"].map(Value::text), |draw| int(draw, 2))),
            },
            Kind::KeyValue => {
                let key = name(draw, &["x", "x", "y"]);
                match draw.below(7) {
                    0 | 1 => ("get", Value::list([key, Value::Nil])),
                    2 => ("put", Value::list([key, self.word(draw)])),
                    3 | 4 => ("append", Value::list([key, self.word(draw)])),
                    5 => ("cas", Value::list([key, Value::list([self.text(draw), self.word(draw)])])),
                    _ => ("delete", Value::list([key, Value::Nil])),
                }
            }
            Kind::Queue => match draw.below(2) {
                0 => ("enqueue", self.put(if self.once { Value::Int(self.calls as i64) } else { int(draw, 4) })),
                _ => ("dequeue", Value::Nil),
            },
            Kind::Mutex => {
                // A number names no lock, a pair does.
                let lock = match self.once {
                    true => int(draw, 3),
                    false => Value::list([name(draw, &["x", "x", "y"]), Value::Nil]),
                };
                (["acquire", "acquire", "release", "release", "inherit"][draw.below(5) as usize], lock)
            }
            Kind::FencedLock => (["acquire", "write"][draw.below(2) as usize], Value::Nil),
            Kind::Bank => match draw.below(3) {
                0 => ("read", Value::Nil),
                1 => ("txn", parts(draw, &ACCOUNTS, |draw| int(draw, 3))),
                _ => {
                    let (from, to) = (int(draw, 2), int(draw, 2));
                    let fields = [("from", from), ("to", to), ("amount", int(draw, 3))];
                    ("transfer", Value::map(fields.map(|(name, value)| (Value::text(name), value))))
                }
            },
        }
    }

    fn answer(&self, draw: &mut Draw, function: &str, asked: &Value) -> Value {
        match (self.kind, function) {
            (Kind::Register | Kind::CasRegister, "read") => {
                if draw.chance(10) {
                    Value::Nil
                } else {
                    int(draw, 3)
                }
            }
            (Kind::FencedLock, _) => Value::list([name(draw, &["x", "y"]), int(draw, 4)]),
            (Kind::MultiRegister, "read") => some(draw, &["x", "y", "z"].map(Value::text), seen),
            (Kind::MultiRegister | Kind::Bank, "txn") => {
                Value::list(asked.as_list().unwrap_or_default().iter().map(|part| match part.as_list() {
                    Some([function, key, Value::Nil]) => {
                        let value = if self.kind == Kind::Bank { int(draw, 3) } else { seen(draw) };
                        Value::list([function.clone(), key.clone(), value])
                    }
                    _ => part.clone(),
                }))
            }
            (Kind::KeyValue, "get") => {
                let key = asked.as_pair().expect("a key and nil").0;
                Value::list([key.clone(), self.text(draw)])
            }
            (Kind::Queue, "dequeue") => match self.written.len() as u64 {
                written if written > 0 && draw.chance(80) => self.written[draw.below(written) as usize].clone(),
                _ => Value::Nil,
            },
            (Kind::Bank, "read") => some(draw, &ACCOUNTS, |draw| int(draw, 4)),
            _ => asked.clone(),
        }
    }

    fn put(&mut self, value: Value) -> Value {
        self.written.push(value.clone());
        value
    }

    /// What is written to a store.
    fn word(&mut self, draw: &mut Draw) -> Value {
        let word = match draw.below(10) {
            0 => Value::text(""),
            _ if self.once => Value::text(&format!("{};", self.calls)),
            _ => name(draw, &["a", "b"]),
        };
        self.put(word)
    }

    /// What may be read from a store: words that were written, each at most once.
    fn text(&self, draw: &mut Draw) -> Value {
        let mut words = self.written.clone();
        let mut text = String::new();
        for _ in 0..draw.below(4).min(words.len() as u64) {
            text += words.swap_remove(draw.below(words.len() as u64) as usize).as_name().expect("a word");
        }
        if text.is_empty() { Value::Nil } else { Value::text(&text) }
    }
}

const ACCOUNTS: [Value; 2] = [Value::Int(0), Value::Int(1)];

/// What a register is seen to hold.
fn seen(draw: &mut Draw) -> Value {
    if draw.chance(10) { Value::Nil } else { int(draw, 2) }
}

/// A map of some of the keys, and at least one.
fn some(draw: &mut Draw, keys: &[Value], mut value: impl FnMut(&mut Draw) -> Value) -> Value {
    let sure = draw.below(keys.len() as u64) as usize;
    let mut pairs = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        if place == sure || draw.chance(50) {
            pairs.push((key.clone(), value(draw)));
        }
    }
    Value::map(pairs)
}

/// One to three reads and writes, of one thing perhaps several times.
fn parts(draw: &mut Draw, keys: &[Value], mut value: impl FnMut(&mut Draw) -> Value) -> Value {
    let mut parts = Vec::new();
    for _ in 0..1 + draw.below(3) {
        let key = keys[draw.below(keys.len() as u64) as usize].clone();
        let (function, value) = if draw.chance(50) { ("r", Value::Nil) } else { ("w", value(draw)) };
        parts.push(Value::list([Value::text(function), key, value]));
    }
    Value::list(parts)
}

/// A small history whose answers nobody computed: about as often right as wrong.
pub fn anything(draw: &mut Draw, kind: Kind, operations: u64) -> History {
    let mut talk = Talk { kind, once: draw.chance(50), calls: 0, written: Vec::new() };
    let mut open: Vec<(i64, &'static str, Value)> = Vec::new();
    let mut entries = Vec::new();
    let (mut next_process, mut left) = (2 + draw.below(3) as i64, operations);
    let mut free: Vec<i64> = (0..next_process).collect();
    while left > 0 || !open.is_empty() {
        if left > 0 && !free.is_empty() && (open.is_empty() || draw.chance(50)) {
            let process = free.swap_remove(draw.below(free.len() as u64) as usize);
            let (function, asked) = talk.question(draw);
            entries.push(entry(process, Phase::Invoke, function, asked.clone()));
            open.push((process, function, asked));
            left -= 1;
            continue;
        }
        let (process, function, asked) = open.swap_remove(draw.below(open.len() as u64) as usize);
        let (phase, value) = match draw.below(10) {
            0 => (Phase::Fail, Value::Nil),
            1..=3 => (Phase::Info, Value::Nil),
            _ => (Phase::Ok, talk.answer(draw, function, &asked)),
        };
        // Now and then an unknown outcome is one that is not even written down.
        let is_told = phase != Phase::Info || draw.chance(50);
        if is_told {
            entries.push(entry(process, phase, function, value));
        }
        if !is_told || phase == Phase::Info && draw.chance(50) {
            free.push(next_process);
            next_process += 1;
        } else {
            free.push(process);
        }
    }
    History::from_entries(entries).expect("well formed")
}
