//! Setting signals only where something changes, so that nothing is rendered again for nothing.

use leptos::prelude::*;

/// Sets a signal only if the value is different.
pub(super) fn set_if_changed<T: PartialEq + Send + Sync + 'static>(
    signal: &ArcRwSignal<T>,
    value: T,
) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.try_set(value);
    }
}

/// The same for a signal that is not counted.
pub(super) fn set_if_changed_rw<T: PartialEq + Send + Sync + 'static>(
    signal: RwSignal<T>,
    value: T,
) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.try_set(value);
    }
}
