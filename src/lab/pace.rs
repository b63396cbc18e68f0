//! How fast the clock goes by itself: slow while something of interest flies, quick across silence. A function of the
//! run alone, so that a recording, a link and a seek agree.

use super::timeline::Timeline;
use super::wire::Pace;
use crate::sim::{Span, Time};

/// Screen time of a median flight, in milliseconds, by how many beats have passed since the last news: news wears off
/// by a factor of √2 a beat, down to a sixteenth.
const FLIGHT_MS: [u64; 9] = [700, 495, 350, 247, 175, 124, 87, 62, 44];

/// A silence is crossed in 0.4 to 1.8 seconds of screen time.
const SHORTEST_MS: u64 = 400;
const LONGEST_MS: u64 = 1_800;
const A_DECADE_MS: u64 = 350;

/// How far a look ahead goes.
const HORIZON: Span = Span::seconds(60);
const MOST_THINGS: u32 = 20_000;

/// The pace at the timeline's cursor.
pub fn pace(timeline: &Timeline) -> Pace {
    let engine = timeline.engine();
    let now = engine.position().time;
    let interest = engine.interest();
    if engine.is_busy() {
        let worn = (interest.beats.saturating_sub(1) as usize).min(FLIGHT_MS.len() - 1);
        let rate = (engine.flight_time().0 * 1_000 / FLIGHT_MS[worn]).max(1);
        return Pace { rate, until: now + Span((rate / 10).max(1)), silence: false };
    }
    let until = next_of_interest(timeline);
    let gap = until.since(now);
    let crossing = crossing_ms(gap);
    Pace { rate: (gap.0 * 1_000 / crossing).max(1), until, silence: gap > Span::millis(100) }
}

/// When something of interest is sent or written next, or the horizon.
fn next_of_interest(timeline: &Timeline) -> Time {
    let mut ahead = timeline.look_ahead();
    let now = ahead.engine().position().time;
    let beats = ahead.engine().interest().beats;
    let horizon = now + HORIZON;
    for _ in 0..MOST_THINGS {
        let Some(time) = ahead.step(horizon) else { return horizon };
        if ahead.engine().is_busy() || ahead.engine().interest().beats != beats {
            return time;
        }
    }
    ahead.engine().position().time
}

/// 0.4 s for 10 ms of silence and 0.35 s more for each decade, straight between decades.
fn crossing_ms(gap: Span) -> u64 {
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
