//! Lists in order. Each kind of element that the standard library sorts is 4 kB of code of its own; here all go by
//! numbers, through one sort.

/// Items by their keys; equal ones stay in their order.
pub fn sorted<T>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> u64) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let mut order: Vec<(u64, usize)> = items.iter().flatten().map(key).zip(0..).collect();
    order.sort_unstable();
    order.into_iter().filter_map(|(_, at)| items[at].take()).collect()
}

/// Numbers in the order of the floats: that of [`f64::total_cmp`].
pub fn rank(number: f64) -> u64 {
    let bits = number.to_bits();
    if number.is_sign_negative() { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_keep_their_order() {
        assert_eq!(sorted(["b2", "b1", "a2", "a1"], |text| u64::from(text.as_bytes()[1])), ["b1", "a1", "b2", "a2"]);
    }

    #[test]
    fn floats_rank_as_they_compare() {
        let floats = [f64::NEG_INFINITY, -2.5, -0.0, 0.0, 1e-300, 3.0, f64::INFINITY];
        assert!(floats.windows(2).all(|two| rank(two[0]) < rank(two[1])));
        assert_eq!(sorted([3.0, -1.0, 2.0], |number| rank(*number)), [-1.0, 2.0, 3.0]);
    }
}
