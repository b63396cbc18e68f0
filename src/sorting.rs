//! Lists in order. For each kind of element and of comparison the standard library's sort is 5 kB of code of its own; here
//! all go by their numbers, through one sort. Where sorting is what takes the time, the library's is used.

use std::cmp::Ordering;

/// Equal items stay in their order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if items.len() < 2 {
        return;
    }
    let mut order = order(items.len(), &|a, b| compare(&items[a], &items[b]));
    for place in 0..order.len() {
        // What stood here has moved whenever an earlier place took what is here now.
        let mut from = order[place];
        while from < place {
            from = order[from];
        }
        order[place] = from;
        items.swap(place, from);
    }
}

pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

pub fn sorted_by<T>(items: impl IntoIterator<Item = T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    sort_by(&mut items, compare);
    items
}

pub fn sorted_by_key<T, K: Ord>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    sorted_by(items, |a, b| key(a).cmp(&key(b)))
}

/// Numbers in their order.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_keep_their_order() {
        assert_eq!(sorted_by_key(["b2", "b1", "a2", "a1"], |text| text.as_bytes()[0]), ["a2", "a1", "b2", "b1"]);
    }

    #[test]
    fn it_sorts_as_the_library_does() {
        for seed in 0..50_u64 {
            let items: Vec<(u64, u64)> = (0..seed).map(|at| ((at * 7919 + seed) * 104_729 % 11, at)).collect();
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by_key(&mut ours, |(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            assert_eq!(ours, theirs);
        }
    }
}
