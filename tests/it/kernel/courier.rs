//! A small service as people run them: clients ask a primary, which writes, tells its backups, waits for most of them
//! and answers; heartbeats, patience and retries besides. Here to see how far a disturbance spreads.

use std::collections::BTreeMap;
use std::fmt;

use netsplit::sim::{
    Action, Claim, Context, Entry, Event, Fault, Flaw, FlightId, Kind, Kinds, Milestone, NodeId, Observer, OptionSpec,
    Protocol, Roster, Route, Settings, Setup, Time, What, World,
};

use super::stage::{ms, settings};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Courier;

/// A client and its operation there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation(u16, u32);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Letter {
    Ask(Operation),
    Copy(Operation),
    Copied(Operation),
    Done(Operation),
    Beat,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    Beat,
    Suspect,
    Retry(Operation),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Node {
    next: u32,
    waiting: BTreeMap<Operation, u32>,
    /// Records on their way to disk, and who wants to hear of them.
    writing: Vec<(u64, NodeId, Operation)>,
}

const SERVERS: u16 = 5;
const CLIENTS: u16 = 3;
const PRIMARY: NodeId = NodeId(0);

fn backups() -> impl Iterator<Item = NodeId> {
    (1..SERVERS).map(NodeId)
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl Kinds for Courier {
    type Message = Letter;
    type Timer = Timer;
    type Record = Operation;
    type Input = Operation;
    type Output = ();
    type Operation = Operation;
    type Answer = Operation;
    const MESSAGES: &'static [&'static str] = &["Ask", "Copy", "Copied", "Done", "Beat"];

    fn kind(message: &Letter) -> u8 {
        match message {
            Letter::Ask(_) => 0,
            Letter::Copy(_) => 1,
            Letter::Copied(_) => 2,
            Letter::Done(_) => 3,
            Letter::Beat => 4,
        }
    }
    fn route(message: &Letter) -> Route {
        match message {
            Letter::Copy(_) | Letter::Copied(_) => Route::Stream(0),
            Letter::Ask(_) | Letter::Done(_) | Letter::Beat => Route::Datagram,
        }
    }
    fn timer_name(timer: &Timer) -> String {
        format!("{timer:?}")
    }
}

impl Courier {
    fn ask(operation: Operation, ctx: &mut Context<'_, Courier>) {
        ctx.send(PRIMARY, Letter::Ask(operation));
        let patience = ms(40 + ctx.random("retry", 40));
        ctx.set_timer(Timer::Retry(operation), patience);
    }
}

impl Protocol for Courier {
    const NAME: &'static str = "courier";
    const TITLE: &'static str = "Courier";
    const SUMMARY: &'static str = "A primary, backups and clients.";
    const SAMPLE_INPUT: &'static str = "";
    const WORKLOADS: &'static [(&'static str, &'static str)] = &[];

    type Role = ();
    type Config = ();
    type Node = Node;
    type Stable = u64;
    type Ghost = ();

    fn options() -> &'static [OptionSpec] {
        &[]
    }
    fn flaws() -> &'static [Flaw] {
        &[]
    }
    fn milestones() -> &'static [Milestone] {
        &[]
    }
    fn claims() -> &'static [Claim<Self>] {
        &[]
    }
    fn configure(_: &Settings) {}

    fn roster((): &()) -> Roster<()> {
        let mut roster = Roster::default();
        (0..SERVERS).for_each(|_| _ = roster.add(Kind::Server, ()));
        (0..CLIENTS).for_each(|_| _ = roster.add(Kind::Client, ()));
        roster
    }

    fn boot(_: Setup<'_, Self>, _: &u64, ctx: &mut Context<'_, Self>) -> Node {
        match ctx.me() {
            PRIMARY => ctx.set_timer(Timer::Beat, ms(20)),
            NodeId(..SERVERS) => {
                ctx.connect(PRIMARY, 0);
                ctx.set_timer(Timer::Suspect, ms(200));
            }
            _ => {}
        }
        Node::default()
    }

    fn step(node: &mut Node, event: Event<Self>, ctx: &mut Context<'_, Self>) {
        match event {
            Event::Input(operation) => {
                node.waiting.insert(operation, 0);
                Courier::ask(operation, ctx);
            }
            Event::Message { from, body: body @ (Letter::Ask(operation) | Letter::Copy(operation)) } => {
                let number = ctx.write(operation);
                ctx.sync(0);
                node.writing.push((number, from, operation));
                if let Letter::Ask(_) = body {
                    node.waiting.insert(operation, 1);
                    ctx.broadcast(backups(), Letter::Copy(operation));
                }
            }
            Event::Durable { upto, .. } => {
                let durable = node.writing.iter().filter(|(number, ..)| *number <= upto);
                for (_, from, operation) in durable.filter(|_| ctx.me() != PRIMARY).cloned().collect::<Vec<_>>() {
                    ctx.send(from, Letter::Copied(operation));
                }
                node.writing.retain(|(number, ..)| *number > upto);
            }
            Event::Message { body: Letter::Copied(operation), .. } => {
                let copies = node.waiting.entry(operation).or_default();
                *copies += 1;
                if *copies == u32::from(SERVERS / 2 + 1) {
                    ctx.send(NodeId(operation.0), Letter::Done(operation));
                }
            }
            Event::Message { body: Letter::Done(operation), .. } => {
                node.waiting.remove(&operation);
                ctx.cancel_timer(Timer::Retry(operation));
            }
            Event::Message { body: Letter::Beat, .. } => ctx.set_timer(Timer::Suspect, ms(200)),
            Event::Timer(Timer::Retry(operation)) => Courier::ask(operation, ctx),
            Event::Timer(Timer::Beat) => {
                ctx.broadcast(backups(), Letter::Beat);
                ctx.set_timer(Timer::Beat, ms(20));
            }
            Event::Timer(Timer::Suspect) | Event::Lost { .. } => {
                if ctx.me() != PRIMARY {
                    ctx.connect(PRIMARY, 0);
                }
            }
            Event::Connected { .. } => {}
        }
    }

    fn replay(stable: &mut u64, _: &Operation) {
        *stable += 1;
    }
    fn parse_input(_: &str) -> Result<Operation, String> {
        Err("not from a script".to_owned())
    }
    fn workload(_: &str, _: NodeId, _: u64, _: u64) -> Option<Operation> {
        None
    }
}

/// A message that was sent: when, between whom, what, and when it arrived, if it did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posted {
    pub sent: Time,
    pub from: NodeId,
    pub to: NodeId,
    pub body: String,
    pub arrived: Option<Time>,
}

#[derive(Default)]
struct PostOffice(BTreeMap<FlightId, Posted>);

impl Observer<Courier> for PostOffice {
    const READS_NOTES: bool = false;
    fn see(&mut self, entry: Entry<'_, Courier>) {
        match entry.what {
            What::Sent { flight, to, body } => {
                let posted =
                    Posted { sent: entry.time, from: entry.node, to, body: format!("{body:?}"), arrived: None };
                self.0.insert(flight, posted);
            }
            What::Delivered { flight, .. } => {
                self.0.get_mut(&flight).expect("sent before").arrived = Some(entry.time);
            }
            _ => {}
        }
    }
}

/// Everything that was sent in eight seconds of work, with one operation more and some faults.
pub fn post(loss: &str, extra: Option<Time>, faults: &[(Time, Fault)]) -> Vec<Posted> {
    let mut office = PostOffice::default();
    let mut world: World<Courier> = World::new(&settings::<Courier>(&[("loss", loss)]), &mut office);
    let mut plan: Vec<(Time, Action<Courier>)> =
        faults.iter().map(|(at, fault)| (*at, Action::Fault(fault.clone()))).collect();
    for client in SERVERS..SERVERS + CLIENTS {
        let offer = |turn: u32| Action::Offer { node: NodeId(client), input: Operation(client, turn) };
        plan.extend((0..500).map(|turn| (Time::ZERO + ms(100 + 16 * u64::from(turn)), offer(turn))));
    }
    let input = Operation(SERVERS, 9_999);
    plan.extend(extra.map(|at| (at, Action::Offer { node: NodeId(SERVERS), input })));
    plan.sort_by_key(|(at, _)| *at);
    for (at, action) in plan {
        while world.next().is_some_and(|time| time <= at) {
            let due = world.pop().expect("something is due");
            world.apply(due, &mut office).expect("it has an effect");
        }
        world.advance(at);
        world.apply(action, &mut office).expect("it has an effect");
    }
    office.0.into_values().collect()
}
