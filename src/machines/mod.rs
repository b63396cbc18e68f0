//! Deterministic machines: what protocols replicate, and what judges replay.

pub mod bank;
pub mod cas_register;
pub mod key_value;
pub mod ledger;
pub mod lock_table;
pub mod multi_register;
pub mod mutex;
pub mod queue;
pub mod register;

use std::fmt::{Debug, Display};
use std::hash::Hash;

/// A machine that a protocol can replicate: whoever performs the same operations in the same order gets the same answers
/// and the same state. It reads no clock and draws nothing.
pub trait Machine: Clone + Default + Eq + Hash + Debug + Send + Sync + 'static {
    type Op: Clone + Eq + Hash + Debug + Display + Send + Sync + 'static;
    /// The default answers a request that asks nothing of the machine.
    type Answer: Clone + Default + Eq + Hash + Debug + Display + Send + Sync + 'static;

    /// Performs an operation.
    fn apply(&mut self, op: &Self::Op) -> Self::Answer;
    /// Whether an operation never changes the state, so that any copy may answer it by [`Machine::read`].
    fn is_read(op: &Self::Op) -> bool;
    fn read(&self, op: &Self::Op) -> Self::Answer;
    /// Equal for equal states, and the same on every platform.
    fn digest(&self) -> u64;
    /// The state as bytes, in which a copy of it travels.
    fn encode(&self) -> Vec<u8>;
    /// Reads what [`Machine::encode`] wrote. Of damaged bytes it makes some other state, which the digest tells.
    fn decode(bytes: &[u8]) -> Self;
}
