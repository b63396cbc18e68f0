//! How the protocol shows itself.

mod ownership;

use super::invariants::hopeless;
use super::line::{Line, Name};
use super::machine::Machine;
use super::memory::{Lock, Owner};
use super::message::{MESSAGES, Message, Reply};
use super::thread::{State, Thread};
use super::{Answer, Mutex, Node, Operation, Timer};
use crate::describe::scenario::scenario;
use crate::describe::{
    Describe, Epoch, Figure, Fill, Guarantee, LegendLine, Model, NodeView, OwnVerb, Party, Premises, Program, Property,
    Row, Said, Shape, Tag, Tenure, WaitsFor,
};
use crate::judges::value::Value;
use crate::sim::{NodeId, Settings, Time, World};

impl Describe for Mutex {
    const HAS_LEADER: bool = false;
    const SCENARIOS: &'static [(&'static str, &'static str)] = &[
        ("a_mutex", scenario!("scenarios/a_mutex.txt")),
        ("lock_off", scenario!("scenarios/lock_off.txt")),
        ("by_hand", scenario!("scenarios/by_hand.txt")),
        ("test_then_set", scenario!("scenarios/test_then_set.txt")),
        ("unlock_by_anyone", scenario!("scenarios/unlock_by_anyone.txt")),
        ("first_come", scenario!("scenarios/first_come.txt")),
        ("last_come_first_served", scenario!("scenarios/last_come_first_served.txt")),
        ("barging_starves", scenario!("scenarios/barging_starves.txt")),
        ("times_out", scenario!("scenarios/times_out.txt")),
        ("given_up_stays", scenario!("scenarios/given_up_stays.txt")),
        ("wakeup_lost", scenario!("scenarios/wakeup_lost.txt")),
        ("try_instead", scenario!("scenarios/try_instead.txt")),
        ("reentrant", scenario!("scenarios/reentrant.txt")),
        ("waits_for_itself", scenario!("scenarios/waits_for_itself.txt")),
        ("opposite_orders", scenario!("scenarios/opposite_orders.txt")),
        ("circle_refused", scenario!("scenarios/circle_refused.txt")),
        ("owner_dies", scenario!("scenarios/owner_dies.txt")),
        ("owner_dies_not_robust", scenario!("scenarios/owner_dies_not_robust.txt")),
        ("not_recoverable", scenario!("scenarios/not_recoverable.txt")),
        ("the_process_dies", scenario!("scenarios/the_process_dies.txt")),
        ("another_machine", scenario!("scenarios/another_machine.txt")),
        ("asked_over_the_network", scenario!("scenarios/asked_over_the_network.txt")),
        ("dead_or_slow", scenario!("scenarios/dead_or_slow.txt")),
        ("slow_is_not_dead", scenario!("scenarios/slow_is_not_dead.txt")),
    ];

    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("mutex", "A lock in memory: free, or owned by one thread, with a line of those who sleep until it is theirs"),
        ("atomic", "In one step, so that no other thread sees it half done"),
        ("lost update", "Two threads read the same value, and the second to write covers what the first wrote"),
        ("barging", "Taking a lock that was just released, before the one that was woken for it comes to it"),
        ("reentrant", "Its owner may take it again, and must release it as often"),
        ("deadlock", "Threads that wait for one another in a circle"),
        ("robust", "If the owner's process dies the next one gets the lock, and is told (EOWNERDEAD)"),
        ("consistent", "What a dead owner may have left half done has been put right"),
    ];

    const PROJECTIONS: &'static [&'static str] = &["threads"];

    const EXPLORING: &'static [(&'static str, &'static str)] =
        &[("program", "counter"), ("threads", "2"), ("connections", "given")];

    fn node(world: &World<Self>, id: NodeId) -> NodeView {
        match world.node(id) {
            Some(Node(machine)) => view(world, machine),
            None => {
                NodeView { label: "its memory is gone".to_owned(), role: "machine".to_owned(), ..NodeView::default() }
            }
        }
    }

    fn tag(_world: &World<Self>, _from: NodeId, body: &Message) -> Tag {
        tag(body)
    }

    fn legend() -> Vec<LegendLine> {
        let line = |shape, fill, words: &str| LegendLine { shape, fill, words: words.to_owned() };
        vec![
            line(Shape::Proposal, Fill::Request, "asks for the lock, or gives it back"),
            line(Shape::Decision, Fill::Reply { positive: true }, "has it"),
            line(Shape::Bulk, Fill::Request, "reads or writes the variable"),
        ]
    }

    fn leader(_world: &World<Self>) -> Option<(NodeId, Option<Epoch>)> {
        None
    }

    fn casualties(world: &World<Self>) -> Vec<String> {
        let machines = super::invariants::machines(world);
        let all =
            machines.flat_map(|machine| (0..).zip(&machine.threads).map(|(place, at)| (machine.owner(place), at)));
        let dead = all.filter(|(_, thread)| thread.state == State::Dead);
        dead.map(|(who, _)| format!("{who} dead")).collect()
    }

    fn waits(world: &World<Self>) -> Vec<WaitsFor> {
        super::invariants::locks(world)
            .flat_map(|(machine, name, lock)| {
                let owner = lock
                    .owner
                    .map(|owner| Party::new(owner.to_string(), format!("has {name}"), Some(NodeId(owner.machine))));
                lock.line.iter().map(move |who| WaitsFor {
                    who: Party::new(who.to_string(), format!("wants {name}"), Some(NodeId(who.machine))),
                    what: format!("lock {name}"),
                    from: owner.iter().cloned().collect(),
                    needs: 1,
                    blocked: blocked(world, machine, name, *who),
                })
            })
            .collect()
    }

    fn tenures(world: &World<Self>) -> Vec<Tenure> {
        ownership::tenures(world)
    }

    fn figures(world: &World<Self>) -> Vec<Figure> {
        ownership::figures(world)
    }

    fn projection(name: &str) -> Option<fn(&World<Self>) -> u64> {
        (name == "threads").then_some(|world| {
            let threads = super::invariants::machines(world).map(|machine| &machine.threads);
            crate::sim::fingerprint::hash_of(&threads.collect::<Vec<_>>())
        })
    }

    /// Without the lock an update may be lost, locks taken in opposite orders close a circle, and a second machine is where a
    /// mutex ends: it can die with the lock, and nobody is told. What silence means is asked where it has the first one's lock.
    fn is_proper(settings: &Settings) -> bool {
        let in_order = !settings.is("program", "unlocked") && !settings.is("program", "inverted");
        let is_shared = settings.number("machines") > 1 && settings.is("locks", "first");
        in_order && if settings.has_flaw("silence_is_death") { is_shared } else { settings.number("machines") == 1 }
    }

    /// Where the first machine's locks are asked for by message, what a lost machine holds is nobody's knowledge, and one that
    /// comes back is taken for who it was.
    fn guarantee(world: &World<Self>) -> Option<Guarantee> {
        let config = world.config();
        let premises = Premises { is_reentrant: config.rules.is_reentrant, ..Premises::default() };
        let guarantee = Guarantee { model: Model::Mutex, property: Property::Linearizable, premises };
        (config.machines == 1 || !config.shares_locks).then_some(guarantee)
    }

    fn process(operation: &Operation) -> Option<String> {
        Some(format!("t{}", operation.thread + 1))
    }

    fn said(operation: &Operation, answer: Option<&Answer>) -> Option<Said> {
        let (function, lock) = match (operation.line, answer) {
            (Line::Lock { lock, .. } | Line::Try { lock }, Some(Answer::OwnerDied)) => ("inherit", lock),
            (Line::Lock { lock, .. } | Line::Try { lock }, _) => ("acquire", lock),
            (Line::Unlock { lock }, _) => ("release", lock),
            _ => return None,
        };
        let Operation { machine, life, .. } = operation;
        let mut lock = lock.to_string();
        if (*machine, *life) != (0, Time::ZERO) {
            lock += &format!(" of n{} since {life}", machine + 1);
        }
        let lock = Value::Word(lock.into());
        // Whoever asks names it; the answer has only to be seen.
        let value = if answer.is_none() { Value::list([lock, Value::Nil]) } else { lock };
        Some(Said { function, value })
    }

    fn verbs(_world: &World<Self>, _id: NodeId) -> Vec<OwnVerb> {
        [("Lock, add, unlock", "any lock a; add; unlock a")]
            .into_iter()
            .map(|(word, input)| OwnVerb { word, input: input.to_owned(), refused: None })
            .collect()
    }
}

/// Why this one waits in vain, if its time is never over nor that of another in its circle. Of an owner on another machine
/// silence may be taken for death.
fn blocked(world: &World<Mutex>, machine: &Machine, name: Name, who: Owner) -> Option<String> {
    let owner = machine.memory.locks.get(&name)?.owner;
    let circle = machine.memory.circle(who).or_else(|| machine.memory.circle(owner?));
    let mut members = circle.into_iter().flatten().map(|(member, _)| member).chain([who]);
    let gives_up =
        |at: Owner| world.slot(NodeId(at.machine)).timers().any(|(timer, _)| *timer == Timer::Patience(at.thread));
    if members.any(gives_up) || owner.is_some_and(|owner| owner.machine != machine.me.0) {
        return None;
    }
    hopeless(world, machine, name, who).map(|why| format!("{why}."))
}

fn view(world: &World<Mutex>, machine: &Machine) -> NodeView {
    let memory = &machine.memory;
    let mut parts = Vec::new();
    if machine.me == super::machine::FIRST {
        parts.push(format!("x = {}", memory.x));
    }
    parts.extend(memory.locks.iter().filter_map(|(name, lock)| lock_words(*name, lock)));
    for (place, thread) in machine.threads.iter().enumerate() {
        if machine.me != super::machine::FIRST && machine.config.shares_locks {
            parts.extend(thread.holds.keys().map(|name| format!("t{} has {name}", place + 1)));
        }
    }
    if parts.is_empty() {
        parts.push("machine".to_owned());
    }
    let mut rows: Vec<Row> = Vec::new();
    if machine.me == super::machine::FIRST {
        rows.push(Row::new("x", memory.x));
    }
    for (name, lock) in &memory.locks {
        rows.push(Row::new(format!("lock {name}"), lock_words(*name, lock).unwrap_or_else(|| "free".to_owned())));
    }
    if world.config().machines > 1 && machine.me != super::machine::FIRST {
        rows.push(Row::new("n1", if machine.is_connected { "connected" } else { "not connected" }));
    }
    NodeView {
        label: parts.join(", "),
        role: "machine".to_owned(),
        rows,
        programs: machine
            .threads
            .iter()
            .enumerate()
            .map(|(place, thread)| program(machine, place as u8, thread))
            .collect(),
        queues: ownership::queues(machine),
        ..NodeView::default()
    }
}

/// `t1 has a, 2 wait`; nothing for a lock that is free and whole.
fn lock_words(name: Name, lock: &Lock) -> Option<String> {
    if lock.is_lost {
        return Some(format!("{name} is beyond recovery"));
    }
    let waits = match lock.line.len() {
        0 => String::new(),
        1 => format!(", {} waits", lock.line[0]),
        n => format!(", {n} wait"),
    };
    match (lock.owner, lock.woken) {
        (Some(owner), _) => Some(format!("{owner} has {name}{waits}")),
        (None, Some(woken)) => Some(format!("{name} is free, {woken} was woken")),
        (None, None) if !waits.is_empty() => Some(format!("{name} is free{waits}")),
        (None, None) if lock.is_orphaned => Some(format!("{name} is free, its owner died")),
        (None, None) => None,
    }
}

fn program(machine: &Machine, place: u8, thread: &Thread) -> Program {
    let current = (thread.line().is_some() && thread.state != State::Dead).then_some(thread.next);
    let who = |owner: Option<Owner>| owner.map_or("nobody".to_owned(), |owner| owner.to_string());
    let state = match thread.state {
        State::Idle if thread.program.is_empty() => "nothing to do".to_owned(),
        State::Idle => "done".to_owned(),
        State::Runs => "runs".to_owned(),
        State::Tested => "has seen it free".to_owned(),
        State::Waits => match thread.awaits() {
            Some(name) => format!("sleeps: {} has {name}", who(machine.memory.owner(name))),
            None => "sleeps".to_owned(),
        },
        State::Woken => "woken, to try again".to_owned(),
        State::Given { .. } => "was given the lock, wakes up".to_owned(),
        State::Asks => "asks n1".to_owned(),
        State::Dead => "its process is dead".to_owned(),
    };
    let holds: Vec<String> = thread.holds.keys().map(Name::to_string).collect();
    let state = if holds.is_empty() { state } else { format!("{state}; has {}", holds.join(", ")) };
    let state = match thread.line() {
        Some(Line::Store) => format!("{state}; r = {}", thread.register),
        _ => state,
    };
    let lines = thread.program.iter().map(ToString::to_string).collect();
    Program { title: format!("t{}", place + 1), state, lines, current }
}

fn tag(body: &Message) -> Tag {
    let name = MESSAGES[usize::from(body.kind())];
    let thread = match body {
        Message::Ask { thread, .. } | Message::Leave { thread, .. } | Message::Answer { thread, .. } => thread + 1,
    };
    let mut rows = vec![Row::new("thread", format!("t{thread}"))];
    let (label, shape, fill) = match body {
        Message::Ask { line, register, .. } => {
            let is_data = matches!(line, Line::Load | Line::Store);
            rows.push(Row::new("line", line));
            if *line == Line::Store {
                rows.push(Row::new("r", register));
            }
            (format!("{name} t{thread}"), if is_data { Shape::Bulk } else { Shape::Proposal }, Fill::Request)
        }
        Message::Leave { .. } => (format!("{name} t{thread}"), Shape::Proposal, Fill::Request),
        Message::Answer { reply, .. } => {
            let positive = !matches!(reply, Reply::Refused(_));
            match reply {
                Reply::Value(value) => rows.push(Row::new("x", value)),
                Reply::Refused(why) => rows.push(Row::new("why", why)),
                Reply::Locked { .. } | Reply::Released => {}
            }
            (format!("{name} t{thread}"), Shape::Decision, Fill::Reply { positive })
        }
    };
    Tag { label, shape, fill, epoch: None, rows }
}
