//! Virtual time: whole microseconds, and nothing else.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// An instant of the virtual clock, in microseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Time(pub u64);

/// A length of virtual time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span(pub u64);

impl Time {
    pub const ZERO: Time = Time(0);
    pub const MAX: Time = Time(u64::MAX);

    /// The time since an earlier instant; zero if that lies ahead.
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    pub const ZERO: Span = Span(0);

    pub const fn micros(n: u64) -> Span {
        Span(n)
    }

    pub const fn millis(n: u64) -> Span {
        Span(n.saturating_mul(1_000))
    }

    pub const fn seconds(n: u64) -> Span {
        Span(n.saturating_mul(1_000_000))
    }

    pub fn times(self, n: u64) -> Span {
        Span(self.0.saturating_mul(n))
    }

    /// Reads `200ms`, `1.5s`, `300us`; at most six digits after the point, and never finer than a microsecond.
    pub fn parse(text: &str) -> Option<Span> {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let scale: u64 = match unit {
            "us" | "µs" => 1,
            "ms" => 1_000,
            "s" => 1_000_000,
            "min" => 60_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || fraction.len() > 6 || fraction.contains('.') || number.ends_with('.') {
            return None;
        }
        let whole = whole.parse::<u64>().ok()?.checked_mul(scale)?;
        let mut part = 0;
        if !fraction.is_empty() {
            let scaled = fraction.parse::<u64>().ok()?.checked_mul(scale)?;
            let parts = 10_u64.pow(fraction.len() as u32);
            if scaled % parts != 0 {
                return None;
            }
            part = scaled / parts;
        }
        whole.checked_add(part).map(Span)
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

/// Writes the shortest exact form that [`Span::parse`] reads: `200ms`, `1.5s`, `300us`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scale, width, unit) = match self.0 {
            0 => return f.write_str("0s"),
            n if n >= 1_000_000 => (1_000_000, 6, "s"),
            n if n >= 1_000 => (1_000, 3, "ms"),
            _ => (1, 0, "us"),
        };
        let (whole, part) = (self.0 / scale, self.0 % scale);
        if part == 0 {
            return write!(f, "{whole}{unit}");
        }
        let digits = format!("{part:0width$}");
        write!(f, "{whole}.{}{unit}", digits.trim_end_matches('0'))
    }
}

/// Seconds with six digits, grouped by thousands after the third: `25.501 100`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000_000, self.0 / 1_000 % 1_000)?;
        match self.0 % 1_000 {
            0 => Ok(()),
            rest => write!(f, " {rest:03}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_back_as_written() {
        for micros in [0, 1, 999, 1_000, 1_500, 200_000, 1_000_000, 1_500_000, 8_200_001, 61_000_000] {
            let span = Span(micros);
            assert_eq!(Span::parse(&span.to_string()), Some(span), "{span}");
        }
    }

    #[test]
    fn malformed_spans_are_refused() {
        for text in
            ["", "5", "ms", ".5s", "1.s", "1..2s", "1.2.3s", "-1s", "0.5us", "1.0000001s", "99999999999999999999s"]
        {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }
}
