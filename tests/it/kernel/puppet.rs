//! A protocol without a will of its own: its nodes do what they are told, and remember what they perceive.

use std::fmt;

use netsplit::sim::{
    Arg, Claim, Context, Event, Flaw, Kind, Kinds, Loss, Milestone, NodeId, OptionSpec, Protocol, Range, Roster, Route,
    Settings, Setup, Span, Time,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Puppet;

/// What a node is told to do. Peers are numbered from 1, as their names are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    Connect(u16),
    Close(u16),
    /// A small message over the connection.
    Say(u16, u32),
    /// A large one: its number, and bytes.
    Ship(u16, u32, u32),
    /// A datagram.
    Toss(u16, u32),
    Set(&'static str, Span),
    Cancel(&'static str),
    Write(u8, u32),
    Sync(u8),
    Draw(&'static str),
    Invoke,
    /// Whenever this is perceived, do that.
    On(Perceived, Vec<Order>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Orders(pub Vec<Order>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Perceived {
    Connected(u16),
    Lost(u16, Loss),
    Word(u16, u32),
    Freight(u16, u32),
    Card(u16, u32),
    Fired(&'static str),
    Durable(u8, u64),
    Drew(u64),
    Numbered(u64),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Node {
    /// With the node's own clock.
    pub diary: Vec<(Time, Perceived)>,
    habits: Vec<(Perceived, Vec<Order>)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    Word(u32),
    Freight(u32, u32),
    Card(u32),
}

fn name(id: NodeId) -> u16 {
    id.0 + 1
}

impl fmt::Display for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Kinds for Puppet {
    type Message = Message;
    type Timer = &'static str;
    type Record = (u8, u32);
    type Input = Orders;
    type Output = ();
    type Operation = u64;
    type Answer = u64;
    const MESSAGES: &'static [&'static str] = &["Word", "Freight", "Card"];
    const FILES: &'static [&'static str] = &["log", "votes"];

    fn kind(message: &Message) -> u8 {
        match message {
            Message::Word(_) => 0,
            Message::Freight(..) => 1,
            Message::Card(_) => 2,
        }
    }

    fn route(message: &Message) -> Route {
        match message {
            Message::Word(_) | Message::Freight(..) => Route::Stream(0),
            Message::Card(_) => Route::Datagram,
        }
    }

    fn size(message: &Message) -> u32 {
        match message {
            Message::Freight(_, bytes) => *bytes,
            Message::Word(_) | Message::Card(_) => 64,
        }
    }

    fn file(record: &(u8, u32)) -> u8 {
        record.0
    }

    fn timer_name(timer: &&'static str) -> String {
        (*timer).to_owned()
    }
}

impl Node {
    fn obey(&mut self, orders: Vec<Order>, ctx: &mut Context<'_, Puppet>) {
        for order in orders {
            let peer = |name: u16| NodeId(name - 1);
            match order {
                Order::Connect(to) => ctx.connect(peer(to), 0),
                Order::Close(to) => ctx.close(peer(to), 0),
                Order::Say(to, number) => ctx.send(peer(to), Message::Word(number)),
                Order::Ship(to, number, bytes) => ctx.send(peer(to), Message::Freight(number, bytes)),
                Order::Toss(to, number) => ctx.send(peer(to), Message::Card(number)),
                Order::Set(timer, after) => ctx.set_timer(timer, after),
                Order::Cancel(timer) => ctx.cancel_timer(timer),
                Order::Write(file, number) => {
                    let numbered = ctx.write((file, number));
                    self.diary.push((ctx.monotonic(), Perceived::Numbered(numbered)));
                }
                Order::Sync(file) => ctx.sync(file),
                Order::Draw(purpose) => {
                    let drawn = ctx.random(purpose, 1_000_000);
                    self.diary.push((ctx.monotonic(), Perceived::Drew(drawn)));
                }
                Order::Invoke => {
                    ctx.invoke(0);
                }
                Order::On(cue, then) => self.habits.push((cue, then)),
            }
        }
    }
}

impl Protocol for Puppet {
    const NAME: &'static str = "puppet";
    const TITLE: &'static str = "Puppets";
    const SUMMARY: &'static str = "Nodes that do what they are told.";
    const SAMPLE_INPUT: &'static str = "";
    const WORKLOADS: &'static [(&'static str, &'static str)] = &[];

    type Role = ();
    type Config = (u16, bool);
    type Node = Node;
    type Stable = Vec<(u8, u32)>;
    type Ghost = ();

    fn options() -> &'static [OptionSpec] {
        const {
            &[
                OptionSpec { name: "nodes", title: "How many", default: "3", range: Range::Number { from: 1, to: 50 } },
                OptionSpec {
                    name: "eager",
                    title: "Whether each node connects to those after it when it boots",
                    default: "no",
                    range: Range::Choice(&["yes", "no"]),
                },
            ]
        }
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

    fn configure(settings: &Settings) -> (u16, bool) {
        (settings.number("nodes") as u16, settings.is("eager", "yes"))
    }

    fn roster((nodes, _): &(u16, bool)) -> Roster<()> {
        let mut roster = Roster::default();
        for _ in 0..*nodes {
            roster.add(Kind::Server, ());
        }
        roster
    }

    fn boot(setup: Setup<'_, Self>, _stable: &Self::Stable, ctx: &mut Context<'_, Self>) -> Node {
        let mut node = Node::default();
        let (nodes, eager) = *setup.config;
        if eager {
            let later = name(ctx.me()) + 1..=nodes;
            node.obey(later.map(Order::Connect).collect(), ctx);
        }
        node
    }

    fn step(node: &mut Node, event: Event<Self>, ctx: &mut Context<'_, Self>) {
        let perceived = match event {
            Event::Input(Orders(orders)) => return node.obey(orders, ctx),
            Event::Message { from, body: Message::Word(number) } => Perceived::Word(name(from), number),
            Event::Message { from, body: Message::Freight(number, _) } => Perceived::Freight(name(from), number),
            Event::Message { from, body: Message::Card(number) } => Perceived::Card(name(from), number),
            Event::Timer(timer) => Perceived::Fired(timer),
            Event::Durable { file, upto } => Perceived::Durable(file, upto),
            Event::Connected { peer, .. } => Perceived::Connected(name(peer)),
            Event::Lost { peer, why, .. } => Perceived::Lost(name(peer), why),
        };
        ctx.note("perceived {0}", [Arg::from(format!("{perceived:?}"))]);
        node.diary.push((ctx.monotonic(), perceived.clone()));
        let habits: Vec<_> = node.habits.iter().filter(|(cue, _)| *cue == perceived).cloned().collect();
        for (_, orders) in habits {
            node.obey(orders, ctx);
        }
    }

    fn replay(stable: &mut Self::Stable, record: &(u8, u32)) {
        stable.push(*record);
    }

    fn parse_input(text: &str) -> Result<Orders, String> {
        Err(format!("a puppet takes no words: {text}"))
    }

    fn workload(_kind: &str, _client: NodeId, _ordinal: u64, _bits: u64) -> Option<Orders> {
        None
    }
}
