//! What going back costs, and what a frame weighs.

use super::{Clock, Figure, Unit, time};
use crate::lab::catalog::{Keep, SYSTEMS};
use crate::lab::frame::{Frame, Position};
use crate::lab::play;
use crate::lab::schedule::Schedule;
use crate::lab::script::Script;
use crate::lab::timeline::Timeline;
use crate::lab::wire::{decode, encode};
use crate::sim::Time;
use crate::sim::random::{below, fold};

pub fn figures(clock: Clock<'_>) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (names, things) in [
        (["a run of 100,000 things, each", "the worst of 40 seeks in it", "a step back at its end"], 100_000),
        (["a run of 1,000,000 things, each", "the worst of 40 seeks in it", "a step back at its end"], 1_000_000),
    ] {
        figures.extend(seeks(clock, names, things));
    }
    figures.extend(frames(clock, ["a frame, 5 nodes and 50 in flight", "… written", "… read"], 5, 50));
    figures.extend(frames(clock, ["a frame, 50 nodes and 1,000 in flight", "… written", "… read"], 50, 1_000));
    figures
}

/// A run of the first system under steady load, about as long as asked for.
pub fn long_run(things: u64) -> Timeline {
    let system = SYSTEMS[0];
    let (kind, _) = system.workloads()[0];
    let text = format!("system {}\nworkload c1 {kind} every 2ms\n", system.name());
    let script = Script::parse(&text).unwrap_or_default();
    let (start, schedule) = match play::play(&script, Keep::default()) {
        Ok(played) => (system.start(&played.settings, Keep::default()), played.schedule),
        Err(_) => {
            (system.start(&crate::sim::Settings::defaults(system.options()), Keep::default()), Schedule::default())
        }
    };
    let mut timeline = Timeline::new(start, schedule);
    while timeline.things() < things {
        let next = Time(timeline.position().time.0 + 100_000);
        timeline.seek(Position { time: next, k: u32::MAX }, u64::MAX);
    }
    timeline
}

fn seeks(clock: Clock<'_>, [run, worst, back]: [&'static str; 3], things: u64) -> Vec<Figure> {
    let began = clock();
    let mut timeline = long_run(things);
    let each = (clock() - began) * 1_000 / timeline.things();
    let end = timeline.things();
    timeline.seek_thing(end);
    let before = clock();
    timeline.seek_thing(end - 1);
    let step_back = (clock() - before) * 1_000;
    let mut slowest = 0;
    for i in 0..40 {
        let to = below(fold(&[7, i]), end);
        let before = clock();
        timeline.seek_thing(to);
        slowest = slowest.max((clock() - before) * 1_000);
    }
    let figure = |name, value| Figure { name, value, unit: Unit::Nanoseconds };
    vec![figure(run, each), figure(worst, slowest), figure(back, step_back)]
}

/// A real frame, its nodes and flights repeated until there are as many as asked for.
fn frame(nodes: usize, flights: usize) -> Frame {
    let mut timeline = long_run(1_000);
    for _ in 0..10_000 {
        if !timeline.engine().frame().flights.is_empty() {
            break;
        }
        timeline.seek_thing(timeline.things() + 1);
    }
    let mut frame = timeline.engine().frame();
    frame.nodes = frame.nodes.iter().cycle().take(nodes).cloned().collect();
    frame.flights = frame.flights.iter().cycle().take(flights).cloned().collect();
    frame
}

fn frames(clock: Clock<'_>, [size, written, read]: [&'static str; 3], nodes: usize, flights: usize) -> Vec<Figure> {
    let frame = frame(nodes, flights);
    let bytes = encode(&frame);
    let out = time(clock, 20, |times| (0..times).for_each(|_| drop(std::hint::black_box(encode(&frame)))));
    let back = time(clock, 20, |times| (0..times).for_each(|_| drop(std::hint::black_box(decode::<Frame>(&bytes)))));
    vec![
        Figure { name: size, value: bytes.len() as u64, unit: Unit::Bytes },
        Figure { name: written, value: out, unit: Unit::Nanoseconds },
        Figure { name: read, value: back, unit: Unit::Nanoseconds },
    ]
}
