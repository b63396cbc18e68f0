//! What machines say to one another: one asks for an instruction to be performed on the other's memory, and is answered.

use super::line::{Line, Name};
use crate::sim::Time;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// A thread's line, with what is in its register.
    Ask {
        thread: u8,
        line: Line,
        register: u64,
    },
    /// A thread waits no longer.
    Leave {
        thread: u8,
        lock: Name,
    },
    Answer {
        thread: u8,
        reply: Reply,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// `life`: since when the machine that the lock lies on has been up.
    Locked {
        owner_died: bool,
        life: Time,
    },
    Released,
    Value(u64),
    Refused(&'static str),
}

pub const MESSAGES: &[&str] =
    &["LOCK", "TRY", "UNLOCK", "LOAD", "STORE", "CONSISTENT", "LEAVE", "LOCKED", "RELEASED", "VALUE", "REFUSED"];

impl Message {
    pub fn kind(&self) -> u8 {
        match self {
            Message::Ask { line, .. } => match line {
                Line::Lock { .. } => 0,
                Line::Try { .. } => 1,
                Line::Unlock { .. } => 2,
                Line::Load | Line::Work(_) => 3,
                Line::Store => 4,
                Line::Consistent { .. } => 5,
            },
            Message::Leave { .. } => 6,
            Message::Answer { reply, .. } => match reply {
                Reply::Locked { .. } => 7,
                Reply::Released => 8,
                Reply::Value(_) => 9,
                Reply::Refused(_) => 10,
            },
        }
    }
}
