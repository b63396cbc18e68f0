//! How fast the clock goes by itself: slow while something of interest flies, quick across silence.
//!
//! The law is a function of the run alone (`story` tells its beats and silences). At the edge of what is known, a copy
//! of the run goes ahead until the present stretch is known as a whole; that copy is thrown away.

use super::story::Story;
use super::timeline::Timeline;
use super::wire::Pace;
use crate::sim::{Span, Time};

/// Screen time of a median flight, in milliseconds, by how many beats of its kinds came since the last news: news wears
/// off by a factor of √2 a beat, down to a sixteenth.
const FLIGHT_MS: [u64; 9] = [700, 495, 350, 247, 175, 124, 87, 62, 44];

/// A silence is crossed in 0.4 to 1.8 seconds of screen time.
const SHORTEST_MS: u64 = 400;
const LONGEST_MS: u64 = 1_800;
const A_DECADE_MS: u64 = 350;

/// How far a look ahead goes.
const HORIZON: Span = Span::seconds(120);
const MOST_THINGS: u32 = 20_000;

/// The pace at the timeline's cursor; `told` is known to tell everything up to `known`.
pub fn pace(timeline: &Timeline, told: &Story, known: Time) -> Pace {
    Pace { rests: timeline.upcoming().is_none(), ..moving_pace(timeline, told, known) }
}

fn moving_pace(timeline: &Timeline, told: &Story, known: Time) -> Pace {
    let now = timeline.position().time;
    if let Some(pace) = told.pace_at(now, known) {
        return pace;
    }
    let mut ahead = timeline.look_ahead();
    let horizon = now + HORIZON;
    for _ in 0..MOST_THINGS {
        let next = ahead.upcoming().filter(|next| *next <= horizon);
        // Everything before the next thing has been told.
        let known = next.map_or(horizon, |next| Time(next.0.saturating_sub(1)));
        if let Some(pace) = ahead.engine().story().pace_at(now, known) {
            return pace;
        }
        if next.is_none() {
            break;
        }
        ahead.step(horizon);
    }
    // More happens at once than one look can take in: a little at a time, as the beat stands.
    let rate = |screen_ms: u64| (timeline.engine().flight_time().0 * 1_000 / screen_ms).max(1);
    let (rate, fresh) = (rate(FLIGHT_MS[FLIGHT_MS.len() - 1]), rate(FLIGHT_MS[0]));
    Pace { rate, fresh, until: now + Span((rate / 10).max(1)), silence: false, beat: true, rests: false }
}

/// Screen time of a median flight in the beat that is told for the `worn`-th time since the last news, counted from 0.
pub fn flight_ms(worn: u8) -> u64 {
    FLIGHT_MS[usize::from(worn).min(FLIGHT_MS.len() - 1)]
}

/// 0.4 s for 10 ms of silence and 0.35 s more for each decade, straight between decades.
pub fn crossing_ms(gap: Span) -> u64 {
    let mut decade = 10_000;
    let mut crossing = SHORTEST_MS;
    while gap.0 >= decade * 10 && crossing < LONGEST_MS {
        decade *= 10;
        crossing += A_DECADE_MS;
    }
    if gap.0 > decade {
        crossing += A_DECADE_MS * (gap.0 - decade) / (decade * 9);
    }
    crossing.min(LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silences_are_crossed_as_the_law_says() {
        let table =
            [(5, 400), (10, 400), (100, 750), (1_000, 1_100), (10_000, 1_450), (100_000, 1_800), (1_000_000, 1_800)];
        for (millis, crossing) in table {
            assert_eq!(crossing_ms(Span::millis(millis)), crossing, "{millis} ms");
        }
    }
}
