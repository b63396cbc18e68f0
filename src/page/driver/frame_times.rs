//! How long the main thread works for each animation frame: the page's own performance figure.

use crate::sorting::sorted_by;

const KEPT: usize = 240;

#[derive(Debug, Default)]
pub struct FrameTimes {
    recent: Vec<f64>,
    next: usize,
}

#[derive(Debug, PartialEq)]
pub struct Figures {
    pub median: f64,
    /// Nineteen of twenty frames took no longer.
    pub p95: f64,
    pub worst: f64,
}

impl FrameTimes {
    pub fn add(&mut self, milliseconds: f64) {
        if self.recent.len() < KEPT {
            self.recent.push(milliseconds);
        } else {
            self.recent[self.next] = milliseconds;
        }
        self.next = (self.next + 1) % KEPT;
    }

    pub fn figures(&self) -> Option<Figures> {
        let times = sorted_by(self.recent.iter().copied(), f64::total_cmp);
        let at = |share: usize| times.get(times.len() * share / 100).copied();
        Some(Figures { median: at(50)?, p95: at(95)?, worst: *times.last()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_frames_are_forgotten() {
        let mut times = FrameTimes::default();
        assert_eq!(times.figures(), None);
        times.add(90.0);
        for _ in 0..KEPT {
            times.add(2.0);
        }
        assert_eq!(times.figures(), Some(Figures { median: 2.0, p95: 2.0, worst: 2.0 }));
    }
}
