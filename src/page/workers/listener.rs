//! When what clients saw is asked for again: while somebody looks at it and there is more, but not so often that the
//! asking is most of the work.

use crate::lab::wire::TimelineView;

/// After an answer that took so many milliseconds it is left alone for so many times as long, and for a while at least.
const REST: f64 = 8.0;
const LEAST_REST: f64 = 250.0;

#[derive(Debug, Default)]
pub struct Listener {
    pub listens: bool,
    /// The past, and how much of it was heard.
    known: Option<(u32, u64)>,
    /// Since when an answer is awaited.
    asked: Option<f64>,
    rests_until: f64,
}

impl Listener {
    /// Whether to ask now; it counts as asked.
    pub fn asks(&mut self, timeline: &TimelineView, now: f64) -> bool {
        let known = self.known == Some((timeline.revision, timeline.heard));
        let other_past = self.known.is_none_or(|(revision, _)| revision != timeline.revision);
        let asks = self.listens && !known && self.asked.is_none() && (other_past || now >= self.rests_until);
        if asks {
            self.asked = Some(now);
        }
        asks
    }

    pub fn heard(&mut self, revision: u32, heard: u64, now: f64) {
        let took = self.asked.take().map_or(0.0, |asked| now - asked);
        self.rests_until = now + (took * REST).max(LEAST_REST);
        self.known = Some((revision, heard));
    }

    /// The worker is another one, and owes no answer.
    pub fn forget(&mut self) {
        *self = Listener { listens: self.listens, ..Listener::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(revision: u32, heard: u64) -> TimelineView {
        TimelineView { revision, heard, ..TimelineView::default() }
    }

    #[test]
    fn it_asks_while_there_is_more_and_rests_in_between() {
        let mut listener = Listener { listens: true, ..Listener::default() };
        assert!(listener.asks(&timeline(1, 0), 0.0), "even where nothing was heard, there are promises");
        assert!(!listener.asks(&timeline(1, 5), 10.0), "one answer is awaited");
        listener.heard(1, 5, 100.0);
        assert!(!listener.asks(&timeline(1, 5), 5_000.0), "nothing new");
        assert!(!listener.asks(&timeline(1, 6), 500.0), "the answer took long");
        assert!(listener.asks(&timeline(1, 6), 1_000.0));
        listener.heard(1, 6, 1_001.0);
        assert!(listener.asks(&timeline(2, 6), 1_002.0), "another past is asked for at once");
    }

    #[test]
    fn nobody_looks() {
        assert!(!Listener::default().asks(&timeline(1, 3), 0.0));
    }

    #[test]
    fn a_new_worker_is_asked_again() {
        let mut listener = Listener { listens: true, ..Listener::default() };
        assert!(listener.asks(&timeline(1, 3), 0.0));
        listener.forget();
        assert!(listener.asks(&timeline(1, 3), 1.0));
    }
}
