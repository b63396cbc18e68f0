//! Which seeds are run next, and what came of those that were. They are handed out in parts to several who work at once and
//! counted in their order, so that the answer, the smallest seed that violates something, does not depend on how many work.

use std::collections::BTreeMap;
use std::ops::Range;

use super::tally::Tally;

#[derive(Clone, Debug, Default)]
pub struct Seeds {
    /// Those that nobody has been given.
    left: Range<u64>,
    /// What came back before its turn, by its first seed.
    waiting: BTreeMap<u64, (u64, Tally)>,
    /// All before this one are counted.
    upto: u64,
    /// The smallest so far that violates something.
    least: Option<u64>,
    tally: Tally,
    sound: Sound,
}

/// What came of the seeds before the next one, of which none violates anything: from there one can go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    pub runs: u64,
    pub counted: u64,
    pub next: u64,
}

impl Seeds {
    pub fn new(seeds: Range<u64>) -> Seeds {
        let sound = Sound { next: seeds.start, ..Sound::default() };
        Seeds { upto: seeds.start, left: seeds, sound, ..Seeds::default() }
    }

    /// The next part of `most` seeds or fewer, if any can still matter.
    pub fn take(&mut self, most: u64) -> Option<Range<u64>> {
        let end = self.least.map_or(self.left.end, |least| self.left.end.min(least));
        let from = self.left.start;
        let to = end.min(from.saturating_add(most));
        (from < to).then(|| {
            self.left.start = to;
            from..to
        })
    }

    /// What is left of a part after some of it was run, if it can still matter.
    pub fn rest(&self, part: Range<u64>) -> Option<Range<u64>> {
        let end = self.least.map_or(part.end, |least| part.end.min(least));
        (part.start < end).then_some(part.start..end)
    }

    /// Takes in what came of seeds; where one violates something, it is the last of them.
    pub fn tried(&mut self, seeds: Range<u64>, tally: Tally, violates: bool) {
        if violates {
            let last = seeds.end - 1;
            self.least = Some(self.least.map_or(last, |least| least.min(last)));
        }
        self.waiting.insert(seeds.start, (seeds.end, tally));
        while self.least.is_none_or(|least| self.upto <= least)
            && let Some((end, tally)) = self.waiting.remove(&self.upto)
        {
            self.upto = end;
            self.tally.add(&tally);
            if self.least.is_none_or(|least| end <= least) {
                self.sound = Sound { runs: self.tally.runs, counted: self.tally.counted, next: end };
            }
        }
    }

    /// What came of all seeds before [`Seeds::upto`].
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    pub fn sound(&self) -> Sound {
        self.sound
    }

    pub fn upto(&self) -> u64 {
        self.upto
    }

    /// The answer, once all seeds before it have been run.
    pub fn answer(&self) -> Option<u64> {
        self.least.filter(|least| self.upto > *least)
    }

    /// There is an answer, or all seeds have been run.
    pub fn is_over(&self) -> bool {
        self.answer().is_some() || self.least.is_none() && self.upto >= self.left.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs seeds of which some violate something, by so many who work at once and answer in an order that the salt makes.
    fn hunted(bad: &[u64], workers: usize, part: u64, salt: u64) -> Seeds {
        let mut seeds = Seeds::new(1..200);
        let mut out: Vec<Range<u64>> = Vec::new();
        let mut turn = salt;
        while !seeds.is_over() {
            while out.len() < workers
                && let Some(part) = seeds.take(part)
            {
                out.push(part);
            }
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let given = out.swap_remove((turn >> 33) as usize % out.len());
            let slice = given.start..given.end.min(given.start + 1 + (turn >> 40) % 3);
            let found = slice.clone().find(|seed| bad.contains(seed));
            let ran = slice.start..found.map_or(slice.end, |seed| seed + 1);
            let tally = Tally { runs: ran.end - ran.start, ..Tally::default() };
            seeds.tried(ran.clone(), tally, found.is_some());
            if found.is_none() {
                out.extend(seeds.rest(ran.end..given.end));
            }
        }
        seeds
    }

    #[test]
    fn the_answer_does_not_depend_on_who_works() {
        for (bad, answer) in [(&[][..], None), (&[73, 40, 41, 150], Some(40)), (&[1], Some(1)), (&[199], Some(199))] {
            for workers in 1..9 {
                for salt in 0..40 {
                    let seeds = hunted(bad, workers, 1 + salt % 7, salt);
                    assert_eq!(seeds.answer(), answer, "{workers} {salt}");
                    assert_eq!(seeds.tally().runs, answer.unwrap_or(199), "each seed up to the answer counts once");
                }
            }
        }
    }

    #[test]
    fn a_part_ends_where_it_can_no_longer_matter() {
        let mut seeds = Seeds::new(1..100);
        assert_eq!((seeds.take(10), seeds.take(10)), (Some(1..11), Some(11..21)));
        seeds.tried(11..14, Tally::default(), true);
        assert_eq!((seeds.answer(), seeds.take(10)), (None, None));
        assert_eq!((seeds.rest(3..11), seeds.rest(14..21)), (Some(3..11), None));
        seeds.tried(1..11, Tally::default(), false);
        assert_eq!(seeds.answer(), Some(13));
    }
}
