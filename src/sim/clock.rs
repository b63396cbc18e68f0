//! The two clocks of a node: monotonic, which may run fast or slow, and wall, which may also be off and step.

use super::time::{Span, Time};

const MILLION: i128 = 1_000_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clock {
    /// At this instant of the world …
    anchor: Time,
    /// … the monotonic clock showed this.
    shown: u64,
    pub ppm: i32,
    /// Wall clock minus monotonic clock, in microseconds.
    pub offset: i64,
}

impl Clock {
    pub fn monotonic(&self, now: Time) -> Time {
        let elapsed = now.since(self.anchor);
        if self.ppm == 0 {
            return Time(self.shown) + elapsed;
        }
        Time(self.shown) + self.local_span(elapsed)
    }

    pub fn wall(&self, now: Time) -> i64 {
        (self.monotonic(now).0 as i64).saturating_add(self.offset)
    }

    /// How long the world waits while this clock counts `local`, rounded up so that no timer fires early.
    pub fn world_span(&self, local: Span) -> Span {
        if self.ppm == 0 {
            return local;
        }
        let rate = MILLION + i128::from(self.ppm);
        span((i128::from(local.0) * MILLION + rate - 1) / rate)
    }

    /// How much this clock counts while the world waits `world`.
    pub fn local_span(&self, world: Span) -> Span {
        span(i128::from(world.0) * (MILLION + i128::from(self.ppm)) / MILLION)
    }

    /// Changes the rate from now on; what the clock shows stays continuous.
    pub fn skew(&mut self, now: Time, ppm: i32) {
        self.shown = self.monotonic(now).0;
        self.anchor = now;
        self.ppm = ppm;
    }

    /// Wall clock minus world clock.
    pub fn error(&self, now: Time) -> i64 {
        self.wall(now).saturating_sub(now.0 as i64)
    }
}

/// The longest where there would be more.
fn span(micros: i128) -> Span {
    Span(u64::try_from(micros).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_clock_waits_longer_and_stays_continuous() {
        let mut clock = Clock::default();
        clock.skew(Time(1_000_000), -100_000);
        assert_eq!(clock.monotonic(Time(1_000_000)), Time(1_000_000));
        assert_eq!(clock.monotonic(Time(2_000_000)), Time(1_900_000));
        assert_eq!(clock.world_span(Span(900_000)), Span(1_000_000));
        clock.skew(Time(2_000_000), 0);
        assert_eq!(clock.monotonic(Time(2_000_001)), Time(1_900_001));
    }

    #[test]
    fn a_stepped_wall_clock_leaves_the_monotonic_one() {
        let clock = Clock { offset: -5_000, ..Clock::default() };
        assert_eq!((clock.monotonic(Time(9_000)), clock.wall(Time(9_000))), (Time(9_000), 4_000));
    }

    #[test]
    fn at_the_end_of_all_time_a_clock_stands_still() {
        let mut clock = Clock { offset: i64::MIN, ..Clock::default() };
        clock.skew(Time(1), 9_000_000);
        let end = Time(u64::MAX / 2);
        assert_eq!((clock.monotonic(end), clock.local_span(Span(end.0))), (Time::MAX, Span(u64::MAX)));
        clock.skew(end, 0);
        assert_eq!((clock.monotonic(Time::MAX), clock.error(Time::MAX)), (Time::MAX, i64::MIN + 1));
    }
}
