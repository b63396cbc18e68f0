//! What takes long and needs no run at hand, away from the page and from the worker that runs: hunting, and
//! judging recordings. Several may work at once. In reading order: `wire` is what a page says to a hunter, `tally` what
//! came of many runs, `seeds` which are tried by whom, `hunting` and `judging` the work.

#[cfg(all(feature = "hunt", feature = "histories"))]
mod hunting;
#[cfg(all(feature = "hunt", feature = "histories"))]
mod judging;
pub mod seeds;
pub mod tally;
pub mod wire;

#[cfg(all(feature = "hunt", feature = "histories"))]
pub use worker::Hunter;

#[cfg(all(feature = "hunt", feature = "histories"))]
mod worker {
    use super::wire::{Reply, Request};
    use super::{hunting, judging};

    /// One of those who work; it keeps nothing between requests.
    pub struct Hunter {
        /// Microseconds since some beginning.
        clock: Box<dyn Fn() -> u64>,
    }

    impl Hunter {
        pub fn new(clock: impl Fn() -> u64 + 'static) -> Hunter {
            Hunter { clock: Box::new(clock) }
        }

        /// The last of the replies to a request; what is told before it says how far the work has come.
        pub fn answer(&self, request: Request, tell: &mut dyn FnMut(Reply)) -> Reply {
            let answer = match request {
                Request::Try { quarry, seeds } => hunting::attempt(&quarry, seeds, &*self.clock),
                Request::Shrink { quarry, seed } => hunting::shrink(&quarry, seed, &*self.clock, tell),
                Request::Judge { recording } => judging::judge(&recording, &*self.clock, tell),
            };
            answer.unwrap_or_else(Reply::Refused)
        }
    }
}
