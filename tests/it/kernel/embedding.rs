//! A system made of a child protocol and two lines of its own.

use std::fmt;

use netsplit::sim::{
    Action, Claim, Context, Crash, Embeds, Event, Fault, Flaw, Interrupt, Kind, Kinds, Milestone, NodeId, OptionSpec,
    Protocol, Roster, Route, Settings, Setup, Time, World,
};

use super::stage::{Trace, ms, n, settings};

/// The child: told a number, it writes it down, knocks, says so, and knocks again once the number is durable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Knocker {
    noted: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Knock {
    First(u32),
    Second(u32),
    Last(u64),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Number(u32);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Kinds for Knocker {
    type Message = Knock;
    type Timer = ();
    type Record = u32;
    type Input = Number;
    type Output = u32;
    type Operation = Number;
    type Answer = Number;
    const MESSAGES: &'static [&'static str] = &["First", "Second", "Last"];

    fn kind(message: &Knock) -> u8 {
        match message {
            Knock::First(_) => 0,
            Knock::Second(_) => 1,
            Knock::Last(_) => 2,
        }
    }
    fn route(_: &Knock) -> Route {
        Route::Datagram
    }
    fn timer_name((): &()) -> String {
        "knock".to_owned()
    }
}

const NEIGHBOUR: NodeId = NodeId(1);

impl Knocker {
    fn step(&mut self, event: Event<Knocker>, ctx: &mut Context<'_, Knocker>) {
        match event {
            Event::Input(Number(number)) => {
                self.noted = ctx.write(number);
                ctx.send(NEIGHBOUR, Knock::First(number));
                ctx.output(number);
                ctx.broadcast([NEIGHBOUR], Knock::Second(number));
                ctx.sync(0);
                ctx.set_timer((), ms(50));
            }
            Event::Durable { file: 0, upto } if upto == self.noted => ctx.send(NEIGHBOUR, Knock::Last(upto)),
            _ => {}
        }
    }
}

/// The system: a diary of its own in the file before the child's, and a word to the neighbour on each output.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct House;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Said {
    Child(Knock),
    Report(u32),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Inhabitant {
    knocker: Knocker,
    heard: Vec<Said>,
    rang: u32,
}

impl Kinds for House {
    type Message = Said;
    type Timer = ();
    type Record = u32;
    type Input = Number;
    type Output = ();
    type Operation = Number;
    type Answer = Number;
    const MESSAGES: &'static [&'static str] = &["Report", "First", "Second", "Last"];
    const FILES: &'static [&'static str] = &["diary", "knocks"];

    fn kind(message: &Said) -> u8 {
        match message {
            Said::Report(_) => 0,
            Said::Child(knock) => 1 + Knocker::kind(knock),
        }
    }
    fn route(_: &Said) -> Route {
        Route::Datagram
    }
    fn timer_name((): &()) -> String {
        "knock".to_owned()
    }
}

impl Embeds<Knocker> for House {
    const FILE_BASE: u8 = 1;
    fn message(child: Knock) -> Said {
        Said::Child(child)
    }
    fn timer((): ()) {}
    fn record(child: u32) -> u32 {
        child
    }
    fn operation(child: Number) -> Number {
        child
    }
    fn answer(child: Number) -> Number {
        child
    }
}

impl Protocol for House {
    const NAME: &'static str = "house";
    const TITLE: &'static str = "House";
    const SUMMARY: &'static str = "A knocker and a diary.";
    const SAMPLE_INPUT: &'static str = "1";
    const WORKLOADS: &'static [(&'static str, &'static str)] = &[];

    type Role = ();
    type Config = ();
    type Node = Inhabitant;
    type Stable = Vec<u32>;
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
        roster.add(Kind::Server, ());
        roster.add(Kind::Server, ());
        roster
    }
    fn boot(_: Setup<'_, Self>, _: &Vec<u32>, _: &mut Context<'_, Self>) -> Inhabitant {
        Inhabitant { knocker: Knocker::default(), heard: Vec::new(), rang: 0 }
    }

    fn step(node: &mut Inhabitant, event: Event<Self>, ctx: &mut Context<'_, Self>) {
        let event = match event {
            Event::Message { body, .. } => return node.heard.push(body),
            Event::Input(number) => Event::Input(number),
            Event::Durable { file: 1, upto } => Event::Durable { file: 0, upto },
            Event::Timer(()) => {
                node.rang += 1;
                return;
            }
            _ => return,
        };
        let Inhabitant { knocker, .. } = node;
        ctx.embed(|ctx| knocker.step(event, ctx), |number, ctx| ctx.send(NEIGHBOUR, Said::Report(number)));
    }

    fn replay(stable: &mut Vec<u32>, record: &u32) {
        stable.push(*record);
    }
    fn parse_input(text: &str) -> Result<Number, String> {
        text.parse().map(Number).map_err(|_| "a number".to_owned())
    }
    fn workload(_: &str, _: NodeId, _: u64, _: u64) -> Option<Number> {
        None
    }
}

fn told(interrupt: Option<(&'static str, Interrupt)>) -> World<House> {
    let plain = [("latency", "1ms"), ("disk", "5ms"), ("jitter", "off")];
    let mut world = World::<House>::new(&settings::<House>(&plain), &mut Trace::default());
    if let Some((before, interrupt)) = interrupt {
        let arm = Fault::Arm { node: n(1), before, nth: 1, interrupt };
        world.apply(Action::Fault(arm), &mut ()).expect("armed");
    }
    world.apply(Action::Offer { node: n(1), input: Number(7) }, &mut ()).expect("it is up");
    run(&mut world);
    world
}

fn run(world: &mut World<House>) {
    while world.next().is_some_and(|time| time <= Time::ZERO + ms(1_000)) {
        let action = world.pop().expect("something is due");
        world.apply(action, &mut ()).expect("it has an effect");
    }
}

fn heard(world: &World<House>) -> Vec<Said> {
    world.node(n(2)).expect("the neighbour is up").heard.clone()
}

const FIRST: Said = Said::Child(Knock::First(7));
const SECOND: Said = Said::Child(Knock::Second(7));
const LAST: Said = Said::Child(Knock::Last(1));

#[test]
fn a_child_lives_in_its_parents_types() {
    let world = told(None);
    assert_eq!(heard(&world), [FIRST, Said::Report(7), SECOND, LAST], "an output stands where it was made");
    assert_eq!(*world.slot(n(1)).disk.stable(), [7]);
    assert_eq!(world.node(n(1)).expect("up").rang, 1);
}

#[test]
fn a_crash_between_two_effects_of_a_child_leaves_the_first_and_not_the_second() {
    for (before, left) in [
        ("write", vec![]),
        ("First", vec![]),
        ("Report", vec![FIRST]),
        ("Second", vec![FIRST, Said::Report(7)]),
        ("sync", vec![FIRST, Said::Report(7), SECOND]),
        ("Last", vec![FIRST, Said::Report(7), SECOND]),
    ] {
        let world = told(Some((before, Interrupt::Crash(Crash::Process))));
        assert_eq!(heard(&world), left, "crash before {before}");
        assert_eq!(world.slot(n(1)).disk.stable().len(), usize::from(before == "Last"), "crash before {before}");
        assert!(world.node(n(1)).is_none());
    }
}

#[test]
fn a_pause_between_two_effects_of_a_child_only_delays_the_second() {
    let mut world = told(Some(("Second", Interrupt::Pause)));
    assert_eq!(heard(&world), [FIRST, Said::Report(7)]);
    world.apply(Action::Fault(Fault::Resume { node: n(1) }), &mut ()).expect("it was paused");
    run(&mut world);
    assert_eq!(heard(&world), [FIRST, Said::Report(7), SECOND, LAST]);
}
