//! The trace in words, for whoever looks at it: computed again from the nearest checkpoint, a slice at a time.

use super::engine::Engine;
use super::telling::TraceLine;
use super::timeline::{Ahead, Timeline};
use crate::sim::Time;

/// What one slice may carry out, and how much it may tell.
const MOST_THINGS: u32 = 1_500;
const MOST_LINES: usize = 800;
const MOST_BYTES: usize = 96 * 1_024;

/// A place in the trace at which reading goes on.
pub struct Reader {
    ahead: Ahead,
    /// The number of the last entry that was told.
    told: u32,
    /// Lines that were made and are still to be told.
    waiting: std::collections::VecDeque<TraceLine>,
}

impl Reader {
    /// Reads behind an entry; `start` gives the run from its very beginning, which no checkpoint can tell.
    pub fn new(timeline: &Timeline, after: u32, start: impl FnOnce() -> Box<dyn Engine>) -> Reader {
        let mut ahead = timeline.before(after + 1).unwrap_or_else(|| timeline.from_start(start()));
        ahead.engine_mut().keep_trace();
        Reader { ahead, told: after, waiting: Default::default() }
    }

    pub fn told(&self) -> u32 {
        self.told
    }

    /// The next entries up to a time, and whether there are more by then.
    pub fn read(&mut self, until: Time) -> (Vec<TraceLine>, bool) {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        let mut things = 0;
        loop {
            while let Some(line) = self.waiting.pop_front() {
                self.told = line.number;
                bytes += size_of::<TraceLine>() + line.words.len();
                lines.push(line);
                if lines.len() >= MOST_LINES || bytes >= MOST_BYTES {
                    return (lines, true);
                }
            }
            let told = self.told;
            self.waiting.extend(self.ahead.engine_mut().take_trace().into_iter().filter(|line| line.number > told));
            if self.waiting.is_empty() {
                if things == MOST_THINGS {
                    return (lines, true);
                }
                if self.ahead.step(until).is_none() {
                    return (lines, false);
                }
                things += 1;
            }
        }
    }
}
