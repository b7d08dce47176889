//! Sorting.

use std::collections::BinaryHeap;

/// Sorts by a text and a number.
pub(super) fn sorted<T>(items: Vec<T>, key: impl Fn(&T) -> (String, i64)) -> Vec<T> {
    let keys = items.iter().map(key).collect();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let ranks = ranks(keys).into_iter();
    ranks
        .filter_map(|at| items.get_mut(at).and_then(Option::take))
        .collect()
}

/// The positions of the keys in ascending order. One compiled function for all item types. It
/// uses a heap, because `sort` is four times the code.
fn ranks(keys: Vec<(String, i64)>) -> Vec<usize> {
    let keys: Vec<_> = keys.into_iter().zip(0_usize..).collect();
    let keys = BinaryHeap::from(keys).into_sorted_vec();
    keys.into_iter().map(|(_, at)| at).collect()
}
