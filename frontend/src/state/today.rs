//! The current day, for the dates of messages.

use std::time::Duration;

use leptos::prelude::*;
use shared::id::Micros;

use super::engine::now;
use crate::browser;

/// Sets the signal within a minute after the day has changed.
pub(super) async fn update(today: RwSignal<Micros>) {
    let day = || {
        let now = now();
        let minutes = now.0.div_euclid(60_000_000);
        (minutes + browser::utc_offset_minutes(now.0.div_euclid(1_000))).div_euclid(24 * 60)
    };
    let mut present = day();
    loop {
        browser::sleep(Duration::from_mins(1)).await;
        if present != day() {
            present = day();
            today.set(now());
        }
    }
}
