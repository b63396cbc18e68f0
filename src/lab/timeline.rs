//! A schedule made visible: a cursor that goes anywhere, by checkpoints that are caches and nothing more.

use std::sync::Arc;

use litemap::LiteMap;

use super::engine::Engine;
use super::frame::Position;
use super::schedule::Schedule;
use super::trace::Short;
use crate::sim::Time;

/// Things (events and entries) between checkpoints at first; doubled whenever there would be too many.
const SPACING: u64 = 4_096;
const MOST_CHECKPOINTS: usize = 64;

pub struct Timeline {
    schedule: Arc<Schedule>,
    checkpoints: Vec<Moment>,
    spacing: u64,
    cursor: Moment,
    /// Why entries changed nothing, by their place.
    ineffective: LiteMap<u32, String>,
}

/// A run at one instant, and how far its schedule has been carried out.
struct Moment {
    engine: Box<dyn Engine>,
    next_entry: usize,
    /// Events and entries so far.
    things: u64,
}

impl Clone for Moment {
    fn clone(&self) -> Moment {
        Moment { engine: self.engine.fork(), next_entry: self.next_entry, things: self.things }
    }
}

/// What comes next at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Entry(Position),
    /// The position after the event.
    Event(Position),
    Nothing,
}

impl Timeline {
    pub fn new(start: Box<dyn Engine>, schedule: Schedule) -> Timeline {
        let origin = Moment { engine: start, next_entry: 0, things: 0 };
        Timeline {
            schedule: Arc::new(schedule),
            cursor: origin.clone(),
            checkpoints: vec![origin],
            spacing: SPACING,
            ineffective: LiteMap::new(),
        }
    }

    /// The same run with another schedule that agrees up to `shared`: what was computed before is kept.
    #[must_use]
    pub fn branch(&self, schedule: Schedule, shared: Position) -> Timeline {
        let shared_entries = self.schedule.iter().take_while(|entry| entry.at < shared).count() as u32;
        let before = |moment: &&Moment| moment.engine.position() < shared || moment.things == 0;
        let checkpoints: Vec<Moment> = self.checkpoints.iter().filter(before).cloned().collect();
        let mut ineffective = self.ineffective.clone();
        ineffective.retain(|place, _| *place < shared_entries);
        let cursor = if before(&&self.cursor) { Some(self.cursor.clone()) } else { checkpoints.last().cloned() };
        Timeline {
            schedule: Arc::new(schedule),
            cursor: cursor.unwrap_or_else(|| self.checkpoints[0].clone()),
            checkpoints,
            spacing: self.spacing,
            ineffective,
        }
    }

    /// Takes in what a look ahead has found to be without effect.
    pub fn learn(&mut self, ahead: Ahead) {
        for (entry, why) in ahead.ineffective {
            self.ineffective.insert(entry, why);
        }
    }

    pub fn engine(&self) -> &dyn Engine {
        self.cursor.engine.as_ref()
    }

    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    pub fn position(&self) -> Position {
        self.cursor.engine.position()
    }

    pub fn things(&self) -> u64 {
        self.cursor.things
    }

    pub fn checkpoint_count(&self) -> usize {
        self.checkpoints.len()
    }

    /// Things between checkpoints: a seek re-executes at most so many.
    pub fn spacing(&self) -> u64 {
        self.spacing
    }

    pub fn ineffective(&self, entry: u32) -> Option<&str> {
        self.ineffective.get(&entry).map(String::as_str)
    }

    /// Goes to an instant: everything up to it has happened, nothing after it. False if the budget of things ran out.
    pub fn seek(&mut self, to: Position, budget: u64) -> bool {
        if to < self.position() {
            self.rewind(|moment| moment.engine.position() <= to);
        } else {
            self.skip_ahead(|moment| moment.engine.position() <= to);
        }
        for _ in 0..budget {
            match self.next() {
                Next::Entry(at) | Next::Event(at) if at <= to => self.perform(),
                _ => {
                    self.cursor.engine.advance(to.time);
                    return true;
                }
            }
        }
        false
    }

    /// Goes to where exactly this many things have happened, or to the end of all things.
    pub fn seek_thing(&mut self, things: u64) {
        if things < self.cursor.things {
            self.rewind(|moment| moment.things <= things);
        } else {
            self.skip_ahead(|moment| moment.things <= things);
        }
        while self.cursor.things < things && self.next() != Next::Nothing {
            self.perform();
        }
    }

    /// The position of the next thing, if there is one.
    pub fn upcoming(&self) -> Option<Position> {
        match self.next() {
            Next::Entry(at) | Next::Event(at) => Some(at),
            Next::Nothing => None,
        }
    }

    /// A copy of the cursor's run that can be carried on without touching the timeline.
    pub fn look_ahead(&self) -> Ahead {
        Ahead::new(self.cursor.clone(), &self.schedule)
    }

    /// A run to be carried on from the last checkpoint before an entry of the trace; none before the first of all.
    pub fn before(&self, number: u32) -> Option<Ahead> {
        let moment = self.checkpoints.iter().rev().find(|moment| moment.starts_by(number))?.clone();
        Some(Ahead::new(moment, &self.schedule))
    }

    /// The same schedule on a run that stands at its very beginning.
    pub fn from_start(&self, start: Box<dyn Engine>) -> Ahead {
        let moment = Moment { engine: start, next_entry: 0, things: 0 };
        Ahead::new(moment, &self.schedule)
    }

    /// An entry of the trace and the entries it follows from, newest first, as many as asked for.
    pub fn why(&self, number: u32, most: usize) -> Vec<(u32, Short)> {
        let mut chain = Vec::new();
        let mut again: Option<Moment> = None;
        let mut next = number;
        while next > 0 && chain.len() < most {
            let known = self.cursor.entry(next).or_else(|| again.as_ref().and_then(|moment| moment.entry(next)));
            let Some(entry) = known.or_else(|| {
                again = self.execute_again(next);
                again.as_ref().and_then(|moment| moment.entry(next))
            }) else {
                break;
            };
            chain.push((next, entry));
            next = entry.cause;
        }
        chain
    }

    /// The segment in which an entry lies, computed again from the checkpoint before it.
    fn execute_again(&self, number: u32) -> Option<Moment> {
        let mut moment = self.checkpoints.iter().rev().find(|moment| moment.starts_by(number))?.clone();
        while moment.entry(number).is_none() && moment.things < self.cursor.things {
            moment.perform(&self.schedule);
        }
        Some(moment)
    }

    fn rewind(&mut self, fits: impl Fn(&Moment) -> bool) {
        if let Some(moment) = self.checkpoints.iter().rev().find(|moment| fits(moment)) {
            self.cursor = moment.clone();
        }
    }

    fn skip_ahead(&mut self, fits: impl Fn(&Moment) -> bool) {
        let ahead = self.checkpoints.iter().rev().find(|moment| fits(moment));
        if let Some(moment) = ahead.filter(|moment| moment.things > self.cursor.things) {
            self.cursor = moment.clone();
        }
    }

    fn next(&self) -> Next {
        self.cursor.next(&self.schedule)
    }

    fn perform(&mut self) {
        if let Some((entry, why)) = self.cursor.perform(&self.schedule) {
            self.ineffective.insert(entry, why);
        }
        let due = self.checkpoints.last().map_or(0, |last| last.things) + self.spacing;
        if self.cursor.things >= due {
            self.cursor.engine.begin_segment();
            self.checkpoints.push(self.cursor.clone());
            if self.checkpoints.len() > MOST_CHECKPOINTS {
                self.spacing *= 2;
                let mut index = 0;
                self.checkpoints.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
            }
        }
    }
}

impl Moment {
    /// An entry of this number is still to come.
    fn starts_by(&self, number: u32) -> bool {
        self.engine.segment().next_index() <= u64::from(number)
    }

    fn entry(&self, number: u32) -> Option<Short> {
        self.engine.segment().get(u64::from(number)).copied()
    }

    fn next(&self, schedule: &Schedule) -> Next {
        let here = self.engine.position();
        let event = self.engine.next().map(|time| {
            let k = if time > here.time { 0 } else { here.k };
            Position { time: time.max(here.time), k }
        });
        match (schedule.get(self.next_entry), event) {
            (Some(entry), event) if event.is_none_or(|event| entry.at <= event) => Next::Entry(entry.at.max(here)),
            (_, Some(event)) => Next::Event(Position { time: event.time, k: event.k + 1 }),
            (_, None) => Next::Nothing,
        }
    }

    /// Carries out the next thing; an entry without effect is returned with its reason.
    fn perform(&mut self, schedule: &Schedule) -> Option<(u32, String)> {
        self.things += 1;
        match self.next(schedule) {
            Next::Entry(at) => {
                let place = self.next_entry;
                self.next_entry += 1;
                self.engine.advance(at.time);
                let entry = schedule.get(place)?;
                self.engine.act(&entry.command).err().map(|none| (place as u32, none.0))
            }
            Next::Event(_) => {
                self.engine.step();
                None
            }
            Next::Nothing => None,
        }
    }
}

/// A look at what comes, thrown away afterwards.
pub struct Ahead {
    moment: Moment,
    schedule: Arc<Schedule>,
    ineffective: LiteMap<u32, String>,
}

impl Ahead {
    fn new(moment: Moment, schedule: &Arc<Schedule>) -> Ahead {
        Ahead { moment, schedule: Arc::clone(schedule), ineffective: LiteMap::new() }
    }

    pub fn engine(&self) -> &dyn Engine {
        self.moment.engine.as_ref()
    }

    pub fn engine_mut(&mut self) -> &mut dyn Engine {
        self.moment.engine.as_mut()
    }

    /// When the next thing comes, if ever.
    pub fn upcoming(&self) -> Option<Time> {
        match self.moment.next(&self.schedule) {
            Next::Entry(at) | Next::Event(at) => Some(at.time),
            Next::Nothing => None,
        }
    }

    /// Carries out the next thing if it lies within `until`; gives its time.
    pub fn step(&mut self, until: Time) -> Option<Time> {
        match self.moment.next(&self.schedule) {
            Next::Entry(at) | Next::Event(at) if at.time <= until => {
                if let Some((entry, why)) = self.moment.perform(&self.schedule) {
                    self.ineffective.insert(entry, why);
                }
                Some(at.time)
            }
            _ => None,
        }
    }
}
