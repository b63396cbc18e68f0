//! Judges: mathematics about histories. A history is what clients called and what they got; a model is the sequential
//! machine that they believe to be talking to; a judge says whether some order of the calls explains all answers.
//!
//! In reading order: `value` and `history` are what is judged, `model` what it is held to and `models` the ones there
//! are; `linearizability` and `sequential` are the judges, `linked` and `memory` what they search with, `sweep` is a
//! second search, for registers that many use at once, and `beam` a third, where much is unknown; `fifo` judges queues without
//! one and `places` those into which a value is put again; `verdict` is what they say, and `explanation` carries it on while
//! a history grows.

#[cfg(feature = "histories")]
mod beam;
mod explanation;
#[cfg(feature = "histories")]
mod fifo;
pub mod history;
pub mod linearizability;
mod linked;
mod memory;
pub mod model;
pub mod models;
#[cfg(feature = "histories")]
mod places;
pub mod sequential;
mod sweep;
pub mod value;
pub mod verdict;
