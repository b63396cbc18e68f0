//! What settles over some frames: a value glides to where it belongs, quickly at first. Pure; the painter counts the
//! milliseconds.

/// Nodes, words and territories are where they belong after about this time.
pub const SETTLING_MS: f64 = 420.0;
pub const HOVER_MS: f64 = 120.0;

/// The exponential's time constant is a share of the whole: after all of it one part in a hundred is left.
const CONSTANT: f64 = 4.6;

/// Nearer than this to its goal, a value is there.
const ARRIVED: f64 = 0.01;

/// A value on its way to a goal; it takes about `whole` milliseconds.
pub fn glide(value: f64, goal: f64, milliseconds: f64, whole: f64) -> f64 {
    let left = (goal - value) * (-CONSTANT * milliseconds / whole).exp();
    if left.abs() < ARRIVED { goal } else { goal - left }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_arrives_in_its_time_whatever_the_frames() {
        for frame in [4.0, 16.7, 50.0] {
            let (mut value, mut passed) = (0.0, 0.0);
            while value < 1.0 {
                value = glide(value, 1.0, frame, SETTLING_MS);
                passed += frame;
            }
            assert!((passed - SETTLING_MS).abs() <= frame + 10.0, "{passed} ms by frames of {frame}");
        }
        assert_eq!(glide(3.0, 3.0, 16.0, HOVER_MS), 3.0);
    }
}
