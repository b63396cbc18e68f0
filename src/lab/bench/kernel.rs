//! The kernel alone: a ball to and fro, with and without somebody who looks, and what a copy of a world costs.

use super::volley::{Datagrams, PatientStreams, Streams, Style, Volley};
use super::{Clock, Figure, Unit, time};
use crate::sim::{Action, Due, Entry, Observer, PHYSICS, Protocol, Settings, What, World};

pub(super) fn figures(clock: Clock<'_>) -> Vec<Figure> {
    vec![
        rally::<Streams>(clock, "streams, 2 nodes", "2", &mut ()),
        rally::<Streams>(clock, "streams, 2 nodes, trace on", "2", &mut Tape::default()),
        rally::<Streams>(clock, "streams, 50 nodes", "50", &mut ()),
        rally::<Streams>(clock, "streams, 50 nodes, trace on", "50", &mut Tape::default()),
        rally::<Datagrams>(clock, "datagrams, 2 nodes", "2", &mut ()),
        rally::<PatientStreams>(clock, "streams and a timer, 2 nodes", "2", &mut ()),
        copy(clock, "copy of a world, 5 nodes, 50 in flight", ("5", "17")),
        copy(clock, "copy of a world, 50 nodes, 1000 in flight", ("50", "40")),
        fork(clock, "copy and ten messages, 5 nodes", ("5", "17")),
        fork(clock, "copy and ten messages, 50 nodes", ("50", "40")),
    ]
}

/// The trace as it is kept: short entries, in pieces that do not grow.
#[derive(Default)]
struct Tape {
    entries: Vec<TapeEntry>,
}

#[expect(dead_code, reason = "written to be read by whoever asks, which is nobody here")]
struct TapeEntry {
    time: u64,
    subject: u64,
    cause: u32,
    node: u16,
    kind: u8,
}

const PIECE: usize = 1 << 16;

impl<P: Protocol> Observer<P> for Tape {
    const READS_NOTES: bool = true;

    fn see(&mut self, entry: Entry<'_, P>) {
        let (kind, subject) = match entry.what {
            What::Sent { flight, .. } => (0, flight.packed()),
            What::Delivered { flight, .. } => (1, flight.packed()),
            _ => (2, 0),
        };
        if self.entries.len() == PIECE {
            self.entries.clear();
        }
        let (time, cause, node) = (entry.time.0, entry.cause, entry.node.0);
        self.entries.push(TapeEntry { time, subject, cause, node, kind });
    }
}

fn world<S: Style>(players: &str, balls: &str, observer: &mut impl Observer<Volley<S>>) -> World<Volley<S>> {
    let specs = Volley::<S>::options();
    let mut settings = Settings::defaults(specs);
    for (name, value) in [("players", players), ("balls", balls), ("connections", "given")] {
        let spec = PHYSICS.iter().chain(specs).find(|spec| spec.name == name).expect("a known option");
        settings.set(spec, value).expect("a fitting value");
    }
    World::new(&settings, observer)
}

fn deliver<S: Style>(world: &mut World<Volley<S>>, messages: u32, observer: &mut impl Observer<Volley<S>>) {
    let mut delivered = 0;
    while delivered < messages {
        let action = world.pop().expect("a ball is in the air");
        delivered += u32::from(matches!(action, Action::Happen(Due::Arrive(_))));
        world.apply(action, observer).expect("what is due happens");
    }
}

fn rally<S: Style>(
    clock: Clock<'_>,
    name: &'static str,
    players: &str,
    observer: &mut impl Observer<Volley<S>>,
) -> Figure {
    let mut world = world::<S>(players, "1", observer);
    let nanoseconds = time(clock, 20_000, |messages| deliver(&mut world, messages, observer));
    Figure { name, value: 1_000_000_000 / nanoseconds.max(1), unit: Unit::MessagesPerSecond }
}

fn warm((players, balls): (&str, &str)) -> World<Volley<Streams>> {
    let mut world = world::<Streams>(players, balls, &mut ());
    deliver(&mut world, 10_000, &mut ());
    world
}

fn copy(clock: Clock<'_>, name: &'static str, size: (&str, &str)) -> Figure {
    let world = warm(size);
    let value = time(clock, 100, |copies| (0..copies).for_each(|_| drop(std::hint::black_box(world.clone()))));
    Figure { name, value, unit: Unit::Nanoseconds }
}

/// What is shared is copied when it changes.
fn fork(clock: Clock<'_>, name: &'static str, size: (&str, &str)) -> Figure {
    let world = warm(size);
    let value = time(clock, 100, |forks| {
        for _ in 0..forks {
            deliver(&mut world.clone(), 10, &mut ());
        }
    });
    Figure { name, value, unit: Unit::Nanoseconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ball_is_kept_in_the_air() {
        let mut tape = Tape::default();
        let mut world = world::<PatientStreams>("5", "17", &mut tape);
        deliver(&mut world, 1_000, &mut tape);
        assert_eq!(world.flying().count(), 3 * 17);
        let delivered = tape.entries.iter().filter(|entry| entry.kind == 1).count();
        assert_eq!(delivered, 1_000);
    }
}
