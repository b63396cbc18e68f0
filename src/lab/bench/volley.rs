//! The smallest protocol with something to do: neighbours who send a ball to and fro.

use crate::sim::{
    Claim, Context, Event, Flaw, Kind, Kinds, Milestone, NodeId, OptionSpec, Protocol, Range, Roster, Route, Settings,
    Setup, Span, Value,
};

/// What a hit asks of the world beside the ball.
pub trait Style: Value + Copy {
    /// A timer is set again with each hit.
    const PATIENT: bool;
    const ROUTE: Route;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Streams;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Datagrams;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PatientStreams;

impl Style for Streams {
    const PATIENT: bool = false;
    const ROUTE: Route = Route::Stream(0);
}

impl Style for Datagrams {
    const PATIENT: bool = false;
    const ROUTE: Route = Route::Datagram;
}

impl Style for PatientStreams {
    const PATIENT: bool = true;
    const ROUTE: Route = Route::Stream(0);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Volley<S>(S);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ball {
    pub number: u32,
    pub hits: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Player {
    hits: u64,
    /// Whom this player serves, and how many balls.
    serves: Option<(NodeId, u32)>,
}

impl<S: Style> Kinds for Volley<S> {
    type Message = Ball;
    type Timer = ();
    type Record = ();
    type Input = String;
    type Output = ();
    type Operation = String;
    type Answer = String;
    const MESSAGES: &'static [&'static str] = &["Ball"];

    fn kind(_: &Ball) -> u8 {
        0
    }

    fn route(_: &Ball) -> Route {
        S::ROUTE
    }

    fn timer_name((): &()) -> String {
        "patience".to_owned()
    }
}

impl<S: Style> Protocol for Volley<S> {
    const NAME: &'static str = "volley";
    const TITLE: &'static str = "Volley";
    const SUMMARY: &'static str = "Neighbours send a ball to and fro.";
    const SAMPLE_INPUT: &'static str = "";
    const WORKLOADS: &'static [(&'static str, &'static str)] = &[];

    type Role = ();
    /// How many players, and how many balls each pair has.
    type Config = (u16, u32);
    type Node = Player;
    type Stable = ();
    type Ghost = ();

    fn options() -> &'static [OptionSpec] {
        const {
            &[
                OptionSpec {
                    name: "players",
                    title: "Players",
                    default: "2",
                    range: Range::Number { from: 2, to: 50 },
                },
                OptionSpec {
                    name: "balls",
                    title: "Balls of each pair",
                    default: "1",
                    range: Range::Number { from: 1, to: 1_000 },
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

    fn configure(settings: &Settings) -> (u16, u32) {
        (settings.number("players") as u16, settings.number("balls") as u32)
    }

    fn roster((players, _): &(u16, u32)) -> Roster<()> {
        let mut roster = Roster::default();
        for _ in 0..*players {
            roster.add(Kind::Server, ());
        }
        roster
    }

    /// The players of a pair are next to one another; where their number is odd, the last plays against the first.
    fn boot(setup: Setup<'_, Self>, (): &(), ctx: &mut Context<'_, Self>) -> Player {
        let (players, balls) = *setup.config;
        let serves = ctx.me().0.is_multiple_of(2).then_some((NodeId((ctx.me().0 + 1) % players), balls));
        if let Some((peer, _)) = serves {
            ctx.connect(peer, 0);
        }
        Player { hits: 0, serves }
    }

    fn step(node: &mut Player, event: Event<Self>, ctx: &mut Context<'_, Self>) {
        match event {
            Event::Message { from, body: Ball { number, hits } } => {
                node.hits += 1;
                ctx.send(from, Ball { number, hits: hits + 1 });
                if S::PATIENT {
                    ctx.set_timer((), Span::seconds(1));
                }
            }
            Event::Connected { peer, .. } => {
                let served = node.serves.filter(|(other, _)| *other == peer);
                for number in 0..served.map_or(0, |(_, balls)| balls) {
                    ctx.send(peer, Ball { number, hits: 0 });
                }
            }
            _ => {}
        }
    }

    fn replay((): &mut (), (): &()) {}

    fn parse_input(text: &str) -> Result<String, String> {
        Ok(text.to_owned())
    }

    fn workload(_: &str, _: NodeId, _: u64, _: u64) -> Option<String> {
        None
    }
}
