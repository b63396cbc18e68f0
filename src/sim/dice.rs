//! For those who make schedules: the draws of one seed, each in its turn, so that a seed is a whole schedule. What a world
//! draws itself has no turn (`random`).

use super::random::{below, fold};
use super::time::Span;

/// Tells these draws from those that the run itself makes of the same seed.
const STREAM: u64 = 0x6875_6e74;

pub struct Dice {
    seed: u64,
    turn: u64,
}

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice { seed, turn: 0 }
    }

    /// How many draws there were.
    #[cfg(test)]
    pub fn turn(&self) -> u64 {
        self.turn
    }

    pub fn bits(&mut self) -> u64 {
        self.turn += 1;
        fold(&[STREAM, self.seed, self.turn])
    }

    /// A number below `bound`; 0 if there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        below(self.bits(), bound)
    }

    /// True in `percent` of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len() as u64) as usize]
    }

    /// Even in its order of magnitude: as likely below ten times `from` as above a tenth of `to`.
    pub fn magnitude(&mut self, from: u64, to: u64) -> u64 {
        let (low, high) = (u64::from(from.max(1).ilog2()), u64::from(to.max(1).ilog2()));
        let power = low + self.below(high.saturating_sub(low) + 1);
        let base = 1_u64 << power;
        (base + self.below(base)).clamp(from, to)
    }

    /// Even in its order of magnitude, in whole microseconds.
    pub fn span(&mut self, from: Span, to: Span) -> Span {
        Span(self.magnitude(from.0, to.0))
    }
}
