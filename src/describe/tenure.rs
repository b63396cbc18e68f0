//! Rows over time: the protocol says what each row is now, and the lab makes bars of it.

use serde::{Deserialize, Serialize};

use super::Certainty;

/// What a row is at this instant; a row that is not listed is empty. At most one for each subject and row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenure {
    /// What it is about; its rows stand together: `printer`.
    pub subject: String,
    /// Whose row it is: `c2`, `T7 c1`; empty for the subject's own.
    pub row: String,
    /// What stands in the bar: `c4 #34`.
    pub words: String,
    pub certainty: Certainty,
    pub view: Viewpoint,
}

/// Whose word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Viewpoint {
    /// Of whoever decides it.
    Truth,
    /// Of one node, which may be wrong; two at once are worth seeing.
    Belief,
    /// How much there is: the words are a number, and a row that is not listed is at 0.
    Level,
}

/// A line of the protocol's own readout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub label: &'static str,
    pub reading: Reading,
    /// What the experiment is about: drawn large.
    pub is_main: bool,
    /// It must stay at nothing.
    pub is_bad: bool,
}

/// Where a figure comes from; times are counted by the lab, so that no protocol keeps statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    Count(u64),
    Words(String),
    /// How often a milestone was reached.
    Reached(&'static str),
    /// How long there has been any of these, all together.
    Total(Vec<u64>),
    /// The longest that one of them has lasted.
    Longest(Vec<u64>),
}
