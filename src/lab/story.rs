//! A run as a viewer should see it: beats, in which something of interest flies or is written, and the silences between
//! them. It is recorded as the run goes and depends on the run alone, so that a recording, a link and a seek agree.

use super::pace::{crossing_ms, flight_ms};
use super::wire::{Pace, Stretch};
use crate::parts::ChunkedLog;
use crate::sim::{Span, Time};

/// A maximal run of overlapping flights and disk writes of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    pub from: Time,
    pub to: Time,
    /// Its median flight.
    pub flight: Span,
    /// How many beats with the same kinds of message came before it since the last news.
    pub worn: u8,
}

/// A bit for each kind of message, one for threads' steps and one for disk writes.
type Kinds = u64;
const STEPS: Kinds = 1 << 62;
const WRITES: Kinds = 1 << 63;

#[derive(Clone, Debug, Default)]
pub struct Story {
    beats: ChunkedLog<Beat>,
    under_way: Option<UnderWay>,
    /// How often which kinds made a beat since the last news.
    told: Vec<(Kinds, u8)>,
}

#[derive(Clone, Debug)]
struct UnderWay {
    from: Time,
    to: Time,
    kinds: Kinds,
    /// The first so many flights' lengths, in order of length.
    flights: Vec<Span>,
}

/// So many flights are enough to know the median.
const MEASURED: usize = 31;
/// Traffic that never pauses is cut into beats of so many flights, so that it wears off, too.
const LONGEST: u64 = 8;
/// What flies for much longer than the others does not hold them up: the rest of its way is crossed as silence is.
const REACH: u64 = 16;
/// A silence so long is crossed in pieces.
const PIECE: Span = Span::seconds(60);
/// A shorter silence is not worth saying.
const AUDIBLE: Span = Span::millis(100);

impl UnderWay {
    fn median(&self) -> Span {
        self.flights.get(self.flights.len() / 2).copied().unwrap_or_default().max(Span(1))
    }

    fn measure(&mut self, lasts: Span) {
        if self.flights.len() < MEASURED {
            let place = self.flights.partition_point(|other| *other <= lasts);
            self.flights.insert(place, lasts);
        }
    }
}

impl Story {
    /// A message of this kind leaves and takes so long.
    pub fn sent(&mut self, now: Time, kind: u8, takes: Span) {
        self.goes_on(now, 1 << (kind % 62), takes);
    }

    /// A disk begins to write and takes so long.
    pub fn written(&mut self, now: Time, takes: Span) {
        self.goes_on(now, WRITES, takes);
    }

    /// A thread performs an instruction, and the next one follows after so long.
    pub fn stepped(&mut self, now: Time, takes: Span) {
        self.goes_on(now, STEPS, takes);
    }

    fn goes_on(&mut self, now: Time, kinds: Kinds, takes: Span) {
        let mut reaches = now + takes;
        let goes_on = self.under_way.as_ref().is_some_and(|beat| {
            reaches = reaches.max(beat.to);
            now <= beat.to && now.since(beat.from) < beat.median().times(LONGEST)
        });
        if !goes_on {
            reaches = if self.is_under_way(now) { reaches } else { now + takes };
            self.close(now);
            self.under_way = Some(UnderWay { from: now, to: reaches, kinds: 0, flights: Vec::new() });
        }
        if let Some(beat) = &mut self.under_way {
            beat.to = reaches;
            beat.kinds |= kinds;
            beat.measure(takes);
        }
    }

    fn is_under_way(&self, now: Time) -> bool {
        self.under_way.as_ref().is_some_and(|beat| now <= beat.to)
    }

    /// A fault, a change of role or epoch, a refusal, a violation: what follows is new again.
    pub fn news(&mut self, now: Time) {
        if !self.is_under_way(now) {
            self.close(now);
        }
        self.told.clear();
    }

    fn close(&mut self, now: Time) {
        if let Some(beat) = self.latest() {
            self.beats.push(Beat { to: beat.to.min(now), ..beat });
        }
        if let Some(UnderWay { kinds, .. }) = self.under_way.take() {
            match self.told.iter_mut().find(|(told, _)| *told == kinds) {
                Some((_, times)) => *times = times.saturating_add(1),
                None => self.told.push((kinds, 1)),
            }
        }
    }

    /// The beat under way as it would be if it ended where it reaches to now.
    fn latest(&self) -> Option<Beat> {
        let beat = self.under_way.as_ref()?;
        let worn = self.told.iter().find(|(told, _)| *told == beat.kinds).map_or(0, |(_, times)| *times);
        let flight = beat.median();
        Some(Beat { from: beat.from, to: beat.to.min(beat.from + flight.times(REACH)), flight, worn })
    }

    pub fn beats(&self) -> impl Iterator<Item = Beat> + '_ {
        self.beats.iter().map(|(_, beat)| *beat).chain(self.latest())
    }

    /// The whole as stretches of one speed each, without gaps, up to a time.
    pub fn stretches(&self, until: Time) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        let mut before: Option<Beat> = None;
        for beat in self.beats() {
            silence(before, beat.from.min(until), &mut stretches);
            if beat.from >= until {
                return stretches;
            }
            stretches.push(stretch(beat));
            before = Some(beat);
        }
        silence(before, until, &mut stretches);
        stretches
    }

    /// The pace at an instant, where all that happens up to `known` has been told; none where that is too little to say.
    pub fn pace_at(&self, now: Time, known: Time) -> Option<Pace> {
        // The last beat that began by then.
        let (mut low, mut high) = (0, self.beats.len());
        let first = self.beats.first_index();
        while low < high {
            let middle = (low + high) / 2;
            let began = self.beats.get(first + middle).is_some_and(|beat| beat.from <= now);
            if began { low = middle + 1 } else { high = middle }
        }
        let closed = low.checked_sub(1).and_then(|index| self.beats.get(first + index).copied());
        let open = self.latest().filter(|beat| low == self.beats.len() && beat.from <= now);
        if let Some(beat) = open.or(closed).filter(|beat| now < beat.to) {
            let over = open.is_none() || beat.to <= known;
            let fresh = pace(beat.from, stretch(Beat { worn: 0, ..beat })).rate;
            return over.then(|| Pace { fresh, ..pace(beat.from, stretch(beat)) });
        }
        let before = open.or(closed);
        let next = match self.beats.get(first + low) {
            Some(beat) => Some(beat.from),
            None if open.is_none() => self.latest().map(|beat| beat.from),
            None => None,
        };
        // Without a next beat, what is known must be silent for as long as a piece of silence lasts.
        let since = before.map_or(Time::ZERO, |beat| beat.to);
        let mut pieces = Vec::new();
        silence(before, next.unwrap_or(known.max(now + PIECE)), &mut pieces);
        let mut from = since;
        for piece in pieces {
            if now < piece.until {
                return (next.is_some() || piece.until <= known).then(|| pace(from, piece));
            }
            from = piece.until;
        }
        None
    }
}

fn pace(from: Time, stretch: Stretch) -> Pace {
    let rate = (stretch.until.since(from).0 * 1_000 / u64::from(stretch.screen_ms.max(1))).max(1);
    Pace { rate, fresh: rate, until: stretch.until, silence: stretch.silence, beat: stretch.beat, rests: false }
}

fn stretch(beat: Beat) -> Stretch {
    let screen = at_speed_of(beat, beat.to.since(beat.from));
    Stretch { until: beat.to, screen_ms: screen as u32, silence: false, beat: true }
}

fn at_speed_of(beat: Beat, length: Span) -> u64 {
    length.0.saturating_mul(flight_ms(beat.worn)) / beat.flight.0
}

/// From the last beat to the next; never slower than the beat before it.
fn silence(before: Option<Beat>, until: Time, stretches: &mut Vec<Stretch>) {
    let mut from = before.map_or(Time::ZERO, |beat| beat.to);
    while from < until {
        let to = until.min(from + PIECE);
        let gap = to.since(from);
        let screen = before.map_or(u64::MAX, |beat| at_speed_of(beat, gap)).min(crossing_ms(gap));
        stretches.push(Stretch { until: to, screen_ms: screen as u32, silence: gap >= AUDIBLE, beat: false });
        from = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLIGHT: Span = Span(500);

    fn at(millis: u64) -> Time {
        Time(millis * 1_000)
    }

    #[test]
    fn overlapping_flights_are_one_beat() {
        let mut story = Story::default();
        story.sent(Time(0), 1, FLIGHT);
        story.sent(Time(400), 2, FLIGHT);
        story.sent(Time(900), 1, FLIGHT);
        story.sent(at(10), 1, FLIGHT);
        let beats: Vec<(u64, u64)> = story.beats().map(|beat| (beat.from.0, beat.to.0)).collect();
        assert_eq!(beats, [(0, 1_400), (10_000, 10_500)]);
    }

    #[test]
    fn what_was_told_before_is_told_faster_until_there_is_news() {
        let mut story = Story::default();
        for second in 0..3 {
            story.sent(at(second * 1_000), 1, FLIGHT);
        }
        story.sent(at(3_000), 2, FLIGHT);
        story.news(at(4_000));
        story.sent(at(5_000), 1, FLIGHT);
        assert_eq!(story.beats().map(|beat| beat.worn).collect::<Vec<_>>(), [0, 1, 2, 0, 0]);
    }

    #[test]
    fn what_has_worn_off_knows_how_fast_it_was_at_first() {
        let mut story = Story::default();
        for second in 0..4 {
            story.sent(at(second * 1_000), 1, FLIGHT);
        }
        let pace = story.pace_at(at(3_000), at(4_000)).expect("the beat is over");
        assert_eq!((pace.fresh, pace.rate), (FLIGHT.0 * 1_000 / 700, FLIGHT.0 * 1_000 / 247));
        let silence = story.pace_at(at(1_500), at(4_000)).expect("its end is known");
        assert_eq!(silence.fresh, silence.rate);
    }

    #[test]
    fn traffic_without_a_pause_wears_off_as_well() {
        let mut story = Story::default();
        for step in 0..100 {
            story.sent(Time(step * 250), 1, FLIGHT);
        }
        let worn: Vec<u8> = story.beats().map(|beat| beat.worn).collect();
        assert_eq!(worn, [0, 1, 2, 3, 4, 5, 6]);
        let ends: Vec<u64> = story.beats().map(|beat| beat.to.0).collect();
        assert_eq!(ends[..2], [4_000, 8_000], "each begins where the last ended");
    }

    #[test]
    fn nothing_is_said_about_what_is_not_known() {
        let mut story = Story::default();
        story.sent(at(1_000), 1, FLIGHT);
        assert!(story.pace_at(at(0), at(1_000)).is_some_and(|pace| pace.silence && pace.until == at(1_000)));
        assert_eq!(story.pace_at(at(1_000), at(1_000)), None, "the beat may go on");
        let beat = story.pace_at(at(1_000), at(1_001)).expect("the beat is over");
        assert_eq!((beat.rate, beat.until), (500_000 / 700, Time(1_000_500)));
        assert_eq!(story.pace_at(at(1_001), at(2_000)), None, "nobody knows how long the silence lasts");
        story.sent(at(9_000), 1, FLIGHT);
        assert_eq!(story.pace_at(at(1_001), at(9_000)).map(|pace| pace.until), Some(at(9_000)));
    }

    #[test]
    fn stretches_lie_end_to_end() {
        let mut story = Story::default();
        for second in [1, 2, 200] {
            story.sent(at(second * 1_000), 1, FLIGHT);
        }
        let stretches = story.stretches(at(300_000));
        assert!(stretches.windows(2).all(|two| two[0].until < two[1].until));
        assert_eq!(stretches.last().map(|last| last.until), Some(at(300_000)));
        let longest = stretches.iter().filter(|stretch| stretch.silence).map(|stretch| stretch.screen_ms).max();
        assert!(longest.is_some_and(|longest| longest <= 1_800), "{longest:?}");
    }
}
