//! Where the only tab stop of the list is.

use leptos::prelude::*;

/// The id of the row or title that is the stop.
pub(super) type TabStop = Memo<Option<String>>;

/// The `tabindex` of a row or title that is rendered now.
pub(super) fn tab_index(id: &str, stop: TabStop) -> &'static str {
    let is_stop = stop.with_untracked(|stop| stop.as_deref() == Some(id));
    if is_stop { "0" } else { "-1" }
}
