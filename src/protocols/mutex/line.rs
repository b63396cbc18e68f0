//! What a thread's program is made of: lines, each of them one atomic instruction.

use std::fmt;

use crate::sim::Span;

/// A lock's name. There are three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u8);

impl Name {
    const ALL: [char; 3] = ['a', 'b', 'c'];

    /// # Errors
    /// A sentence that says which locks there are.
    pub fn parse(text: &str) -> Result<Name, String> {
        let place = Name::ALL.iter().position(|letter| text.len() == 1 && text.starts_with(*letter));
        place.map(|place| Name(place as u8)).ok_or_else(|| format!("`{text}` is no lock: there are a, b and c"))
    }

    /// A number of its own among locks.
    pub fn number(self) -> u64 {
        u64::from(self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Name::ALL[usize::from(self.0)])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// Takes the lock, or waits for it: for ever, or for so long.
    Lock {
        lock: Name,
        patience: Option<Span>,
    },
    /// Takes the lock if it is free; otherwise what it would have guarded is left out.
    Try {
        lock: Name,
    },
    Unlock {
        lock: Name,
    },
    /// Reads the shared variable into the thread's register.
    Load,
    /// Writes the register and one more into the shared variable.
    Store,
    /// Computes for so long, and touches nothing shared.
    Work(Span),
    /// Says that what a dead owner left half done has been put right.
    Consistent {
        lock: Name,
    },
}

impl Line {
    /// The lock that this line asks for.
    pub fn asks(self) -> Option<Name> {
        match self {
            Line::Lock { lock, .. } | Line::Try { lock } => Some(lock),
            _ => None,
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Line::Lock { lock, patience: None } => write!(f, "lock {lock}"),
            Line::Lock { lock, patience: Some(span) } => write!(f, "lock {lock} for {span}"),
            Line::Try { lock } => write!(f, "try {lock}"),
            Line::Unlock { lock } => write!(f, "unlock {lock}"),
            Line::Load => f.write_str("r = x"),
            Line::Store => f.write_str("x = r + 1"),
            Line::Work(span) => write!(f, "work {span}"),
            Line::Consistent { lock } => write!(f, "consistent {lock}"),
        }
    }
}

/// Reads statements apart by semicolons. `add` is two instructions: that is the whole trouble.
///
/// # Errors
/// A sentence that says what is understood.
pub fn parse_program(text: &str) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for statement in text.split(';') {
        let words: Vec<&str> = statement.split_whitespace().collect();
        match words[..] {
            ["lock", lock] => lines.push(Line::Lock { lock: Name::parse(lock)?, patience: None }),
            ["lock", lock, "for", span] => {
                lines.push(Line::Lock { lock: Name::parse(lock)?, patience: Some(parse_span(span)?) });
            }
            ["try", lock] => lines.push(Line::Try { lock: Name::parse(lock)? }),
            ["unlock", lock] => lines.push(Line::Unlock { lock: Name::parse(lock)? }),
            ["consistent", lock] => lines.push(Line::Consistent { lock: Name::parse(lock)? }),
            ["add"] => lines.extend([Line::Load, Line::Store]),
            ["work", span] => lines.push(Line::Work(parse_span(span)?)),
            _ => {
                return Err(format!(
                    "`{}` is no statement: say `lock a`, `lock a for 50ms`, `try a`, `unlock a`, `add`, `work 10ms` or \
                     `consistent a`, apart by semicolons",
                    statement.trim()
                ));
            }
        }
    }
    Ok(lines)
}

fn parse_span(text: &str) -> Result<Span, String> {
    Span::parse(text).filter(|span| *span > Span::ZERO).ok_or_else(|| format!("`{text}` is no time: say `10ms`"))
}

/// The statements that [`parse_program`] reads as these lines.
pub fn write_program(lines: &[Line], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let statements = lines.iter().filter(|line| **line != Line::Store);
    for (place, line) in statements.enumerate() {
        let between = if place == 0 { "" } else { "; " };
        match line {
            Line::Load => write!(f, "{between}add")?,
            line => write!(f, "{between}{line}")?,
        }
    }
    Ok(())
}
