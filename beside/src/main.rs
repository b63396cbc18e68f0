//! Searches and judges beside those of the crate `stateright`, in one run of one process: the same answers, and each
//! one's speed on one core.

mod judging;
mod searching;
mod two_phase;

use std::fmt::Display;
use std::time::{Duration, Instant};

fn main() {
    searching::compare();
    judging::compare();
}

/// Does something over and over for a while: what it gives, which is always the same, and the seconds for one.
fn timed<T>(mut once: impl FnMut() -> T) -> (T, f64) {
    const AT_LEAST: Duration = Duration::from_millis(300);
    let (began, mut rounds) = (Instant::now(), 0.0);
    loop {
        let outcome = once();
        rounds += 1.0;
        let took = began.elapsed();
        if took >= AT_LEAST {
            return (outcome, took.as_secs_f64() / rounds);
        }
    }
}

fn print(name: impl Display, stateright: impl Display, netsplit: impl Display) {
    println!("{name:<50} stateright {stateright:<24} netsplit {netsplit}");
}
