//! Tests of connections, with the smallest protocol that can make one.

use super::{
    Action, Claim, Context, Crash, End, Event, Fault, Flaw, Kind, Kinds, Milestone, NodeId, OptionSpec, Protocol,
    Roster, Route, Settings, Setup, Span, World,
};

/// A node that dials the other one when told, and speaks as soon as it is connected.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Telephone;

impl Kinds for Telephone {
    type Message = ();
    type Timer = ();
    type Record = ();
    type Input = String;
    type Output = ();
    type Operation = String;
    type Answer = String;
    const MESSAGES: &'static [&'static str] = &["WORD"];

    fn kind(_message: &()) -> u8 {
        0
    }

    fn route(_message: &()) -> Route {
        Route::Stream(0)
    }

    fn timer_name(_timer: &()) -> String {
        String::new()
    }
}

impl Protocol for Telephone {
    const NAME: &'static str = "telephone";
    const TITLE: &'static str = "";
    const SUMMARY: &'static str = "";
    const SAMPLE_INPUT: &'static str = "dial";
    const WORKLOADS: &'static [(&'static str, &'static str)] = &[];
    type Role = ();
    type Config = ();
    /// Words heard.
    type Node = u32;
    type Stable = ();
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

    fn configure(_settings: &Settings) {}

    fn roster(_config: &()) -> Roster<()> {
        let mut roster = Roster::default();
        roster.add(Kind::Server, ());
        roster.add(Kind::Server, ());
        roster
    }

    fn boot(_setup: Setup<'_, Self>, _stable: &(), _ctx: &mut Context<'_, Self>) -> u32 {
        0
    }

    fn step(heard: &mut u32, event: Event<Self>, ctx: &mut Context<'_, Self>) {
        match event {
            Event::Input(_) => ctx.connect(NodeId(1 - ctx.me().0), 0),
            Event::Connected { peer, .. } => ctx.send(peer, ()),
            Event::Message { .. } => *heard += 1,
            _ => {}
        }
    }

    fn replay(_stable: &mut (), _record: &()) {}

    fn parse_input(text: &str) -> Result<String, String> {
        Ok(text.to_owned())
    }

    fn workload(_kind: &str, _client: NodeId, _ordinal: u64, _bits: u64) -> Option<String> {
        None
    }
}

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);

fn world() -> World<Telephone> {
    World::new(&Settings::defaults(&[]), &mut ())
}

fn run(world: &mut World<Telephone>, span: Span) {
    let end = world.now() + span;
    while world.next().is_some_and(|next| next <= end) {
        let Some(action) = world.pop() else { break };
        world.apply(action, &mut ()).expect("what is due applies");
    }
    world.advance(end);
}

fn dial(world: &mut World<Telephone>, node: NodeId) {
    world.apply(Action::Offer { node, input: "dial".to_owned() }, &mut ()).expect("it is up");
}

fn fault(world: &mut World<Telephone>, fault: Fault) {
    world.apply(Action::Fault(fault), &mut ()).expect("it applies");
}

#[track_caller]
fn are_connected(world: &World<Telephone>) {
    let ends = (world.network().end(A, B, 0), world.network().end(B, A, 0));
    assert!(matches!(ends, (End::Open(a), End::Open(b)) if a == b), "{ends:?}");
    assert_eq!((world.node(A), world.node(B)), (Some(&1), Some(&1)), "each has heard the other");
}

#[test]
fn who_is_called_may_speak_first() {
    let mut world = world();
    dial(&mut world, A);
    run(&mut world, Span::millis(10));
    are_connected(&world);
}

#[test]
fn two_that_dial_each_other_at_once_meet() {
    let mut world = world();
    dial(&mut world, A);
    dial(&mut world, B);
    run(&mut world, Span::millis(10));
    are_connected(&world);
}

/// The call of A was taken and its answer died with B. When B calls in turn, A still waits for the answer to its own
/// call: that B calls does not mean that B knows of it.
#[test]
fn a_call_is_answered_even_by_one_who_is_calling() {
    let mut world = world();
    fault(&mut world, Fault::Cut { from: B, to: A });
    dial(&mut world, A);
    run(&mut world, Span::millis(10));
    fault(&mut world, Fault::Crash { node: B, how: Crash::Power });
    fault(&mut world, Fault::Mend { from: B, to: A });
    fault(&mut world, Fault::Restart { node: B });
    dial(&mut world, B);
    run(&mut world, Span::millis(10));
    are_connected(&world);
}
