//! How fast the engines are here: the same measurements natively and in a browser, by a clock that the caller brings.

mod engines;
pub mod histories;
mod hunt;
mod judging;
mod kernel;
pub(super) mod live;
mod travel;
mod volley;

pub use travel::long_run;

use std::fmt;

/// Microseconds since some beginning.
pub type Clock<'a> = &'a dyn Fn() -> u64;

/// One number and what it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub name: &'static str,
    pub value: u64,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    MessagesPerSecond,
    PerSecond,
    Times,
    Nanoseconds,
    /// Microseconds on a world's clock.
    VirtualTime,
    Bytes,
    RunsPerSecond,
}

pub fn figures(clock: Clock<'_>) -> Vec<Figure> {
    let mut figures = kernel::figures(clock);
    figures.extend(travel::figures(clock));
    figures.extend(engines::figures(clock));
    figures.extend(hunt::figures(clock));
    figures.extend(judging::figures(clock));
    figures.extend(live::figures(clock));
    figures
}

/// Does something `batch` times over until the clock has moved enough, several times; the best is nearest to what the
/// machine can do, as others use it too. In nanoseconds for one.
fn time(clock: Clock<'_>, batch: u32, mut batch_of: impl FnMut(u32)) -> u64 {
    const ROUNDS: u32 = 5;
    const ROUND: u64 = 200_000;
    batch_of(batch);
    let mut best = u64::MAX;
    for _ in 0..ROUNDS {
        let began = clock();
        let mut done = 0;
        let mut took = 0;
        while took < ROUND {
            batch_of(batch);
            done += u64::from(batch);
            took = clock() - began;
        }
        best = best.min(took * 1_000_000 / done);
    }
    best.div_ceil(1_000)
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value;
        match self.unit {
            Unit::MessagesPerSecond => {
                write!(f, "{:<44} {:>6}.{:02} million a second", self.name, value / 1_000_000, value / 10_000 % 100)
            }
            Unit::PerSecond => write!(f, "{:<44} {value:>9} a second", self.name),
            Unit::Times => write!(f, "{:<44} {value:>9} times", self.name),
            Unit::VirtualTime => write!(f, "{:<44} {:>9} ms of virtual time", self.name, value / 1_000),
            Unit::RunsPerSecond => write!(f, "hunt runs, {:<33} {value:>9} a second", self.name),
            Unit::Bytes => write!(f, "{:<44} {value:>9} bytes", self.name),
            Unit::Nanoseconds if value < 10_000 => write!(f, "{:<44} {value:>9} ns", self.name),
            Unit::Nanoseconds => write!(f, "{:<44} {:>9} us", self.name, value / 1_000),
        }
    }
}
