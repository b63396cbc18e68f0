//! What a page and its hunters say to each other. Every request has one last reply; before it may come others, which say
//! how far the work has come. Who no longer wants to wait ends the hunter.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::tally::Tally;
use crate::lab::hearing::{Hearing, Terms};
use crate::lab::wire::Problem;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Runs seeds in their order for a slice of time, up to one that violates something; answered by [`Reply::Tried`].
    Try { quarry: Quarry, seeds: Range<u64> },
    /// Makes the run of a seed small; answered by [`Reply::Shrunk`].
    Shrink { quarry: Quarry, seed: u64 },
    /// Holds a recorded history to a model; answered by [`Reply::Judged`].
    Judge { recording: Recording },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    Tried(Tried),
    /// What there is after so many attempts; more will follow.
    Shrinking {
        attempts: u32,
        find: Box<Find>,
    },
    /// None if the run violates nothing.
    Shrunk(Option<Box<Find>>),
    /// How many configurations were tried in so many microseconds; more will follow.
    Judging {
        operations: u32,
        explored: u64,
        micros: u64,
    },
    Judged(Box<Judged>),
    Refused(Problem),
}

impl Reply {
    pub fn is_last(&self) -> bool {
        !matches!(self, Reply::Shrinking { .. } | Reply::Judging { .. })
    }
}

/// What is hunted. Options that are not named here are drawn for each seed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarry {
    pub system: String,
    pub options: Vec<(String, String)>,
    pub flaws: Vec<String>,
}

/// A recorded history, in one of the formats that are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    pub text: String,
    pub terms: Terms,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    pub hearing: Hearing,
    pub format: String,
    /// What there is at the start if nobody says so; empty where that depends on the recording.
    pub initial: String,
    /// How long reading and judging took.
    pub micros: u64,
}

/// What came of the seeds of a slice: those before the end of `seeds` were run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub seeds: Range<u64>,
    pub tally: Tally,
    /// The last of them violates something.
    pub violates: bool,
}

/// A violation, with the smallest run so far that shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    pub seed: u64,
    /// The claim's name, its sentence, and how it was violated.
    pub property: String,
    pub claim: String,
    pub says: String,
    /// A script that plays; opened, it stands shortly before the violation.
    pub script: String,
    /// How many commands it has.
    pub entries: u32,
}
