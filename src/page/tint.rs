//! Hue is epoch, and nothing else: four tints in a cycle, and a neutral one for "none yet".

use crate::describe::Epoch;

/// Which of the five tints belongs to an epoch: 1 to 4 in turn, 0 where there is none.
pub fn tint(epoch: Option<Epoch>) -> usize {
    match epoch {
        Some(Epoch { number, .. }) if number > 0 => ((number - 1) % 4) as usize + 1,
        _ => 0,
    }
}

/// What stands on the chip: `e4`.
pub fn chip(epoch: Epoch) -> String {
    format!("{}{}", epoch.of.letter(), epoch.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Reign;

    #[test]
    fn neighbours_never_share_a_tint() {
        let tints: Vec<usize> = (0..=9).map(|number| tint(Some(Epoch { of: Reign::Epoch, number }))).collect();
        assert_eq!(tints, [0, 1, 2, 3, 4, 1, 2, 3, 4, 1]);
        assert_eq!(tint(None), 0);
    }
}
