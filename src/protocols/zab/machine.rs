//! The machine that is replicated. The protocol applies operations and copies states; nothing else of it is known here.
//! As a system of its own it replicates the key-value store; whoever composes it names another.

pub use crate::machines::Machine;
pub use crate::machines::key_value::KeyValue;
