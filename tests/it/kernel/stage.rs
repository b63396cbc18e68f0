//! Where the puppets play: a world of theirs, what was seen of it, and short words to direct it.

use netsplit::sim::{
    Action, Completion, Crash, Due, Entry, Fault, FlightId, NoEffect, NodeId, Observer, PHYSICS, Protocol, Settings,
    Span, Time, What, World,
};

use super::puppet::{Order, Orders, Perceived, Puppet};

pub struct Stage {
    pub world: World<Puppet>,
    pub seen: Trace,
}

/// Every entry as a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace(pub Vec<Seen>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub number: u32,
    pub cause: u32,
    pub time: Time,
    pub node: u16,
    pub says: String,
}

impl<P: Protocol> Observer<P> for Trace {
    const READS_NOTES: bool = true;

    fn see(&mut self, entry: Entry<'_, P>) {
        let says = match entry.what {
            What::Booted => "booted".to_owned(),
            What::Sent { flight, to, body } => format!("sent to {} #{} {body:?}", to.0 + 1, flight.number),
            What::Unsent { to, body } => format!("unsent to {} {body:?}", to.0 + 1),
            What::Delivered { flight, from, body } => format!("got from {} #{} {body:?}", from.0 + 1, flight.number),
            What::Dropped { flight, body, why, .. } => format!("dropped #{} {body:?}: {why}", flight.number),
            What::Fired { timer } => format!("fired {timer:?}"),
            What::Wrote { record, .. } => format!("wrote {record:?}"),
            What::Synced { file } => format!("synced {file}"),
            What::Durable { file, upto } => format!("durable {file} {upto}"),
            What::Connected { peer, .. } => format!("connected {}", peer.0 + 1),
            What::Lost { peer, why, .. } => format!("lost {} {}", peer.0 + 1, why.words()),
            What::Offered { .. } => "offered".to_owned(),
            What::Invoked { operation, .. } => format!("invoked {}", operation.number),
            What::Completed { operation, completion: Completion::Unknown(_) } => {
                format!("unknown {}", operation.number)
            }
            What::Completed { operation, .. } => format!("completed {}", operation.number),
            What::Output { output } => format!("output {output:?}"),
            What::Marked { milestone } => format!("marked {milestone}"),
            What::Noted { template, args } => format!("{template} {args:?}"),
            What::Crashed { how } => how.to_string(),
            What::Paused => "paused".to_owned(),
            What::Resumed => "resumed".to_owned(),
            What::Faulted { .. } => "faulted".to_owned(),
            What::Broken { why } => format!("broken {why}"),
        };
        let Entry { number, cause, time, node, .. } = entry;
        self.0.push(Seen { number, cause, time, node: node.0 + 1, says });
    }
}

pub fn settings<P: Protocol>(chosen: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::defaults(P::options());
    for (name, value) in chosen {
        let spec = PHYSICS.iter().chain(P::options()).find(|spec| spec.name == *name).expect("a known option");
        settings.set(spec, value).expect("a fitting value");
    }
    settings
}

pub const fn ms(n: u64) -> Span {
    Span::millis(n)
}

/// A node by its number, from 1.
pub fn n(number: u16) -> NodeId {
    NodeId(number - 1)
}

impl Stage {
    /// Messages take one millisecond, syncs five, and nothing varies unless it is chosen.
    pub fn new(chosen: &[(&str, &str)]) -> Stage {
        let plain = [("latency", "1ms"), ("disk", "5ms"), ("jitter", "off")];
        let mut seen = Trace::default();
        let world = World::new(&settings::<Puppet>(&[&plain, chosen].concat()), &mut seen);
        Stage { world, seen }
    }

    /// Three nodes, of which the first two have a connection.
    pub fn connected(chosen: &[(&str, &str)]) -> Stage {
        let mut stage = Stage::new(chosen);
        stage.tell(1, [Order::Connect(2)]);
        stage.run(ms(10));
        assert_eq!(stage.diary(1), [Perceived::Connected(2)]);
        assert_eq!(stage.diary(2), [Perceived::Connected(1)]);
        stage
    }

    pub fn act(&mut self, action: Action<Puppet>) -> Result<(), NoEffect> {
        self.world.apply(action, &mut self.seen)
    }

    pub fn tell(&mut self, node: u16, orders: impl Into<Vec<Order>>) {
        let input = Orders(orders.into());
        self.act(Action::Offer { node: n(node), input }).expect("a node that is up hears");
    }

    #[track_caller]
    pub fn fault(&mut self, fault: Fault) {
        self.act(Action::Fault(fault)).expect("the fault has an effect");
    }

    pub fn refused(&mut self, fault: Fault) -> String {
        let before = self.seen.clone();
        let NoEffect(why) = self.act(Action::Fault(fault)).expect_err("the fault has no effect");
        assert_eq!(self.seen, before, "what has no effect leaves no trace");
        why
    }

    pub fn cut(&mut self, from: u16, to: u16) {
        self.fault(Fault::Cut { from: n(from), to: n(to) });
    }

    pub fn mend(&mut self, from: u16, to: u16) {
        self.fault(Fault::Mend { from: n(from), to: n(to) });
    }

    pub fn crash(&mut self, node: u16, how: Crash) {
        self.fault(Fault::Crash { node: n(node), how });
    }

    pub fn restart(&mut self, node: u16) {
        self.fault(Fault::Restart { node: n(node) });
    }

    pub fn pause(&mut self, node: u16) {
        self.fault(Fault::Pause { node: n(node) });
    }

    pub fn resume(&mut self, node: u16) {
        self.fault(Fault::Resume { node: n(node) });
    }

    pub fn slow(&mut self, from: u16, to: u16, by: Span) {
        self.fault(Fault::Slow { from: n(from), to: n(to), by });
    }

    pub fn deliver(&mut self, from: u16, to: u16, number: u32) -> Result<(), NoEffect> {
        self.act(Action::Happen(Due::Arrive(FlightId { from: n(from), to: n(to), number })))
    }

    /// Everything that is due in this time happens. What the queue gives always has an effect.
    pub fn run(&mut self, span: Span) {
        let end = self.world.now() + span;
        while self.world.next().is_some_and(|time| time <= end) {
            let action = self.world.pop().expect("something is due");
            self.world.apply(action.clone(), &mut self.seen).unwrap_or_else(|why| panic!("{action:?}: {why:?}"));
        }
        self.world.advance(end);
        assert_eq!(self.world.now(), end);
    }

    pub fn now(&self) -> Span {
        self.world.now().since(Time::ZERO)
    }

    /// What a node perceived since it booted.
    pub fn diary(&self, node: u16) -> Vec<Perceived> {
        self.dated(node).into_iter().map(|(_, perceived)| perceived).collect()
    }

    /// With the node's own clock.
    pub fn dated(&self, node: u16) -> Vec<(Time, Perceived)> {
        self.world.node(n(node)).expect("the node is up").diary.clone()
    }

    /// The numbers of the messages that a node got.
    pub fn words(&self, node: u16) -> Vec<u32> {
        let number = |perceived| match perceived {
            Perceived::Word(_, number) | Perceived::Freight(_, number) | Perceived::Card(_, number) => Some(number),
            _ => None,
        };
        self.diary(node).into_iter().filter_map(number).collect()
    }

    /// When, on the world's clock, a line of the trace was first seen.
    pub fn when(&self, node: u16, says: &str) -> Option<Time> {
        self.find(node, says).map(|seen| seen.time)
    }

    pub fn find(&self, node: u16, says: &str) -> Option<&Seen> {
        self.seen.0.iter().find(|seen| seen.node == node && seen.says.starts_with(says))
    }
}
