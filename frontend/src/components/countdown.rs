//! The clock of countdowns.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;

/// Sets the time each second, until the signal is disposed.
pub(super) fn tick(now: RwSignal<u64>) {
    browser::after(Duration::from_secs(1), move || {
        if now.try_set(browser::unix_ms()) {
            tick(now);
        }
    });
}
