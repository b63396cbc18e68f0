//! What people say to a machine: programs for its threads, and what becomes of them.

use std::fmt;

use super::line::{Line, parse_program, write_program};
use crate::sim::{NodeId, Time};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// A thread, or any that has nothing to do, is given these lines.
    Run { thread: Option<u8>, lines: Vec<Line> },
    /// Whatever the thread waits for, it waits no longer.
    Interrupt { thread: u8 },
    /// The thread's process dies.
    Kill { thread: u8 },
}

/// One line of a thread, for the history.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    pub thread: u8,
    pub line: Line,
    /// The thread's machine, and since when that has been up: its locks are of that life.
    pub machine: u16,
    pub life: Time,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    Locked,
    /// EOWNERDEAD.
    OwnerDied,
    Released,
    /// What the shared variable was read as, or is now.
    Value(u64),
    Consistent,
}

impl Input {
    /// Reads an input as a script says it.
    ///
    /// # Errors
    /// A sentence that says what is understood.
    pub fn parse(text: &str) -> Result<Input, String> {
        let (first, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let rest = rest.trim();
        let help = || "say `t1 lock a; add; unlock a`, `any add`, `t1 interrupt` or `t1 kill`";
        if rest.is_empty() {
            return Err(format!("`{text}` is not understood: {}", help()));
        }
        if first == "any" {
            return Ok(Input::Run { thread: None, lines: parse_program(rest)? });
        }
        let number = first.strip_prefix('t').and_then(|number| number.parse::<u8>().ok());
        let Some(thread) = number.and_then(|number| number.checked_sub(1)).filter(|place| *place < 6) else {
            return Err(format!("`{first}` is no thread: {}", help()));
        };
        match rest {
            "interrupt" => Ok(Input::Interrupt { thread }),
            "kill" => Ok(Input::Kill { thread }),
            program => Ok(Input::Run { thread: Some(thread), lines: parse_program(program)? }),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Run { thread, lines } => {
                match thread {
                    Some(thread) => write!(f, "t{} ", thread + 1)?,
                    None => f.write_str("any ")?,
                }
                write_program(lines, f)
            }
            Input::Interrupt { thread } => write!(f, "t{} interrupt", thread + 1),
            Input::Kill { thread } => write!(f, "t{} kill", thread + 1),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line.fmt(f)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Locked => f.write_str("locked"),
            Answer::OwnerDied => f.write_str("locked, its owner died (EOWNERDEAD)"),
            Answer::Released => f.write_str("released"),
            Answer::Value(value) => value.fmt(f),
            Answer::Consistent => f.write_str("whole again"),
        }
    }
}

pub const WORKLOADS: &[(&str, &str)] = &[
    ("counter", "a thread with nothing to do takes the lock, adds one, and releases it"),
    ("nested", "one lock within another, always in the same order"),
    ("impatient", "works for a while with the lock, for which it waits no longer than that"),
    ("careless", "gives back what it may not have"),
];

pub fn workload(kind: &str, _machine: NodeId, _ordinal: u64, bits: u64) -> Option<Input> {
    let (work, patience) = (1 + bits % 16, 1 + bits / 16 % 16);
    let program = match kind {
        "counter" => "lock a; add; unlock a".to_owned(),
        "nested" => "lock a; lock b; add; unlock b; unlock a".to_owned(),
        "impatient" => format!("lock a for {patience}ms; work {work}ms; add; unlock a"),
        "careless" => "unlock a".to_owned(),
        _ => return None,
    };
    Some(Input::Run { thread: None, lines: parse_program(&program).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_print_as_they_are_read() {
        for line in [
            "t1 lock a; add; unlock a",
            "t2 lock b for 50ms; work 10ms; unlock b",
            "any add",
            "t6 try c; consistent c; unlock c",
            "t1 interrupt",
            "t3 kill",
        ] {
            assert_eq!(Input::parse(line).expect(line).to_string(), line);
        }
        for wrong in
            ["", "t1", "t0 add", "t7 add", "x add", "t1 lock d", "t1 lock a for", "t1 add;", "t1 work 0s", "any"]
        {
            assert!(Input::parse(wrong).is_err(), "{wrong}");
        }
    }
}
