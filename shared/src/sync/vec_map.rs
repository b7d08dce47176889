//! A sorted vector as a map, for keys that are mostly inserted in ascending order.
//!
//! Ids, `seq`s and revisions grow, so a new key is usually appended, which is as fast as in
//! a tree. Removing from the front moves all that follows. The longest maps of which much is
//! removed there hold 2,000 messages, or 5,000 ids: that is milliseconds, and rare. In the page
//! this is a fraction of the code of `BTreeMap`.

use crate::id::Rev;

/// The pairs, ascending by key.
#[derive(Clone, Debug)]
pub(crate) struct VecMap<K, V> {
    pairs: Vec<(K, V)>,
}

impl<K, V> Default for VecMap<K, V> {
    fn default() -> Self {
        VecMap::new()
    }
}

impl<K, V> VecMap<K, V> {
    pub(crate) const fn new() -> Self {
        VecMap { pairs: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.pairs.clear();
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.pairs.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.pairs.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.pairs.iter().map(|(_, value)| value)
    }

    pub(crate) fn into_keys(self) -> impl Iterator<Item = K> {
        self.pairs.into_iter().map(|(key, _)| key)
    }

    pub(crate) fn into_values(self) -> impl Iterator<Item = V> {
        self.pairs.into_iter().map(|(_, value)| value)
    }

    /// The lowest key and its value.
    pub(crate) fn first_key_value(&self) -> Option<(&K, &V)> {
        self.pairs.first().map(|(key, value)| (key, value))
    }

    /// Removes the lowest key and its value.
    pub(crate) fn pop_first(&mut self) -> Option<(K, V)> {
        (!self.pairs.is_empty()).then(|| self.pairs.remove(0))
    }
}

/// Each key once, ascending. In the page this is a fraction of the code of a sort.
pub(crate) fn ascending<K: Ord>(keys: impl IntoIterator<Item = K>) -> Vec<K> {
    let mut sorted = VecMap::new();
    for key in keys {
        sorted.insert(key, ());
    }
    sorted.into_keys().collect()
}

impl<K: Ord, V> VecMap<K, V> {
    /// Where a key is, or would be.
    fn find(&self, key: &K) -> Result<usize, usize> {
        match self.pairs.last() {
            // The usual case: the key is higher than all others.
            Some((last, _)) if last < key => Err(self.pairs.len()),
            _ => self.pairs.binary_search_by(|(held, _)| held.cmp(key)),
        }
    }

    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let at = self.find(key).ok()?;
        self.pairs.get(at).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.find(key).ok()?;
        self.pairs.get_mut(at).map(|(_, value)| value)
    }

    /// Inserts a value; returns the previous one of the same key.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(at) => {
                let held = self.pairs.get_mut(at)?;
                Some(std::mem::replace(&mut held.1, value))
            }
            Err(at) => {
                self.pairs.insert(at, (key, value));
                None
            }
        }
    }

    /// Inserts a value unless the one of the same key is as new, by `rev`. A new key is ignored
    /// if the map has `most` keys. Returns whether the map has changed.
    pub(crate) fn insert_newer(
        &mut self,
        key: K,
        value: V,
        rev: impl Fn(&V) -> Rev,
        most: usize,
    ) -> bool {
        let is_newer = match self.get(&key) {
            Some(known) => rev(known) < rev(&value),
            None => self.len() < most,
        };
        if is_newer {
            self.insert(key, value);
        }
        is_newer
    }

    /// Removes a value.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.find(key).ok()?;
        Some(self.pairs.remove(at).1)
    }
}

impl<K, V> IntoIterator for VecMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut VecMap<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter =
        std::iter::Map<std::slice::IterMut<'a, (K, V)>, fn(&'a mut (K, V)) -> (&'a K, &'a mut V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.iter_mut().map(|pair| (&pair.0, &mut pair.1))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::VecMap;

    proptest! {
        #[test]
        fn it_behaves_like_a_btree_map(steps in prop::collection::vec((0..5_u8, 0..20_u8), 0..200)) {
            let (mut map, mut tree) = (VecMap::new(), BTreeMap::new());
            for (at, (step, key)) in steps.into_iter().enumerate() {
                match step {
                    0 | 1 => prop_assert_eq!(map.insert(key, at), tree.insert(key, at)),
                    2 => prop_assert_eq!(map.remove(&key), tree.remove(&key)),
                    3 => prop_assert_eq!(map.pop_first(), tree.pop_first()),
                    _ => prop_assert_eq!(map.get(&key), tree.get(&key)),
                }
                prop_assert_eq!(map.len(), tree.len());
                prop_assert_eq!(map.contains_key(&key), tree.contains_key(&key));
                prop_assert_eq!(map.first_key_value(), tree.first_key_value());
                prop_assert!(map.iter().eq(tree.iter()));
            }
        }
    }
}
