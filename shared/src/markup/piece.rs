//! Slicing a text without a panic.

use std::slice::SliceIndex;

/// A slice of a text at offsets that were found in it. Indexing would do the same, but its
/// panic message adds some kilobytes to the page.
pub(super) fn piece(text: &str, at: impl SliceIndex<str, Output = str>) -> &str {
    text.get(at).unwrap_or_default()
}
