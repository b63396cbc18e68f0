//! Turns what a protocol says at each instant into bars and times: who held what from when to when, and for how long
//! something was so.

use litemap::LiteMap;

use super::frame::{FigureFrame, FigureValue};
use super::wire::TenureBar;
use crate::describe::{Figure, Reading, Tenure};
use crate::parts::ChunkedLog;
use crate::sim::{Span, Time};

/// The bars of all rows, as they end, and those that last.
#[derive(Clone, Debug, Default)]
pub struct Tenures {
    pub ended: ChunkedLog<TenureBar>,
    pub lasting: Vec<TenureBar>,
}

impl Tenures {
    /// What the rows are from `now` on. A bar that began and ended in the same instant was never seen and is not kept.
    pub fn update(&mut self, now: Time, rows: Vec<Tenure>) {
        let mut before = std::mem::take(&mut self.lasting);
        for tenure in rows {
            let same = before.iter().position(|bar| bar.tenure == tenure);
            let bar = same.map(|place| before.remove(place));
            self.lasting.push(bar.unwrap_or(TenureBar { tenure, from: now, to: None }));
        }
        for bar in before.into_iter().filter(|bar| bar.from < now) {
            self.ended.push(TenureBar { to: Some(now), ..bar });
        }
    }
}

/// How long each figure's condition has held, by the figure's place in the readout.
#[derive(Clone, Debug, Default)]
pub struct Stretches(LiteMap<usize, Stretch>);

#[derive(Clone, Debug, Default)]
struct Stretch {
    /// Of the times that have ended, together: when any held.
    total: Span,
    longest: Span,
    /// Since when any has held.
    began: Option<Time>,
    /// Who holds now, and since when.
    lasting: Vec<(u64, Time)>,
}

impl Stretch {
    fn update(&mut self, now: Time, holding: &[u64]) {
        for (_, since) in self.lasting.extract_if(.., |(who, _)| !holding.contains(who)) {
            self.longest = self.longest.max(now.since(since));
        }
        for who in holding {
            if !self.lasting.iter().any(|(known, _)| known == who) {
                self.lasting.push((*who, now));
            }
        }
        match (self.began, self.lasting.is_empty()) {
            (Some(began), true) => {
                self.total = self.total + now.since(began);
                self.began = None;
            }
            (None, false) => self.began = Some(now),
            _ => {}
        }
    }

    fn total(&self, now: Time) -> FigureValue {
        let lasts = self.began.map_or(Span::ZERO, |began| now.since(began));
        FigureValue::Time { passed: self.total + lasts, is_running: self.began.is_some() }
    }

    fn longest(&self, now: Time) -> FigureValue {
        let lasts = self.lasting.iter().map(|(_, since)| now.since(*since)).max().unwrap_or_default();
        let is_running = !self.lasting.is_empty() && lasts >= self.longest;
        FigureValue::Time { passed: self.longest.max(lasts), is_running }
    }
}

impl Stretches {
    pub fn update(&mut self, now: Time, figures: &[Figure]) {
        for (place, figure) in figures.iter().enumerate() {
            if let Reading::Total(holding) | Reading::Longest(holding) = &figure.reading {
                self.0.entry(place).or_default().update(now, holding);
            }
        }
    }

    /// The readout's lines at this instant.
    pub fn frames(&self, now: Time, figures: Vec<Figure>, reached: &LiteMap<&'static str, u32>) -> Vec<FigureFrame> {
        let frame = |(place, figure): (usize, Figure)| {
            let stretch = self.0.get(&place);
            let never = FigureValue::Time { passed: Span::ZERO, is_running: false };
            let value = match figure.reading {
                Reading::Count(count) => FigureValue::Count(count),
                Reading::Words(words) => FigureValue::Words(words),
                Reading::Reached(name) => FigureValue::Count(reached.get(name).copied().unwrap_or_default().into()),
                Reading::Total(_) => stretch.map_or(never, |stretch| stretch.total(now)),
                Reading::Longest(_) => stretch.map_or(never, |stretch| stretch.longest(now)),
            };
            FigureFrame { label: figure.label.to_owned(), value, is_main: figure.is_main, is_bad: figure.is_bad }
        };
        figures.into_iter().enumerate().map(frame).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Certainty, Viewpoint};

    fn tenure(row: &str, words: &str) -> Tenure {
        Tenure {
            subject: "printer".into(),
            row: row.into(),
            words: words.into(),
            certainty: Certainty::Settled,
            view: Viewpoint::Truth,
        }
    }

    #[test]
    fn a_row_becomes_bars_that_end_where_it_changes() {
        let mut tenures = Tenures::default();
        tenures.update(Time(10), vec![tenure("", "c1 #1"), tenure("c1", "#1")]);
        tenures.update(Time(20), vec![tenure("", "c1 #1"), tenure("c1", "#1")]);
        tenures.update(Time(30), vec![tenure("c1", "#1")]);
        tenures.update(Time(40), vec![tenure("", "c2 #2")]);
        tenures.update(Time(40), vec![tenure("", "c3 #3")]);
        let bars = tenures.ended.iter().map(|(_, bar)| bar).chain(&tenures.lasting);
        let bars: Vec<_> = bars.map(|bar| (bar.tenure.words.as_str(), bar.from.0, bar.to.map(|to| to.0))).collect();
        assert_eq!(bars, [("c1 #1", 10, Some(30)), ("#1", 10, Some(40)), ("c3 #3", 40, None)]);
    }

    #[test]
    fn times_are_counted_while_something_holds() {
        let figures = |holding: &[u64]| {
            let figure = |label, reading| Figure { label, reading, is_main: false, is_bad: false };
            vec![
                figure("total", Reading::Total(holding.to_vec())),
                figure("longest", Reading::Longest(holding.to_vec())),
                figure("handovers", Reading::Reached("lock held")),
            ]
        };
        let mut stretches = Stretches::default();
        for (now, holding) in [(0, vec![]), (10, vec![7]), (15, vec![7, 8]), (30, vec![8]), (40, vec![]), (50, vec![9])]
        {
            stretches.update(Time(now), &figures(&holding));
        }
        let values = |now| -> Vec<FigureValue> {
            let reached = LiteMap::from_iter([("lock held", 3)]);
            let frames = stretches.frames(Time(now), figures(&[9]), &reached);
            frames.into_iter().map(|frame| frame.value).collect()
        };
        let time = |passed, is_running| FigureValue::Time { passed: Span(passed), is_running };
        assert_eq!(values(60), [time(40, true), time(25, false), FigureValue::Count(3)]);
        assert_eq!(values(90), [time(70, true), time(40, true), FigureValue::Count(3)]);
    }
}
