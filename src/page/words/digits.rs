//! Times, spans and speeds as people read them.

use crate::describe::{Span, Time};

/// A clock's reading: seconds to the thousandth, and the digit that follows, which is drawn paler.
pub fn clock(at: Time) -> (String, String) {
    (thousandths(at), format!("{}", at.0 / 100 % 10))
}

/// `25.501`
pub fn thousandths(at: Time) -> String {
    format!("{}.{:03}", at.0 / 1_000_000, at.0 / 1_000 % 1_000)
}

/// `25.501 1`, or `25.501` where nothing follows the thousandth.
pub fn stamp(at: Time) -> String {
    match at.0 / 100 % 10 {
        0 => thousandths(at),
        tenth => format!("{} {tenth}", thousandths(at)),
    }
}

/// Three digits and a unit: `320 µs`, `0.7 ms`, `62 ms`, `8.22 s`.
pub fn span(span: Span) -> (String, &'static str) {
    let micros = span.0;
    match micros {
        0..100 => (micros.to_string(), "µs"),
        100..10_000 => (tidy(micros as f64 / 1e3, 1), "ms"),
        10_000..1_000_000 => ((micros / 1_000).to_string(), "ms"),
        1_000_000..100_000_000 => (format!("{:.2}", micros as f64 / 1e6), "s"),
        _ => (format!("{:.0}", micros as f64 / 1e6), "s"),
    }
}

/// A span in one string.
pub fn span_text(length: Span) -> String {
    let (number, unit) = span(length);
    format!("{number} {unit}")
}

/// `412 B`, `3.4 kB`, `12 MB`
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} kB", tidy(count as f64 / 1e3, 1)),
        _ => format!("{} MB", tidy(count as f64 / 1e6, 1)),
    }
}

/// How much virtual time passes in a second of screen: `0.7 ms`, `1 s`, `50 s`.
pub fn rate(micros_per_second: f64) -> String {
    let (value, unit) = match micros_per_second {
        rate if rate < 100.0 => (rate, "µs"),
        rate if rate < 1e6 => (rate / 1e3, "ms"),
        rate => (rate / 1e6, "s"),
    };
    let places = if value < 10.0 { 1 } else { 0 };
    format!("{} {unit}", tidy(value, places))
}

/// Where a speed stands on a logarithmic scale from a ten-thousandth to a hundredfold: 0 to 1.
pub fn on_scale(micros_per_second: f64) -> f64 {
    (((micros_per_second / 1e6).max(1e-9).log10() + 4.0) / 6.0).clamp(0.0, 1.0)
}

fn tidy(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// Evenly spaced round times for a ruler: the step, so that at most `most` of them fit.
pub fn ruler_step(length: u64, most: u64) -> u64 {
    let mut step = 1;
    loop {
        for factor in [1, 2, 5] {
            let size = step * factor;
            if length / size <= most {
                return size;
            }
        }
        step *= 10;
    }
}

/// The end of the ruler: a round time at or beyond `end`, so that the scale stands still while the clock runs.
pub fn horizon(end: u64) -> u64 {
    let mut decade = 1_000_000;
    loop {
        for factor in [1, 2, 3, 4, 5, 6, 8] {
            if end <= decade * factor {
                return decade * factor;
            }
        }
        decade *= 10;
    }
}

/// A tick of the ruler: as many digits as the step asks for.
pub fn tick(at: u64, step: u64) -> String {
    let seconds = at as f64 / 1e6;
    match step {
        1_000_000.. => format!("{seconds:.0}"),
        100_000.. => format!("{seconds:.1}"),
        10_000.. => format!("{seconds:.2}"),
        _ => format!("{seconds:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_groups_thousandths() {
        assert_eq!(clock(Time(25_501_100)), ("25.501".into(), "1".into()));
        assert_eq!(stamp(Time(25_501_100)), "25.501 1");
        assert_eq!(stamp(Time(2_000_000)), "2.000");
    }

    #[test]
    fn spans_keep_three_digits() {
        let read = |micros| span_text(Span(micros));
        assert_eq!([read(40), read(500), read(700), read(62_000)], ["40 µs", "0.5 ms", "0.7 ms", "62 ms"]);
        assert_eq!([read(8_220_000), read(120_000_000)], ["8.22 s", "120 s"]);
    }

    #[test]
    fn speeds_stand_on_the_scale() {
        assert_eq!(rate(700.0), "0.7 ms");
        assert_eq!(rate(1e6), "1 s");
        assert_eq!(rate(100.0 * 1e6), "100 s");
        assert_eq!((on_scale(100.0), on_scale(1e8)), (0.0, 1.0));
    }

    #[test]
    fn rulers_are_round() {
        assert_eq!(ruler_step(10_000_000, 10), 1_000_000);
        assert_eq!(ruler_step(1_000_000, 10), 100_000);
        assert_eq!(horizon(0), 1_000_000);
        assert_eq!(horizon(6_100_000), 8_000_000);
        assert_eq!(horizon(25_000_000), 30_000_000);
    }
}
