//! The machine that is replicated. The protocol applies operations and copies states; nothing else of it is known here,
//! and another machine with the same few functions takes the place of the key-value store by changing these lines.

pub use crate::machines::key_value::{Answer, KeyValue as Machine, Op, Word};
