//! Sorting.

use std::collections::BinaryHeap;

use shared::model::Profile;

use crate::i18n::format;

/// People by name, in the order of the current language. `before`: who was there before, in
/// order. They keep it, because comparing names asks the browser.
pub(super) fn sorted_by_name(people: Vec<Profile>, before: &[Profile]) -> Vec<Profile> {
    let same = |old: &Profile| {
        let now = people.iter().find(|person| person.id == old.id);
        now.filter(|now| now.name == old.name).cloned()
    };
    let mut sorted: Vec<Profile> = before.iter().filter_map(same).collect();
    for person in people {
        if sorted.iter().all(|other| other.id != person.id) {
            let at = sorted.partition_point(|other| {
                let names = format::compare(&other.name, &person.name);
                names.then(other.id.cmp(&person.id)).is_lt()
            });
            sorted.insert(at, person);
        }
    }
    sorted
}

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

#[cfg(test)]
mod tests {
    use shared::id::{Rev, UserId};

    use super::*;

    fn person(id: i64, name: &str) -> Profile {
        Profile::guest(UserId(id), name.into(), Rev(1))
    }

    #[test]
    fn people_are_sorted_by_name_and_who_comes_or_is_renamed_takes_their_place() {
        let ids = |people: &[Profile]| people.iter().map(|p| p.id.0).collect::<Vec<_>>();
        let first = vec![person(1, "c"), person(2, "a"), person(4, "a")];
        let before = sorted_by_name(first, &[]);
        assert_eq!(ids(&before), [2, 4, 1]);
        let next = vec![person(1, "c"), person(3, "b"), person(4, "d")];
        assert_eq!(ids(&sorted_by_name(next, &before)), [3, 1, 4]);
    }
}
