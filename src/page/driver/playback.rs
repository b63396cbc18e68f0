//! How fast the virtual clock goes on the screen. Pure: the driver feeds it the milliseconds that passed.

use crate::describe::Time;
use crate::lab::wire::Pace;

/// The rates of the steady pace in virtual microseconds a second: ×1/10000 to ×100, three to a decade.
const STEADY: [f64; 19] =
    [1e2, 2e2, 5e2, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8];
pub const FASTEST: u8 = STEADY.len() as u8 - 1;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The run's own pace: slow while messages of interest fly, quick through silence.
    #[default]
    Auto,
    Steady,
    /// One event at a time; nothing moves by itself.
    Step,
}

/// What the person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tempo {
    pub mode: Mode,
    /// Which of the steady rates.
    pub level: u8,
    /// Which of the flight times: what a median flight takes on the screen in auto pace.
    pub flight: u8,
}

/// In milliseconds; the pace that comes with a run is for the third.
const FLIGHTS: [u32; 7] = [300, 500, 700, 1_000, 1_500, 2_000, 3_000];
const USUAL: u8 = 2;
pub const SLOWEST: u8 = FLIGHTS.len() as u8 - 1;

impl Default for Tempo {
    fn default() -> Self {
        Tempo { mode: Mode::Auto, level: 12, flight: USUAL }
    }
}

impl Tempo {
    /// Virtual microseconds for a second of screen.
    pub fn rate(&self, pace: &Pace) -> f64 {
        match self.mode {
            Mode::Auto if pace.beat => {
                pace.rate as f64 * f64::from(FLIGHTS[usize::from(USUAL)]) / f64::from(self.flight_ms())
            }
            Mode::Auto if pace.rate > 0 => pace.rate as f64,
            Mode::Auto => 1e6,
            Mode::Steady | Mode::Step => STEADY[usize::from(self.level.min(FASTEST))],
        }
    }
}

impl Tempo {
    /// What a median flight takes on the screen in auto pace, in milliseconds.
    pub fn flight_ms(&self) -> u32 {
        FLIGHTS[usize::from(self.flight.min(SLOWEST))]
    }
}

/// Turns screen time into virtual time without losing fractions of a microsecond.
#[derive(Debug, Default)]
pub struct Metronome {
    elapsed_ms: f64,
    carried: f64,
}

/// A tab that slept must not jump ahead by its whole sleep.
const LONGEST_FRAME_MS: f64 = 100.0;

impl Metronome {
    pub fn tick(&mut self, milliseconds: f64) {
        self.elapsed_ms = (self.elapsed_ms + milliseconds).min(LONGEST_FRAME_MS);
    }

    pub fn rest(&mut self) {
        *self = Metronome::default();
    }

    /// For reduced motion: true every so many milliseconds.
    pub fn beat(&mut self, milliseconds: f64, every: f64) -> bool {
        self.carried += milliseconds;
        let due = self.carried >= every;
        if due {
            self.carried = 0.0;
        }
        due
    }

    /// Where the clock should be by now, if it has moved at all. In auto pace it halts at the end of the present
    /// stretch, whose successor may go at another rate.
    pub fn due(&mut self, shown: Time, tempo: Tempo, pace: &Pace) -> Option<Time> {
        let ahead = self.carried + self.elapsed_ms * tempo.rate(pace) / 1e3;
        self.elapsed_ms = 0.0;
        let whole = ahead.floor();
        self.carried = ahead - whole;
        let mut to = Time(shown.0.saturating_add(whole as u64));
        if tempo.mode == Mode::Auto && pace.until > shown && to > pace.until {
            to = pace.until;
            self.carried = 0.0;
        }
        (to > shown).then_some(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(rate: u64, until: u64) -> Pace {
        Pace { rate, fresh: rate, until: Time(until), silence: false, beat: true, rests: false }
    }

    #[test]
    fn fractions_add_up() {
        let mut metronome = Metronome::default();
        let pace = pace(100, 1_000_000);
        let mut shown = Time::ZERO;
        for _ in 0..60 {
            metronome.tick(1000.0 / 60.0);
            shown = metronome.due(shown, Tempo::default(), &pace).unwrap_or(shown);
        }
        assert!(shown.0.abs_diff(100) <= 1, "{shown:?}");
    }

    #[test]
    fn auto_halts_where_the_stretch_ends() {
        let mut metronome = Metronome::default();
        metronome.tick(50.0);
        assert_eq!(metronome.due(Time(10), Tempo::default(), &pace(1_000_000, 500)), Some(Time(500)));
    }

    #[test]
    fn a_sleeping_tab_does_not_jump() {
        let mut metronome = Metronome::default();
        metronome.tick(60_000.0);
        let tempo = Tempo { mode: Mode::Steady, ..Tempo::default() };
        assert_eq!(metronome.due(Time::ZERO, tempo, &Pace::default()), Some(Time(100_000)));
    }

    #[test]
    fn a_pace_that_is_not_set_goes_as_time_does() {
        assert_eq!(Tempo::default().rate(&Pace::default()), 1e6);
    }
}
