//! What came of many runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// In how many runs something occurred, by its name.
pub type Runs = BTreeMap<String, u64>;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub runs: u64,
    /// Runs that saw an operation answered, a fault after it, and an operation answered after healing.
    pub counted: u64,
    pub events: u64,
    /// Faults that had an effect, by their word.
    pub faults: BTreeMap<String, u64>,
    /// Every milestone and every kind of message that there is: how many runs reached it, and had it handled.
    pub milestones: Runs,
    pub messages: Runs,
}

impl Tally {
    pub fn add(&mut self, other: &Tally) {
        self.runs += other.runs;
        self.counted += other.counted;
        self.events += other.events;
        for (mine, theirs) in [
            (&mut self.faults, &other.faults),
            (&mut self.milestones, &other.milestones),
            (&mut self.messages, &other.messages),
        ] {
            for (name, times) in theirs {
                match mine.get_mut(name) {
                    Some(sum) => *sum += times,
                    None => _ = mine.insert(name.clone(), *times),
                }
            }
        }
    }
}
