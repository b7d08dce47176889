//! What a person is doing, beside the name, until it ends.

use std::time::Duration;

use leptos::prelude::*;
use shared::id::Micros;
use shared::model::ProfileStatus;

use crate::browser;
use crate::view::{Reactive, memo, optional_view, set_text};

/// A timer waits no longer than this: a device that slept looks at its clock soon.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A status that ends by itself: nothing tells the page so.
pub fn until_it_ends(status: Option<ProfileStatus>) -> Memo<Option<ProfileStatus>> {
    let has_ended = RwSignal::new(false);
    if let Some(until) = status.as_ref().and_then(|status| status.until) {
        wait(until, has_ended);
    }
    memo(move || status.clone().filter(|_| !has_ended.get()))
}

fn wait(until: Micros, has_ended: RwSignal<bool>) {
    let now = i64::try_from(browser::unix_ms()).unwrap_or(i64::MAX);
    let left = until.0.div_euclid(1_000).saturating_sub(now);
    match u64::try_from(left) {
        Ok(left) if left > 0 => {
            let next = Duration::from_millis(left).min(LONGEST_WAIT);
            browser::after(next, move || {
                // Not if what showed it has gone.
                if has_ended.try_get_untracked() == Some(false) {
                    wait(until, has_ended);
                }
            });
        }
        _ => has_ended.set(true),
    }
}

/// The emoji and the words of a status.
pub fn status(status: Option<ProfileStatus>) -> Reactive<AnyView> {
    let status = until_it_ends(status);
    optional_view(move || {
        status.get().map(|ProfileStatus { emoji, text, .. }| {
            let title = text.clone();
            view! {
                <span class="status" title=title>
                    <span class="status__emoji" use:set_text=emoji></span>
                    <span class="status__text" dir="auto" translate="no" use:set_text=text></span>
                </span>
            }
        })
    })
}
