//! Randomness without a generator: every draw is a function of what it is for.
//!
//! `draw(stream, now) = prf(seed, stream, bucket of now, ordinal within that bucket)`. No generator has a position, so
//! one extra message, or a fault moved by a few milliseconds, leaves traffic elsewhere as it was.

use serde::{Deserialize, Serialize};

use super::time::{Span, Time};

/// Draws of one stream begin anew in each bucket of virtual time.
const BUCKET: u64 = 100_000;

/// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). Pinned: shared links depend on its values.
pub const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Folds words into one, order mattering.
pub const fn fold(words: &[u64]) -> u64 {
    let mut state = 0x6e65_7473_706c_6974;
    let mut i = 0;
    while i < words.len() {
        state = mix(state ^ words[i]);
        i += 1;
    }
    state
}

/// Folds the bytes of a name, so that streams can be told apart by what they are for.
pub const fn name(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut state = 0xcbf2_9ce4_8422_2325;
    let mut i = 0;
    while i < bytes.len() {
        state = (state ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    state
}

/// How often a stream was drawn from in the bucket that it last saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    /// The stream's key among its neighbours.
    key: u64,
    bucket: u64,
    ordinal: u32,
    /// Seed, stream and bucket, folded once for all draws of the bucket.
    folded: u64,
}

/// The counts of a few streams that belong together (a link's direction, a node).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draws {
    counts: Vec<Count>,
}

impl Draws {
    /// 64 even bits for the next draw of a stream: `fold(seed, stream, bucket, ordinal)`. The key tells the stream from
    /// others in this collection, and its name in the whole world is asked for once a bucket.
    pub fn draw(&mut self, seed: u64, key: u64, stream: impl FnOnce() -> u64, now: Time) -> u64 {
        let bucket = now.0 / BUCKET;
        let index = match self.counts.iter().position(|count| count.key == key) {
            Some(index) => index,
            None => {
                self.counts.push(Count { key, bucket: u64::MAX, ..Count::default() });
                self.counts.len() - 1
            }
        };
        let count = &mut self.counts[index];
        if count.bucket == bucket {
            count.ordinal += 1;
        } else {
            *count = Count { key, bucket, ordinal: 0, folded: fold(&[seed, stream(), bucket]) };
        }
        mix(count.folded ^ u64::from(count.ordinal))
    }
}

/// Scales 64 even bits to `0..bound`; 0 for an empty range.
pub fn below(bits: u64, bound: u64) -> u64 {
    ((u128::from(bits) * u128::from(bound)) >> 64) as u64
}

/// True in `percent` of a hundred draws.
pub fn chance(bits: u64, percent: u8) -> bool {
    percent > 0 && below(bits, 100) < u64::from(percent)
}

/// Quantiles 0/16 to 16/16 of a latency in thousandths of its median: right-skewed, as networks and disks are, with a
/// short tail so that no single draw dominates a run.
const SKEWED: [u64; 17] =
    [700, 780, 830, 865, 895, 920, 947, 973, 1000, 1030, 1065, 1105, 1155, 1220, 1320, 1520, 2600];

/// How long something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Latency {
    Constant(Span),
    /// By a table of quantiles around this median.
    Varied(Span),
}

impl Latency {
    pub fn median(self) -> Span {
        match self {
            Latency::Constant(span) | Latency::Varied(span) => span,
        }
    }

    pub fn at(self, bits: u64) -> Span {
        match self {
            Latency::Constant(span) => span,
            Latency::Varied(median) => {
                let position = below(bits, 16_000);
                let (slot, part) = ((position / 1_000) as usize, position % 1_000);
                let thousandths = SKEWED[slot] + (SKEWED[slot + 1] - SKEWED[slot]) * part / 1_000;
                Span(median.0.saturating_mul(thousandths) / 1_000)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shared links re-execute everywhere: these values never change.
    #[test]
    fn values_are_pinned() {
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(name("election"), 0x4f73_0862_9232_1e7a);
        let mut draws = Draws::default();
        let drawn: Vec<u64> = (0..3).map(|_| below(draws.draw(7, 1, || 11, Time(5)), 1_000)).collect();
        assert_eq!(
            drawn,
            [
                below(fold(&[7, 11, 0, 0]), 1_000),
                below(fold(&[7, 11, 0, 1]), 1_000),
                below(fold(&[7, 11, 0, 2]), 1_000)
            ]
        );
    }

    #[test]
    fn a_draw_depends_on_its_bucket_and_not_on_earlier_buckets() {
        let (mut busy, mut quiet) = (Draws::default(), Draws::default());
        for _ in 0..5 {
            busy.draw(1, 2, || 2, Time(10));
        }
        assert_eq!(busy.draw(1, 2, || 2, Time(BUCKET)), quiet.draw(1, 2, || 2, Time(BUCKET)));
    }

    #[test]
    fn varied_latency_has_the_median_it_names() {
        let latency = Latency::Varied(Span(1_000));
        let draws: Vec<u64> = (0..10_000).map(|i| latency.at(fold(&[3, i])).0).collect();
        let below_median = draws.iter().filter(|&&d| d < 1_000).count();
        assert!((4_800..5_200).contains(&below_median), "{below_median}");
        assert!(draws.iter().all(|d| (700..=2_600).contains(d)));
    }
}
