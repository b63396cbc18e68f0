//! Histories of a system that works: clients call, the machine does it at some moment before the return, and what times
//! out may be done much later, or never.

use std::collections::BTreeMap;

use crate::judges::history::{Entry, Phase, Place};
use crate::judges::models::Kind;
use crate::judges::value::Value;
use crate::machines::key_value::{Answer, KeyValue, Op};
use crate::machines::ledger::Ledger;
use crate::machines::mutex::Mutex;
use crate::machines::queue::Queue;

pub struct Run {
    pub kind: Kind,
    pub clients: u64,
    pub operations: u64,
    /// How many of a hundred operations time out.
    pub unknown: u64,
    /// How many registers, keys, accounts or values there are.
    pub size: u64,
}

#[derive(Default)]
struct Machines {
    registers: BTreeMap<Value, Value>,
    store: KeyValue,
    queue: Queue<Value>,
    mutex: Mutex<Value>,
    bank: Ledger<Value>,
    token: i64,
}

enum Client {
    Idle,
    Waiting(&'static str, Value),
    Answered(&'static str, Option<Value>),
}

pub const START: i64 = 50;

impl Run {
    pub fn entries(&self, seed: u64) -> Vec<Entry> {
        let draw = &mut Draw::new(seed);
        let mut machines = Machines {
            bank: Ledger::new((0..self.size as i64).map(|account| (Value::Int(account), START))),
            ..Machines::default()
        };
        let mut clients: Vec<(i64, Client)> = (0..self.clients as i64).map(|process| (process, Client::Idle)).collect();
        let mut late: Vec<(i64, &str, Value)> = Vec::new();
        let mut entries = Vec::new();
        let (mut begun, mut next_process) = (0, self.clients as i64);
        while begun < self.operations || clients.iter().any(|(_, client)| !matches!(client, Client::Idle)) {
            if !late.is_empty() && draw.chance(3) {
                let (process, function, asked) = late.swap_remove(draw.below(late.len() as u64) as usize);
                machines.perform(self.kind, process, function, &asked);
            }
            let chosen = draw.below(self.clients) as usize;
            let (process, client) = &mut clients[chosen];
            *client = match std::mem::replace(client, Client::Idle) {
                Client::Idle if begun == self.operations => Client::Idle,
                Client::Idle => {
                    begun += 1;
                    let (function, asked) = self.question(draw, begun);
                    entries.push(entry(*process, Phase::Invoke, function, asked.clone()));
                    Client::Waiting(function, asked)
                }
                Client::Waiting(function, asked) if draw.chance(self.unknown) => {
                    if draw.chance(50) {
                        entries.push(entry(*process, Phase::Info, function, Value::Nil));
                    }
                    late.push((*process, function, asked));
                    *process = next_process;
                    next_process += 1;
                    Client::Idle
                }
                Client::Waiting(function, asked) => {
                    Client::Answered(function, machines.perform(self.kind, *process, function, &asked))
                }
                Client::Answered(function, answer) => {
                    let phase = if answer.is_some() { Phase::Ok } else { Phase::Fail };
                    entries.push(entry(*process, phase, function, answer.unwrap_or_default()));
                    Client::Idle
                }
            };
        }
        entries
    }

    fn question(&self, draw: &mut Draw, number: u64) -> (&'static str, Value) {
        let choice = draw.below(3);
        match (self.kind, choice) {
            (Kind::Register | Kind::CasRegister, 0) => ("read", Value::Nil),
            (Kind::Register, _) | (Kind::CasRegister, 1) => ("write", int(draw, self.size)),
            (Kind::CasRegister, _) => ("cas", Value::list([int(draw, self.size), int(draw, self.size)])),
            (Kind::MultiRegister, _) => {
                let part = |draw: &mut Draw| match draw.below(2) {
                    0 => Value::list([Value::text("r"), int(draw, self.size), Value::Nil]),
                    _ => Value::list([Value::text("w"), int(draw, self.size), int(draw, 5)]),
                };
                let parts: Vec<Value> = (0..1 + draw.below(3)).map(|_| part(draw)).collect();
                ("txn", Value::list(parts))
            }
            (Kind::KeyValue, 0) => ("get", Value::list([int(draw, self.size), Value::Nil])),
            (Kind::KeyValue, _) => {
                let function = if draw.chance(10) { "put" } else { "append" };
                (function, Value::list([int(draw, self.size), Value::text(&format!("x {number} y"))]))
            }
            (Kind::Queue, 0) => ("dequeue", Value::Nil),
            (Kind::Queue, _) => ("enqueue", Value::Int(number as i64)),
            (Kind::Mutex, 0) => ("release", Value::Nil),
            (Kind::Mutex, _) => ("acquire", Value::Nil),
            (Kind::FencedLock, 0) => ("write", Value::Nil),
            (Kind::FencedLock, _) => ("acquire", Value::Nil),
            (Kind::Bank, 0) => ("read", Value::Nil),
            (Kind::Bank, _) => {
                let amount = Value::Int(1 + draw.below(5) as i64);
                let fields = [("from", int(draw, self.size)), ("to", int(draw, self.size)), ("amount", amount)];
                ("transfer", Value::map(fields.map(|(name, value)| (Value::text(name), value))))
            }
        }
    }
}

impl Machines {
    /// Does it, and answers; nothing if it was refused.
    fn perform(&mut self, kind: Kind, process: i64, function: &str, asked: &Value) -> Option<Value> {
        let register =
            |registers: &BTreeMap<Value, Value>, key: &Value| registers.get(key).cloned().unwrap_or(Value::Int(0));
        let process = Value::Int(process);
        match (kind, function) {
            (Kind::Register | Kind::CasRegister, "read") => Some(register(&self.registers, &Value::Nil)),
            (Kind::Register | Kind::CasRegister, "write") => {
                self.registers.insert(Value::Nil, asked.clone());
                Some(asked.clone())
            }
            (Kind::Register | Kind::CasRegister, _) => {
                let (from, to) = asked.as_pair()?;
                (register(&self.registers, &Value::Nil) == *from).then(|| {
                    self.registers.insert(Value::Nil, to.clone());
                    asked.clone()
                })
            }
            (Kind::MultiRegister, _) => Some(Value::list(asked.as_list()?.iter().map(|part| {
                let Some([function, key, value]) = part.as_list() else { unreachable!("made so") };
                if value.is_nil() {
                    return Value::list([function.clone(), key.clone(), register(&self.registers, key)]);
                }
                self.registers.insert(key.clone(), value.clone());
                part.clone()
            }))),
            (Kind::KeyValue, function) => {
                let (key, value) = asked.as_pair()?;
                let word = key.to_string().into();
                let text = value.as_name().unwrap_or_default().into();
                let answer = self.store.apply(&match function {
                    "get" => Op::Get { key: word },
                    "put" => Op::Put { key: word, value: text },
                    _ => Op::Append { key: word, value: text },
                });
                match answer {
                    Answer::Value(text) => Some(Value::list([key.clone(), Value::Text(text)])),
                    Answer::Absent => Some(Value::list([key.clone(), Value::text("")])),
                    _ => Some(asked.clone()),
                }
            }
            (Kind::Queue, "enqueue") => {
                self.queue.enqueue(asked.clone());
                Some(asked.clone())
            }
            (Kind::Queue, _) => Some(self.queue.dequeue().unwrap_or_default()),
            (Kind::Mutex, "acquire") => self.mutex.acquire(process).then_some(Value::Nil),
            (Kind::Mutex, _) => self.mutex.release(&process).then_some(Value::Nil),
            (Kind::FencedLock, function) => {
                self.token += i64::from(function == "acquire");
                Some(Value::list([Value::Nil, Value::Int(self.token)]))
            }
            (Kind::Bank, "read") => {
                let balances = self.bank.balances();
                Some(Value::map(balances.map(|(account, balance)| (account.clone(), Value::Int(balance)))))
            }
            (Kind::Bank, _) => {
                let field = |name| asked.field(name);
                self.bank.transfer(field("from")?, field("to")?, field("amount")?.as_int()?).then(|| asked.clone())
            }
        }
    }
}

/// Makes an answer wrong: the last read that differs from one not far before it gets that one's answer.
pub fn spoil(kind: Kind, mut entries: Vec<Entry>) -> Vec<Entry> {
    let read = match kind {
        Kind::KeyValue => "get",
        Kind::Queue => "dequeue",
        Kind::MultiRegister => "txn",
        Kind::Mutex | Kind::FencedLock => "acquire",
        _ => "read",
    };
    let reads: Vec<usize> =
        (0..entries.len()).filter(|&at| entries[at].phase == Phase::Ok && &*entries[at].function == read).collect();
    if kind == Kind::Mutex {
        let at = *reads.last().expect("someone acquires");
        let again = Entry { process: Value::Int(-1), ..entries[at].clone() };
        entries.push(Entry { phase: Phase::Invoke, ..again.clone() });
        entries.push(again);
        return entries;
    }
    if matches!(kind, Kind::Register | Kind::CasRegister) {
        entries[*reads.last().expect("someone reads")].value = Value::Int(77);
        return entries;
    }
    let key = |at: usize| (kind == Kind::KeyValue).then(|| entries[at].value.as_pair().expect("a key").0.clone());
    for pair in (reads.len() / 2 + 20..reads.len()).rev() {
        let (early, late) = (reads[pair - 20], reads[pair]);
        if key(early) == key(late) && entries[early].value != entries[late].value && kind != Kind::MultiRegister {
            entries[late].value = entries[early].value.clone();
            return entries;
        }
        if let Some([only]) = entries[late].value.as_list()
            && let Some([function, key, _]) = only.as_list()
            && function.as_name() == Some("r")
        {
            entries[late].value = Value::list([Value::list([function.clone(), key.clone(), Value::Int(77)])]);
            return entries;
        }
    }
    panic!("nothing to spoil")
}

/// One register of clients that call again as soon as they were answered, and so write over each other: most of them always
/// have something open, and in which order it was done shows later, if ever.
pub fn crowd(clients: u64, operations: u64, unknown: u64, seed: u64) -> Vec<Entry> {
    let draw = &mut Draw::new(seed);
    let mut state = Value::Int(0);
    let mut open: Vec<Option<(&str, Value, bool)>> = vec![None; clients as usize];
    let mut entries = Vec::new();
    let mut called = 0;
    while called < operations {
        let client = draw.below(clients);
        let process = client as i64;
        match &mut open[client as usize] {
            none @ None => {
                called += 1;
                let value = if draw.chance(50) { Value::Nil } else { int(draw, 70) };
                let function = if value.is_nil() { "read" } else { "write" };
                entries.push(entry(process, Phase::Invoke, function, value.clone()));
                *none = Some((function, value, false));
            }
            Some((function, value, done @ false)) => {
                *done = true;
                match *function {
                    "read" => value.clone_from(&state),
                    _ => state.clone_from(value),
                }
            }
            some @ Some(_) => {
                let (function, value, _) = some.take().expect("just seen");
                let phase = if draw.below(100) < unknown { Phase::Info } else { Phase::Ok };
                entries.push(entry(process, phase, function, value));
            }
        }
    }
    entries
}

pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

pub fn int(draw: &mut Draw, end: u64) -> Value {
    Value::Int(draw.below(end) as i64)
}

pub fn entry(process: i64, phase: Phase, function: &str, value: Value) -> Entry {
    let process = Value::Int(process);
    Entry { process, phase, function: function.into(), value, time: None, place: Place::default() }
}
