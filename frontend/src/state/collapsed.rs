//! Which sections of the list of rooms are collapsed, stored in this browser.

use crate::browser::BrowserStorage;

/// The storage key.
const COLLAPSED: &str = "madang.collapsed";

/// The sections.
pub(super) fn sections() -> Vec<String> {
    BrowserStorage::Local.get(COLLAPSED).unwrap_or_default()
}

/// The session has ended: what somebody calls their sections is nobody else's.
pub(super) fn forget() {
    BrowserStorage::Local.remove(COLLAPSED);
}

/// Stores the sections.
pub(super) fn store(sections: &[String]) {
    BrowserStorage::Local.set(COLLAPSED, &sections);
}
